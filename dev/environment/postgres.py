# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The database server: an existing one, or a private one on a Unix socket.

The private server is shared by all commands of this checkout that run at a time;
the last one to end stops it. Each holds a shared lock on one file, which the system
frees however a command ends.
"""

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path

from .base import (
    CHECKOUT,
    KEY,
    STATE,
    Stop,
    apt_install,
    at_end,
    is_root,
    last_words,
    locked,
    make_folder,
    remove,
    short_temp,
    step,
    tool,
)

OLDEST = 13
PACKAGES = ("postgresql", "postgresql-contrib")
SETTINGS = {
    # only through the socket, in a folder that only the owner may enter
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    # what is in here is made anew in seconds: speed over safety
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "log_min_messages": "fatal",
    "shared_memory_type": "mmap",
}


class Server:
    """Where the server is, and its programs."""

    def __init__(self, host, port, user, password=None):
        self.host, self.port, self.user = str(host), str(port), user
        self.password = password

    def environ(self):
        values = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
        }
        if self.password:
            values["PGPASSWORD"] = self.password
        # Odoo takes the database's name from PGDATABASE before its configuration
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return {**kept, **values}

    def query(self, sql, database="postgres"):
        """Run SQL, one statement or several; rows as lists of texts."""
        done = subprocess.run(
            [psql(), "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database],
            input=sql,
            capture_output=True,
            text=True,
            env=self.environ(),
            check=False,
        )
        if done.returncode:
            words = (done.stderr.strip().splitlines() or ["no answer"])[0]
            if "No space left" in done.stderr:
                raise OSError(28, "No space left on device", str(STATE))
            raise Stop(f"The database server refused: {words}")
        return [line.split("\t") for line in done.stdout.splitlines()]


def psql():
    path = tool("psql", *_program_folders())
    if not path:
        apt_install(["postgresql-client"], "psql is missing")
        path = tool("psql", *_program_folders())
    return path


def _program_folders():
    """Folders of server programs, newest first."""
    folders = []
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        if folder.parent.name.isdigit() and int(folder.parent.name) >= OLDEST:
            folders.append(folder)
    folders.sort(key=lambda folder: -int(folder.parent.name))
    folders += [Path("/usr/pgsql/bin"), Path("/opt/homebrew/bin")]
    return [folder for folder in folders if folder.is_dir()]


def _programs():
    """The folder with initdb, pg_ctl and postgres."""

    def look():
        path = tool("initdb", *_program_folders())
        return path and Path(os.path.realpath(path)).parent

    folder = look()
    if not folder:
        apt_install(PACKAGES, f"PostgreSQL {OLDEST} or later is missing")
        folder = look()
    if not folder:
        raise Stop("Install PostgreSQL (initdb is not found), then try again.")
    extensions = folder.parent / "share/extension"
    if "/usr/lib/postgresql" in str(folder):
        extensions = Path("/usr/share/postgresql", folder.parent.name, "extension")
    if extensions.is_dir() and not (extensions / "unaccent.control").is_file():
        apt_install(["postgresql-contrib"], "PostgreSQL's unaccent is missing")
    return folder


def find_server():
    host = os.environ.get("HELPDESK_PG_HOST")
    if host:
        server = Server(
            host,
            os.environ.get("HELPDESK_PG_PORT") or 5432,
            os.environ.get("HELPDESK_PG_USER") or pwd.getpwuid(os.getuid()).pw_name,
            os.environ.get("HELPDESK_PG_PASSWORD"),
        )
        if server.user == "postgres":
            raise Stop(
                "Odoo refuses the role postgres: name another one, that may create"
                " databases and extensions, in HELPDESK_PG_USER."
            )
        try:
            server.query("SELECT 1")
        except Stop as stop:
            raise Stop(
                f"{stop} (see HELPDESK_PG_HOST, _PORT, _USER, _PASSWORD)."
            ) from None
        return server
    return _Private().start()


class _Private:
    def __init__(self):
        self.account = self._account()
        self.home = self._home()
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.socket = Path(short_temp()) / f"hsp-pg-{KEY}-{self.account.pw_uid}"

    @staticmethod
    def _account():
        """PostgreSQL refuses root: then the system's postgres user runs it."""
        if not is_root():
            return pwd.getpwuid(os.getuid())
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise Stop("Run this as an ordinary user: there is no user postgres here.")

    def _home(self):
        """In the checkout, where its user can get there; else in a place of its own."""
        home = make_folder(STATE) / "postgres"
        if not is_root() or self._reaches(STATE):
            return make_folder(home)
        place = Path("/var/lib/helpdesk-service-portal", KEY)
        for other in place.parent.glob("*/checkout"):
            gone = not Path(other.read_text().rstrip("\n")).is_dir()
            if gone and not (other.parent / "data/postmaster.pid").exists():
                remove(other.parent)
        make_folder(place)
        place.parent.chmod(0o755)
        (place / "checkout").write_text(f"{CHECKOUT}\n")
        return place

    def _reaches(self, folder):
        return not self._call(["test", "-x", str(folder)])

    def _as_user(self):
        if not is_root():
            return {}
        account = self.account
        return {
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": [],
            "cwd": "/",
        }

    def _call(self, command, **options):
        options = {"cwd": "/", "stderr": subprocess.DEVNULL, **options}
        return subprocess.call(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # out of reach of the terminal's Ctrl-C
            start_new_session=True,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "LC_ALL": "C",
                "TZ": "UTC",
            },
            **{**options, **self._as_user()},
        )

    def start(self):
        programs = _programs()
        self.account = self._account()
        with locked(STATE / "postgres.lock"):
            self._use()
            self._prepare_socket()
            if not (self.home / "ready").is_file():
                self._init(programs)
            if self._call([programs / "pg_ctl", "status", "-D", self.data]):
                self._start(programs)
            at_end(lambda: self._leave(programs))
        return Server(self.socket, 5432, "odoo")

    def _use(self):
        self.users = open(STATE / "postgres.users", "a")  # pylint: disable=R1732
        fcntl.flock(self.users, fcntl.LOCK_SH)

    def _leave(self, programs):
        """Stop the server when nobody else uses it."""
        with self.users, locked(STATE / "postgres.lock"):
            try:
                fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            command = [programs / "pg_ctl", "stop", "-D", self.data, "-t", "30", "-m"]
            if self._call([*command, "fast"]):
                self._call([*command, "immediate"])
            remove(self.socket)

    def _prepare_socket(self):
        """The socket's folder has a name that others can guess: it must be ours."""
        with contextlib.suppress(FileExistsError):
            self.socket.mkdir(mode=0o700)
            os.chown(self.socket, self.account.pw_uid, self.account.pw_gid)
        found = self.socket.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.pw_uid:
            raise Stop(f"{self.socket} belongs to somebody else: remove it.")
        self.socket.chmod(0o700)

    def _init(self, programs):
        with step("Making the database server"):
            remove(self.data)
            self.data.mkdir(mode=0o700)
            self.log.touch()
            for path in (self.data, self.log):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
            with open(self.log, "wb") as log:
                code = self._call(
                    [
                        programs / "initdb",
                        *("-D", self.data, "-U", "odoo", "--auth=trust"),
                        *("-E", "UTF8", "--locale=C", "--lc-ctype=C.UTF-8"),
                        "--no-sync",
                    ],
                    stderr=log,
                )
            if code:
                self._give_up("PostgreSQL's initdb failed")
            with open(self.data / "postgresql.conf", "a") as conf:
                conf.write("\n# helpdesk_service_portal\n")
                for name, value in SETTINGS.items():
                    conf.write(f"{name} = {value}\n")
            (self.home / "ready").touch()

    def _start(self, programs):
        command = [programs / "pg_ctl", "start", "-w", "-t", "60"]
        command += ["-D", self.data, "-l", self.log]
        command += ["-o", f"-k '{self.socket}' -p 5432"]
        if self._call(command):
            version = self.data / "PG_VERSION"
            ours = re.search(r"\d+", subprocess.getoutput(f"'{programs}/postgres' -V"))
            if version.is_file() and ours and version.read_text().strip() != ours[0]:
                raise Stop(
                    f"{self.data} was made by PostgreSQL {version.read_text().strip()},"
                    f" now there is {ours[0]}: remove {self.home} and try again."
                )
            self._give_up("PostgreSQL does not start")

    def _give_up(self, what):
        words = last_words(self.log)
        if shutil.disk_usage(self.home).free < 100 << 20:
            raise OSError(28, "No space left on device", str(self.home))
        raise Stop(
            f"{what} ({words}): look into {self.log},"
            f" or remove {self.home} to start with an empty server."
        )
