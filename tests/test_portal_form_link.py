# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from .test_portal_form_fields import FormCase


@tagged("post_install", "-at_install")
class TestPortalFormLink(FormCase):
    """Links into the form say what it is about; nothing they say is believed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["helpdesk.ticket.location"].create(
            {"name": "Hotel Sol Cancún", "code": "TEST-CUN", "partner_id": cls.hotel.id}
        )
        cls.foreign = cls.env["helpdesk.ticket.location"].create(
            {
                "name": "Hotel Luna",
                "code": "TEST-LUNA",
                "partner_id": cls.other_hotel.id,
            }
        )
        cls.product = cls.env["helpdesk.ticket.product"].create({"name": "Test Suite"})

    def chosen(self, tree):
        """Return what the form has filled in."""
        lists = {
            name: tree.xpath(f"//select[@name='{name}']/option[@selected]/@value")
            for name in ("location", "category")
        }
        return {
            "subject": self.value(tree, "subject"),
            "type": tree.xpath("//input[@name='type'][@checked]/@value"),
            "product": tree.xpath("//input[@name='product']/@value"),
            **lists,
        }

    def test_link_fills_the_form_in(self):
        """Issue 6 "/new/ticket takes type, location code, category, product and
        subject"."""
        self.sign_in()
        tree = self.get(
            "/new/ticket?type=incident&location=test-cun&category=Invoices"
            "&product=test%20suite&subject=No%20WiFi"
        )
        expected = {
            "subject": "No WiFi",
            "type": [str(self.incident.id)],
            "product": [str(self.product.id)],
            "location": [str(self.second.id)],
            "category": [str(self.category.id)],
        }
        self.assertEqual(self.chosen(tree), expected)
        tree = self.get(
            f"/new/ticket?type={self.incident.id}&location={self.second.id}"
            f"&category={self.category.id}&product={self.product.id}&subject=No%20WiFi"
        )
        self.assertEqual(self.chosen(tree), expected)
        self.send_ticket(product=self.product.id, location=self.second.id)
        self.assertEqual(self.tickets().product_id, self.product)

    def test_what_is_not_offered_is_left_out(self):
        """Issue 6 "/new/ticket takes …, validated"."""
        self.incident.show_in_portal = False
        self.category.show_in_portal = False
        self.product.active = False
        self.sign_in()
        tree = self.get(
            "/new/ticket?type=incident&location=TEST-LUNA&category=Invoices"
            "&product=Test%20Suite"
        )
        chosen = self.chosen(tree)
        self.assertEqual(chosen["type"], [str(self.question.id)])
        self.assertEqual((chosen["location"], chosen["category"]), ([], []))
        self.assertEqual(chosen["product"], [])
        self.send_ticket(product=self.product.id, location=self.second.id)
        self.assertFalse(self.tickets().product_id)

    def test_hostile_links(self):
        """Issue 6 "no request answers 500": whatever a link says."""
        self.sign_in()
        for value in ("%00", "x" * 3000, "%", "[]", "-1", "9" * 30, "%E2%98%83", "_"):
            with self.subTest(value[:9]):
                names = ("type", "location", "category", "product", "subject")
                query = "&".join(f"{name}={value}" for name in names)
                tree = self.get(f"/new/ticket?{query}&type=a&type=b")
                self.assertLessEqual(len(self.value(tree, "subject")), 200)

    def test_link_is_carried_through_signing_in(self):
        """Issue 6 "/new/ticket takes …, through sign-in"."""
        self.authenticate(None, None)
        self.get("/new/ticket?type=incident&subject=No%20WiFi")
        back = parse_qs(urlsplit(self.path).query)["redirect"][0]
        self.assertIn("/web/login", self.path)
        self.sign_in()
        target = urlsplit(back)._replace(netloc="", scheme="").geturl()
        chosen = self.chosen(self.get(target))
        self.assertEqual(chosen["type"], [str(self.incident.id)])
        self.assertEqual(chosen["subject"], "No WiFi")

    def test_link_does_not_overwrite_what_was_typed(self):
        """D-08 "… with the text kept": a link fills in what is empty."""
        self.sign_in()
        draft = {"submission_key": "k" * 24, "subject": "Typed"}
        self.post("/my/draft/save", draft)
        tree = self.get("/new/ticket?subject=Linked&category=Invoices")
        chosen = self.chosen(tree)
        self.assertEqual(chosen["subject"], "Typed")
        self.assertEqual(chosen["category"], [str(self.category.id)])
