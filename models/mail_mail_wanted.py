# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import models

from .helpdesk_ticket_mail_choice import NOW

TICKET = "helpdesk.ticket"


class MailMail(models.Model):
    """A mail of a ticket leaves for who wants it."""

    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Leave out who wants no mail, or a summary; whatever kind of mail it is."""
        unwanted = self._leave_out_unwanted()
        if unwanted and post_send_callback:
            post_send_callback(unwanted)
        wanted = self.browse(
            mail_id for mail_id in self._ids if mail_id not in unwanted
        )
        return super(MailMail, wanted).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _leave_out_unwanted(self):
        """Take recipients out of mails they do not want.

        :return: list of the ids of mails that are left for nobody, and deleted
        """
        mails = self.exists().filtered(
            lambda mail: (
                mail.model == TICKET
                and mail.is_notification
                and mail.state == "outgoing"
                and any(person.partner_share for person in mail.recipient_ids)
            )
        )
        if not mails:
            return []
        # sudo: mail.notification, helpdesk.ticket - the queue acts for nobody
        told = defaultdict(self.env["mail.notification"].sudo().browse)
        for line in told.default_factory().search([("mail_mail_id", "in", mails.ids)]):
            told[line.mail_mail_id.id] |= line
        tickets = self.env[TICKET].sudo().browse(mails.mapped("res_id"))
        tickets = {ticket.id: ticket for ticket in tickets.exists()}
        left = self.browse()
        for mail in mails.filtered(lambda mail: mail.res_id in tickets):
            mail._leave_out(tickets[mail.res_id], told[mail.id])
            if not (mail.recipient_ids or mail.email_to or mail.email_cc):
                left += mail
        ids = left.ids
        left.unlink()
        return ids

    def _leave_out(self, ticket, told):
        """Take out who does not want this mail of ``ticket``.

        :param told: the notifications it delivers, as sudo
        """
        for person in self.recipient_ids.filtered("partner_share"):
            of_person = told.filtered(lambda line, p=person: line.res_partner_id == p)
            messages = self.mail_message_id | of_person.mail_message_id
            wish = ticket._get_mail_wish(person, messages)
            if wish != NOW:
                self.recipient_ids -= person
                of_person.unlink()
                ticket._note_not_mailed(person, messages, wish)
