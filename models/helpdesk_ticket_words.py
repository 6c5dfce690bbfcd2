# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..tools import dates


class HelpdeskTicket(models.Model):
    """Dates, promises and whose turn it is, in words."""

    _inherit = "helpdesk.ticket"

    def _get_reader_zone(self, reader=None, location_zone=None):
        """Return the zone in which dates are told.

        The reader's, else that of the location, of the customer's company, ours.

        :param reader: a contact; the signed-in customer, else the requester
        :param str location_zone: the location's, where the caller has it, empty for
            none
        """
        # sudo: zones of the people and places of a ticket the caller may read
        ticket = self.sudo()[:1]
        user = self.env.user
        if reader is None:
            share = user.share and not user._is_public()
            reader = user.partner_id if share or not ticket else ticket.partner_id
        reader = reader.sudo()
        company = ticket.company_id or self.env.company.sudo()
        partners = self.env["res.partner"].sudo()
        zones = (
            lambda: reader.tz,
            lambda: ticket.location_id.tz if location_zone is None else location_zone,
            # both in one query
            lambda: dates.first_zone(
                *partners.browse(
                    [reader.commercial_partner_id.id, company.partner_id.id]
                ).mapped("tz"),
                default=False,
            ),
            lambda: ticket.team_id.calendar_id.tz,
        )
        for zone in zones:
            known = dates.first_zone(zone(), default=False)
            if known:
                return known
        return "UTC"

    def _get_moment_text(self, moment, reader=None):
        """Return a moment in words with its zone."""
        zone = self._get_reader_zone(reader)
        return dates.deadline_words(moment, zone, self.env.lang)

    def _get_answer_promise_text(self, reader=None):
        """Return by when we answer as a sentence; empty where nothing is promised.

        :param reader: the contact whose zone is used, see ``_get_reader_zone``
        """
        self.ensure_one()
        moment, now = self.answer_due_date, self._now()
        if not moment:
            return ""
        zone, lang = self._get_reader_zone(reader), self.env.lang
        if moment < now:
            return self.env._(
                "We wanted to answer before %(date)s and are late; we have not "
                "forgotten it.",
                date=dates.deadline_words(moment, zone, lang),
            )
        apart = dates.days_apart(moment, now, zone)
        if apart > 1:
            return self.env._(
                "We answer before %(date)s.",
                date=dates.deadline_words(moment, zone, lang),
            )
        time = dates.time_words(moment, zone, lang)
        place = dates.zone_words(zone, lang)
        if apart:
            return self.env._(
                "We answer tomorrow before %(time)s (%(zone)s).", time=time, zone=place
            )
        return self.env._(
            "We answer today before %(time)s (%(zone)s).", time=time, zone=place
        )

    def _get_turn_text(self, reader=None):
        """Return whose turn it is, and until when, as the customer reads it.

        :param reader: the contact whose zone is used, see ``_get_reader_zone``
        """
        self.ensure_one()
        describe = {
            "customer": self._get_customer_turn_text,
            "other": self._get_other_turn_text,
            "done": self._get_done_text,
        }.get(self.turn, self._get_our_turn_text)
        return describe(reader)

    def _get_our_turn_text(self, reader=None):
        promise = self._get_answer_promise_text(reader)
        if promise:
            return self.env._("It is our turn. %(promise)s", promise=promise)
        if self.stage_kind == "new":
            return self.env._("It is our turn. We have your request and will answer.")
        return self.env._("It is our turn. We are working on it.")

    def _get_customer_turn_text(self, reader=None):
        if not self.auto_close_date:
            return self.env._("It is your turn. We need your answer to go on.")
        date = self._get_moment_text(self.auto_close_date, reader)
        if self.auto_close_date < self._now():
            return self.env._(
                "It is your turn: we needed your answer before %(date)s. Answer now "
                "and we go on.",
                date=date,
            )
        return self.env._(
            "It is your turn: we need your answer before %(date)s. After that we will "
            "consider it solved.",
            date=date,
        )

    def _get_customer_deadline_text(self, reader=None):
        """Return until when we wait for the customer and what happens then.

        S1-15: stands in every mail of the customer's turn. Empty where it is not
        their turn or the team waits without a limit.

        :param reader: the contact whose zone is used, see ``_get_reader_zone``
        """
        self.ensure_one()
        if self.stage_kind != "waiting_customer" or not self.auto_close_date:
            return ""
        return self.env._(
            "Answer before %(date)s. Otherwise we will consider the ticket solved; "
            "answering reopens it.",
            date=self._get_moment_text(self.auto_close_date, reader),
        )

    def _get_other_turn_text(self, reader=None):
        """Return whom we wait for, since when, and when we asked them last (D-05)."""
        waiting = self._get_waiting_text(reader)
        if not self.chase_date or self.chase_date < self._now():
            return waiting
        if not self.team_id.sudo().clock_on:  # sudo: helpdesk.ticket.team
            return waiting  # nobody will be told to ask again
        day = dates.short_day(
            self.chase_date, self._get_reader_zone(reader), self.env.lang
        )
        again = self.env._("We will ask them again on %(date)s.", date=day)
        return f"{waiting} {again}"

    def _get_waiting_text(self, reader=None):
        zone, lang, now = self._get_reader_zone(reader), self.env.lang, self._now()
        since = self.last_stage_update or self.create_date or now
        words = {
            "party": self.waiting_party or self.env._("a third party"),
            "date": dates.short_day(since, zone, lang),
        }
        chased = self.last_chase_date
        if not chased:
            return self.env._("We are waiting for %(party)s since %(date)s.", **words)
        apart = dates.days_apart(chased, now, zone)
        if not apart:
            return self.env._(
                "We are waiting for %(party)s since %(date)s; asked again today.",
                **words,
            )
        if apart == -1:
            return self.env._(
                "We are waiting for %(party)s since %(date)s; asked again yesterday.",
                **words,
            )
        return self.env._(
            "We are waiting for %(party)s since %(date)s; asked again on %(chased)s.",
            chased=dates.short_day(chased, zone, lang),
            **words,
        )

    def _get_done_text(self, reader=None):
        if self.stage_kind == "closed":
            if not self.closed_date:
                return self.env._("This ticket is closed.")
            return self.env._(
                "Closed on %(date)s.",
                date=self._get_moment_text(self.closed_date, reader),
            )
        if self.auto_close_date and self.thanked_date:
            return self.env._(
                "Solved, as you told us. It will be closed on %(date)s; until then "
                "an answer opens it again.",
                date=self._get_moment_text(self.auto_close_date, reader),
            )
        if self.auto_close_date:
            return self.env._(
                "Solved. It will be closed on %(date)s. Is it still happening?",
                date=self._get_moment_text(self.auto_close_date, reader),
            )
        if not self.solved_date:
            return self.env._("Solved. Is it still happening? Answer here.")
        return self.env._(
            "Solved on %(date)s. Is it still happening? Answer here and we go on.",
            date=self._get_moment_text(self.solved_date, reader),
        )

    def _get_closing_text(self, reader=None):
        """Return when a solved ticket is closed, and what can be done until then.

        :param reader: the contact whose zone is used, see ``_get_reader_zone``
        """
        self.ensure_one()
        if self.stage_kind != "solved":
            return ""
        if not self.auto_close_date:
            return self.env._("Answer at any time to open it again.")
        return self.env._(
            "It will be closed on %(date)s. Until then, answering opens it again.",
            date=self._get_moment_text(self.auto_close_date, reader),
        )
