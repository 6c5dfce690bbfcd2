# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The CPU that other processes use."""

import contextlib
import time


def cpu_seconds(pid):
    """The CPU that a process, with all its threads, has used: by its own clock."""
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)
    return 0.0
