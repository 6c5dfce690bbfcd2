"""What a mail of a ticket says, and to whom."""

from lxml import html

from odoo.tests import tagged

from .common import HelpdeskCommon

ANSWER = "The connection is back: please look again."


@tagged("post_install", "-at_install")
class TestMailLayout(HelpdeskCommon):
    """Mails say what happened first, then how to answer and where things stand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["res.lang"]._activate_lang("es_MX")
        cls.env.company.write(
            {
                "helpdesk_email": "help@desk.example",
                "helpdesk_phone": "+52 322 100 2000",
                "helpdesk_location_word": "hotel",
            }
        )
        cls.ticket = cls._create_ticket(
            location_id=cls.location.id, user_id=cls.laura.id
        )

    def _mails_of(self, act):
        """Return what ``act`` mails: address → mail body."""
        with self.mock_mail_gateway():
            act()
        return {
            partner.email_normalized: str(mail.body_html)
            for mail in self._new_mails
            for partner in mail.recipient_ids
        }

    def _answer_of_laura(self):
        self._answer(self.ticket, self.laura, ANSWER)

    def test_answer_shows_the_words_first(self):
        """The customer reads the agent's words, then who wrote them."""
        body = self._mails_of(self._answer_of_laura)["ana@test.example"]
        self.assertLess(body.index(ANSWER), body.index("Laura Díaz · Desk"))
        self.assertLess(body.index("Laura Díaz · Desk"), body.index(self.ticket.number))

    def test_sender_is_the_desk(self):
        """The customer sees who answers, never a personal address."""
        with self.mock_mail_gateway():
            self._answer_of_laura()
        self.assertEqual(
            self._new_mails.email_from, '"Laura Díaz · Desk" <help@desk.example>'
        )
        self.assertEqual(self._new_mails.author_id, self.laura.partner_id)

    def test_meaning_of_a_kind(self):
        """A stage without words of its own says what its kind means."""
        self.stages["in_progress"].description = False
        body = self._mails_of(self._answer_of_laura)["ana@test.example"]
        self.assertIn("We are working on it and will answer you.", body)

    def test_footer_says_where_things_stand(self):
        """S0-24, S0-30 to S0-37: number, location, status with its meaning, help."""
        self.ticket._set_kind("in_progress")
        body = self._mails_of(self._answer_of_laura)["ana@test.example"]
        for text in (
            f"#{self.ticket.number}",
            "Hotel: Hotel Sol Nuevo Vallarta",
            "Desk: in_progress",
            "Meaning of in_progress",
            "One topic, one ticket: answer here instead of opening another.",
            "help@desk.example",
            "+52 322 100 2000",
        ):
            self.assertIn(text, " ".join(body.replace("</t>", "").split()))

    def test_no_stage_no_status(self):
        """A team without stages still sends its mails."""
        self.ticket.stage_id = False
        self.ticket.team_id._get_applicable_stages().team_ids = False
        self.assertEqual(self.ticket.stage_id._get_meaning(), "")
        template = self.env.ref("helpdesk_service_portal.mail_template_assigned")
        body = self._mails_of(lambda: self.ticket._post_notice(template))
        self.assertNotIn("Status:", body["ana@test.example"])

    def test_button_only_where_there_is_access(self):
        """Who has a portal user gets a button; a mere follower answers by mail."""
        friend = self.env["res.partner"].create(
            {"name": "Pia", "email": "pia@test.example"}
        )
        self.ticket.message_subscribe(friend.ids)
        mails = self._mails_of(self._answer_of_laura)
        self.assertIn("Reply in the portal", mails["ana@test.example"])
        self.assertIn("You can also answer this e-mail.", mails["ana@test.example"])
        self.assertNotIn("Reply in the portal", mails["pia@test.example"])
        self.assertIn("Answer this e-mail to write to us.", mails["pia@test.example"])

    def test_colleague_goes_to_the_backend(self):
        """The engineer gets the customer's words and a button to the ticket."""
        body = self._mails_of(
            lambda: (
                self.ticket.with_user(self.ana)
                .sudo()  # as the portal posts
                .message_post(body="Still broken", author_id=self.ana.partner_id.id)
            )
        )["laura@test.example"]
        self.assertIn("Message from", body)
        self.assertIn("Ana Pérez", body)
        self.assertIn("Open the ticket", body)
        self.assertNotIn("One topic, one ticket", body)

    def test_nothing_internal_leaves(self):
        """A change tracked along with an answer is not told to the customer."""
        self.ticket.priority = "3"
        self.env.flush_all()
        body = self._mails_of(self._answer_of_laura)["ana@test.example"]
        self.assertNotIn("Odoo", body)
        self.assertNotIn("→", body)

    def test_each_reader_in_their_language(self):
        """The requester reads Spanish, the colleague in copy English."""
        self.ana.lang = "es_MX"
        self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": self.ticket.id, "partner_id": self.luis.partner_id.id}
        )
        self.env.flush_all()  # languages of recipients are read by SQL
        mails = self._mails_of(self._answer_of_laura)
        self.assertIn("Responder en el portal", mails["ana@test.example"])
        self.assertIn("Reply in the portal", mails["luis@test.example"])

    def test_closed_ticket_asks_for_no_answer(self):
        """S2-33: closed is the end, so the mail does not ask to answer it."""
        self.ticket._set_kind("closed")
        template = self.env.ref("helpdesk_service_portal.mail_template_closed")
        body = self._mails_of(lambda: self.ticket._post_notice(template))[
            "ana@test.example"
        ]
        self.assertNotIn("answer this e-mail", body)
        self.assertNotIn("One topic, one ticket", body)
        self.assertIn("does not open again", body)


@tagged("post_install", "-at_install")
class TestNotices(HelpdeskCommon):
    """What the team says by itself, in a mail each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")

    def _notice(self, name, ticket):
        template = self.env.ref(f"helpdesk_service_portal.mail_template_{name}")
        with self.mock_mail_gateway():
            ticket._post_notice(template)
        return self._new_mails

    def test_acknowledgement(self):
        """S3-38: the sender gets a confirmation with a link to see the status."""
        self.env["helpdesk.ticket.team.promise"].create(
            {"team_id": self.team.id, "priority": "1", "answer_hours": 4}
        )
        ticket = self._create_ticket()
        mail = self._notice("acknowledgement", ticket)
        self.assertEqual(mail.recipient_ids, self.ana.partner_id)
        self.assertIn("Hello, Ana:", " ".join(mail.body_html.split()))
        self.assertIn(f"#{ticket.number}", mail.body_html)
        self.assertIn("We will answer before", mail.body_html)
        self.assertIn("See the ticket in the portal", mail.body_html)
        self.assertIn("/mail/view?", mail.body_html)

    def test_nothing_promised_nothing_said(self):
        """D-03: times nobody configured are not shown."""
        mail = self._notice("acknowledgement", self._create_ticket())
        self.assertNotIn("We will answer before", mail.body_html)
        self.assertIn("as soon as we have news", mail.body_html)

    def test_one_subject_for_all(self):
        """A ticket stays one conversation: no status word in any subject."""
        ticket = self._create_ticket()
        for name in ("acknowledgement", "assigned", "stage", "solved", "closed"):
            with self.subTest(name):
                mail = self._notice(name, ticket)
                self.assertEqual(mail.subject, f"[#{ticket.number}] {ticket.name}")
        with self.mock_mail_gateway():
            self._answer(ticket, self.laura)
        self.assertEqual(self._new_mails.subject, f"[#{ticket.number}] {ticket.name}")

    def test_what_we_need(self):
        """S0-32: the mail says what the customer has to do, in a box."""
        ticket = self._create_ticket()
        ticket.action_wait_customer("Send us a picture of the error.")
        mail = self._notice("stage", ticket)
        self.assertIn("What we need from you", mail.body_html)
        self.assertIn("Send us a picture of the error.", mail.body_html)

    def test_the_question_is_seen_before_opening(self):
        """S0-32: mail programs show first what the customer has to do."""
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.action_wait_customer("Send us a picture of the error.")
        with self.mock_mail_gateway():
            self._answer(ticket, self.laura, "We found the reason.")
        body = html.fromstring(self._new_mails.body_html)
        hidden = body.xpath("//div[@class='hsp-preheader']")[0]
        self.assertEqual(hidden.text_content(), "Send us a picture of the error.")

    def test_notices_are_in_the_language_of_who_reads_them(self):
        """S3-39: he is notified in his language, whoever changed the ticket."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.ana.lang = "es_MX"
        self.env.flush_all()  # languages of recipients are read by SQL
        ticket = self._create_ticket().with_context(lang="en_US")
        mail = self._notice("acknowledgement", ticket)
        body = " ".join(mail.body_html.split())
        for words in ("Hola, Ana:", "Recibimos su ticket", "Ver el ticket en el"):
            self.assertIn(words, body)

    def test_whom_we_wait_for(self):
        """S0-33: the mail names the third party who has to act."""
        ticket = self._create_ticket()
        ticket.action_wait_other("Booking")
        mail = self._notice("stage", ticket)
        self.assertIn("Booking", mail.body_html)
        self.assertIn("You do not need to do anything.", mail.body_html)

    def test_who_takes_care(self):
        """S1-10: the person is named, or the team where the desk prefers it."""
        ticket = self._create_ticket(user_id=self.laura.id)
        self.assertIn("Laura Díaz", self._notice("assigned", ticket).body_html)
        self.team.portal_assignee = "team"
        mail = self._notice("assigned", ticket)
        self.assertNotIn("Laura", mail.body_html)
        self.assertIn("Desk", mail.body_html)

    def test_a_company_has_no_first_name(self):
        """A shared or unknown requester is greeted without a name."""
        ticket = self._create_ticket()
        ticket.partner_id = self.hotel
        self.assertEqual(ticket._get_greeting_name(), "")
