# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools import dates
from ..tools.snippets import fill

THEN = (False, "wait", "solve")
ANSWERS = 200


class HelpdeskTicket(models.Model):
    """The engineer's desk: answering, who else is here, prewritten answers."""

    _inherit = "helpdesk.ticket"

    def desk_send(
        self,
        body,
        note=False,
        then=False,
        request=False,
        attachment_ids=(),
        last_seen_message_id=0,
        force=False,
    ):
        """Post what an engineer wrote, and move the ticket with it.

        :param str body: plain text; may be empty where there are files or a step
        :param bool note: internal; customers never see it
        :param then: False, "wait" (for the customer) or "solve"
        :param str request: what we need from the customer, for "wait"
        :param list attachment_ids: files the user uploaded for this message
        :param int last_seen_message_id: the newest message the writer has seen
        :param bool force: send although somebody else wrote meanwhile
        :return: {"message_id": id} or, when somebody wrote meanwhile and nothing was
            sent, {"conflict": [messages]}
        :raise AccessError: without the right to write this ticket
        :raise UserError: when nothing is said, or not what we need
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("write")
        self._check_own_files(list(attachment_ids))
        # A colleague who sends at the same time waits here, fails as the row changed,
        # is repeated by Odoo and then meets the conflict.
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket WHERE id = %s FOR NO KEY UPDATE",
            [self.id],
            log_exceptions=False,
        )
        if not note and not force:
            conflict = self._get_messages_meanwhile(last_seen_message_id)
            if conflict:
                return {"conflict": conflict}
        message = self._desk_send(body, note, then, request, attachment_ids)
        return {"message_id": message.id}

    def _desk_send(self, body, note, then, request, attachment_ids):
        """Post and move; the caller checked the rights and the files."""
        text = (body or "").strip()
        if then not in THEN or (note and then):
            raise UserError(self.env._("This cannot be done together."))
        if not text and not attachment_ids and not then:
            raise UserError(self.env._("Write a message."))
        if not note and not self.user_id:
            self.user_id = self.env.user  # who answers has taken it
        message = self.env["mail.message"]
        if text or attachment_ids:
            message = self.message_post(
                body=plaintext2html(text) if text else "",
                message_type="comment",
                subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
                attachment_ids=list(attachment_ids),
            )
        if then == "wait":
            self.action_wait_customer(request)
        elif then == "solve":
            self.action_solve()
        return message

    def action_resume(self):
        """Nobody is waited for any more: back to work."""
        waiting = self.filtered(
            lambda ticket: ticket.stage_kind in ("waiting_customer", "waiting_other")
        )
        waiting._set_kind("in_progress")

    def action_new_follow_up(self):
        """Open the form of a new ticket that continues this one."""
        self.ensure_one()
        self.check_access("read")
        defaults = {
            f"default_{name}": self[name].id
            for name in (
                "partner_id",
                "team_id",
                "type_id",
                "category_id",
                "location_id",
            )
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Follow-up"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": defaults
            | {"default_previous_ticket_id": self.id, "default_name": self.name},
        }

    def _get_messages_meanwhile(self, last_seen_message_id):
        """Return what others wrote since, as rows of the desk."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("id", ">", int(last_seen_message_id or 0)),
                ("message_type", "in", ("comment", "email")),
                ("author_id", "!=", self.env.user.partner_id.id),
            ],
            order="id",
        )
        # sudo: mail.message - found under the agent's own rules; authors and files
        return [self._get_desk_message(message, {}, {}) for message in messages.sudo()]

    # ------------------------------------------------------------
    # Who else is here
    # ------------------------------------------------------------

    def desk_present(self, writing=False, seen=False):
        """Tell the colleagues who have this ticket open that the user is here.

        Nothing is stored of it: who says no more for a while is gone.

        :param bool writing: an answer is being written
        :param bool seen: the thread was just shown; customers see that it was read
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("read")
        user = self.env.user
        if seen:
            self._mark_seen()
        # _sendone: channel is safe (tuple with record, access checked on subscribing)
        self.env["bus.bus"]._sendone(
            (self, "desk"),
            "helpdesk_desk/present",
            {
                "ticket_id": self.id,
                "user_id": user.id,
                "name": user.name,
                "writing": bool(writing),
            },
        )

    # ------------------------------------------------------------
    # Prewritten answers
    # ------------------------------------------------------------

    @api.readonly
    def desk_answers(self):
        """Return the user's canned answers, their variables filled for this ticket.

        See ``_get_answer_variables``.
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("read")
        answers = self.env["mail.canned.response"].search([], limit=ANSWERS)
        values = self._get_answer_variables()
        return [
            {
                "id": answer.id,
                "name": answer.source,
                "text": fill(answer.substitution, values),
            }
            for answer in answers.sorted(lambda answer: answer.source.lower())
        ]

    def _get_answer_variables(self):
        """Return what ``{{name}}`` in a canned answer is replaced by.

        customer (first name), customer_name, number, subject, location, company,
        team, engineer, date (today, at the customer's), link (of the portal).
        """
        # sudo: names of the people and places of a ticket the agent reads
        ticket = self.sudo()
        zone = self._get_reader_zone(ticket.partner_id)
        lang = ticket.partner_id.lang or self.env.lang
        return {
            "customer": self._get_greeting_name() or ticket.partner_name or "",
            "customer_name": ticket.partner_id.name or ticket.partner_name or "",
            "number": f"#{ticket.number}",
            "subject": ticket.name or "",
            "location": ticket.location_id.name or "",
            "company": ticket.commercial_partner_id.name or "",
            "team": ticket.team_id.name or "",
            "engineer": self.env.user.name,
            "date": dates.day_words(self._now(), zone, lang),
            "link": ticket.get_base_url() + f"/my/ticket/{ticket.id}",
        }
