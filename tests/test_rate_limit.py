import re
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import file_path

from ..models.helpdesk_rate_limit import HelpdeskRateLimit
from ..tools import rate_limit
from .common import HelpdeskCommon
from .portal_common import PDF, PortalCommon

DOOR = "test"


@contextmanager
def real_connections(env):
    """Count by connections of their own in tests, too; forget it all afterwards."""

    def open_cursor(_self, readonly=False):
        return db_connect(env.cr.dbname).cursor()

    with patch.object(HelpdeskRateLimit, "_open_cursor", open_cursor):
        try:
            yield
        finally:
            with open_cursor(None) as cr:
                cr.execute("DELETE FROM helpdesk_rate_limit")


@tagged("post_install", "-at_install")
class TestRateLimit(HelpdeskCommon):
    """One mechanism in the database, shared by workers and servers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(real_connections(cls.env))
        cls.Limit = cls.env["helpdesk.rate.limit"]

    def setUp(self):
        super().setUp()
        with self.Limit._open_cursor() as cr:
            cr.execute("DELETE FROM helpdesk_rate_limit")

    def test_the_limit_holds_until_the_time_that_is_told(self):
        with self.clock("2026-11-22 10:00:00") as now:
            answers = [self.Limit._hit(DOOR, "a", 2, 600) for _use in range(4)]
        opens = fields.Datetime.add(now, minutes=10)
        self.assertEqual(answers, [False, False, opens, opens])
        with self.clock("2026-11-22 10:09:59"):
            self.assertEqual(self.Limit._hit(DOOR, "a", 2, 600), opens)
        with self.clock("2026-11-22 10:10:00"):
            self.assertFalse(self.Limit._hit(DOOR, "a", 2, 600))

    def test_doors_and_keys_are_counted_apart(self):
        self.assertFalse(self.Limit._hit(DOOR, "a", 1, 600))
        self.assertFalse(self.Limit._hit(DOOR, "b", 1, 600))
        self.assertFalse(self.Limit._hit("other", "a", 1, 600))
        self.assertTrue(self.Limit._hit(DOOR, "a", 1, 600))

    def test_asking_does_not_count_and_who_was_right_begins_anew(self):
        self.assertFalse(self.Limit._get_opening(DOOR, "a", 1))
        self.assertFalse(self.Limit._hit(DOOR, "a", 1, 600))
        self.assertTrue(self.Limit._get_opening(DOOR, "a", 1))
        self.Limit._forget(DOOR, "a")
        self.assertFalse(self.Limit._hit(DOOR, "a", 1, 600))

    def test_what_was_counted_stays_when_the_request_fails(self):
        with self.env.cr.savepoint() as savepoint:
            self.assertFalse(self.Limit._hit(DOOR, "a", 1, 600))
            savepoint.rollback()
        self.assertTrue(self.Limit._hit(DOOR, "a", 1, 600))

    def test_uses_at_the_same_moment_are_all_counted(self):
        """Shared by workers: of twelve at once, seven get in, never one more."""
        start, answers = threading.Barrier(12), Counter()
        with patch.object(self.Limit.__class__, "_digest", lambda *_a: "same"):

            def use():
                start.wait()
                answers[bool(self.Limit._hit(DOOR, "a", 7, 600))] += 1

            threads = [threading.Thread(target=use) for _number in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(answers, {False: 7, True: 5})

    def test_keys_are_not_readable_in_the_table(self):
        self.Limit._hit(DOOR, "ana@test.example", 1, 600)
        with self.Limit._open_cursor() as cr:
            cr.execute("SELECT key FROM helpdesk_rate_limit")
            self.assertNotIn("ana", cr.fetchone()[0])

    def test_limits_are_settings(self):
        self.assertEqual(self.Limit._get_limit("submit"), rate_limit.LIMITS["submit"])
        setting = self.env["ir.config_parameter"].sudo()
        setting.set_param("helpdesk_service_portal.limit.submit", "1/60")
        self.assertFalse(self.Limit._hit("submit", 1))
        self.assertTrue(self.Limit._hit("submit", 1))
        setting.set_param("helpdesk_service_portal.limit.submit", "0/0")
        self.assertFalse(self.Limit._hit("submit", 1), "open for good")
        setting.set_param("helpdesk_service_portal.limit.submit", "many")
        self.assertEqual(self.Limit._get_limit("submit"), rate_limit.LIMITS["submit"])

    def test_every_door_has_a_limit(self):
        """What the program counts without a limit of its own is in the table."""
        root = Path(file_path("helpdesk_service_portal/__manifest__.py")).parent
        named = re.compile(r"(?:_hit|limited)\(\s*\"(\w+)\",?(?![^)]*, \d)")
        doors = set()
        for folder in ("controllers", "models"):
            for file in (root / folder).glob("*.py"):
                doors |= set(named.findall(file.read_text()))
        self.assertLessEqual({"submit", "export", "mail_link"}, doors)
        for door in doors - {"proof"}:
            self.assertTrue(self.Limit._get_limit(door), door)

    def test_lines_whose_time_is_over_are_deleted(self):
        with self.clock("2026-11-22 10:00:00"):
            self.Limit._hit(DOOR, "old", 1, 600)
            self.Limit._hit(DOOR, "new", 1, 3600)
        with self.clock("2026-11-22 10:30:00"), self.Limit._open_cursor() as cr:
            self.Limit.with_env(self.env(cr=cr))._gc_lines()
            cr.execute("SELECT count(*) FROM helpdesk_rate_limit")
            self.assertEqual(cr.fetchone(), (1,))


@tagged("post_install", "-at_install")
class TestLimitedForms(PortalCommon):
    """A limited form comes back with everything kept and the time when it may be
    sent; nobody else behind the same network is locked out."""

    def setUp(self):
        super().setUp()
        self.enterContext(real_connections(self.env))
        for door in ("submit", "message", "upload"):
            self.env["ir.config_parameter"].sudo().set_param(
                f"helpdesk_service_portal.limit.{door}", "1/3600"
            )
        self.sign_in()

    def _assert_told(self):
        self.assertRegex(self.text, r"too often .* try again at \d+:\d\d [AP]M \(")

    def test_new_ticket(self):
        self.send_ticket(subject="First")
        tree = self.send_ticket(
            subject="Second",
            description="It smells burnt",
            files=[("attachment", ("receipt.pdf", PDF, "application/pdf"))],
        )
        self._assert_told()
        self.assertEqual(tree.xpath("//input[@name='subject']/@value"), ["Second"])
        self.assertIn("It smells burnt", self.text)
        self.assertIn("receipt.pdf", self.text)
        self.assertTrue(tree.xpath("//input[@name='pending']/@value"))
        self.assertEqual(self.tickets().mapped("name"), ["First"])
        self.sign_in(self.luis)
        self.send_ticket(subject="Third")
        self.assertEqual(self.tickets(self.luis).mapped("name"), ["Third"])

    def test_form_sent_twice_leads_to_its_ticket(self):
        """A double click is no second use that is refused."""
        key = self.key(self.get("/new/ticket"))
        for _click in range(2):
            self.send_ticket(subject="Once", submission_key=key)
            self.assertIn(f"/my/ticket/{self.tickets().id}", self.path)

    def test_answer(self):
        ticket = self._create_ticket()
        self.answer(ticket, "First answer")
        tree = self.answer(ticket, "Second answer")
        self._assert_told()
        texts = tree.xpath("//textarea[@name='message']")
        self.assertIn("Second answer", texts[0].text_content())
        self.assertNotIn("Second answer", " ".join(ticket.message_ids.mapped("body")))

    def test_upload(self):
        data = {"submission_key": self.key(self.get("/new/ticket"))}
        files = {"file": ("receipt.pdf", PDF, "application/pdf")}
        self.post("/my/draft/file", data, files)
        self.post("/my/draft/file", data, files, status=429)
        self.assertIn("too often", self.response.json()["message"])

    def test_sign_up_where_it_is_open(self):
        """Public and costly: creating accounts, where everybody may."""
        setting = self.env["ir.config_parameter"].sudo()
        setting.set_param("helpdesk_service_portal.limit.sign_up_network", "1/3600")
        self.env["website"].search([]).auth_signup_uninvited = "b2c"
        self.authenticate(None, None)
        form = {"name": "Zoe", "password": "Nuevo-Vallarta-2027"}
        form["confirm_password"] = form["password"]
        self.post("/web/signup", {"login": "zoe@test.example", **form})
        self.authenticate(None, None)
        tree = self.post("/web/signup", {"login": "zoe2@test.example", **form})
        self._assert_told()
        field = tree.xpath("//input[@name='login']/@value")
        self.assertEqual(field, ["zoe2@test.example"])
        users = self.env["res.users"].search([("name", "=", "Zoe")])
        self.assertEqual(users.mapped("login"), ["zoe@test.example"])
