# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a monitor asks, and what stands in the log when somebody has to look."""

import re
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.helpdesk_service_portal import tools
from odoo.addons.helpdesk_service_portal.controllers.health import HelpdeskHealth
from odoo.addons.helpdesk_service_portal.models import helpdesk_health
from odoo.addons.helpdesk_service_portal.tools import alerts

from .common import HelpdeskCommon

TOKEN = "a-long-secret-of-the-monitor"
ROOT = Path(tools.__file__).parent.parent


class HealthCommon(HelpdeskCommon):
    def setUp(self):
        super().setUp()
        self.Health = self.env["helpdesk.health"]
        self.env["mail.mail"].search([]).unlink()
        self.env["helpdesk.ticket.mail.log"].search([]).unlink()
        now = fields.Datetime.now()
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        crons.write({"nextcall": fields.Datetime.add(now, hours=1)})
        own = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=", "helpdesk_service_portal")]
        )
        crons.browse(own.mapped("res_id")).active = True
        self.queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.queue.active = True
        self.env.flush_all()
        self.env.cr.execute("UPDATE ir_cron SET failure_count = 0")

    def _get_figures(self):
        self.env.flush_all()
        return self.Health._get_figures()

    def _create_mail(self, minutes, **vals):
        mail = self.env["mail.mail"].create(
            {"subject": "x", "email_to": "x@test.example", "body_html": "x", **vals}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = %s WHERE id = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes), mail.id],
        )
        return mail


@tagged("post_install", "-at_install")
class TestFigures(HealthCommon):
    """Issue 9: "what to monitor (health route, mail log counters, last mail in and
    out, cron delay)"."""

    def test_all_is_well(self):
        figures = self._get_figures()
        self.assertEqual((figures["status"], figures["problems"]), ("ok", []))
        self.assertEqual(figures["cron_late_seconds"], 0)
        self.assertEqual(figures["mails_waiting"], 0)
        self.assertIsNone(figures["last_mail_in"])
        self.assertIsNone(figures["standby_seconds"])

    def test_jobs_do_not_run(self):
        now = fields.Datetime.now()
        self.queue.nextcall = fields.Datetime.subtract(now, minutes=29)
        self.assertEqual(self._get_figures()["status"], "ok")
        self.queue.nextcall = fields.Datetime.subtract(now, minutes=31)
        figures = self._get_figures()
        self.assertEqual(figures["problems"], ["crons_late"])
        self.assertEqual(figures["status"], "failing")
        self.assertGreaterEqual(figures["cron_late_seconds"], 31 * 60)
        self.assertEqual(figures["cron_late_name"], self.queue.cron_name)
        self.env["ir.config_parameter"].set_param(helpdesk_health.MINUTES, 60)
        self.assertEqual(self._get_figures()["status"], "ok")

    def test_jobs_are_off_or_fail(self):
        self.queue.active = False
        figures = self._get_figures()
        self.assertEqual(figures["crons_off"], [self.queue.cron_name])
        self.assertEqual(figures["status"], "failing")
        self.queue.active = True
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_cron SET failure_count = 2 WHERE id = %s", [self.queue.id]
        )
        figures = self._get_figures()
        self.assertEqual(figures["problems"], ["crons_failing"])
        self.assertEqual(figures["status"], "ok")

    def test_mails_are_stuck(self):
        self._create_mail(10)
        self._create_mail(
            600, scheduled_date=fields.Datetime.add(fields.Datetime.now(), hours=1)
        )
        figures = self._get_figures()
        self.assertEqual((figures["status"], figures["mails_waiting"]), ("ok", 1))
        self._create_mail(31)
        figures = self._get_figures()
        self.assertEqual(figures["problems"], ["mails_stuck"])
        self.assertEqual((figures["status"], figures["mails_waiting"]), ("failing", 2))
        self.assertLess(
            figures["mails_waiting_since"],
            fields.Datetime.subtract(fields.Datetime.now(), minutes=30),
        )

    def test_mails_failed(self):
        self._create_mail(10, state="exception")
        self._create_mail(60 * 25, state="exception")
        self._create_mail(
            1, state="exception", helpdesk_retry_date=fields.Datetime.now()
        )
        figures = self._get_figures()
        self.assertEqual(figures["mails_failed_24h"], 2)
        self.assertEqual(figures["mails_retried"], 1)
        self.assertEqual(figures["problems"], ["mails_failed"])

    def test_mails_that_came_in(self):
        """Counted by what became of them, for a day."""
        Log = self.env["helpdesk.ticket.mail.log"]
        for outcome, hours in (
            *(("reply", 1), ("reply", 23), ("reply", 25)),
            *(("held", 1), ("failed", 30)),
        ):
            line = Log.create({"subject": "x", "outcome": outcome})
            self.env.flush_all()
            moment = fields.Datetime.subtract(fields.Datetime.now(), hours=hours)
            self.env.cr.execute(
                "UPDATE helpdesk_ticket_mail_log SET create_date = %s,"
                " decide_before = %s WHERE id = %s",
                [moment, moment, line.id],
            )
        figures = self._get_figures()
        self.assertEqual(figures["mails_in_24h"], {"reply": 2, "held": 1})
        self.assertEqual((figures["mails_to_decide"], figures["mails_overdue"]), (2, 2))
        self.assertEqual(figures["problems"], ["mails_overdue"])
        self.assertTrue(figures["last_mail_in"])

    def test_last_mail_that_left(self):
        message = self._answer(self._create_ticket(), self.laura)
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.eva.partner_id.id,
                "notification_type": "email",
                "notification_status": "sent",
            }
        )
        self.assertTrue(self._get_figures()["last_mail_out"])

    def test_words_for_every_problem(self):
        source = Path(helpdesk_health.__file__).read_text()
        codes = set(re.findall(r'^ {16}\(\s*"(\w+)",', source, re.M))
        self.assertEqual(set(self.Health._get_problem_words()), codes)

    def test_one_statement(self):
        """Cheap, however much there is."""
        for count in (1, 30):
            for _n in range(count):
                self._create_mail(1)
            self.env.flush_all()
            self.Health._get_figures()  # the parameter is read once
            with self.assertQueryCount(3):  # two of them see whether it is a copy
                self.Health._get_figures()

    def test_no_table_is_read_through(self):
        """The counters are found by indexes, whatever the size of the tables."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("SET LOCAL enable_seqscan = off")
        for query in (
            "SELECT count(*) FROM mail_mail WHERE state = 'outgoing'",
            "SELECT count(*) FROM mail_mail WHERE state = 'exception'"
            " AND create_date > now() - interval '1 day'",
            "SELECT count(*) FROM helpdesk_ticket_mail_log"
            " WHERE create_date > now() - interval '1 day'",
        ):
            cr.execute(f"EXPLAIN {query}")
            plan = " ".join(row[0] for row in cr.fetchall())
            self.assertNotIn("Seq Scan", plan)
            self.assertRegex(plan, "state_idx|create_date_idx")


@tagged("post_install", "-at_install")
class TestRoute(HttpCase, HealthCommon):
    """GET /support/health: no session, read only, and nothing told without token."""

    def _ask(self, query="", **headers):
        self.env.flush_all()
        return self.url_open(f"/support/health{query}", headers=headers)

    def test_nothing_is_told_without_the_token(self):
        for query in ("", "?token=", "?token=wrong", f"?token={TOKEN}"):
            answer = self._ask(query)
            self.assertEqual(answer.json(), {"status": "ok"})
            self.assertEqual(answer.status_code, 200)
        self.env["ir.config_parameter"].set_param(helpdesk_health.TOKEN, TOKEN)
        for query in ("", "?token=", "?token=wrong", f"?token={TOKEN}x"):
            self.assertEqual(self._ask(query).json(), {"status": "ok"})

    def test_figures_with_the_token(self):
        self.env["ir.config_parameter"].set_param(helpdesk_health.TOKEN, TOKEN)
        self._create_mail(40)
        for answer in (
            self._ask(f"?token={TOKEN}"),
            self._ask(Authorization=f"Bearer {TOKEN}"),
        ):
            told = answer.json()
            self.assertEqual(answer.status_code, 503)
            self.assertEqual(told["problems"], ["mails_stuck"])
            self.assertTrue(told["mails_waiting_since"].endswith("Z"))
            self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_failing_desk_says_so_to_everybody(self):
        self._create_mail(40)
        answer = self._ask()
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.json(), {"status": "failing"})

    def test_no_session_is_made(self):
        self.opener.cookies.clear()
        answer = self._ask()
        self.assertNotIn("session_id", answer.cookies)

    def test_it_only_reads(self):
        """It works on a standby."""
        routing = HelpdeskHealth.support_health.original_routing
        self.assertIs(routing["readonly"], True)
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        self.assertEqual(self.Health._get_figures()["status"], "ok")
        savepoint.close(rollback=True)


@tagged("post_install", "-at_install")
class TestRetention(HealthCommon):
    """Incoming mails are kept for as long as the company says."""

    def setUp(self):
        super().setUp()
        self.Log = self.env["helpdesk.ticket.mail.log"]
        self.company = self.env.company
        self.company.helpdesk_mail_log_months = 12

    def _create_line(self, days, outcome):
        line = self.Log.create(
            {
                "subject": "x",
                "outcome": outcome,
                "company_id": self.company.id,
                "raw": "RnJvbTogeA==",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_mail_log SET create_date = %s WHERE id = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), days=days), line.id],
        )
        self.env.invalidate_all()
        return line

    def _get_files(self, lines):
        domain = [("res_model", "=", self.Log._name), ("res_id", "in", lines.ids)]
        domain.append(("res_field", "!=", False))
        return self.env["ir.attachment"].search(domain)

    def test_old_lines_go_with_their_mails(self):
        old = self._create_line(370, "refused") | self._create_line(370, "reply")
        young = self._create_line(360, "refused")
        undecided = self._create_line(370, "held") | self._create_line(370, "failed")
        self.assertEqual(len(self._get_files(old)), 2)
        self.assertEqual(self.Log._gc_lines(), (2, 0))
        self.assertFalse(old.exists())
        self.assertFalse(self._get_files(old))
        self.assertEqual(len((young | undecided).exists()), 3)
        line = self.env["helpdesk.audit"].search([], limit=1)
        self.assertEqual(line.event, "retention")

    def test_0_keeps_them_for_ever(self):
        self.company.helpdesk_mail_log_months = 0
        old = self._create_line(4000, "reply")
        self.assertEqual(self.Log._gc_lines(), (0, 0))
        self.assertTrue(old.exists())

    def test_how_long_is_audited(self):
        self.company.with_user(self.env.ref("base.user_admin")).write(
            {"helpdesk_mail_log_months": 6, "helpdesk_audit_months": 24}
        )
        line = self.env["helpdesk.audit"].search([("event", "=", "retention")])
        self.assertEqual(len(line.filtered(lambda one: "12 → 6" in one.details)), 1)


@tagged("post_install", "-at_install")
class TestAlerts(HealthCommon):
    """Issue 9: "log lines worth an alert": one word to look for, all documented."""

    def test_each_kind_is_documented_and_used(self):
        readme = (ROOT / "README.md").read_text()
        source = "".join(
            path.read_text()
            for folder in ("models", "controllers")
            for path in (ROOT / folder).glob("*.py")
        )
        for kind in alerts.KINDS:
            with self.subTest(kind=kind):
                self.assertIn(f"`{kind}`", readme)
                self.assertIn(f'"{kind}"', source)

    def test_held_mail_leaves_a_line(self):
        raw = (
            "From: noreply@shop.example\nTo: nobody@{0}\nSubject: Hi\n"
            "Message-ID: <1@shop.example>\n\nHello\n"
        )
        domain = self.env["mail.alias.domain"].create({"name": "alerts.example"})
        with self.assertLogs("odoo.addons.helpdesk_service_portal", "WARNING") as logs:
            self.env["mail.thread"].message_process(None, raw.format(domain.name))
        self.assertIn("HELPDESK-ALERT mail_held: ", logs.output[0])
