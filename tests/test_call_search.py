# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .call_common import SWITCHBOARD, CallCase


@tagged("post_install", "-at_install")
class TestCallSearch(CallCase):
    """One field for number, name, hotel or #ticket leads to who is calling."""

    def _search(self, words):
        self.env.flush_all()
        return self.calls.call_search(words)

    def test_a_number_is_found_in_whatever_form_it_is_typed(self):
        for typed in (
            "+52 444 811 2233",
            "0052 (444) 811-2233",
            "444 811 2233",
            "+52 1 444 811 2233",
            "8112233",
        ):
            with self.subTest(typed=typed):
                rows = self._search(typed)
                self.assertEqual([row["partner_id"] for row in rows], [self.person.id])

    def test_results_come_while_the_number_is_typed(self):
        self.assertFalse(self._search("44"), "two digits are half the address book")
        self.assertIn("Ana Pérez", [row["name"] for row in self._search("444 8")])

    def test_a_switchboard_shared_by_twelve_leads_to_the_hotel(self):
        self._open_switchboard()
        rows = self._search("444 811 2200")
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["kind"], "place")
        self.assertEqual(rows[0]["company_id"], self.hotel.id)
        self.assertEqual(rows[0]["people"], 12)
        self.assertFalse(rows[0]["partner_id"], "nobody is presumed to be calling")

    def test_the_number_of_a_places_address_leads_to_the_place(self):
        self.location.address_id = self.env["res.partner"].create(
            {
                "name": "Nuevo Vallarta",
                "type": "other",
                "parent_id": self.hotel.id,
                "phone": SWITCHBOARD,
            }
        )
        rows = self._search(SWITCHBOARD)
        self.assertEqual(rows[0]["location_id"], self.location.id)
        self.assertEqual(rows[0]["name"], self.location.complete_name)

    def test_two_who_share_a_number_are_both_offered(self):
        self.luis.partner_id.phone = self.person.phone
        rows = self._search(self.person.phone)
        self.assertEqual(
            {row["partner_id"] for row in rows},
            set((self.person | self.luis.partner_id).ids),
        )

    def test_who_called_from_a_number_before_is_found_by_it(self):
        self._save(number="+52 444 811 7777")
        rows = self._search("444 811 7777")
        self.assertEqual([row["partner_id"] for row in rows], [self.person.id])

    def test_people_and_hotels_are_found_by_name_accents_aside(self):
        names = [row["name"] for row in self._search("perez ana")]
        self.assertIn("Ana Pérez", names)
        rows = self._search("sol nuevo")
        self.assertIn(self.location.id, [row["location_id"] for row in rows])

    def test_a_ticket_is_found_by_its_number(self):
        ticket = self._create_ticket()
        digits = ticket.number.lstrip("HT0")
        for typed in (f"#{digits}", f"# {digits}", ticket.number, f"#{ticket.number}"):
            with self.subTest(typed=typed):
                rows = self._search(typed)
                self.assertIn(ticket.id, [row["ticket_id"] for row in rows])
                self.assertFalse(any(row["partner_id"] for row in rows))
                self.assertNotIn("Ana", str(rows))

    def test_colleagues_are_no_callers(self):
        self.laura.partner_id.phone = "+52 444 811 9912"
        self.assertFalse(self._search("+52 444 811 9912"))
        self.assertFalse([r for r in self._search("Laura Díaz") if r["partner_id"]])

    def test_odd_input_finds_nothing_and_breaks_nothing(self):
        for typed in ("", " ", "%", "_%", "#", "#abc", "''", "\x00", "9" * 200, None):
            with self.subTest(typed=typed):
                self.assertIsInstance(self._search(typed), list)
        self.assertFalse(self._search("%%%"))
