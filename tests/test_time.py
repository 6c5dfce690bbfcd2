# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .life_common import MONDAY, REQUEST, LifeCommon


@tagged("post_install", "-at_install")
class TestTime(LifeCommon):
    """Whose time it took: the idea's third sentence, "add it up"."""

    def _go_through(self):
        """Two days ours, one the customer's, three Booking's, then solved."""
        with self.clock(MONDAY):
            ticket = self._create_ticket()
            self.flush_tracking()
        steps = (
            (1, lambda: ticket.action_wait_customer(REQUEST)),
            (2, lambda: self._answer(ticket, self.ana)),
            (3, lambda: ticket.action_wait_other("Booking")),
            (6, ticket.action_solve),
        )
        for days, step in steps:
            with self.clock(MONDAY, days=days):
                step()
                self.flush_tracking()
        return ticket

    def _text(self, ticket, **delta):
        with self.clock(MONDAY, **delta):
            return ticket._get_time_bar()[ticket.id]["text"]

    def test_the_sentence(self):
        ticket = self._go_through()
        self.assertEqual(
            self._text(ticket, days=20), "In 6 days: 2 d us, 24 h you, 3 d Booking"
        )

    def test_the_parts_fill_the_bar(self):
        ticket = self._go_through()
        parts = ticket._get_time_bar()[ticket.id]["parts"]
        self.assertEqual([p["party"] for p in parts], ["us", "customer", "other"])
        self.assertEqual([p["hours"] for p in parts], [48, 24, 72])
        self.assertAlmostEqual(sum(p["percent"] for p in parts), 100, 0)

    def test_the_present_goes_on(self):
        with self.clock(MONDAY):
            ticket = self._create_ticket()
            self.flush_tracking()
        self.assertEqual(self._text(ticket, minutes=59), "")
        self.assertEqual(self._text(ticket, minutes=90), "In 2 hours: 2 h us")
        self.assertEqual(self._text(ticket, days=5), "In 5 days: 5 d us")

    def test_third_parties_are_told_apart(self):
        with self.clock(MONDAY):
            ticket = self._create_ticket()
            ticket.action_wait_other("Booking")
            self.flush_tracking()
        with self.clock(MONDAY, days=2):
            ticket.action_wait_other("Expedia")
            self.flush_tracking()
        with self.clock(MONDAY, days=5):
            ticket.action_reopen()
            ticket.stage_id = self.stages["in_progress"]
            self.flush_tracking()
        self.assertEqual(
            self._text(ticket, days=5), "In 5 days: 2 d Booking, 3 d Expedia"
        )

    def test_time_after_the_solution_is_nobodys(self):
        ticket = self._go_through()
        with self.clock(MONDAY, days=16):
            ticket.action_reopen()
            self.flush_tracking()
        self.assertEqual(
            self._text(ticket, days=18), "In 8 days: 4 d us, 24 h you, 3 d Booking"
        )

    def test_one_query_for_a_list(self):
        tickets = self._create_ticket() | self._create_ticket() | self._create_ticket()
        tickets.action_wait_customer(REQUEST)
        self.flush_tracking()
        self.env.flush_all()
        self.env.invalidate_all()
        tickets.mapped("stage_kind")
        with self.assertQueryCount(1):
            bars = tickets._get_time_bar()
        self.assertEqual(bars.keys(), set(tickets.ids))
