# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

NOTE_LENGTH = 15


class HelpdeskTwoFactorWizard(models.TransientModel):
    """Takes the second step from a customer who lost it, after a check of who asks."""

    _name = "helpdesk.two.factor.wizard"
    _description = "Reset Two-step Authentication"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Account", compute="_compute_user_id"
    )
    state_text = fields.Char(string="Now", compute="_compute_user_id")
    is_resettable = fields.Boolean(compute="_compute_user_id")
    check_method = fields.Selection(
        selection=[
            ("call_back", "I called back the number we know"),
            ("colleague", "A colleague of theirs whom we know confirmed it"),
            ("manager", "Who manages their people confirmed it"),
            ("in_person", "I know the person and saw or heard them"),
        ],
        string="How did you check who asks?",
    )
    check_note = fields.Text(
        string="What you checked",
        help="Number, name and answer, so that a colleague could follow it. Kept in "
        "the audit.",
    )
    with_passkeys = fields.Boolean(
        string="Also remove the passkeys",
        help="When the device that holds them is lost, too.",
    )

    @api.depends("partner_id")
    def _compute_user_id(self):
        for wizard in self:
            # sudo: res.users - agents read few fields of accounts
            users = wizard.partner_id.sudo().user_ids.filtered("share")
            user = users[:1]
            wizard.user_id = user
            wizard.is_resettable = user.totp_enabled or bool(user.auth_passkey_key_ids)
            wizard.state_text = wizard._get_state_text(user)

    def _get_state_text(self, user):
        if not user:
            return self.env._("This contact has no account in the portal.")
        devices = len(user._get_devices())
        state = (
            self.env._("Two-step authentication is enabled.")
            if user.totp_enabled
            else self.env._("Two-step authentication is not enabled.")
        )
        rest = self.env._(
            "Passkeys: %(passkeys)s. Devices that will be signed out: %(devices)s.",
            passkeys=len(user.auth_passkey_key_ids),
            devices=devices,
        )
        return f"{state} {rest}"

    def action_confirm(self):
        """Reset it and keep in the audit how the identity was checked.

        :raise AccessError: for who does not see all tickets
        :raise UserError: when the check is not told, or there is nothing to reset
        """
        self.ensure_one()
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user"):
            raise AccessError(
                self.env._("Only who sees all tickets resets an authentication.")
            )
        if not self.is_resettable:
            raise UserError(self.env._("There is nothing to reset."))
        note = (self.check_note or "").strip()
        if not self.check_method or len(note) < NOTE_LENGTH:
            raise UserError(
                self.env._(
                    "Say how you checked who asks, in %(count)s characters or more: "
                    "which number you called, whom you talked to.",
                    count=NOTE_LENGTH,
                )
            )
        methods = dict(self._fields["check_method"]._description_selection(self.env))
        self.user_id._reset_two_factor(self.with_passkeys)
        self.env["helpdesk.audit"]._log(
            "reset_two_factor",
            partner=self.partner_id,
            details=f"{methods[self.check_method]}: {note}",
        )
        return {"type": "ir.actions.act_window_close"}
