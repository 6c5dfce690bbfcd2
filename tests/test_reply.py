from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestReply(HelpdeskCommon):
    """A message moves the ticket as the table of kinds says."""

    def _reply_in(self, kind, user):
        ticket = self._create_ticket(
            stage_id=self.stages[kind].id, user_id=self.laura.id
        )
        self._answer(ticket, user)
        return ticket

    def test_customer_answers(self):
        for kind, after in (
            ("new", "new"),
            ("in_progress", "in_progress"),
            ("waiting_customer", "in_progress"),
            ("waiting_other", "waiting_other"),
            ("solved", "in_progress"),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(self._reply_in(kind, self.ana).stage_kind, after)

    def test_a_solved_ticket_is_reopened_by_answering(self):
        """S0-37 the customer can reopen just by answering it."""
        ticket = self._reply_in("solved", self.ana)
        self.assertEqual(ticket.reopen_count, 1)
        self.assertFalse(ticket.solved_date)

    def test_a_closed_ticket_takes_no_answer(self):
        with self.assertRaisesRegex(AccessError, "closed"):
            self._reply_in("closed", self.ana)

    def test_the_first_answer_of_an_agent_begins_the_work(self):
        """S0-30 "Open": we have not started work. S0-31 "In process": we are
        processing it and will answer soon."""
        self.assertEqual(self._reply_in("new", self.laura).stage_kind, "in_progress")

    def test_an_agent_answering_a_waiting_ticket_moves_nothing(self):
        ticket = self._reply_in("waiting_customer", self.laura)
        self.assertEqual(ticket.stage_kind, "waiting_customer")

    def test_interactions_are_messages_of_people(self):
        """S0-28 the number of interactions (messages exchanged) so far; automatic
        notices and notes never."""
        ticket = self._create_ticket(user_id=self.laura.id)
        self.assertEqual(ticket.interaction_count, 1, "the request")
        self._answer(ticket, self.laura)
        self._answer(ticket, self.ana)
        self._note(ticket, self.laura)
        ticket._acknowledge()
        ticket._message_log(body="logged")
        self.assertEqual(ticket.interaction_count, 3)

    def test_waiting_for_the_customer_says_what_is_needed(self):
        """S0-32 cannot be set without a message containing the instructions."""
        ticket = self._create_ticket()
        with self.assertRaises(UserError):
            ticket.action_wait_customer("please")
        ticket.action_wait_customer("Send us a screenshot of the error, please")
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        self.assertIn("screenshot", ticket.customer_request)
        self._answer(ticket, self.ana, "Here it is")
        self.assertFalse(ticket.customer_request)

    def test_waiting_for_a_third_party_names_it(self):
        """S0-33 "Waiting for PROVIDER": a third party must take part."""
        ticket = self._create_ticket()
        with self.assertRaises(UserError):
            ticket.action_wait_other(" ")
        ticket.action_wait_other("Booking", "B-77")
        self.assertEqual(ticket.turn, "other")
        self.assertEqual(ticket.waiting_party, "Booking")

    def test_a_missing_stage_is_named(self):
        self.env["helpdesk.ticket.stage"].search(
            [("kind", "=", "waiting_other")]
        ).active = False
        with self.assertRaisesRegex(UserError, "Waiting for a third party"):
            self._create_ticket().action_wait_other("Booking")


@tagged("post_install", "-at_install")
class TestSearchWords(HelpdeskCommon):
    def _found(self, words):
        return self.env["helpdesk.ticket"].search([("search_text", "like", words)])

    def test_words_of_messages_people_and_files_find_the_ticket(self):
        """D-11 One search box finds tickets by words in messages, people, numbers and
        file names."""
        ticket = self._create_ticket(user_id=self.laura.id, name="Recepción")
        self._answer(
            ticket, self.laura, "Zañahoria", attachments=[("Täbelle.pdf", b"%PDF")]
        )
        for words in (
            ticket.number.lower(),
            "recepcion",
            "none since this morning",
            "ana perez",
            "zanahoria",
            "tabelle.pdf",
            "laura diaz",
        ):
            with self.subTest(words=words):
                self.assertIn(ticket, self._found(words))

    def test_notes_and_their_files_find_nothing(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self._note(ticket, self.laura, "xyzzy", attachments=[("plugh.txt", b"x")])
        ticket._refresh_search_text()
        self.assertFalse(self._found("xyzzy"))
        self.assertFalse(self._found("plugh"))

    def test_changed_words_replace_the_old(self):
        ticket = self._create_ticket(name="Before")
        ticket.name = "Afterwards"
        self.assertIn(ticket, self._found("afterwards"))
        self.assertNotIn(ticket, self._found("before"))
