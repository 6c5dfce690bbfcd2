# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Waiting for the customer or for a third party, and more time for either."""

    _inherit = "helpdesk.ticket"

    last_chase_date = fields.Datetime(
        string="Last chased",
        readonly=True,
        copy=False,
        help="When we last asked the third party; customers see it.",
    )
