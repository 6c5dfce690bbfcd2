# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResPartner(models.Model):
    """A customer belongs to a desk; their people do with them."""

    _inherit = "res.partner"

    helpdesk_desk_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Desk",
        ondelete="set null",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The team this customer's tickets come to unless type, category, "
        "location or product says otherwise. Empty: the company's default team.",
    )

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["helpdesk_desk_id"]
