from odoo.tests import tagged

from odoo.addons.helpdesk_service_portal.hooks import uninstall_hook

from .access_common import AccessCase


@tagged("post_install", "-at_install")
class TestRights(AccessCase):
    """Rights of the base that this module repairs, and gives back when it leaves."""

    def test_acls_are_repaired(self):
        """Visitors do not write stages; agents with own tickets read types."""
        Stage = self.env["helpdesk.ticket.stage"]
        self.assertFalse(Stage.with_user(self.users["visitor"]).has_access("write"))
        for role in ("laura", "marta"):
            Type = self.env["helpdesk.ticket.type"].with_user(self.users[role])
            self.assertTrue(Type.has_access("read"))

    def test_no_writing_by_visitors(self):
        """No right of ours or of the base lets visitors write anything."""
        public = self.env.ref("base.group_public")
        rights = self.env["ir.model.access"].search(
            [
                ("model_id.model", "=like", "helpdesk.%"),
                ("group_id", "in", [public.id, False]),
            ]
        )
        for right in rights:
            self.assertFalse(
                right.perm_write or right.perm_create or right.perm_unlink, right.name
            )

    def test_uninstall_hook(self):
        """Uninstalling gives the base its portal rule and its rights back."""
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        self.assertIn("is_portal_visible", rule.domain_force)
        uninstall_hook(self.env)
        self.assertNotIn("is_portal_visible", rule.domain_force)
        tickets = self.env["helpdesk.ticket"].with_user(self.ana).search([])
        self.assertIn(self.ana_ticket, tickets)
        self.assertNotIn(self.eva_ticket, tickets)
        tickets = self.env["helpdesk.ticket"].with_user(self.luis).search([])
        self.assertIn(self.ana_ticket, tickets, "the base shows the whole company's")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET team_id = NULL WHERE id = %s",
            [self.ana_ticket.id],
        )
