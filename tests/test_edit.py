# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from markupsafe import Markup

from odoo import http
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .pictures import picture
from .portal_common import PortalCommon

REASON = "Two groups arrive today and nobody can book"
FIXED = {
    "country": "country_id",
    "brand": "brand_id",
    "product": "product_id",
    "status": "stage_id",
}


class EditCommon(PortalCommon):
    """Ana's open ticket, of which she changes details."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brand = cls.env["helpdesk.ticket.brand"].create({"name": "Sol Hotels"})
        cls.product = cls.env["helpdesk.ticket.product"].create(
            {"name": "Channel manager", "brand_id": cls.brand.id}
        )
        cls.mexico = cls.env.ref("base.mx")
        cls.location.country_id = cls.mexico
        cls.other_place = cls.location.copy({"name": "Hotel Sol Cancún"})
        cls.foreign_place = cls.location.create(
            {"name": "Hotel Luna Centro", "partner_id": cls.other_hotel.id}
        )
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Rates", "show_in_portal": True}
        )
        cls.hidden_category = cls.category.copy(
            {"name": "Internal", "show_in_portal": False}
        )
        cls.ticket = cls._create_ticket(
            location_id=cls.location.id,
            product_id=cls.product.id,
            type_id=cls.question.id,
            priority="1",
            user_id=cls.laura.id,
        )
        cls.page = f"/my/ticket/{cls.ticket.id}"

    def own(self, user=None):
        """Return the ticket as the portal finds it for ``user`` (Ana)."""
        Ticket = self.env["helpdesk.ticket"].with_user(user or self.ana)
        return Ticket._portal_find(self.ticket.id)

    def edit(self, user=None, **values):
        return self.own(user)._portal_edit(values)

    def lines(self):
        """Return the thin lines of the thread, oldest first."""
        self.env.flush_all()
        rows = self.own()._portal_thread()["rows"]
        return [row["summary"] for row in rows if row["kind"] == "change"]


@tagged("post_install", "-at_install")
class TestEdit(EditCommon):
    """What a customer may change of an open ticket, and what not, over every door."""

    # ------------------------------------------------------------
    # What is editable
    # ------------------------------------------------------------

    def test_what_settled_lists_is_editable(self):
        """S2-31 The customer can update these: type, priority, tax ID, company name,
        phone, area, extension, location, category; subject and description until the
        first answer. S3-40 To change an existing request he enters the portal and
        edits it."""
        values = {
            "name": "Nothing arrives from Booking",
            "description": "None since yesterday",
            "type_id": str(self.incident.id),
            "priority": "0",
            "location_id": str(self.other_place.id),
            "category_id": str(self.category.id),
            "partner_vat": "GODE561231GR8",
            "partner_company_name": "Operadora Sol",
            "partner_phone": "+52 322 555 0110",
            "partner_area": "Reception",
            "partner_extension": "104",
        }
        Ticket = self.env["helpdesk.ticket"]
        self.assertEqual(Ticket._portal_writable_fields(), set(values))
        self.assertEqual(self.edit(**values), {})
        self.assertEqual(self.ticket.name, "Nothing arrives from Booking")
        self.assertIn("None since yesterday", self.ticket.description)
        self.assertEqual(self.ticket.type_id, self.incident)
        self.assertEqual(self.ticket.priority, "0")
        self.assertEqual(self.ticket.location_id, self.other_place)
        self.assertEqual(self.ticket.category_id, self.category)
        for name in list(values)[6:]:
            self.assertEqual(self.ticket[name], values[name])

    def test_subject_and_description_stay_after_our_answer(self):
        """S3-40 …: subject and description until the first answer; the rest as long
        as it is open."""
        self._answer(self.ticket, self.laura)
        for name in ("name", "description"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self.edit(**{name: "Other words"})
        self.assertEqual(self.edit(partner_area="Reception"), {})

    def test_nothing_is_changed_once_it_is_done(self):
        """S2-31 The customer can update these …: while open. S2-33 Closed: end of
        the life cycle."""
        self.ticket.action_solve()
        with self.assertRaises(AccessError):
            self.edit(partner_area="Reception")

    def test_the_four_fixed_ones_are_refused_with_the_reason(self):
        """S2-31 … except country, brand, product and status (server refuses those
        four)."""
        reasons = {
            "stage_id": "Only our team changes the status",
            "country_id": "it comes from your contract",
            "brand_id": "it comes from your contract",
            "product_id": "it comes from your contract",
        }
        for name, reason in reasons.items():
            before = self.ticket[name]
            with self.subTest(name=name):
                with self.assertRaisesRegex(AccessError, reason):
                    self.edit(**{name: before.id, "partner_area": "Reception"})
                self.assertEqual(self.ticket[name], before)
        self.assertFalse(self.ticket.partner_area)

    def test_who_may_change_it(self):
        """S2-31 The customer can update these: the requester and who sent it for
        them; who is only in copy reads and answers, colleagues as well."""
        own = self.own()
        own._portal_add_people([self.luis.email, self.eva.email])
        for person in (self.luis, self.eva):
            with self.assertRaises(AccessError):
                self.edit(person, partner_area="Bar")
        self.ticket.sent_by_id = self.luis.partner_id
        self.assertEqual(self.edit(self.luis, partner_area="Reception"), {})

    # ------------------------------------------------------------
    # What may be chosen
    # ------------------------------------------------------------

    def test_only_what_is_offered_may_be_chosen(self):
        """S2-31 …: location among their own, the types and categories listed; nothing
        is changed when something is wrong."""
        wrong = {
            "location_id": self.foreign_place.id,
            "category_id": self.hidden_category.id,
            "type_id": 2**31,
            "priority": "9",
        }
        for name, value in wrong.items():
            with self.subTest(name=name):
                errors = self.edit(**{name: value, "partner_area": "Bar"})
                self.assertEqual(list(errors), [name])
                self.assertFalse(self.ticket.partner_area)
        for value in (None, [], {}, "", "\x00", "abc"):
            with self.subTest(value=value):
                self.assertTrue(self.edit(location_id=value))
                self.assertTrue(self.edit(name=value) or value == "abc")

    def test_a_private_category_is_the_requesters_to_choose(self):
        """S2-31 …: category; nobody hides a colleague's ticket from others."""
        private = self.category.copy({"name": "Salaries", "is_private": True})
        self.own()._portal_add_person(self.luis.email)
        self.ticket.sent_by_id = self.luis.partner_id
        self.assertTrue(self.edit(self.luis, category_id=private.id))
        self.assertEqual(self.edit(category_id=private.id), {})

    def test_the_tax_number_is_checked(self):
        """S2-30 Details: tax ID …: by the rules of its country, in its words; empty
        is allowed."""
        errors = self.edit(partner_vat="GODE561231XX")
        self.assertIn("RFC", errors["partner_vat"])
        self.assertEqual(self.edit(partner_vat="GODE561231GR8"), {})
        self.assertEqual(self.edit(partner_vat=""), {})
        self.assertFalse(self.ticket.partner_vat)

    def test_the_phone_is_checked(self):
        """S2-30 Details: … requester's contact phone: a number, as the form asks for;
        empty is allowed, and what stands there already."""
        errors = self.edit(partner_phone="call me")
        self.assertIn("whole phone number", errors["partner_phone"])
        self.assertEqual(self.edit(partner_phone="+52 322 555 0110"), {})
        self.assertEqual(self.edit(partner_phone=""), {})
        self.ticket.partner_phone = "ext. 12"
        self.assertEqual(self.edit(partner_phone="ext. 12"), {})

    def test_raising_the_priority_asks_for_one_sentence(self):
        """S2-31 …: priority (raising it asks for one sentence why, posted in the
        thread)."""
        errors = self.edit(priority="3")
        self.assertIn("one sentence", errors["priority"])
        self.assertEqual(self.ticket.priority, "1")
        self.assertEqual(self.edit(priority="3", priority_reason=REASON), {})
        self.assertEqual(self.ticket.priority, "3")
        message = self.ticket._get_public_messages()[-1]
        self.assertEqual(message.author_id, self.ana.partner_id)
        self.assertEqual(message.message_type, "comment")
        self.assertIn(REASON, message.body)
        self.assertEqual(self.edit(priority="0"), {})
        self.assertEqual(
            self.ticket._get_public_messages()[-1].message_type, "auto_comment"
        )

    def test_pictures_of_the_description_stay(self):
        """S0-17 Images … inside the description: changing the words keeps them, and
        lets no others in."""
        image = self.env["ir.attachment"].create(
            {
                "name": "shot.png",
                "raw": picture(),
                "res_model": "helpdesk.ticket",
                "res_id": self.ticket.id,
            }
        )
        source = f"/web/image/{image.id}?access_token=x"
        self.ticket.description = Markup('<p>See</p><img src="%s"/>') % source
        form = self.own()._portal_edit_form("description")
        self.assertEqual(form["format"], "html")
        self.assertIn(f"/web/image/{image.id}", form["value"])
        edited = {
            "description": f'<p>Look</p><img src="/web/image/{image.id}"/>',
            "description_format": "html",
        }
        self.assertEqual(self.edit(**edited), {})
        self.assertIn(source, self.ticket.description)
        edited["description"] = f'<img src="/web/image/{image.id + 1}"/>'
        self.assertIn("picture", self.edit(**edited)["description"])

    # ------------------------------------------------------------
    # Tracked and told
    # ------------------------------------------------------------

    def test_each_change_is_tracked_in_the_customers_name(self):
        """S3-40 … he enters the portal and edits it: tracked in his name, a thin line
        in the thread."""
        self.edit(priority="0", partner_area="Reception")
        self.assertEqual(
            self.lines(),
            ["Ana Pérez changed Priority (Medium → Low), Area (– → Reception)."],
        )
        self.flush_tracking()
        values = self.ticket.message_ids.sudo().tracking_value_ids
        self.assertEqual(
            set(values.field_id.mapped("name")), {"priority", "partner_area"}
        )
        self.assertEqual(values.mail_message_id.author_id, self.ana.partner_id)

    def test_a_change_is_shown_to_us_once(self):
        """S3-40 … edits it: agents read the line, not the same again below it."""
        before = self.ticket.message_ids
        self.edit(priority="0", partner_area="Reception")
        self.flush_tracking()
        line = self.ticket.message_ids - before
        self.assertEqual(len(line), 1)
        values = line.sudo().tracking_value_ids
        self.assertEqual(len(values), 2)
        self.assertFalse(self.ticket._track_filter_for_display(values))
        page = self.ticket.with_user(self.laura).desk_page()
        row = [row for row in page["thread"] if row["id"] == line.id][0]
        self.assertFalse(row["changes"])
        self.assertIn("Priority (Medium → Low)", row["body"])
        self.ticket.with_user(self.laura).priority = "2"
        self.flush_tracking()
        page = self.ticket.with_user(self.laura).desk_page()
        self.assertEqual(page["thread"][-1]["changes"][0]["new"], "High")

    def test_the_former_description_is_kept_for_us(self):
        """S3-40 … edits it: what it said before stays on record, for us alone."""
        self.edit(description="Other words")
        note = self.ticket.message_ids.filtered(
            lambda m: "None since this morning" in m.body
        )
        self.assertEqual(note.author_id, self.ana.partner_id)
        self.assertNotIn(note, self.ticket._get_public_messages())
        self.assertEqual(self.lines(), ["Ana Pérez changed Description."])

    def test_what_stays_the_same_is_no_change(self):
        """S3-40 … edits it: saving what stood there says nothing."""
        self.edit(priority="1", name=self.ticket.name, location_id=self.location.id)
        self.assertFalse(self.lines())

    def test_each_change_is_mailed_once(self):
        """S3-39 Any change of the request is notified to his mail. S4-31 Mail
        notification on every change of the request: those of a minute in one."""
        self.env["mail.mail"].search([]).unlink()
        with self.clock(hours=1):
            self.edit(priority="0")
            self.edit(partner_area="Reception")
            mails = self.env["mail.mail"].search([])
        to_ana = mails.filtered(lambda m: self.ana.partner_id in m.recipient_ids)
        self.assertEqual(len(to_ana), 1)
        for words in ("Priority (Medium → Low)", "Area (– → Reception)"):
            self.assertIn(words, to_ana.body_html)
        to_laura = mails.filtered(lambda m: self.laura.partner_id in m.recipient_ids)
        self.assertTrue(to_laura)

    def test_it_is_told_in_the_requesters_language(self):
        """S3-39 … notified to his mail: in the words the requester reads."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.ana.lang = "es_MX"
        self.own()._portal_add_person(self.luis.email)
        self.ticket.sent_by_id = self.luis.partner_id
        self.edit(self.luis, priority="0")
        self.assertIn("Media → Baja", self.lines()[-1])

    # ------------------------------------------------------------
    # RPC
    # ------------------------------------------------------------

    def test_rpc_refuses_the_same(self):
        """S2-31 … except country, brand, product and status (server refuses those
        four). S3-40 …: what is written by RPC is the same edit, with the same
        refusals."""
        mine = self.ticket.with_user(self.ana)
        mine.write({"partner_area": "Bar"})
        self.assertEqual(self.lines(), ["Ana Pérez changed Area (– → Bar)."])
        for name in (*FIXED.values(), "user_id", "team_id", "partner_id", "active"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                mine.write({name: 1})
        with self.assertRaises(ValidationError):
            mine.write({"priority": "3"})
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.eva).write({"partner_area": "Bar"})
        with self.assertRaises(AccessError):
            mine.unlink()

    def test_rpc_over_the_wire(self):
        """S2-31 …: over the door that programs use, too."""
        self.sign_in()
        for name, value in (
            ("stage_id", self.stages["solved"].id),
            ("brand_id", False),
        ):
            with self.subTest(name=name):
                answer = self._call("write", [self.ticket.ids, {name: value}])
                self.assertIn(
                    "Only our team changes", answer["error"]["data"]["message"]
                )
        answer = self._call("write", [self.ticket.ids, {"partner_area": "Bar"}])
        self.assertTrue(answer["result"])

    def _call(self, method, args):
        payload = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {
                "model": "helpdesk.ticket",
                "method": method,
                "args": args,
                "kwargs": {},
            },
        }
        with mute_logger("odoo.http"):
            response = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps(payload),
                headers={"Content-Type": "application/json"},
            )
        return response.json()


@tagged("post_install", "-at_install")
class TestEditPages(EditCommon):
    """The forms of details and people, without scripts."""

    def setUp(self):
        super().setUp()
        self.sign_in()

    def save(self, name, status=200, **values):
        return self.post(f"{self.page}/edit/{name}", values, status=status)

    # ------------------------------------------------------------
    # Details
    # ------------------------------------------------------------

    def seen(self, tree):
        """Return the mark of what the form shows."""
        return tree.xpath("//input[@name='seen']/@value")[0]

    def test_two_people_at_one_detail(self):
        """S2-31 The customer can update these: what somebody else wrote meanwhile is
        shown, and replaced only by saving once more."""
        reason = {"priority_reason": "The guests complain"}
        for slug, name, other, shown, mine in (
            ("area", "partner_area", "Bar", "Bar", "Pool"),
            ("description", "description", "In the bar", "In the bar", "In the pool"),
            ("priority", "priority", "0", "Low", "3"),
        ):
            with self.subTest(field=name):
                seen = self.seen(self.get(f"{self.page}/edit/{slug}"))
                self.edit(**{name: other})
                fields = {name: mine, **reason}
                tree = self.save(slug, seen=seen, **fields)
                self.assertIn("Somebody changed this meanwhile", self.text)
                self.assertIn(f"It now says: “{shown}”", self.text)
                self.assertIn(other, self.own()[name])
                if slug == "area":
                    typed = tree.get_element_by_id("field_partner_area").get("value")
                    self.assertEqual(typed, mine)
                self.save(slug, seen=self.seen(tree), **fields)
                self.assertIn(mine, self.own()[name])

    def test_what_is_wrong_hides_no_change(self):
        """S2-31 …: a mistake of one's own does not hide what another wrote."""
        path = f"{self.page}/edit/subject"
        seen = self.seen(self.get(path))
        self.edit(name="No internet at all")
        tree = self.post(path, {"name": " ", "seen": seen})
        self.assertIn("Write a subject.", self.text)
        self.post(path, {"name": "No WiFi", "seen": self.seen(tree)})
        self.assertIn("It now says: “No internet at all”", self.text)
        self.assertEqual(self.own().name, "No internet at all")

    def test_each_editable_detail_has_a_pencil(self):
        """S2-31 The customer can update these: each leads to its form."""
        tree = self.get(self.page)
        pencils = tree.xpath("//a[contains(@class,'o_hsp_edit')]/@data-field")
        self.assertEqual(
            set(pencils),
            {
                "subject",
                "description",
                "type",
                "priority",
                "category",
                "location",
                "vat",
                "company",
                "phone",
                "area",
                "extension",
                "people",
                "readers",
            },
        )
        for link in tree.xpath("//a[contains(@class,'o_hsp_edit')]/@href"):
            with self.subTest(link=link):
                form = self.get(link).xpath("//form[@class='o_hsp_edit_form']")
                self.assertEqual(len(form), 1)

    def test_the_fixed_ones_say_why(self):
        """S2-31 … except country, brand, product and status: a lock, with the
        reason."""
        tree = self.get(self.page)
        for name in FIXED:
            with self.subTest(name=name):
                words = self.part(tree, f"fact_{name}")
                self.assertIn("Only our team changes", words)
                self.assertFalse(
                    tree.xpath(f"//*[@name='fact_{name}']//a[@data-field]")
                )
                form = self.get(f"{self.page}/edit/{name}").xpath(
                    "//form[@class='o_hsp_edit_form']"
                )[0]
                self.assertIn("Only our team changes", self.words(form))
                self.assertFalse(form.xpath(".//button | .//select"))

    def test_the_server_refuses_the_fixed_ones(self):
        """S2-31 … (server refuses those four): whatever is posted."""
        before = [self.ticket[field] for field in FIXED.values()]
        for name, field in FIXED.items():
            with self.subTest(name=name):
                self.save(name, status=403, **{field: "1"})
                self.save("area", partner_area="Bar", **{field: "1"})
        self.assertEqual([self.ticket[field] for field in FIXED.values()], before)

    def test_saving_leads_back_to_the_page(self):
        """S3-40 To change an existing request he enters the portal and edits it."""
        self.save("type", type_id=self.incident.id)
        self.assertEqual(self.path, f"{self.page}?edited=1#fact_type")
        self.assertIn("Saved.", self.text)
        self.assertIn("Type (Question → Incident)", self.text)
        self.assertEqual(self.ticket.type_id, self.incident)

    def test_what_is_wrong_stands_beside_the_field(self):
        """S2-31 … raising it asks for one sentence why: what was chosen stays."""
        tree = self.save("priority", priority="3", priority_reason="now")
        self.assertIn(
            "one sentence", self.words(tree.get_element_by_id("error_priority"))
        )
        self.assertTrue(tree.xpath("//input[@value='3' and @checked]"))
        self.assertEqual(tree.get_element_by_id("field_priority_reason").text, "now")
        self.save("priority", priority="3", priority_reason=REASON)
        self.assertIn(REASON, self.text)

    def test_an_ended_session_keeps_what_was_typed(self):
        """D-08 Every refusal for a missing or ended session … returns to the same
        place after signing in, with the text kept."""
        self.authenticate(None, None)
        self.save("area", partner_area="Reception")
        self.assertIn("redirect=", self.path)
        self.assertFalse(self.ticket.partner_area)

    @mute_logger("odoo.http")
    def test_a_stale_form_comes_back(self):
        """D-08 …: with the text kept: a form of an earlier session."""
        tree = self.post(
            f"{self.page}/edit/area",
            {"partner_area": "Bar", "csrf_token": "x"},
            csrf=False,
        )
        self.assertEqual(tree.get_element_by_id("field_partner_area").value, "Bar")
        self.assertFalse(self.ticket.partner_area)

    def test_it_breaks_on_nothing(self):
        """S2-31 …: whatever is asked for ends in a page."""
        self.get(f"{self.page}/edit/nothing")
        self.assertEqual(self.path, self.page)
        self.save("nothing", nothing="1")
        self.get("/my/ticket/2147483647/edit/area", status=404)
        self.sign_in(self.eva)
        self.get(f"{self.page}/edit/area", status=404)
        self.save("area", status=404, partner_area="Bar")
        self.assertFalse(self.ticket.partner_area)

    def test_scripts_are_answered_shortly(self):
        """S3-40 …: the page asks for the form alone, and for what was done."""
        self.get(f"{self.page}/edit/area?part=1")
        self.assertNotIn("<header", self.response.text)
        self.post(f"{self.page}/edit/priority?part=1", {"priority": "3"})
        self.assertIn("error_priority", self.response.text)
        answer = self._post_part("edit/description", description="Other words")
        self.assertEqual(answer.json()["html"], "<p>Other words</p>")
        self.authenticate(None, None)
        self.assertEqual(self._post_part("edit/area").status_code, 401)

    # ------------------------------------------------------------
    # Main data and details
    # ------------------------------------------------------------

    def test_main_data(self):
        """S2-23 Main data: subject, number, creation date, origin."""
        self.ticket.channel_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email"
        )
        tree = self.get(self.page)
        title = self.words(tree.xpath("//h1")[0])
        self.assertIn("No reservations from Booking", title)
        self.assertIn(self.ticket.number, title)
        self.assertRegex(
            self.part(tree, "fact_reported"), r"Reported on \w+, .*\(UTC\)"
        )
        self.assertEqual(self.part(tree, "fact_origin"), "Origin E-mail")

    def test_details_of_the_ticket(self):
        """S2-28 Details: type, status, priority. S2-29 Details: country, brand,
        product. S2-30 Details: tax ID, company name, requester's contact phone."""
        self.ticket.write(
            {
                "partner_vat": "GODE561231GR8",
                "partner_phone": "+52 322 555 0110",
            }
        )
        tree = self.get(self.page)
        expected = {
            "type": "Type Question",
            "status": "Status Desk: new",
            "priority": "Priority Medium",
            "country": "Country Mexico",
            "brand": "Brand Sol Hotels",
            "product": "Product Channel manager",
            "vat": "RFC GODE561231GR8",
            "company": "Company name Hotel Sol",
            "phone": "Contact phone +52 322 555 0110",
        }
        for name, words in expected.items():
            with self.subTest(name=name):
                self.assertTrue(self.part(tree, f"fact_{name}").startswith(words))

    def test_the_phone_of_who_asks(self):
        """S2-30 Details: … requester's contact phone: the contact's own, where the
        ticket has none."""
        self.ana.phone = "+52 322 555 0199"
        self.assertIn("+52 322 555 0199", self.part(self.get(self.page), "fact_phone"))

    def test_area_and_extension_are_shown(self):
        """D-09 Area and extension are shown on the ticket page and can be asked in
        the form."""
        self.ticket.write({"partner_area": "Reception", "partner_extension": "104"})
        tree = self.get(self.page)
        self.assertIn("Area Reception", self.part(tree, "fact_area"))
        self.assertIn("Extension 104", self.part(tree, "fact_extension"))

    def test_what_is_empty_can_be_added(self):
        """D-09 …: what nobody said yet is a link, not an empty line."""
        tree = self.get(self.page)
        self.assertFalse(self.part(tree, "fact_area"))
        self.assertIn("Area", self.part(tree, "missing_facts"))
        self.save("area", partner_area="Reception")
        self.assertNotIn("Area", self.part(self.get(self.page), "missing_facts"))

    def test_what_the_desk_does_not_ask_is_not_added(self):
        """S2-31 …: category: where the desk's form has one, or somebody set it."""
        self.ticket.category_id = False
        self.assertIn("Category", self.part(self.get(self.page), "missing_facts"))
        field = {"team_id": self.team.id, "name": "subject"}
        self.env["helpdesk.ticket.form.field"].create(field)
        self.assertNotIn("Category", self.part(self.get(self.page), "missing_facts"))
        self.ticket.category_id = self.category
        pencils = self.get(self.page).xpath("//a[contains(@class,'o_hsp_edit')]")
        self.assertIn("category", [node.get("data-field") for node in pencils])

    def test_sent_for_somebody_else(self):
        """S2-35 Requester …: the ticket then says "sent by Ana for Luis"."""
        self.ticket.write(
            {
                "partner_id": self.luis.partner_id.id,
                "sent_by_id": self.ana.partner_id.id,
            }
        )
        tree = self.get(self.page)
        self.assertEqual(
            self.part(tree, "fact_sent_by"), "Sent by Ana Pérez for Luis Mora"
        )

    def test_who_may_change_nothing_sees_no_pencil(self):
        """S2-31 …: no pencil where the server would refuse: in copy, solved, by a
        mail's link."""
        self.own()._portal_add_person(self.eva.email)
        self.sign_in(self.eva)
        self._expect_no_pencil(self.page)
        self.authenticate(None, None)
        self._expect_no_pencil(f"{self.page}/{self.ticket.access_token}")
        self.ticket.action_solve()
        self.sign_in()
        tree = self.get(self.page)
        fields = tree.xpath("//a[contains(@class,'o_hsp_edit')]/@data-field")
        self.assertEqual(set(fields), {"people", "readers"})

    def _expect_no_pencil(self, path):
        tree = self.get(path)
        self.assertFalse(tree.xpath("//a[contains(@class,'o_hsp_edit')]"))

    # ------------------------------------------------------------
    # Shortcuts and people
    # ------------------------------------------------------------

    def test_shortcuts(self):
        """S2-25 Shortcut: reply. S2-26 Shortcut: add people to the conversation. S2-27
        Shortcut: close the ticket — only if it is open."""
        tree = self.get(self.page)
        for place in ("@name='turn_buttons'", "contains(@class, 'o_hsp_reply_bar')"):
            self.assertTrue(tree.xpath(f"//*[{place}]//a[@href='#reply']"), place)
        self.assertTrue(tree.xpath(f"//a[@href='{self.page}/people']"))
        self.assertTrue(self.part(tree, "close"))
        self.ticket.action_close()
        tree = self.get(self.page)
        self.assertFalse(tree.xpath("//a[@href='#reply']"))
        self.assertFalse(tree.xpath(f"//a[@href='{self.page}/people']"))
        self.assertFalse(self.part(tree, "close"))

    def test_a_colleague_is_added_at_once(self):
        """S2-26 … add people: own company freely."""
        self.post(f"{self.page}/people", {"people": self.luis.email})
        self.assertEqual(self.path, f"{self.page}?edited=1#fact_people")
        self.assertIn("Luis Mora added by Ana", self.text)
        self.assertIn("In copy: Luis Mora.", self.text)

    def test_an_outsider_is_added_after_a_sentence(self):
        """S2-26 … add people: an outsider only after a sentence that says what they
        will see, with the tick "share everything so far"."""
        typed = {"people": "rosa@agency.example"}
        tree = self.post(f"{self.page}/people", typed)
        words = self.part(tree, "outsiders")
        self.assertIn("rosa@agency.example: not one of Hotel Sol.", words)
        self.assertIn("every message and file from now on", words)
        self.assertIn("What was written before stays hidden.", words)
        self.assertTrue(tree.xpath("//input[@name='share_all']"))
        self.assertEqual(len(self.ticket.participant_ids), 1)
        fields = {
            field.get("name"): field.get("value")
            for field in tree.xpath("//form[@class='o_hsp_edit_form']//input")
        }
        self.post(f"{self.page}/people", {**fields, "share_all": "1"})
        rosa = self.ticket.participant_ids[-1]
        self.assertEqual(rosa.partner_id.email, "rosa@agency.example")
        self.assertFalse(rosa.sees_from)

    def test_the_sentence_is_the_same_for_a_known_outsider(self):
        """S2-26 … an outsider: whether the address is known here is not told."""
        words = []
        for address in ("nobody@luna.example", self.eva.email):
            tree = self.post(f"{self.page}/people", {"people": address})
            words.append(self.part(tree, "outsiders").replace(address, "X"))
        self.assertEqual(*words)

    def test_what_is_no_address_is_said(self):
        """S2-26 … add people: what is wrong stands beside the field."""
        for typed, words in (
            ("", "at least one e-mail address"),
            ("luis", "“luis” is not an e-mail address"),
            (f"{self.luis.email}, eva", "“eva” is not an e-mail address"),
        ):
            with self.subTest(typed=typed):
                tree = self.post(f"{self.page}/people", {"people": typed})
                error = tree.get_element_by_id("error_people")
                self.assertIn(words, self.words(error))
                self.assertEqual(len(self.ticket.participant_ids), 1)

    def test_a_team_that_adds_people_itself(self):
        """S2-26 … add people: a team that lets nobody says so."""
        self.team.add_people = "nobody"
        self.assertFalse(self.get(self.page).xpath("//a[@data-field='people']"))
        self.get(f"{self.page}/people")
        self.assertIn("added to this ticket by our team", self.text)
        self.post(f"{self.page}/people", {"people": self.luis.email}, status=403)
        self.assertEqual(len(self.ticket.participant_ids), 1)

    def test_people_are_taken_out_and_leave(self):
        """S2-24 … people in copy: taken out, or leaving, by a button each."""
        own = self.own()
        own._portal_add_people([self.luis.email, self.eva.email])
        self.assertIn(
            "Take out: Luis Mora", self.part(self.get(self.page), "fact_copies")
        )
        self.post(f"{self.page}/people/{self.luis.partner_id.id}/remove")
        self.assertNotIn(self.luis.partner_id, self.ticket.participant_ids.partner_id)
        self.sign_in(self.eva)
        self.assertIn(
            "Leave this ticket", self.part(self.get(self.page), "fact_copies")
        )
        self.post(f"{self.page}/leave")
        self.assertEqual(self.path, "/my/tickets")
        self.assertEqual(self.ticket.participant_ids.partner_id, self.ana.partner_id)

    def test_who_was_in_copy_of_a_mail_is_let_in_by_one_click(self):
        """S1-06 … where he is in copy: included by the requester with one click."""
        row = self.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": self.ticket.id,
                "partner_id": self.eva.partner_id.id,
                "source": "mail_copy",
                "included": False,
            }
        )
        copies = self.part(self.get(self.page), "fact_copies")
        self.assertIn("Let Eva Luna see this ticket", copies)
        self.post(f"{self.page}/people/{self.eva.partner_id.id}/include")
        self.assertTrue(row.included)

    @mute_logger("odoo.http")
    def test_people_are_changed_by_a_genuine_post_only(self):
        """S2-26 … add people: no link and no other site does it."""
        self.own()._portal_add_person(self.luis.email)
        remove = f"people/{self.luis.partner_id.id}/remove"
        self.get(f"{self.page}/{remove}", status=405)
        self.get(f"{self.page}/leave")
        for tail in (remove, "leave"):
            self.post(f"{self.page}/{tail}", {"csrf_token": "x"}, csrf=False)
        typed = {"people": self.eva.email, "csrf_token": "x"}
        self.post(f"{self.page}/people", typed, csrf=False)
        people = self.ticket.participant_ids.partner_id
        self.assertEqual(people, (self.ana | self.luis).partner_id)

    # ------------------------------------------------------------

    def _post_part(self, tail, **values):
        values["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"{self.page}/{tail}?part=1", data=values)
