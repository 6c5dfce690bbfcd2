# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .call_common import CallCase
from .common import AGENT_OWN


@tagged("post_install", "-at_install")
class TestCallCard(CallCase):
    """Who calls and what may be said to them, as the server tells the page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(location_id=cls.location.id)
        cls.person.function = "Receptionist"

    def _get_card(self, **kwargs):
        self.env.flush_all()
        return self.calls.call_card(**kwargs)

    def _get_anas_card(self):
        return self._get_card(partner_id=self.person.id)

    def _confirm(self, fact, **kwargs):
        kwargs = {"name": True, "hotel": True, **kwargs}
        return self.calls.call_confirm(self.person.id, fact=fact, **kwargs)

    def test_until_confirmed_the_card_shows_number_subject_and_state_alone(self):
        card = self._get_anas_card()
        self.assertFalse(card["confirmed"])
        self.assertFalse(card["person"])
        self.assertEqual(
            card["tickets"],
            [
                {
                    "id": self.ticket.id,
                    "number": self.ticket.number,
                    "name": self.ticket.name,
                    "stage": self.ticket.stage_id.name,
                    "turn": "us",
                }
            ],
        )
        for secret in ("None since", self.person.email, "2233", "Receptionist"):
            self.assertNotIn(secret, str(card))

    def test_name_hotel_and_one_fact_show_the_rest(self):
        self.assertTrue(self._confirm("ANA@test.example"))
        card = self._get_anas_card()
        self.assertTrue(card["confirmed"])
        self.assertEqual(card["person"]["email"], self.person.email)
        details = card["tickets"][0]["details"]
        self.assertIn("None since this morning", details["asked"])
        self.assertIn("our turn", details["turn_text"])

    def test_all_three_are_needed(self):
        for missing in ({"name": False}, {"hotel": False}):
            with self.subTest(missing=missing), self.assertRaises(UserError):
                self._confirm(self.person.email, **missing)
        with self.assertRaises(UserError):
            self._confirm("  ")
        self.assertFalse(self._get_anas_card()["confirmed"])

    def test_each_fact_that_only_they_know_will_do(self):
        self.hotel.vat = "HSO010101AB1"
        self.ticket.partner_extension = "4512"
        digits = self.ticket.number.lstrip("HT0")
        facts = {
            "ana@test.example": "email",
            f"#{digits}": "ticket",
            self.ticket.number: "ticket",
            "hso-010101-ab1": "vat",
            "444 811 2233": "phone",
            "4512": "extension",
        }
        Check = self.env["helpdesk.call.check"].with_user(self.carla)
        for fact, kind in facts.items():
            with self.subTest(fact=fact):
                self.assertEqual(Check._get_fact_kind(self.person, fact), kind)
        other = self._create_ticket(self.eva)
        for wrong in ("eva@test.example", other.number, "1", "%", "0", "XX" + digits):
            with self.subTest(wrong=wrong):
                self.assertFalse(Check._get_fact_kind(self.person, wrong))

    def test_a_number_that_others_share_is_no_fact(self):
        self.luis.partner_id.phone = self.person.phone
        self.assertFalse(self._confirm("444 811 2233"))

    def test_five_wrong_answers_end_the_asking(self):
        for _attempt in range(5):
            self.assertFalse(self._confirm("wrong@test.example"))
        with self.assertRaises(UserError):
            self._confirm(self.person.email)
        with self.clock(hours=2):
            self.assertTrue(self._confirm(self.person.email))

    def test_a_confirmation_is_of_one_caller_one_colleague_and_half_an_hour(self):
        self._confirm(self.person.email)
        luis = self._get_card(partner_id=self.luis.partner_id.id)
        self.assertFalse(luis["confirmed"])
        by_marta = self.env["helpdesk.ticket"].with_user(self.marta)
        self.assertFalse(by_marta.call_card(partner_id=self.person.id)["confirmed"])
        with self.clock(minutes=31):
            self.assertFalse(self._get_anas_card()["confirmed"])

    def test_a_caller_hears_of_what_they_see_in_the_portal(self):
        secret = self._create_ticket(self.luis, name="About Luis")
        self.assertNotIn("About Luis", str(self._get_anas_card()))
        self.person.helpdesk_scope = "company"
        self.assertIn("About Luis", str(self._get_anas_card()))
        self.person.helpdesk_scope = "own"
        self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": secret.id, "partner_id": self.person.id, "source": "agent"}
        )
        self.assertIn("About Luis", str(self._get_anas_card()))

    def test_tickets_of_other_teams_are_not_shown(self):
        team = self._create_team("Night", self.sam)
        self._create_ticket(name="Night audit", team_id=team.id)
        self.assertNotIn("Night audit", str(self._get_anas_card()))

    def test_a_hotel_asks_who_is_calling_recent_callers_first(self):
        people = self._open_switchboard()
        self._save(partner_id=people[7].id)
        card = self._get_card(company_id=self.hotel.id)
        self.assertFalse(card["partner_id"])
        self.assertEqual(card["people"][0]["name"], "Person 8")
        self.assertTrue(card["people"][0]["recent"])
        self.assertEqual(len(card["people"]), 14, "with Ana and Luis")

    def test_place_category_type_and_priority_are_prefilled(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Bookings"})
        kind = self.env["helpdesk.ticket.type"].create(
            {"name": "Incident", "default_priority": "2"}
        )
        self.ticket.write({"category_id": category.id, "type_id": kind.id})
        card = self._get_anas_card()
        self.assertEqual(card["location_id"], self.location.id)
        self.assertEqual(
            card["defaults"],
            {"category_id": category.id, "type_id": kind.id, "priority": "2"},
        )

    def test_calls_are_for_contact_center_and_engineers(self):
        own = self._create_person("Olga Own", "olga", AGENT_OWN)
        self.env["helpdesk.ticket"].with_user(own).call_search("Ana")
        for user in (self.ines, self.ana):
            calls = self.env["helpdesk.ticket"].with_user(user)
            for name, args in (
                ("call_search", ["Ana"]),
                ("call_card", [self.person.id]),
                ("call_confirm", [self.person.id, True, True, self.person.email]),
                ("call_options", []),
                ("call_save", [self._call()]),
            ):
                with self.subTest(user=user.name, name=name):
                    with self.assertRaises(AccessError):
                        getattr(calls, name)(*args)
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).call_add(self._call())


@tagged("post_install", "-at_install")
class TestContactCenterRights(CallCase):
    """The contact center: create for callers, read those of the teams, no more."""

    def test_they_read_the_tickets_of_their_teams_with_notes_and_no_others(self):
        ticket = self._create_ticket()
        note = self._note(ticket, self.laura)
        team = self._create_team("Night", self.sam)
        other = self._create_ticket(team_id=team.id)
        self.assertTrue(ticket.with_user(self.carla).has_access("read"))
        self.assertTrue(note.with_user(self.carla).body)
        self.assertFalse(other.with_user(self.carla).has_access("read"))

    def test_they_change_and_delete_no_ticket(self):
        ticket = self._create_ticket().with_user(self.carla)
        for operation in ("write", "unlink"):
            self.assertFalse(ticket.has_access(operation))
        with self.assertRaises(AccessError):
            ticket.write({"priority": "3"})
        with self.assertRaises(AccessError):
            ticket.action_solve()

    def test_they_open_tickets_in_any_team(self):
        team = self._create_team("Night", self.sam)
        ticket = self.calls.create(
            {
                "name": "Late call",
                "description": "<p>-</p>",
                "partner_id": self.person.id,
                "team_id": team.id,
            }
        )
        self.assertEqual(ticket.sudo().partner_id, self.person)

    def test_they_add_places_and_configure_nothing(self):
        rights = {
            "helpdesk.ticket.location": (True, False, True, False),
            "helpdesk.ticket.category": (True, False, False, False),
            "helpdesk.ticket.type": (True, False, False, False),
            "helpdesk.ticket.stage": (True, False, False, False),
            "helpdesk.ticket.channel": (True, False, False, False),
            "helpdesk.ticket.team": (True, False, False, False),
            "helpdesk.ticket.mail.log": (False, False, False, False),
            "helpdesk.call.check": (False, False, False, False),
            "helpdesk.audit": (False, False, False, False),
        }
        for model, expected in rights.items():
            Model = self.env[model].with_user(self.carla)
            with self.subTest(model=model):
                self.assertEqual(
                    tuple(
                        Model.has_access(operation)
                        for operation in ("read", "write", "create", "unlink")
                    ),
                    expected,
                )
