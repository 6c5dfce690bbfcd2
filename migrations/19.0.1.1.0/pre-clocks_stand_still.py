# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The first release had no clock: in teams that have tickets none begins to run."""

from odoo.tools import sql

from odoo.addons.helpdesk_service_portal.tools import moving_in


def migrate(cr, version):
    if not sql.column_exists(cr, "helpdesk_ticket_team", "clock_on"):
        moving_in.add_clock_switches(cr)
