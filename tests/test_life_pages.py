# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.tests import tagged

from .life_common import LifeCommon
from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestMoreTimePage(LifeCommon, PortalCommon):
    """The page behind "I need more time": GET shows, POST does."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)  # a visitor's session

    def _path(self, ticket):
        return f"/my/ticket/{ticket.id}/more-time"

    def _take(self, ticket, days=3, **kw):
        data = {"days": str(days), "key": ticket._get_extension_key()}
        return self.post(self._path(ticket), data | kw.pop("data", {}), **kw)

    def test_the_link_of_the_mail_works_without_signing_in(self):
        ticket = self._wait()
        close = ticket.auto_close_date
        url = ticket._get_extension_url()
        tree = self.get(url.partition(self.base_url())[2] or url)
        self.assertIn("At present we wait for your answer until", self.text)
        self.assertEqual(tree.xpath("//input[@name='days']/@value"), ["3", "5", "7"])
        self.assertIn(ticket.name, self.text)
        self.assertNotIn("None since this morning", self.text, "nothing else of it")
        ticket.invalidate_recordset()
        self.assertEqual(ticket.auto_close_date, close, "GET changes nothing")
        self._take(ticket)
        self.assertIn("Done: we wait for you until", self.text)
        self.assertEqual(ticket.auto_close_date, close + timedelta(days=3))
        self.assertIn(
            "More time was asked for by the link in our e-mail",
            "\n".join(self._lines(ticket)),
        )

    def test_twice_is_once(self):
        ticket = self._wait()
        self._take(ticket, 3)
        close = ticket.auto_close_date
        self._take(ticket, 7)
        self.assertEqual(ticket.auto_close_date, close)
        self.assertIn("Done: we wait for you until", self.text)
        self.get(f"{self._path(ticket)}?key={ticket._get_extension_key()}")
        self.assertIn("More time was given for this question already", self.text)

    def test_a_form_of_another_site_changes_nothing(self):
        ticket = self._wait()
        close = ticket.auto_close_date
        self._take(ticket, csrf=False)
        self.assertEqual(ticket.auto_close_date, close)

    def test_other_keys_open_nothing(self):
        ticket, other = self._wait(), self._wait()
        key = other._get_extension_key()
        self.get(f"{self._path(ticket)}?key={key}", status=404)
        self._take(ticket, data={"key": key}, status=404)
        self.assertFalse(ticket.extension_used)
        self.get(self._path(ticket))
        self.assertIn("/web/login", self.path)
        self.sign_in(self.eva)
        self.get(self._path(ticket), status=404)
        self._take(ticket, data={"key": ""}, status=404)
        self.assertFalse(ticket.extension_used)

    def test_the_key_does_not_open_the_ticket(self):
        ticket = self._wait()
        key = ticket._get_extension_key()
        self.get(f"/my/ticket/{ticket.id}?access_token={key}", status=404)

    def test_from_the_portal_and_by_the_tickets_own_token(self):
        ticket = self._wait()
        self.get(f"{self._path(ticket)}?access_token={ticket.access_token}")
        self.assertIn("Until when do you need?", self.text)
        self.sign_in()
        tree = self.get(f"/my/ticket/{ticket.id}")
        (link,) = tree.xpath("//a[contains(., 'I need more time')]/@href")
        self.get(link)
        self.post(self._path(ticket), {"days": "5"})
        self.assertIn("Ana Pérez asked for more time", "\n".join(self._lines(ticket)))

    def test_each_state_leads_on(self):
        """Used, expired, closed, already answered: each own sentence and a way on."""
        answered = self._wait()
        self._answer(answered, self.ana)
        used = self._wait()
        used._portal_extend(3)
        self.sign_in()
        for ticket, words, way in (
            (used, "given for this question already", "Answer in the portal"),
            (self._solve(), "We considered this ticket solved", "Answer in the portal"),
            (answered, "no longer your turn", "See the ticket"),
            (self._close(), "This ticket is closed", "Open a follow-up ticket"),
        ):
            with self.subTest(words=words):
                tree = self.get(self._path(ticket))
                self.assertIn(words, self.text)
                self.assertIn(way, self.part(tree, "ways_on"))
                self.assertFalse(tree.xpath("//input[@name='days']"))


@tagged("post_install", "-at_install")
class TestSolvedPage(LifeCommon, PortalCommon):
    """Solved and closed in the portal."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)  # a visitor's session

    def _press(self, ticket, verb, **kw):
        return self.post(f"/my/ticket/{ticket.id}/{verb}", **kw)

    def test_it_still_happens(self):
        """S1-11, S2-32: a solved ticket can be reopened if the customer needs it."""
        ticket = self._solve()
        self.sign_in()
        tree = self.get(f"/my/ticket/{ticket.id}")
        self.assertIn("It will be closed on", self.part(tree, "turn"))
        self.assertTrue(tree.xpath("//form[contains(@action, '/reopen')]"))
        self._press(ticket, "reopen")
        self.assertEqual(ticket.stage_kind, "in_progress")
        self.assertIn("It is open again.", self.text)
        count = ticket.interaction_count
        self._press(ticket, "reopen")
        self.assertEqual(ticket.interaction_count, count)

    def test_thanks(self):
        ticket = self._solve()
        self.sign_in()
        self._press(ticket, "thanks")
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertTrue(ticket.thanked_date)
        self.assertIn("Thank you for telling us.", self.text)

    def test_others_press_nothing(self):
        ticket = self._solve()
        for verb in ("reopen", "thanks"):
            self._press(ticket, verb)
            self.assertIn("/web/login", self.path)
        self.sign_in()
        for verb in ("reopen", "thanks"):
            self._press(ticket, verb, csrf=False)
        self.sign_in(self.eva)
        for verb in ("reopen", "thanks"):
            self._press(ticket, verb, status=404)
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertFalse(ticket.thanked_date)

    def test_closing_asks_whether_it_was_solved(self):
        """S2-27 Shortcut: close the ticket — only if it is open."""
        ticket = self._create_ticket(user_id=self.laura.id)
        self.sign_in()
        tree = self.get(f"/my/ticket/{ticket.id}")
        self.assertIn("Was it solved? (optional)", self.part(tree, "close"))
        self.post("/ticket/close", {"ticket_id": ticket.id, "solved": "no"})
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertEqual(ticket.customer_confirmed, "no")
        tree = self.get(f"/my/ticket/{ticket.id}")
        self.assertFalse(self.part(tree, "close"))

    def test_the_page_shows_correspondence_and_assignee(self):
        """S1-09 Each ticket holds all correspondence since it was reported.
        S1-10 Each ticket shows "assigned to": the person handling it."""
        ticket = self._create_ticket(user_id=self.laura.id)
        for number in range(12):
            self._answer(
                ticket, self.laura if number % 2 else self.ana, f"Word{number}"
            )
        ticket.action_solve()
        self._answer(ticket, self.ana, "Again")
        self.sign_in()
        self.get(f"/my/ticket/{ticket.id}")
        for words in (*(f"Word{n}" for n in range(12)), "Again", "Laura Díaz"):
            self.assertIn(words, self.text)

    def test_a_follow_up_is_prefilled_and_linked(self):
        """S2-33 Closed cannot be reopened: "open a follow-up", both pages linked."""
        closed = self._close(priority="2", type_id=self.incident.id)
        self.sign_in()
        tree = self.get(f"/my/ticket/{closed.id}")
        (link,) = set(tree.xpath("//a[contains(@href, 'follow_up=')]/@href"))
        tree = self.get(link)
        self.assertEqual(tree.xpath("//input[@name='subject']/@value"), [closed.name])
        self.assertIn(closed.number, self.text)
        self.send_ticket(
            subject=closed.name,
            follow_up=str(closed.id),
            type=str(self.incident.id),
            submission_key=self.key(tree),
        )
        new = self.tickets()[0]
        self.assertEqual(new.previous_ticket_id, closed)
        tree = self.get(f"/my/ticket/{new.id}")
        self.assertIn(closed.number, self.part(tree, "links"))
        tree = self.get(f"/my/ticket/{closed.id}")
        self.assertIn(new.number, self.part(tree, "links"))
        self.assertEqual(closed.stage_kind, "closed")

    def test_others_tickets_are_not_followed_up(self):
        theirs = self._create_ticket(self.eva)
        theirs.action_close()
        self.sign_in()
        self.get(f"/new/ticket?follow_up={theirs.id}")
        self.assertNotIn(theirs.number, self.text)
        self.send_ticket(follow_up=str(theirs.id))
        self.assertFalse(self.tickets()[0].previous_ticket_id)
