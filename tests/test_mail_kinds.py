# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a message does to its ticket, by who or what wrote it: the table of kinds."""

from odoo.tests import tagged

from .mail_common import REQUEST, MailFlowCommon
from .mail_in_common import acknowledge

MAIL = """From: {email_from}
To: {to}
Cc: {cc}
Message-ID: {msg_id}
In-Reply-To: {references}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
{extra}

{body}
"""
BOUNCE = """From: MAILER-DAEMON@mx.example
To: {to}
Message-ID: <bounce@mx.example>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

550 5.1.1 no such user

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1

--x
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--x--
"""
MACHINES = (
    "Auto-Submitted: auto-replied",
    "Precedence: auto_reply",
    "X-Autoreply: yes",
    "X-Auto-Response-Suppress: All",
)
KINDS = ("new", "in_progress", "waiting_customer", "waiting_other", "solved")
#: what must not move by what nobody wrote
STATE = (
    "stage_id",
    "queue_date",
    "answer_due_date",
    "interaction_count",
    "last_customer_message_date",
    "last_agent_message_date",
    "solved_date",
    "closed_date",
    "reopen_count",
    "next_reminder_date",
    "auto_close_date",
    "customer_request",
    "last_stage_update",
)


@tagged("post_install", "-at_install")
class MailInCommon(MailFlowCommon):
    def _move(self, kind):
        """Bring the ticket to a stage of ``kind``."""
        vals = {"customer_request": REQUEST} if kind == "waiting_customer" else {}
        self.ticket._set_kind(kind, vals)
        self._commit()
        self._forget_mails()

    def _receive(self, body, user=None, extra="", subject="Re: No reservations"):
        """Receive a mail of ``user`` (Ana) that answers the ticket's last message."""
        last = self.ticket._get_public_messages()[-1:]
        if not last:
            last = self.ticket._post_notice("acknowledgement")
            self._forget_mails()
        with self.mock_mail_gateway():
            self.format_and_process(
                MAIL,
                (user or self.ana).email_formatted,
                f"{self.alias_catchall}@{self.alias_domain}",
                subject=subject,
                cc="",
                extra=f"References: {last.message_id}\n{extra}".strip(),
                references=last.message_id,
                body=body,
                target_model="helpdesk.ticket",
                target_field="name",
            )
            acknowledge(self.env)
        self._commit()

    def _read_state(self):
        self.env.flush_all()
        self.ticket.invalidate_recordset()
        return self.ticket.read(STATE)[0]


@tagged("post_install", "-at_install")
class TestKinds(MailInCommon):
    def test_answers_by_mail(self):
        """S1-16 An answer by any means stops reminders and closing.

        S0-22 Several questions on one topic go in the same ticket by replying to it.
        """
        for kind, after in (
            ("new", "new"),
            ("in_progress", "in_progress"),
            ("waiting_customer", "in_progress"),
            ("waiting_other", "waiting_other"),
            ("solved", "in_progress"),
        ):
            with self.subTest(kind=kind), self.env.cr.savepoint() as savepoint:
                self._move(kind)
                count = self.ticket.interaction_count
                self._receive(f"The picture is here, see {kind}")
                self.assertEqual(self.ticket.stage_kind, after)
                self.assertEqual(self.ticket.interaction_count, count + 1)
                self.assertFalse(self.ticket.auto_close_date)
                self.assertFalse(self.ticket.next_reminder_date)
                self.assertTrue(self.ticket.queue_date)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_machines_are_no_answers(self):
        """S1-16 An auto-reply does not count as an answer."""
        for kind in KINDS:
            for header in MACHINES:
                with (
                    self.subTest(kind=kind, header=header),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self._move(kind)
                    before = self._read_state()
                    self._receive("I am on holiday", extra=header)
                    self.assertEqual(self._read_state(), before)
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_a_machine_says_so_in_the_subject_alone(self):
        """S1-16 where no header tells, the subject of an answering machine does."""
        self._move("waiting_customer")
        before = self._read_state()
        self._receive("Vuelvo el lunes", subject="Respuesta automática: Re: Booking")
        self.assertEqual(self._read_state(), before)

    def test_a_person_behind_the_header_no(self):
        """S1-16 "Auto-Submitted: no" is a person, whatever the subject says."""
        self._move("waiting_customer")
        self._receive(
            "I am back, here it is", extra="Auto-Submitted: no", subject="Out of office"
        )
        self.assertEqual(self.ticket.stage_kind, "in_progress")

    def test_staff_sees_what_a_machine_wrote(self):
        """S1-04 no mail is lost: an out-of-office is kept, for staff alone."""
        self._move("waiting_customer")
        self._receive("I am on holiday until Monday", extra=MACHINES[0])
        note = self.ticket.message_ids[0]
        self.assertIn("on holiday", note.body)
        self.assertEqual(note.author_id, self.ana.partner_id)
        self.assertTrue(note.is_internal)
        self.assertNotIn(note, self.ticket._get_public_messages())
        self.assertFalse(self.env["mail.mail"].search([("state", "=", "outgoing")]))

    def test_machines_are_not_answered(self):
        """Nobody acknowledges what a machine sent: two of them never stop.

        S1-04: what answers no ticket opens none, and is kept.
        """
        self.team.write({"alias_name": "desk", "alias_contact": "everyone"})
        with self.mock_mail_gateway():
            ticket = self.format_and_process(
                MAIL,
                "robot@other.example",
                f"desk@{self.alias_domain}",
                subject="Out of office",
                extra=MACHINES[0],
                body="I am on holiday",
                cc="",
                references="",
                target_model="helpdesk.ticket",
            )
            acknowledge(self.env)
        self._commit()
        self.assertFalse(ticket)
        line = self.env["helpdesk.ticket.mail.log"].search([], limit=1)
        self.assertEqual((line.outcome, line.reason), ("auto_reply", "no_ticket"))
        self.assertTrue(line.raw)
        self.assertFalse(self._new_mails)

    def test_notices_of_ours_are_no_answers(self):
        """The table of kinds: ``auto_comment`` is never an answer."""
        for kind in ("new", "waiting_customer", "solved"):
            with self.subTest(kind=kind):
                self._move(kind)
                before = self._read_state()
                self.ticket._post_notice("assigned")
                self.ticket._message_log(body="logged")
                self._note(self.ticket, self.laura)
                self.assertEqual(
                    {name: before[name] for name in STATE[:6]},
                    {name: self._read_state()[name] for name in STATE[:6]},
                )

    def test_waiting_for_somebody_else(self):
        """S0-33 the assignee is told that the customer wrote; nothing moves."""
        self._move("waiting_other")
        self.ticket.message_unsubscribe(self.laura.partner_id.ids)
        self._receive("Any news?")
        self.assertEqual(self.ticket.stage_kind, "waiting_other")
        self.assertIn("Any news?", self._get_mails(self.laura).body_html)

    def test_a_colleague_who_takes_part(self):
        """A colleague who takes part counts as the customer's side; who takes care of
        the ticket, and who does not take part, as ours."""
        self._move("waiting_customer")
        self._answer(self.ticket, self.sam, "May I help?")
        self.assertEqual(self.ticket.stage_kind, "waiting_customer")
        self.env["helpdesk.ticket.participant"].create(
            [
                {"ticket_id": self.ticket.id, "partner_id": user.partner_id.id}
                for user in (self.sam, self.laura)
            ]
        )
        self._answer(self.ticket, self.laura, "Please answer")
        self.assertEqual(self.ticket.stage_kind, "waiting_customer")
        self._answer(self.ticket, self.sam, "Here is the picture")
        self.assertEqual(self.ticket.stage_kind, "in_progress")

    def test_a_colleague_asks(self):
        """The requester is the customer's side, also where it is one of us."""
        ticket = self._create_ticket(self.ines, user_id=self.laura.id)
        self._commit()
        ticket.action_wait_customer(REQUEST)
        ticket.sudo().message_post(
            body="Here",
            author_id=self.ines.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(ticket.stage_kind, "in_progress")

    def test_team_without_work_in_progress(self):
        """S1-11 an answer reopens also where the team has no such stage."""
        self._move("solved")
        self.stages["in_progress"].active = False
        self.env["helpdesk.ticket.stage"].search(
            [("kind", "=", "in_progress")]
        ).active = False
        self._receive("It is broken again")
        self.assertEqual(self.ticket.stage_kind, "new")


@tagged("post_install", "-at_install")
class TestPromises(MailInCommon):
    def test_cleared_and_set_again(self):
        """D-03 cleared by the first public answer, set again by each customer message;
        the first that waits counts."""
        self.env["helpdesk.ticket.team.promise"].create(
            {"team_id": self.team.id, "priority": "1", "answer_hours": 4}
        )
        with self.clock("2026-11-23 09:00:00"):
            ticket = self._create_ticket(user_id=self.laura.id)
            self.assertEqual(str(ticket.answer_due_date), "2026-11-23 13:00:00")
            self._note(ticket, self.laura)
            ticket._post_notice("assigned")
            self.assertTrue(ticket.answer_due_date)
            self._answer(ticket, self.laura)
            self.assertFalse(ticket.answer_due_date)
        with self.clock("2026-11-23 15:00:00"):
            self._answer(ticket, self.ana, "And the other one?")
            self.assertEqual(str(ticket.answer_due_date), "2026-11-23 19:00:00")
        with self.clock("2026-11-23 16:00:00"):
            self._answer(ticket, self.ana, "Hello?")
            self.assertEqual(str(ticket.answer_due_date), "2026-11-23 19:00:00")


@tagged("post_install", "-at_install")
class TestThanks(MailInCommon):
    def test_thanks_alone(self):
        """S2-32 Resolved can be reopened if the customer needs it: thanks are no need;
        the agent gets a hint."""
        self._move("solved")
        self._receive("Muchas gracias, Laura.\n\nEl lun, 23 nov, Laura escribió:\n> Ya")
        self.assertEqual(self.ticket.stage_kind, "solved")
        self.assertFalse(self.ticket.reopen_count)
        self.assertTrue(self.ticket.thanked_date)
        self.assertTrue(self.ticket.auto_close_date)
        self.assertFalse(self.ticket.queue_date)

    def test_in_doubt_it_reopens(self):
        """S0-37 the customer can reopen just by answering it."""
        for words in (
            "Gracias, pero sigue igual",
            "Gracias, ¿y la otra?",
            "Gracias, habitación 12 igual",
            "¿Ya quedó todo bien?",
            "Gracias 404",
            "Sigue pasando",
            "Thank you " * 10,
        ):
            with self.subTest(words=words), self.env.cr.savepoint() as savepoint:
                self._move("solved")
                self._receive(words)
                self.assertEqual(self.ticket.stage_kind, "in_progress")
                self.assertEqual(self.ticket.reopen_count, 1)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_thanks_with_a_file(self):
        """In doubt it reopens: whoever sends a file wants something."""
        self._move("solved")
        self._answer(
            self.ticket,
            self.ana,
            "Gracias",
            attachments=[("a.png", b"\x89PNG\r\n\x1a\n")],
        )
        self.assertEqual(self.ticket.stage_kind, "in_progress")

    def test_thanks_while_we_wait(self):
        """S1-16 an answer is an answer while it is the customer's turn."""
        self._move("waiting_customer")
        self._receive("Gracias")
        self.assertEqual(self.ticket.stage_kind, "in_progress")

    def test_reopened_after_thanks(self):
        """S1-11 a solved incident can be reopened by both sides, keeping the first
        correspondence; the hint is gone then."""
        self._move("solved")
        self._receive("Gracias")
        messages = self.ticket._get_public_messages()
        self.by_laura.action_reopen()
        self.assertEqual(self.ticket.stage_kind, "in_progress")
        self.assertFalse(self.ticket.thanked_date)
        self.assertLessEqual(messages, self.ticket._get_public_messages())


@tagged("post_install", "-at_install")
class TestClosed(MailInCommon):
    def test_a_mail_to_a_closed_ticket(self):
        """S2-33 Closed: end of the life cycle; cannot be reopened. An answer by mail
        becomes a follow-up, the closed one stays as it is, the sender is told."""
        self._move("closed")
        before, messages = self._read_state(), self.ticket.message_ids
        self._receive("It happens again, room 12")
        follow_up = self.ticket.follow_up_ids
        self.assertEqual(self._read_state(), before)
        self.assertEqual(self.ticket.message_ids, messages)
        self.assertEqual(len(follow_up), 1)
        self.assertEqual(follow_up.partner_id, self.ana.partner_id)
        self.assertIn("It happens again", follow_up.description)
        self.assertEqual(follow_up.stage_kind, "new")
        self.assertEqual(follow_up.interaction_count, 1)
        mail = self._get_mails()
        self.assertEqual(len(mail), 1)
        text = self._get_text(mail)
        self.assertIn(f"#{self.ticket.number} is closed", text)
        self.assertIn(f"#{follow_up.number}", text)
        self.assertNotIn("We received your ticket", text)

    def test_a_machine_to_a_closed_ticket(self):
        """S2-33 an out-of-office opens nothing."""
        self._move("closed")
        before = self._read_state()
        self._receive("I am on holiday", extra=MACHINES[0])
        self.assertEqual(self._read_state(), before)
        self.assertFalse(self.ticket.follow_up_ids)

    def test_a_colleague_to_a_closed_ticket(self):
        """Staff may add to a closed ticket by mail; it stays closed."""
        self._move("closed")
        self._receive("For the record", user=self.laura)
        self.assertFalse(self.ticket.follow_up_ids)
        self.assertEqual(self.ticket.stage_kind, "closed")


@tagged("post_install", "-at_install")
class TestBounce(MailInCommon):
    def test_a_mail_comes_back(self):
        """S1-04 a bounce is recognised: nothing moves, who takes care is told."""
        self._move("in_progress")
        message = self._answer(self.ticket, self.laura)
        self._commit()
        with self.clock(minutes=2):
            self._send_due()
        before = self._read_state()
        self.assertFalse(self.ticket.mail_failed)
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                "helpdesk.ticket",
                BOUNCE.format(
                    to=f"bounce@{self.alias_domain}",
                    address="ana@test.example",
                    message_id=message.message_id,
                ),
            )
        self.assertEqual(self._read_state(), before)
        told = message.sudo().notification_ids
        ana = told.filtered(lambda n: n.res_partner_id == self.ana.partner_id)
        self.assertEqual(ana.notification_status, "bounce")
        self.assertTrue(self.ticket.mail_failed)
        self.assertIn("ana@test.example", self.ticket.mail_failed_text)
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.laura)
        self.assertIn("ana@test.example", activity.note)
