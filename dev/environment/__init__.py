# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the commands in dev/ stand on: Odoo, its Python packages, PostgreSQL, databases.

`Environment()` makes sure that all of it is there. The commands are thin.
"""

import contextlib
import ctypes
import os
import socket
import subprocess

from .base import (
    CACHE,
    CHECKOUT,
    DEV,
    KEY,
    MODULE,
    STATE,
    Stop,
    apt_install,
    at_end,
    command,
    files,
    make_folder,
    out,
    remove,
    run_logged,
    say,
    scratch,
    step,
    tool,
)
from .databases import Databases, module_digest
from .dovecot import find_dovecot
from .postgres import find_server, psql
from .processes import Child, adopt_orphans, end_descendants
from .python import find_bench_addons, find_beside_addons, find_node_tools, find_venv
from .source import find_odoo

__all__ = [
    "CACHE",
    "CHECKOUT",
    "Child",
    "DEV",
    "Environment",
    "MODULE",
    "STATE",
    "Stop",
    "at_end",
    "command",
    "files",
    "find_bench_addons",
    "find_beside_addons",
    "find_chromium",
    "find_dovecot",
    "find_node_tools",
    "find_venv",
    "free_port",
    "link_module",
    "make_folder",
    "module_digest",
    "out",
    "psql",
    "remove",
    "run_logged",
    "say",
    "scratch",
    "step",
    "tool",
]


def free_port(preferred=0):
    """A free port of 127.0.0.1; the preferred one if it is free."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise Stop("There is no free port on 127.0.0.1: end some programs and try again.")


def find_chromium():
    """The browser of the tests."""
    need_library("libatomic.so.1", "libatomic1", "Playwright, which drives the browser")
    named = os.environ.get("HELPDESK_CHROMIUM")
    if named:
        return named
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for _attempt in range(2):
        for name in names:
            path = tool(name)
            if path:
                return path
        apt_install(["chromium"], "The tests need the browser Chromium")
    raise Stop("Install Chromium, or name the browser in HELPDESK_CHROMIUM.")


def need_library(name, package, who):
    """A shared library that a program from PyPI expects of the system."""
    try:
        ctypes.CDLL(name)
    except OSError:
        apt_install([package], f"{who}, needs {name}")


def link_module():
    """Odoo names a module after its folder, and a checkout can have any name."""
    folder = make_folder(CACHE / "addons" / KEY)
    link = folder / MODULE
    if not link.is_symlink() or os.readlink(link) != str(CHECKOUT):
        new = folder / f".{os.getpid()}"
        remove(new)
        new.symlink_to(CHECKOUT)
        new.replace(link)
    return folder


class Environment:
    def __init__(self):
        if "," in str(CACHE):
            raise Stop(
                f"Odoo cannot read a path with a comma ({CACHE}):"
                " name another cache folder in XDG_CACHE_HOME."
            )
        make_folder(STATE)
        make_folder(CACHE)
        adopt_orphans()
        at_end(end_descendants)
        self.source = find_odoo()
        self.venv = find_venv()
        self.server = find_server()
        self.databases = Databases(self)
        self.addons = link_module()
        self.addons_path = [self.addons, self.venv.oca_addons, *self.source.addons]
        folder = scratch()
        self.temp = folder.__enter__()
        at_end(lambda: folder.__exit__(None, None, None))
        self.conf = self.write_conf()

    @property
    def identity(self):
        """Changes when another Odoo or another version of an OCA addon is used."""
        return self.source.identity, self.venv.oca_versions

    def write_conf(self, **options):
        """The configuration file of this one command; later options win."""
        values = {
            "addons_path": ",".join(map(str, self.addons_path)),
            "data_dir": STATE / "data",
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_template": "template0",
            "db_maxconn": 32,
            "http_interface": "127.0.0.1",
            "admin_passwd": "admin",
            "limit_memory_hard": 0,
            "limit_memory_soft": 0,
            "limit_time_cpu": 3600,
            "limit_time_real": 3600,
            "limit_time_real_cron": 3600,
            "max_cron_threads": 0,
            "workers": 0,
            # nothing is sent anywhere unless a command starts a mail sink
            "smtp_server": "127.0.0.1",
            "smtp_port": 9,
            **options,
        }
        if self.server.password:
            values["db_password"] = self.server.password
        path = self.temp / "odoo.conf"
        lines = [f"{name} = {value}\n" for name, value in values.items()]
        path.touch(mode=0o600)
        path.write_text("[options]\n" + "".join(lines))
        return path

    def environ(self):
        paths = [str(self.source.python_path), os.environ.get("PYTHONPATH")]
        return {
            **self.server.environ(),
            "ODOO_RC": str(self.conf),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PATH": os.pathsep.join([str(self.venv.bin), os.environ.get("PATH", "")]),
            "PYTHONUNBUFFERED": "1",
        }

    def odoo_command(self, arguments):
        """Odoo's own command line; the sub-command, if any, comes before options."""
        arguments = list(arguments)
        head = [str(self.venv.python), str(self.source.program)]
        if arguments and not arguments[0].startswith("-"):
            head.append(arguments.pop(0))
        return [*head, *arguments]

    def run_logged(self, arguments, log, script=None):
        """Run Odoo to its end, with the output in a log; the script is its input."""
        log = make_folder(STATE / "log") / log
        remove(log)
        self.free_ports()
        child = Child(
            self.odoo_command(arguments),
            env=self.environ(),
            stdout=open(log, "wb"),  # pylint: disable=R1732
            stderr=subprocess.STDOUT,
            stdin=subprocess.PIPE if script else subprocess.DEVNULL,
        )
        if script:
            with contextlib.suppress(BrokenPipeError), child.process.stdin as pipe:
                pipe.write(script.encode())
        if child.wait():
            text = log.read_text(errors="replace")
            if "No space left on device" in text:
                raise OSError(28, "No space left on device", str(STATE))
            lines = [line for line in text.splitlines() if " INFO " not in line]
            raise Stop(
                f"Odoo failed, see above; all of it is in {log}.",
                "\n".join(lines[-25:]),
            )
        return log

    def free_ports(self):
        self.conf = self.write_conf(http_port=free_port())
