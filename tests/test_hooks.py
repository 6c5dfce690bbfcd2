from datetime import datetime

from odoo.tests import tagged
from odoo.tools import sql

from odoo.addons.helpdesk_service_portal import hooks
from odoo.addons.helpdesk_service_portal.tools import moving_in

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestHooks(HelpdeskCommon):
    """Installing completes what is there, uninstalling gives it back."""

    def _make_old(self, ticket, **columns):
        """Give a ticket what only the base would have written."""
        self.env.flush_all()
        for column in ("team_id", "partner_id"):
            sql.drop_not_null(self.env.cr, "helpdesk_ticket", column)
        for column, value in columns.items():
            self.env.cr.execute(
                f"UPDATE helpdesk_ticket SET {column} = %s WHERE id = %s",
                [value, ticket.id],
            )
        self.env.invalidate_all()

    def test_tickets_without_a_team_get_the_assignees_or_the_companys(self):
        mine = self._create_ticket(user_id=self.laura.id)
        nobodys = self._create_ticket()
        other = self._create_team("Other desk", self.marta)
        other.sequence = self.team.sequence - 1
        before = mine.write_date
        for ticket in mine | nobodys:
            self._make_old(ticket, team_id=None)
        moving_in.fill_teams(self.env)
        self.assertEqual(mine.team_id, self.team)
        first = self.env["helpdesk.ticket.team"].search(
            [("company_id", "in", [False, nobodys.company_id.id])],
            order="sequence, id",
            limit=1,
        )
        self.assertEqual(nobodys.team_id, first)
        self.assertEqual(mine.user_id, self.laura)
        self.assertEqual(mine.write_date, before)

    def test_tickets_without_a_stage_get_the_first_open_one(self):
        ticket, other = self._create_ticket(), self._create_ticket()
        other.stage_id = self.stages["solved"]
        self._make_old(ticket, stage_id=None)
        moving_in.fill_stages(self.env)
        first = self.team._get_applicable_stages().filtered(lambda s: not s.closed)[0]
        self.assertEqual(ticket.stage_id, first)
        self.assertEqual(ticket.unattended, first.unattended)
        self.assertEqual(other.stage_id, self.stages["solved"])

    def test_tickets_without_a_contact_get_the_one_of_their_address(self):
        """However it is written; who signs in stands before who does not."""
        self.env["res.partner"].create({"name": "A copy", "email": self.ana.email})
        ticket = self._create_ticket()
        self._make_old(
            ticket, partner_id=None, partner_email=f"ANA <{self.ana.email.upper()}>"
        )
        moving_in.fill_requesters(self.env)
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.commercial_partner_id, self.hotel)

    def test_unknown_addresses_become_contacts_without_a_word(self):
        tickets = self._create_ticket() | self._create_ticket()
        for ticket in tickets:
            self._make_old(
                ticket,
                partner_id=None,
                partner_name="Visitor",
                partner_email="visitor@elsewhere.example",
            )
        messages = self.env["mail.message"].search_count([])
        moving_in.fill_requesters(self.env)
        self.assertEqual(len(tickets.partner_id), 1)
        self.assertEqual(tickets.partner_id.name, "Visitor")
        self.assertEqual(tickets.partner_id.email, "visitor@elsewhere.example")
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_a_contact_of_another_company_of_ours_is_not_taken(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        theirs = self.env["res.partner"].create(
            {"name": "Zoe", "email": "zoe@x.example", "company_id": branch.id}
        )
        ticket = self._create_ticket()
        self._make_old(ticket, partner_id=None, partner_email="zoe@x.example")
        moving_in.fill_requesters(self.env)
        self.assertNotEqual(ticket.partner_id, theirs)
        self.assertEqual(ticket.partner_id.email, "zoe@x.example")

    def test_tickets_of_nobody_get_a_contact_no_mail_reaches(self):
        ticket = self._create_ticket()
        self._make_old(ticket, partner_id=None, partner_email="telephone")
        moving_in.fill_requesters(self.env)
        self.assertTrue(ticket.partner_id)
        self.assertFalse(ticket.partner_id.email)
        self.assertFalse(ticket.partner_id.user_ids)
        self.assertEqual(ticket.partner_email, "telephone")

    def test_kinds_follow_the_flags_where_somebody_changed_them(self):
        """Installing changes no flag of a stage."""
        awaiting = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_stage SET closed = TRUE WHERE id = %s",
            [awaiting.id],
        )
        moving_in.add_stage_kinds(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(awaiting.kind, "closed")
        self.assertEqual(done.kind, "solved")

    def test_columns_are_what_the_program_would_compute(self):
        """Written with one statement, before the ORM would do it row by row."""
        self.ana.partner_id.country_id = self.env.ref("base.mx")
        finished = self._create_ticket(stage_id=self.stages["solved"].id)
        waiting = self._create_ticket(stage_id=self.stages["new"].id)
        ended = datetime(2020, 5, 4, 10)
        self._make_old(
            finished, closed_date=None, last_stage_update=ended, access_token=None
        )
        tickets = finished | waiting
        names = ("partner_email_normalized", "stage_kind", "turn", "country_id")
        computed = [[ticket[name] for name in names] for ticket in tickets]
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_email_normalized = NULL,"
            " stage_kind = NULL, turn = NULL, country_id = NULL WHERE id = ANY(%s)",
            [tickets.ids],
        )
        moving_in.add_ticket_columns(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(
            [[ticket[name] for name in names] for ticket in tickets], computed
        )
        self.assertEqual(finished.solved_date, ended)
        self.assertFalse(finished.closed_date, "an imported date stays as it is")
        self.assertFalse(waiting.solved_date)
        self.assertTrue(finished.access_token)

    def test_old_tickets_are_found_before_their_words_are_there(self):
        """By number, subject and who asked, accents aside."""
        ticket = self._create_ticket(name="Niñera en recepción")
        self._make_old(ticket, search_text=None)
        moving_in.add_first_words(self.env)
        self.env.invalidate_all()
        Ticket = self.env["helpdesk.ticket"].with_user(self.ana)
        words = (ticket.number, "recepcion", self.ana.name)
        if not self.env.registry.has_unaccent:
            words = (ticket.number, "en")
        for word in words:
            with self.subTest(word=word):
                self.assertIn(ticket, Ticket.search(Ticket._portal_search_domain(word)))

    def test_demo_tickets_alone_make_no_living_desk(self):
        ticket = self._create_ticket()
        self.assertTrue(moving_in.is_living_desk(self.env.cr))
        self.env.cr.execute(
            """
            INSERT INTO ir_model_data (module, name, model, res_id)
            SELECT 'helpdesk_mgmt', 'demo_' || ticket.id, 'helpdesk.ticket', ticket.id
              FROM helpdesk_ticket ticket
             WHERE id >= %s
            """,
            [ticket.id],
        )
        others = self.env["ir.model.data"].search_count(
            [
                ("model", "=", "helpdesk.ticket"),
                ("module", "in", ("helpdesk_mgmt", "helpdesk_service_portal")),
            ]
        )
        total = self.env["helpdesk.ticket"].with_context(active_test=False)
        if others >= total.search_count([]):
            self.assertFalse(moving_in.is_living_desk(self.env.cr))

    def test_mails_somebody_chose_for_a_stage_stay(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        base = self.env.ref("helpdesk_mgmt.closed_ticket_template")
        done.mail_template_id = chosen = base.copy()
        done._take_mails_of_kinds()
        self.assertEqual(done.mail_template_id, chosen)
        done.mail_template_id = base
        done._take_mails_of_kinds()
        ours = self.env.ref("helpdesk_service_portal.mail_template_solved")
        self.assertEqual(done.mail_template_id, ours)

    def test_writing_the_kind_a_stage_has_computes_no_ticket(self):
        ticket = self._create_ticket()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_kind = NULL WHERE id = %s", [ticket.id]
        )
        self.env.invalidate_all()
        ticket.stage_id.kind = ticket.stage_id.kind
        self.env.flush_all()
        self.assertFalse(ticket.stage_kind)

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
