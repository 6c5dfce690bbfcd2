# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..tools import dates
from .helpdesk_ticket_stage import TURNS

#: seconds from which there is something to tell
TOLD_FROM = 3600


class HelpdeskTicket(models.Model):
    """Whose time it took, in words and as a bar."""

    _inherit = "helpdesk.ticket"

    def _get_time_bar(self):
        """Return by ticket id whose time it took: ours, the customer's, others'.

        Read from what the tracking of the stages kept, as ``duration_tracking`` is,
        with the third party of the moment; one query for all. Time after the
        solution is nobody's.

        :return: {id: {"text": sentence, "parts": [{"party": ``us``, ``customer`` or
            ``other``, "name", "hours", "percent", "text"}]}}; without a sentence
            where there is nothing to tell yet
        """
        histories = self._get_turn_histories()
        return {ticket.id: ticket._describe_time(histories) for ticket in self}

    def _describe_time(self, histories):
        spent = self._add_up_time(histories.get(self.id, []))
        total = sum(spent.values())
        if total < TOLD_FROM:
            return {"text": "", "parts": []}
        parts = [
            {
                "party": turn,
                "name": self._get_turn_name(turn, party),
                "hours": seconds / 3600,
                "percent": round(100 * seconds / total, 1),
                "text": self._get_time_text(turn, party, seconds),
            }
            for (turn, party), seconds in spent.items()
            if seconds >= 60
        ]
        return {
            "text": self.env._(
                "In %(total)s: %(parts)s",
                total=dates.duration_words(total, self.env.lang),
                parts=", ".join(part["text"] for part in parts),
            ),
            "parts": parts,
        }

    def _get_turn_name(self, turn, party):
        if turn == "us":
            return self.env._("Us")
        if turn == "customer":
            return self.env._("You")
        return party or self.env._("Third parties")

    def _get_time_text(self, turn, party, seconds):
        time = dates.short_duration(seconds)
        if turn == "us":
            return self.env._("%(time)s us", time=time)
        if turn == "customer":
            return self.env._("%(time)s you", time=time)
        if not party:
            return self.env._("%(time)s third parties", time=time)
        return f"{time} {party}"

    def _add_up_time(self, history):
        """Return seconds by turn and third party: us, the customer, others in order.

        Walks back from now: each row tells when something changed, and from what.

        :param history: rows of (date, field, former kind, former party), oldest first
        """
        spent = defaultdict(float)
        now = {"stage_id": self.stage_kind, "waiting_party": self.waiting_party or ""}
        end = self._now()
        for date, field, kind, party in reversed(history):
            self._add_time(spent, now, date, end)
            now[field] = kind if field == "stage_id" else party or ""
            end = min(date, end)
        self._add_time(spent, now, self.create_date or end, end)
        order = list(dict.fromkeys(TURNS.values()))
        oldest_first = reversed(spent.items())
        return dict(sorted(oldest_first, key=lambda item: order.index(item[0][0])))

    def _add_time(self, spent, state, start, end):
        turn = TURNS.get(state["stage_id"], "us")
        if turn == "done" or end <= start:
            return
        party = state["waiting_party"] if turn == "other" else ""
        spent[turn, party] += (end - start).total_seconds()

    def _get_turn_histories(self):
        """Return by ticket id when stage and third party changed, and from what.

        Looked up message by message: for many tickets PostgreSQL would rather read
        every change there ever was, for each batch of them.
        """
        if not self.ids:
            return {}
        for model in ("mail.tracking.value", "mail.message", "helpdesk.ticket.stage"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.res_id, value.create_date, field.name, stage.kind,
                       value.old_value_char
                  FROM mail_message message
            CROSS JOIN LATERAL (
                           SELECT id, create_date, field_id, old_value_integer,
                                  old_value_char
                             FROM mail_tracking_value
                            WHERE mail_message_id = message.id
                           OFFSET 0
                       ) value
                  JOIN ir_model_fields field ON field.id = value.field_id
             LEFT JOIN helpdesk_ticket_stage stage
                    ON stage.id = value.old_value_integer AND field.name = 'stage_id'
                 WHERE message.model = %(model)s AND message.res_id = ANY(%(ids)s)
                   AND field.model = %(model)s
                   AND field.name IN ('stage_id', 'waiting_party')
              ORDER BY value.id
                """,
                model=self._name,
                ids=list(self.ids),
            )
        )
        histories = defaultdict(list)
        for ticket_id, *row in rows:
            histories[ticket_id].append(row)
        return histories
