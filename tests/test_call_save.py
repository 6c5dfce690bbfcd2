# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .call_common import CallCase
from .pictures import picture

CHAT = (
    "[10:32, 22/11/2026] Ana Pérez: No llegan reservas de Booking\n"
    "[10:33, 22/11/2026] Ana Pérez: Desde <ayer>\ny hoy tampoco"
)
KEY = "callcallcallcall0001"


@tagged("post_install", "-at_install")
class TestCallSave(CallCase):
    """What a caller tells becomes a ticket of theirs, or joins an open one."""

    def test_the_ticket_is_the_callers_with_its_origin(self):
        """S3-43 "Staff create the ticket for the caller with origin phone or
        WhatsApp; the customer sees it in the portal and gets the mail (derived)."
        """
        ticket = self._save(number="444 811 2233", area="Desk", extension="12")
        self.assertEqual(ticket.partner_id, self.person)
        self.assertEqual(ticket.channel_id, self.phone_channel)
        self.assertEqual(ticket.location_id, self.location)
        self.assertEqual(ticket.name, "No reservations from Booking")
        self.assertEqual(ticket.partner_phone_sanitized, "+524448112233")
        self.assertEqual(
            (ticket.partner_area, ticket.partner_extension), ("Desk", "12")
        )
        self.assertFalse(ticket.user_id, "who notes a call has not taken it")
        mine = ticket.with_user(self.ana)
        self.assertTrue(mine.has_access("read"))
        self.assertEqual(mine.channel_id.sudo().name, "Phone")
        whatsapp = self._save(channel="whatsapp")
        self.assertEqual(whatsapp.channel_id, self.whatsapp_channel)

    def test_the_caller_reads_by_mail_what_was_noted_and_when(self):
        """S3-43 "the customer [...] gets the mail"."""
        with self.clock("2026-11-22 16:32:00") as now:
            ticket = self._save(
                started="2026-11-22 16:20:00", text="All <b>is</b> lost"
            )
            self.assertEqual(ticket.call_date.minute, 20)
            mail = self._browse_mails(ticket)
            message = mail.mail_message_id
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.person)
        self.assertIn("You called us on", message.body)
        self.assertIn("Sunday, November 22, 2026, 4:20", message.body)
        self.assertIn("All &lt;b&gt;is&lt;/b&gt; lost", message.body)
        self.assertIn(ticket.number, message.body)
        self.assertTrue(now)
        whatsapp = self._browse_mails(self._save(channel="whatsapp"))
        self.assertIn("by WhatsApp on", whatsapp.mail_message_id.body)

    def test_a_call_typed_in_days_later_is_not_dated_by_the_browser(self):
        with self.clock("2026-11-22 16:32:00") as now:
            for odd in (
                "2026-11-20 10:00:00",
                "2026-11-23 10:00:00",
                "x",
                None,
                "9" * 99,
            ):
                self.assertEqual(self._save(started=odd).call_date, now)

    def test_one_draft_is_one_ticket(self):
        first, again = self._save(key=KEY), self._save(key=KEY)
        self.assertEqual(first, again)
        self.assertEqual(len(self._browse_mails(first)), 1)

    def test_the_first_line_is_the_subject_unless_one_is_given(self):
        ticket = self._save(text="\nNo reservations\nsince this morning")
        self.assertEqual(ticket.name, "No reservations")
        self.assertEqual(self._save(subject="Booking").name, "Booking")
        self.assertLessEqual(len(self._save(text="word " * 100).name), 80)

    def test_a_chat_of_whatsapp_keeps_times_and_pictures(self):
        shot = (
            self.env["ir.attachment"]
            .with_user(self.carla)
            .create(
                {
                    "name": "screen.jpg",
                    "datas": base64.b64encode(picture("JPEG", mode="RGB")),
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
            )
        )
        ticket = self._save(channel="whatsapp", text=CHAT, attachment_ids=[shot.id])
        self.assertEqual(ticket.name, "No llegan reservas de Booking")
        self.assertIn(
            "<strong>Ana Pérez</strong> · 10:33, 22/11/2026", ticket.description
        )
        self.assertIn("Desde &lt;ayer&gt;<br>y hoy tampoco", ticket.description)
        self.assertEqual(
            ticket._get_public_attachments().mapped("name"), ["screen.jpg"]
        )

    def test_only_ones_own_files_of_allowed_formats_are_taken(self):
        def upload(user, name, content=b"MZ"):
            return (
                self.env["ir.attachment"]
                .with_user(user)
                .create(
                    {"name": name, "raw": content, "res_model": "mail.compose.message"}
                )
            )

        with self.assertRaises(AccessError):
            self._save(attachment_ids=[upload(self.laura, "a.pdf", b"%PDF-1.4").id])
        with self.assertRaises(UserError):
            self._save(attachment_ids=[upload(self.carla, "virus.exe").id])

    def test_a_new_person_of_a_known_hotel_is_kept_as_its_contact(self):
        ticket = self._save(
            partner_id=False,
            name="Rosa Gil",
            email="rosa.gil@test.example",
            number="444 811 9999",
        )
        person = ticket.partner_id
        self.assertEqual((person.name, person.parent_id), ("Rosa Gil", self.hotel))
        self.assertEqual(person.email, "rosa.gil@test.example")
        self.assertEqual(person.phone_sanitized, "+524448119999")
        again = self._save(partner_id=False, name="rosa gil")
        self.assertEqual(again.partner_id, person, "no second contact of one name")

    def test_a_caller_without_a_name_is_their_hotel(self):
        ticket = self._save(partner_id=False)
        self.assertEqual(ticket.partner_id, self.hotel)
        self.assertEqual(ticket.location_id, self.location)

    def test_a_caller_of_whom_only_the_number_is_known_is_that_number(self):
        ticket = self._save(
            partner_id=False, company_id=False, location_id=False, number="444 811 9998"
        )
        self.assertEqual(ticket.partner_id.name, "+52 444 811 9998")
        hotel = self._save(
            partner_id=False, company_id=False, location_id=False, hotel="Hotel Mar"
        )
        self.assertEqual(hotel.partner_company_name, "Hotel Mar")

    def test_nobody_calling_nothing_told_and_no_solution_are_refused(self):
        with self.assertRaises(UserError):
            self._save(partner_id=False, company_id=False, location_id=False)
        for text in ("", "  \n"):
            with self.assertRaises(UserError):
                self._save(text=text)
        with self.assertRaises(UserError):
            self._save("solve")
        with self.assertRaises(UserError):
            self._save(email="no address")
        with self.assertRaises(UserError):
            self._save("explode")

    def test_a_missing_address_is_kept_and_a_known_one_left_alone(self):
        self.person.email = False
        self._save(email="ana2@test.example")
        self.assertEqual(self.person.email, "ana2@test.example")
        self._save(email="other@test.example")
        self.assertEqual(self.person.email, "ana2@test.example")

    def test_another_hotels_place_is_not_taken(self):
        place = self.env["helpdesk.ticket.location"].create(
            {"name": "Luna Centro", "partner_id": self.other_hotel.id}
        )
        self.assertFalse(self._save(location_id=place.id).location_id)

    def test_solved_in_the_call_is_one_mail_with_what_was_done(self):
        ticket = self._save("solve", solution="Restarted the channel manager")
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertEqual(ticket.user_id, self.carla)
        self.assertFalse(ticket.answer_due_date)
        self.env.cr.precommit.run()
        mail = self._browse_mails(ticket)
        self.assertEqual(len(mail), 1)
        self.assertIn("Restarted the channel manager", mail.body_html)
        self.assertIn("You called us on", mail.body_html)
        self.assertIn("Restarted", str(ticket._get_public_messages().mapped("body")))

    def test_a_note_on_an_open_ticket_is_the_customers_answer(self):
        """S1-16 "An answer by any means stops reminders and closing (derived)."""
        ticket = self._create_ticket(
            stage_id=self.stages["waiting_customer"].id, user_id=self.laura.id
        )
        self._browse_mails(ticket).unlink()
        saved = ticket.with_user(self.carla).call_add(
            self._call(text="Still nothing", key=KEY)
        )
        self.assertEqual(saved["id"], ticket.id)
        self.assertEqual(ticket.stage_kind, "in_progress")
        message = ticket._get_public_messages().filtered(
            lambda m: m.message_type == "comment"
        )
        self.assertEqual(message.author_id, self.person)
        self.assertIn("By phone, ", message.body)
        self.assertIn("noted by our team", message.body)
        self.assertIn("Still nothing", message.body)
        mails = self._browse_mails(ticket)
        to_ana = mails.filtered(lambda m: self.person in m.recipient_ids)
        self.assertEqual(len(to_ana), 1)
        self.assertIn("We added what was told us", to_ana.body_html)
        self.assertIn("Still nothing", to_ana.body_html)
        self.assertIn(self.laura.partner_id, mails.recipient_ids)
        count = ticket.interaction_count
        ticket.with_user(self.carla).call_add(self._call(text="Still nothing", key=KEY))
        self.assertEqual(ticket.interaction_count, count, "one draft is one note")

    def test_notes_go_into_open_tickets_one_reads(self):
        closed = self._create_ticket(stage_id=self.stages["closed"].id)
        with self.assertRaises(UserError):
            closed.with_user(self.carla).call_add(self._call())
        night = self._create_team("Night", self.sam)
        other = self._create_ticket(team_id=night.id)
        with self.assertRaises(AccessError):
            other.with_user(self.carla).call_add(self._call())

    def test_an_open_ticket_is_solved_in_the_call(self):
        ticket = self._create_ticket()
        ticket.with_user(self.carla).call_add(
            self._call(text="It works again", solution="Noted, thanks"), "solve"
        )
        self.assertEqual(ticket.stage_kind, "solved")

    def test_an_engineer_takes_over_caller_and_ticket_at_once(self):
        self._reset_bus()
        ticket = self._save(
            "hand_over", engineer_id=self.laura.id, number="444 811 2233"
        )
        self.assertEqual(ticket.user_id, self.laura)
        note = ticket.message_ids.filtered(lambda m: "on the line" in (m.body or ""))
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertIn("+52 444 811 2233", note.body)
        self.assertIn(self.laura.partner_id, note.notified_partner_ids)
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].sudo().search([("message", "like", "Call for you")])
        self.assertTrue(told)

    def test_nobody_outside_the_team_is_handed_a_caller(self):
        with self.assertRaises(UserError):
            self._save("hand_over", engineer_id=self.mora.id)
        with self.assertRaises(UserError):
            self._save("hand_over")  # nobody is there

    def test_the_number_is_read_back_in_groups(self):
        ticket = self._save(priority="3")
        for number, groups in (
            ("HT00195", "HT 00 195"),
            ("HT123456", "HT 123 456"),
            ("1234", "1 234"),
        ):
            ticket.number = number
            self.assertEqual(ticket._get_number_groups(), groups)
        words = ticket._get_read_back()
        self.assertIn("I noted: “No reservations from Booking”.", words)
        self.assertIn("Hotel Sol Nuevo Vallarta", words)
        self.assertIn("Urgent", words)

    def test_the_routing_is_that_of_all_doors(self):
        night = self._create_team("Night", self.sam)
        category = self.env["helpdesk.ticket.category"].create(
            {"name": "At night", "team_id": night.id}
        )
        ticket = self._save(category_id=category.id)
        self.assertEqual(ticket.team_id, night)
