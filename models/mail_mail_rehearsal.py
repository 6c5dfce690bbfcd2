# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from markupsafe import Markup, escape

from odoo import api, fields, models, tools

from ..tools import rehearsal

TICKET = "helpdesk.ticket"
BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
HEADER = "X-Helpdesk-Rehearsal"


class MailMail(models.Model):
    """Mails of a team that rehearses go to one address, at the very last moment.

    However they came about: notifications, notices, summaries, mails tried again. What
    became of them is noted as if the customer had got them.
    """

    _inherit = "mail.mail"

    helpdesk_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Helpdesk team",
        ondelete="set null",
        readonly=True,
        help="In whose name a mail is sent that is about no ticket.",
    )
    helpdesk_rehearsal_email = fields.Char(
        readonly=True,
        help="The address of a rehearsal that ended before the mail left.",
    )

    def _get_rehearsal_address(self):
        """Return the address of the rehearsal this mail belongs to, "" if none."""
        self.ensure_one()
        if self.helpdesk_rehearsal_email:
            return self.helpdesk_rehearsal_email
        return self._get_helpdesk_team().rehearsal_email or ""

    def _get_helpdesk_team(self):
        """Return the team in whose name the mail is sent, as sudo; maybe none."""
        # sudo: helpdesk.ticket - mails are sent in the name of nobody
        ticket = self.env[TICKET].sudo()
        if self.model == TICKET and self.res_id:
            ticket = ticket.browse(self.res_id).exists()
        mail = self.sudo()  # sudo: as above
        return (
            ticket.team_id
            or mail.helpdesk_team_id
            or mail.helpdesk_invitation_id.team_id
        )

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        results = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        address = self._get_rehearsal_address()
        if not address:
            return results
        inside = self._get_internal_addresses(results)
        return [
            values
            if self._is_internal_mail(values, inside)
            else self._rehearse(values, address)
            for values in results
        ]

    @api.model
    def _get_internal_addresses(self, results):
        """Return which of the addresses are those of our own people."""
        names = {
            name for values in results for name in values["email_to_normalized"] or ()
        }
        # sudo: res.users - whose address it is
        users = self.env["res.users"].sudo()
        users = users.search(
            [("partner_id.email_normalized", "in", list(names)), ("share", "=", False)]
        )
        return set(users.mapped("partner_id.email_normalized"))

    @api.model
    def _is_internal_mail(self, values, inside):
        person = values["partner_id"]
        if person:
            return not person.partner_share
        names = set(values["email_to_normalized"] or ())
        return bool(names) and names <= inside

    def _rehearse(self, values, address):
        """Return the values of the mail to ``address``; it says for whom it was."""
        person = values["partner_id"]
        meant = [*values["email_to"], *values["email_cc"]]
        names = values["email_to_normalized"] or [tools.email_normalize(meant[0]) or ""]
        # sudo: res.users - in whose language the mail says what it is
        reader = self.env["res.users"].sudo()
        reader = reader.search([("email_normalized", "=", address.lower())], limit=1)
        company = self.record_company_id or self.env.company
        lang = reader.lang or company.sudo().partner_id.lang or self.env.lang
        words = self.with_context(lang=lang).env._(
            "Rehearsal: this e-mail was for %(people)s. It went to you only.",
            people=", ".join(meant),
        )
        headers = dict(values["headers"] or {})
        headers.pop("X-Msg-To-Add", None)  # shown in To: "reply to all" would write
        changed = {
            **values,
            "email_to": [address],
            "email_cc": [],
            "email_to_normalized": [tools.email_normalize(address) or address],
            "email_to_raw": address,
            "subject": rehearsal.mark_subject(values["subject"], names[0]),
            "headers": {**headers, HEADER: ", ".join(names)},
            "body": self._put_first(values["body"], words),
            "body_alternative": f"{words}\n\n{values['body_alternative'] or ''}",
        }
        if person and values["message_id"]:
            message_id = values["message_id"]
            changed["message_id"] = rehearsal.mark_message_id(message_id, person.id)
            changed["references"] = " ".join(
                dict.fromkeys([*(values["references"] or "").split(), message_id])
            )
        return changed

    @api.model
    def _put_first(self, body, words):
        """Return a mail whose first line are ``words``."""
        line = Markup(
            '<div style="padding: 12px 16px; background-color: #fff3cd; '
            "color: #664d03; border-bottom: 2px solid #b36b00; font-family: Arial, "
            'Helvetica, sans-serif; font-size: 16px;"><strong>%s</strong></div>'
        ) % escape(words)
        body = str(body or "")
        found = BODY.search(body)
        place = found.end() if found else 0
        return Markup(body[:place]) + line + Markup(body[place:])

    def write(self, vals):
        """The message keeps its Message-ID, by which answers find it."""
        if rehearsal.MARK in (vals.get("message_id") or ""):
            plain, _person = rehearsal.read_message_ids(vals["message_id"])
            vals = {**vals, "message_id": plain}
        return super().write(vals)
