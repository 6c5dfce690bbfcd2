# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What tickets of the first release lack is filled in batches, as when installing."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    if not env["helpdesk.backfill"].search_count([]):
        env["helpdesk.backfill"]._plan()
