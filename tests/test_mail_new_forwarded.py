# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that staff received and passed on to the desk (S1-02)."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from odoo.tests import tagged

from .mail_in_common import make_mail
from .test_mail_new import MailNewCommon

GMAIL_EN = """<div dir="ltr">Please take this one.<br><br><div class="gmail_quote">
<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>
From: <strong class="gmail_sendername">Ana Pérez</strong> <span>&lt;<a
href="mailto:ana@test.example">ana@test.example</a>&gt;</span><br>
Date: Thu, Nov 19, 2026 at 9:10 AM<br>Subject: No reservations<br>
To: Laura &lt;laura@test.example&gt;<br></div><br><br>
<div dir="ltr">Nothing arrives <b>since nine</b></div></div></div>"""
GMAIL_ES = GMAIL_EN.replace("From:", "De:").replace("Date:", "Date: jue,")
OUTLOOK_EN = """<div class="WordSection1"><p class="MsoNormal">Please take this one.</p>
<div><div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Ana
Pérez &lt;ana@test.example&gt; <br><b>Sent:</b> Thursday, November 19, 2026 9:10 AM<br>
<b>To:</b> Laura &lt;laura@test.example&gt;<br><b>Subject:</b> No reservations</p></div>
</div><p class="MsoNormal">&nbsp;</p><p class="MsoNormal">Nothing arrives <b>since
nine</b></p></div>"""
OUTLOOK_ES = (
    OUTLOOK_EN.replace("From:", "De:")
    .replace("Sent:", "Enviado el:")
    .replace("To:", "Para:")
    .replace("Subject:", "Asunto:")
)
APPLE_EN = """<html><body>Please take this one.<br><div><br><blockquote type="cite">
<div>Begin forwarded message:</div><br><div><span><b>From: </b></span><span>Ana Pérez
&lt;<a href="mailto:ana@test.example">ana@test.example</a>&gt;<br></span></div><div>
<span><b>Subject: </b></span><span><b>No reservations</b><br></span></div><div><span><b>
Date: </b></span><span>November 19, 2026<br></span></div><div><span><b>To: </b></span>
<span>laura@test.example<br></span></div><br><div>Nothing arrives <b>since nine</b>
</div></blockquote></div></body></html>"""
APPLE_ES = (
    APPLE_EN.replace("Begin forwarded message:", "Inicio del mensaje reenviado:")
    .replace("From:", "De:")
    .replace("Subject:", "Asunto:")
    .replace("Date:", "Fecha:")
    .replace("To:", "Para:")
)
OUTLOOK_PLAIN = """Please take this one.

________________________________
De: Ana Pérez <ana@test.example>
Enviado: jueves, 19 de noviembre de 2026 9:10
Para: Laura <laura@test.example>
Asunto: No reservations

Nothing arrives since nine
"""
APPLE_PLAIN = """Please take this one.

Begin forwarded message:

> From: Ana Pérez <ana@test.example>
> Subject: No reservations
> Date: November 19, 2026
> To: laura@test.example
>
> Nothing arrives since nine
"""


@tagged("post_install", "-at_install")
class TestMailForwarded(MailNewCommon):
    def _forward(self, text, subject="Fwd: No reservations", kind=None):
        """Hand in what Laura passed on; return the ticket."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.laura.email_formatted, self.desk
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{abs(hash(text + subject))}@laura.example>"
        mail.set_content(text, subtype=kind or "html")
        self._hand_in(mail.as_bytes())
        return self._get_tickets()[-1:]

    def _check_of_ana(self, ticket):
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.partner_email, "ana@test.example")
        self.assertEqual(ticket.sent_by_id, self.laura.partner_id)
        self.assertEqual(ticket.name, "No reservations")
        self.assertIn("Nothing arrives", ticket.description)
        self.assertNotIn("Please take this", ticket.description)
        self.assertNotIn("laura@test.example", ticket.description)
        original = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(original.author_id, self.ana.partner_id)
        self.assertTrue(self._get_acknowledgement(ticket))
        note = ticket.message_ids.filtered(lambda m: "take this" in (m.body or ""))
        self.assertEqual(note.author_id, self.laura.partner_id)
        self.assertNotIn(note, ticket._get_public_messages())

    def test_the_original_sender_asks(self):
        """S1-02 Mails received at staff's personal addresses that they judge suitable
        become tickets too, with the original sender as customer."""
        for name, text in (
            ("Gmail", GMAIL_EN),
            ("Gmail, Spanish", GMAIL_ES),
            ("Outlook", OUTLOOK_EN),
            ("Outlook, Spanish", OUTLOOK_ES),
            ("Apple", APPLE_EN),
            ("Apple, Spanish", APPLE_ES),
        ):
            with self.subTest(program=name):
                ticket = self._forward(text)
                self._check_of_ana(ticket)
                self.assertIn("<b>since", ticket.description)

    def test_plain_text_as_well(self):
        """S1-02 ... also without HTML, and with Spanish prefixes."""
        for text in (OUTLOOK_PLAIN, APPLE_PLAIN):
            self._check_of_ana(self._forward(text, "RV: No reservations", "plain"))

    def test_it_is_no_quotation(self):
        """S1-02 What was passed on is the request: nothing of it is folded away."""
        for text in (GMAIL_EN, OUTLOOK_EN, APPLE_EN):
            description = self._forward(text).description
            self.assertNotIn("blockquote", description)
            self.assertNotIn("data-o-mail-quote", description)

    def test_as_an_attachment(self):
        """S1-02 ... also when it is attached as a mail, with its files."""
        raw = make_mail(
            "Ana Pérez <ana@test.example>",
            "laura@test.example",
            subject="No reservations",
            body="Nothing arrives since nine",
            files=[("list.pdf", b"%PDF-1.7 rooms")],
        )
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.laura.email_formatted, self.desk
        mail["Subject"], mail["Message-ID"] = "See attached", "<att@laura.example>"
        mail.set_content("Please take this one.")
        mail.add_attachment(message_from_bytes(raw, policy=SMTP))
        self._hand_in(mail.as_bytes())
        ticket = self._get_tickets()
        self._check_of_ana(ticket)
        files = ticket._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["list.pdf"])

    def test_unknown_people_become_contacts(self):
        """S1-02 The original sender need not be known."""
        text = GMAIL_EN.replace("ana@test.example", "zoe@nowhere.example")
        ticket = self._forward(text.replace("Ana Pérez", "Zoe Paz"))
        self.assertEqual(ticket.partner_id.name, "Zoe Paz")
        self.assertEqual(ticket.partner_id.email, "zoe@nowhere.example")

    def test_without_an_address_staff_is_asked(self):
        """S1-02 Where only a name stands, the colleague asks, and a note says so."""
        text = OUTLOOK_EN.replace("&lt;ana@test.example&gt;", "")
        ticket = self._forward(text)
        self.assertEqual(ticket.partner_id, self.laura.partner_id)
        self.assertIn("Ana Pérez", self._get_notes(ticket))

    def test_an_answer_is_not_passed_on(self):
        """A colleague who answers and quotes speaks for themselves."""
        ticket = self._forward(OUTLOOK_EN, subject="RE: No reservations")
        self.assertEqual(ticket.partner_id, self.laura.partner_id)

    def test_customers_cannot_speak_for_others(self):
        """Only our staff passes mails on: a customer's forward is the customer's."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.eva.email_formatted, self.desk
        mail["Subject"], mail["Message-ID"] = "Fwd: No reservations", "<e@luna.example>"
        mail.set_content(GMAIL_EN, subtype="html")
        self._hand_in(mail.as_bytes())
        ticket = self._get_tickets()
        self.assertEqual(ticket.partner_id, self.eva.partner_id)
        self.assertFalse(ticket.sent_by_id)
