# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .life_common import REQUEST, LifeCommon


@tagged("post_install", "-at_install")
class TestFollowUp(LifeCommon):
    """S2-33 Closed: end of the life cycle; what comes after is a linked ticket."""

    def _previous(self, user, ticket_id):
        return self.env["helpdesk.ticket"].with_user(user)._portal_previous(ticket_id)

    def test_only_closed_tickets_one_sees_are_followed_up(self):
        closed, solved = self._close(), self._solve()
        self.assertEqual(self._previous(self.ana, str(closed.id)), closed)
        for user, ticket_id in (
            (self.eva, closed.id),
            (self.luis, closed.id),
            (self.ana, solved.id),
            (self.ana, 2**31 - 1),
            (self.ana, "x"),
            (self.ana, None),
        ):
            self.assertFalse(self._previous(user, ticket_id))

    def test_the_form_is_filled_in(self):
        closed = self._close(location_id=self.location.id, priority="2")
        self.assertEqual(
            closed._portal_follow_up_values(),
            {
                "follow_up": str(closed.id),
                "subject": closed.name,
                "location": str(self.location.id),
                "category": "",
                "type": "",
                "priority": "2",
            },
        )

    def test_it_goes_to_the_team_that_knows(self):
        other = self._create_team("Other", self.sam)
        closed = self._create_ticket(team_id=other.id)
        closed.action_close()
        vals = {"previous_ticket_id": closed.id, "team_id": False}
        self.assertEqual(self._create_ticket(**vals).team_id, other)
        elsewhere = self.env["helpdesk.ticket.category"].create(
            {"name": "Elsewhere", "team_id": self.team.id}
        )
        vals["category_id"] = elsewhere.id
        self.assertEqual(self._create_ticket(**vals).team_id, self.team)

    def test_an_answer_by_mail_becomes_a_ticket_and_nothing_else_changes(self):
        """Settled: an answer to a closed ticket opens a linked follow-up ticket."""
        closed = self._close(location_id=self.location.id)
        fields = ("write_date", "stage_id", "interaction_count", "message_ids")
        before = {name: closed[name] for name in fields}
        new = closed._open_follow_up(
            {
                "body": "<p>It is back</p>",
                "author_id": self.ana.partner_id.id,
                "email_from": "other@test.example",
            }
        )
        self.assertEqual(new.previous_ticket_id, closed)
        self.assertEqual(closed.follow_up_ids, new)
        self.assertEqual(new.partner_id, self.ana.partner_id)
        self.assertEqual(new.partner_email, self.ana.email)
        self.assertEqual(new.name, closed.name)
        self.assertEqual(new.location_id, self.location)
        self.assertEqual(new.team_id, closed.team_id)
        self.assertIn("It is back", new.description)
        self.assertEqual(new.turn, "us")
        self.assertEqual({name: closed[name] for name in fields}, before)
        told = "\n".join(m.body for m in new.sudo()._get_public_messages())
        self.assertIn(closed.number, told)
        self.assertIn(new.number, told)

    def test_an_unknown_sender_becomes_the_requester(self):
        new = self._close()._open_follow_up(
            {"body": "It is back", "email_from": '"Rosa" <rosa@hotel.example>'}
        )
        self.assertEqual(new.partner_id.email, "rosa@hotel.example")

    def test_both_pages_link_what_one_may_see(self):
        closed = self._close()
        new = self._create_ticket(self.luis, previous_ticket_id=closed.id)
        mine = self._create_ticket(previous_ticket_id=closed.id)

        def numbers(user, ticket, key):
            rows = ticket.with_user(user).sudo()._portal_linked_tickets()[key]
            return [row["number"] for row in rows]

        self.assertEqual(numbers(self.ana, closed, "follow_ups"), [mine.number])
        self.assertEqual(numbers(self.ana, mine, "previous"), [closed.number])
        self.assertEqual(numbers(self.luis, new, "previous"), [])
        public = self.env.ref("base.public_user")
        self.assertEqual(numbers(public, closed, "follow_ups"), [])


@tagged("post_install", "-at_install")
class TestOpenedByUs(LifeCommon):
    """D-01 An agent opens a ticket to a customer."""

    def _open(self, partners=None, **kw):
        Ticket = self.env["helpdesk.ticket"].with_user(self.laura)
        values = {"name": "New rates from May", "team_id": self.team.id}
        return Ticket._open_by_us(
            partners or self.ana.partner_id, values, "<p>Please read this</p>", **kw
        )

    def test_the_first_message_is_public_and_ours(self):
        """D-01 the first message is public, mailed as "we write to you about ..."
        without acknowledgement wording, origin "our team", starting in progress or
        waiting for the customer. S1-08 ... or that we reported to him."""
        ticket = self._open()
        self.assertEqual(ticket.stage_kind, "in_progress")
        self.assertEqual(ticket.channel_id.name, "Our team")
        self.assertEqual(ticket.user_id, self.laura)
        self.assertEqual(ticket.interaction_count, 1)
        (message,) = ticket.sudo()._get_public_messages()
        self.assertEqual(message.author_id, self.laura.partner_id)
        self.assertEqual(message.message_type, "comment")
        self.assertIn("We write to you about", message.preview)
        self.assertIn("Please read this", message.body)
        self.assertEqual(message.notified_partner_ids, self.ana.partner_id)
        self.assertIn(
            ticket, self.env["helpdesk.ticket"].with_user(self.ana).search([])
        )

    def test_nobody_waits_for_an_answer_of_ours(self):
        self.team.promise_ids = [
            (0, 0, {"priority": "1", "answer_hours": 8, "solve_hours": 24})
        ]
        ticket = self._open()
        for name in (
            "queue_date",
            "answer_due_date",
            "solve_due_date",
            "last_customer_message_date",
        ):
            self.assertFalse(ticket[name], name)
        self._answer(ticket, self.ana)
        self.assertTrue(ticket.answer_due_date)

    def test_it_may_wait_for_the_customer_at_once(self):
        ticket = self._open(request=REQUEST)
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        self.assertEqual(ticket.customer_request, REQUEST)
        self.assertTrue(ticket.auto_close_date)

    def test_one_text_to_several_customers_is_one_ticket_each(self):
        """D-01 one text to several customers = one ticket each."""
        partners = self.ana.partner_id | self.luis.partner_id | self.eva.partner_id
        file = self.env["ir.attachment"].create({"name": "rates.pdf", "raw": b"%PDF-"})
        tickets = self._open(partners, attachment_ids=file.ids)
        self.assertEqual(tickets.partner_id, partners)
        self.assertEqual(len(tickets), 3)
        for ticket in tickets:
            (message,) = ticket.sudo()._get_public_messages()
            self.assertEqual(message.notified_partner_ids, ticket.partner_id)
            self.assertEqual(message.attachment_ids.mapped("name"), ["rates.pdf"])
            self.assertEqual(message.attachment_ids.res_id, ticket.id)

    def test_the_origin_chosen_by_hand_does_the_same(self):
        channel = self.env.ref("helpdesk_service_portal.channel_our_team")
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "By hand",
                "description": "<p>Our words</p>",
                "partner_id": self.ana.partner_id.id,
                "team_id": self.team.id,
                "channel_id": channel.id,
            }
        )
        self.assertTrue(ticket.opened_by_us)
        (message,) = ticket.sudo()._get_public_messages()
        self.assertIn("We write to you about", message.preview)

    def test_imports_write_to_nobody(self):
        channel = self.env.ref("helpdesk_service_portal.channel_our_team")
        ticket = self._create_ticket(channel_id=channel.id)
        self.assertFalse(ticket.opened_by_us)
        self.assertFalse(ticket.sudo()._get_public_messages())
