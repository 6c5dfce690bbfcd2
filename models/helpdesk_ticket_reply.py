# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskTicket(models.Model):
    """What a message does to its ticket: whose turn it is, and since when."""

    _inherit = "helpdesk.ticket"

    def _on_public_message(self, message):
        """Count the message, make it findable and pass it to its side's verb."""
        # sudo: helpdesk.ticket - customers write no fields; their message does
        ticket = self.sudo()
        words = ticket._get_message_words(message.sudo())  # sudo: as above
        ticket.write(
            {
                "interaction_count": ticket.interaction_count + 1,
                "search_text": ticket._append_search_text(words),
            }
        )
        if self._is_customer_message(message):
            ticket._on_customer_reply(message)
        else:
            ticket._on_agent_reply(message)

    @api.model
    def _is_customer_message(self, message):
        """Tell whether a person without an internal user wrote ``message``."""
        author = message.sudo().author_id  # sudo: res.partner - its kind alone
        return not author or author.partner_share

    def _on_customer_reply(self, message):
        """It is our turn: an answer is due; a solved ticket reopens.

        A ticket that waits for a third party keeps waiting, its assignee is told
        by the message. A closed one stays closed.
        """
        self.ensure_one()
        vals = {"last_customer_message_date": message.date}
        if self.stage_kind != "closed" and not self.queue_date:
            promise = self.team_id._get_promise(self.priority)
            vals |= {
                "queue_date": message.date,
                "answer_due_date": self.team_id._get_promised_date(
                    promise.answer_hours, message.date
                ),
            }
        self.write(vals)
        if self.stage_kind in ("waiting_customer", "solved"):
            self._set_kind("in_progress")

    def _on_agent_reply(self, message):
        """The customer has an answer: nothing is due; a new ticket is begun."""
        self.ensure_one()
        self.write(
            {
                "last_agent_message_date": message.date,
                "queue_date": False,
                "answer_due_date": False,
            }
        )
        if self.stage_kind == "new":
            self._set_kind("in_progress")
