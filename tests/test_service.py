# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Product, brand and country: known from the place, changed by the team alone."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .common import HelpdeskCommon


class ServiceCommon(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brand = cls.env["helpdesk.ticket.brand"].create({"name": "Sol Systems"})
        cls.channel, cls.engine = cls.env["helpdesk.ticket.product"].create(
            [
                {"name": "Channel", "brand_id": cls.brand.id},
                {"name": "Engine", "team_id": cls._create_team("Engine", cls.sam).id},
            ]
        )
        cls.mexico = cls.env.ref("base.mx")
        cls.location.write(
            {"product_ids": cls.channel.ids, "country_id": cls.mexico.id}
        )


@tagged("post_install", "-at_install")
class TestService(ServiceCommon):
    def test_the_place_tells_the_rest(self):
        """S2-29 Details: country, brand, product."""
        ticket = self._create_ticket(location_id=self.location.id)
        self.assertEqual(ticket.product_id, self.channel)
        self.assertEqual(ticket.brand_id, self.brand)
        self.assertEqual(ticket.country_id, self.mexico)

    def test_a_place_with_two_products_does_not_guess(self):
        self.location.product_ids += self.engine
        ticket = self._create_ticket(location_id=self.location.id)
        self.assertFalse(ticket.product_id)
        ticket.product_id = self.channel
        self.assertEqual(ticket.brand_id, self.brand)

    def test_what_was_chosen_stays_where_it_is_used(self):
        """Moving a ticket to another hotel keeps the product that is used there."""
        both = self.location.copy({"name": "Hotel Sol Tulum"})
        both.product_ids = self.channel + self.engine
        ticket = self._create_ticket(location_id=both.id, product_id=self.engine.id)
        self.assertEqual(ticket.product_id, self.engine)
        ticket.location_id = self.location
        self.assertEqual(ticket.product_id, self.channel)
        ticket.location_id = both
        self.assertEqual(ticket.product_id, self.channel)
        ticket.location_id = False
        self.assertEqual(ticket.product_id, self.channel)

    def test_without_a_place_the_requester_has_a_country(self):
        self.hotel.country_id = self.env.ref("base.es")
        self.assertEqual(self._create_ticket().country_id, self.env.ref("base.es"))

    def test_the_product_asks_for_a_team_last(self):
        """Routing of the team: explicit, type, category, location, product, default."""
        vals = {"team_id": False, "product_id": self.engine.id}
        self.assertEqual(self._create_ticket(**vals).team_id, self.engine.team_id)
        here = self._create_team("Here", self.sam)
        self.location.team_id = here
        ticket = self._create_ticket(location_id=self.location.id, **vals)
        self.assertEqual(ticket.team_id, here)

    def test_the_agents_form_follows(self):
        with Form(self.env["helpdesk.ticket"].with_user(self.sam)) as form:
            form.name = "No rates"
            form.description = "Since yesterday"
            form.partner_id = self.ana.partner_id
            form.location_id = self.location
            self.assertEqual(form.product_id, self.channel)
            self.assertEqual(form.brand_id, self.brand)

    def test_customers_change_none_of_them(self):
        """S2-31 The customer can update these except country, brand, product and
        status (server refuses those four)."""
        ticket = self._create_ticket(location_id=self.location.id).with_user(self.ana)
        self.assertEqual(ticket.product_id.name, "Channel")
        for name, value in (
            ("country_id", self.env.ref("base.es").id),
            ("brand_id", False),
            ("product_id", self.engine.id),
            ("stage_id", self.stages["solved"].id),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                ticket.write({name: value})


@tagged("post_install", "-at_install")
class TestServicePage(ServiceCommon, HttpCase):
    def test_the_page_shows_them_locked(self):
        """S2-29 Details: country, brand, product."""
        ticket = self._create_ticket(location_id=self.location.id)
        self.authenticate("ana@test.example", "ana@test.example")
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        for name in ("Mexico", "Sol Systems", "Channel"):
            self.assertIn(name, page)
        locks = html.fromstring(page).xpath("//*[contains(@class, 'o_hsp_lock')]")
        self.assertEqual(len(locks), 4)
