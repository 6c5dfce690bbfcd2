# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from contextlib import contextmanager
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .browser import PHONE, BrowserCase
from .clock_common import CRONS, MODULE, REQUEST, ClockCommon

NOWHERE = "about:blank"


@tagged("post_install", "-at_install")
class TestLife(ClockCommon, BrowserCase):
    """The life of a ticket, as the customer sees it on a phone while time goes by."""

    def test_life(self):
        """Wait, reminder, more time, solved by the clock, reopened by an answer,
        thanks, closed by the clock, follow-up.

        S0-32 we give explicit instructions on what to do, and wait for the answer.
        S1-11 A solved incident can be reopened, keeping the first correspondence.
        S1-13 Tickets waiting for the customer's answer send reminder mails.
        S1-14 If no answer arrives by the set time, the ticket counts as solved.
        S1-15 That time is printed at the foot of the mail the customer received.
        S1-16 An answer by any means stops reminders and closing.
        S2-32 Resolved: can be reopened. S2-33 Closed: cannot be reopened.
        S2-34 Tickets close automatically 48 hours after being marked resolved.
        """
        self.start = fields.Datetime.now()
        self.env.company.helpdesk_mgmt_portal_category_id_required = False
        self.ticket = self._create_ticket(user_id=self.laura.id)
        with self.browser() as browser:
            self.page = self.open_page(browser, PHONE, locale="en-US")
            visitor = self.open_page(browser, PHONE, locale="en-US")
            with self.pictures_of_failures(self.page, visitor):
                self.sign_in(self.page, self.ana.login, self.ana.login)
                self._warm_up(visitor)
                self._wait_for_ana()
                self._remind()
                self._take_more_time(visitor)
                self._run_out()
                self._answer_and_reopen()
                self._thank()
                self._run_out_for_good()
                self._follow_up()

    def _warm_up(self, visitor):
        """Scripts and sheets are fetched before time begins to jump."""
        for page, path in ((self.page, f"/my/ticket/{self.ticket.id}"), (visitor, "/")):
            page.goto(path)
            self._wait_started(page)
            self._leave(page)

    # -- the steps, in order

    def _wait_for_ana(self):
        with self._later():
            self.ticket.with_user(self.laura).action_wait_customer(REQUEST)
            self._send_mails()
        with self._seen():
            band = self._band()
            self.assertIn("It is your turn: we need your answer before", band)
            self.assertIn(REQUEST, band)

    def _remind(self):
        with self._later(days=1):
            self._run_crons()
            self.assertEqual(self.ticket.reminder_count, 1)
            (mail,) = [m for m in self._mails if self.ana.email in str(m["email_to"])]
            self.mail = mail["body"]
            self.assertIn("Answer before", self.mail)

    def _take_more_time(self, visitor):
        """By the link of the mail, without signing in."""
        link = html.fromstring(self.mail).xpath("//a[contains(@href, 'more-time')]")[0]
        close = self.ticket.auto_close_date
        with self._at(days=1, hours=1):
            visitor.goto(re.sub(r"^https?://[^/]+", "", link.get("href")))
            self._wait_started(visitor)
            self.assertIn("At present we wait", self._text(visitor))
            visitor.get_by_label("5 days more").check()
            visitor.get_by_role("button", name="Confirm").click()
            visitor.wait_for_url("**done=1**")
            self.assertIn("Done: we wait for you until", self._text(visitor))
            self._leave(visitor)
        with self._later(days=1, hours=2):
            self.assertEqual(self.ticket.auto_close_date, close + timedelta(days=5))
        with self._seen():
            self.assertEqual(self.page.get_by_text("I need more time").count(), 0)

    def _run_out(self):
        """The date passes, after another reminder; nothing happened at the old one."""
        for days in (5, 8):
            with self._later(days=days):
                self._run_crons()
                self.assertEqual(self.ticket.stage_kind, "waiting_customer")
        with self._later(days=9, hours=1):
            self._run_crons()
            self.assertEqual(self.ticket.stage_kind, "solved")
        with self._seen():
            self.assertIn("Solved. It will be closed on", self._band())

    def _answer_and_reopen(self):
        with self._at(days=9, hours=2):
            self._open()
            self.page.locator("#reply textarea[name=message]").fill("It is 4711.")
            send = self.page.locator("#reply").get_by_role("button", name="Send")
            send.last.click()
            self.page.get_by_text("It is 4711.").first.wait_for()
            self._open()
            self.assertIn("It is our turn.", self._band())
        with self._later(days=9, hours=3):
            self.assertEqual(self.ticket.stage_kind, "in_progress")
            self.assertEqual(self.ticket.reopen_count, 1)
            self.assertFalse(self.ticket.auto_close_date)

    def _thank(self):
        with self._later(days=10):
            self.ticket.with_user(self.laura).action_solve()
            self._send_mails()
        with self._at(days=10, hours=1):
            self._open()
            self.page.get_by_role("button", name="Thanks, all is well").click()
            self.page.wait_for_url("**thanked=1**")
            self.assertIn("Solved, as you told us.", self._band())
        with self._later(days=10, hours=2):
            self.assertEqual(self.ticket.stage_kind, "solved")

    def _run_out_for_good(self):
        with self._later(days=12, hours=1):
            self._run_crons()
            self.assertEqual(self.ticket.stage_kind, "closed")
        with self._seen():
            self.assertIn("Closed on", self._band())
            self.assertEqual(self.page.locator("#reply textarea").count(), 0)

    def _follow_up(self):
        with self._at(days=13):
            self._open()
            self.page.get_by_role("link", name="Open a follow-up ticket").first.click()
            self._wait_started(self.page)
            subject = self.page.get_by_label("Subject")
            self.assertEqual(subject.input_value(), self.ticket.name)
            self.page.locator("textarea[name=description]").fill("It is back.")
            self.page.get_by_role("button", name="Send").last.click()
            self.page.wait_for_url(re.compile(r"/my/ticket/\d+\?sent=1"))
            self.assertIn(self.ticket.number, self._text(self.page))
        with self._later(days=13, hours=1):
            follow_up = self.ticket.follow_up_ids
            self.assertEqual(follow_up.partner_id, self.ana.partner_id)
            self.assertEqual(self.ticket.stage_kind, "closed")
        with self._seen():
            self.assertIn(follow_up.number, self._text(self.page))

    # -- what they share

    @contextmanager
    def _at(self, **delta):
        """The browser acts at that time after the start."""
        self.env.flush_all()
        self.delta = delta
        with self.clock(self.start, **delta):
            yield
            self._leave(self.page)

    @contextmanager
    def _seen(self):
        """The customer looks at the ticket at the time of the last step."""
        with self._at(**self.delta):
            self._open()
            yield

    @contextmanager
    def _later(self, **delta):
        """The server does something at that time; no page asks it anything."""
        self.delta = delta
        self.env.invalidate_all()
        with self.clock(self.start, **delta):
            yield
            self.flush_tracking()

    def _wait_started(self, page):
        """Its scripts run; a page that follows its ticket never stops asking."""
        page.wait_for_selector("body[is-ready=true]", state="attached")

    def _leave(self, page):
        """Nobody looks any more: the server is asked nothing while it works."""
        page.goto(NOWHERE)
        self._wait_remaining_requests()

    def _run_crons(self):
        for name in CRONS:
            self.env.ref(f"{MODULE}.{name}").method_direct_trigger()
        self.env.invalidate_all()
        self._send_mails()

    def _open(self):
        self.page.goto(f"/my/ticket/{self.ticket.id}")
        self._wait_started(self.page)

    def _band(self):
        return " ".join(self.page.locator("[name=turn]").inner_text().split())

    def _text(self, page):
        return " ".join(page.locator("#wrap").inner_text().split())
