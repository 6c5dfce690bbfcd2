# ruff: noqa: B023 - doors are opened at once
import base64

from lxml import html

from odoo.tests import tagged

from .access_common import PNG, AccessCase
from .access_tables import (
    OUTSIDERS,
    SEES,
)


@tagged("post_install", "-at_install")
class TestThread(AccessCase):
    """Messages and files: the public ones for those who see the ticket, the internal
    ones for agents, by no route, id, token or past notification for anybody else.
    """

    def _sign(self, ticket):
        """Return the parameters of a mail's link: a token, a signed contact, none."""
        ana = self.users["ana"].partner_id
        return {
            "": {},
            " with token": {"token": ticket.access_token},
            " with hash": {"hash": ticket._sign_token(ana.id), "pid": ana.id},
        }

    def _thread_doors(self, ticket):
        """Return {name: door} to a ticket's whole thread."""
        thread = {"thread_model": "helpdesk.ticket", "thread_id": ticket.id}
        mail = "mail.message"
        nested = {"message_ids": {"fields": {"body": {}}}}
        lists = ["attachments", "followers", "activities", "suggestedRecipients"]
        doors = {
            "create": lambda: self.call(
                mail,
                "create",
                [{"model": "helpdesk.ticket", "res_id": ticket.id, "body": "forged"}],
            ),
            "ticket web_read": lambda: self.call(
                "helpdesk.ticket", "web_read", [ticket.ids], {"specification": nested}
            ),
            "activities": lambda: self.call(
                "mail.activity", "search_read", [[], ["summary"]]
            ),
            "followers": lambda: self.call(
                "mail.followers", "search_read", [[("res_id", "=", ticket.id)]]
            ),
            "/mail/thread/messages": lambda: self.json("/mail/thread/messages", thread),
            "/mail/inbox": lambda: self.json("/mail/inbox/messages", {}),
            "/mail/history": lambda: self.json("/mail/history/messages", {}),
            "/mail/starred": lambda: self.json("/mail/starred/messages", {}),
            "/mail/view ticket": lambda: self.get(
                f"/mail/view?model=helpdesk.ticket&res_id={ticket.id}"
            ),
        }
        for suffix, params in self._sign(ticket).items():
            with_thread = {**thread, **params}
            doors |= {
                f"chatter_fetch{suffix}": lambda p=with_thread: self.json(
                    "/mail/chatter_fetch", p
                ),
                f"chatter_init{suffix}": lambda p=with_thread: self.json(
                    "/portal/chatter_init", p
                ),
                f"/mail/data{suffix}": lambda p=params: self.json(
                    "/mail/data",
                    {
                        "fetch_params": [
                            "init_messaging",
                            "failures",
                            "systray_get_activities",
                            [
                                "mail.thread",
                                {**thread, "access_params": p, "request_list": lists},
                            ],
                        ]
                    },
                ),
            }
        return doors

    def _message_doors(self, ticket, message):
        """Return {name: door} to one message."""
        token = ticket.access_token
        thread = {"thread_model": "helpdesk.ticket", "thread_id": ticket.id}
        ids, by_id = message.ids, [("id", "=", message.id)]
        mail = "mail.message"
        spec = {
            "specification": {"body": {}, "attachment_ids": {"fields": {"name": {}}}}
        }
        doors = {
            "read": lambda: self.call(mail, "read", [ids, ["body"]]),
            "web_read": lambda: self.call(mail, "web_read", [ids], spec),
            "search_read": lambda: self.call(mail, "search_read", [by_id, ["body"]]),
            "export": lambda: self.call(mail, "export_data", [ids, ["body"]]),
            "group": lambda: self.call(
                mail, "formatted_read_group", [by_id], {"groupby": ["subject"]}
            ),
            "name_search": lambda: self.call(
                mail, "name_search", [], {"name": "", "domain": by_id}
            ),
            "copy": lambda: self.call(mail, "copy", [ids]),
            "write": lambda: self.call(mail, "write", [ids, {"body": "changed"}]),
            "unlink": lambda: self.call(mail, "unlink", [ids]),
            "star": lambda: self.call(mail, "toggle_message_starred", [ids]),
            "show": lambda: self.call(mail, "write", [ids, {"is_internal": False}]),
            "notifications": lambda: self.call(
                "mail.notification",
                "search_read",
                [[("mail_message_id", "=", message.id)], ["mail_message_id"]],
            ),
            "notification web_read": lambda: self.call(
                "mail.notification",
                "web_read",
                [message.notification_ids.ids],
                {"specification": {"mail_message_id": {"fields": {"body": {}}}}},
            ),
            "notification export": lambda: self.call(
                "mail.notification",
                "export_data",
                [message.notification_ids.ids, ["mail_message_id/body"]],
            ),
            "tracking": lambda: self.call(
                "mail.tracking.value",
                "search_read",
                [[("mail_message_id", "=", message.id)], ["new_value_char"]],
            ),
            "/mail/message": lambda: self.get(f"/mail/message/{message.id}"),
            "/mail/view": lambda: self.get(f"/mail/view?message_id={message.id}"),
            "is_internal": lambda: self.json(
                "/mail/update_is_internal",
                {"message_id": message.id, "is_internal": False},
            ),
            "translate": lambda: self.json(
                "/mail/message/translate", {"message_id": message.id}
            ),
            "content body": lambda: self.get(
                f"/web/content/mail.message/{message.id}/body"
            ),
            "avatar": lambda: self.get(
                f"/web/image/mail.message/{message.id}/author_avatar"
            ),
            "author_avatar": lambda: self.get(
                f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50"
            ),
            "author_avatar with token": lambda: self.get(
                f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50"
                f"?access_token={token}"
            ),
            "recipients": lambda: self.json(
                "/mail/thread/recipients", {**thread, "message_id": message.id}
            ),
        }
        with_message = {"message_id": message.id}
        for suffix, params in self._sign(ticket).items():
            doors |= {
                f"update{suffix}": lambda p=params: self.json(
                    "/mail/message/update_content",
                    {**with_message, **p, "update_data": {"body": "changed"}},
                ),
                f"reaction{suffix}": lambda p=params: self.json(
                    "/mail/message/reaction",
                    {**with_message, **p, "content": "x", "action": "add"},
                ),
                f"link_preview{suffix}": lambda p=params: self.json(
                    "/mail/link_preview", {**with_message, **p}
                ),
            }
        return doors

    def test_notes(self):
        """Internal notes, logs, notes once notified: by no route, id or search."""
        notes = self.notes.filtered(lambda m: m.res_id == self.ana_ticket.id)
        for role in (*OUTSIDERS, "ines"):
            self.sign_in(role)
            doors = self._thread_doors(self.ana_ticket)
            for name, door in doors.items():
                may_see = {"ANAPUB"} if "with" in name else ()
                self.knock(f"thread {name}", door, may_see=may_see)
            for number, note in enumerate(notes):
                for name, door in self._message_doors(self.ana_ticket, note).items():
                    # the token of a mail opens the public part; the core tells all
                    # employees the subjects of what anybody was notified of
                    known = "with" in name or (role == "ines" and "notific" in name)
                    may_see = {"ANAPUB"} if known else ()
                    self.knock(
                        f"note {number} {name}",
                        door,
                        may_see=may_see,
                        may_change=name == "star" and SEES["ANAPUB"][role] == "x",
                    )
        self.assert_no_violations()

    def test_agents_read_notes(self):
        """The doors that are shut to customers are doors: agents pass through them."""
        note = self.notes[0]
        for role in ("laura", "marta", "sam", "mora"):
            self.sign_in(role)
            doors = self._message_doors(self.ana_ticket, note)
            doors |= self._thread_doors(self.ana_ticket)
            for name in ("read", "web_read", "search_read", "/mail/thread/messages"):
                response = self.knock(f"note {name}", doors[name])
                self.expect(f"note {name} is shut", "ANANOTE" in response.seen)
        self.assert_no_violations()

    def test_public_messages(self):
        """Those who see a ticket read its public messages; nobody rewrites them."""
        message = self.public_files[0].sudo()
        message = self.env["mail.message"].search(
            [("attachment_ids", "in", message.ids)]
        )
        reading = ("read", "search_read", "/mail/thread/messages", "chatter_fetch")
        for role in OUTSIDERS:
            self.sign_in(role)
            doors = self._message_doors(self.ana_ticket, message)
            doors |= self._thread_doors(self.ana_ticket)
            for name, door in doors.items():
                reacts = "reaction" in name or name == "star"
                may_see = {"ANAPUB"} if "with" in name else ()
                response = self.knock(
                    f"message {name}", door, may_see=may_see, may_change=reacts
                )
                if name in reading and role != "visitor":
                    self.expect(
                        f"message {name}: {response.error}",
                        ("ANAPUB" in response.seen) == (SEES["ANAPUB"][role] == "x"),
                    )
        self.assert_no_violations()

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def _file_doors(self, ticket, file):
        """Return {name: door} to one file."""
        tokens = {
            "": "",
            " wrong token": "access_token=wrong",
            " ticket's token": f"access_token={ticket.access_token}",
            " other file's token": f"access_token={self._other_token(file)}",
        }
        doors = {
            "read": lambda: self.call("ir.attachment", "read", [file.ids, ["raw"]]),
            "name": lambda: self.call("ir.attachment", "read", [file.ids, ["name"]]),
            "search_read": lambda: self.call(
                "ir.attachment", "search_read", [[("id", "=", file.id)], ["name"]]
            ),
            "by ticket": lambda: self.call(
                "ir.attachment",
                "search_read",
                [
                    [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)],
                    ["name", "datas"],
                ],
            ),
            "export": lambda: self.call(
                "ir.attachment", "export_data", [file.ids, ["name", "datas"]]
            ),
            "token": lambda: self.call(
                "ir.attachment", "generate_access_token", [file.ids]
            ),
            "write": lambda: self.call(
                "ir.attachment", "write", [file.ids, {"public": True}]
            ),
            "unlink": lambda: self.call("ir.attachment", "unlink", [file.ids]),
            "attach": lambda: self.call(
                "helpdesk.ticket",
                "message_post",
                [ticket.ids],
                {"body": "x", "attachment_ids": file.ids},
            ),
            "/mail/message/post": lambda: self.json(
                "/mail/message/post",
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": ticket.id,
                    "post_data": {"body": "x", "attachment_ids": file.ids},
                },
            ),
            "zip": lambda: self.post(
                "/mail/attachment/zip", {"file_ids": str(file.id), "zip_name": "x.zip"}
            ),
            "delete": lambda: self.json(
                "/mail/attachment/delete", {"attachment_id": file.id}
            ),
            "portal remove": lambda: self.json(
                "/portal/attachment/remove", {"attachment_id": file.id}
            ),
            "thumbnail": lambda: self.json(
                "/mail/attachment/update_thumbnail",
                {"attachment_id": file.id, "thumbnail": PNG},
            ),
        }
        for suffix, query in tokens.items():
            for what, path in {
                "content": f"/web/content/{file.id}?{query}",
                "content name": f"/web/content/{file.id}/{file.name}?{query}",
                "content id": f"/web/content?id={file.id}&{query}",
                "content raw": f"/web/content/ir.attachment/{file.id}/raw?{query}",
                "content datas": f"/web/content/ir.attachment/{file.id}/datas?{query}",
                "image": f"/web/image/{file.id}?{query}",
                "image raw": f"/web/image/ir.attachment/{file.id}/raw?{query}",
                "first page": f"/mail/attachment/pdf_first_page/{file.id}?{query}",
            }.items():
                doors[f"{what}{suffix}"] = lambda p=path: self.get(p)
        return doors

    def _other_token(self, file):
        """Return the token of the ticket's public file: it opens that one only."""
        others = self.public_files - file
        return others[0].sudo()._get_raw_access_token()

    def test_files_of_notes(self):
        """Files of internal notes, their names and contents, with whatever token."""
        notes = self.notes.filtered(lambda m: m.res_id == self.ana_ticket.id)
        for role in (*OUTSIDERS, "ines"):
            self.sign_in(role)
            for file in notes.attachment_ids:
                for name, door in self._file_doors(self.ana_ticket, file).items():
                    response = self.knock(f"{file.name} {name}", door)
                    image = response.headers.get("Content-Type", "") == "image/png"
                    self.expect(
                        f"{file.name} {name} is the image",
                        not image or base64.b64decode(PNG) != response.content,
                    )
        self.assert_no_violations()

    def test_files_of_messages(self):
        """Files of messages: opened by the page's links, by whoever sees the page."""
        file = self.public_files[0]
        for role in OUTSIDERS:
            self.sign_in(role)
            for name, door in self._file_doors(self.ana_ticket, file).items():
                self.knock(f"file {name}", door)
            page = self.get(f"/my/ticket/{self.ana_ticket.id}")
            links = html.fromstring(page.content or b"<p/>").xpath(
                f"//a[contains(@href, '/web/content/{file.id}')]/@href"
            )
            may = SEES["ANAPUB"][role] == "x"
            self.expect(
                f"the page has {len(links)} links to the file", bool(links) == may
            )
            for link in links:
                response = self.knock("the link on the page", lambda: self.get(link))
                self.expect("the link opens", response.content == b"%PDF- ANAPUB file")
        self.assert_no_violations()

    def test_token_holders(self):
        """The token of a mail opens the public part of its one ticket, without note."""
        self.sign_in("visitor")
        url = f"/my/ticket/{self.ana_ticket.id}/{self.ana_ticket.access_token}"
        response = self.knock(
            "the link of the mail", lambda: self.get(url), (), ["ANAPUB"]
        )
        self.expect("the link shows nothing", "ANAPUB" in response.seen)
        other = f"/my/ticket/{self.eva_ticket.id}/{self.ana_ticket.access_token}"
        response = self.knock("the token at another ticket", lambda: self.get(other))
        self.expect("another ticket opens", response.status_code == 404)
        self.assert_no_violations()

    def test_upload(self):
        """Nobody puts a file on a ticket they do not see."""
        for role in OUTSIDERS:
            self.sign_in(role)
            self.knock(
                "/mail/attachment/upload",
                lambda: self.post(
                    "/mail/attachment/upload",
                    {
                        "thread_id": str(self.ana_ticket.id),
                        "thread_model": "helpdesk.ticket",
                    },
                    files={"ufile": ("x.pdf", b"x")},
                ),
                may_change=SEES["ANAPUB"][role] == "x",
            )
        self.assert_no_violations()

    def test_no_context_takes_other_words_along(self):
        """What a caller says in the context puts no other message into a mail."""
        self.users["ana"].partner_id.helpdesk_mails = "all"
        before = self.env["mail.mail"].search([])
        for name, value in (
            ("helpdesk_notice_ids", self.notes.ids),
            ("helpdesk_gathered_ids", self.eva_ticket.ids),
            ("helpdesk_details", ["user_id", "access_token"]),
        ):
            ticket = self.ana_ticket.with_user(self.users["ana"])
            ticket.with_context(**{name: value}).message_post(
                body=f"By {name}",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        sent = self.env["mail.mail"].search([]) - before
        bodies = "".join(map(str, sent.mapped("body_html")))
        self.assertIn("By helpdesk_notice_ids", bodies)
        for marker in ("NOTE", "EVA", self.ana_ticket.access_token):
            self.assertNotIn(marker, bodies)
