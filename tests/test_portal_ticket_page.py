import base64

from markupsafe import Markup

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .pictures import picture
from .portal_common import HELP, PDF, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalTicketPage(PortalCommon):
    """A customer sees whose turn it is, reads every answer and writes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(location_id=cls.location.id)
        cls.page = f"/my/ticket/{cls.ticket.id}"

    def setUp(self):
        super().setUp()
        self.sign_in()

    # ------------------------------------------------------------
    # What the page says
    # ------------------------------------------------------------

    def test_breadcrumb(self):
        """S3-16 Breadcrumb Home / Tickets / #number."""
        crumbs = self.get(self.page).xpath("//nav/ol[contains(@class,'breadcrumb')]/li")
        self.assertEqual(
            [self.words(crumb) for crumb in crumbs],
            ["Home", "Tickets", f"#{self.ticket.number}"],
        )

    def test_title_has_the_one_number(self):
        """S3-17 Title with (#number)."""
        tree = self.get(self.page)
        self.assertEqual(
            self.words(tree.xpath("//h1")[0]),
            f"No reservations from Booking (#{self.ticket.number})",
        )
        self.assertNotIn(f"#{self.ticket.id})", self.text)

    def test_status_with_meaning(self):
        """S3-17 … status …. S0-29 the status (each with its meaning, S0-30)."""
        status = self.part(self.get(self.page), "status")
        self.assertIn("Desk: new", status)
        self.assertIn("Meaning of new", status)

    def test_reported_on_and_by(self):
        """S3-17 "Reported on" date, "Reported by" company, contact and e-mail,
        description."""
        request = self.part(self.get(self.page), "request")
        for words in (
            "Reported on",
            "(UTC)",
            "Reported by Ana Pérez · Hotel Sol · ana@test.example",
            "None since this morning",
        ):
            with self.subTest(words=words):
                self.assertIn(words, request)

    def test_turn_is_said_in_words(self):
        """S3-17 …, status: whose turn it is and until when, in words."""
        with self.clock("2026-03-04 10:00"):
            self.ticket.answer_due_date = "2026-03-04 14:30"
            self._expect_turn("We answer today before 2:30 PM (UTC).")
            self.ticket.answer_due_date = "2026-03-05 14:30"
            self._expect_turn("We answer tomorrow before 2:30 PM (UTC).")
            self.ticket.answer_due_date = "2026-03-06 14:30"
            self._expect_turn("We answer before Friday, March 6, 2026, 2:30 PM (UTC).")
            self.ticket.answer_due_date = "2026-03-04 09:00"
            self._expect_turn("are late")
            self.ticket.action_wait_other("Booking", chase_date="2026-03-09 09:00:00")
            self._expect_turn("We are waiting for Booking since Mar 4, 2026.")
            self._expect_turn("We will ask them again on Mar 9, 2026.")
            self.ticket.action_solve()
            self._expect_turn("Solved.")
            self.ticket.action_close()
            self._expect_turn("Closed on Wednesday, March 4, 2026, 10:00 AM (UTC).")

    def test_what_we_need_stands_in_a_box(self):
        """S0-32 … explicit instructions on what to do: on top of the page."""
        self.ticket.action_wait_customer("The exact name of the rate plan")
        tree = self.get(self.page)
        self.assertIn("It is your turn", self.part(tree, "turn"))
        self.assertEqual(
            self.part(tree, "customer_request"),
            "What we need from you The exact name of the rate plan",
        )

    def test_dates_are_told_where_the_hotel_is(self):
        """S3-17 "Reported on": in the person's zone, else the location's."""
        self.location.tz = "America/Bahia_Banderas"
        self.get(self.page)
        self.assertNotIn("Bahía de Banderas", self.text)
        self.ana.partner_id.tz = False
        self.get(self.page)
        self.assertIn("(Bahía de Banderas time)", self.text)

    def test_assignee_or_team(self):
        """S3-18 the engineer assigned to the activity: the person, or the team."""
        self.ticket.user_id = self.laura
        self.assertIn(
            "Assigned to Laura Díaz", self.part(self.get(self.page), "details")
        )
        self.team.portal_assignee = "team"
        other = self._create_ticket(user_id=self.laura.id)
        self._answer(other, self.laura)
        tree = self.get(f"/my/ticket/{other.id}")
        self.assertIn("Assigned to Desk", self.part(tree, "details"))
        self.assertNotIn("Laura", self.text)

    def test_files_are_linked_with_their_size(self):
        """S0-18 A file attached to the ticket itself: it opens from its page."""
        self.ticket._portal_attach([("receipt.pdf", PDF)])
        self._note(self.ticket, self.laura, attachments=[("secret.pdf", PDF)])
        chips = self.get(self.page).xpath("//a[contains(@class,'o_hsp_file_chip')]")
        self.assertEqual([self.words(c) for c in chips], ["receipt.pdf PDF 1 kB"])
        self.authenticate(None, None)
        self.assertEqual(self.url_open(chips[0].get("href")).content, PDF)

    # ------------------------------------------------------------
    # Thread
    # ------------------------------------------------------------

    def test_thread_in_order(self):
        """S3-18 "Message and communication history": a personal chat with the
        engineer. S0-20 The answer arrives in the portal. S0-21 Answers in the portal
        are ordered by ticket."""
        self._answer(self.ticket, self.laura, "First answer")
        self._answer(self.ticket, self.ana, "Second question")
        other = self._create_ticket()
        self._answer(other, self.laura, "Of another ticket")
        tree = self.get(self.page)
        self.assertIn("Message and communication history", self.text)
        messages = tree.xpath("//div[contains(@class,'o_hsp_message ')]")
        self.assertEqual(len(messages), 2)
        self.assertIn("Laura Díaz", self.words(messages[0]))
        self.assertIn("First answer", self.words(messages[0]))
        self.assertIn("Second question", self.words(messages[1]))

    def test_notes_and_their_files_stay_inside(self):
        """S3-18 … history: what is public of it, never an internal note."""
        self._note(self.ticket, self.laura, attachments=[("secret.pdf", PDF)])
        self.get(self.page)
        self.assertNotIn("secret", self.response.text)

    def test_page_opens_at_what_is_new(self):
        """S1-09 Each ticket holds all correspondence: what was read is folded, the
        first message not read comes first."""
        self._answer(self.ticket, self.laura, "First answer")
        self._answer(self.ticket, self.ana, "Second question")
        news = self._answer(self.ticket, self.laura, "Second answer")
        self._answer(self.ticket, self.laura, "Third answer")
        tree = self.get(self.page)
        self.assertIn("3 earlier messages", self.text)
        self.assertEqual(self._shown(tree), ["Second answer", "Third answer"])
        self.assertTrue(tree.xpath("//*[@id='unread']"))
        self._read_up_to(news.id + 1)
        tree = self.get(self.page)
        self.assertEqual(self._shown(tree), ["Third answer"])
        self.assertFalse(tree.xpath("//*[@id='unread']"))
        folded = self.words(tree.get_element_by_id("earlier"))
        for words in ("None since this morning", "First answer", "Second answer"):
            self.assertIn(words, folded)

    def test_without_messages_nothing_is_folded(self):
        """S3-17 … description: it stands open until somebody wrote."""
        tree = self.get(self.page)
        self.assertFalse(tree.xpath("//*[contains(@class,'o_hsp_earlier_toggle')]"))
        self.assertIsNone(tree.get_element_by_id("earlier").get("hidden"))

    def test_states_are_lines_between_messages(self):
        """S3-18 "Message and communication history": changes of state, in the words
        of the stages, nothing else that changed."""
        with self.clock(days=-2):
            self._answer(self.ticket, self.laura, "First answer")
            self.ticket.with_user(self.laura).write({"user_id": self.laura.id})
        tree = self.get(self.page)
        lines = [self.words(line) for line in self._lines(tree)]
        states = [line for line in lines if line.startswith("Status:")]
        self.assertEqual(len(states), 1)
        self.assertIn("Status: Desk: in_progress", states[0])
        self.assertNotIn("Assigned user", self.text)

    def test_days_stand_between_messages(self):
        """S3-18 …: a personal chat, its days told."""
        with self.clock("2026-03-04 10:00"):
            self._answer(self.ticket, self.laura, "First answer")
        with self.clock("2026-03-05 10:00"):
            self._answer(self.ticket, self.laura, "Second answer")
            self._answer(self.ticket, self.laura, "Third answer")
        with self.clock("2026-03-06 10:00"):
            tree = self.get(self.page)
        days = tree.xpath("//p[contains(@class,'o_hsp_day')]/@data-day")
        self.assertEqual(days.count("2026-03-05"), 1)
        self.assertIn("Yesterday", self.text)

    def test_ours_left_with_photo_theirs_right(self):
        """S3-18 a personal chat with the engineer: their photo beside their words."""
        self.laura.image_1920 = base64.b64encode(picture())
        self._answer(self.ticket, self.laura, "First answer")
        self._answer(self.ticket, self.ana, "Second question")
        tree = self.get(self.page)
        ours, theirs = tree.xpath("//div[contains(@class,'o_hsp_message_line')]")
        photo = ours.xpath(".//img[@class='o_hsp_photo']/@src")
        self.assertTrue(photo)
        self.assertFalse(theirs.xpath(".//*[contains(@class,'o_hsp_photo')]"))
        self.assertIn("o_hsp_message_line_customer", theirs.get("class"))
        self.authenticate(None, None)
        self.assertEqual(self.url_open(photo[0]).headers["Content-Type"], "image/png")

    def test_pictures_inline_others_as_chips(self):
        """S0-18 A file attached …: pictures are seen, with the size that keeps their
        place; others open."""
        self._answer(
            self.ticket,
            self.laura,
            attachments=[("shot.png", picture(size=(720, 300))), ("log.pdf", PDF)],
        )
        tree = self.get(self.page)
        (image,) = tree.xpath("//ul[contains(@class,'o_hsp_pictures')]//img")
        self.assertEqual((image.get("width"), image.get("height")), ("360", "150"))
        chips = tree.xpath("//a[contains(@class,'o_hsp_file_chip')]")
        self.assertEqual([self.words(c) for c in chips], ["log.pdf PDF 1 kB"])
        self.authenticate(None, None)
        self.assertEqual(self.url_open(image.get("src")).status_code, 200)

    def test_a_broken_picture_is_a_file(self):
        """S0-18 A file attached …: what only says it is a picture is a file."""
        self._answer(
            self.ticket, self.laura, attachments=[("shot.png", b"GIF89a no picture")]
        )
        tree = self.get(self.page)
        self.assertFalse(tree.xpath("//ul[contains(@class,'o_hsp_pictures')]"))
        self.assertIn("shot.png", self.text)

    def test_quoted_mail_is_folded(self):
        """S0-20 The answer arrives in the portal: what it quotes is folded."""
        self._answer(
            self.ticket,
            self.ana,
            Markup("<p>It is HIGH</p><blockquote>What is its name?</blockquote>"),
        )
        quote = self.get(self.page).xpath("//details[@class='o_hsp_quote']")[0]
        self.assertEqual(self.words(quote[0]), "Show quoted text")
        self.assertEqual(self.words(quote[1]), "What is its name?")

    def test_who_is_in_copy_and_through_whom(self):
        """S2-24 Requester and people in copy."""
        self.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": self.ticket.id,
                "partner_id": self.luis.partner_id.id,
                "source": "customer",
                "added_by_id": self.ana.partner_id.id,
                "date_added": "2026-03-04 10:00:00",
            }
        )
        details = self.part(self.get(self.page), "details")
        self.assertIn("Requester Ana Pérez", details)
        self.assertIn("Luis Mora added by Ana, Mar 4, 2026", details)

    def test_priority_says_what_it_means_and_promises(self):
        """S4-14 Priority decides response and resolution time and this is visible."""
        self.team.promise_ids = [(0, 0, {"priority": "3", "answer_hours": 1})]
        self.ticket.priority = "3"
        words = self.part(self.get(self.page), "fact_priority")
        self.assertIn("Immediate attention is needed", words)
        self.assertIn("We answer within 1 h", words)

    def test_whose_time_it_took(self):
        """S1-17 the department is working on it; S1-19 waiting for a third party:
        the page adds up whose time it took."""
        with self.clock("2026-03-02 12:00:00"):
            ticket = self._create_ticket(location_id=self.location.id)
        tree = self.get(f"/my/ticket/{ticket.id}")
        self.assertIn(" us", self.part(tree, "time"))

    def test_what_you_write_reaches_a_person(self):
        """S1-10 the person handling it, so the customer can address him directly."""
        self.ticket.user_id = self.laura
        self.get(self.page)
        self.assertIn("What you write here reaches Laura directly.", self.text)
        self.team.portal_assignee = "team"
        self.get(self.page)
        self.assertNotIn("What you write here", self.text)

    def test_who_writes_under_a_shared_mailbox(self):
        """D-04 Under a shared mailbox a message can say who wrote it."""
        self.answer(self.ticket, "One", fields={"writer_name": "Rosa"})
        self.assertFalse(self.ticket._get_public_messages()[-1].writer_name)
        self.ana.partner_id.helpdesk_is_shared = True
        self.answer(self.ticket, "Two", fields={"writer_name": " Rosa\n<b> "})
        message = self.ticket._get_public_messages()[-1]
        self.assertEqual(message.writer_name, "Rosa <b>")
        self.get(self.page)
        self.assertIn("Rosa <b> (ana@test.example)", self.text)

    def test_empty_state(self):
        """S3-19 Empty state "No comments yet"; box "Write a message"; "Send"."""
        tree = self.get(self.page)
        self.assertIn("No comments yet.", self.text)
        composer = self.words(tree.get_element_by_id("reply"))
        self.assertIn("Write a message", composer)
        self.assertTrue(tree.xpath("//*[@id='reply']//button[text()='Send']"))

    def test_reply_link_leads_to_the_composer(self):
        """S0-38 Clicking a ticket opens it and shows a "Reply" link. S0-39 "Reply"
        opens a text screen."""
        tree = self.get(self.page)
        links = tree.xpath("//a[@href='#reply']")
        self.assertIn("Reply", [self.words(link) for link in links])
        self.assertTrue(tree.xpath("//*[@id='reply']//textarea[@name='message']"))

    def test_send_posts_the_answer(self):
        """S0-39 "Send" posts the answer: as the customer, and it is our turn."""
        self.ticket.action_wait_customer("The exact name of the rate plan")
        self.answer(self.ticket, "It is <b>HIGH</b>\nsecond line")
        message = self.ticket._get_public_messages()[-1]
        self.assertEqual(message.author_id, self.ana.partner_id)
        self.assertEqual(message.message_type, "comment")
        self.assertIn("&lt;b&gt;HIGH&lt;/b&gt;", message.body)
        self.assertEqual(self.ticket.stage_kind, "in_progress")
        self.assertIn("Sent. You will find our answer here", self.text)

    def test_answer_with_files(self):
        """S3-20 Files about the problem can be attached in that chat."""
        self.answer(
            self.ticket,
            files=[("attachment", ("photo.png", picture(), "image/png"))],
        )
        message = self.ticket._get_public_messages()[-1]
        self.assertEqual(message.attachment_ids.mapped("name"), ["photo.png"])

    def test_refused_file_keeps_text_and_other_files(self):
        """S3-20 Files …: what is refused is said, text and other files stay."""
        tree = self.answer(
            self.ticket,
            "Kept text",
            files=[
                ("attachment", ("photo.png", picture(), "image/png")),
                ("attachment", ("film.mkv", b"abc", "video/x-matroska")),
            ],
        )
        self.assertIn("film.mkv", self.words(tree.get_element_by_id("form_errors")))
        self.assertEqual(tree.xpath("//textarea[@name='message']")[0].text, "Kept text")
        pending = tree.xpath("//input[@name='pending']/@value")
        self.answer(self.ticket, "Kept text", fields={"pending": pending})
        message = self.ticket._get_public_messages()[-1]
        self.assertEqual(message.attachment_ids.mapped("name"), ["photo.png"])

    def test_empty_message_is_refused_beside_the_field(self):
        """S3-19 box "Write a message": an empty one is not sent."""
        tree = self.answer(self.ticket, "  ")
        self.assertEqual(
            self.words(tree.get_element_by_id("error_message")), "Write a message."
        )
        self.assertFalse(self.ticket._get_public_messages())

    def test_answer_sent_twice_is_one(self):
        """S0-39 "Send" posts the answer: once, however often it is pressed."""
        fields = {"submission_key": self.key(self.get(self.page))}
        self.answer(self.ticket, fields=fields)
        self.answer(self.ticket, fields=fields)
        self.assertEqual(len(self.ticket._get_public_messages()), 1)

    def test_answer_of_an_ended_session_is_kept(self):
        """D-08 Every refusal for a missing or ended session names the help address and
        returns to the same place after signing in, with the text kept."""
        self.authenticate(None, None)
        tree = self.answer(self.ticket, "Kept answer")
        self.assertIn(HELP, self.part(tree, "helpdesk_help_address"))
        self.assertIn(f"redirect=%2Fmy%2Fticket%2F{self.ticket.id}", self.path)
        self.assertFalse(self.ticket._get_public_messages())

    @mute_logger("odoo.http")
    def test_answer_of_a_stale_page_comes_back(self):
        """D-08 … with the text kept: a page of an earlier session."""
        tree = self.answer(
            self.ticket, "Kept answer", csrf=False, fields={"csrf_token": "x"}
        )
        self.assertIn("Nothing is lost", self.text)
        self.assertEqual(
            tree.xpath("//textarea[@name='message']")[0].text, "Kept answer"
        )
        self.assertFalse(self.ticket._get_public_messages())

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    def test_close_asks_and_solves(self):
        """S2-27 Shortcut: close the ticket — only if it is open."""
        self.assertIn("Yes, close ticket", self.part(self.get(self.page), "close"))
        tree = self.post("/ticket/close", {"ticket_id": self.ticket.id})
        self.assertEqual(self.ticket.stage_kind, "solved")
        self.assertIn("The ticket is closed.", self.text)
        self.assertFalse(self.part(tree, "close"))

    @mute_logger("odoo.http")
    def test_close_needs_a_genuine_post_on_an_own_ticket(self):
        """S2-27 Shortcut: close: no link, no other site, no other customer does it."""
        self.get(f"/ticket/close?ticket_id={self.ticket.id}", status=405)
        self.post("/ticket/close", {"ticket_id": self.ticket.id}, csrf=False)
        self.sign_in(self.eva)
        stage = self.stages["closed"]
        stage.close_from_portal = True
        data = {"ticket_id": self.ticket.id, "stage_id": stage.id}
        self.post("/ticket/close", data, status=404)
        self.authenticate(None, None)
        self.post("/ticket/close", data)
        self.assertEqual(self.ticket.stage_kind, "new")

    def test_closing_breaks_on_nothing(self):
        """S2-27 Shortcut: close: whatever is posted ends in a page."""
        for value in ("", "abc", "-1", "9" * 40, "\x00", "1.5"):
            with self.subTest(value=value[:9]):
                self.post("/ticket/close", {"ticket_id": value})
                self.assertEqual(self.path, "/my/tickets")

    def test_closed_ticket_takes_no_answer(self):
        """S2-33 Closed: end of the life cycle; nothing to write into."""
        self.ticket.action_close()
        tree = self.get(self.page)
        self.assertFalse(tree.xpath("//textarea[@name='message']"))
        self.answer(self.ticket)
        self.assertNotIn(
            "comment", self.ticket._get_public_messages().mapped("message_type")
        )

    # ------------------------------------------------------------
    # Access
    # ------------------------------------------------------------

    def test_foreign_and_missing_look_the_same(self):
        """D-08 Every refusal … names the help address: and tells nothing else."""
        texts = set()
        self.sign_in(self.eva)
        for id_ in (self.ticket.id, 2**31 - 1, 10**30):
            for path in (f"/my/ticket/{id_}", f"/my/ticket/{id_}/token"):
                with self.subTest(path=path[:30]):
                    self.get(path, status=404)
                    texts.add(self.text)
        self.assertEqual(len(texts), 1)
        self.assertIn(HELP, self.text)
        self.assertIn("Search in your tickets", self.text)

    def test_foreign_ticket_takes_no_answer(self):
        """S0-39 "Send" posts the answer: in one's own tickets."""
        self.sign_in(self.eva)
        self.answer(self.ticket, status=404)
        self.assertFalse(self.ticket._get_public_messages())

    def test_mail_token_opens_its_ticket_only(self):
        """S3-38 … a link to the helpdesk where the status can be checked."""
        self.authenticate(None, None)
        token = self.ticket.access_token
        for path in (f"{self.page}/{token}", f"{self.page}?access_token={token}"):
            with self.subTest(path=path[:20]):
                tree = self.get(path)
                self.assertIn(f"(#{self.ticket.number})", self.text)
                self.assertFalse(tree.xpath("//textarea[@name='message']"))
        other = self._create_ticket()
        self.get(f"/my/ticket/{other.id}/{token}", status=404)

    def test_visitor_is_taken_to_sign_in(self):
        """S0-04 A visitor … is told so and taken to sign in."""
        self.authenticate(None, None)
        self.get(self.page)
        self.assertIn(f"redirect=%2Fmy%2Fticket%2F{self.ticket.id}", self.path)

    def test_base_discussion_is_replaced(self):
        """S3-18 "Message and communication history": ours alone, no second composer."""
        tree = self.get(self.page)
        self.assertFalse(tree.xpath("//*[contains(@class,'o_portal_chatter')]"))

    def test_view_costs_the_same_with_a_long_thread(self):
        """S1-09 Each ticket holds all correspondence: at the price of a short one."""
        for number in range(3):
            self._answer(self.ticket, self.laura, f"Answer {number}")
        few = self._count_statements()
        for number in range(20):
            self._answer(self.ticket, self.ana, f"Question {number}")
        self.assertEqual(self._count_statements(), few)
        self.assertLessEqual(few, 45)

    # ------------------------------------------------------------

    def _expect_turn(self, words):
        with self.subTest(words=words):
            turn = self.ticket.with_user(self.ana).sudo()._get_turn_text()
            self.assertIn(words, turn)

    def _shown(self, tree):
        """Return the texts of the messages that are not folded."""
        entries = tree.get_element_by_id("entries")
        bodies = entries.xpath(".//*[contains(@class,'o_hsp_message_line')]")
        return [self.words(b.xpath(".//*[@class='o_hsp_body']")[0]) for b in bodies]

    def _lines(self, tree):
        return tree.xpath("//*[@class='o_hsp_state' or @class='o_hsp_notice']")

    def _read_up_to(self, number):
        data = {"last": number, "csrf_token": http.Request.csrf_token(self)}
        response = self.url_open(f"{self.page}/seen", data=data)
        self.assertEqual(response.status_code, 204)

    def _count_statements(self):
        """Return the SQL statements of the second view of the page."""
        self.env.flush_all()
        self.get(self.page)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.get(self.page)
        return self.cr.sql_log_count - before
