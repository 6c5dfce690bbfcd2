# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import json

from PIL import Image

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .pictures import PLACE, camera_data, picture
from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestProfile(PortalCommon):
    """``/my/profile``: what a customer manages of themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mexico = cls.env.ref("base.mx")
        cls.hotel.write(
            {"country_id": cls.mexico.id, "city": "Nuevo Vallarta", "vat": False}
        )
        cls.spanish = cls.env["res.lang"]._activate_lang("es_MX")
        cls.env["website"].search([]).language_ids |= cls.spanish

    def save(self, files=None, user=None, **fields):
        """Fill in the form as it stands, changed by ``fields``, and send it."""
        self.sign_in(user)
        tree = self.get("/my/profile")
        form = tree.xpath("//form[contains(@class, 'o_hsp_profile')]")[0]
        data = {
            node.get("name"): node.get("value", "")
            for node in form.xpath(".//input[@type='text' or @type='tel']")
        }
        for node in form.xpath(".//select"):
            chosen = node.xpath(".//option[@selected]/@value")
            data[node.get("name")] = chosen[0] if chosen else ""
        return self.post(form.get("action"), {**data, **fields}, files)

    def error(self, tree, field):
        nodes = tree.xpath(f"//*[@id='error_{field}']")
        return self.words(nodes[0]) if nodes else ""

    def photo(self):
        self.env.invalidate_all()
        content = base64.b64decode(self.ana.image_1920 or b"")
        return content, Image.open(io.BytesIO(content)) if content else None

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    def test_name_and_job(self):
        """S2-45 The customer manages: name · S2-46 job title."""
        tree = self.save(name=" Ana  María Pérez\n", function="Recepción")
        self.assertIn("Your details are saved", self.part(tree, "saved"))
        self.assertEqual(self.ana.name, "Ana María Pérez")
        self.assertEqual(self.ana.partner_id.function, "Recepción")
        self.assertIn("Ana María Pérez", self.get("/my").text_content())

    def test_name_is_needed(self):
        """S2-45: an empty name is refused beside its field, nothing is lost."""
        tree = self.save(name=" ", function="Night manager", phone="+34 911 234 567")
        self.assertEqual(self.error(tree, "name"), "Type your name.")
        self.assertEqual(
            tree.xpath("//input[@id='field_function']/@value"), ["Night manager"]
        )
        self.assertEqual(
            tree.xpath("//input[@id='field_phone']/@value"), ["+34 911 234 567"]
        )
        self.assertTrue(tree.xpath("//a[@href='#field_name']"))
        self.assertEqual(self.ana.name, "Ana Pérez")
        self.assertFalse(self.ana.partner_id.function)

    def test_phone_is_checked_for_the_country(self):
        """S2-47 The customer manages: phone (validated)."""
        for number, reason in (
            ("322 222", "This number is too short for Mexico."),
            ("322 222 1234 5678", "This number is too long for Mexico."),
            ("reception", "This is no phone number of Mexico."),
        ):
            with self.subTest(number=number):
                tree = self.save(phone=number)
                self.assertIn(reason, self.error(tree, "phone"))
                self.assertIn("+52 200 123 4567", self.error(tree, "phone"))
                self.assertEqual(
                    tree.xpath("//input[@id='field_phone']/@value"), [number]
                )
        self.assertFalse(self.ana.phone)
        self.save(phone="(322) 222-1234")
        self.assertEqual(self.ana.phone, "+52 322 222 1234")
        self.save(phone="+34 911234567")
        self.assertEqual(self.ana.phone, "+34 911 23 45 67")
        self.save(phone="")
        self.assertFalse(self.ana.phone)

    def test_phone_of_a_country_of_ones_own(self):
        """S2-47: the contact's country comes before that of their company."""
        self.ana.partner_id.country_id = self.env.ref("base.es")
        self.save(phone="911 234 567")
        self.assertEqual(self.ana.phone, "+34 911 23 45 67")

    def test_phone_without_a_country(self):
        """S2-47: where no country is known the number says its own."""
        self.hotel.country_id = self.ana.partner_id.country_id = False
        self.company.country_id = False
        tree = self.save(phone="322 222 1234")
        self.assertIn("with the code of its country", self.error(tree, "phone"))

    def test_phone_that_was_kept_before(self):
        """S2-47: an old number is not questioned while another field is changed."""
        self.ana.phone = "ext. 12"
        self.save(function="Reception")
        self.assertEqual(self.ana.phone, "ext. 12")
        self.assertEqual(self.ana.partner_id.function, "Reception")

    def test_language_counts_at_once(self):
        """S2-48 The customer manages: language (installed ones), also in mails."""
        tree = self.save(lang="es_MX")
        self.assertEqual(tree.get("lang"), "es-MX")
        self.assertTrue(self.path.startswith("/es_MX/my/profile"), self.path)
        self.assertEqual(self.ana.lang, "es_MX")
        ticket = self._create_ticket()
        self.env.flush_all()
        with self.mock_mail_gateway():
            self._answer(ticket, self.laura, "Ya está")
        mail = self._new_mails.filtered(
            lambda mail: self.ana.partner_id in mail.recipient_ids
        )
        self.assertIn('lang="es-MX"', mail.body_html)
        tree = self.save(lang="en_US")
        self.assertEqual(tree.get("lang"), "en-US")

    def test_languages_offered(self):
        """S2-48: installed languages, by their own names; no other is taken."""
        self.sign_in()
        tree = self.get("/my/profile")
        offered = {
            node.get("value"): node.text.strip()
            for node in tree.xpath("//select[@id='field_lang']/option")
        }
        installed = dict(self.env["res.lang"].get_installed())
        self.assertEqual(set(offered), set(installed))
        self.assertEqual(offered["es_MX"], "Español (MX)")
        tree = self.save(lang="xx_XX")
        self.assertEqual(self.error(tree, "lang"), "Choose one of the languages.")
        self.assertEqual(self.ana.lang, "en_US")

    def test_time_zone_counts_at_once(self):
        """S2-49 The customer manages: time zone, in all dates."""
        ticket = self._create_ticket()
        ticket.answer_due_date = "2030-01-05 20:00:00"
        self.save(tz="Europe/Madrid")
        self.assertEqual(self.ana.tz, "Europe/Madrid")
        page = self.get(f"/my/ticket/{ticket.id}").text_content()
        self.assertIn("Madrid time", page)
        self.assertEqual(self._session_zone(), "Europe/Madrid")
        self.save(tz="America/Cancun")
        page = self.get(f"/my/ticket/{ticket.id}").text_content()
        self.assertIn("Cancún time", page)
        tree = self.save(tz="Mars/Base")
        self.assertEqual(self.error(tree, "tz"), "Choose one of the time zones.")
        self.assertEqual(self.ana.tz, "America/Cancun")

    def _session_zone(self):
        """Return the zone in which widgets of the core print dates."""
        answer = self.url_open(
            "/web/session/get_session_info",
            data=json.dumps({"params": {}}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()["result"]["user_context"]["tz"]

    def test_zones_of_the_country_come_first(self):
        """S2-49: a hotel in Mexico finds its zone without a search."""
        self.sign_in()
        tree = self.get("/my/profile")
        groups = tree.xpath("//select[@id='field_tz']/optgroup")
        near = groups[0].xpath("option/@value")
        self.assertIn("America/Bahia_Banderas", near)
        self.assertNotIn("Europe/Madrid", near)
        self.assertIn("Europe/Madrid", groups[1].xpath("option/@value"))
        self.assertIn("Mexico (Bahía de Banderas)", groups[0].text_content())

    # ------------------------------------------------------------
    # Photo
    # ------------------------------------------------------------

    def test_photo_is_cropped_and_drawn_anew(self):
        """S2-50 The customer manages: profile photo (cropped, re-encoded)."""
        content = picture("JPEG", (900, 600), exif=camera_data()) + b"PK hidden"
        self.save({"photo": ("me.jpg", content, "image/jpeg")})
        kept, image = self.photo()
        self.assertEqual((image.format, image.size), ("JPEG", (512, 512)))
        self.assertFalse(dict(image.getexif()))
        for secret in (b"SecretPhone", b"hidden", str(PLACE).encode()):
            self.assertNotIn(secret, kept)
        tree = self.get("/my/profile")
        self.assertTrue(tree.xpath("//input[@id='field_remove_photo']"))
        self.save(remove_photo="1")
        self.assertFalse(self.photo()[0])

    def test_photo_stays_with_other_changes(self):
        """S2-50: a form without a new photo keeps the one there is."""
        self.save({"photo": ("me.png", picture(size=(300, 300)), "image/png")})
        before = self.photo()[0]
        self.save(function="Reception")
        self.assertEqual(self.photo()[0], before)

    def test_photo_of_another_kind(self):
        """S2-50: what is no picture is refused, whatever its name says."""
        tree = self.save({"photo": ("me.jpg", b"<svg onload=1>", "image/jpeg")})
        self.assertIn("no photo we can read", self.error(tree, "photo"))
        self.assertFalse(self.photo()[0])

    def test_photo_is_not_lost_with_an_error(self):
        """S2-50: a form that comes back still carries the photo that was chosen."""
        content = picture("JPEG", (900, 600), exif=camera_data())
        tree = self.save({"photo": ("me.jpg", content, "image/jpeg")}, name="")
        self.assertFalse(self.photo()[0])
        kept = tree.xpath("//input[@name='kept_photo']/@value")[0]
        self.assertNotIn(b"SecretPhone", base64.b64decode(kept))
        self.save(kept_photo=kept)
        self.assertEqual(self.photo()[1].size, (512, 512))

    def test_photo_over_rpc_is_drawn_anew_too(self):
        """S2-50: the other door to one's own record keeps no position either."""
        user = self.ana.with_user(self.ana)
        content = picture("JPEG", (900, 600), exif=camera_data())
        user.write({"image_1920": base64.b64encode(content)})
        self.assertNotIn(b"SecretPhone", self.photo()[0])
        with self.assertRaises(ValidationError):
            user.write({"image_1920": base64.b64encode(b"<svg/>")})

    def test_other_doors_check_the_same(self):
        """S2-47 phone (validated), S2-48 language: over RPC, too."""
        user = self.ana.with_user(self.ana)
        for vals in (
            {"lang": "xx_XX"},
            {"phone": "zzz"},
            {"name": " "},
            {"tz": "Mars/Olympus"},
            {"phone": ["1"]},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                user.write(vals)
        user.write({"phone": "322 123 45 67", "lang": "es_MX"})
        self.assertEqual((self.ana.phone, self.ana.lang), ("+52 322 123 4567", "es_MX"))

    # ------------------------------------------------------------
    # Who, where
    # ------------------------------------------------------------

    def test_the_address_is_not_changed_by_its_owner(self):
        """S3-04 User name = work e-mail: who writes somebody else's as their own would
        read that person's tickets; neither by RPC nor by the core's form of addresses.
        """
        other = self.env["res.partner"].create(
            {"name": "Felipe", "email": "felipe@other.example", "is_company": True}
        )
        with self.assertRaises(UserError):
            self.ana.with_user(self.ana).write({"email": other.email})
        self.ana.with_user(self.ana).write({"email": self.ana.email})
        self.sign_in()
        form = {
            "partner_id": str(self.ana.partner_id.id),
            "address_type": "billing",
            "name": "Ana Pérez",
            "email": other.email,
            "phone": "+52 322 123 4567",
            "street": "Marina 1",
            "city": "Nuevo Vallarta",
            "zip": "63735",
            "country_id": str(self.mexico.id),
            "state_id": str(self.env.ref("base.state_mx_nay").id),
        }
        for change in ({}, {"partner_id": "", "name": "Felipe"}, {"email": ""}):
            with self.subTest(change):
                answer = self.submit_address({**form, **change})
                self.assertIn("email", answer["invalid_fields"])
        self.assertEqual(self.ana.email, "ana@test.example")
        self.assertEqual(
            self.env["res.partner"].search([("email", "=", other.email)]), other
        )
        answer = self.submit_address({**form, "email": "Ana@Test.example"})
        self.assertEqual(answer, {"redirectUrl": "/my/addresses"})
        self.assertEqual(self.ana.partner_id.street, "Marina 1")

    def submit_address(self, form):
        """Send the core's form of an address; return its answer."""
        data = {**form, "csrf_token": http.Request.csrf_token(self)}
        return self.url_open("/my/address/submit", data=data).json()

    def test_only_ones_own(self):
        """S2-45: the form writes the signed-in user's record, whatever it names."""
        self.save(
            user=self.luis,
            name="Luis M.",
            id=str(self.ana.id),
            login="boss@hotel.example",
            email="boss@hotel.example",
            helpdesk_scope="company",
        )
        self.assertEqual(self.luis.name, "Luis M.")
        self.assertEqual(self.ana.name, "Ana Pérez")
        self.assertEqual(self.luis.login, "luis@test.example")
        self.assertEqual(self.luis.email, "luis@test.example")
        self.assertEqual(self.luis.partner_id.helpdesk_scope, "own")

    def test_form_of_another_site_does_nothing(self):
        """S2-45: a form without the session's token is refused."""
        self.sign_in()
        data = {"name": "Mallory", "lang": "en_US"}
        answer = self.url_open("/my/profile", data=data)
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.ana.name, "Ana Pérez")

    def test_visitor_signs_in_first(self):
        """S0-04: a visitor is taken to sign in and back to the profile."""
        self.authenticate(None, None)
        self.get("/my/profile")
        self.assertIn("/web/login?redirect=%2Fmy%2Fprofile", self.path)

    def test_details_of_the_company(self):
        """S3-07 Shows Details (data of the customer's company), Account security."""
        self.hotel.write({"vat": "HSO010203AB1", "street": "Paseo 300"})
        self.sign_in()
        home = self.get("/my")
        card = home.xpath("//a[@title='Details']/@href")
        self.assertEqual(card, ["/my/profile"])
        self.assertTrue(home.xpath("//a[@title='Account security']"))
        customer = self.part(self.get("/my/profile"), "customer")
        for word in ("Hotel Sol", "RFC: HSO010203AB1", "Paseo 300", "Nuevo Vallarta"):
            self.assertIn(word, customer)
        self.get("/my/account")

    def test_way_to_the_password(self):
        """S2-51 The customer manages: password."""
        self.sign_in()
        tree = self.get("/my/profile")
        self.assertEqual(tree.xpath("//a[@name='password']/@href"), ["/my/security"])
        menu = tree.xpath("//*[contains(@class, 'js_usermenu')]//a/@href")
        self.assertIn("/my/profile", menu)
        self.assertIn("/my/security", menu)
