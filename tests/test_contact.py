# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .portal_common import HELP, PortalCommon


@tagged("post_install", "-at_install")
class TestContact(PortalCommon):
    """How customers reach us stands on every page in the same words and links."""

    PAGES = ("/my", "/new/ticket", "/my/profile")

    def _links(self, tree):
        return set(tree.xpath("//section[@name='helpdesk_contact']//a/@href"))

    def test_numbers_dial_and_chat(self):
        """S3-42 "Support can be reached at a number by call or by WhatsApp message;
        both are shown in the portal."
        """
        self.company.write(
            {
                "country_id": self.env.ref("base.mx").id,
                "helpdesk_phone": "+52 (55) 1000-2000 ext. 5",
                "helpdesk_whatsapp": "55 1000 3000",
            }
        )
        self.sign_in()
        for page in self.PAGES:
            with self.subTest(page=page):
                self.assertEqual(
                    self._links(self.get(page)),
                    {
                        f"mailto:{HELP}",
                        "tel:+525510002000",
                        "https://wa.me/525510003000",
                    },
                )

    def test_the_address_is_shown_with_advice(self):
        """S3-33 "the portal shows the address and advises to be as explicit and
        complete as possible."
        """
        self.sign_in()
        words = self.part(self.get("/my"), "helpdesk_contact")
        self.assertIn(HELP, words)
        self.assertIn("Be as explicit and complete as possible", words)

    def test_entering_tickets_oneself_is_better_and_why(self):
        """S3-02 "The portal states that it is better for users to enter their own
        incidents, as their record, and that staff do it in case of need."
        """
        self.sign_in()
        for page in ("/my", "/new/ticket"):
            words = self.part(self.get(page), "helpdesk_contact")
            self.assertIn("It is best to open your ticket here yourself", words)
            self.assertIn("on record in your own words", words)
            self.assertIn("If you cannot, call us and we open it for you", words)

    def test_all_three_are_seen_before_signing_in(self):
        self.authenticate(None, None)
        words = self.part(self.get("/web/login"), "helpdesk_help_address")
        for way in (HELP, self.company.helpdesk_phone, self.company.helpdesk_whatsapp):
            self.assertIn(way, words)

    def test_what_is_not_set_is_not_shown(self):
        self.company.write({"helpdesk_email": "", "helpdesk_whatsapp": ""})
        self.sign_in()
        links = self._links(self.get("/my"))
        self.assertEqual({link.partition(":")[0] for link in links}, {"tel"})

    def test_no_other_template_writes_the_way_to_us(self):
        """One template: whoever prints a number or an address again fails here."""
        views = self.env["ir.ui.view"].search(
            [
                ("key", "=like", "helpdesk_service_portal.%"),
                ("key", "not like", "mail"),
                "|",
                ("arch_db", "ilike", "helpdesk_phone"),
                "|",
                ("arch_db", "ilike", "helpdesk_whatsapp"),
                ("arch_db", "ilike", "wa.me"),
            ]
        )
        self.assertFalse(views.mapped("key"))
