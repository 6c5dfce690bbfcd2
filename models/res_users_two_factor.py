# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import re

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.fields import Command

from odoo.addons.auth_totp.models.totp import TOTP

from ..tools.inside import Inside

#: what the app shows has six digits, a recovery code twelve
CODE_DIGITS = 6


class ResUsers(models.Model):
    """Two steps for a mailbox that several people use, S0-02 with S3-32."""

    _inherit = "res.users"

    def write(self, vals):
        """Recovery codes end with the second step they stand for."""
        result = super().write(vals)
        if "totp_secret" in vals and not vals["totp_secret"]:
            self._get_recovery_codes().unlink()
        return result

    def _check_credentials(self, credential, env):
        """Take a recovery code in place of the app's; say when a code is used up.

        :raise AccessDenied: with the reason, in the reader's language
        """
        if credential["type"] not in ("totp", "totp_mail"):
            return super()._check_credentials(credential, env)
        if credential["token"] >= 10**CODE_DIGITS:
            return self._check_recovery_code(credential)
        if credential["type"] == "totp" and self._is_used_code(credential["token"]):
            raise AccessDenied(
                self.env._(
                    "This code has been used already, perhaps by a colleague. Wait "
                    "for the next one in your app, 30 seconds at most, and write that."
                )
            )
        return super()._check_credentials(credential, env)

    def _is_used_code(self, token):
        """Tell whether a code is right, but not newer than the last one used."""
        # sudo: res.users - the secret of who is signing in
        user = self.sudo()
        if not user.totp_secret or not user.totp_last_counter:
            return False
        match = TOTP(base64.b32decode(user.totp_secret)).match(token)
        return match is not None and match <= user.totp_last_counter

    # ------------------------------------------------------------
    # Recovery codes
    # ------------------------------------------------------------

    def _check_recovery_code(self, credential):
        self._totp_rate_limit("code_check")
        # sudo: helpdesk.recovery.code - of who is signing in
        Codes = self.env["helpdesk.recovery.code"].sudo()
        if not Codes._use(self, str(credential["token"])):
            raise AccessDenied(
                self.env._(
                    "This is no recovery code that is left. Each counts once; check "
                    "the twelve digits or use another one."
                )
            )
        self._totp_rate_limit_purge("code_check")
        self._send_account_notice("recovery_code_used")
        return {
            "uid": self.id,
            "auth_method": credential["type"],
            "mfa": "default",
        }

    def _get_recovery_codes(self):
        # sudo: helpdesk.recovery.code - nobody has rights on the model
        Codes = self.env["helpdesk.recovery.code"].sudo()
        return Codes.search([("user_id", "in", self.ids)])

    def _count_recovery_codes(self):
        """Return how many recovery codes are left."""
        return len(self._get_recovery_codes())

    def _make_recovery_codes(self):
        """Make new recovery codes of the current user and tell their mailbox.

        :return: list of codes in groups of four digits, to print
        """
        # sudo: helpdesk.recovery.code - the user's own
        codes = self.env["helpdesk.recovery.code"].sudo()._generate(self)
        self._send_account_notice("recovery_codes")
        return [" ".join(re.findall("....", code)) for code in codes]

    # ------------------------------------------------------------
    # Another phone, another person
    # ------------------------------------------------------------

    def _get_authenticator(self):
        """Return the code that an authenticator app scans, for another phone.

        :return: dict: ``qrcode`` as base64 of a PNG · ``secret`` in groups of four
        """
        self.ensure_one()
        # sudo: res.users - the user's own secret, shown after their password
        secret = self.sudo().totp_secret
        # sudo: auth_totp.wizard - never stored, it draws the picture
        wizard = (
            self.env["auth_totp.wizard"]
            .sudo()
            .new({"user_id": self.id, "secret": secret})
        )
        self._send_account_notice("phone_added")
        return {
            "qrcode": wizard.qrcode,
            "secret": " ".join(re.findall(".{1,4}", secret)),
        }

    def _reset_two_factor(self, with_passkeys=False):
        """Take the second step away, for who lost it; the caller has checked who asks.

        Signs the account out everywhere.

        :param bool with_passkeys: also remove the passkeys
        """
        self.ensure_one()
        # sudo: res.users - staff who log a check of the identity reset customers
        user = self.sudo().with_context(helpdesk_change=Inside("two_factor_reset"))
        user._revoke_all_devices()
        user._totp_forget_failures()
        if user.totp_enabled:
            user.write({"totp_secret": False})
        if with_passkeys and user.auth_passkey_key_ids:
            user.write(
                {
                    "auth_passkey_key_ids": [
                        Command.delete(key.id) for key in user.auth_passkey_key_ids
                    ]
                }
            )
        self._note_change("two_factor_reset")

    def _totp_forget_failures(self):
        """Let who was locked out after wrong codes try again."""
        # sudo: auth.totp.rate.limit.log - of the user that is reset
        log = self.env["auth.totp.rate.limit.log"].sudo()
        log.search(
            [("user_id", "=", self.id), ("limit_type", "=", "code_check")]
        ).unlink()
