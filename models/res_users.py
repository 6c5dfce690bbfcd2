# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize


class ResUsers(models.Model):
    """One person's account: one address, one account (S0-01)."""

    _inherit = "res.users"

    @api.constrains("login", "active", "partner_id", "group_ids")
    def _check_one_account_per_address(self):
        """A customer's address belongs to no other account, in whatever letters.

        Neither as its login nor as its e-mail. Employees may share an address.

        :raise ValidationError: saying so, without naming whose account it is
        """
        for user in self.filtered("active"):
            address = email_normalize(user.email or user.login)
            if not address:
                continue
            others = self._find_by_address(address, archived=True) - user
            others = others.filtered(
                lambda other, user=user: (
                    not other.website_id
                    or not user.website_id
                    or other.website_id == user.website_id
                )
            )
            active = others.filtered("active")
            if active and (user.share or any(active.mapped("share"))):
                raise ValidationError(
                    self.env._(
                        "%(address)s already has an account: one address is one "
                        "account. Use another address, or let its owner get a new "
                        "password.",
                        address=address,
                    )
                )
            if user.share and address in (others - active).mapped("login"):
                raise ValidationError(
                    self.env._(
                        "%(address)s had an account, which is archived. Restore that "
                        "one instead of creating a second.",
                        address=address,
                    )
                )

    @api.constrains("login", "website_id")
    def _check_login(self):
        """The clear refusal goes before the core's short one."""
        self._check_one_account_per_address()
        return super()._check_login()

    @api.model
    def _find_by_address(self, address, archived=False):
        """Return the users whose login or e-mail is an address, as sudo.

        :param str address: normalised
        """
        # sudo: res.users - whether an address is taken, whoever asks
        domain = Domain("login", "=", address)
        domain |= Domain("partner_id.email_normalized", "=", address)
        if archived:
            domain &= Domain("active", "in", [True, False])
        return self.sudo().search(domain)

    @api.model_create_multi
    def create(self, vals_list):
        """A login has no blanks around it, the core has made it lower case."""
        for vals in vals_list:
            if vals.get("login"):
                vals["login"] = vals["login"].strip()
        return super().create(vals_list)

    def write(self, vals):
        """A login has no blanks; a changed password ends links to change it."""
        if vals.get("login"):
            vals = {**vals, "login": vals["login"].strip()}
        res = super().write(vals)
        if vals.get("password"):
            # sudo: res.partner - the link of a mail that was not used
            pending = self.sudo().partner_id.filtered("signup_type")
            pending.signup_cancel()
        return res

    def _restore_to_portal(self):
        """Give who was removed the portal back, without the old password."""
        self.env.cr.execute(
            "UPDATE res_users SET password = NULL WHERE id = ANY(%s)", [self.ids]
        )
        self.invalidate_recordset(["password"])
        self.write(
            {
                "active": True,
                "group_ids": [
                    Command.link(self.env.ref("base.group_portal").id),
                    Command.unlink(self.env.ref("base.group_public").id),
                ],
            }
        )

    # ------------------------------------------------------------
    # Links in mails
    # ------------------------------------------------------------

    @api.model
    def signup(self, values, token=None):
        """Who holds a contact's link gets an account of that contact's address.

        The core takes the login from the form, so that it could be anybody's.
        """
        if token:
            partner = self.env["res.partner"]._signup_retrieve_partner(
                token, check_validity=True, raise_exception=True
            )
            if not partner.user_ids and partner.email_normalized:
                values["login"] = values["email"] = partner.email_normalized
        return super().signup(values, token)

    def _action_reset_password(self, signup_type="reset"):
        """Customers get our words, employees the core's."""
        customers = self.filtered("share")
        if self.env.context.get("install_mode") or not customers:
            return super()._action_reset_password(signup_type=signup_type)
        if customers != self:
            super(ResUsers, self - customers)._action_reset_password(signup_type)
        invited = self.env.context.get("create_user") or signup_type == "signup"
        customers._send_access_mail("invitation" if invited else "reset")
        if not self.env.su:
            for user in customers:
                self.env["helpdesk.audit"]._log(
                    "invited" if invited else "reset_password", partner=user.partner_id
                )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("E-mail on its way"),
                "message": self.env._("The link to choose a password was sent."),
                "sticky": False,
            },
        }
