# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL

#: a contact without any account
NO_ACCOUNT = {
    "state": "none",
    "login": "",
    "is_share": True,
    "two_factor": False,
    "passkeys": 0,
    "last_sign_in": False,
    "mails_bounced": 0,
    "mails_blocked": False,
}


class ResPartner(models.Model):
    """What staff and managers of a customer are told of people's accounts."""

    _inherit = "res.partner"

    def _get_helpdesk_account_state(self):
        """Return the state of these contacts' accounts, all in one statement.

        The caller has checked that its reader may know.

        :return: {partner id: dict} with ``state`` (``none``, ``invited`` until the
            first sign-in, ``active``, ``archived``) · ``login`` · ``is_share`` ·
            ``two_factor`` · ``passkeys`` (number) · ``last_sign_in`` (datetime or
            False) · ``mails_bounced`` (number that came back) · ``mails_blocked``
        """
        self.env["res.partner"].flush_model(["message_bounce", "email_normalized"])
        self.env["res.users"].flush_model(["partner_id", "login", "active", "share"])
        self.env["res.users.log"].flush_model()
        self.env["auth.passkey.key"].flush_model(["create_uid"])
        self.env["mail.blacklist"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (partner.id)
                       partner.id, account.active, account.login, account.share,
                       account.totp_secret IS NOT NULL,
                       (SELECT count(*) FROM auth_passkey_key passkey
                         WHERE passkey.create_uid = account.id),
                       (SELECT max(log.create_date) FROM res_users_log log
                         WHERE log.create_uid = account.id),
                       partner.message_bounce,
                       EXISTS (SELECT 1 FROM mail_blacklist blocked
                                WHERE blocked.email = partner.email_normalized
                                  AND blocked.active IS TRUE)
                  FROM res_partner partner
             LEFT JOIN res_users account ON account.partner_id = partner.id
                 WHERE partner.id = ANY(%s)
              ORDER BY partner.id, account.active DESC NULLS LAST, account.id
                """,
                self.ids,
            )
        )
        states = {partner_id: dict(NO_ACCOUNT) for partner_id in self.ids}
        for partner_id, active, login, share, totp, passkeys, last, *mails in rows:
            bounced, blocked = mails
            states[partner_id] |= {
                "mails_bounced": bounced or 0,
                "mails_blocked": blocked,
            }
            if login is None:
                continue
            states[partner_id] |= {
                "state": self._get_helpdesk_account_word(active, last),
                "login": login,
                "is_share": bool(share),
                "two_factor": totp,
                "passkeys": passkeys,
                "last_sign_in": last or False,
            }
        return states

    def _get_helpdesk_account_word(self, active, last_sign_in):
        if not active:
            return "archived"
        return "active" if last_sign_in else "invited"

    def action_helpdesk_access_check(self):
        """S1-12 Show what this person can see, and the state of their account."""
        self.ensure_one()
        return self.env["helpdesk.access.check"]._open(self)
