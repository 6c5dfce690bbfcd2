# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .common import PORTAL, HelpdeskCommon


@tagged("post_install", "-at_install")
class TestAccessCheck(HelpdeskCommon):
    """S1-12 "staff can check that accesses are set up properly (access check tool)"."""

    def _check(self, person, ticket=None, agent=None):
        """Return what the check says to an agent (Sam): four texts."""
        self.env.flush_all()
        self.env.invalidate_all()
        partner = person.partner_id if person._name == "res.users" else person
        Check = self.env["helpdesk.access.check"].with_user(agent or self.sam)
        check = Check.browse(Check._open(partner, ticket)["res_id"])
        return {
            name: html2plaintext(check[f"{name}_text"] or "")
            for name in ("account", "scope", "ticket", "people")
        }

    def _share(self, ticket, user, **vals):
        return self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": ticket.id, "partner_id": user.partner_id.id, **vals}
        )

    # ------------------------------------------------------------
    # The account
    # ------------------------------------------------------------

    def test_states_of_accounts(self):
        """none, invited, active, archived; two-factor, last sign-in, bounced mails."""
        nobody = self.env["res.partner"].create(
            {"name": "Nora", "email": "nora@test.example"}
        )
        self.env["res.users.log"].with_user(self.ana).sudo().create({})
        self.env.cr.execute(
            "UPDATE res_users SET totp_secret = 'X' WHERE id = %s", [self.ana.id]
        )
        self.eva.active = False
        self.luis.partner_id.message_bounce = 3
        self.env["mail.blacklist"]._add("nora@test.example")
        people = (self.ana | self.luis | self.eva).partner_id | nobody
        self.env.flush_all()
        with self.assertQueryCount(1):
            states = people._get_helpdesk_account_state()
        ana, luis, eva, nora = (
            states[person.id]
            for person in (*(self.ana | self.luis | self.eva).partner_id, nobody)
        )
        self.assertEqual(
            [state["state"] for state in (ana, luis, eva, nora)],
            ["active", "invited", "archived", "none"],
        )
        self.assertEqual(ana["login"], "ana@test.example")
        self.assertTrue(ana["two_factor"] and ana["last_sign_in"])
        self.assertFalse(luis["two_factor"] or luis["last_sign_in"])
        self.assertEqual(luis["mails_bounced"], 3)
        self.assertTrue(nora["mails_blocked"])
        self.assertFalse(luis["mails_blocked"])
        for person, said in (
            (self.ana, "They sign in as ana@test.example, the last time on"),
            (self.ana, "Two-factor authentication is enabled."),
            (self.luis, "were given the account luis@test.example and have never"),
            (self.luis, "Two-factor authentication is not enabled."),
            (self.luis, "Mails to them came back: 3."),
            (self.eva, "account eva@test.example is archived: they cannot sign in"),
            (nobody, "They have no account"),
            (nobody, "list of those we never write to"),
        ):
            self.assertIn(said, self._check(person)["account"])

    def test_two_contacts_of_one_address(self):
        double = self.env["res.partner"].create(
            {"name": "Ana again", "email": "ANA@test.example"}
        )
        self.assertIn(
            "Ana Pérez has the same address, and the account",
            self._check(double)["account"].replace("Hotel Sol, ", ""),
        )

    # ------------------------------------------------------------
    # What they see
    # ------------------------------------------------------------

    def test_what_a_person_sees(self):
        """By scope, with how many, what is archived, private, of other companies."""
        self._create_ticket(self.luis)
        mine = self._create_ticket(location_id=self.location.id)
        self._create_ticket(active=False)
        luis = self.luis.partner_id
        text = self._check(self.luis)["scope"]
        self.assertIn("no others of Hotel Sol", text)
        self.assertIn("these are 1 tickets, 1 of them their own", text)
        luis.helpdesk_scope = "location"
        self.assertIn("manage none", self._check(self.luis)["scope"])
        self.location.manager_ids = luis
        text = self._check(self.luis)["scope"]
        self.assertIn("the tickets of Hotel Sol Nuevo Vallarta, their own", text)
        self.assertIn("these are 2 tickets, 1 of them their own", text)
        luis.helpdesk_scope = "company"
        private = self.env["helpdesk.ticket.category"].create(
            {"name": "Staff", "is_private": True}
        )
        mine.category_id = private
        text = self._check(self.luis)["scope"]
        self.assertIn("They see all tickets of Hotel Sol", text)
        self.assertIn("these are 1 tickets", text)
        self.assertIn("Archived, and so not in the portal: 1.", text)
        self.assertIn("private categories they see their own tickets only: ", text)
        luis.helpdesk_is_manager = True
        text = self._check(self.luis)["scope"]
        self.assertIn("As a manager they see private tickets", text)
        self.assertIn("these are 2 tickets", text)
        row = self._share(self._create_ticket(self.eva), self.luis)
        row.sees_from = fields.Datetime.now()
        self.assertIn(
            "Seen only from the moment they were added: 1 tickets.",
            self._check(self.luis)["scope"],
        )

    def test_tickets_of_a_company_the_account_does_not_belong_to(self):
        other = self.env["res.company"].create({"name": "Branch"})
        ticket = self._create_ticket(
            company_id=other.id, team_id=other.helpdesk_team_id.id
        )
        self.sam.company_ids |= other
        said = "Their account does not belong to Branch"
        self.assertIn(said, self._check(self.ana)["scope"])
        Check = self.env["helpdesk.access.check"].with_user(self.sam)
        Check = Check.with_context(allowed_company_ids=self.sam.company_ids.ids)
        check = Check.create(
            {"partner_id": self.ana.partner_id.id, "ticket_id": ticket.id}
        )
        text = html2plaintext(check.ticket_text)
        self.assertIn("Ana Pérez does not see", text)
        self.assertIn(said, text)

    def test_our_people(self):
        self.assertIn("User: Team tickets", self._check(self.marta)["scope"])
        self.assertIn("without a right to tickets", self._check(self.ines)["scope"])

    # ------------------------------------------------------------
    # One ticket
    # ------------------------------------------------------------

    def test_why_a_ticket_is_seen(self):
        ticket = self._create_ticket(location_id=self.location.id)
        luis = self.luis.partner_id
        sees = f"Luis Mora sees #{ticket.number}."
        text = self._check(self.ana, ticket)["ticket"]
        self.assertIn(f"Ana Pérez sees #{ticket.number}.", text)
        self.assertIn("They asked for it.", text)
        luis.helpdesk_scope = "company"
        text = self._check(self.luis, ticket)["ticket"]
        self.assertIn(sees, text)
        self.assertIn("They see all tickets of Hotel Sol.", text)
        luis.helpdesk_scope = "location"
        self.location.manager_ids = luis
        text = self._check(self.luis, ticket)["ticket"]
        self.assertIn(sees, text)
        self.assertIn("They see the tickets of Hotel Sol Nuevo Vallarta.", text)
        luis.helpdesk_scope = "own"
        self._share(ticket, self.luis, added_by_id=self.laura.partner_id.id)
        text = self._check(self.luis, ticket)["ticket"]
        self.assertIn(sees, text)
        self.assertIn("They take part in it: added by Laura Díaz on", text)

    def test_why_a_ticket_is_not_seen(self):
        """Scope, locations, participation, private, removed, archived, company."""
        ticket = self._create_ticket(location_id=self.location.id)
        luis = self.luis.partner_id

        def not_seen(person, *reasons):
            text = self._check(person, ticket)["ticket"]
            self.assertIn("does not see #", text)
            for reason in reasons:
                self.assertIn(reason, text)

        not_seen(
            self.luis,
            "They do not take part in it.",
            "ticket of Hotel Sol, but they see only their own",
        )
        not_seen(self.eva, "It is a ticket of Hotel Sol.")
        luis.helpdesk_scope = "location"
        not_seen(self.luis, "of no location they manage")
        luis.helpdesk_scope = "own"
        self.location.manager_ids = luis
        not_seen(self.luis, "They manage Hotel Sol Nuevo Vallarta, but see only")
        row = self._share(ticket, self.luis, included=False)
        not_seen(self.luis, "listed in copy, but were not let in")
        row.included = True
        row.with_user(self.sam).unlink()
        not_seen(self.luis, "Sam Ortiz took them out of it on")
        luis.helpdesk_scope = "company"
        ticket.category_id = self.env["helpdesk.ticket.category"].create(
            {"name": "Staff", "is_private": True}
        )
        not_seen(self.luis, "The category “Staff” is private")
        ticket.category_id = False
        ticket.active = False
        not_seen(self.ana, "The ticket is archived: no customer sees it.")

    def test_a_part_of_the_thread_and_links(self):
        ticket = self._create_ticket()
        row = self._share(ticket, self.eva)
        row.sees_from = fields.Datetime.now()
        text = self._check(self.eva, ticket)["ticket"]
        self.assertIn("They see subject and details, of the messages those since", text)
        guest = self.env["res.partner"].create(
            {"name": "Nora", "email": "nora@test.example"}
        )
        self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": ticket.id, "partner_id": guest.id}
        )
        text = self._check(guest, ticket)["ticket"]
        self.assertIn(f"Nora sees #{ticket.number} by the links of our mails.", text)
        ticket.stage_id = self.stages["closed"]
        self.assertIn(
            "links of its mails work until", self._check(guest, ticket)["ticket"]
        )
        ticket.closed_date = fields.Datetime.now() - timedelta(days=400)
        self.assertIn("open it no more", self._check(guest, ticket)["ticket"])

    def test_who_takes_part(self):
        ticket = self._create_ticket()
        self._share(ticket, self.eva, included=False)
        text = self._check(self.ana, ticket)["people"]
        self.assertIn("Ana Pérez sees it (invited, never signed in).", text)
        self.assertIn("Eva Luna does not see it (invited", text)

    # ------------------------------------------------------------
    # Who may ask
    # ------------------------------------------------------------

    def test_what_is_said_follows_the_verdict_of_the_rights(self):
        """The verdict is what the person's own session gives."""
        rosa = self._create_person("Rosa Copia", "rosa", PORTAL, self.hotel)
        ticket = self._create_ticket(location_id=self.location.id)
        self._share(ticket, rosa)
        self.luis.partner_id.helpdesk_scope = "location"
        for user in (self.ana, self.luis, self.eva, rosa, self.laura, self.ines):
            sees = ticket.with_user(user).has_access("read")
            text = self._check(user, ticket)["ticket"]
            self.assertEqual(f" sees #{ticket.number}" in text, sees, user.name)

    def test_from_contact_and_ticket(self):
        """It is opened from a contact and from a ticket, and shows all at once."""
        ticket = self._create_ticket(user_id=self.laura.id)
        for record, said in ((self.ana.partner_id, False), (ticket, True)):
            record = record.with_user(self.laura)
            method = (
                "action_helpdesk_access_check" if not said else "action_access_check"
            )
            action = getattr(record, method)()
            check = self.env[action["res_model"]].browse(action["res_id"])
            check = check.with_user(self.laura)
            self.assertEqual(check.partner_id, self.ana.partner_id)
            self.assertEqual(bool(check.ticket_text), said)
            self.assertTrue(check.account_text and check.scope_text)
        with Form(check) as form:
            form.partner_id = self.eva.partner_id
            self.assertIn("does not see", form.ticket_text)

    def test_nothing_is_said_of_a_ticket_the_agent_does_not_read(self):
        foreign = self._create_ticket(
            team_id=self._create_team("Other desk", self.sam).id, user_id=self.sam.id
        )
        texts = self._check(self.ana, foreign, agent=self.laura)
        self.assertFalse(texts["ticket"] or texts["people"])
        self.assertTrue(texts["scope"])

    def test_customers_and_colleagues_do_not_ask(self):
        for user in (self.ana, self.ines):
            with self.assertRaises(AccessError):
                self._check(self.ana, agent=user)
