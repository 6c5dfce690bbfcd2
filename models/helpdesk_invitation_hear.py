# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, fields, models

from ..tools.alerts import alert
from ..tools.mail_bounce import (
    get_failed_address,
    get_failure_words,
    is_final_failure,
)
from ..tools.mail_parsing import is_passing_failure
from .helpdesk_invitation import OPEN, UNDER_WAY
from .mail_mail import PAUSES

_logger = logging.getLogger(__name__)
ERROR_LENGTH = 300


class HelpdeskInvitation(models.Model):
    """What becomes of invitations: sent, back again, accepted, taken away."""

    _inherit = "helpdesk.invitation"

    @api.model
    def _note_handed(self, users):
        """Keep that these users' invitations are written now, whoever has it done.

        :param users: as sudo
        :return: the lines, one a user
        """
        lines = self.search([("partner_id", "in", users.partner_id.ids)])
        known = {line.partner_id: line for line in lines}
        lines |= lines.create(
            [
                {
                    "partner_id": user.partner_id.id,
                    "company_id": user.company_id.id,
                    "team_id": user.company_id.helpdesk_team_id.id,
                    "user_id": self.env.uid,
                }
                for user in users
                if user.partner_id not in known
            ]
        )
        lines._drop_mails()
        now = fields.Datetime.now()
        for line in lines:
            line.write(
                {
                    "state": "queued",
                    "email": line.partner_id.email_normalized,
                    "handed_date": now,
                    "sent_count": line.sent_count + 1,
                    "error": False,
                }
            )
        return lines

    def _note_delivery(self, failure_type, reason, rehearsal=""):
        """Keep that the mail server took the mails of these, or refused them.

        :param str failure_type: of ``mail.mail``; empty when it took them
        :param str reason: what the server said
        :param str rehearsal: the address they went to instead, if the team rehearses:
            nobody was invited yet
        """
        waiting = self.filtered(lambda line: line.state in ("queued", "sent"))
        if failure_type:
            refused = failure_type in ("mail_email_invalid", "mail_email_missing")
            refused = refused or not is_passing_failure(failure_type, reason)
            waiting._tell_back(reason or failure_type)
            waiting.write(
                {
                    "state": "bounced" if refused else "failed",
                    "error": (reason or failure_type)[:ERROR_LENGTH],
                }
            )
            return
        if rehearsal:
            for line in waiting:
                line.write(
                    {
                        "state": "draft",
                        "error": line._get_rehearsal_text(rehearsal),
                        "sent_count": line.sent_count - 1,
                    }
                )
            return
        waiting.write(
            {"state": "sent", "date_sent": fields.Datetime.now(), "error": False}
        )

    def _get_rehearsal_text(self, address):
        """Return in the language of who invited where the mail went instead."""
        local = self.with_context(lang=self.user_id.lang or self.env.lang)
        return local.env._(
            "Rehearsal: it went to %(address)s only. Send it once the team is live.",
            address=address,
        )

    @api.model
    def _note_bounce(self, address, words):
        """Keep that an invitation's address took no mail.

        :param str address: normalised
        :param str words: what its server said
        """
        if not address:
            return
        # sudo: helpdesk.invitation - bounces come in the name of nobody
        lines_sudo = self.sudo().search(
            [("email", "=", address), ("state", "in", UNDER_WAY)]
        )
        lines_sudo._tell_back(words)
        lines_sudo.write({"state": "bounced", "error": words[:ERROR_LENGTH] or False})

    def _tell_back(self, words):
        """Leave a line in the server's log for each that did not arrive."""
        for line in self:
            alert(_logger, "invitation_back", "line %s: %s", line.id, words)

    @api.model
    def _note_accepted(self, partners):
        """Keep that these have chosen a password or signed in."""
        # sudo: helpdesk.invitation - of who is signing in
        self.sudo().search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "in", (*OPEN, "cancelled")),
            ]
        )._accept()

    def _accept(self):
        self.write(
            {
                "state": "accepted",
                "accepted_date": fields.Datetime.now(),
                "error": False,
            }
        )


class MailMail(models.Model):
    """Mails know the invitation they carry."""

    _inherit = "mail.mail"

    helpdesk_invitation_id = fields.Many2one(
        comodel_name="helpdesk.invitation",
        string="Invitation",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell invitations what the server said, before the core deletes their mails.

        A server that cannot for now is asked again, as for the mails of tickets.
        """
        carried = self.filtered("helpdesk_invitation_id")
        for mail in carried:
            reason = failure_reason or mail.failure_reason or ""
            again = (
                failure_type
                and is_passing_failure(failure_type, reason)
                and mail.helpdesk_retry_count < len(PAUSES)
            )
            if again:
                mail._plan_retry(mail.recipient_ids)
            else:
                mail.helpdesk_invitation_id._note_delivery(
                    failure_type, reason, mail._get_rehearsal_address()
                )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        """Find the invitation a mail that came back carried, by its address."""
        res = super()._routing_handle_bounce(email_message, message_dict)
        if email_message and is_final_failure(email_message):
            address = message_dict.get("bounced_email")
            self.env["helpdesk.invitation"]._note_bounce(
                address or get_failed_address(email_message),
                get_failure_words(email_message),
            )
        return res


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Who is archived is not invited."""
        res = super().write(vals)
        if "active" in vals and not vals["active"]:
            # sudo: helpdesk.invitation - whoever archives a contact
            lines_sudo = self.env["helpdesk.invitation"].sudo()
            lines_sudo.search([("partner_id", "in", self.ids)])._cancel()
        return res


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Who is removed is not invited any more."""
        res = super().write(vals)
        if "active" in vals and not vals["active"]:
            # sudo: helpdesk.invitation - whoever ends an account
            lines_sudo = self.env["helpdesk.invitation"].sudo()
            lines_sudo.search([("partner_id", "in", self.partner_id.ids)])._cancel()
        return res

    def _send_access_mail(self, kind, welcome=""):
        """Each invitation has its line, whoever invites."""
        if kind != "invitation":
            return super()._send_access_mail(kind, welcome)
        # sudo: helpdesk.invitation, res.users - whoever may have them invited
        lines_sudo = self.env["helpdesk.invitation"].sudo()._note_handed(self.sudo())
        ids = {line.partner_id.id: line.id for line in lines_sudo}
        users = self.with_context(helpdesk_invitation_ids=ids)
        return super(ResUsers, users)._send_access_mail(kind, welcome)

    def _prepare_access_mail(self, kind, welcome=""):
        ids = self.env.context.get("helpdesk_invitation_ids") or {}
        return super()._prepare_access_mail(kind, welcome) | {
            "helpdesk_invitation_id": ids.get(self.partner_id.id, False)
        }

    @api.model
    def signup(self, values, token=None):
        """Who chooses a password has accepted."""
        partner = self.env["res.partner"]
        if token:
            partner = partner._get_partner_from_token(token) or partner
        res = super().signup(values, token)
        self.env["helpdesk.invitation"]._note_accepted(partner)
        return res

    def _update_last_login(self):
        """Who signs in has accepted, by whatever link they came."""
        res = super()._update_last_login()
        if self.share:
            self.env["helpdesk.invitation"]._note_accepted(self.partner_id)
        return res
