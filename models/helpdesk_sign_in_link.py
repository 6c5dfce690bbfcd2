# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.tools import SQL

from .helpdesk_ticket_call import CONTACT_CENTER
from .helpdesk_ticket_desk import AGENT

CREDENTIAL = "helpdesk_sign_in_link"
VALID_MINUTES = 15
LEAST_CHECK = 15
MOST_FOR_ONE = 3
MOST_BY_ONE = 10
HOUR = 3600


class HelpdeskSignInLink(models.Model):
    """D-06: a way in, once, for a customer who cannot read their mailbox.

    Only a hash of the link is kept. Who gave it to whom and how they knew who it was
    stays, here and in the audit.
    """

    _name = "helpdesk.sign.in.link"
    _description = "One-time Sign-in Link"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Customer",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    identity_check = fields.Char(
        required=True,
        readonly=True,
        help="How the member of staff knew who was asking.",
    )
    token_hash = fields.Char(
        required=True, readonly=True, groups="base.group_no_one", copy=False
    )
    expiry_date = fields.Datetime(required=True, readonly=True)
    used_date = fields.Datetime(readonly=True)

    _token_uniq = models.UniqueIndex("(token_hash)")

    @api.model
    def _check_may_hand_out(self):
        """Links are handed out by engineers and the contact center.

        :raise AccessError: for everybody else
        """
        user = self.env.user
        if not (user.has_group(AGENT) or user.has_group(CONTACT_CENTER)):
            raise AccessError(
                self.env._("Sign-in links are given by the support team.")
            )

    @api.model
    def _hand_out(self, user, identity_check):
        """Return the address of a new link for a customer; earlier ones end.

        :param user: whose account it opens; never a colleague's
        :param str identity_check: how we know that it is them
        :raise UserError: without that, for a colleague, or after too many
        """
        self._check_may_hand_out()
        # sudo: res.users - the account of a customer, which agents cannot read
        user = user.sudo()
        said = " ".join((identity_check or "").split())
        if len(said) < LEAST_CHECK:
            raise UserError(
                self.env._(
                    "Write how you know that it is them, in %(count)s characters or "
                    "more.",
                    count=LEAST_CHECK,
                )
            )
        if len(user) != 1 or not user.active or not user.share or user._is_public():
            raise UserError(
                self.env._("Only customers with an account get a sign-in link.")
            )
        self._check_how_often(user)
        # sudo: helpdesk.sign.in.link - made and ended by the program alone
        links = self.sudo()
        links.search(
            [("user_id", "=", user.id), ("used_date", "=", False)]
        ).expiry_date = fields.Datetime.now()
        token = secrets.token_urlsafe(32)
        links.create(
            {
                "user_id": user.id,
                "identity_check": said,
                "token_hash": self._hash(token),
                "expiry_date": fields.Datetime.now() + timedelta(minutes=VALID_MINUTES),
            }
        )
        self.env["helpdesk.audit"]._log(
            "sign_in_link", partner=user.partner_id, details=said
        )
        self._tell_owner(user)
        return f"{user.get_base_url()}/my/sign-in/{token}"

    @api.model
    def _check_how_often(self, user):
        hit = self.env["helpdesk.rate.limit"]._hit
        if hit("sign_in_link", f"to-{user.id}", MOST_FOR_ONE, HOUR) or hit(
            "sign_in_link", f"by-{self.env.uid}", MOST_BY_ONE, HOUR
        ):
            raise UserError(
                self.env._("Too many sign-in links within an hour. Try again later.")
            )

    @api.model
    def _tell_owner(self, user):
        """Tell the account's mailbox: who did not ask for it should know."""
        local = user.with_context(
            lang=user.lang, default_helpdesk_team_id=user._get_own_desk().id
        )
        local._notify_security_setting_update(
            local.env._("A sign-in link was given out"),
            local.env._(
                "Our team gave out a link that signs in to your account once, because "
                "somebody asked for it in your name. If that was not you, tell us at "
                "once."
            ),
            suggest_password_reset=False,
        )

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find(self, token):
        """Return the link that still works for ``token``, as sudo; else none."""
        # sudo: helpdesk.sign.in.link - found by its secret
        links = self.sudo()
        if not isinstance(token, str) or not token.isascii():
            return links
        return links.search(
            [
                ("token_hash", "=", self._hash(token)),
                ("used_date", "=", False),
                ("expiry_date", ">", fields.Datetime.now()),
                ("user_id.active", "=", True),
                ("user_id.share", "=", True),
            ],
            limit=1,
        )

    @api.model
    def _use(self, user, token):
        """Use up the link; two at once are one.

        :return: whether it opened this user's account
        """
        link = self._find(token)
        if not link or link.user_id != user:
            return False
        self.flush_model()
        used = self.env.execute_query(
            SQL(
                "UPDATE helpdesk_sign_in_link SET used_date = %s"
                " WHERE id = %s AND used_date IS NULL RETURNING id",
                fields.Datetime.now(),
                link.id,
            )
        )
        link.invalidate_recordset(["used_date"])
        return bool(used)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        """A one-time link stands for the password, not for the second factor.

        A code by mail would be none to whom the mailbox is closed: that check was
        made by who gave out the link.
        """
        if credential.get("type") != CREDENTIAL:
            return super()._check_credentials(credential, env)
        links = self.env["helpdesk.sign.in.link"]
        if not links._use(self.env.user, credential.get("token")):
            raise AccessDenied()
        by_mail = self.env.user._mfa_type() == "totp_mail"
        return {
            "uid": self.env.user.id,
            "auth_method": CREDENTIAL,
            "mfa": "skip" if by_mail else "default",
        }
