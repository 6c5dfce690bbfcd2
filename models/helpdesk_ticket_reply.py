# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools.mail_parsing import get_new_text, is_only_thanks


class HelpdeskTicket(models.Model):
    """What a message does to its ticket: whose turn it is, and since when.

    Only public messages of people are answers. Notes, notices of ours, machines'
    replies and bounces move neither a state nor a date nor a count.
    """

    _inherit = "helpdesk.ticket"

    def _on_public_message(self, message):
        """Count the message, make it findable and pass it to its side's verb."""
        # sudo: helpdesk.ticket - customers write no fields; their message does
        ticket = self.sudo().with_context(mail_notrack=True)  # nothing is tracked here
        words = ticket._get_message_words(message.sudo())  # sudo: as above
        ticket.write(
            {
                "interaction_count": ticket.interaction_count + 1,
                "search_text": ticket._append_search_text(words),
            }
        )
        ticket = self.sudo()  # sudo: as above
        if self._is_customer_message(message):
            ticket._on_customer_reply(message)
        else:
            ticket._on_agent_reply(message)

    @api.model
    def _is_customer_message(self, message):
        """Tell whether the customer's side wrote it, see ``_is_customer_side``.

        What nobody known wrote came from outside.
        """
        author = message.sudo().author_id  # sudo: res.partner - its kind alone
        # sudo: helpdesk.ticket - who takes part and who takes care of it
        ticket = self.sudo() or self.sudo().browse(message.sudo().res_id)
        return not author or ticket._is_customer_side(author)

    def _is_customer_side(self, partner):
        """Tell whether ``partner`` speaks for the customer.

        A person without internal user, or a colleague who takes part in this ticket
        and does not take care of it.
        """
        if partner.partner_share:
            return True
        if not self or partner == self.user_id.partner_id:
            return False
        included = self.participant_ids.filtered("included")
        return partner == self.partner_id or partner in included.partner_id

    def _on_customer_reply(self, message):
        """It is our turn: an answer is due; a solved ticket reopens.

        A ticket that waits for a third party keeps waiting, its assignee is told by
        the message. A closed one stays closed. Thanks alone leave a solved ticket
        solved (S0-37, S2-32).
        """
        self.ensure_one()
        if self.stage_kind == "solved" and self._is_only_thanks(message):
            self.write(
                {
                    "last_customer_message_date": message.date,
                    "thanked_date": message.date,
                }
            )
            return
        vals = {"last_customer_message_date": message.date}
        if self.stage_kind != "closed" and not self.queue_date:
            promise = self.team_id._get_promise(self.priority)
            vals |= {
                "queue_date": message.date,
                "answer_due_date": self.team_id._get_promised_date(
                    promise.answer_hours, message.date
                ),
            }
        stage = self._get_stage_after_answer()
        if stage:
            if self.stage_kind == "waiting_customer":
                self._mark_told(stage.id)  # who answers knows whose turn it is
            vals["stage_id"] = stage.id
        self._write_answer(vals)

    def _is_only_thanks(self, message):
        """Tell whether the customer only said thanks."""
        names = [self.user_id.name, message.author_id.name]
        return is_only_thanks(
            get_new_text(message.body), bool(message.attachment_ids), names
        )

    def _get_stage_after_answer(self):
        """Return the stage to which a customer's answer moves the ticket, if any.

        A team without work in progress begins anew; without either it stays.
        """
        if self.stage_kind not in ("waiting_customer", "solved"):
            return self.env["helpdesk.ticket.stage"]
        team = self.team_id
        return team._get_stage("in_progress") or team._get_stage("new")

    def _on_agent_reply(self, message):
        """The customer has an answer: nothing is due; a new ticket is begun."""
        self.ensure_one()
        vals = {
            "last_agent_message_date": message.date,
            "queue_date": False,
            "answer_due_date": False,
        }
        begun = self.team_id._get_stage("in_progress")
        if self.stage_kind == "new" and begun:
            self._mark_told(begun.id)  # by the answer, whose mail says the new status
            vals["stage_id"] = begun.id
        self._write_answer(vals)

    def _write_answer(self, vals):
        """Write what follows from an answer; only a move is worth tracking."""
        ticket = self if "stage_id" in vals else self.with_context(mail_notrack=True)
        ticket.write(vals)
