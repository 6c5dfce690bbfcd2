import json

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import HelpdeskCommon

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@tagged("post_install", "-at_install")
class TestFiles(HelpdeskCommon, HttpCase):
    """What customers attach is checked on the server, by whichever door it comes."""

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(user_id=self.laura.id)

    def _own_file(self, name, content):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": "mail.compose.message",
                "create_uid": self.ana.id,
            }
        )

    def _upload(self, name, **params):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "thread_id": self.ticket.id,
                "thread_model": "helpdesk.ticket",
                "csrf_token": Request.csrf_token(self),
                **params,
            },
            files={"ufile": (name, PNG, "application/octet-stream")},
        )

    def _names(self):
        domain = [
            ("res_model", "=", "helpdesk.ticket"),
            ("res_id", "=", self.ticket.id),
        ]
        return self.env["ir.attachment"].search(domain).mapped("name")

    def test_a_message_takes_accepted_files_only(self):
        self._answer(self.ticket, self.ana, attachments=[("photo.png", PNG)])
        self.assertEqual(self._names(), ["photo.png"])
        for name, content, why in (
            ("tool.exe", b"MZ", "cannot be attached"),
            ("page.png", b"<html><script>", "cannot be attached"),
            ("empty.pdf", b"", "is empty"),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, why):
                self._answer(self.ticket, self.ana, attachments=[(name, content)])

    def test_a_file_uploaded_before_is_checked_when_it_is_posted(self):
        file = self._own_file("tool.exe", b"MZ")
        with self.assertRaisesRegex(UserError, "cannot be attached"):
            self.ticket.with_user(self.ana).sudo().message_post(
                body="x", message_type="comment", attachment_ids=file.ids
            )

    @mute_logger("odoo.http")
    def test_the_upload_route_of_the_core_refuses_what_the_form_refuses(self):
        self.authenticate(self.ana.login, self.ana.login)
        self._upload("tool.exe")
        self.assertFalse(self._names())
        answer = self._upload("photo.png")
        self.assertIn("attachment_id", json.loads(answer.text)["data"])
        self.assertEqual(self._names(), ["photo.png"])

    def test_engineers_attach_what_they_need(self):
        self._answer(self.ticket, self.laura, attachments=[("tool.exe", b"MZ")])
        self.assertEqual(self._names(), ["tool.exe"])
