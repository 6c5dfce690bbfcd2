# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails as they come, and worse: each with what has to become of it."""

from . import files, headers, hostile, machines, structures, texts, threads

GROUPS = {
    "texts": texts.MAILS,
    "headers": headers.MAILS,
    "structures": structures.MAILS,
    "files": files.MAILS,
    "hostile": hostile.MAILS,
    "machines": machines.MAILS,
    "threads": threads.MAILS,
}
