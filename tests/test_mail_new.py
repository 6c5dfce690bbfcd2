# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that open a ticket: who asks, what it says, where it goes."""

from email.message import EmailMessage
from email.policy import SMTP

from odoo.tests import tagged

from .common import PORTAL
from .mail_in_common import MailboxCommon, make_mail
from .pictures import picture

CHANNEL = "helpdesk_mgmt.helpdesk_ticket_channel_email"


class MailNewCommon(MailboxCommon):
    def _open(self, sender=None, **values):
        """Hand in a mail that opens a ticket; return it."""
        line = self._receive(sender, **values)
        self.assertEqual((line.outcome, line.reason or ""), ("ticket", ""))
        return line.ticket_id

    def _get_notes(self, ticket):
        """Return the words of the notes on a ticket."""
        note = self.env.ref("mail.mt_note")
        notes = ticket.message_ids.filtered(lambda m: m.subtype_id == note)
        return " ".join(notes.mapped("body"))

    def _get_acknowledgement(self, ticket):
        return ticket._get_public_messages().filtered(
            lambda m: m.message_type == "auto_comment"
        )


@tagged("post_install", "-at_install")
class TestMailNew(MailNewCommon):
    def test_a_mail_opens_a_numbered_ticket(self):
        """S1-01 Every mail sent to the support address opens a numbered ticket
        automatically and starts the process.

        S3-33 Mail to the official support address creates the ticket.
        """
        ticket = self._open(subject="No WiFi", body="Since this morning")
        self.assertRegex(ticket.number, r"\d")
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.name, "No WiFi")
        self.assertIn("Since this morning", ticket.description)
        self.assertEqual(ticket.channel_id, self.env.ref(CHANNEL))
        self.assertEqual(ticket.stage_kind, "new")
        self.assertFalse(ticket.user_id)
        self.assertTrue(ticket.queue_date)
        self.assertEqual(ticket.interaction_count, 1)

    def test_incidents_and_requests_alike(self):
        """S1-03 Incidents and requests are both handled."""
        for subject in ("The lock of 204 is broken", "Please add a user"):
            ticket = self._open(subject=subject)
            self.assertEqual(ticket.stage_kind, "new")
            self.assertTrue(self._get_acknowledgement(ticket))

    def test_the_sender_gets_a_confirmation(self):
        """S3-38 The sender gets a confirmation mail from the support agents with a
        link to the helpdesk where the status can be checked."""
        self._receive(subject="No WiFi")
        ticket = self._get_tickets()
        mail = self.env["mail.mail"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("res_id", "=", ticket.id),
                ("recipient_ids", "=", self.ana.partner_id.id),
            ]
        )
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.subject, f"[#{ticket.number}] No WiFi")
        original = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(original.subject, "No WiFi")
        self.assertIn(original.message_id, mail.references)

    def test_the_next_message_refers_to_all_before(self):
        """S0-22 Several questions on one topic go in the same ticket: mails of one
        ticket carry its number and refer to the ones before."""
        ticket = self._open(subject="No WiFi")
        with self.mock_mail_gateway():
            self._answer(ticket, self.laura, "Restart it, please")
            self.env.cr.flush()
        mail = self._new_mails.filtered(
            lambda mail: self.ana.partner_id in mail.recipient_ids
        )
        self.assertEqual(len(mail), 1, "S0-20 one mail per answer")
        self.assertIn(f"[#{ticket.number}]", mail.subject)
        acknowledgement = self._get_acknowledgement(ticket)
        self.assertIn(acknowledgement.message_id, mail.references)

    def test_an_answer_arrives_in_the_portal_and_by_mail(self):
        """S0-20 The answer arrives in the portal and by mail; one mail per answer."""
        ticket = self._open(subject="No WiFi")
        with self.mock_mail_gateway():
            answer = self._answer(ticket, self.laura, "Restart it, please")
            self.env.cr.flush()
        self.assertIn(answer, ticket._get_public_messages())
        people = self._new_mails.recipient_ids
        self.assertEqual(people, self.ana.partner_id)
        self.assertEqual(len(self._new_mails), 1)

    def test_without_subject_the_words_are_its_name(self):
        ticket = self._open(subject=None, body="The printer of the reception is dead")
        self.assertEqual(ticket.name, "The printer of the reception is dead")
        self.assertEqual(self._open(subject="RE:", body=" ").name, "(no subject)")

    def test_plain_text_reads_like_any_other(self):
        """Paragraphs are paragraphs, and what an answer quotes is folded away."""
        ticket = self._open(body="Hello\n\nNo WiFi\nin 204")
        self.assertEqual(ticket.description, "<p>Hello</p><p>No WiFi<br>in 204</p>")
        self._receive(
            subject=f"Re: [#{ticket.number}] No WiFi",
            body="Still so\n\nOn Friday, Laura wrote:\n> Try again\n",
        )
        answer = ticket._get_public_messages()[-1:]
        body = str(answer.body)
        self.assertTrue(body.startswith("<p>Still so</p><blockquote"), body)
        self.assertIn("Try again</p></blockquote>", body)

    def test_plus_tags_reach_the_same_team(self):
        ticket = self._open(to=self.desk.replace("@", "+hotel.12@"))
        self.assertEqual(ticket.team_id, self.team)
        self.assertFalse(ticket.participant_ids.partner_id - self.ana.partner_id)

    def test_several_aliases_open_one_ticket(self):
        """The first in To, then Cc; the other teams follow."""
        other = self._create_team("Billing", self.mora)
        other.write(
            {
                "alias_name": "billing",
                "alias_domain_id": self.mail_alias_domain.id,
                "user_id": self.mora.id,
            }
        )
        billing = other.alias_id.alias_full_name
        for heads, team in (
            ({"to": f"{self.desk}, {billing}"}, self.team),
            ({"to": f"{billing}, {self.desk}"}, other),
            ({"to": billing, "Cc": self.desk}, other),
            ({"to": self.desk, "Cc": billing}, self.team),
        ):
            before = self._get_tickets()
            ticket = self._open(**heads)
            self.assertEqual(ticket.team_id, team, heads)
            self.assertEqual(self._get_tickets() - before, ticket)
            self.assertFalse(ticket.participant_ids.partner_id - self.ana.partner_id)
            if team == self.team:
                self.assertIn(self.mora.partner_id, ticket.message_partner_ids)
                self.assertIn("Billing", self._get_notes(ticket))

    def test_its_statements_do_not_grow(self):
        """A mail for a new ticket takes 48 statements at most, the log included."""
        self._receive(subject="No WiFi")
        raw = make_mail(self.ana.email_formatted, self.desk, subject="No light")
        self.env.invalidate_all()
        with self.mock_mail_gateway(), self.assertQueryCount(48):
            self.env["mail.thread"].message_process(None, raw)
            self.env.cr.flush()


@tagged("post_install", "-at_install")
class TestMailRequester(MailNewCommon):
    def test_a_plus_tag_is_the_same_person(self):
        ticket = self._open("ana+tickets@test.example")
        self.assertEqual(ticket.partner_id, self.ana.partner_id)

    def test_the_address_of_the_account_is_known(self):
        """An account's login is an address of its person as well."""
        self.luis.partner_id.email = "l.mora@private.example"
        ticket = self._open("Luis <luis@test.example>")
        self.assertEqual(ticket.partner_id, self.luis.partner_id)
        self.assertEqual(ticket.partner_email, "luis@test.example")

    def test_the_second_of_several_addresses_is_known(self):
        partner = self.env["res.partner"].create(
            {"name": "Rosa", "email": "rosa@a.example; rosa.gil@b.example"}
        )
        self.assertEqual(self._open("rosa.gil@b.example").partner_id, partner)

    def test_who_has_an_account_goes_first(self):
        self.env["res.partner"].create({"name": "Old", "email": "rosa@test.example"})
        rosa = self._create_person("Rosa", "rosa", PORTAL, self.hotel)
        self.assertEqual(self._open("rosa@test.example").partner_id, rosa.partner_id)

    def test_contacts_of_our_other_companies_are_not_ours(self):
        company = self.env["res.company"].create({"name": "Another desk"})
        partner = self.env["res.partner"].create(
            {"name": "Rosa", "email": "rosa@two.example", "company_id": company.id}
        )
        ticket = self._open("rosa@two.example")
        self.assertNotEqual(ticket.partner_id, partner)
        self.assertEqual(ticket.partner_id.email, "rosa@two.example")

    def test_who_writes_can_be_written_to(self):
        self.ana.partner_id.message_bounce = 3
        self._open()
        self.assertEqual(self.ana.partner_id.message_bounce, 0)

    def test_a_team_may_take_mails_of_contacts_only(self):
        self.team.alias_contact = "partners"
        self.assertTrue(self._open())
        line = self._receive(self.stranger)
        self.assertEqual((line.outcome, line.reason), ("refused", "alias_contact"))
        self.assertFalse(
            self.env["res.partner"].search_count([("email", "=", self.stranger)])
        )

    def test_who_is_known_by_address_alone_is_greeted_without_it(self):
        ticket = self._open(self.stranger)
        self.assertEqual(ticket._get_greeting_name(), "")

    def test_a_new_person_joins_the_company_of_their_domain(self):
        self.env["res.partner"].create(
            {
                "name": "Reception",
                "email": "reception@hotel-sol.example",
                "parent_id": self.hotel.id,
            }
        )
        ticket = self._open("Rosa Gil <rosa@hotel-sol.example>")
        self.assertEqual(ticket.partner_id.name, "Rosa Gil")
        self.assertEqual(ticket.partner_id.email, "rosa@hotel-sol.example")
        self.assertEqual(ticket.partner_id.parent_id, self.hotel)
        self.assertEqual(ticket.commercial_partner_id, self.hotel)
        self.assertEqual(ticket.partner_id.helpdesk_scope, "own")
        again = self._open("rosa@hotel-sol.example")
        self.assertEqual(again.partner_id, ticket.partner_id)

    def test_public_providers_say_nothing(self):
        for domain in ("gmail.com", "hotmail.com.mx"):
            self.env["res.partner"].create(
                {"name": "X", "email": f"x@{domain}", "parent_id": self.hotel.id}
            )
            ticket = self._open(f"rosa@{domain}")
            self.assertFalse(ticket.partner_id.parent_id, domain)
            self.assertEqual(ticket.commercial_partner_id, ticket.partner_id)

    def test_a_domain_of_two_companies_says_nothing(self):
        for hotel in (self.hotel, self.other_hotel):
            self.env["res.partner"].create(
                {"name": "X", "email": "x@group.example", "parent_id": hotel.id}
            )
        self.assertFalse(self._open("rosa@group.example").partner_id.parent_id)

    def test_nobody_becomes_a_colleague_by_their_domain(self):
        company = self.env.company.partner_id
        company.is_company = True
        self.env["res.partner"].create(
            {"name": "X", "email": "x@ours.example", "parent_id": company.id}
        )
        self.assertFalse(self._open("rosa@ours.example").partner_id.parent_id)


@tagged("post_install", "-at_install")
class TestMailCopies(MailNewCommon):
    def _get_people(self, ticket):
        """Return {name: let in} of those in copy."""
        rows = ticket.participant_ids.filtered(lambda p: p.source == "mail_copy")
        return {row.partner_id.name: row.included for row in rows}

    def test_who_is_in_copy_takes_part(self):
        """S1-06 The user sees the status of requests from mails sent from his address
        and of those where he is in copy."""
        ticket = self._open(Cc=self.luis.email_formatted)
        self.assertEqual(self._get_people(ticket), {"Luis Mora": True})
        seen = self.env["helpdesk.ticket"].with_user(self.luis).search([])
        self.assertIn(ticket.id, seen.ids)
        self.assertIn(self.luis.partner_id, ticket.message_partner_ids)

    def test_who_else_is_in_to_takes_part(self):
        """S1-06 Also who stands beside us in To."""
        ticket = self._open(to=f"{self.luis.email_formatted}, {self.desk}")
        self.assertEqual(self._get_people(ticket), {"Luis Mora": True})
        row = ticket.participant_ids.filtered(lambda p: p.source == "mail_copy")
        self.assertFalse(row.sees_from, "all of it")

    def test_foreign_people_are_listed(self):
        """S1-06 Foreign addresses in copy are listed as not included until an agent
        or the requester includes them."""
        ticket = self._open(Cc=f"{self.eva.email_formatted}, Zoe <{self.stranger}>")
        people = self._get_people(ticket)
        self.assertEqual(people, {"Eva Luna": False, "Zoe": False})
        self.assertNotIn(self.eva.partner_id, ticket.message_partner_ids)
        seen = self.env["helpdesk.ticket"].with_user(self.eva).search([])
        self.assertNotIn(ticket.id, seen.ids)

    def test_a_team_may_let_everybody_in(self):
        """S1-06 A team setting; the S1 desk includes all."""
        self.team.copies = "all"
        ticket = self._open(Cc=self.eva.email_formatted)
        self.assertEqual(self._get_people(ticket), {"Eva Luna": True})
        seen = self.env["helpdesk.ticket"].with_user(self.eva).search([])
        self.assertIn(ticket.id, seen.ids)

    def test_our_addresses_are_nobody(self):
        self.env.company.helpdesk_email = "help@desk.example"
        other = self._create_team("Billing", self.mora)
        other.write(
            {"alias_name": "billing", "alias_domain_id": self.mail_alias_domain.id}
        )
        ticket = self._open(
            Cc=f"help@desk.example, {other.alias_id.alias_full_name}, "
            f"{self.mail_alias_domain.catchall_email}, Ana <ana@test.example>"
        )
        self.assertFalse(self._get_people(ticket))
        self.assertEqual(ticket.participant_ids.partner_id, self.ana.partner_id)

    def test_colleagues_follow(self):
        ticket = self._open(Cc=self.marta.email_formatted)
        self.assertIn(self.marta.partner_id, ticket.message_partner_ids)
        self.assertFalse(self._get_people(ticket))

    def test_a_crowd_is_written_down(self):
        """A thousand recipients make no contacts."""
        crowd = ", ".join(f"p{number}@crowd.example" for number in range(1000))
        partners = self.env["res.partner"].search_count([])
        ticket = self._open(Cc=f"{self.luis.email_formatted}, {crowd}")
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(self._get_people(ticket), {"Luis Mora": True})
        self.assertIn("p999@crowd.example", ticket.email_cc)

    def test_an_answer_may_add_people(self):
        ticket = self._open(subject="No WiFi")
        heads = {
            "subject": f"Re: [#{ticket.number}] No WiFi",
            "Cc": f"{self.luis.email_formatted}, {self.eva.email_formatted}",
        }
        line = self._receive(**heads)
        self.assertEqual((line.outcome, line.ticket_id), ("reply", ticket))
        people = self._get_people(ticket)
        self.assertEqual(people, {"Luis Mora": True, "Eva Luna": False})
        rows = {row.partner_id: row for row in ticket.participant_ids}
        self.assertFalse(rows[self.luis.partner_id].sees_from)
        self.assertTrue(rows[self.eva.partner_id].sees_from)


@tagged("post_install", "-at_install")
class TestMailFiles(MailNewCommon):
    def test_files_are_those_of_the_request(self):
        """S0-18 A file can be attached to the ticket itself; S4-26 files are stored in
        the ticket platform and available to the support team."""
        ticket = self._open(files=[("list.pdf", b"%PDF-1.7 rooms")])
        files = ticket._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["list.pdf"])
        self.assertEqual(files.raw, b"%PDF-1.7 rooms")

    def test_other_files_are_refused_with_a_word(self):
        """S4-24 Anything else is refused with a message naming the accepted formats,
        on every channel."""
        files = [("tool.exe", b"MZ program"), ("list.pdf", b"%PDF-1.7 rooms")]
        ticket = self._open(files=files)
        self.assertEqual(ticket._get_public_attachments().mapped("name"), ["list.pdf"])
        for words in (
            self._get_acknowledgement(ticket).body,
            self._get_notes(ticket),
        ):
            self.assertIn("tool.exe", words)
            self.assertIn("PDF, Word, Excel", words)

    def test_answers_have_the_same_rule(self):
        """S4-24 ... on every channel: an answer by mail, too."""
        ticket = self._open(subject="No WiFi")
        line = self._receive(
            subject=f"Re: [#{ticket.number}] No WiFi",
            files=[("tool.exe", b"MZ program"), ("list.pdf", b"%PDF-1.7 rooms")],
        )
        self.assertEqual(line.outcome, "reply")
        answer = ticket._get_public_messages()[-1:]
        self.assertEqual(answer.attachment_ids.mapped("name"), ["list.pdf"])
        self.assertIn("tool.exe", self._get_notes(ticket))
        told = self._new_mails.filtered(
            lambda mail: self.ana.partner_id in mail.recipient_ids
        )
        self.assertEqual(len(told), 1)
        self.assertIn("tool.exe", told.body_html)
        self.assertIn("PDF, Word, Excel", told.body_html)

    def test_signatures_of_mails_are_not_complained_of(self):
        ticket = self._open(files=[("smime.p7s", b"signature")])
        self.assertNotIn("smime", self._get_acknowledgement(ticket).body)
        self.assertIn("smime.p7s", self._get_notes(ticket))

    def test_pictures_stand_in_the_text(self):
        """S0-17 Images can be put inside the description, by mail as well."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.ana.email_formatted, self.desk
        mail["Subject"], mail["Message-ID"] = "Error", "<picture@hotel.example>"
        mail.set_content("See the picture")
        mail.add_alternative(
            '<p>See <img src="cid:shot@x" alt="Shot"> and <img src="cid:none"></p>',
            subtype="html",
        )
        mail.get_payload()[1].add_related(
            picture(),
            maintype="image",
            subtype="png",
            cid="<shot@x>",
            filename="shot.png",
        )
        self._hand_in(mail.as_bytes())
        ticket = self._get_tickets()
        file = ticket._get_public_attachments()
        self.assertEqual(file.name, "shot.png")
        url = f"/web/image/{file.id}?access_token={file.access_token}"
        self.assertIn(url, ticket.description)
        self.assertNotIn("cid:", ticket.description)
        original = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn(f"/web/image/{file.id}", original.body)
