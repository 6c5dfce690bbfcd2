# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hash_sign, verify_hash_signed

from odoo.addons.auth_signup.models.res_partner import SignupError

from .res_users_access_mail import HOURS, SIGN_UP_TYPES

TYPE_HOURS = {SIGN_UP_TYPES[kind]: hours for kind, hours in HOURS.items()}


class ResPartner(models.Model):
    """Contacts are invited; the links they get are used once."""

    _inherit = "res.partner"

    helpdesk_sign_up_key = fields.Char(
        copy=False,
        groups="base.group_erp_manager",
        help="Part of the link to choose a password; changed with every use, so that "
        "no link works twice.",
    )

    def write(self, vals):
        """A used or cancelled link never works again; one address is one account."""
        if "signup_type" in vals and not vals["signup_type"]:
            vals = {**vals, "helpdesk_sign_up_key": secrets.token_urlsafe(12)}
        res = super().write(vals)
        if "email" in vals:
            # sudo: res.users - the accounts behind the changed addresses
            self.sudo().user_ids._check_one_account_per_address()
        return res

    # ------------------------------------------------------------
    # Inviting
    # ------------------------------------------------------------

    def _invite_to_portal(self, welcome=""):
        """Give these contacts an account and send them a link to choose a password.

        Callers check who may invite. Who was invited before gets a new link, who has
        signed in already gets nothing, who was removed comes back.

        :param str welcome: words of who invites
        :return: the users invited now, as sudo
        :raise UserError: without a valid address, or when it has an account already
        """
        invited = self.env["res.users"].sudo()  # sudo: accounts of who is invited
        for partner in self.sudo():  # sudo: contacts the caller may invite
            user = partner._get_portal_user()
            if user.login_date and user.active:
                continue
            if not user.active:
                user._restore_to_portal()
            invited += user
            self.env["helpdesk.audit"]._log("invited", partner=partner)
        invited._send_access_mail("invitation", welcome)
        return invited

    def _get_portal_user(self):
        """Return the contact's user, created in the portal if there is none."""
        user = self.with_context(active_test=False).user_ids.sorted("active")[-1:]
        if user:
            return user
        address = self.email_normalized
        if not address:
            raise UserError(
                self.env._("%(name)s has no valid e-mail.", name=self.display_name)
            )
        company = self.company_id or self.env.company
        Users = self.env["res.users"].with_company(company)
        try:
            return Users._create_user_from_template(
                {
                    "name": self.name,
                    "login": address,
                    "email": address,
                    "partner_id": self.id,
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                    "lang": self.lang or self.env.lang,
                    "tz": self.tz,
                }
            )
        except SignupError as error:
            raise UserError(str(error)) from error

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _renew_sign_up(self, signup_type):
        """Let the contact's next link be the only one that works."""
        self.write(
            {
                "signup_type": signup_type,
                "helpdesk_sign_up_key": secrets.token_urlsafe(12),
            }
        )

    def _get_choose_password_url(self):
        """Return the link of a mail; its host is the configured one."""
        if self.env.context.get("helpdesk_mail_preview"):
            return f"{self.get_base_url()}/web/reset_password"
        query = {"db": self.env.cr.dbname, "token": self._generate_signup_token()}
        return f"{self.get_base_url()}/web/reset_password?{urlencode(query)}"

    def _generate_signup_token(self, expiration=None):
        """The key is part of it: the core's works again with the next mail."""
        self.ensure_one()
        if not expiration:
            parameter, default = TYPE_HOURS.get(self.signup_type, HOURS["invitation"])
            get_param = self.env["ir.config_parameter"].sudo().get_param
            expiration = int(get_param(parameter, default))
        return hash_sign(
            self.sudo().env,  # sudo: ir.config_parameter - the database secret signs
            "signup",
            self._get_sign_up_claims(),
            expiration_hours=expiration,
        )

    @api.model
    def _get_partner_from_token(self, token):
        try:
            # sudo: ir.config_parameter - the database secret signs
            claims = verify_hash_signed(self.sudo().env, "signup", token or "")
        except ValueError:  # no link of ours
            return None
        partner = self.browse(claims[0]).exists() if claims else None
        if partner and partner.signup_type and claims == partner._get_sign_up_claims():
            return partner
        return None

    def _get_sign_up_claims(self):
        """Return what a link is about; it works while all of this is so.

        Not the last sign-in, as the core has it: several people may use an account.
        """
        return [
            self.id,
            self.user_ids.ids,
            self.signup_type,
            self.helpdesk_sign_up_key,
        ]
