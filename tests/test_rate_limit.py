import threading
from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..models.helpdesk_rate_limit import HelpdeskRateLimit
from ..tools import rate_limit
from .common import HelpdeskCommon

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

    def test_lines_whose_time_is_over_are_deleted(self):
        with self.clock("2026-11-22 10:00:00"):
            self.Limit._hit(DOOR, "old", 1, 600)
            self.Limit._hit(DOOR, "new", 1, 3600)
        with self.clock("2026-11-22 10:30:00"), self.Limit._open_cursor() as cr:
            self.Limit.with_env(self.env(cr=cr))._gc_lines()
            cr.execute("SELECT count(*) FROM helpdesk_rate_limit")
            self.assertEqual(cr.fetchone(), (1,))
