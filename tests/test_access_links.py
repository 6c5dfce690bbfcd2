# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from werkzeug.urls import url_encode

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .access_common import PNG
from .common import HelpdeskCommon
from .test_access_sharing import EARLY, LATE, REQUEST, SharingCase


@tagged("post_install", "-at_install")
class TestLinks(SharingCase, HttpCase):
    """The links of mails: one person's, until they are out, revoked or it is over."""

    def setUp(self):
        super().setUp()
        self.company = self.ticket.company_id

    def page(self, token):
        """Return the page that a link opens for a visitor, "" where it opens none."""
        self.env.flush_all()
        path = f"/my/ticket/{self.ticket.id}?{url_encode({'access_token': token})}"
        answer = self.url_open(path, allow_redirects=False)
        self.assertIn(answer.status_code, (200, 303, 404))
        return answer.text if answer.status_code == 200 else ""

    def opens(self, token):
        return bool(self.page(token))

    def link(self, user):
        return self.ticket._get_mail_token(user.partner_id.id)

    def content(self, file, user, token=None):
        token = token or self.ticket._get_file_token(file.id, user.partner_id.id)
        path = f"/web/content/{file.id}?access_token={token}"
        return self.url_open(path).status_code

    # ------------------------------------------------------------
    # Whose they are
    # ------------------------------------------------------------

    def test_each_opens_what_its_person_sees(self):
        """Mail tokens included: the link of who sees a part shows that part."""
        page = self.page(self.link(self.ana))
        for word in (REQUEST, EARLY, LATE):
            self.assertIn(word, page)
        page = self.page(self.link(self.eva))
        self.assertIn(LATE, page)
        self.assertIn("Door does not open", page)
        for hidden in (REQUEST, EARLY, "request.pdf"):
            self.assertNotIn(hidden, page)
        files = re.findall(r"/web/content/\d+\?[^\"]+", page)
        self.assertTrue(files)
        for path in files:
            answer = self.url_open(path.replace("&amp;", "&"))
            self.assertEqual(answer.content, f"%PDF- {LATE} file".encode())
        early = self.early.attachment_ids
        self.assertEqual(self.content(early, self.eva), 404)
        self.assertEqual(self.content(early, self.ana), 200)
        self.assertEqual(self.content(self.own_file, self.eva), 404)

    def test_live_page_of_a_link_shows_its_part(self):
        path = f"/my/ticket/{self.ticket.id}/live?after=0&stamp=x&access_token="
        self.assertNotIn(EARLY, self.url_open(path + self.link(self.eva)).text)
        self.assertIn(EARLY, self.url_open(path + self.link(self.ana)).text)

    def test_nobody_makes_one_for_another(self):
        signed = self.link(self.eva).partition("_")[2]
        for person in (self.ana, self.luis, self.laura):
            self.assertFalse(self.opens(f"{person.partner_id.id}_{signed}"))
        other = self._create_ticket(self.eva)
        self.assertFalse(self.opens(other._get_mail_token(self.eva.partner_id.id)))
        for junk in ("", "x", "_", "1_", f"{2**40}_{'0' * 32}", "é", "\x00"):
            self.assertFalse(self.opens(junk), junk)
        self.assertFalse(self.opens(self.link(self.luis)), "who takes no part")
        self.assertFalse(self.opens(self.link(self.ines)), "who has no right")

    def test_mails_hold_the_link_of_their_reader(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self._answer(self.ticket, self.laura, "Please try again")
            mails = self.env["mail.mail"].search([("res_id", "=", self.ticket.id)])
            mails.write({"scheduled_date": False})
            mails.send()
        bodies = [mail["body"] for mail in self._mails]
        self.assertTrue(bodies)
        raw = self.ticket.access_token
        links = {
            found.replace("&amp;", "&")
            for body in bodies
            for found in re.findall(r"https?://[^\"]*/mail/view[^\"]*", body)
        }
        tokens = [parse_qs(urlsplit(link).query).get("access_token") for link in links]
        self.assertIn([self.link(self.ana)], tokens)
        self.assertNotIn(raw, str(bodies))
        mine = next(link for link in links if self.link(self.ana) in link)
        parts = urlsplit(mine)
        answer = self.url_open(f"{parts.path}?{parts.query}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(REQUEST, answer.text)
        self.ticket.action_revoke_links()
        self.env.flush_all()
        answer = self.url_open(f"{parts.path}?{parts.query}")
        self.assertIn("/web/login", answer.url)

    def test_pictures_in_mails_are_of_their_reader(self):
        picture = self.env["ir.attachment"].create(
            {
                "name": "door.png",
                "raw": base64.b64decode(PNG),
                "res_model": "helpdesk.ticket",
                "res_id": self.ticket.id,
                "access_token": "permanent-token",
            }
        )
        stranger = picture.copy({"res_id": self._create_ticket(self.eva).id})
        address = f"/web/image/{picture.id}?access_token=permanent-token"
        other = f"/web/image/{stranger.id}?access_token=other-token"
        mail = self.env["mail.mail"].create(
            {
                "mail_message_id": self.late.id,
                "body_html": f'<p><img src="{address}"/><img src="{other}"/></p>',
                "recipient_ids": [(6, 0, self.ana.partner_id.ids)],
            }
        )
        body = mail._prepare_outgoing_list()[0]["body"]
        token = self.ticket._get_file_token(picture.id, self.ana.partner_id.id)
        self.assertIn(f"/web/image/{picture.id}?access_token={token}", body)
        self.assertIn("other-token", body, "files of others are left alone")
        self.env.flush_all()
        shown = self.url_open(address).content
        self.assertNotEqual(shown, base64.b64decode(PNG), "the token of nobody")
        self.assertEqual(self.content(picture, self.ana), 200)
        self.assertEqual(self.content(picture, self.ana, "permanent-token"), 404)

    # ------------------------------------------------------------
    # When they end
    # ------------------------------------------------------------

    def test_removal_ends_links_and_files(self):
        """Removal acts on tokens, too; the others' go on working."""
        mine, theirs = self.link(self.ana), self.link(self.eva)
        raw = self.ticket.access_token
        late = self.late.attachment_ids
        signed = self.ticket._sign_token(self.eva.partner_id.id)
        self.assertEqual(self.content(late, self.eva), 200)
        for out in (lambda: setattr(self.row, "included", False), self.row.unlink):
            out()
            self.env.invalidate_all()
            self.assertFalse(self.opens(theirs))
            self.assertFalse(self.opens(raw), "the token that names nobody")
            self.assertEqual(self.content(late, self.eva), 404)
            self.assertFalse(
                self.env["helpdesk.ticket"]
                .with_user(self.env.ref("base.public_user"))
                ._get_thread_with_access(
                    self.ticket.id, hash=signed, pid=self.eva.partner_id.id
                )
            )
            self.assertTrue(self.opens(mine))

    def test_an_archived_contact_opens_nothing(self):
        token = self.link(self.eva)
        self.eva.active = False
        self.eva.partner_id.active = False
        self.assertFalse(self.opens(token))

    def test_who_was_removed_opens_nothing_of_theirs_either(self):
        """ "remove (signs out everywhere …)": nor by the links of earlier mails."""
        token, file = self.link(self.ana), self.late.attachment_ids
        self.assertEqual(self.content(file, self.ana), 200)
        self.ana._end_portal_access()
        self.assertFalse(self.opens(token))
        self.assertEqual(self.content(file, self.ana), 404)
        self.ana._restore_to_portal()
        self.assertTrue(self.opens(token))

    def test_links_of_a_category_that_became_private(self):
        self.ticket.category_id = self.env["helpdesk.ticket.category"].create(
            {"name": "Staff", "is_private": True}
        )
        self.assertFalse(self.opens(self.link(self.eva)))
        self.assertTrue(self.opens(self.link(self.ana)))
        Ticket = self.env["helpdesk.ticket"].with_user(self.env.ref("base.public_user"))
        for user in (self.ana, self.eva):
            pid = user.partner_id.id
            signed = self.ticket._sign_token(pid)
            found = Ticket._get_thread_with_access(self.ticket.id, hash=signed, pid=pid)
            self.assertEqual(bool(found), user == self.ana, "the core's hashes, too")

    def test_revoking(self):
        """Tokens of mails are revocable per ticket; it is audited."""
        other = self._create_ticket(self.ana)
        others_link = other._get_mail_token(self.ana.partner_id.id)
        links = [self.ticket.access_token, self.link(self.ana), self.link(self.eva)]
        late = self.late.attachment_ids
        file_token = self.ticket._get_file_token(late.id, self.ana.partner_id.id)
        signed = self.ticket._sign_token(self.ana.partner_id.id)
        key = self.ticket._get_extension_key()
        self.assertTrue(all(map(self.opens, links)))
        self.ticket.with_user(self.laura).action_revoke_links()
        self.env.invalidate_all()
        self.assertFalse(any(map(self.opens, links)))
        self.assertEqual(self.content(late, self.ana, file_token), 404)
        self.assertNotEqual(self.ticket._sign_token(self.ana.partner_id.id), signed)
        self.assertNotEqual(self.ticket._get_extension_key(), key)
        line = self.env["helpdesk.audit"].search([("event", "=", "token_revoked")])
        self.assertEqual((line.ticket_id, line.user_id), (self.ticket, self.laura))
        self.assertTrue(self.opens(self.link(self.ana)), "later mails hold new ones")
        path = f"/my/ticket/{other.id}?access_token={others_link}"
        self.assertEqual(self.url_open(path).status_code, 200, "another ticket's")
        self.authenticate(self.ana.login, self.ana.login)
        self.assertTrue(self.opens(""), "signed in")
        self.assertEqual(self.content(late, self.ana, file_token), 200, "signed in")

    def test_who_may_not_write_revokes_nothing(self):
        for user in (self.ana, self.eva, self.ines):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).action_revoke_links()

    def test_they_end_a_set_time_after_closing(self):
        """They expire a set time after closing, which the company chooses."""
        self.company.helpdesk_link_days = 10
        self.team.solved_limit_hours = 48
        links = [self.ticket.access_token, self.link(self.ana), self.link(self.eva)]
        late = self.late.attachment_ids
        now = fields.Datetime.now()
        self.ticket.stage_id = self.stages["solved"]
        self.ticket.solved_date = now - timedelta(days=20)
        self.assertTrue(all(map(self.opens, links)), "solved is not closed")
        self.ticket.stage_id = self.stages["closed"]
        self.ticket.closed_date = now - timedelta(days=9)
        self.assertTrue(all(map(self.opens, links)))
        self.assertEqual(self.content(late, self.ana), 200)
        self.ticket.closed_date = now - timedelta(days=11)
        self.assertFalse(any(map(self.opens, links)))
        self.assertEqual(self.content(late, self.ana), 404)
        signed = self.ticket._sign_token(self.ana.partner_id.id)
        Public = self.env["helpdesk.ticket"].with_user(self.env.ref("base.public_user"))
        for proof in (
            {"hash": signed, "pid": self.ana.partner_id.id},
            {"token": self.ticket.access_token},
        ):
            self.assertFalse(Public._get_thread_with_access(self.ticket.id, **proof))
        self.company.helpdesk_link_days = 0
        self.assertTrue(all(map(self.opens, links)), "0: for ever")

    def test_a_team_that_never_closes_counts_from_solved(self):
        self.company.helpdesk_link_days = 10
        self.team.solved_limit_hours = 0
        self.ticket.stage_id = self.stages["solved"]
        self.ticket.solved_date = fields.Datetime.now() - timedelta(days=11)
        self.assertFalse(self.opens(self.link(self.ana)))
        self.ticket.stage_id = self.stages["in_progress"]
        self.assertTrue(self.opens(self.link(self.ana)), "reopened")


@tagged("post_install", "-at_install")
class TestCoreDoors(HelpdeskCommon):
    """The core's hashes open what their person sees, no more."""

    def test_a_hash_reads_as_its_person(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        now = fields.Datetime.now()
        early = self._answer(ticket, self.laura)
        early.sudo().date = now - timedelta(days=2)
        late = self._answer(ticket, self.laura)
        self.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": ticket.id,
                "partner_id": self.eva.partner_id.id,
                "sees_from": now - timedelta(days=1),
            }
        )
        public = self.env.ref("base.public_user")
        Message = self.env["mail.message"].with_user(public)
        for person, opened in ((self.ana, early + late), (self.eva, late)):
            proof = {
                "hash": ticket._sign_token(person.partner_id.id),
                "pid": person.partner_id.id,
            }
            found = [
                Message._get_with_access(message.id, **proof).id
                for message in early + late
            ]
            with self.subTest(person=person.name):
                self.assertEqual(list(filter(None, found)), opened.ids)
