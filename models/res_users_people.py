# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ResUsers(models.Model):
    """Accounts of a customer's people: two steps for all, and the end of access."""

    _inherit = "res.users"

    def _is_two_factor_required(self):
        """Tell whether the customer's company asks for two steps at sign-in."""
        self.ensure_one()
        user_sudo = self.sudo()  # sudo: a setting of the user's own company
        return bool(
            user_sudo.share
            and user_sudo.commercial_partner_id.helpdesk_require_two_factor
        )

    def _mfa_type(self):
        """Who has no second step of their own is sent a code by mail."""
        res = super()._mfa_type()
        if res is None and self._is_two_factor_required():
            return "totp_mail"
        return res

    def _end_portal_access(self):
        """Sign out everywhere and let nobody in with these accounts any more."""
        # sudo: res.users - the caller has checked that they may be removed
        users_sudo = self.sudo().filtered("share")
        self.env["res.users.apikeys"].sudo().search(
            [("user_id", "in", users_sudo.ids)]
        ).unlink()
        self.env["auth_totp.device"].sudo().search(
            [("user_id", "in", users_sudo.ids)]
        ).unlink()
        # sessions are signed with this among others
        users_sudo.active = False
