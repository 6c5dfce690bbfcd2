# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

WRITER_NAME_LENGTH = 60


class MailMessage(models.Model):
    """Who wrote a message of a ticket, and who of us has seen it."""

    _inherit = "mail.message"

    writer_name = fields.Char(
        string="Written by",
        readonly=True,
        help="Who wrote this message under a mailbox that several people share.",
    )

    def _get_writer_text(self):
        """Return the author as readers see them: "Ana (recepcion@hotel.example)".

        For a shared mailbox whose writer said their name; the author's own name, or
        the address of a stranger, for all others.
        """
        self.ensure_one()
        # sudo: res.partner - the author's name on a message the caller may read
        author = self.sudo().author_id
        if self.writer_name:
            return f"{self.writer_name} ({author.email or author.name})"
        return author.name or self.email_from or ""

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + ["writer_name"]

    def set_message_done(self):
        """Opening a thread in the web client tells customers who has seen it."""
        res = super().set_message_done()
        if self.env.user._is_internal():
            # sudo: mail.message - where these messages stand, which the user read
            of_tickets = self.sudo().filtered(lambda m: m.model == "helpdesk.ticket")
            self.env["helpdesk.ticket"]._note_staff_reading(of_tickets)
        return res
