# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase
from .test_portal_form_fields import FormCase

READY = "form.o_hsp_form [role=combobox]"


@tagged("post_install", "-at_install")
class TestPortalFormBrowser(BrowserCase, FormCase):
    """The form in a real browser: it asks what the type needs, without reload."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.type_cards = True
        cls.configure(
            ["type", "category", "vat", "subject", "description"],
            ticket_type=cls.request,
            required=["category"],
            hints={"subject": "Say what you need."},
        )

    def _open(self, browser, viewport, path="/new/ticket", user=None):
        user = user or self.ana
        page = self.open_page(browser, viewport, locale="en-US")
        self.sign_in(page, user.login, user.login)
        page.goto(path)
        # the first page of a run waits for the styles to be compiled
        page.wait_for_selector(READY, state="attached", timeout=90_000)
        return page

    def _shown(self, page):
        return page.evaluate(
            "[...document.querySelectorAll('.o_hsp_slot')]"
            ".filter((slot) => !slot.hidden).map((slot) => slot.dataset.slot)"
        )

    def test_type_is_chosen_first_and_changed_without_losing_anything(self):
        """S4-09 "After choosing the type, the information that type needs is asked";
        issue 6 "without reload, losing nothing"."""
        with self.browser() as browser:
            for viewport, user in ((PHONE, self.ana), (DESK, self.luis)):
                page = self._open(browser, viewport, user=user)
                with self.subTest(viewport), self.pictures_of_failures(page):
                    self.assertEqual(self._shown(page), ["type"])
                    self.assertFalse(page.is_visible(".o_hsp_submit"))
                    page.click(".o_hsp_type:has-text('Incident')")
                    page.fill("#field_subject", "No WiFi")
                    self.assertFalse(page.is_visible(".o_hsp_type:has-text('Request')"))
                    page.click("text=Choose another type")
                    page.click(".o_hsp_type:has-text('Request')")
                    self.assertEqual(
                        self._shown(page),
                        ["type", "category", "vat", "subject", "description"],
                    )
                    self.assertEqual(page.input_value("#field_subject"), "No WiFi")
                    self.assertTrue(page.is_visible("text=Say what you need."))
                    self.assertEqual(
                        page.get_attribute("#field_category", "aria-required"), "true"
                    )
                    page.fill("#field_vat", "12345")
                    page.click("text=Choose another type")
                    page.click(".o_hsp_type:has-text('Incident')")
                    self.assertNotIn("vat", self._shown(page))
                    self.assertFalse(page.is_visible("text=Say what you need."))
                    self.assertIsNone(
                        page.get_attribute("#field_category", "aria-required")
                    )
                    self.assertEqual(page.input_value("#field_vat"), "12345")
                page.context.close()

    def test_keyboard_walks_through_the_cards(self):
        """S4-09: arrow keys choose among all cards, which stay while one does."""
        with self.browser() as browser:
            page = self._open(browser, DESK)
            with self.pictures_of_failures(page):
                page.focus("input[name=type]")
                page.keyboard.press("Space")
                page.keyboard.press("ArrowDown")
                page.keyboard.press("ArrowDown")
                self.assertTrue(page.is_visible(".o_hsp_type:has-text('Request')"))
                chosen = page.locator("input[name=type]:checked")
                self.assertEqual(chosen.get_attribute("value"), str(self.incident.id))
                page.keyboard.press("Tab")
                focused = page.evaluate("document.activeElement.name")
                self.assertEqual(focused, "subject")

    def test_what_was_typed_for_another_type_survives_reload(self):
        """D-12 "A draft of a ticket … survives reload": the chosen type, too."""
        with self.browser() as browser:
            page = self._open(browser, DESK)
            with self.pictures_of_failures(page):
                page.click(".o_hsp_type:has-text('Request')")
                page.fill("#field_subject", "New user")
                page.fill("#field_vat", "12345")
                page.wait_for_selector("text=Draft saved")
                page.reload()
                page.wait_for_selector(READY, state="attached")
                self.assertIn("vat", self._shown(page))
                self.assertEqual(page.input_value("#field_subject"), "New user")
                self.assertEqual(page.input_value("#field_vat"), "12345")

    def test_long_lists_are_searched_by_typing(self):
        """S3-11 "Location: … from a list of his sites", of two hundred, too."""
        self.env["helpdesk.ticket.location"].create(
            [
                {"name": f"Hotel {number:03}", "partner_id": self.hotel.id}
                for number in range(20)
            ]
        )
        with self.browser() as browser:
            page = self._open(browser, PHONE, "/new/ticket?type=incident")
            with self.pictures_of_failures(page):
                page.fill("#field_location", "hotel 017")
                page.keyboard.press("Enter")
                self.assertEqual(page.input_value("#field_location"), "Hotel 017")
                page.fill("#field_subject", "No WiFi")
                page.fill("textarea[name=description]:visible, .o_hsp_editable", "x")
                page.click(".o_hsp_submit")
                page.wait_for_url(re.compile("sent=1"))
        self.assertEqual(self.tickets().location_id.name, "Hotel 017")

    def test_facts_follow_the_place(self):
        """S2-29 "Details: country, brand, product": those of the place chosen."""
        products = self.env["helpdesk.ticket.product"].create(
            [{"name": "Suite North"}, {"name": "Suite South"}]
        )
        places = self.env["helpdesk.ticket.location"].create(
            [
                {
                    "name": f"At {product.name}",
                    "partner_id": self.hotel.id,
                    "product_ids": [(6, 0, product.ids)],
                }
                for product in products
            ]
        )
        self.configure(["type", "location", "product", "category"])
        with self.browser() as browser:
            page = self._open(browser, DESK, "/new/ticket?type=incident")
            with self.pictures_of_failures(page):
                for place, product in zip(places, products, strict=True):
                    page.select_option("#field_location", str(place.id))
                    self.assertTrue(page.is_visible(f"text={product.name} >> nth=-1"))
                    told = page.inner_text("[data-fact=product]")
                    self.assertIn(product.name, told)
