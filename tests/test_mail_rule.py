# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the subject of a mail says: codes as data, patterns that take no time."""

import time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..tools import mail_subject
from .test_mail_new import MailNewCommon

RULE = "helpdesk.ticket.mail.rule"


@tagged("post_install", "-at_install")
class TestMailRule(MailNewCommon):
    def test_a_code_sets_the_priority(self):
        """S3-34 Subject = number + underscore + short text, e.g. `1_SIN INTERNET ÁREA
        DE SERVICIOS`. S3-35 1 = very urgent and important; 2 = not urgent but
        important; 3 = neither urgent nor important. Each sets the priority."""
        for code, priority in (("1", "3"), ("2", "1"), ("3", "0")):
            ticket = self._open(subject=f"{code}_SIN INTERNET ÁREA DE SERVICIOS")
            self.assertEqual(ticket.priority, priority, code)
            self.assertEqual(ticket.name, "SIN INTERNET ÁREA DE SERVICIOS")

    def test_the_original_subject_stays_in_the_message(self):
        """S3-36 The code is not part of the title; the mail keeps it."""
        ticket = self._open(subject="1_SIN INTERNET")
        original = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(original.subject, "1_SIN INTERNET")

    def test_without_a_code_the_default_holds(self):
        """S3-36 Subject without a code still works, with default priority."""
        ticket = self._open(subject="Sin internet")
        self.assertEqual((ticket.priority, ticket.name), ("1", "Sin internet"))

    def test_people_write_it_in_many_ways(self):
        """S3-34 Tolerant of "RE:", "Fwd:", "RV:", spaces and `-.:`."""
        apply = self.env[RULE]._apply
        for subject in (
            "1_Sin internet",
            "RE: 1_Sin internet",
            "RV: Fwd: 1 _ Sin internet",
            "1-Sin internet",
            "1. Sin internet",
            "1: Sin internet",
            "  1 - Sin internet",
        ):
            values = apply(self.team, subject, {})
            self.assertEqual(
                (values.get("priority"), values["name"]), ("3", "Sin internet"), subject
            )

    def test_other_numbers_are_no_code(self):
        """S3-36 What only looks like a code stays in the title."""
        for subject in ("1.5 GB are missing", "2-3 rooms", "3:30 pm check-in", "10_x"):
            values = self.env[RULE]._apply(self.team, subject, {})
            self.assertEqual((values.get("priority"), values["name"]), (None, subject))

    def test_answers_change_nothing(self):
        """S3-35 The first mail only: an answer with a code does not raise it."""
        ticket = self._open(subject="3_Sin internet")
        line = self._receive(subject=f"Re: [#{ticket.number}] 1_Sin internet")
        self.assertEqual((line.outcome, line.ticket_id), ("reply", ticket))
        self.assertEqual(ticket.priority, "0")

    def test_rules_are_data(self):
        """S3-35 Subject codes as editable records, for one team or all."""
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Invoice"})
        category = self.env["helpdesk.ticket.category"].create({"name": "Invoicing"})
        other = self._create_team("Billing", self.mora)
        rule = self.env[RULE].create(
            {
                "name": "Invoices",
                "subject_pattern": "factura|invoice",
                "team_id": self.team.id,
                "category_id": category.id,
                "tag_ids": tag.ids,
                "strip_match": False,
            }
        )
        ticket = self._open(subject="1_Factura de mayo")
        self.assertEqual((ticket.category_id, ticket.tag_ids), (category, tag))
        self.assertEqual((ticket.priority, ticket.name), ("3", "Factura de mayo"))
        values = self.env[RULE]._apply(other, "Factura de mayo", {})
        self.assertEqual(values, {"name": "Factura de mayo"})
        rule.active = False
        self.assertFalse(self._open(subject="Factura de junio").category_id)

    def test_the_first_rule_that_says_it_wins(self):
        rules = self.env[RULE].create(
            [
                {"name": "b", "subject_pattern": "wifi", "priority": "2"},
                {"name": "a", "subject_pattern": "wifi", "priority": "0"},
            ]
        )
        rules[1].sequence, rules[0].sequence = 1, 2
        self.assertEqual(self._open(subject="WiFi").priority, "0")

    def test_bad_patterns_are_refused(self):
        """A pattern is validated: no syntax errors, nothing that takes for ever."""
        for pattern in ("(", "(a+)+$", "(a|ab)*c", r"(.+)\1", ".*a.*b.*c", "x" * 300):
            with self.assertRaises(ValidationError, msg=pattern):
                self.env[RULE].create({"name": "Bad", "subject_pattern": pattern})

    def test_accepted_patterns_are_quick_on_hostile_subjects(self):
        """... and is bounded in time."""
        patterns = ("^.*a.*b.*c", ".*x.*y", "(?:a{0,200}){1}b", r"\w+\s*=")
        for pattern in patterns:
            mail_subject.check_pattern(pattern)
            for subject in ("a" * 5000, "ab" * 5000, " " * 5000):
                start = time.perf_counter()
                mail_subject.match_subject(pattern, subject)
                self.assertLess(time.perf_counter() - start, 1, pattern)

    def test_it_can_be_tried(self):
        rule = self.env.ref("helpdesk_service_portal.mail_rule_urgent")
        tried = self.env[RULE].new({"test_subject": "RE: 1_No WiFi"}, origin=rule)
        self.assertIn("“No WiFi”", tried.test_result)
        tried.test_subject = "No WiFi"
        self.assertIn("does nothing", tried.test_result)

    def test_managers_write_them(self):
        rule = self.env.ref("helpdesk_service_portal.mail_rule_urgent")
        rule.with_user(self.mora).priority = "2"
        for user in (self.sam, self.laura):
            with self.assertRaises(AccessError):
                rule.with_user(user).priority = "1"
        for user in (self.ana, self.ines):
            with self.assertRaises(AccessError):
                rule.with_user(user).read(["subject_pattern"])


@tagged("post_install", "-at_install")
class TestMachinesThatAreAccepted(MailNewCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.location.write(
            {
                "name": "Quinta Aurora",
                "code": "NVA7",
                "manager_ids": cls.luis.partner_id.ids,
            }
        )
        cls.env[RULE].create(
            {
                "name": "Alarms",
                "subject_pattern": "alarm",
                "accept_no_reply": True,
                "strip_match": False,
            }
        )

    def test_the_hotel_it_names_asks(self):
        """A no-reply mail that a rule knows is of the hotel it names."""
        for body in ("Site NVA7 is down", "QUINTA AURORA is down"):
            ticket = self._open("noreply@monitor.example", subject="ALARM", body=body)
            self.assertEqual(ticket.partner_id, self.luis.partner_id)
            self.assertEqual(ticket.location_id, self.location)
            self.assertEqual(ticket.partner_email, "luis@test.example")

    def test_it_is_held_without_a_hotel_or_a_rule(self):
        for subject, body in (("ALARM", "Something is down"), ("News", "NVA7")):
            line = self._receive("noreply@monitor.example", subject=subject, body=body)
            self.assertEqual(line.outcome, "held", subject)
        self.assertFalse(self._get_tickets())
