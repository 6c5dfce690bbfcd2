from odoo.tests import tagged

from odoo.addons.helpdesk_service_portal import hooks

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestHooks(HelpdeskCommon):
    """Installing completes what is there, uninstalling gives it back."""

    def test_requesters_and_following_customers_of_old_tickets_take_part(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.message_subscribe((self.luis | self.laura).partner_id.ids)
        ticket.participant_ids.unlink()
        ticket.message_subscribe(self.luis.partner_id.ids)
        hooks._fill_participants(self.env)
        ticket.invalidate_recordset()
        sources = {p.partner_id: p.source for p in ticket.participant_ids}
        self.assertEqual(
            sources,
            {self.ana.partner_id: "requester", self.luis.partner_id: "agent"},
        )

    def test_old_tickets_are_found_by_their_words(self):
        ticket = self._create_ticket(name="Niñera")
        ticket.search_text = False
        hooks._fill_search_text(self.env)
        self.assertIn("ninera", ticket.search_text)

    def test_uninstalling_gives_the_base_its_rule_rights_and_mails_back(self):
        template = self.env.ref("helpdesk_service_portal.mail_template_solved")
        self.stages["solved"].mail_template_id = template
        hooks.uninstall_hook(self.env)
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        self.assertNotIn("is_portal_visible", rule.domain_force)
        ticket = self._create_ticket()
        tickets = self.env["helpdesk.ticket"].with_user(self.luis).sudo()
        domain = (
            self.env["ir.rule"]
            .with_user(self.luis)
            ._compute_domain("helpdesk.ticket", "read")
        )
        self.assertIn(ticket, tickets.search(domain), "the base shows the company")
        self.assertEqual(
            self.stages["solved"].mail_template_id,
            self.env.ref("helpdesk_mgmt.closed_ticket_template"),
        )

    def test_companies_let_customers_choose_category_and_type(self):
        """S3-12 Category: chosen from a list. S3-13 Ticket type: question / request /
        incident."""
        company = self.env["res.company"].create({"name": "Branch"})
        for each in company | self.env.ref("base.main_company"):
            self.assertTrue(each.helpdesk_mgmt_portal_select_category)
            self.assertTrue(each.helpdesk_mgmt_portal_type)

    def test_updating_keeps_our_portal_rule(self):
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        self.assertEqual(rule.domain_force, "[('is_portal_visible', '=', True)]")
