# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from ..wizards.helpdesk_scope_wizard import PARAMETER
from .common import PORTAL, HelpdeskCommon

BASE_RULE = (
    "['|', ('partner_id', 'child_of', [user.commercial_partner_id.id]),"
    " ('message_partner_ids', 'child_of', [user.commercial_partner_id.id])]"
)


@tagged("post_install", "-at_install")
class TestScopeChoice(HelpdeskCommon):
    """What existing contacts see is decided by people who saw who loses what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = (cls.ana | cls.luis | cls.eva).partner_id
        cls.people.helpdesk_scope = "company"
        cls.annex = cls.env["res.partner"].create(
            {"name": "Sol Annex", "is_company": True, "parent_id": cls.hotel.id}
        )
        cls.rita = cls._create_person("Rita Rey", "rita", PORTAL, cls.annex)
        Category = cls.env["helpdesk.ticket.category"]
        cls.private = Category.create({"name": "Staff", "is_private": True})
        create = cls._create_ticket
        cls.anas = create()
        cls.luiss = create(cls.luis)
        cls.hidden = create(cls.luis, category_id=cls.private.id)
        cls.placed = create(cls.luis, location_id=cls.location.id)
        cls.emil = cls._create_person("Emil Ey", "emil", PORTAL, cls.other_hotel)
        cls.evas = create(cls.eva) | create(cls.emil)
        cls.followed = create(cls.eva)
        cls.followed.message_subscribe(cls.luis.partner_id.ids)
        cls.shared = create(cls.eva)
        cls.env["helpdesk.ticket.participant"].create(
            {"ticket_id": cls.shared.id, "partner_id": cls.ana.partner_id.id}
        )
        cls.ritas = create(cls.rita)
        archived = create()
        archived.active = False

    def _open(self, partners=None, first=False):
        Wizard = self.env["helpdesk.scope.wizard"].with_user(self.mora)
        self.env["ir.config_parameter"].set_param(
            PARAMETER, "open" if first else "company"
        )
        return Wizard.browse(Wizard._open(partners)["res_id"])

    def _get_line(self, wizard, user):
        return wizard.line_ids.filtered(lambda line: line.partner_id == user.partner_id)

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def test_numbers_are_what_people_really_see(self):
        """Whatever they manage, share and own, in each scope and before."""
        ana = self.ana.partner_id
        cases = [
            {},
            {"helpdesk_is_manager": True},
            {"helpdesk_location_ids": [(6, 0, self.location.ids)]},
            {
                "helpdesk_is_manager": True,
                "helpdesk_location_ids": [(6, 0, self.location.ids)],
            },
        ]
        for vals in cases:
            ana.write(
                {"helpdesk_is_manager": False, "helpdesk_location_ids": [(5,)]} | vals
            )
            for user in (self.ana, self.luis, self.eva):
                with self.subTest(user=user.login, **vals):
                    line = self._get_line(self._open(first=True), user)
                    seen = self._see_in_each_scope(user)
                    self.assertEqual(
                        {
                            "before": line.seen_before,
                            "company": line.seen_company,
                            "location": line.seen_location,
                            "own": line.seen_own,
                        },
                        seen,
                    )
                    self.assertEqual(line.seen_now, seen["company"])
                    self.assertEqual(line.lost_own, seen["company"] - seen["own"])
                    self.assertEqual(
                        line.lost_location, seen["company"] - seen["location"]
                    )
                    self.assertEqual(
                        line.lost_company, max(seen["before"] - seen["company"], 0)
                    )

    def _see_in_each_scope(self, user):
        """Return how many tickets somebody finds in the portal."""
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        ours, seen = rule.domain_force, {}
        for scope in ("own", "location", "company"):
            user.partner_id.helpdesk_scope = scope
            self.env.flush_all()
            self.env.invalidate_all()
            tickets = self.env["helpdesk.ticket"].with_user(user)
            seen[scope] = tickets.search_count([])
        rule.domain_force = BASE_RULE
        domain = self.env["ir.rule"].with_user(user)._compute_domain("helpdesk.ticket")
        seen["before"] = self.env["helpdesk.ticket"].search_count(
            Domain(domain) & Domain("active", "=", True)
        )
        rule.domain_force = ours
        return seen

    def test_counting_takes_as_many_statements_for_many(self):
        self._count_statements()
        few = self._count_statements()
        for number in range(6):
            user = self._create_person(f"P{number}", f"p{number}", PORTAL, self.hotel)
            user.partner_id.helpdesk_scope = "company"
        self._count_statements()  # accounts were made: caches are filled again
        self.assertEqual(self._count_statements(), few)

    def _count_statements(self):
        wizard = self._open(first=True)
        wizard.line_ids.sudo().unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard._count()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_who_loses_nothing_has_no_line(self):
        alone = self._create_person("Solo", "solo", PORTAL)
        alone.partner_id.helpdesk_scope = "company"
        wizard = self._open(first=True)
        self.assertIn(alone.partner_id, wizard._get_contacts())
        self.assertFalse(self._get_line(wizard, alone))
        self.assertTrue(self._get_line(wizard, self.ana))

    def test_the_wizard_says_what_the_old_rule_showed_beside(self):
        """A colleague's following and subsidiaries opened tickets to all."""
        wizard = self._open(first=True)
        line = self._get_line(wizard, self.ana)
        # followed by Luis, of the annex, and of a category that is private by now
        self.assertEqual(line.seen_before - line.seen_company, 3)
        self.assertIn("a colleague follows", wizard.effect_text)

    # ------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------

    def test_keeping_changes_nobody_and_is_remembered(self):
        wizard = self._open(first=True)
        self.assertTrue(wizard._is_choice_open())
        self.assertEqual(wizard.scope, "company")
        wizard.action_apply()
        self.assertEqual(set(self.people.mapped("helpdesk_scope")), {"company"})
        self.assertFalse(wizard._is_choice_open())
        self.assertEqual(wizard._get_choice(), "company")

    def test_all_see_their_own_and_it_is_audited(self):
        wizard = self._open(first=True)
        wizard.scope = "own"
        wizard.action_apply()
        self.assertEqual(set(self.people.mapped("helpdesk_scope")), {"own"})
        self.assertFalse(self.luiss.with_user(self.ana).is_portal_visible)
        audit = self.env["helpdesk.audit"]
        line = audit.search([("event", "=", "scope_choice")], limit=1)
        self.assertEqual(line.user_id, self.mora)
        self.assertIn("own; all;", line.details)
        changed = audit.search(
            [("event", "=", "scope"), ("partner_id", "in", self.people.ids)]
        )
        self.assertEqual(changed.partner_id, self.people)

    def test_somebody_who_was_set_otherwise_is_left_alone(self):
        self.eva.partner_id.helpdesk_scope = "location"
        wizard = self._open(first=True)
        wizard.scope = "own"
        wizard.action_apply()
        self.assertEqual(self.eva.partner_id.helpdesk_scope, "location")

    def test_colleagues_of_ours_are_left_alone(self):
        self.laura.partner_id.helpdesk_scope = "company"
        wizard = self._open(first=True)
        wizard.scope = "own"
        wizard.action_apply()
        self.assertEqual(self.laura.partner_id.helpdesk_scope, "company")

    def test_only_who_loses_nothing(self):
        self.luiss.active = self.hidden.active = self.placed.active = False
        wizard = self._open(first=True)
        wizard.write({"scope": "own", "apply_to": "harmless"})
        wizard.action_apply()
        self.assertEqual(self.luis.partner_id.helpdesk_scope, "company")
        self.assertEqual(self.ana.partner_id.helpdesk_scope, "own")

    def test_only_who_is_ticked(self):
        wizard = self._open(first=True)
        wizard.write({"scope": "own", "apply_to": "chosen"})
        with self.assertRaises(UserError):
            wizard.action_apply()
        self._get_line(wizard, self.luis).is_chosen = True
        wizard.action_apply()
        self.assertEqual(self.luis.partner_id.helpdesk_scope, "own")
        self.assertEqual(self.ana.partner_id.helpdesk_scope, "company")
        self.assertFalse(wizard._is_choice_open())
        self.assertIn("some contacts", wizard._get_choice_text())

    def test_where_nobody_loses_nothing_is_to_tick(self):
        """A tick asked for before, on another scope, does not stand in the way."""
        alone = self._create_person("Solo", "solo", PORTAL).partner_id
        alone.helpdesk_scope = "company"
        wizard = self._open(alone)
        wizard.write({"scope": "own", "apply_to": "chosen"})
        wizard.action_apply()
        self.assertEqual(alone.helpdesk_scope, "own")

    def test_contacts_are_changed_from_their_list_later(self):
        """Whatever they see now; the choice of the first start stays as it is."""
        self.eva.partner_id.helpdesk_scope = "own"
        pair = (self.ana | self.eva).partner_id
        wizard = self._open(pair)
        self.assertEqual((wizard.scope, wizard.contact_count), ("own", 2))
        wizard.scope = "location"
        wizard.action_apply()
        self.assertEqual(set(pair.mapped("helpdesk_scope")), {"location"})
        self.assertEqual(self.luis.partner_id.helpdesk_scope, "company")
        self.assertEqual(wizard._get_choice(), "company")
        action = self.env.ref(
            "helpdesk_service_portal.helpdesk_scope_wizard_action_contacts"
        )
        found = (
            action.with_user(self.mora)
            .with_context(active_model="res.partner", active_ids=pair.ids)
            .run()
        )
        self.assertEqual(found["res_model"], "helpdesk.scope.wizard")

    def test_only_who_administrates_the_helpdesk_decides(self):
        Wizard = self.env["helpdesk.scope.wizard"]
        wizard = self._open(first=True)
        for user in (self.sam, self.ana):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Wizard.with_user(user)._open()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.with_user(user).action_apply()

    def test_on_an_empty_desk_nothing_is_to_choose(self):
        self.env["ir.config_parameter"].set_param(PARAMETER, False)
        Wizard = self.env["helpdesk.scope.wizard"]
        self.assertFalse(Wizard._is_choice_open())
        self.assertEqual(Wizard._get_choice_text(), "")
        self.assertEqual(
            self.env["res.partner"].create({"name": "New"}).helpdesk_scope, "own"
        )
