# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .browser import send_queue
from .common import AGENT_OWN
from .portal_common import PDF, PortalCommon

SECRET = PDF + b" card numbers"
NAME = "cards.pdf"


@tagged("post_install", "-at_install")
class TestConfidential(PortalCommon):
    """S4-28 A confidential file can be made accessible only to the support team."""

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(user_id=self.laura.id)
        self.ticket.participant_ids.create(
            {"ticket_id": self.ticket.id, "partner_id": self.luis.partner_id.id}
        )
        self.page = f"/my/ticket/{self.ticket.id}"
        self.sign_in()

    def files(self, ticket=None):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "helpdesk.ticket"),
                ("res_id", "=", (ticket or self.ticket).id),
                ("helpdesk_is_confidential", "=", True),
            ]
        )

    def send_file(self, message="Here they are", name=NAME, content=SECRET):
        """Answer with a confidential file; return it."""
        files = {"confidential": (name, content, "application/pdf")}
        self.answer(self.ticket, message, files)
        return self.files()[:1]

    def door(self, file):
        """Return the address by which the team opens a file."""
        return f"/helpdesk/confidential/{file.id}"

    def open_file(self, file, user=None, status=200):
        """Open a file as its page does, as ``user`` (nobody signed in)."""
        self.authenticate(user and user.login, user and user.login)
        data = {"csrf_token": Request.csrf_token(self)}
        answer = self.url_open(self.door(file), data=data, allow_redirects=False)
        self.assertEqual(answer.status_code, status)
        return answer

    def lines(self):
        domain = [("event", "=", "confidential_file")]
        return self.env["helpdesk.audit"].search(domain, order="id")

    def secrets(self, tree):
        nodes = tree.xpath("//*[contains(@class, 'o_hsp_secret_text')]")
        return [self.words(node) for node in nodes]

    def test_form_and_composer_have_a_slot(self):
        """S4-28 A confidential file can be made accessible …: with request and answer,
        and what that means is said beside it."""
        tree = self.get(self.page)
        field = tree.get_element_by_id("field_confidential")
        self.assertEqual(field.get("name"), "confidential")
        words = self.words(tree.get_element_by_id("about_confidential"))
        self.assertIn("Only our support team can open it", words)
        self.send_ticket({"confidential": (NAME, SECRET, "application/pdf")})
        ticket = self.tickets()[0]
        self.assertEqual(self.files(ticket).mapped("name"), [NAME])
        self.assertEqual(len(self.secrets(self.get(f"/my/ticket/{ticket.id}"))), 1)

    def test_it_can_be_uploaded_when_it_is_chosen(self):
        """S4-28 A confidential file …: kept apart from the first moment on."""
        key = self.key(self.get(self.page))
        self.post(
            "/my/draft/file",
            {"submission_key": key, "ticket": self.ticket.id, "is_confidential": "1"},
            {"file": ("passport.png", b"no", "image/png")},
            status=422,
        )
        self.post(
            "/my/draft/file",
            {"submission_key": key, "ticket": self.ticket.id, "is_confidential": "1"},
            {"file": (NAME, SECRET, "application/pdf")},
        )
        answer = json.loads(self.response.text)
        self.assertFalse(answer["picture"])
        tree = self.get(self.page)
        slot = tree.xpath("//*[@data-slot='confidential']")[0]
        self.assertEqual(
            slot.xpath(".//input[@name='pending']/@value"), [answer["token"]]
        )
        fields = {"pending": answer["token"], "submission_key": self.key(tree)}
        self.answer(self.ticket, "", fields=fields)
        self.assertEqual(self.files().mapped("name"), [NAME])
        self.assertIn("(A confidential file for the support team.)", self.text)

    def test_it_is_in_no_mail(self):
        """S4-28 … only to the support team: no mail carries it, nor its name."""
        self.send_file()
        with self.mock_mail_gateway():
            send_queue(self.env)
        mails = self._mails
        self.assertTrue(mails)
        told = {address for mail in mails for address in mail["email_to"]}
        self.assertTrue([address for address in told if "laura" in address])
        for mail in mails:
            self.assertFalse(mail["attachments"])
            self.assertNotIn(NAME, mail["body"] + mail["body_alternative"])
        self.assertFalse(self.ticket.message_ids.attachment_ids)

    def test_only_the_team_opens_it(self):
        """S4-28 … accessible only to the support team: neither its sender nor
        colleagues, colleagues of ours without the ticket, or who has a link."""
        file = self.send_file()
        nora = self._create_person("Nora Paz", "nora", AGENT_OWN)
        for user in (self.ana, self.luis, self.eva, self.ines, nora):
            with self.subTest(user=user.name):
                self.open_file(file, user, status=404)
                self.get(self.door(file), status=404)
        self.open_file(file, status=303)
        self.assertFalse(self.lines())
        for user in (self.laura, self.marta, self.sam):
            answer = self.open_file(file, user)
            self.assertEqual(answer.content, SECRET)
            self.assertIn("attachment", answer.headers["Content-Disposition"])
            self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_no_link_and_no_get_opens_it(self):
        """S4-28 … only to the support team: who of them opens it does so knowingly; no
        preview, mail scanner or shared link does."""
        file = self.send_file()
        ana = self.ana.partner_id.id
        tokens = (
            self.ticket._get_file_token(file.id, ana),
            file._get_raw_access_token(),
        )
        for user in (None, self.ana, self.laura, self.sam):
            self.authenticate(user and user.login, user and user.login)
            for kind in ("content", "image"):
                for query in ("download=true", *map("access_token={}".format, tokens)):
                    answer = self.url_open(f"/web/{kind}/{file.id}?{query}")
                    self.assertNotIn(SECRET, answer.content)
                    if kind == "content":
                        self.assertEqual(answer.status_code, 404)
        self.sign_in(self.laura)
        tree = self.get(self.door(file))
        self.assertIn(NAME, self.response.text)
        self.assertIn("who sent it sees that", self.words(tree))
        actions = tree.xpath("//form[@method='post']/@action")
        self.assertEqual(actions, [self.door(file)])
        self.post(self.door(file), {"file": file.id}, csrf=False, status=400)
        self.assertFalse(self.lines())
        self.assertFalse(file.sudo().helpdesk_opened_date)

    def test_other_doors_are_shut_for_everybody(self):
        """S4-28 … only to the support team: by the door that notes it, even for those
        who may open it."""
        file = self.send_file()
        Attachment = self.env["ir.attachment"]
        domain = [
            ("res_model", "=", "helpdesk.ticket"),
            ("res_id", "=", self.ticket.id),
        ]
        admin = self.env.ref("base.user_admin")
        for user in (self.ana, self.laura, self.sam, self.mora, admin):
            with self.subTest(user=user.name):
                own = file.with_user(user)
                for name in ("raw", "datas", "name"):
                    with self.assertRaises(AccessError):
                        own.read([name])
                with self.assertRaises(AccessError):
                    own.unlink()
                with self.assertRaises(AccessError):
                    own.write({"helpdesk_is_confidential": False})
                if user._is_internal():
                    found = Attachment.with_user(user).search(domain)
                    self.assertNotIn(file, found)
                    found = Attachment.with_user(user).search([("id", "=", file.id)])
                    self.assertFalse(found)
        self.authenticate(self.laura.login, self.laura.login)
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/mail/attachment/zip",
                data={
                    "file_ids": str(file.id),
                    "zip_name": "all.zip",
                    "csrf_token": Request.csrf_token(self),
                },
            )
        self.assertNotEqual(answer.status_code, 200)
        self.assertFalse(self.lines())

    def test_each_opening_is_noted_and_shown_to_the_sender(self):
        """S4-28 … only to the support team: who of them opened it is on record, and
        its sender sees it."""
        file = self.send_file()
        self.assertIn("Nobody has opened it yet.", self.secrets(self.get(self.page))[0])
        self.open_file(file, self.laura)
        self.open_file(file, self.laura)
        self.open_file(file, self.sam)
        lines = self.lines()
        self.assertEqual(lines.user_id, self.laura | self.sam)
        self.assertEqual(len(lines), 3)
        self.assertEqual(lines.ticket_id, self.ticket)
        self.assertEqual(set(lines.mapped("details")), {NAME})
        self.sign_in()
        shown = self.secrets(self.get(self.page))[0]
        self.assertEqual(shown.count("Opened by Laura Díaz, "), 2)
        self.assertEqual(shown.count("Opened by Sam Ortiz, "), 1)
        self.assertNotIn("Nobody has opened it yet.", shown)
        self.team.portal_assignee = "team"
        self.assertIn("Opened by Desk, ", self.secrets(self.get(self.page))[0])
        self.assertNotIn("Laura", self.secrets(self.get(self.page))[0])

    def test_others_in_the_ticket_see_that_there_is_one(self):
        """S4-28 … only to the support team: people in copy learn neither name nor
        openings, also not by searching or exporting."""
        file = self.send_file()
        self.open_file(file, self.laura)
        self.sign_in(self.luis)
        tree = self.get(self.page)
        self.assertIn("A confidential file for the support team", self.text)
        self.assertFalse(self.secrets(tree))
        self.assertNotIn(NAME, self.response.text)
        self.assertNotIn("cards", self.ticket.search_text)
        self.assertNotIn(file, self.ticket._get_public_attachments())
        self.ticket._refresh_search_text()
        self.assertNotIn("cards", self.ticket.search_text)

    def test_its_sender_deletes_it_until_somebody_opened_it(self):
        """S4-28 …: who sent it may take it back while nobody has opened it."""
        file = self.send_file()
        path = f"{self.page}/confidential/delete"
        for user in (self.luis, self.eva, self.laura):
            self.sign_in(user)
            self.post(path, {"file": file.id}, status=404 if user == self.eva else 200)
            self.assertTrue(file.exists())
        self.sign_in()
        self.post(path, {"file": file.id}, csrf=False)
        self.assertTrue(file.exists())
        for wrong in ("", "x", str(2**40), "0"):
            self.post(path, {"file": wrong})
            self.assertTrue(file.exists())
        self.post(path, {"file": file.id})
        self.assertFalse(file.exists())
        self.assertIn("The confidential file is deleted", self.text)
        notes = " ".join(self.ticket.message_ids.mapped("body"))
        self.assertIn(f"deleted the confidential file {NAME}", notes)
        second = self.send_file(message="Again")
        self.open_file(second, self.laura)
        self.sign_in()
        self.assertFalse(
            self.get(self.page).xpath("//form[contains(@action, 'delete')]")
        )
        self.post(path, {"file": second.id})
        self.assertTrue(second.exists())
        self.assertIn("The file was not deleted", self.text)

    def test_the_team_is_told_where_to_open_it(self):
        """S4-28 … to the support team: a note, which customers never see."""
        file = self.send_file()
        notes = self.ticket.message_ids.filtered(
            lambda m: self.door(file) in (m.body or "")
        )
        self.assertEqual(len(notes), 1)
        self.assertFalse(self.ticket._is_public_message(notes))
        self.assertIn(NAME, notes.body)
        self.get(self.page)
        self.assertNotIn(self.door(file), self.response.text)

    def test_nothing_makes_it_part_of_a_message(self):
        """S4-28 …: not by posting it over RPC, either."""
        file = self.env["ir.attachment"].create(
            {
                "name": NAME,
                "raw": SECRET,
                "res_model": "mail.compose.message",
                "helpdesk_is_confidential": True,
                "create_uid": self.ana.id,
            }
        )
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.ana).message_post(
                body="x", attachment_ids=file.ids
            )

    def test_the_policy_is_the_same(self):
        """S4-24 Anything else is refused with a message naming the accepted formats,
        on every channel: confidential or not."""
        self.send_file(name="tool.exe", content=b"MZ")
        self.assertFalse(self.files())
        self.assertIn("“tool.exe” cannot be attached. Formats: PDF", self.text)
