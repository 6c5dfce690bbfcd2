# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..models.helpdesk_sign_in_link import VALID_MINUTES


class HelpdeskSignInLinkWizard(models.TransientModel):
    """D-06: give a customer who cannot read their mailbox a way in, once."""

    _name = "helpdesk.sign.in.link.wizard"
    _description = "Give out a Sign-in Link"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True
    )
    identity_check = fields.Text(
        string="How do you know that it is them?",
        help="Kept with your name: what you asked and what they knew.",
    )
    address = fields.Char(string="Link", readonly=True)
    minutes = fields.Integer(default=VALID_MINUTES, readonly=True)

    def action_confirm(self):
        """Show the link, this once.

        :raise UserError: without the check of who it is
        """
        self.ensure_one()
        # sudo: res.users - whether the contact has an account
        users = self.partner_id.sudo().user_ids
        self.address = self.env["helpdesk.sign.in.link"]._hand_out(
            users, self.identity_check
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign-in link"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
