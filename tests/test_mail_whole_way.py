# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From a customer's mail program to the acknowledgement, over real servers.

SMTP to the customer's side, Dovecot's mailbox, IMAP or POP or a pipe to Odoo, and SMTP
from Odoo to a server that keeps what it is given.
"""

import base64
import email
import imaplib
import poplib
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.helpdesk_service_portal.models import mail_thread

from .mail_corpus.builder import DESK, mail
from .mail_in_common import MailboxCommon, acknowledge
from .mail_servers import PASSWORD, Dovecot, SmtpServer

SCRIPT = Path(mail_thread.__file__).parent.parent / "tools" / "mailgate.py"
LOGGERS = (
    "odoo.addons.mail.models.fetchmail",
    "odoo.addons.helpdesk_service_portal.models.fetchmail_server",
)


@tagged("post_install", "-at_install")
class TestMailWholeWay(HttpCase, MailboxCommon):
    """S1-04 "Every email becomes a numbered ticket", however it comes to us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = Dovecot()
        cls.addClassCleanup(cls.dovecot.end)
        cls.sink = SmtpServer()
        cls.addClassCleanup(cls.sink.end)
        # the customer's provider hands over to ours, which puts it into the mailbox
        cls.provider = SmtpServer(lambda raw: cls.dovecot.deliver(cls.mailbox, raw))
        cls.addClassCleanup(cls.provider.end)
        domain = cls.env["mail.alias.domain"].create({"name": "desk.example"})
        cls.team.write({"alias_name": "support", "alias_domain_id": domain.id})
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": cls.sink.port}
        )

    def setUp(self):
        super().setUp()
        type(self).mailbox = self._testMethodName
        self.sink.mails.clear()

    def _create_server(self, kind):
        server = self.env["fetchmail.server"].create(
            {
                "name": kind,
                "server_type": kind,
                "server": "127.0.0.1",
                "port": self.dovecot.imap if kind == "imap" else self.dovecot.pop,
                "user": self.mailbox,
                "password": PASSWORD,
            }
        )
        server.button_confirm_login()
        return server

    def _fetch(self, server):
        """Fetch as the cron does."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            server.with_env(server.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()

    def _send(self, name, **options):
        raw = mail(name, sender="Rosa <rosa@hotel.example>", **options)
        self.provider.send(raw, "rosa@hotel.example", [DESK])

    @contextmanager
    def _imap(self):
        client = imaplib.IMAP4("127.0.0.1", self.dovecot.imap)
        client.login(self.mailbox, PASSWORD)
        client.select()
        try:
            yield client
        finally:
            client.logout()

    def _count_unread(self):
        with self._imap() as client:
            return len(client.search(None, "UNSEEN")[1][0].split())

    def _count_in_box(self):
        client = poplib.POP3("127.0.0.1", self.dovecot.pop)
        client.user(self.mailbox)
        client.pass_(PASSWORD)
        count = client.stat()[0]
        client.quit()
        return count

    def _get_acknowledgement(self):
        """Send the queue; return the one mail that the sink was given."""
        acknowledge(self.env)
        due = self.env["mail.mail"].search([("state", "=", "outgoing")])
        due.scheduled_date = False
        with patch.object(IrMail_Server, "_disable_send", lambda server: False):
            due.send()
        mails = [email.message_from_bytes(raw, policy=SMTP) for raw in self.sink.mails]
        (mine,) = [one for one in mails if "rosa@hotel.example" in one["To"]]
        return mine

    def _check_ticket(self, name):
        """Check that one ticket came of it, and what its sender was told."""
        ticket = self._get_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertIn(name, ticket.description)
        self.assertEqual(ticket.partner_id.email, "rosa@hotel.example")
        self.assertEqual(self._get_lines().mapped("outcome"), ["ticket"])
        told = self._get_acknowledgement()
        self.assertIn(f"#{ticket.number}", told["Subject"])
        self.assertIn("support@desk.example", told["Reply-To"])
        self.assertIn(ticket.number, told.get_body(("plain",)).get_content())
        return ticket, told

    def test_by_imap(self):
        """S1-06 The acknowledgement carries the number; answering it answers."""
        server = self._create_server("imap")
        self._send("by-imap")
        self.assertEqual(self._count_unread(), 1)
        self._fetch(server)
        ticket, told = self._check_ticket("by-imap")
        self.assertEqual(self._count_unread(), 0)
        self._send(
            "answered", extra=f"In-Reply-To: {told['Message-ID']}\n", subject="Re: WiFi"
        )
        self._fetch(server)
        self.assertEqual(self._get_lines()[-1:].outcome, "reply")
        self.assertIn("answered", str(ticket.message_ids[:1].body))

    def test_by_pop(self):
        server = self._create_server("pop")
        self._send("by-pop")
        self.assertEqual(self._count_in_box(), 1)
        self._fetch(server)
        self._check_ticket("by-pop")
        self.assertEqual(self._count_in_box(), 0)

    def _break(self, error):
        """Let processing raise, after what it wrote."""
        thread = self.registry["mail.thread"]
        receive = thread._receive_mail

        def fail(self, incoming):
            receive(self, incoming)
            raise error

        return patch.object(thread, "_receive_mail", fail)

    def test_what_was_not_kept_stays_in_the_mailbox(self):
        """S1-04 Nothing is marked or deleted before it is kept: the next try has it."""
        for kind, count in (("imap", self._count_unread), ("pop", self._count_in_box)):
            with self.subTest(kind=kind):
                type(self).mailbox = f"kept_{kind}"
                self.last_ticket = self._get_tickets()[-1:].id or self.last_ticket
                server = self._create_server(kind)
                self._send(f"first-{kind}")
                self._send(f"second-{kind}")
                with (
                    self._break(SerializationFailure("two at once")),
                    mute_logger(*LOGGERS),
                ):
                    self._fetch(server)
                self.assertEqual(count(), 2)
                self.assertFalse(self._get_tickets())
                self._fetch(server)
                self.assertEqual(count(), 0)
                self.assertEqual(len(self._get_tickets()), 2)

    def test_what_is_for_nobody_is_kept_on_a_line(self):
        """S1-04 A mail that Odoo cannot process is not marked as read and forgotten."""
        server = self._create_server("imap")
        self.provider.send(
            mail("for-nobody", to="x@elsewhere.example"), "r@h.example", [DESK]
        )
        with mute_logger(*LOGGERS):
            self._fetch(server)
        line = self._get_lines()
        self.assertEqual((line.outcome, line.reason), ("failed", "other"))
        self.assertIn(b"for-nobody", base64.b64decode(self._get_raw(line)))
        self.assertEqual(self._count_unread(), 0)

    # ------------------------------------------------------------
    # HTTP and the pipe
    # ------------------------------------------------------------

    def _create_key(self, groups):
        user = new_test_user(self.env, "gateway", groups=groups)
        expiry = fields.Datetime.add(fields.Datetime.now(), days=1)
        keys = self.env["res.users.apikeys"].with_user(user)
        return keys._generate("rpc", "gateway", expiry)

    def _post_mail(self, raw, key):
        return self.url_open(
            "/helpdesk/mail",
            data=raw,
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "message/rfc822",
            },
        ).status_code

    def test_by_http(self):
        key = self._create_key(
            "base.group_user,helpdesk_service_portal.group_mail_gateway"
        )
        raw = mail("by-http", sender="Rosa <rosa@hotel.example>")
        self.assertEqual(self._post_mail(raw, key), 204)
        self.env.invalidate_all()
        self._check_ticket("by-http")
        self.assertEqual(self._post_mail(raw, key), 204)
        self.assertEqual(len(self._get_tickets()), 1)

    def test_who_may_use_the_door(self):
        """S1-04 Nobody but the mail server hands in mails in others' names."""
        raw = mail("by-somebody")
        self.assertEqual(self._post_mail(raw, "wrong"), 401)
        key = self._create_key("base.group_user")
        self.assertEqual(self._post_mail(raw, key), 403)
        self.assertFalse(self._get_tickets())

    def test_http_refuses_what_is_for_nobody(self):
        key = self._create_key(
            "base.group_user,helpdesk_service_portal.group_mail_gateway"
        )
        raw = mail("for-nobody", to="x@elsewhere.example")
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.assertEqual(self._post_mail(raw, key), 422)
        self.assertEqual(self._post_mail(b"\r\n", key), 400)

    def _pipe(self, raw, url, key="", database=None):
        """Run the script as postfix does; return its status and what it says."""
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(f"{key}\n")
            file.flush()
            done = subprocess.run(
                [
                    *(sys.executable, SCRIPT, "--url", url, "--key-file", file.name),
                    *("--database", database or self.env.cr.dbname),
                ],
                input=raw,
                capture_output=True,
                check=False,
                timeout=60,
            )
        return done.returncode, done.stderr.decode()

    def test_by_pipe(self):
        key = self._create_key(
            "base.group_user,helpdesk_service_portal.group_mail_gateway"
        )
        raw = mail("by-pipe", sender="Rosa <rosa@hotel.example>")
        with self.allow_requests(all_requests=True):
            self.assertEqual(self._pipe(raw, self.base_url(), key), (0, ""))
        self.env.invalidate_all()
        self._check_ticket("by-pipe")

    def test_pipe_changes_no_byte(self):
        """S1-04 Every byte arrives, also of what is not UTF-8."""
        received = []
        with self._fake_helpdesk(204, received) as url:
            raw = mail("by-pipe", "Habitación \0\xff".encode("latin-1"))
            self.assertEqual(self._pipe(raw, url, "key"), (0, ""))
        ((path, headers, body),) = received
        self.assertEqual(path, "/helpdesk/mail")
        self.assertEqual(body, raw)
        self.assertEqual(headers["Authorization"], "Bearer key")
        self.assertEqual(headers["X-Odoo-Database"], self.env.cr.dbname)

    def test_pipe_keeps_the_mail_whatever_happens(self):
        """S1-04 The mail server tries again for days; the sender is told only where
        the address does not exist."""
        for answer, status in ((422, 67), (403, 75), (401, 75), (500, 75), (200, 75)):
            with self.subTest(answer=answer), self._fake_helpdesk(answer, []) as url:
                code, said = self._pipe(b"mail", url, "secret-key")
                self.assertEqual(code, status)
                self.assertNotIn("secret-key", said)
        self.assertEqual(self._pipe(b"mail", "http://127.0.0.1:9")[0], 75)
        self.assertEqual(self._pipe(b"mail", "nonsense")[0], 75)

    @contextmanager
    def _fake_helpdesk(self, status, received):
        """A door that answers always the same and keeps what it was given."""

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.path, dict(self.headers), body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args):
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Door)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
