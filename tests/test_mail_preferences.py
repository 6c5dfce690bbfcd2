# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .clock_common import ClockCommon
from .portal_common import PortalCommon

START = datetime(2026, 3, 2, 15)  # a Monday, 9:00 in Mexico City
DAY = timedelta(days=1)


class WishCommon(ClockCommon):
    """What reaches Ana, by what she chose."""

    def setUp(self):
        super().setUp()
        self.person = self.ana.partner_id
        self._freeze(START)
        self.ticket = self._create_ticket(user_id=self.laura.id)
        self.env.cr.flush()
        self._send_all()

    def _freeze(self, moment):
        clock = self.clock(moment)
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)

    def _send_all(self):
        """Send the queue; return to whom a mail left, by address."""
        with self.mock_mail_gateway():
            self._get_queue().send()
        self.env.cr.flush()
        return [mail["email_to"][0] for mail in self._mails]

    def _is_mailed(self, user=None):
        """Send the queue; tell whether a mail left for ``user`` (Ana)."""
        address = (user or self.ana).email
        return any(address in to for to in self._send_all())

    def _wait_for(self, ticket=None):
        (ticket or self.ticket).with_user(self.laura).action_wait_customer(
            "Please send us the booking number."
        )
        self.env.cr.flush()

    def _run_summaries(self, code="model._cron_send()"):
        cron = self.env.ref("helpdesk_service_portal.ir_cron_send_digests")
        cron.code = code
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _summarize(self):
        """Run the cron of the summaries; return the plain texts that left for Ana."""
        self._run_summaries()
        self._send_all()
        return [
            mail["body_alternative"]
            for mail in self._mails
            if self.ana.email in mail["email_to"][0]
        ]


@tagged("post_install", "-at_install")
class TestMailWishes(WishCommon):
    """Issue 7 "Mail preferences per person: every message, only our turn, daily
    summary, nothing"
    """

    def test_every_message(self):
        """Who chose nothing gets every message, as ever (S0-20)."""
        self.assertEqual(self.person.helpdesk_mails, "all")
        self._answer(self.ticket, self.laura)
        self.assertTrue(self._is_mailed())
        self.ticket.priority = "3"
        self.env.cr.flush()
        self.assertTrue(self._is_mailed())

    def test_only_my_turn(self):
        """Answers and changes are not mailed; what we need is, with the answer."""
        self.person.helpdesk_mails = "turn"
        self._answer(self.ticket, self.laura)
        self.ticket.priority = "3"
        self.env.cr.flush()
        self.assertFalse(self._is_mailed())
        self._answer(self.ticket, self.laura, "Which booking is it?")
        self._wait_for()
        self.assertTrue(self._is_mailed())
        text = [
            m["body_alternative"]
            for m in self._mails
            if self.ana.email in m["email_to"][0]
        ]
        self.assertEqual(len(text), 1)
        self.assertIn("Which booking is it?", text[0])
        self.assertTrue(self.ticket.announcement_id)

    def test_none(self):
        """Nothing is mailed that is not needed, stage mails included; all is read."""
        self.person.helpdesk_mails = "none"
        message = self._answer(self.ticket, self.laura)
        self.ticket.stage_id = self.stages["waiting_other"]
        self.env.cr.flush()
        self.ticket.priority = "3"
        self.env.cr.flush()
        self.assertFalse(self._is_mailed())
        self.assertNotIn(self.person, self._get_queue().recipient_ids)
        self.assertIn(message, self.ticket.with_user(self.ana)._get_public_messages())

    def test_nothing_is_said_to_have_failed(self):
        """What was not wanted did not fail: no notification, no activity."""
        self.person.helpdesk_mails = "none"
        message = self._answer(self.ticket, self.laura)
        self._send_all()
        told = self.env["mail.notification"].search(
            [("mail_message_id", "=", message.id)]
        )
        self.assertNotIn(self.person, told.res_partner_id)
        self.assertFalse(self.ticket.mail_failed)
        self.assertFalse(self.ticket.activity_ids)

    def test_others_choose_for_themselves(self):
        """A preference is the person's: Luis in copy gets what Ana does not."""
        self.ticket.participant_ids = [(0, 0, {"partner_id": self.luis.partner_id.id})]
        self.person.helpdesk_mails = "none"
        self._answer(self.ticket, self.laura)
        mailed = self._send_all()
        self.assertEqual(len(mailed), 1)
        self.assertIn(self.luis.email, mailed[0])

    def test_agents_see_what_is_not_mailed(self):
        """The desk says beside the ticket what its requester chose."""

        def told():
            facts = self.ticket.with_user(self.laura)._get_desk_facts()
            return [fact["value"] for fact in facts if fact["name"] == "E-mails"]

        self.assertEqual(told(), [])
        self.person.helpdesk_mails = "daily"
        self.assertEqual(told(), ["A daily summary"])

    def test_employees_are_not_asked(self):
        """Colleagues get their mails by Odoo's own settings."""
        self.laura.partner_id.helpdesk_mails = "none"
        self._answer(self.ticket, self.ana, "It still happens")
        self.assertTrue(self._is_mailed(self.laura))

    def test_what_came_by_mail_is_confirmed(self):
        """ "what is legally/technically needed": a mail to us is answered by mail."""
        self.person.helpdesk_mails = "none"
        for channel, mailed in (("email", True), ("web", False)):
            ticket = self.env["helpdesk.ticket"].create(
                {
                    "name": "New",
                    "description": "<p>Nothing arrives</p>",
                    "partner_id": self.person.id,
                    "team_id": self.team.id,
                    "channel_id": self.env.ref(
                        f"helpdesk_mgmt.helpdesk_ticket_channel_{channel}"
                    ).id,
                }
            )
            self.env.cr.flush()
            self.assertEqual(self._is_mailed(), mailed, channel)
            self._answer(ticket, self.sam)
            self.assertFalse(self._is_mailed())

    def test_reset_mails_are_sent(self):
        """What concerns signing in is no mail of a ticket: it always leaves."""
        self.person.helpdesk_mails = "none"
        self.ana._send_access_mail("reset")
        self.assertTrue(self._is_mailed())

    def test_narrowed_scope_ends_the_mails_of_followers(self):
        """Who followed by scope and sees the ticket no more gets no more mails."""
        luis = self.luis.partner_id
        luis.helpdesk_scope = "company"
        self.ticket.with_user(self.luis)._portal_follow(luis)
        self._answer(self.ticket, self.laura)
        self.assertTrue(self._is_mailed(self.luis))
        luis.helpdesk_scope = "own"
        self.env.invalidate_all()
        self._answer(self.ticket, self.laura)
        self.assertFalse(self._is_mailed(self.luis))

    def test_wider_scope_mails_nothing(self):
        """ "scope never subscribes" """
        self.luis.partner_id.helpdesk_scope = "company"
        self._answer(self.ticket, self.laura)
        self.assertFalse(self._is_mailed(self.luis))

    def test_not_written_over_rpc(self):
        """Customers choose on their page; the field itself they cannot write."""
        with self.assertRaises(AccessError):
            self.person.with_user(self.ana).write({"helpdesk_mails": "none"})


@tagged("post_install", "-at_install")
class TestWishesAndClock(WishCommon):
    """ "nobody is solved by the clock who was not reminded", whatever they chose."""

    def _story(self):
        """Let time pass; return what left for Ana, and when the ticket was solved."""
        self._wait_for()
        mails, solved = [self._is_mailed()], None
        moment = START
        for _hour in range(24 * 14):
            moment += timedelta(hours=1)
            with self.clock(moment):
                self._run_clock(send=False)
                if self._is_mailed():
                    mails.append(moment)
                if not solved and self.ticket.stage_kind == "solved":
                    solved = moment
                if self.ticket.stage_kind == "closed":
                    return mails, solved, moment
        return mails, solved, None

    def test_nobody_is_solved_unreminded(self):
        """S1-13, S1-14: the reminders and the closing date reach who wants no mails."""
        self.team.write({"reminder_max": 1, "waiting_limit_hours": 48})
        for choice in ("none", "daily"):
            with self.subTest(choice):
                self.person.helpdesk_mails = choice
                self.ticket = self._create_ticket(user_id=self.laura.id)
                self.env.cr.flush()
                self._send_all()
                mails, solved, closed = self._story()
                self.assertFalse(mails[0], "the question itself was not mailed")
                reminded = [moment for moment in mails[1:] if moment < solved]
                self.assertEqual(len(reminded), 1)
                self.assertGreaterEqual(solved - reminded[0], DAY)
                told = [moment for moment in mails[1:] if moment >= solved]
                self.assertTrue(told, "the date on which it closes was mailed")
                self.assertGreaterEqual(closed - told[0], 2 * DAY)
                self.assertFalse(self.ticket.clock_note)

    def test_muted_ticket_is_reminded(self):
        """A muted ticket is not solved unreminded either."""
        self.ticket.with_user(self.ana)._portal_mute(self.person)
        self._wait_for()
        self.assertFalse(self._is_mailed())
        self.assertFalse(self.ticket.announcement_id, "nothing was announced")
        with self.clock(START + DAY + timedelta(minutes=1)):
            self._run_clock(send=False)
            self.assertEqual(self.ticket.reminder_count, 1)
            self.assertTrue(self._is_mailed())

    def test_solved_without_limit_is_not_mailed(self):
        """Where no date depends on it, "solved" is mailed to who wants it only."""
        self.team.solved_limit_hours = 0
        self.person.helpdesk_mails = "none"
        self.ticket.with_user(self.laura).action_solve()
        self.env.cr.flush()
        self.assertFalse(self._is_mailed())

    def test_solved_with_a_date_is_mailed(self):
        """S2-34: that a solved ticket closes is told to everybody."""
        self.person.helpdesk_mails = "turn"
        self.ticket.with_user(self.laura).action_solve()
        self.env.cr.flush()
        self.assertTrue(self._is_mailed())


@tagged("post_install", "-at_install")
class TestDailySummary(WishCommon):
    """Issue 7 "daily summary": one mail at the person's morning."""

    def setUp(self):
        super().setUp()
        self.person.write({"helpdesk_mails": "daily", "tz": "America/Mexico_City"})
        self.morning = datetime(2026, 3, 3, 14)  # 8:00 there

    def test_one_mail_in_the_morning(self):
        """All that happened in one mail at eight in the person's zone, then no more."""
        other = self._create_ticket(name="Printer")
        self._answer(self.ticket, self.laura)
        self._answer(self.ticket, self.laura, "And more")
        self._wait_for(other)
        self.assertFalse(self._is_mailed())
        with self.clock(self.morning - timedelta(minutes=1)):
            self.assertEqual(self._summarize(), [])
        with self.clock(self.morning):
            (text,) = self._summarize()
            self.assertIn("Hello, Ana:", text)
            for words in (f"#{self.ticket.number}", "No reservations", "Printer"):
                self.assertIn(words, text)
            self.assertLess(text.index("Printer"), text.index("No reservations"))
            self.assertIn("It is your turn", text)
            self.assertIn("New messages: 2", text)
            self.assertIn("/my/mails", text)
        with self.clock(self.morning + DAY):
            self.assertEqual(self._summarize(), [])

    def test_nothing_new_nothing_sent(self):
        with self.clock(self.morning):
            self.assertEqual(self._summarize(), [])

    def test_in_the_persons_language(self):
        """S2-48: the summary speaks the reader's language."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.person.lang = "es_MX"
        self._answer(self.ticket, self.laura)
        self._send_all()
        with self.clock(self.morning):
            self._summarize()
        html = next(
            m["body"] for m in self._mails if self.ana.email in m["email_to"][0]
        )
        self.assertIn('lang="es-MX"', html)

    def test_what_is_not_theirs_any_more(self):
        """A ticket that was taken away or muted meanwhile is not in the summary."""
        shared = self._create_ticket(self.luis, name="Shared")
        row = self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": shared.id, "partner_id": self.person.id}
        )
        for ticket in (shared, self.ticket):
            self._answer(ticket, self.laura)
        self._send_all()
        row.unlink()
        self.ticket.with_user(self.ana)._portal_mute(self.person)
        with self.clock(self.morning):
            self.assertEqual(self._summarize(), [])
        self.assertFalse(self.env["helpdesk.mail.digest"].search([]))

    def test_who_wants_none_now(self):
        """Who changes to none is sent no summary either."""
        self._answer(self.ticket, self.laura)
        self._send_all()
        self.person._set_helpdesk_mails("none")
        with self.clock(self.morning):
            self.assertEqual(self._summarize(), [])

    def test_failing_one_stops_nobody(self):
        """One summary that fails is tried again later; the others leave."""
        luis = self.luis.partner_id
        luis.write({"helpdesk_mails": "daily", "tz": "America/Mexico_City"})
        self._answer(self.ticket, self.laura)
        self._answer(self._create_ticket(self.luis), self.laura)
        self._send_all()
        Digest = type(self.env["helpdesk.mail.digest"])
        real = Digest._prepare_mail

        def broken(lines, person, rows):
            if person == luis:
                raise ValueError("broken")
            return real(lines, person, rows)

        with self.clock(self.morning):
            with (
                patch.object(Digest, "_prepare_mail", broken),
                self.assertLogs("odoo.addons.helpdesk_service_portal", "ERROR"),
            ):
                self.assertEqual(len(self._summarize()), 1)
            left = self.env["helpdesk.mail.digest"].search([])
            self.assertEqual(left.partner_id, luis)
            self.assertGreater(min(left.mapped("due_date")), self.morning)

    def test_many_people_in_batches(self):
        """Each person's summary is one mail, however small the batches."""
        people = [self.ana, self.luis]
        for user in people:
            user.partner_id.write({"helpdesk_mails": "daily", "tz": "UTC"})
            self._answer(self._create_ticket(user), self.laura)
        self._send_all()
        with self.clock(self.morning + DAY):
            self._run_summaries("model._cron_send(batch_size=1)")
            self.assertEqual(len(self._send_all()), 2)

    def test_refused_summary_is_sent_again(self):
        """A server that refuses for a while loses no summary."""
        self._answer(self.ticket, self.laura)
        self._send_all()
        with self.clock(self.morning):
            self._run_summaries()
            self._refuse_mails(MailDeliveryException("The server is down"))
            mail = self.env["mail.mail"].search(
                [("recipient_ids", "in", self.person.ids), ("state", "=", "exception")]
            )
            self.assertTrue(mail.helpdesk_retry_date)
        with self.clock(self.morning + timedelta(hours=1)):
            self.env["mail.mail"]._cron_retry_mails()
            self.assertTrue(self._is_mailed())

    def test_tickets_handed_over_come_in_one_mail(self):
        """Who goes on with a colleague's tickets is told of all of them at once."""
        self.person.helpdesk_mails = "all"
        tickets = self._create_ticket(self.luis) | self._create_ticket(
            self.luis, name="Printer"
        )
        tickets._hand_over(self.person)
        self.env.cr.flush()
        (text,) = self._summarize()
        self.assertIn("Printer", text)
        for ticket in tickets:
            self.assertIn(f"#{ticket.number}", text)


@tagged("post_install", "-at_install")
class TestMailPages(PortalCommon):
    """/my/mails and the card of a ticket's page."""

    def setUp(self):
        super().setUp()
        self.person = self.ana.partner_id
        self.ticket = self._create_ticket()
        self.sign_in()

    def card(self, **kw):
        return self.part(self.get(f"/my/ticket/{self.ticket.id}", **kw), "ticket_mails")

    def test_choice(self):
        """The choice is shown and written; what is no choice is not."""
        tree = self.get("/my/mails")
        self.assertEqual(self.checked(tree), ["all"])
        tree = self.post("/my/mails", {"mails": "daily"})
        self.assertIn("Saved", self.text)
        self.assertEqual(self.checked(tree), ["daily"])
        self.post("/my/mails", {"mails": "junk"})
        self.post("/my/mails", {"mails": "none"}, csrf=False)
        self.assertIn("Your session was renewed", self.text)
        self.assertEqual(self.person.helpdesk_mails, "daily")

    def checked(self, tree):
        return tree.xpath("//input[@name='mails'][@checked]/@value")

    def test_what_is_always_sent_is_said(self):
        """What is mailed in spite of the choice is said beside it."""
        self.assertIn("reminders before", self.part(self.get("/my/mails"), "always"))

    def test_visitor(self):
        self.authenticate(None, None)
        self.get("/my/mails")
        self.assertIn("/web/login?redirect=%2Fmy%2Fmails", self.path)

    def test_profile_leads_there(self):
        self.assertTrue(self.get("/my/profile").xpath("//a[@href='/my/mails']"))

    def test_mute_and_follow_again(self):
        """ "mute a ticket": seen all the same, listed on /my/mails, followed again."""
        self.assertIn("every message by e-mail", self.card())
        path = f"/my/ticket/{self.ticket.id}/mails"
        self.post(path, {"mails": "mute"})
        self.assertIn("Muted", self.card())
        self.assertIn(self.ticket.number, self.part(self.get("/my/mails"), "muted"))
        self.assertIn(self.person, self.ticket.participant_ids.partner_id)
        self.post(path, {"mails": "follow"})
        self.assertIn("every message by e-mail", self.card())

    def test_follow_what_the_scope_shows(self):
        """ "follow": a ticket seen by scope is followed by a click, and left by one."""
        self.person.helpdesk_scope = "company"
        self.ticket = self._create_ticket(self.luis)
        self.assertIn("get no e-mails", self.card())
        path = f"/my/ticket/{self.ticket.id}/mails"
        self.post(path, {"mails": "follow"})
        self.assertIn(self.person, self.ticket.message_partner_ids)
        self.assertIn("every message by e-mail", self.card())
        self.post(path, {"mails": "mute"})
        self.assertNotIn(self.person, self.ticket.message_partner_ids)

    def test_tickets_of_others(self):
        """Nobody follows what they do not see."""
        self.sign_in(self.eva)
        path = f"/my/ticket/{self.ticket.id}/mails"
        self.post(path, {"mails": "follow"}, status=404)
        self.assertNotIn(self.eva.partner_id, self.ticket.message_partner_ids)

    def test_page_promises_no_mail_that_is_not_sent(self):
        """Who gets no mails is not told that one will come."""
        self.assertIn("We will e-mail you", self.page_text())
        self.person.helpdesk_mails = "none"
        self.assertNotIn("We will e-mail you", self.page_text())
        self.answer(self.ticket)
        self.assertIn("You will find our answer here.", self.text)

    def page_text(self):
        self.get(f"/my/ticket/{self.ticket.id}")
        return self.text
