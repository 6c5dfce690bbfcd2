# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is run inside Odoo's process, by its shell, and how it answers."""

import json
import sys


def answer(**values):
    """Give the command what it asked for; it looks for this one line."""
    sys.stdout.write(f"bench {json.dumps(values)}\n")
