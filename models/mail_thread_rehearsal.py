# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models, tools

from ..tools import rehearsal


class MailThread(models.AbstractModel):
    """Answers to mails of a rehearsal come from whom the mails were for."""

    _inherit = "mail.thread"

    @api.private
    @api.model
    def message_parse(self, message, save_original=False):
        """Read the heads as if the mail had gone to whom it was for."""
        person_id = None
        for head in ("References", "In-Reply-To"):
            text = str(message.get(head) or "")
            if rehearsal.MARK in text:
                plain, person_id = rehearsal.read_message_ids(text)
                message.replace_header(head, plain)
        values = super().message_parse(message, save_original=save_original)
        if person_id:
            values["helpdesk_rehearsed_id"] = person_id
        return values

    @api.model
    def _read_helpdesk_mail(self, message, message_dict, aliases):
        """Let the rehearsal address speak for whom the answered mail was for."""
        person = self._get_rehearsed_person(message_dict)
        if person:
            message_dict["email_from"] = person.email_formatted
        return super()._read_helpdesk_mail(message, message_dict, aliases)

    @api.model
    def _get_rehearsed_person(self, message_dict):
        """Return for whom the mail of ours was that this one answers, as sudo.

        None unless the team of its ticket rehearses now, with just this sender.
        """
        # sudo: res.partner - mails are received in nobody's name
        person = self.env["res.partner"].sudo()
        person = person.browse(message_dict.pop("helpdesk_rehearsed_id", None) or [])
        parent = person.exists() and self._get_mail_parent(message_dict)
        if not parent:
            return person.browse()
        # sudo: helpdesk.ticket - as above
        ticket = self.env["helpdesk.ticket"].sudo().browse(parent.res_id).exists()
        sender = tools.email_normalize(message_dict.get("email_from"), strict=False)
        address = tools.email_normalize(ticket.team_id.rehearsal_email or "")
        if not address or sender != address or not ticket._is_open_to(person.id):
            return person.browse()
        return person
