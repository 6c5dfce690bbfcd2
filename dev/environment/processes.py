# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Child processes, and that none of them outlives the command that started it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SERVER_PROGRAMS = ("postgres", "pg_ctl")


class Child:
    """A program that is asked to end, then made to, when we end.

    Without a group of its own it has the terminal, and hears Ctrl-C there itself.
    """

    def __init__(self, command, patience=15, own_group=True, **options):
        self.patience = patience
        self.first = signal.SIGINT if own_group else 0
        self.process = subprocess.Popen(  # pylint: disable=R1732
            [str(part) for part in command],
            start_new_session=own_group,
            **options,
        )

    def wait(self):
        try:
            return self.process.wait()
        except BaseException:
            self.end()
            raise

    def end(self):
        for number, seconds in (
            (self.first, self.patience),
            (signal.SIGTERM, 5),
            (signal.SIGKILL, 5),
        ):
            if self.process.poll() is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                self.process.wait(seconds)


def adopt_orphans():
    """Grandchildren whose parent ends (a browser's helpers) become our children."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants():
    """Processes below us, without the database server, which others may be using."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, _sep, rest = path.read_text(errors="replace").partition(" (")
            name, _sep, rest = rest.rpartition(") ")
            children.setdefault(int(rest.split()[1]), []).append((int(pid), name))
    found, todo = [], [os.getpid()]
    while todo:
        for pid, name in children.get(todo.pop(), []):
            if name not in SERVER_PROGRAMS:
                found.append(pid)
                todo.append(pid)
    return found


def end_descendants():
    for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
        for pid in descendants():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            _reap()
            if not descendants():
                return
            time.sleep(0.05)


def _reap():
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
