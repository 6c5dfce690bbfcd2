# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .portal_common import PDF
from .test_portal_form_fields import ALL, RFC, FormCase


@tagged("post_install", "-at_install")
class TestPortalFormPeople(FormCase):
    """Who asks, for whom, where and about what."""

    def test_every_field_is_saved_and_shown(self):
        """S2-35 "Requester" · S2-36 "People in copy" · S2-37 "Subject" · S2-38 "Ticket
        type" · S2-39 "Priority" · S2-40 "Description" · S2-41 "DNI / tax ID" · S2-42
        "Company name" · S2-43 "Contact phone" · S2-44 "Attached files" · D-09 "Area
        and extension are shown on the ticket page and can be asked in the form."""
        self.configure(ALL)
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertEqual(self.slots(tree), ["subject", "description", *ALL])
        tree = self.send_ticket(
            requester=self.luis.partner_id.id,
            copies="eva@test.example",
            type=self.incident.id,
            priority="2",
            category=self.category.id,
            vat=RFC,
            company="Hotel Sol S.A.",
            phone="+52 322 555 0110",
            area="Reception",
            extension="104",
            files=[("attachment", ("receipt.pdf", PDF, "application/pdf"))],
        )
        ticket = self.tickets(self.luis)
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "No WiFi",
                    "partner_id": self.luis.partner_id.id,
                    "sent_by_id": self.ana.partner_id.id,
                    "type_id": self.incident.id,
                    "priority": "2",
                    "category_id": self.category.id,
                    "partner_vat": RFC,
                    "partner_company_name": "Hotel Sol S.A.",
                    "partner_phone": "+52 322 555 0110",
                    "partner_area": "Reception",
                    "partner_extension": "104",
                    "location_id": self.location.id,
                }
            ],
        )
        self.assertIn(self.eva.partner_id, ticket.participant_ids.partner_id)
        for words in (
            *("No WiFi", "Since this morning", "Luis Mora", "Eva Luna", "Incident"),
            *("High", RFC, "Hotel Sol S.A.", "322 555 0110", "Reception", "104"),
            *("receipt.pdf", "Invoices"),
        ):
            with self.subTest(words):
                self.assertIn(words, self.text)

    # ------------------------------------------------------------
    # Requester
    # ------------------------------------------------------------

    def test_requester_is_oneself_unless_changed(self):
        """Settled "Requester (S2-35): oneself"."""
        self.configure(["requester"])
        self.sign_in()
        tree = self.get("/new/ticket")
        chosen = tree.xpath("//select[@name='requester']/option[@selected]")
        self.assertEqual([self.words(node) for node in chosen], ["Ana Pérez"])
        self.send_ticket(requester=self.ana.partner_id.id)
        self.assertEqual(self.tickets().partner_id, self.ana.partner_id)
        self.assertFalse(self.tickets().sent_by_id)

    def test_sent_for_a_colleague(self):
        """Settled "Requester (S2-35): …; may be changed to a person of one's own
        company; the ticket then says "sent by Ana for Luis"."""
        self.configure(["requester"])
        self.sign_in()
        self.send_ticket(requester=self.luis.partner_id.id)
        ticket = self.tickets(self.luis)
        self.assertEqual(self.path, f"/my/ticket/{ticket.id}?sent=1")
        self.assertIn("ent by Ana Pérez for Luis Mora", self.text)
        people = ticket.participant_ids.filtered("included").partner_id
        self.assertEqual(people, (self.ana | self.luis).partner_id)
        self.sign_in(self.luis)
        self.get(f"/my/ticket/{ticket.id}")

    def test_requester_is_of_one_s_own_company(self):
        """Settled "Requester (S2-35): … a person of one's own company": nobody else
        is offered or accepted."""
        self.configure(["requester"])
        self.sign_in()
        tree = self.get("/new/ticket")
        names = [
            self.words(n) for n in tree.xpath("//select[@name='requester']/option")
        ]
        self.assertEqual(names, ["Ana Pérez", "Luis Mora"])
        for value in (self.eva.partner_id.id, self.laura.partner_id.id, "x", 2**40):
            with self.subTest(value):
                tree = self.send_ticket(requester=value)
                self.assertEqual(
                    self.error(tree, "requester"), "Choose one of your colleagues."
                )
        self.assertFalse(self.tickets(self.eva))

    def test_private_matters_are_sent_by_oneself(self):
        """Settled "Requester (S2-35)": of a category that only the requester sees,
        nobody sends a ticket they could not see."""
        self.configure(["requester", "category"])
        self.category.is_private = True
        self.sign_in()
        posted = {"category": self.category.id, "requester": self.luis.partner_id.id}
        tree = self.send_ticket(**posted)
        self.assertIn("by their requester alone", self.error(tree, "requester"))
        self.assertFalse(self.tickets(self.luis))
        self.send_ticket(**posted | {"requester": ""})
        self.assertEqual(self.tickets().category_id, self.category)

    # ------------------------------------------------------------
    # People in copy
    # ------------------------------------------------------------

    def test_wrong_address_is_said_beside_the_field(self):
        """S2-36 "People in copy": a wrong address is named, nothing is lost."""
        self.configure(["copies"])
        self.sign_in()
        tree = self.send_ticket(copies="luis@test.example, nobody")
        self.assertIn("nobody", self.error(tree, "copies"))
        self.assertEqual(self.value(tree, "copies"), "luis@test.example, nobody")
        self.assertFalse(self.tickets())

    def test_copies_are_not_asked_where_the_team_does_not_let(self):
        """S2-36 "People in copy": by the team's setting."""
        self.configure(["copies", "area"])
        self.team.add_people = "nobody"
        self.sign_in()
        self.assertNotIn("copies", self.slots(self.get("/new/ticket")))
        self.send_ticket(copies="luis@test.example")
        self.assertEqual(self.tickets().participant_ids.partner_id, self.ana.partner_id)

    # ------------------------------------------------------------
    # Tax number, company, phone
    # ------------------------------------------------------------

    def test_tax_number_in_the_country_s_word(self):
        """S2-41 "DNI / tax ID": labelled by ``res.country.vat_label``."""
        self.configure(["vat"])
        self.env.ref("base.mx").vat_label = "RFC"
        self.env.ref("base.ad").vat_label = False
        self.sign_in()
        label = "//label[@for='field_vat']"
        self.assertIn("RFC", self.words(self.get("/new/ticket").xpath(label)[0]))
        self.hotel.country_id = self.env.ref("base.ad")
        self.assertIn("Tax ID", self.words(self.get("/new/ticket").xpath(label)[0]))

    def test_tax_number_is_checked_and_asked_once_more(self):
        """S2-41 "DNI / tax ID": checked as Odoo does; S4-10 "Nothing else blocks
        sending": who sends it again means it."""
        self.env.ref("base.mx").vat_label = "RFC"
        self.configure(["vat"])
        self.sign_in()
        tree = self.send_ticket(vat="12345")
        self.assertIn("RFC", self.error(tree, "vat"))
        self.assertFalse(self.tickets())
        self.assertEqual(self.value(tree, "vat_seen"), "12345")
        self.send_ticket(vat="12345", vat_seen=self.value(tree, "vat_seen"))
        self.assertEqual(self.tickets().partner_vat, "12345")

    def test_a_good_tax_number_passes(self):
        """S2-41 "DNI / tax ID": of many countries."""
        self.configure(["vat"])
        numbers = {
            "mx": RFC,
            "ar": "20-05536168-2",
            "es": "B58378431",
            "hn": "anything",
        }
        self.sign_in()
        for code, number in numbers.items():
            with self.subTest(code):
                self.hotel.country_id = self.env.ref(f"base.{code}")
                self.send_ticket(vat=number)
                self.assertEqual(self.tickets()[:1].partner_vat, number)

    def test_what_we_know_is_filled_in(self):
        """S2-41 to S2-43: nobody types what the contact already says."""
        self.configure(["vat", "company", "phone"])
        self.hotel.vat = RFC
        self.ana.partner_id.phone = "+52 322 555 0111"
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertEqual(self.value(tree, "vat"), RFC)
        self.assertEqual(self.value(tree, "company"), "Hotel Sol")
        self.assertEqual(self.value(tree, "phone"), "+52 322 555 0111")
        tree = self.send_ticket(subject="", phone="", vat="", company="")
        self.assertEqual(self.value(tree, "phone"), "", "what was emptied stays empty")

    def test_hostile_lines(self):
        """S2-41 to S2-43, D-09: bad input gets a message beside its field."""
        names = ["vat", "company", "phone", "area", "extension"]
        self.configure([*names, "copies", "requester"])
        self.sign_in()
        for value in ("x" * 500, "<script>", "\x00\x08\ud7ff", "☃", "[1]", "' OR 1=1"):
            with self.subTest(value[:9]):
                posted = dict.fromkeys([*names, "copies", "requester"], value)
                self.send_ticket(subject="", product=value, **posted)
        tree = self.send_ticket(area="x" * 81, phone="12", vat="y" * 41)
        self.assertEqual(self.error(tree, "area"), "Write at most 80 characters.")
        self.assertIn("whole phone number", self.error(tree, "phone"))
        self.assertEqual(self.error(tree, "vat"), "Write at most 40 characters.")

    # ------------------------------------------------------------
    # Place, product, brand, country
    # ------------------------------------------------------------

    def test_product_brand_and_country_are_shown_not_asked(self):
        """S2-29 "Details: country, brand, product"; S2-31 "… except country, brand,
        product and status": the form shows them."""
        self.configure(["product", "brand", "country"])
        brand = self.env["helpdesk.ticket.brand"].create({"name": "Desk Suite"})
        product = self.env["helpdesk.ticket.product"].create(
            {"name": "Channel", "brand_id": brand.id}
        )
        self.location.write(
            {
                "product_ids": [(6, 0, product.ids)],
                "country_id": self.env.ref("base.es"),
            }
        )
        self.sign_in()
        tree = self.get("/new/ticket")
        shown = [
            self.words(node) for node in tree.xpath("//p[@data-fact][not(@hidden)]")
        ]
        self.assertEqual(
            shown, ["Product Channel", "Brand Desk Suite", "Country Spain"]
        )
        self.assertFalse(tree.xpath("//*[@name='brand' or @name='country']"))
        self.send_ticket()
        self.assertEqual(self.tickets().product_id, product)

    def _create_places(self, **parent):
        Location = self.env["helpdesk.ticket.location"]
        group = Location.create(
            {
                "name": "Grupo Sol",
                "partner_id": self.hotel.id,
                "show_in_portal": False,
                **parent,
            }
        )
        other = Location.create(
            {"name": "Sol Cancún", "partner_id": self.hotel.id, "parent_id": group.id}
        )
        self.location.parent_id = group
        return group, other

    def test_all_my_hotels(self):
        """D-10 ""All my hotels" can be chosen where the customer's locations have a
        common parent."""
        group, _other = self._create_places()
        self.sign_in()
        tree = self.get("/new/ticket")
        option = tree.xpath("//select[@name='location']/option[@value='all']")
        self.assertEqual(self.words(option[0]), "All my hotels")
        self.send_ticket(location="all")
        self.assertEqual(self.tickets().location_id, group)
        tree = self.get("/new/ticket")
        chosen = tree.xpath("//select[@name='location']/option[@selected]")
        self.assertIn("All my hotels", self.words(chosen[0]), "as last time")

    def test_all_my_hotels_needs_a_common_parent(self):
        """D-10 "… where the customer's locations have a common parent": of theirs,
        and of all they may choose."""
        group, other = self._create_places()
        self.sign_in()
        cases = {
            "somebody else's": lambda: group.write({"partner_id": self.other_hotel.id}),
            "none": lambda: other.write({"parent_id": False}),
        }
        for name, change in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                change()
                tree = self.get("/new/ticket")
                self.assertFalse(tree.xpath("//option[@value='all']"))
                tree = self.send_ticket(location="all")
                self.assertEqual(
                    self.error(tree, "location"), "Choose where it happens."
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_manages_some_hotels_is_not_offered_all(self):
        """D-10 "All *my* hotels": who manages two of three does not write for all."""
        group, other = self._create_places()
        third = self.env["helpdesk.ticket.location"].create(
            {"name": "Sol Norte", "partner_id": self.hotel.id, "parent_id": group.id}
        )
        (other | third).manager_ids = self.ana.partner_id
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertEqual(len(tree.xpath("//select[@name='location']/option")), 3)
        self.assertFalse(tree.xpath("//option[@value='all']"))
