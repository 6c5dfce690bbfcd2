# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from ..models.helpdesk_backfill import HelpdeskBackfill
from .common import PORTAL, HelpdeskCommon

LOGGER = "odoo.addons.helpdesk_service_portal.models.helpdesk_backfill"


@tagged("post_install", "-at_install")
class TestBackfill(HelpdeskCommon):
    """Old tickets get people, words, counts and dates, in batches that may stop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = mail_new_test_user(
            cls.env, "provider@x.example", groups=PORTAL, name="Pia Provider"
        )

    def _create_old(self, **vals):
        """A ticket as the base would have left it: no participant, no words."""
        ticket = self._create_ticket(**vals)
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM helpdesk_ticket_participant WHERE ticket_id = %s", [ticket.id]
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET search_text = NULL, interaction_count = 1,"
            " last_customer_message_date = NULL, last_agent_message_date = NULL,"
            " queue_date = NULL, create_date = '2024-03-01 08:00' WHERE id = %s",
            [ticket.id],
        )
        self.env.invalidate_all()
        return ticket

    def _write(self, ticket, user, hours, **vals):
        """Add a message as it would lie in the table."""
        return self.env["mail.message"].create(
            {
                "model": "helpdesk.ticket",
                "res_id": ticket.id,
                "author_id": user.partner_id.id,
                "message_type": "comment",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "body": "<p>The <b>antenna</b> fell</p>",
                "date": datetime(2024, 3, 1, 8) + timedelta(hours=hours),
                **vals,
            }
        )

    def _do(self, code, tickets):
        step = self.env["helpdesk.backfill"].search([("code", "=", code)])
        step = step or self.env["helpdesk.backfill"].create({"code": code})
        step._do(tickets)
        self.env.invalidate_all()
        return step

    def _get_people(self, ticket):
        return {
            row.partner_id: (row.source, row.included) for row in ticket.participant_ids
        }

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def test_requesters_followers_and_authors_take_part(self):
        """Colleagues who wrote are let in, others who only wrote are listed."""
        ticket = self._create_old(user_id=self.laura.id)
        follower, author = self.eva.partner_id, self.luis.partner_id
        ticket.message_subscribe((follower | self.laura.partner_id).ids)
        self._write(ticket, self.luis, 1)
        self._write(ticket, self.provider, 2)
        self._write(ticket, self.laura, 3)
        self._do("people", ticket)
        self.assertEqual(
            self._get_people(ticket),
            {
                self.ana.partner_id: ("requester", True),
                follower: ("history", True),
                author: ("history", True),
                self.provider.partner_id: ("history", False),
            },
        )

    def test_who_only_wrote_sees_no_more_than_before(self):
        ticket = self._create_old()
        self._write(ticket, self.provider, 2)
        self._do("people", ticket)
        self.assertFalse(ticket.with_user(self.provider).is_portal_visible)
        row = ticket.participant_ids.filtered(
            lambda row: row.partner_id == self.provider.partner_id
        )
        self.assertEqual(row.sees_from, datetime(2024, 3, 1, 10))

    def test_notes_and_notices_let_nobody_in(self):
        """Who is named in what customers never read does not take part by it."""
        ticket = self._create_old()
        note = self.env.ref("mail.mt_note").id
        self._write(ticket, self.luis, 1, subtype_id=note)
        self._write(ticket, self.eva, 1, is_internal=True)
        self._write(ticket, self.provider, 1, message_type="notification")
        self._do("people", ticket)
        self.assertEqual(
            self._get_people(ticket), {self.ana.partner_id: ("requester", True)}
        )

    def test_an_internal_note_stays_unseen(self):
        ticket = self._create_old()
        note = self._write(
            ticket, self.laura, 1, subtype_id=self.env.ref("mail.mt_note").id
        )
        ticket.message_subscribe(self.eva.partner_id.ids)
        self._do("people", ticket)
        self._do("words", ticket)
        self.assertTrue(ticket.with_user(self.eva).is_portal_visible)
        self.assertNotIn(note, ticket._get_public_messages())
        self.assertNotIn("antenna", ticket.search_text)

    def test_nobody_is_subscribed_and_nothing_is_posted(self):
        ticket = self._create_old()
        self._write(ticket, self.luis, 1)
        before = ticket.write_date
        counts = self._count_rows()
        self._do("people", ticket)
        self._do("words", ticket)
        self.assertEqual(self._count_rows(), counts)
        self.assertEqual(ticket.write_date, before)

    def _count_rows(self):
        self.env.flush_all()
        return [
            self.env[model].sudo().search_count([])
            for model in (
                "mail.message",
                "mail.mail",
                "mail.followers",
                "mail.notification",
                "mail.tracking.value",
                "mail.activity",
            )
        ]

    def test_who_asked_is_told_of_answers_without_following(self):
        """The base mailed them when the agent ticked them; we subscribe nobody."""
        ticket = self._create_old(user_id=self.laura.id)
        ticket.message_unsubscribe(self.ana.partner_id.ids)
        message = ticket.with_user(self.laura).message_post(
            body="Fixed", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.ana.partner_id, message.notified_partner_ids)
        note = ticket.with_user(self.laura).message_post(
            body="Ask the provider",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        self.assertNotIn(self.ana.partner_id, note.notified_partner_ids)
        self.assertNotIn(self.ana.partner_id, ticket.message_partner_ids)

    # ------------------------------------------------------------
    # Words, counts and dates
    # ------------------------------------------------------------

    def test_old_tickets_are_found_by_their_words(self):
        ticket = self._create_old(name="Niñera")
        self._write(ticket, self.luis, 1)
        self._do("words", ticket)
        self.assertIn("ninera", ticket.search_text)
        self.assertIn("antenna", ticket.search_text)
        self.assertEqual(ticket.search_text, ticket._get_search_text())

    def test_many_tickets_keep_their_own_words(self):
        tickets = self._create_old(name="Lift") | self._create_old(name="Pool")
        self._write(tickets[0], self.luis, 1, body="<p>broken</p>")
        self.env["ir.attachment"].create(
            {
                "name": "leak.pdf",
                "res_model": "helpdesk.ticket",
                "res_id": tickets[1].id,
            }
        )
        self._do("words", tickets)
        self.assertIn("broken", tickets[0].search_text)
        self.assertNotIn("broken", tickets[1].search_text)
        self.assertIn("leak.pdf", tickets[1].search_text)

    def test_counts_and_dates_say_who_wrote_when(self):
        ticket = self._create_old()
        self._write(ticket, self.laura, 2)
        self._write(ticket, self.ana, 5)
        self._write(ticket, self.luis, 6)
        self._do("words", ticket)
        self.assertEqual(ticket.interaction_count, 4)
        self.assertEqual(ticket.last_agent_message_date, datetime(2024, 3, 1, 10))
        self.assertEqual(ticket.last_customer_message_date, datetime(2024, 3, 1, 14))
        self.assertEqual(ticket.queue_date, datetime(2024, 3, 1, 13))

    def test_nothing_waits_in_finished_tickets(self):
        ticket = self._create_old()
        ticket.stage_id = self.stages["solved"]
        self._do("words", ticket)
        self.assertFalse(ticket.queue_date)

    def test_a_request_by_mail_counts_once(self):
        """The base's gateway posts the request as the first message, too."""
        ticket = self._create_old()
        message = self._write(ticket, self.ana, 0, message_type="email")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = '2024-03-01 08:00' WHERE id = %s",
            [message.id],
        )
        self.env.invalidate_all()
        self._do("words", ticket)
        self.assertEqual(ticket.interaction_count, 1)

    # ------------------------------------------------------------
    # Batches
    # ------------------------------------------------------------

    def _run_planned(self, limit=1000):
        for step in self.env["helpdesk.backfill"]._plan():
            while step.state in ("waiting", "running"):
                step._run(limit)

    def _read_all(self):
        self.env.cr.execute(
            "SELECT ticket_id, partner_id, source, included, sees_from, date_added"
            "  FROM helpdesk_ticket_participant ORDER BY id"
        )
        people = self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT id, search_text, interaction_count, queue_date, write_date,"
            " last_customer_message_date, last_agent_message_date, xmin::text"
            " FROM helpdesk_ticket ORDER BY id"
        )
        return people, self.env.cr.fetchall()

    def test_doing_it_twice_changes_nothing(self):
        ticket = self._create_old()
        self._write(ticket, self.luis, 1)
        self._run_planned()
        first = self._read_all()
        self._run_planned(limit=7)
        self.assertEqual(self._read_all(), first)

    def test_batches_go_from_the_newest_to_the_oldest_and_say_how_far(self):
        old, new = self._create_old(), self._create_old()
        step = (
            self.env["helpdesk.backfill"]
            ._plan()
            .filtered(lambda step: step.code == "people")
        )
        self.assertEqual(step._run(1), 1)
        self.assertTrue(new.participant_ids)
        self.assertFalse(old.participant_ids)
        self.assertEqual((step.done_count, step.state), (1, "running"))
        rows = self.env["helpdesk.backfill"]._get_progress()
        label, done, total, state = rows[1]
        self.assertEqual((label, done, state), (step.name, 1, "running"))
        self.assertGreater(total, 1)
        self.assertFalse(step._is_done())
        step._run(1)
        self.assertTrue(old.participant_ids)

    def test_what_came_after_the_start_is_left_alone(self):
        self.env["helpdesk.backfill"]._plan()
        ticket = self._create_old()
        for step in self.env["helpdesk.backfill"].search([]):
            while step.state in ("waiting", "running"):
                step._run(1000)
        self.assertFalse(ticket.search_text)

    def test_a_ticket_that_fails_stops_no_other(self):
        bad, good = self._create_old(), self._create_old()
        plain = HelpdeskBackfill._do_words

        def do_words(step, tickets):
            if bad in tickets:
                raise ValueError("broken ticket")
            return plain(step, tickets)

        with (
            patch.object(HelpdeskBackfill, "_do_words", do_words),
            mute_logger(LOGGER),
        ):
            self._run_planned()
        step = self.env["helpdesk.backfill"].search([("code", "=", "words")])
        self.assertTrue(good.search_text)
        self.assertFalse(bad.search_text)
        self.assertEqual((step.state, step.failed_count), ("failed", 1))
        self.assertIn("broken ticket", step.error)
        step.with_user(self.mora).action_retry()
        self.env.invalidate_all()
        self.assertTrue(bad.search_text)
        self.assertEqual((step.state, step.failed_count), ("done", 0))
        self.assertFalse(step.error)

    def test_meeting_somebody_else_the_batch_is_done_again(self):
        ticket = self._create_old()
        self.env["helpdesk.backfill"]._plan()
        plain, calls = HelpdeskBackfill._do_people, []

        def do_people(step, tickets):
            calls.append(tickets)
            if len(calls) == 1:
                raise SerializationFailure()
            return plain(step, tickets)

        with (
            patch.object(HelpdeskBackfill, "_do_people", do_people),
            patch.object(self.env.cr, "rollback"),
            patch.object(self.env.cr, "commit") as commit,
        ):
            self.env["helpdesk.backfill"]._run_all()
        self.assertEqual(calls[0], calls[1])
        self.assertTrue(ticket.participant_ids)
        self.assertTrue(commit.called, "each batch is kept with its progress")
        self.assertTrue(self.env["helpdesk.backfill"]._is_done())
