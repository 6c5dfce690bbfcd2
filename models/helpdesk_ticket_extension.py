# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from math import ceil

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..tools import dates

CHOICES = 3


class HelpdeskTicket(models.Model):
    """ "I need more time": once in a wait, from the portal or a link in the mail."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What is offered
    # ------------------------------------------------------------

    def _get_extension_state(self):
        """Tell whether the customer may take more time, else why not.

        :return: ``open``; ``used`` in this wait; ``expired``: solved meanwhile;
            ``closed``; ``answered``: it is not the customer's turn; ``none``: the
            team waits without a limit or gives no more time
        """
        self.ensure_one()
        if self.stage_kind == "closed":
            return "closed"
        if self.stage_kind == "solved":
            return "expired"
        if self.stage_kind != "waiting_customer":
            return "answered"
        if self.extension_used:
            return "used"
        team = self.team_id.sudo()  # sudo: what the team offers customers
        offered = self.auto_close_date and team.extension_max_days > 0
        return "open" if offered else "none"

    def _get_extension_choices(self):
        """Return the choices as pairs of days and the date they lead to.

        Days are lived ones: the hour stays, whatever daylight saving does.
        """
        self.ensure_one()
        if self._get_extension_state() != "open":
            return []
        # sudo: helpdesk.ticket.team - what the team offers customers
        most = self.team_id.sudo().extension_max_days
        zone = self._get_reader_zone(self.partner_id)
        start = max(self.auto_close_date, self._now().replace(second=0, microsecond=0))
        return [
            (days, dates.add_days(start, days, zone))
            for days in sorted(
                {ceil(most * part / CHOICES) for part in range(1, CHOICES + 1)}
            )
        ]

    def _get_extension_url(self):
        """Return the address where more time can be taken, "" when it is not offered.

        It works without signing in and opens nothing else of the ticket.
        """
        self.ensure_one()
        if self._get_extension_state() != "open":
            return ""
        return f"{self.get_base_url()}{self._get_extension_path()}"

    def _get_extension_path(self):
        return f"/my/ticket/{self.id}/more-time?key={self._get_extension_key()}"

    def _get_extension_key(self):
        """Return what opens the page "more time" of this ticket and no other one."""
        return self._sign_for("helpdesk-more-time", self.sudo().partner_id.id)

    @api.model
    def _portal_find_by_key(self, ticket_id, key):
        """Return the ticket whose page "more time" the key opens, as sudo."""
        number = self._portal_parse_id(ticket_id)
        if not number or not isinstance(key, str) or not key.isascii():
            return self.sudo()
        # sudo: helpdesk.ticket - the key is checked on the next line
        ticket = self.sudo().search([("id", "=", number)])
        known = ticket and consteq(ticket._get_extension_key(), key)
        return ticket if known else self.sudo()

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _portal_extend(self, days):
        """Wait longer, as the customer asks; what is not offered changes nothing.

        :param int days: one of the choices
        :return: whether more time was given
        """
        self.ensure_one()
        self._lock_for_customer()
        until = dict(self._get_extension_choices()).get(days)
        if not until:
            return False
        self._clock_extend(until)
        ours = self.with_context(lang=self.partner_id.lang or self.env.lang)
        words = ours._get_extension_notice(until)
        self._post_line(words, self._get_person_in_charge())
        return True

    def action_give_more_time(self, days):
        """Wait longer for the customer, who is told so by mail.

        :param int days: added to the date they know
        :raise UserError: when the ticket does not wait for the customer until a date
        """
        if days <= 0:
            raise UserError(self.env._("Give at least one day."))
        for ticket in self:
            if ticket.stage_kind != "waiting_customer" or not ticket.auto_close_date:
                raise UserError(
                    self.env._(
                        "#%(number)s does not wait for the customer until a date.",
                        number=ticket.number,
                    )
                )
            zone = ticket._get_reader_zone(ticket.partner_id)
            start = max(ticket.auto_close_date, self._now())
            until = dates.add_days(start, days, zone)
            ticket._clock_extend(until)
            reader = ticket.partner_id
            words = ticket.with_context(lang=reader.lang or self.env.lang).env._(
                "You have more time: we wait for your answer until %(date)s.",
                date=ticket.with_context(lang=reader.lang)._get_moment_text(
                    until, reader
                ),
            )
            ticket._post_line(words, reader)

    def _get_extension_notice(self, until):
        date = self._get_moment_text(until, self.partner_id)
        user = self.env.user
        if user._is_public():
            return self.env._(
                "More time was asked for by the link in our e-mail: we wait until "
                "%(date)s.",
                date=date,
            )
        return self.env._(
            "%(name)s asked for more time: we wait until %(date)s.",
            name=user.name,
            date=date,
        )

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def _portal_extension_values(self, done=False):
        """Return what the page "more time" shows: a sentence and the choices."""
        self.ensure_one()
        zone, lang = self._get_reader_zone(self.partner_id), self.env.lang
        state = self._get_extension_state()
        return {
            "state": state,
            "done": done and state == "used",
            "sentence": self._get_extension_text(state, done),
            "choices": [
                {"days": days, "text": dates.deadline_words(moment, zone, lang)}
                for days, moment in self._get_extension_choices()
            ],
        }

    def _get_extension_text(self, state, done=False):
        """Return the page's sentence: each state has its own."""
        reader = self.partner_id
        date = self.auto_close_date and self._get_moment_text(
            self.auto_close_date, reader
        )
        solved = self.solved_date and self._get_moment_text(self.solved_date, reader)
        texts = {
            "open": lambda: self.env._(
                "At present we wait for your answer until %(date)s.", date=date
            ),
            "used": lambda: self.env._(
                "More time was given for this question already: we wait until "
                "%(date)s. If that is not enough, answer and tell us.",
                date=date,
            ),
            "expired": lambda: self.env._(
                "We considered this ticket solved on %(date)s. If you still need us, "
                "answer and we go on.",
                date=solved,
            ),
            "closed": lambda: self.env._(
                "This ticket is closed and no longer waits for anything. You can open "
                "a follow-up of it."
            ),
            "answered": lambda: self.env._(
                "There is nothing to hurry for: we have your answer or went on without "
                "it. It is no longer your turn."
            ),
            "none": lambda: self._get_no_extension_text(date),
        }
        if done and state == "used":
            return self.env._("Done: we wait for you until %(date)s.", date=date)
        return texts[state]()

    def _get_no_extension_text(self, date):
        if not date:
            return self.env._("Take the time you need: we wait for your answer.")
        return self.env._(
            "More time cannot be taken here. We wait for your answer until %(date)s; "
            "if that is not enough, answer and tell us.",
            date=date,
        )
