# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    """How fast a desk invites."""

    _inherit = "res.company"

    helpdesk_invitations_per_hour = fields.Integer(
        string="Invitations per hour",
        default=100,
        help="Invitations to the portal leave spread over the hour, at most so many. "
        "Ask who runs your mail server how many new recipients an hour it may write "
        "to. 0: none leave for now.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_invitations_per_hour = fields.Integer(
        related="company_id.helpdesk_invitations_per_hour", readonly=False
    )
