# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is made of odd content, where its text alone does not tell; see the corpus."""

import base64
import time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_service_portal.tools.mail_content import (
    read_content,
    read_mail,
)

from .mail_corpus.builder import PDF, PNG, file, mail, multipart, part
from .mail_in_common import MailboxCommon

HTML = "text/html; charset=utf-8"


@tagged("post_install", "-at_install")
class TestMailContent(MailboxCommon):
    """S1-04 "Every email becomes a numbered ticket", whatever is in it."""

    def _open(self, name, *arguments, **options):
        """Hand in a mail; return its ticket."""
        raw = mail(name, *arguments, to=self.desk, **options)
        return self._open_raw(raw)

    def _open_raw(self, raw):
        self._hand_in(raw.replace(b"support@desk.example", self.desk.encode()))
        line = self._get_lines()[-1:]
        self.assertEqual(line.outcome, "ticket", line.details)
        return line.ticket_id

    def _get_request(self, ticket):
        """Return the message that the mail became."""
        return ticket.message_ids.filtered(lambda m: m.message_type == "email")

    def test_dates_of_long_ago_and_to_come_are_now(self):
        now = fields.Datetime.now()
        for number, date in enumerate(
            ("Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 31 Dec 2099 23:59:59 -0600")
        ):
            ticket = self._open(f"date{number}", date=date)
            for moment in (
                self._get_request(ticket).date,
                ticket.last_customer_message_date,
            ):
                self.assertLess(abs((moment - now).total_seconds()), 60, date)

    def test_date_of_a_mail_that_was_late_stays(self):
        now = fields.Datetime.now().replace(microsecond=0)
        sent = fields.Datetime.subtract(now, hours=30)
        ticket = self._open("late", date=sent.strftime("%a, %d %b %Y %H:%M:%S +0000"))
        self.assertEqual(self._get_request(ticket).date, sent)

    def test_acknowledgement_goes_to_the_sender_only(self):
        """S1-16 Whoever is named in Reply-To learns nothing of the ticket."""
        ticket = self._open(
            "elsewhere",
            sender="rosa@hotel.example",
            extra="Reply-To: evil@elsewhere.example\n",
        )
        self.assertEqual(ticket.partner_id.email, "rosa@hotel.example")
        told = self.env["mail.mail"].search([]).recipient_ids.mapped("email")
        self.assertIn("rosa@hotel.example", told)
        self.assertNotIn("evil@elsewhere.example", told)
        self.assertFalse(
            self.env["res.partner"].search([("email", "ilike", "evil@elsewhere")])
        )

    def test_long_message_id_is_one_mail(self):
        """S1-04 An index takes no more; the second copy is known all the same."""
        name = "<" + "0123456789" * 400 + "@hotel.example>"
        raw = mail("long-id", message_id=name, to=self.desk)
        self._open_raw(raw)
        self._hand_in(raw)
        self.assertEqual(self._get_lines()[-1:].outcome, "duplicate")
        self.assertEqual(len(self._get_tickets()), 1)

    def test_a_mail_that_is_not_shown_in_full_is_kept(self):
        """S1-04 Nothing is lost: what a thread cannot show stays with the log."""
        ticket = self._open("long", "Inicio " + "palabra " * 60_000 + "final")
        self.assertNotIn("final", ticket.description)
        raw = base64.b64decode(self._get_raw(self._get_lines()[-1:]))
        self.assertIn(b"final", raw)
        self._open("short")
        self.assertFalse(self._get_lines()[-1:].raw)

    def test_pictures_stand_in_the_text(self):
        """S1-16 Pictures inside of the text are seen where they stood."""
        page = part('<p>A<img src="cid:one%40x" width="10"></p>', HTML)
        picture = part(
            PNG, "image/png; name=a.png", "Content-ID: <one@x>\n", coded=True
        )
        ticket = self._open_raw(multipart("picture", [page, picture], "related"))
        message = self._get_request(ticket)
        for text in (str(ticket.description), str(message.body)):
            self.assertNotIn("cid:", text)
            self.assertIn("/web/image/", text)

    def test_picture_written_into_the_text(self):
        data = base64.b64encode(PNG).decode()
        source = f'<p>A<img src="data:image/png;base64,{data}"></p>'
        ticket = self._open("data", source, HTML)
        body = str(self._get_request(ticket).body)
        self.assertNotIn("base64,", body)
        self.assertIn("/web/image/", body)

    def test_signatures_are_no_files(self):
        """S1-16 Nobody is told that a signature is no accepted file."""
        signature = file("smime.p7s", b"0\x80", "application/pkcs7-signature")
        parts = [part("Sin WiFi"), signature]
        content = read_content(read_mail(multipart("signed", parts, "signed")))
        self.assertFalse(content.files)
        content = read_content(read_mail(multipart("mixed", parts)))
        self.assertEqual([name for name, *_others in content.files], ["smime.p7s"])

    def test_forwarded_mail_is_a_file_of_its_subject(self):
        inside = mail("inside", "De dentro", subject="Factura de noviembre")
        content = read_content(
            read_mail(multipart("out", [part("Vean"), part(inside, "message/rfc822")]))
        )
        ((name, data, _cid),) = content.files
        self.assertEqual(name, "Factura de noviembre.eml")
        self.assertIn(b"De dentro", data)
        self.assertEqual([text.strip() for _kind, text in content.texts], ["Vean"])

    def test_bounce_keeps_what_the_machine_says(self):
        parts = [part("550 no such user"), part(mail("inside"), "message/rfc822")]
        message = read_mail(multipart("bounce", parts, "report"))
        content = read_content(message, first_text_only=True)
        self.assertFalse(content.files)
        texts = [text.strip() for _kind, text in content.texts]
        self.assertEqual(texts, ["550 no such user"])

    def test_several_senders_are_remarked(self):
        raw = mail("two", sender="a@h.example\r\nFrom: b@h.example")
        self.assertIn("several_senders", read_mail(raw).remarks)
        self.assertFalse(read_mail(mail("one")).remarks)

    def test_what_is_nested_too_deep_is_bounded(self):
        """S1-04 No mail stops the others: neither by depth nor by size."""
        body = part("WiFi")
        for number in range(150):
            body = part(
                b"--b%d\r\n" % number + body + b"--b%d--\r\n" % number,
                f'multipart/mixed; boundary="b{number}"',
            )
        content = read_content(read_mail(multipart("deep", [body])))
        self.assertIn("too_deep", content.remarks)
        started = time.process_time()
        for source in ("<div>" * 100_000, "<p>a</p>" * 200_000, "<b" * 400_000):
            self._open(f"html{len(source)}", f"<p>WiFi</p>{source}", HTML)
        self.assertLess(time.process_time() - started, 20)

    @mute_logger("odoo.addons.helpdesk_service_portal.models.mail_thread")
    def test_mails_for_others_are_read_by_the_core(self):
        """What is not the helpdesk's keeps the core's way, attachments and all."""
        self.env["mail.alias"].create(
            {
                "alias_name": "contacts",
                "alias_domain_id": self.mail_alias_domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_defaults": "{'name': 'By mail'}",
            }
        )
        raw = multipart("contact", [part("Hola"), file("winmail.dat", PDF)])
        alias = f"contacts@{self.mail_alias_domain.name}".encode()
        self._hand_in(raw.replace(b"support@desk.example", alias))
        partner = self.env["res.partner"].search([("name", "=", "By mail")])
        self.assertEqual(len(partner), 1)
        self.assertFalse(self._get_lines())
        names = partner.message_ids.attachment_ids.mapped("name")
        self.assertEqual(names, ["winmail.dat"])
