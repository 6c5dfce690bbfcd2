from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestRequests(HelpdeskCommon, HttpCase):
    """Nothing that can stand in an address answers 500 or tells too much."""

    def test_a_parameter_named_self_is_ignored(self):
        self.authenticate(self.ana.login, self.ana.login)
        self.assertEqual(self.url_open("/my/tickets?self=1").status_code, 200)

    def test_an_address_with_nul_is_a_bad_request(self):
        self.assertEqual(self.url_open("/my/ticket/%00").status_code, 400)

    def test_customers_do_not_sort_or_group_by_fields_that_lead_elsewhere(self):
        Ticket = self._create_ticket().with_user(self.ana).browse()
        for field in ("user_ids", "duplicate_tracking_enabled"):
            with self.subTest(field=field), self.assertRaises(AccessError):
                Ticket.search([], order=field)
            with self.subTest(field=field), self.assertRaises(AccessError):
                Ticket._read_group([], [field], ["__count"])

    def test_customers_do_not_search_by_fields_outside_the_whitelist(self):
        Ticket = self._create_ticket().with_user(self.ana).browse()
        for domain in (
            [("message_is_follower", "=", True)],
            [("has_message", "=", True)],
            [("activity_state", "=", "overdue")],
            [("user_ids", "!=", False)],
            [("duplicate_tracking_enabled", "=", False)],
            [("message_ids.body", "ilike", "secret")],
            ["|", ("name", "ilike", "x"), ("participant_ids.sees_from", "=", False)],
        ):
            with self.subTest(domain=domain), self.assertRaises(AccessError):
                Ticket.search(domain)
        self.assertTrue(Ticket.search([("is_portal_visible", "=", True)]))
