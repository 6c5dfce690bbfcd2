# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import dates


class HelpdeskTicket(models.Model):
    """The engineer's side of whose turn it is: the queue, its count, the line."""

    _inherit = "helpdesk.ticket"

    turn_text = fields.Char(
        string="Whose turn it is",
        compute="_compute_turn_text",
        help="One sentence for the engineer: who has to act now, and until when.",
    )

    location_name = fields.Char(
        related="location_id.name",
        string="Name of the location",
        help="Without what it lies within: short enough for a column.",
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        """A ticket being written has no number to show yet."""
        written = self.filtered("id")
        for ticket in self - written:
            ticket.display_name = ticket.name or self.env._("New ticket")
        return super(HelpdeskTicket, written)._compute_display_name()

    # ---------------------------------------------------
    # The queue "My turn"
    # ---------------------------------------------------

    @api.model
    def _get_my_turn_domain(self):
        """What the current user has to act on: theirs, and what nobody took yet.

        The action of the menu "My turn" repeats this domain, because a view cannot
        call a method; a test keeps the two equal.
        """
        mine = Domain("user_id", "=", self.env.uid)
        free = Domain("user_id", "=", False) & Domain(
            "team_id.user_ids", "in", self.env.uid
        )
        return Domain("turn", "=", "us") & (mine | free)

    @api.model
    def get_my_turn_count(self):
        """How many tickets wait for the current user: the number in the menu."""
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            return 0
        return self.search_count(self._get_my_turn_domain())

    # ---------------------------------------------------
    # The line on top of the form
    # ---------------------------------------------------

    @api.depends(
        "stage_kind",
        "turn",
        "user_id",
        "answer_due_date",
        "queue_date",
        "last_stage_update",
        "customer_request",
        "waiting_party",
        "waiting_reference",
        "chase_date",
        "solved_date",
        "closed_date",
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_turn_text(self):
        for ticket in self:
            describe = {
                "us": ticket._describe_our_turn,
                "customer": ticket._describe_customer_turn,
                "other": ticket._describe_other_turn,
                "done": ticket._describe_done,
            }.get(ticket.turn)
            ticket.turn_text = describe and describe()

    def _describe_our_turn(self):
        if self.answer_due_date:
            date = self._format_turn_date(self.answer_due_date)
            if self._is_overdue():
                sentence = self.env._("The answer was due on %(date)s.", date=date)
            else:
                sentence = self.env._("We answer before %(date)s.", date=date)
        elif self.queue_date:
            sentence = self.env._(
                "The customer has been waiting for an answer since %(date)s.",
                date=self._format_turn_date(self.queue_date),
            )
        else:
            sentence = self.env._("We are working on it; no answer is due.")
        if self.user_id:
            return sentence
        return " ".join([sentence, self.env._("Nobody is assigned yet.")])

    def _describe_customer_turn(self):
        date = self._format_turn_date(self.last_stage_update)
        if self.customer_request:
            return self.env._(
                "Since %(date)s we need from the customer: %(request)s",
                date=date,
                request=self.customer_request,
            )
        return self.env._("The customer was asked on %(date)s.", date=date)

    def _describe_other_turn(self):
        party = self.waiting_party or self.env._("a third party")
        if self.waiting_reference:
            party = f"{party} ({self.waiting_reference})"
        sentence = self.env._(
            "We have been waiting for %(party)s since %(date)s.",
            party=party,
            date=self._format_turn_date(self.last_stage_update),
        )
        if not self.chase_date:
            return " ".join([sentence, self.env._("No date to chase is set.")])
        chase = self.env._(
            "We chase on %(date)s.", date=self._format_turn_date(self.chase_date)
        )
        return " ".join([sentence, chase])

    def _describe_done(self):
        if self.stage_kind == "closed":
            if not self.closed_date:
                return self.env._("Closed.")
            date = self._format_turn_date(self.closed_date)
            return self.env._("Closed on %(date)s.", date=date)
        if not self.solved_date:
            return self.env._("Solved; an answer from the customer reopens it.")
        return self.env._(
            "Solved on %(date)s; an answer from the customer reopens it.",
            date=self._format_turn_date(self.solved_date),
        )

    def _format_turn_date(self, value):
        """A date in the words and the time zone of the reader."""
        if not value:
            return ""
        zone = self.env.context.get("tz") or self.env.user.tz
        return dates.moment_words(value, zone, self.env.lang)
