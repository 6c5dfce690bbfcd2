from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestRouting(HelpdeskCommon):
    """Every ticket has a team and a requester."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_team = cls._create_team("By type", cls.sam)
        cls.category_team = cls._create_team("By category", cls.sam)
        cls.location_team = cls._create_team("By location", cls.sam)
        cls.type = cls.env["helpdesk.ticket.type"].create(
            {"name": "Demo request", "team_id": cls.type_team.id}
        )
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Billing", "team_id": cls.category_team.id}
        )
        cls.location.team_id = cls.location_team

    def _route(self, **vals):
        return self._create_ticket(team_id=False, **vals).team_id

    def test_team_is_explicit_then_type_category_location_default(self):
        """Routing of the team, once: explicit, type, category, location, default."""
        all_of = {
            "type_id": self.type.id,
            "category_id": self.category.id,
            "location_id": self.location.id,
        }
        explicit = self._create_ticket(team_id=self.team.id, **all_of)
        self.assertEqual(explicit.team_id, self.team)
        self.assertEqual(self._route(**all_of), self.type_team)
        all_of.pop("type_id")
        self.assertEqual(self._route(**all_of), self.category_team)
        all_of.pop("category_id")
        self.assertEqual(self._route(**all_of), self.location_team)
        self.assertEqual(self._route(), self.team)

    def test_the_ticket_starts_in_the_initial_stage_of_its_team(self):
        ticket = self._create_ticket(team_id=False, type_id=self.type.id)
        self.assertEqual(ticket.stage_id, self.type_team._get_stage("new"))

    def test_a_team_whose_first_stage_is_closed_creates_no_closed_tickets(self):
        self._create_stage(self.team, "closed", sequence=-5)
        self.assertEqual(self._create_ticket().stage_kind, "new")

    def test_a_team_without_new_starts_in_progress(self):
        """A team needs stages of kind in_progress and solved; without `new`, tickets
        start in the first in_progress stage."""
        self.env["helpdesk.ticket.stage"].search([("kind", "=", "new")]).active = False
        self.assertEqual(self._create_ticket().stage_kind, "in_progress")

    def test_each_new_company_has_a_team(self):
        company = self.env["res.company"].create({"name": "Branch"})
        self.assertTrue(company.helpdesk_team_id)

    def test_an_unknown_sender_becomes_a_contact(self):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Hi",
                "description": "There",
                "partner_email": "Pepe <pepe@new.example>",
            }
        )
        self.assertEqual(ticket.partner_id.email_normalized, "pepe@new.example")
        self.assertEqual(ticket.partner_id.name, "Pepe")

    def test_without_anybody_named_the_writer_asks(self):
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.sam)
            .create({"name": "Hi", "description": "There"})
        )
        self.assertEqual(ticket.partner_id, self.sam.partner_id)

    @mute_logger("odoo.sql_db")
    def test_neither_team_nor_requester_can_be_deleted(self):
        ticket = self._create_ticket(team_id=self.type_team.id)
        for record in (ticket.team_id, self.eva.partner_id.create({"name": "Gone"})):
            if record._name == "res.partner":
                ticket.partner_id = record
            try:
                with self.env.cr.savepoint():
                    record.unlink()
                    self.env.flush_all()
            except (IntegrityError, UserError):
                continue
            self.fail(f"{record} was deleted")

    def test_the_default_team_stays(self):
        with self.assertRaisesRegex(UserError, "default team"):
            self.env.company.helpdesk_team_id.unlink()

    def test_type_team_is_among_the_teams_of_the_type(self):
        with self.assertRaisesRegex(ValidationError, "does not use the type"):
            self.type.team_ids = self.team

    def test_category_team_lists_the_category_if_it_lists_any(self):
        other = self.env["helpdesk.ticket.category"].create({"name": "Other"})
        with self.assertRaisesRegex(ValidationError, "does not handle the category"):
            self.category_team.category_ids = other
            self.category.team_id = self.category_team

    @users("sam@test.example")
    def test_choosing_a_type_in_the_form_never_empties_the_team(self):
        with Form(self.env["helpdesk.ticket"]) as form:
            form.name = "No invoice"
            form.description = "<p>Where is it?</p>"
            form.partner_id = self.ana.partner_id
            form.team_id = self.team
            form.type_id = self.env.ref("helpdesk_service_portal.type_question")
            self.assertTrue(form.team_id)
        self.assertTrue(form.record.team_id)

    def test_a_promise_per_team_and_priority(self):
        vals = {"team_id": self.team.id, "priority": "3", "answer_hours": 1}
        promise = self.env["helpdesk.ticket.team.promise"].create(vals)
        self.assertEqual(self.team._get_promise("3"), promise)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            promise.copy()


@tagged("post_install", "-at_install")
class TestLocations(HelpdeskCommon):
    def _offered(self, user):
        return self.env["helpdesk.ticket.location"]._get_offered(user.partner_id)

    def test_offered_are_those_of_the_company_and_those_for_all(self):
        """S3-11 Location: site of the customer where it happened, from a list of his
        sites."""
        shared = self.location.create({"name": "Head office"})
        hidden = self.location.create(
            {"name": "Depot", "partner_id": self.hotel.id, "show_in_portal": False}
        )
        foreign = self.location.create(
            {"name": "Luna", "partner_id": self.other_hotel.id}
        )
        offered = self._offered(self.ana)
        self.assertLessEqual(self.location | shared, offered)
        self.assertFalse((hidden | foreign) & offered)

    def test_who_manages_locations_is_offered_those_alone(self):
        """S0-15 The hotel is asked only if the user's e-mail manages more than one
        hotel; the list holds only his hotels."""
        managed = self.location.create(
            {"name": "Cancún", "manager_ids": [(4, self.ana.partner_id.id)]}
        )
        self.assertEqual(self._offered(self.ana), managed)

    def test_a_location_is_not_within_itself(self):
        child = self.location.create({"name": "Pool", "parent_id": self.location.id})
        self.assertEqual(child.complete_name, "Hotel Sol Nuevo Vallarta / Pool")
        with self.assertRaises(UserError):
            self.location.parent_id = child

    def test_a_code_is_used_once(self):
        self.location.code = "NVL"
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.location.create({"name": "Other", "code": "NVL"})
            self.env.flush_all()
