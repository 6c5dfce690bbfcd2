import shutil
import subprocess
import tempfile
from pathlib import Path

from odoo.tests import HttpCase, tagged

from .browser import DESK, PICTURES


@tagged("post_install", "-at_install")
class TestFirefox(HttpCase):
    """The other browser, as far as it can be driven here."""

    def test_sign_in_page(self):
        """S3-03 Works in Firefox and Chrome.

        Chromium runs all browser tests; Firefox opens the sign-in page and draws it.
        """
        firefox = shutil.which("firefox-esr") or shutil.which("firefox")
        if not firefox:
            self.skipTest(
                "Firefox is not installed (Debian: apt install firefox-esr): the "
                "portal was tried in Chromium only"
            )
        with tempfile.TemporaryDirectory(dir=PICTURES) as folder:
            picture = Path(folder, "login.png")
            command = [
                *(firefox, "--headless", "--no-remote", "--profile", folder),
                *(f"--window-size={DESK['width']},{DESK['height']}",),
                *("--screenshot", str(picture), f"{self.base_url()}/web/login"),
            ]
            with self.allow_requests(all_requests=True):
                subprocess.run(command, check=True, timeout=120)
            # an empty page is a few hundred bytes of PNG
            self.assertGreater(picture.stat().st_size, 10_000)
