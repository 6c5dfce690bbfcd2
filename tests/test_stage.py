from odoo.tests import tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestStage(HelpdeskCommon):
    """People name stages, the code knows kinds."""

    def _stage(self, **vals):
        return self.env["helpdesk.ticket.stage"].create({"name": "Any", **vals})

    def test_kind_follows_the_flags_of_the_base(self):
        self.assertEqual(self._stage().kind, "in_progress")
        self.assertEqual(self._stage(unattended=True).kind, "new")
        self.assertEqual(self._stage(closed=True).kind, "closed")

    def test_kind_sets_the_flags_of_the_base(self):
        for kind, closed, unattended in (
            ("new", False, True),
            ("in_progress", False, False),
            ("waiting_customer", False, False),
            ("waiting_other", False, False),
            ("solved", True, False),
            ("closed", True, False),
        ):
            with self.subTest(kind=kind):
                stage = self._stage(kind=kind)
                self.assertEqual(bool(stage.closed), closed)
                self.assertEqual(bool(stage.unattended), unattended)
                self.assertEqual(stage.kind, kind)

    def test_kind_stays_while_the_flags_agree(self):
        stage = self._stage(kind="solved")
        stage.closed = True
        self.assertEqual(stage.kind, "solved")
        stage.closed = False
        self.assertEqual(stage.kind, "in_progress")

    def test_flags_that_are_null_agree_with_false(self):
        stage = self._stage(kind="waiting_customer")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_stage SET closed=NULL, unattended=NULL WHERE id=%s",
            [stage.id],
        )
        stage.invalidate_recordset()
        stage._compute_kind()
        self.assertEqual(stage.kind, "waiting_customer")

    def test_stages_of_the_base_have_the_kind_they_mean(self):
        for name, kind in (
            ("new", "new"),
            ("in_progress", "in_progress"),
            ("awaiting", "waiting_customer"),
            ("done", "solved"),
            ("cancelled", "closed"),
            ("rejected", "closed"),
        ):
            stage = self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            self.assertEqual(stage.kind, kind, name)

    def test_a_stage_of_the_team_wins_over_a_shared_one(self):
        shared = self._stage(kind="solved", sequence=0)
        self.assertEqual(self.team._get_stage("solved"), self.stages["solved"])
        self.stages["solved"].active = False
        self.assertIn(self.team._get_stage("solved"), shared | shared.search([]))

    def test_changing_the_kind_of_a_stage_changes_its_tickets(self):
        ticket = self._create_ticket(stage_id=self.stages["in_progress"].id)
        self.stages["in_progress"].kind = "waiting_other"
        self.assertEqual(ticket.stage_kind, "waiting_other")
        self.assertEqual(ticket.turn, "other")
