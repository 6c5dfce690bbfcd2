# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import Mock, patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.helpdesk_service_portal.models import helpdesk_audit

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestAudit(HelpdeskCommon, HttpCase):
    """Issue 7 "Audit. Who exported, opened a confidential file, changed scope, invited,
    removed, reset: append-only, for managers, retention in months."
    """

    def setUp(self):
        super().setUp()
        self.Audit = self.env["helpdesk.audit"]
        self.line = self._log("invited", partner=self.luis.partner_id)

    def _log(self, event, user=None, **kwargs):
        self.Audit.with_user(user or self.ana)._log(event, **kwargs)
        return self.Audit.search([], limit=1)

    def test_line_says_who_what_whom_and_when(self):
        """The line names who is signed in, whom it was done to, and the ticket."""
        ticket = self._create_ticket()
        line = self._log(
            "removed", partner=self.luis.partner_id, ticket=ticket, details="by hand"
        )
        self.assertEqual(line.event, "removed")
        self.assertEqual(line.user_id, self.ana)
        self.assertEqual(line.user_name, "Ana Pérez <ana@test.example>")
        self.assertEqual(line.partner_id, self.luis.partner_id)
        self.assertEqual(line.partner_name, "Luis Mora <luis@test.example>")
        self.assertEqual(line.ticket_number, ticket.number)
        self.assertEqual(line.details, "by hand")
        self.assertAlmostEqual(
            line.create_date, fields.Datetime.now(), delta=timedelta(minutes=1)
        )

    def test_names_outlive_people_and_tickets(self):
        """A line says what it said when person and ticket are gone."""
        guest = self.env["res.partner"].create(
            {"name": "Guest", "email": "g@x.example"}
        )
        ticket = self._create_ticket()
        line = self._log("scope", partner=guest, ticket=ticket)
        number = ticket.number
        ticket.unlink()
        guest.unlink()
        line.invalidate_recordset()
        self.assertFalse(line.partner_id or line.ticket_id)
        self.assertEqual(line.partner_name, "Guest <g@x.example>")
        self.assertEqual(line.ticket_number, number)

    def test_nobody_changes_it_over_rpc(self):
        """ "append-only": managers read; writing, adding and deleting are refused."""
        self.mora.group_ids |= self.env.ref("base.group_system")
        self.authenticate(self.mora.login, self.mora.login)
        for method, args in (
            ("write", [self.line.ids, {"details": "nothing"}]),
            ("unlink", [self.line.ids]),
            ("create", [{"event": "export", "company_id": self.env.company.id}]),
            ("copy", [self.line.ids]),
        ):
            with self.subTest(method), self.assertRaises(Exception) as caught:
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/helpdesk.audit/{method}",
                    {
                        "model": "helpdesk.audit",
                        "method": method,
                        "args": args,
                        "kwargs": {},
                    },
                )
            self.assertIn("AccessError", str(caught.exception))
        self.assertEqual(self.line.with_user(self.mora).event, "invited")

    def test_rights_given_by_hand_change_nothing(self):
        """ "append-only" holds also after an administrator ticked all rights."""
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "helpdesk.audit")]
        ).write({"perm_write": True, "perm_create": True, "perm_unlink": True})
        line = self.line.with_user(self.mora)
        with self.assertRaises(AccessError):
            line.write({"details": "nothing"})
        with self.assertRaises(AccessError):
            line.unlink()
        with self.assertRaises(AccessError):
            line.create({"event": "export", "company_id": self.env.company.id})
        with self.assertRaises(AccessError):
            self.line.sudo().write({"details": "nothing"})

    def test_read_by_managers_alone(self):
        """ "for managers": neither agents nor customers read it."""
        self.assertTrue(self.Audit.with_user(self.mora).search_count([]))
        for user in (self.sam, self.ines, self.ana):
            with self.assertRaises(AccessError):
                self.Audit.with_user(user).search_count([])

    def test_lines_of_other_companies(self):
        """A manager reads the lines of the own companies."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        clerk = self._create_person("Clerk", "clerk", "base.group_user")
        clerk.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        line = self._log("export", user=clerk)
        self.assertEqual(line.company_id, company)
        self.assertNotIn(line, self.Audit.with_user(self.mora).search([]))

    def test_address_of_the_request(self):
        """The address the request came from is kept."""
        request = Mock()
        request.httprequest.remote_addr = "203.0.113.7"
        with patch.object(helpdesk_audit, "request", request):
            self.assertEqual(self._log("export").address, "203.0.113.7")

    def test_kept_for_the_months_of_the_setting(self):
        """ "retention in months": older lines go, 0 keeps them for ever."""
        self.env.company.helpdesk_audit_months = 2
        self.env.cr.execute(
            "UPDATE helpdesk_audit SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=70), self.line.id],
        )
        young = self._log("export")
        self.env.company.helpdesk_audit_months = 0
        self.Audit._gc_lines()
        self.assertTrue(self.line.exists())
        self.env.company.helpdesk_audit_months = 2
        self.assertEqual(self.Audit._gc_lines(), (1, 0))
        self.assertFalse(self.line.exists())
        self.assertTrue(young.exists())
