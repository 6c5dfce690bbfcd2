# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo 19 Community: an existing one, or Debian's package, unpacked in the cache.

Nothing is installed, and the system's own apt state is neither read nor touched:
all that is taken from it is the address of the mirror.
"""

import os
import re
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
    tool,
)

SERIES = "19"
#: What the package links to in place of its own copies, by the suite that fits.
OWN_SUITE = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
SID = (f"odoo-{SERIES}", "fonts-montserrat")
#: Suites whose packages are known to fit; on any other the last one is used.
KNOWN_SUITES = ("bookworm", "trixie")

OTHERWISE = (
    "name an existing Odoo 19 in HELPDESK_ODOO_ROOT,"
    " for example a clone of branch 19.0 of github.com/odoo/odoo"
)

# Not free, so not in Debian's package, but in the list of the backend's scripts: an
# empty file spares every page an error. It would blur the background of video calls.
LEFT_OUT = (
    "usr/lib/python3/dist-packages/odoo/addons/mail/static/lib"
    "/selfie_segmentation/selfie_segmentation.js"
)


class Odoo:
    """An Odoo tree: Debian's layout (also installed, in /) or a source checkout."""

    def __init__(self, root):
        self.root = root = Path(root)
        layouts = (
            (
                root / "usr/lib/python3/dist-packages",
                root / "usr/bin/odoo",
                [root / "usr/lib/python3/dist-packages/odoo/addons"],
            ),
            (root, root / "odoo-bin", [root / "addons", root / "odoo/addons"]),
        )
        for self.python_path, self.program, addons in layouts:
            if self.program.is_file() and (self.python_path / "odoo").is_dir():
                self.addons = [folder for folder in addons if folder.is_dir()]
                break
        else:
            raise Stop(
                f"There is no Odoo in {root}: let HELPDESK_ODOO_ROOT name a folder"
                " with odoo-bin or usr/bin/odoo in it."
            )
        release = (self.python_path / "odoo/release.py").read_text()
        found = re.search(r"^version_info = \((\d+)", release, re.M)
        if not found or found[1] != SERIES:
            raise Stop(
                f"The Odoo in {root} is not version {SERIES}: let HELPDESK_ODOO_ROOT"
                f" name an Odoo {SERIES}."
            )

    @property
    def identity(self):
        """Changes when another Odoo is used."""
        stamp = (self.python_path / "odoo/release.py").stat()
        return digest(self.root, stamp.st_mtime_ns)


def find_odoo():
    named = os.environ.get("HELPDESK_ODOO_ROOT")
    if named:
        return Odoo(Path(named).expanduser().absolute())
    root = CACHE / f"odoo-{SERIES}-{digest(OWN_SUITE, SID, LEFT_OUT)}"
    if not (root / ".complete").is_file():
        with locked(CACHE / "odoo.lock", "Waiting for another download of Odoo …"):
            if not (root / ".complete").is_file():
                _fetch(root)
    return Odoo(root)


def _mirror():
    """The address, the suite's name and the signing key of the machine's Debian."""
    release = {}
    if os.path.isfile("/etc/os-release"):
        for line in Path("/etc/os-release").read_text().splitlines():
            name, _sep, value = line.partition("=")
            release[name] = value.strip("\"'")
    if release.get("ID") != "debian" or not tool("apt-get") or not tool("dpkg-deb"):
        raise Stop(f"Odoo is fetched by Debian's apt, not found here: {OTHERWISE}.")
    apt = Path("/etc/apt")
    addresses = []
    for path in sorted(apt.glob("sources.list.d/*.sources")):
        for paragraph in re.split(r"\n\s*\n", path.read_text(errors="replace")):
            fields = dict(
                re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t]+\S.*)*)", paragraph, re.M)
            )
            if fields.get("Enabled", "yes").strip().lower() not in ("no", "false"):
                if "deb" in fields.get("Types", "").split():
                    suites = fields.get("Suites", "").split()
                    addresses += [(u, suites) for u in fields.get("URIs", "").split()]
    one_line = [apt / "sources.list", *sorted(apt.glob("sources.list.d/*.list"))]
    for path in one_line:
        if path.is_file():
            for line in path.read_text(errors="replace").splitlines():
                found = re.match(r"\s*deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", line)
                if found:
                    addresses.append((found[1], [found[2]]))
    codename = release.get("VERSION_CODENAME", "")
    wanted = {codename, "stable", "testing", "unstable", "sid", *KNOWN_SUITES}
    addresses = [
        address
        for address, suites in addresses
        if wanted.intersection(suites) and "security" not in address
    ]
    if not addresses:
        raise Stop(f"No Debian mirror is named in /etc/apt: {OTHERWISE}.")
    suite = codename if codename in KNOWN_SUITES else KNOWN_SUITES[-1]
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if not keyring.is_file():
        raise Stop("Run `apt-get install debian-archive-keyring`, then try again.")
    return addresses[0], suite, keyring


def apt_download(packages_by_suite, debs, log):
    """Download packages into a folder, by private lists; the newest of each."""
    mirror, own, keyring = _mirror()
    apt = make_folder(debs / "apt")
    for suite, packages in packages_by_suite.items():
        suite = suite or own
        home = make_folder(apt / suite)
        for folder in ("lists/partial", "cache/archives/partial"):
            make_folder(home / folder)
        sources = home / "sources.list"
        sources.write_text(f"deb [signed-by={keyring}] {mirror} {suite} main\n")
        options = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::Lists": home / "lists",
            "Dir::Cache": home / "cache",
            "Acquire::Retries": "3",
            "Acquire::Languages": "none",
            "APT::Sandbox::User": "root",
        }
        command = ["apt-get", "-q"]
        for name, value in options.items():
            command += ["-o", f"{name}={value}"]
        broken = (
            f"The download from the Debian mirror failed: look at the network and try"
            f" again, or {OTHERWISE}"
        )
        run_logged([*command, "update"], log, broken, cwd=debs)
        run_logged([*command, "download", *packages], log, broken, cwd=debs)


def _fetch(root):
    for old in root.parent.glob(f"odoo-{SERIES}-*.part"):
        remove(old)
    log = root.parent / "odoo.log"
    log.unlink(missing_ok=True)
    # Kept until all is unpacked: a second try goes on where the first one stopped.
    debs = make_folder(root.parent / f"odoo-{SERIES}-debs")
    with step("Downloading Odoo 19 (about 130 MB)"):
        apt_download({None: OWN_SUITE, "sid": SID}, debs, log)
    part = root.parent / f"{root.name}.part"
    with step("Unpacking Odoo"), all_or_nothing(part):
        _unpack(debs, part, log)
    remove(root)
    part.rename(root)
    remove(debs)


def _unpack(debs, part, log):
    for name in (*OWN_SUITE, *SID):
        deb = max(debs.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
        try:
            run_logged(
                ["dpkg-deb", "-x", deb, part],
                log,
                "A downloaded package is damaged and was thrown away: try again",
            )
        except Stop:
            remove(deb)
            raise
    dangling = [path for path in part.rglob("*") if _dangles(path)]
    if dangling:
        raise Stop(
            f"{dangling[0].relative_to(part)} of Debian's Odoo links to nothing"
            f" here: {OTHERWISE}."
        )
    Odoo(part)
    make_folder((part / LEFT_OUT).parent)
    (part / LEFT_OUT).touch()


def _dangles(path):
    return path.is_symlink() and not path.exists()
