from odoo import fields, models
from odoo.tools import SQL

from ..tools.text import html_to_words, normalize


class HelpdeskTicket(models.Model):
    """The words by which tickets are found, and the order of their numbers."""

    _inherit = "helpdesk.ticket"

    search_text = fields.Text(
        readonly=True,
        copy=False,
        prefetch=False,
        help="Words of number, subject, description, people, public messages and "
        "public files, for searching. Never anything internal.",
    )

    _search_idx = models.Index(
        lambda registry: (
            "USING gin (search_text gin_trgm_ops)" if registry.has_trigram else ""
        )
    )

    def _get_search_text(self):
        """Return the words by which customers and agents find this ticket."""
        self.ensure_one()
        return self._get_search_texts()[self.id]

    def _get_search_texts(self):
        """Return {id: words by which a ticket is found}, for many tickets at once."""
        # sudo: messages and files - only what the customer may read is taken
        tickets = self.sudo()
        files = tickets._get_public_attachments().grouped("res_id")
        messages = tickets._get_public_messages().grouped("res_id")
        texts = {}
        for ticket in tickets:
            words = [
                ticket._get_first_search_text({}),
                *(file.name for file in files.get(ticket.id, ())),
                *map(ticket._get_message_words, messages.get(ticket.id, ())),
            ]
            texts[ticket.id] = normalize(" ".join(filter(None, words)))
        return texts

    def _get_first_search_text(self, vals):
        """Return the search words of a ticket without messages and files.

        :param dict vals: what it was created with; spares reading it again
        """
        self.ensure_one()
        ticket = self.sudo()  # sudo: the name of the requester
        words = [
            ticket.number,
            ticket.name,
            html_to_words(vals.get("description") or ticket.description),
            ticket.partner_name,
            ticket.partner_email,
            ticket.partner_id.name,
        ]
        return normalize(" ".join(filter(None, words)))

    def _get_message_words(self, message):
        """Return the words of a public message: author, text, names of files."""
        return " ".join(
            [
                message.author_id.name or message.email_from or "",
                html_to_words(message.body),
                *message.attachment_ids.mapped("name"),
            ]
        )

    def _refresh_search_text(self):
        texts = self._get_search_texts()
        for ticket in self:
            ticket.search_text = texts[ticket.id]

    def _append_search_text(self, words):
        """Return the search words with those of a new message or file."""
        return " ".join(filter(None, [self.search_text, normalize(words)]))

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Numbers sort as numbers: HT100000 comes after HT99999."""
        if field_name != "number":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        number = self._field_to_sql(alias, "number", query)
        return SQL(
            "LENGTH(%(number)s) %(direction)s %(nulls)s, %(number)s %(direction)s",
            number=number,
            direction=direction,
            nulls=nulls,
        )
