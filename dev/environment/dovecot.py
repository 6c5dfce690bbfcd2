# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mail server of the tests that fetch mails: Debian's, unpacked in the cache."""

import os
from pathlib import Path

from .base import (
    CACHE,
    Stop,
    all_or_nothing,
    digest,
    locked,
    make_folder,
    remove,
    run_logged,
    step,
)
from .source import apt_download

#: one version on every machine: the next one has another kind of configuration
SUITE = "bookworm"
PACKAGES = (
    "dovecot-core",
    "dovecot-imapd",
    "dovecot-pop3d",
    "libexttextcat-2.0-0",
    "libicu72",
    "liblua5.3-0",
    "libsodium23",
    "libstemmer0d",
)
PROGRAM = "usr/sbin/dovecot"


def find_dovecot():
    """The folder that Dovecot is unpacked in."""
    named = os.environ.get("HELPDESK_DOVECOT_ROOT")
    if named:
        root = Path(named).expanduser().absolute()
        if not (root / PROGRAM).is_file():
            raise Stop(f"There is no {PROGRAM} in {root}: see HELPDESK_DOVECOT_ROOT.")
        return root
    root = CACHE / f"dovecot-{digest(SUITE, PACKAGES)}"
    if not (root / ".complete").is_file():
        with locked(CACHE / "dovecot.lock", "Waiting for another download …"):
            if not (root / ".complete").is_file():
                _fetch(root)
    return root


def _fetch(root):
    log = root.parent / "dovecot.log"
    log.unlink(missing_ok=True)
    debs = make_folder(root.parent / f"{root.name}-debs")
    with step("Downloading Dovecot, the tests' mail server (about 13 MB)"):
        apt_download({SUITE: PACKAGES}, debs, log)
        with all_or_nothing(root):
            for deb in debs.glob("*.deb"):
                run_logged(
                    ["dpkg-deb", "-x", deb, root],
                    log,
                    "A downloaded package is damaged: try again",
                )
    remove(debs)
