# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where things are kept, how progress and trouble are told, how programs are run.

Standard library only: all of this runs before there is a virtual environment.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

MODULE = "helpdesk_service_portal"
PYTHONS = ((3, 10), (3, 13))

DEV = Path(__file__).resolve().parent.parent
CHECKOUT = DEV.parent
STATE = CHECKOUT / ".dev"


class Stop(Exception):
    """Ends the command with one sentence that says what to do, below the details."""

    def __init__(self, sentence, details=""):
        super().__init__(sentence)
        self.details = details


def _cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or ""
    base = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return base / "helpdesk-service-portal"


CACHE = _cache_folder()


def digest(*parts):
    result = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        result.update(b"%d:" % len(data) + data)
    return result.hexdigest()[:12]


#: names everything of this checkout that must live outside of it
KEY = digest(CHECKOUT)[:8]


def is_root():
    return os.geteuid() == 0


# Progress ------------------------------------------------------------------


def say(text=""):
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def out(text=""):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def step(title):
    """Say what is being done and how long it took; a terminal counts the seconds."""
    started = time.monotonic()
    live = sys.stderr.isatty()
    done = threading.Event()

    def count():
        while not done.wait(1):
            seconds = time.monotonic() - started
            sys.stderr.write(f"\r{title} … {seconds:.0f} s ")
            sys.stderr.flush()

    sys.stderr.write(f"{title} … ")
    sys.stderr.flush()
    counter = threading.Thread(target=count, daemon=True)
    if live:
        counter.start()
    result = "stopped"
    try:
        yield
        result = f"{time.monotonic() - started:.1f} s"
    finally:
        done.set()
        if live:
            counter.join()
            sys.stderr.write(f"\r{title} … ")
        say(f"{result}    ")


# Folders and locks ---------------------------------------------------------


def make_folder(path):
    try:
        path.mkdir(parents=True, exist_ok=True)
    except PermissionError:
        raise Stop(
            f"{path} cannot be made: give yourself the right to write there"
            + (
                ", or name another folder in XDG_CACHE_HOME."
                if CACHE in (path, *path.parents)
                else "."
            )
        ) from None
    return path


def remove(path):
    """Remove a file, link or folder; no complaint where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def all_or_nothing(folder):
    """Make a folder anew; without its stamp, .complete, it counts as not there."""
    remove(folder)
    make_folder(folder)
    try:
        yield
    except BaseException:
        remove(folder)
        raise
    (folder / ".complete").touch()


@contextlib.contextmanager
def locked(path, waiting=None):
    """Hold an exclusive lock on a file; the system frees it however we end."""
    make_folder(path.parent)
    with open(path, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def scratch():
    """A private folder with a short path, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="hsp-", dir=short_temp()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def short_temp():
    """The temporary folder; /tmp where the named one is too long for a Unix socket."""
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) < 60 else "/tmp"


# Programs ------------------------------------------------------------------


def tool(name, *folders):
    """The path of a program, or None; sbin folders count too."""
    path = os.pathsep.join(
        [*map(str, folders), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    )
    return shutil.which(name, path=path)


def last_words(log, count=1):
    """The last lines of a log that say something, for a person."""
    with contextlib.suppress(OSError):
        lines = Path(log).read_text(errors="replace").replace("\r", "\n").splitlines()
        lines = [line.strip() for line in lines if line.strip()]
        errors = [
            line
            for line in lines
            if line.lower().startswith(("error", "e:", "fatal", "dpkg-deb: error"))
            or " ERROR " in line
            or " CRITICAL " in line
            or "FATAL:" in line
        ]
        return "\n".join((errors or lines)[-count:])
    return ""


def run_logged(command, log, advice, **options):
    """Run a program with its output in a log; on failure stop with the advice."""
    log = Path(log)
    make_folder(log.parent)
    with open(log, "ab") as output:
        position = output.tell()
        try:
            code = subprocess.call(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **options,
            )
        except FileNotFoundError:
            raise Stop(f"{command[0]} is missing: install it and try again.") from None
    if code:
        words = last_words(log)
        if "No space left on device" in tail(log, position):
            raise OSError(errno.ENOSPC, "No space left on device", str(log.parent))
        raise Stop(f"{advice} ({words or f'exit status {code}'}; all of it: {log})")


def tail(path, position):
    with open(path, errors="replace") as handle:
        handle.seek(position)
        return handle.read()


def files():
    """Tracked or not: all that git does not ignore."""
    git = tool("git")
    if not git:
        raise Stop("git is missing: install the package git, then try again.")
    done = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stop(f"git cannot list the files: {done.stderr.strip().splitlines()[0]}.")
    names = sorted(set(done.stdout.split("\0")) - {""})
    return [name for name in names if os.path.lexists(CHECKOUT / name)]


def apt_install(packages, why):
    """Install system packages as root; as anybody else name them in one line."""
    line = f"apt-get install {' '.join(packages)}"
    if not is_root() or not tool("apt-get"):
        raise Stop(f"{why}: have an administrator run `{line}`, then try again.")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    log = make_folder(CACHE) / "apt.log"
    advice = f"{why}, and installing failed: run `{line}` yourself, then try again"
    with step(f"Installing {' '.join(packages)}"):
        run_logged(["apt-get", "update"], log, advice, env=environment)
        run_logged(
            ["apt-get", "install", "-y", "--no-install-recommends", *packages],
            log,
            advice,
            env=environment,
        )


# The end -------------------------------------------------------------------

_at_end = []


def at_end(function):
    """Call a function when the command ends, however it ends; last one first."""
    _at_end.append(function)


def _clean_up():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while _at_end:
        try:
            _at_end.pop()()
        except (Stop, OSError, subprocess.SubprocessError) as error:
            say(f"While cleaning up: {error}")


def _interrupted(number, frame):
    raise KeyboardInterrupt


def _disk_full(error):
    place = Path(error.filename or CACHE)
    hint = " (or name another cache folder in XDG_CACHE_HOME)"
    if CACHE not in (place, *place.parents):
        hint = ""
    return f"The disk of {place} is full: free some space{hint}, then try again."


def command(main):
    """Run a command's main function; every way out is a clean one."""
    # also where a script put us in the background, which turns SIGINT off
    signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGHUP, _interrupted)
    try:
        code = main(sys.argv[1:])
    except Stop as stop:
        if stop.details:
            say(stop.details)
        say(f"{Path(sys.argv[0]).name}: {stop}")
        code = 1
    except KeyboardInterrupt:
        say("\nStopped.")
        code = 130
    except subprocess.CalledProcessError as error:
        say(f"{Path(sys.argv[0]).name}: {error}: its words above say why.")
        code = 1
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            say(f"{Path(sys.argv[0]).name}: {_disk_full(error)}")
        elif "HELPDESK_DEBUG" in os.environ:
            raise
        else:
            say(
                f"{Path(sys.argv[0]).name}: {error}: mend that and try again"
                " (HELPDESK_DEBUG=1 shows where)."
            )
        code = 1
    finally:
        _clean_up()
    sys.exit(code)
