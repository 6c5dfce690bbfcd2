# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .browser import send_queue
from .mail_in_common import MailboxCommon
from .portal_common import PDF, PortalCommon


class MergeCommon(PortalCommon):
    """Ana reported one matter twice; Luis helps in the second."""

    def setUp(self):
        super().setUp()
        self.old = self._create_ticket(
            user_id=self.laura.id, name="Still no bookings", description="<p>FIRST</p>"
        )
        self.old.participant_ids.create(
            {"ticket_id": self.old.id, "partner_id": self.luis.partner_id.id}
        )
        self.ticket = self._create_ticket(user_id=self.laura.id)
        self._answer(
            self.old, self.luis, "ANSWER of Luis", attachments=[("list.pdf", PDF)]
        )
        self._note(self.old, self.laura, "NOTE of Laura")
        self.old.message_subscribe(self.ines.partner_id.ids)
        self.flush_tracking()

    def merge(self, old=None, target=None, user=None):
        old, target = old or self.old, target or self.ticket
        old.with_user(user or self.laura).action_merge_into(target.id)
        self.flush_tracking()

    def words_of(self, ticket):
        return " ".join(map(str, ticket.message_ids.mapped("body")))


@tagged("post_install", "-at_install")
class TestMerge(MergeCommon):
    """Issue 6 "merge and split for agents (same customer only; old number leads
    on)".
    """

    def test_everything_goes_on_in_one_ticket(self):
        """S1-09 Each ticket holds all correspondence since it was reported: of all that
        were merged into it, notes for the team alone."""
        request = self.env["ir.attachment"].create(
            {
                "name": "first.pdf",
                "raw": PDF,
                "res_model": "helpdesk.ticket",
                "res_id": self.old.id,
            }
        )
        self.merge()
        words = self.words_of(self.ticket)
        for word in ("FIRST", "ANSWER of Luis", "NOTE of Laura", self.old.number):
            self.assertIn(word, words)
        files = self.ticket.message_ids.attachment_ids
        self.assertEqual(sorted(files.mapped("name")), ["first.pdf", "list.pdf"])
        self.assertEqual(set(files.mapped("res_id")), {self.ticket.id})
        self.assertIn(request, files)
        self.sign_in()
        self.get(f"/my/ticket/{self.ticket.id}")
        for word in ("FIRST", "ANSWER of Luis", "list.pdf", "first.pdf"):
            self.assertIn(word, self.text)
        self.assertNotIn("NOTE of Laura", self.response.text)

    def test_people_carry_over(self):
        """S1-06 The user sees the status of requests … where he is in copy: merging
        shuts nobody out."""
        self.assertFalse(self.ticket._filter_visible_to(self.luis.partner_id.id))
        self.merge()
        self.assertIn(self.luis.partner_id, self.ticket.participant_ids.partner_id)
        self.assertTrue(self.ticket._filter_visible_to(self.luis.partner_id.id))
        followers = self.ticket.message_partner_ids
        self.assertLessEqual(self.luis.partner_id | self.ines.partner_id, followers)
        requesters = self.ticket.participant_ids.filtered(
            lambda row: row.source == "requester"
        )
        self.assertEqual(requesters.partner_id, self.ana.partner_id)

    def test_an_outsider_sees_what_comes_from_now_on(self):
        """*Settled*: an outsider sees a thread from the moment they were added."""
        self._answer(self.ticket, self.ana, "BETWEEN US")
        self.ticket.message_ids.date = "2026-01-01"
        self.old.participant_ids.create(
            {
                "ticket_id": self.old.id,
                "partner_id": self.eva.partner_id.id,
                "source": "mail_copy",
                "sees_from": False,
            }
        )
        self.merge()
        self.sign_in(self.eva)
        self.get(f"/my/ticket/{self.ticket.id}")
        self.assertNotIn("BETWEEN US", self.response.text)

    def test_the_old_page_leads_on(self):
        """Issue 6 "old number leads on": its page, for who is signed in."""
        self.merge()
        for user in (self.ana, self.luis):
            self.sign_in(user)
            self.get(f"/my/ticket/{self.old.id}")
            self.assertEqual(self.path, f"/my/ticket/{self.ticket.id}?merged=1")
            self.assertIn("was merged with this one", self.text)
        self.sign_in(self.eva)
        self.get(f"/my/ticket/{self.old.id}", status=404)

    def test_links_of_old_mails_lead_on(self):
        """Issue 6 "old number leads on": the links of mails, without signing in, and
        only for who had one."""
        links = [
            self.old._get_mail_token(self.luis.partner_id.id),
            self.old._portal_ensure_token(),
        ]
        file = self.old.message_ids.attachment_ids
        token = self.old._get_file_token(file.id, self.luis.partner_id.id)
        self.merge()
        self.authenticate(None, None)
        for link in links:
            self.get(f"/my/ticket/{self.old.id}/{link}")
            self.assertTrue(self.path.startswith(f"/my/ticket/{self.ticket.id}/"))
            self.assertIn("ANSWER of Luis", self.text)
        with self.clock(days=200):
            self.get(f"/my/ticket/{self.old.id}/{links[0]}")
            self.assertIn("ANSWER of Luis", self.text)
        wrong = self.old._get_mail_token(self.eva.partner_id.id)
        self.get(f"/my/ticket/{self.old.id}/{wrong}", status=404)
        self.get(f"/my/ticket/{self.old.id}/x", status=404)
        path = f"/web/content/{file.id}?access_token="
        self.assertEqual(self.url_open(path + token).content, PDF)
        self.assertEqual(self.url_open(path + wrong).status_code, 404)

    def test_what_is_sent_on_the_old_page_arrives(self):
        """Issue 6 "nothing typed is lost": on a page that was open meanwhile."""
        self.merge()
        self.sign_in()
        self.answer(self.old, "TYPED before")
        self.assertIn("TYPED before", self.words_of(self.ticket))
        self.assertTrue(self.path.startswith(f"/my/ticket/{self.ticket.id}"))

    def test_everybody_is_told_and_it_is_tracked(self):
        """S4-31 Mail notification on every change of the request: one mail for each
        person, and a line for the team in both tickets."""
        with self.mock_mail_gateway():
            self.merge()
            send_queue(self.env)
        told = [m for m in self._mails if "are one now" in m["body"]]
        for person in (self.ana, self.luis):
            mails = [m for m in told if person.email in m["email_to"][0]]
            self.assertEqual(len(mails), 1, person.name)
            self.assertIn(self.old.number, mails[0]["body"])
            self.assertIn(self.ticket.number, mails[0]["body"])
        for ticket in self.old | self.ticket:
            self.assertIn("Laura Díaz merged", self.words_of(ticket))
        self.flush_tracking()
        self.env.invalidate_all()
        tracked = self.old.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("merged_into_id", tracked)

    def test_counts_and_dates_follow(self):
        """S0-28 … the number of interactions (messages exchanged): of all of them;
        D-03: what nobody answered is still due."""
        promise = {"team_id": self.team.id, "priority": "1", "answer_hours": 4}
        self.env["helpdesk.ticket.team.promise"].create(promise)
        self._answer(self.ticket, self.laura)
        self.assertFalse(self.ticket.queue_date)
        with self.clock(minutes=5):
            self._answer(self.old, self.laura, "We look")
        with self.clock(minutes=9):
            self._answer(self.old, self.ana, "And now?")
            since, due = self.old.queue_date, self.old.answer_due_date
        self.merge()
        # two requests, two answers of Laura, one of Luis, Ana's question
        self.assertEqual(self.ticket.interaction_count, 6)
        self.assertEqual(self.ticket.queue_date, since)
        self.assertEqual(self.ticket.answer_due_date, due)
        self.assertTrue(due)
        found = self.env["helpdesk.ticket"].search(
            [("search_text", "like", "still no bookings")]
        )
        self.assertIn(self.ticket, found)

    def test_the_old_ticket_ends_and_stays_ended(self):
        self.merge()
        self.assertEqual(self.old.stage_kind, "closed")
        self.assertEqual(self.old.merged_into_id, self.ticket)
        for call in (
            lambda: self.old.with_user(self.laura).write(
                {"stage_id": self.stages["new"].id}
            ),
            lambda: self.merge(target=self._create_ticket(user_id=self.laura.id)),
        ):
            with self.assertRaisesRegex(UserError, "was merged into"):
                call()

    def test_an_open_matter_reopens_a_solved_one(self):
        self.ticket.action_solve()
        self.merge()
        self.assertEqual(self.ticket.stage_kind, "in_progress")

    def test_merging_again_leads_to_the_last(self):
        self.merge()
        last = self._create_ticket(user_id=self.laura.id)
        self.merge(self.ticket, last)
        self.sign_in()
        self.get(f"/my/ticket/{self.old.id}")
        self.assertEqual(self.path, f"/my/ticket/{last.id}?merged=1")

    def test_only_tickets_of_one_customer(self):
        """Issue 6 "merge …: same customer only"; nothing private is shown to others."""
        foreign = self._create_ticket(self.eva, user_id=self.laura.id)
        closed = self._create_ticket(user_id=self.laura.id)
        closed.action_close()
        private = self._create_ticket(user_id=self.laura.id)
        private.category_id = self.env["helpdesk.ticket.category"].create(
            {"name": "Staff", "is_private": True}
        )
        for old, target, why in (
            (self.old, foreign, "one and the same customer"),
            (self.old, self.old, "another ticket"),
            (self.old, closed, "is closed"),
            (private, self.ticket, "private category"),
        ):
            with self.subTest(why=why), self.assertRaisesRegex(UserError, why):
                self.merge(old, target)
        for user in (self.ana, self.ines):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.merge(user=user)

    def test_an_agent_merges_what_they_ticked(self):
        """Issue 6 "merge and split for agents": from the list, into the oldest."""
        Wizard = self.env["helpdesk.ticket.merge.wizard"].with_user(self.laura)
        ids = (self.old | self.ticket).ids
        form = Form(Wizard.with_context(active_ids=ids, active_model="helpdesk.ticket"))
        self.assertEqual(form.target_id, self.old)
        self.assertIn("Luis Mora", form.people)
        form.target_id = self.ticket
        action = form.save().action_confirm()
        self.assertEqual(action["res_id"], self.ticket.id)
        self.assertEqual(self.old.merged_into_id, self.ticket)

    def test_confidential_files_move_and_stay_shut(self):
        """S4-28 A confidential file …: merging shows it to nobody."""
        self.sign_in()
        files = {"confidential": ("cards.pdf", PDF, "application/pdf")}
        self.answer(self.old, "", files)
        file = self.env["ir.attachment"].search([("name", "=", "cards.pdf")])
        self.merge()
        self.assertEqual(file.res_id, self.ticket.id)
        self.get(f"/my/ticket/{self.ticket.id}")
        self.assertIn("cards.pdf", self.text)
        self.assertEqual(self.url_open(f"/web/content/{file.id}").status_code, 404)


@tagged("post_install", "-at_install")
class TestSplit(MergeCommon):
    """Issue 6 "merge and split for agents"."""

    def split(self, *words, user=None, name="The invoice"):
        messages = self.old.message_ids.filtered(
            lambda m: any(word in (m.body or "") for word in words)
        )
        ticket = self.old.with_user(user or self.laura)
        split = ticket.action_split(messages.ids, name)
        self.flush_tracking()
        return split.sudo()

    def test_messages_get_a_ticket_of_their_own(self):
        """S0-24 … not several topics in one ticket: a second one moves out, with its
        files, notes and people."""
        split = self.split("ANSWER of Luis", "NOTE of Laura")
        self.assertEqual(split.name, "The invoice")
        self.assertEqual(split.partner_id, self.luis.partner_id)
        self.assertEqual(split.team_id, self.team)
        self.assertEqual(split.split_from_id, self.old)
        self.assertIn(self.ana.partner_id, split.participant_ids.partner_id)
        for word in ("ANSWER of Luis", "NOTE of Laura"):
            self.assertIn(word, self.words_of(split))
            self.assertNotIn(word, self.words_of(self.old))
        self.assertEqual(split.message_ids.attachment_ids.mapped("name"), ["list.pdf"])
        self.assertEqual(split.interaction_count, 1)
        self.assertEqual(self.old.interaction_count, 1)
        self.assertTrue(split.queue_date)
        self.sign_in(self.luis)
        self.get(f"/my/ticket/{split.id}")
        for word in ("ANSWER of Luis", "list.pdf", self.old.number):
            self.assertIn(word, self.text)
        self.assertNotIn("NOTE of Laura", self.response.text)
        self.get(f"/my/ticket/{self.old.id}")
        self.assertIn(split.number, self.text)

    def test_everybody_is_told_once(self):
        """S4-31 Mail notification on every change of the request."""
        with self.mock_mail_gateway():
            split = self.split("ANSWER of Luis")
            send_queue(self.env)
        for person in (self.ana, self.luis):
            mails = [
                m
                for m in self._mails
                if person.email in m["email_to"][0]
                and "a ticket of its own" in m["body"]
            ]
            self.assertEqual(len(mails), 1, person.name)
            self.assertIn(split.number, mails[0]["body"])
            self.assertIn(self.old.number, mails[0]["body"])
        for ticket in self.old | split:
            self.assertIn("Laura Díaz split", self.words_of(ticket))

    def test_what_cannot_be_split(self):
        for words, name in ((("NOTE",), "x"), (("nothing",), "x"), (("ANSWER",), " ")):
            with self.subTest(words=words), self.assertRaises(UserError):
                self.split(*words, name=name)
        for user in (self.ana, self.ines):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.split("ANSWER", user=user)
        other = self._answer(self.ticket, self.ana, "ELSEWHERE")
        with self.assertRaises(UserError):
            self.old.with_user(self.laura).action_split(other.ids, "x")

    def test_an_agent_ticks_messages(self):
        """Issue 6 "split for agents in the backend"."""
        Wizard = self.env["helpdesk.ticket.split.wizard"].with_user(self.laura)
        wizard = Wizard.with_context(active_id=self.old.id).create({"name": "Invoice"})
        previews = wizard.line_ids.mapped("preview")
        self.assertEqual(previews, ["ANSWER of Luis", "NOTE of Laura"])
        self.assertEqual(wizard.line_ids.mapped("is_note"), [False, True])
        wizard.line_ids[0].is_chosen = True
        action = wizard.action_confirm()
        split = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertIn("ANSWER of Luis", self.words_of(split))


@tagged("post_install", "-at_install")
class TestMergeMail(MailboxCommon):
    """Issue 6 "old number leads on": mails, too."""

    def test_mails_to_the_old_thread_land_in_the_survivor(self):
        old = self._receive(subject="No WiFi", Message_ID="<first@hotel.example>")
        old = old.ticket_id
        ticket = self._create_ticket(user_id=self.laura.id)
        notice = old.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        old.user_id = self.laura
        old.with_user(self.laura).action_merge_into(ticket.id)
        self.flush_tracking()
        for values in (
            {"In_Reply_To": notice.message_id, "body": "TO THE NOTICE"},
            {"In_Reply_To": "<first@hotel.example>", "body": "TO MY OWN"},
            {"body": "BY NUMBER"},
        ):
            line = self._receive(subject=f"Re: [#{old.number}] No WiFi", **values)
            with self.subTest(values=values):
                self.assertEqual(line.outcome, "reply")
                self.assertEqual(line.ticket_id, ticket)
        words = " ".join(map(str, ticket.message_ids.mapped("body")))
        for word in ("TO THE NOTICE", "TO MY OWN", "BY NUMBER"):
            self.assertIn(word, words)

    def test_who_was_taken_out_of_the_survivor_stays_out(self):
        """Settled: what is said by number counts where its sender takes part."""
        self.ana.partner_id.parent_id = False
        old = self._receive(subject="No WiFi").ticket_id
        ticket = self._create_ticket(user_id=self.laura.id)
        old.action_merge_into(ticket.id)
        ticket.partner_id = self.laura.partner_id
        rows = ticket.participant_ids
        rows.filtered(lambda row: row.partner_id == self.ana.partner_id).unlink()
        line = self._receive(subject=f"Re: [#{old.number}] No WiFi", body="more")
        self.assertEqual(line.outcome, "ticket")
        self.assertNotIn(line.ticket_id, ticket | old)

    def test_a_new_subject_is_compared_with_the_old_one(self):
        """S0-23 If the subject is changed, a new ticket is created: the subject of the
        merged ticket is none that changed."""
        self.team.subject_change = "new"
        old = self._receive(subject="No WiFi").ticket_id
        ticket = self._create_ticket()
        old.action_merge_into(ticket.id)
        line = self._receive(subject=f"Re: [#{old.number}] No WiFi", body="more")
        self.assertEqual((line.outcome, line.ticket_id), ("reply", ticket))
