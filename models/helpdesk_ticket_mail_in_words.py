# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import models

from .helpdesk_ticket_outbox import LAYOUT


class HelpdeskTicket(models.Model):
    """What the sender of a mail is told about it, besides that it arrived."""

    _inherit = "helpdesk.ticket"

    def _get_references(self, messages):
        """An acknowledgement stands below the mail it acknowledges."""
        references = super()._get_references(messages)
        for ticket in self.filtered("first_mail"):
            answered = ticket.first_mail["answers"]
            references[ticket.id] = f"{answered} {references[ticket.id]}"
        return references

    def _render_notices(self, template, langs):
        """Add to an acknowledgement which files were not taken, and why it is new."""
        bodies = super()._render_notices(template, langs)
        for ticket in self.filtered("first_mail"):
            words = ticket.with_context(lang=langs[ticket.id])._get_first_mail_words()
            bodies[ticket.id] += words
        return bodies

    def _get_first_mail_words(self):
        """Return what is said about the mail a ticket came from, as markup."""
        self.ensure_one()
        words = Markup("")
        number = self.first_mail["changed_subject_of"]
        if number:
            words += Markup("<p>%s</p>") % self.env._(
                "You answered ticket #%(former)s with another subject, so your mail "
                "became ticket #%(number)s. Both are linked, and #%(former)s goes on.",
                former=number,
                number=self.number,
            )
        return words + self._get_refused_words(self.first_mail["refused"])

    def _get_refused_words(self, refused):
        """Return a list of the files that were not taken, as markup."""
        if not refused:
            return Markup("")
        sentences = self._get_refusals(refused)
        return Markup("<p><strong>%s</strong></p><ul>%s</ul>") % (
            self.env._("We could not take these files; please send them otherwise:"),
            Markup("").join(map(Markup("<li>%s</li>").__mod__, sentences)),
        )

    def _tell_refused_files(self, mail, refused):
        """Tell staff, and who answered, which files were not taken.

        The sender alone gets a mail of it; the thread holds a note for staff.
        """
        super()._tell_refused_files(mail, refused)
        told = [file for file in refused if file["told"]]
        person = self.env.context.get("helpdesk_mail_kind", "person") == "person"
        author = mail["author"]
        if not (told and person and author):
            return
        ticket = self._as_us().with_context(
            lang=author.lang or self.env.lang, helpdesk_tell_sender=True
        )
        ticket.message_notify(
            partner_ids=author.ids,
            subject=ticket._message_compute_subject(),
            body=ticket._get_refused_words(told),
            email_layout_xmlid=LAYOUT,
            **ticket._get_notice_sender(),
        )
