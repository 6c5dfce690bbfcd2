# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

#: how many hours a link holds: system parameter and default, both the core's
HOURS = {
    "invitation": ("auth_signup.signup.validity.hours", 144),
    "reset": ("auth_signup.reset_password.validity.hours", 4),
}
SIGN_UP_TYPES = {"invitation": "signup", "reset": "reset"}
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class ResUsers(models.Model):
    """Mails with a link to choose a password: nobody is ever sent a password."""

    _inherit = "res.users"

    def _send_access_mail(self, kind, welcome=""):
        """Send each customer a link, used once, to choose a password (S0-08, S3-05).

        An earlier link of theirs stops working. The mail is queued.

        :param str kind: ``invitation`` or ``reset``
        :param str welcome: words of who invites
        :raise UserError: for an archived user, or one without an address
        """
        vals_list = []
        for user in self.sudo():  # sudo: whoever may ask for it, the link is secret
            if not user.active or not user.email:
                raise UserError(
                    self.env._("%(name)s has no account or no e-mail.", name=user.name)
                )
            user.partner_id._renew_sign_up(SIGN_UP_TYPES[kind])
            vals_list.append(user._prepare_access_mail(kind, welcome))
        # sudo: mail.mail - customers' managers and visitors ask for these mails
        self.env["mail.mail"].sudo().create(vals_list)
        self._send_access_mails_soon()

    def _send_access_mails_soon(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action", False)
        if cron:
            cron.sudo()._trigger()  # sudo: ir.cron - the queue sends at once

    def _prepare_access_mail(self, kind, welcome=""):
        """Return the values of one mail, in the language of its reader."""
        self.ensure_one()
        lang = self.lang or self.env.lang or "en_US"
        user = self.with_context(lang=lang)
        company = user.company_id
        parameter, default = HOURS[kind]
        get_param = self.env["ir.config_parameter"].get_param
        until = fields.Datetime.now() + timedelta(
            hours=int(get_param(parameter, default))
        )
        Ticket = user.env["helpdesk.ticket"]
        first_name = Ticket._get_first_name(user.partner_id)
        body = user.env["ir.qweb"]._render(
            f"helpdesk_service_portal.access_mail_{kind}",
            {
                "user": user,
                "company": company,
                "greeting": user.env._("Hello, %(name)s:", name=first_name)
                if first_name
                else user.env._("Hello:"),
                "url": user.partner_id._get_choose_password_url(),
                "portal_url": f"{user.partner_id.get_base_url()}/my",
                "again_url": f"{user.partner_id.get_base_url()}/web/get_password",
                "until": Ticket._get_moment_text(until, user.partner_id),
                "welcome": welcome,
                "lang": lang,
            },
        )
        name, address = tools.parse_contact_from_email(
            company.helpdesk_email or company.email_formatted or user.email_formatted
        )
        sender = tools.formataddr((company.name or name, address))
        return {
            "subject": self._get_access_subject(user, kind),
            "body_html": body,
            "email_from": sender,
            "reply_to": sender,
            "email_to": user.email_formatted,
            "headers": repr(HEADERS),
            "auto_delete": True,
            "message_type": "user_notification",
            # who asks for a reset themselves gets it, whatever is rehearsed
            "helpdesk_team_id": kind == "invitation" and user._get_own_desk().id,
        }

    def _get_own_desk(self):
        """Return the team in whose name this customer is written to, as sudo."""
        # sudo: res.partner, res.company - which desk is a customer's
        user = self.sudo()
        return user.partner_id.helpdesk_desk_id or user.company_id.helpdesk_team_id

    @api.model
    def _preview_invitation(self, partner, welcome=""):
        """Return the values of the mail that would invite a contact.

        Nothing is created, and its link opens nothing.

        :param partner: as sudo
        """
        company = partner.company_id or self.env.company
        lang = partner.lang or company.partner_id.lang or self.env.lang
        Users = self.with_context(lang=lang, helpdesk_mail_preview=True)
        user = Users.with_context(active_test=False).browse(partner.user_ids[:1].ids)
        user = user or Users.new(
            {
                "login": partner.email_normalized or partner.email,
                "partner_id": partner.id,
                "company_id": company.id,
            }
        )
        return user._prepare_access_mail("invitation", welcome)

    def _get_access_subject(self, user, kind):
        company = user.company_id.name
        if kind == "invitation":
            return user.env._(
                "Your access to the support of %(company)s", company=company
            )
        return user.env._("Choose a new password for %(company)s", company=company)
