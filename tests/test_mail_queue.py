# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails wait in the queue, one per person for what happens together."""

from unittest.mock import patch

from markupsafe import Markup
from psycopg2.extras import Json

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .mail_common import MODULE, REQUEST, MailFlowCommon


@tagged("post_install", "-at_install")
class TestMailQueue(MailFlowCommon):
    def test_no_request_waits_for_a_mail_server(self):
        """S0-19 "Send" delivers the query to support immediately: the customer's
        request ends before any server is asked."""
        with (
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            patch.object(type(self.env["ir.mail_server"]), "_connect__") as connect,
        ):
            self._answer(self.ticket, self.ana, "Still broken")
            self._answer(self.ticket, self.laura)
            self._create_ticket(self.luis)._acknowledge()
            self._commit()
        connect.assert_not_called()
        self.assertEqual(len(self._get_mails(self.laura)), 1)
        self.assertEqual(len(self._get_mails()), 1)
        self.assertEqual(len(self._get_mails(self.luis)), 1)

    def test_the_queue_is_woken(self):
        """S0-20 The answer arrives in the portal and by mail."""
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        Trigger = self.env["ir.cron.trigger"]
        Trigger.search([]).unlink()
        with self.clock() as now:
            self._answer(self.ticket, self.laura)
            self._commit()
        triggers = Trigger.search([("cron_id", "=", cron.id)])
        self.assertEqual(
            triggers.call_at, fields.Datetime.add(now, minutes=1).replace(microsecond=0)
        )

    def test_answer_waits_a_minute(self):
        """S0-20 One mail per answer, also where the state changes a moment later."""
        with self.clock():
            self._answer(self.ticket, self.laura)
            self._commit()
            self.assertFalse(self._send_due())
        with self.clock(seconds=61):
            self.assertEqual(len(self._send_due()), 1)

    def test_customers_words_reach_the_engineer_at_once(self):
        """S3-18 a personal chat with the engineer assigned to the activity."""
        with self.clock():
            self._answer(self.ticket, self.ana, "Still broken")
            self._commit()
            self.assertEqual(len(self._send_due()), 1)


@tagged("post_install", "-at_install")
class TestTogether(MailFlowCommon):
    """What happens together travels in one mail per person."""

    def _assert_one(self, *words):
        mail = self._get_mails()
        self.assertEqual(len(mail), 1, mail.mapped("body_html"))
        text = self._get_text(mail)
        places = []
        for word in words:
            self.assertIn(word, text)
            places.append(text.index(word))
        self.assertEqual(places, sorted(places), text)
        return mail

    def test_answer_then_wait(self):
        """S0-32 we give explicit instructions on what to do or ask, and wait.

        S1-15 That time is printed at the foot of the mail the customer received.
        """
        self._answer(self.ticket, self.laura, "We found the reason.")
        self.by_laura.action_wait_customer(REQUEST)
        self._commit()
        deadline = self.ticket._get_customer_deadline_text(self.ana.partner_id)
        self.assertTrue(deadline)
        mail = self._assert_one(
            "We found the reason.",
            "What we need from you",
            REQUEST,
            deadline,
            "Reply in the portal",
            "I need more time",
            "You can also answer this e-mail.",
            self.ticket.number,
            "waiting_customer",
            "Meaning of waiting_customer",
            "One topic, one ticket",
        )
        self.assertEqual(self._get_text(mail).count(REQUEST), 1)
        self.assertEqual(self.ticket.announcement_id, mail.mail_message_id)

    def test_wait_then_answer(self):
        """S0-20 one mail per answer, whatever comes first within the action."""
        self.by_laura.action_wait_customer(REQUEST)
        self._commit()
        self._answer(self.ticket, self.laura, "We found the reason.")
        self._commit()
        self._assert_one("We found the reason.", REQUEST, "Reply in the portal")

    def test_notice_without_a_mail_of_its_own(self):
        """S1-09 Each ticket holds all correspondence since it was reported."""
        self._answer(self.ticket, self.laura, "We found the reason.")
        self.by_laura.action_wait_customer(REQUEST)
        self._commit()
        answer, notice = self.ticket._get_public_messages()[-2:]
        self.assertEqual(notice.message_type, "auto_comment")
        self.assertIn(REQUEST, notice.body)
        mail = self._get_mails()
        self.assertEqual(mail.mail_message_id, answer)
        told = notice.notification_ids
        self.assertEqual(told.mail_mail_id, mail)
        with self.clock(minutes=2):
            self._send_due()
        self.assertEqual(told.notification_status, "sent")

    def test_state_within_a_minute(self):
        """S0-20 a state change within 60 s of an answer joins its mail; later not."""
        for seconds, count in ((50, 1), (70, 2)):
            with self.subTest(seconds=seconds), self.clock(hours=seconds) as now:
                self._forget_mails()
                self._answer(self.ticket, self.laura, "It works again.")
                self._commit()
                with self.clock(now, seconds=seconds):
                    self._send_due()
                    self.by_laura.action_solve()
                    self._commit()
                    sent = 2 - count
                    self.assertEqual(len(self._get_mails()), 1)
                    self.assertEqual(
                        "It works again." in self._get_text(self._get_mails()),
                        bool(sent),
                    )
                    self.by_laura.action_reopen()
                    self._commit()

    def test_answer_and_solution(self):
        """S2-34 the mail that solves names the date on which it is closed."""
        self._answer(self.ticket, self.laura, "It works again.")
        self.by_laura.action_solve()
        self._commit()
        closing = self.ticket._get_closing_text(self.ana.partner_id)
        mail = self._assert_one("It works again.", "solved", closing, "Does it still")
        self.assertEqual(self.ticket.announcement_id, mail.mail_message_id)

    def test_several_changes(self):
        """S3-39 Any change of the request is notified to his mail: once."""
        self.ticket.write({"user_id": self.marta.id, "priority": "3"})
        self.ticket.action_wait_other("Booking")
        self._commit()
        mail = self._get_mails()
        self.assertEqual(len(mail), 1)
        text = self._get_text(mail)
        for words in ("Marta Gil", "Priority: Urgent", "Booking"):
            self.assertIn(words, text)

    def test_corrected_within_the_minute(self):
        """S0-20 the mail says what the answer says when it leaves."""
        message = self._answer(self.ticket, self.laura, "We fond it")
        self.by_laura._message_update_content(message, body=Markup("We found it"))
        self._commit()
        text = self._get_text(self._get_mails())
        self.assertIn("We found it", text)
        self.assertNotIn("fond", text)

    def test_two_answers_are_two_mails(self):
        """S0-20 one mail per answer."""
        self._answer(self.ticket, self.laura, "First")
        self._answer(self.ticket, self.laura, "Second")
        self._commit()
        self.assertEqual(len(self._get_mails()), 2)

    def test_each_person_one_mail(self):
        """S1-06 who is in copy gets the answer, with the state as it is."""
        self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": self.ticket.id, "partner_id": self.luis.partner_id.id}
        )
        self._answer(self.ticket, self.laura, "We found the reason.")
        self.by_laura.action_wait_customer(REQUEST)
        self._commit()
        for user in (self.ana, self.luis):
            mail = self._get_mails(user)
            self.assertEqual(len(mail), 1)
            self.assertIn(REQUEST, self._get_text(mail))

    def test_new_ticket_solved_at_once(self):
        """S3-43 the customer gets the mail: acknowledgement and solution in one."""
        self._forget_mails()
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "No WiFi",
                "description": "x",
                "partner_id": self.ana.partner_id.id,
                "team_id": self.team.id,
                "user_id": self.laura.id,
            }
        )
        ticket.action_solve()
        self._commit()
        self._assert_one("We received your ticket", "solved")


@tagged("post_install", "-at_install")
class TestChangesAreTold(MailFlowCommon):
    """Any change of the request is told to who asked."""

    def _assert_told(self, *words):
        self._commit()
        mail = self._get_mails()
        self.assertEqual(len(mail), 1)
        text = self._get_text(mail)
        for word in words:
            self.assertIn(word, text)
        notice = mail.mail_message_id
        self.assertEqual(notice.message_type, "auto_comment")
        self.assertIn(notice, self.ticket._get_public_messages())
        self.assertEqual(mail.subject, f"[#{self.ticket.number}] {self.ticket.name}")

    def test_each_change(self):
        """S3-39 Any change of the request is notified to his mail.

        S4-31 Mail notification on every change of the request.
        """
        other = self._create_team("Night desk", self.sam)
        category = self.env["helpdesk.ticket.category"].create({"name": "Bookings"})
        incident = self.env.ref(f"{MODULE}.type_incident")
        for vals, words in (
            ({"user_id": self.marta.id}, "Marta Gil is taking care"),
            ({"priority": "3"}, "Priority: Urgent"),
            ({"category_id": category.id}, "Bookings"),
            ({"type_id": incident.id}, incident.name),
            ({"location_id": self.location.id}, "Hotel Sol Nuevo Vallarta"),
            ({"team_id": other.id}, "Night desk"),
            ({"stage_id": self.stages["in_progress"].id}, "Desk: in_progress"),
            ({"stage_id": self.stages["waiting_other"].id}, "Desk: waiting_other"),
        ):
            with self.subTest(**vals), self.env.cr.savepoint() as savepoint:
                self.ticket.write(vals)
                self._assert_told(words)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_no_mail_where_the_stage_has_none(self):
        """An administrator empties the mail of a stage that nobody shall be told of."""
        self.stages["in_progress"].mail_template_id = False
        self.ticket.stage_id = self.stages["in_progress"]
        self._commit()
        self.assertFalse(self._get_mails())

    def test_stage_takes_the_words_of_its_kind(self):
        """S3-39 a stage made by an administrator tells the customer, too."""
        for kind, name in (
            ("in_progress", "stage"),
            ("waiting_customer", "waiting"),
            ("solved", "solved"),
            ("closed", "closed"),
        ):
            template = self.env.ref(f"{MODULE}.mail_template_{name}")
            self.assertEqual(self.stages[kind].mail_template_id, template)
        self.assertFalse(self.stages["new"].mail_template_id)

    def test_changed_and_changed_back(self):
        """Nothing changed, nothing is told."""
        self.ticket.priority = "3"
        self.ticket.priority = "1"
        self._commit()
        self.assertFalse(self._get_mails())

    def test_only_the_team_is_shown(self):
        """S1-10 where the team stands for its people, who of them does not matter."""
        self.team.portal_assignee = "team"
        self.ticket.user_id = self.marta
        self._commit()
        self.assertFalse(self._get_mails())

    def test_own_answer_is_not_told(self):
        """S1-16 who answers knows whose turn it is."""
        self.by_laura.action_wait_customer(REQUEST)
        self._commit()
        self._forget_mails()
        self._answer(self.ticket, self.ana, "Here it is")
        self._commit()
        self.assertEqual(self.ticket.stage_kind, "in_progress")
        self.assertFalse(self._get_mails())

    def test_reopening_is_told(self):
        """S0-37 the customer can reopen just by answering, and reads that it did."""
        self.by_laura.action_solve()
        self._commit()
        self._forget_mails()
        self._answer(self.ticket, self.ana, "It is broken again")
        self._commit()
        self.assertIn("Desk: in_progress", self._get_text(self._get_mails()))

    def test_a_broken_template_stops_nobody(self):
        """An administrator's slip in a text keeps no agent from their work."""
        template = self.env.ref(f"{MODULE}.mail_template_stage")
        self.stages["in_progress"].mail_template_id = template
        for body in ("<p t-out='object.nothing'/>", "<p t-if='('>x</p>"):
            with self.subTest(body=body):
                self.env.cr.execute(
                    "UPDATE mail_template SET body_html = %s WHERE id = %s",
                    [Json({"en_US": body}), template.id],
                )
                template.invalidate_recordset()
                self.ticket.stage_id = self.stages["waiting_other"]
                self._commit()
                self._forget_mails()
                self.ticket.stage_id = self.stages["in_progress"]
                with mute_logger(f"odoo.addons.{MODULE}.models.helpdesk_ticket_notice"):
                    self._commit()
                self.assertIn("Desk: in_progress", self._get_text(self._get_mails()))

    def test_an_acknowledgement_is_rendered_when_it_leaves(self):
        """S0-19 "Send" delivers immediately; a broken layout keeps no mail back."""
        self._create_ticket(self.luis)._acknowledge()
        self._commit()
        mail = self._get_mails(self.luis)
        self.assertFalse(mail.body_html)
        self.assertIn("We received your ticket", self._get_text(mail.copy()))
        self.env.ref(f"{MODULE}.mail_layout").arch_db = "<t t-out='message.nothing'/>"
        with mute_logger(f"odoo.addons.{MODULE}.models.mail_mail"):
            self.assertIn("We received your ticket", self._get_text(mail))
        self.assertFalse(mail.helpdesk_is_pending)

    def test_imports_tell_nobody(self):
        self.ticket.with_context(tracking_disable=True).priority = "3"
        self._commit()
        self.assertFalse(self._get_mails())

    def test_a_thousand_take_no_more_statements(self):
        """Changing many tickets takes the same number of statements for mails."""
        few = self._create_ticket() + self._create_ticket()
        many = self.env["helpdesk.ticket"].concat(
            *(self._create_ticket() for _count in range(20))
        )
        self.env.cr.flush()
        template = self.env.ref(f"{MODULE}.mail_template_stage")
        few._post_notices(template)  # fills caches
        counts = []
        for tickets in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            tickets._post_notices(template)
            self.env.cr.flush()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLess(counts[1] - counts[0], 3)


@tagged("post_install", "-at_install")
class TestGathered(MailFlowCommon):
    """An address that opens many tickets gets few mails, and every number."""

    def _open(self, count):
        return self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Room {number}",
                    "description": "x",
                    "partner_id": self.eva.partner_id.id,
                    "team_id": self.team.id,
                    "user_id": False,
                }
                for number in range(count)
            ]
        )

    def test_ten_one_each(self):
        """S3-38 The sender gets a confirmation mail."""
        self._open(10)
        self.assertEqual(len(self._get_mails(self.eva)), 10)

    def test_more_than_ten(self):
        """S3-38 each new ticket is acknowledged, always; more than ten in an hour in
        one mail that lists all numbers."""
        first = self._open(10)
        self._forget_mails()
        with self.clock(minutes=1):
            later = self._open(3)
        with self.clock(minutes=5):
            later += self._open(2)
        mail = self._get_mails(self.eva)
        self.assertEqual(len(mail), 1)
        text = self._get_text(mail)
        for ticket in later:
            self.assertIn(f"#{ticket.number}", text)
            notice = ticket._get_public_messages()
            self.assertIn(ticket.number, notice.body)
            self.assertEqual(notice.notification_ids.mail_mail_id, mail)
        self.assertNotIn(first[0].number, text)
        self.assertIn("/my/tickets", text)
        with self.clock(minutes=20):
            self.assertEqual(len(self._send_due()), 1)
        self.assertEqual(
            set(
                later._get_public_messages().notification_ids.mapped(
                    "notification_status"
                )
            ),
            {"sent"},
        )

    def test_the_next_hour(self):
        """S3-38 an hour later each ticket has its mail again."""
        self._open(11)
        self._forget_mails()
        with self.clock(minutes=61):
            self._open(1)
            mail = self._get_mails(self.eva)
            self.assertIn("We received your ticket", self._get_text(mail))

    def test_many_at_once(self):
        """S3-38 also where all come in one request."""
        self._open(12)
        self.assertEqual(len(self._get_mails(self.eva)), 11)
