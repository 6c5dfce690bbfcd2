# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.helpdesk_service_portal.tools import rate_limit

from .common import PORTAL
from .portal_common import PortalCommon

LIST = "/my/people"


class PeopleCommon(PortalCommon):
    """Ana manages the people of Hotel Sol; Luis works there, Eva elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Location = cls.env["helpdesk.ticket.location"]
        cls.cancun = Location.create(
            {"name": "Hotel Sol Cancún", "partner_id": cls.hotel.id}
        )
        cls.luna = Location.create(
            {"name": "Hotel Luna Mérida", "partner_id": cls.other_hotel.id}
        )
        cls.shared = Location.create({"name": "Shared place"})
        cls.boss = cls.ana.partner_id
        cls.boss.write({"helpdesk_is_manager": True, "helpdesk_scope": "company"})

    def setUp(self):
        super().setUp()
        self.sign_in()

    def invite(self, name="Rita Sol", email="rita@sol.example", status=200, **data):
        """Fill in the form of an invitation and send it."""
        data = {"name": name, "email": email, "scope": "own", **data}
        return self.post(f"{LIST}/invite", data, status=status)

    def change(self, user, status=200, **data):
        return self.post(f"{LIST}/{user.partner_id.id}", data, status=status)

    def remove(self, user, heir=None, status=200):
        heir = (heir or self.ana).partner_id
        path = f"{LIST}/{user.partner_id.id}/remove"
        return self.post(path, {"heir": heir.id}, status=status)

    def find_user(self, email):
        return (
            self.env["res.users"]
            .with_context(active_test=False)
            .search([("login", "=", email)])
        )

    def audited(self, event):
        """Return the audit's lines of an event, newest first."""
        return self.env["helpdesk.audit"].search([("event", "=", event)])

    def emails(self, tree):
        return tree.xpath("//li/@data-email")


@tagged("post_install", "-at_install")
class TestPeopleList(PeopleCommon):
    """Issue 7 "A customer's own people: /my/people for manager contacts: list (hotels,
    last sign-in, two-factor)"
    """

    def test_only_the_managers_company(self):
        """ "only their company": colleagues with access, nobody of another customer."""
        self.env["res.partner"].create(
            {"name": "No access", "email": "no@sol.example", "parent_id": self.hotel.id}
        )
        tree = self.get(LIST)
        self.assertEqual(self.emails(tree), ["ana@test.example", "luis@test.example"])

    def test_what_the_list_says(self):
        """ "list (hotels, last sign-in, two-factor)", and who was invited only."""
        self.luis.partner_id.helpdesk_location_ids = self.location
        self.luis.sudo().totp_secret = "JBSWY3DPEHPK3PXP"
        tree = self.get(LIST)
        luis = self.words(tree.xpath("//li[@data-email='luis@test.example']")[0])
        for words in (
            "Invited",
            self.location.name,
            "Has not signed in",
            "Two steps: on",
        ):
            self.assertIn(words, luis)
        ana = self.words(tree.xpath("//li[@data-email='ana@test.example']")[0])
        for words in ("You", "All tickets of the company", "Two steps: off"):
            self.assertIn(words, ana)
        self.env["res.users.log"].with_user(self.luis).sudo().create({})
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = %s WHERE create_uid = %s",
            ["2026-03-05 10:00:00", self.luis.id],
        )
        luis = self.words(
            self.get(LIST).xpath("//li[@data-email='luis@test.example']")[0]
        )
        self.assertIn("Last sign-in: Mar 5, 2026", luis)
        self.assertNotIn("Invited", luis)

    def test_nobody_but_managers(self):
        """ "for manager contacts": others find no such page, visitors sign in."""
        self.authenticate(None, None)
        self.get(LIST)
        self.assertIn("/web/login?redirect=%2Fmy%2Fpeople", self.path)
        for user in (self.luis, self.eva, self.laura):
            self.sign_in(user)
            for path in (LIST, f"{LIST}/invite", f"{LIST}/{self.luis.partner_id.id}"):
                self.get(path, status=404)
            self.invite(status=404)
            self.remove(self.luis, self.luis, status=404)
            self.post(f"{LIST}/two-steps", {"required": "1"}, status=404)
        self.assertTrue(self.luis.active)
        self.assertFalse(self.find_user("rita@sol.example"))
        self.assertFalse(self.hotel.helpdesk_require_two_factor)

    def test_people_of_other_customers(self):
        """ "only their company": Eva is neither shown, nor changed, nor removed."""
        self.get(f"{LIST}/{self.eva.partner_id.id}", status=404)
        self.change(self.eva, scope="company", status=404)
        self.remove(self.eva, status=404)
        self.assertEqual(self.eva.partner_id.helpdesk_scope, "own")
        self.assertTrue(self.eva.active)

    def test_alone(self):
        """Who is alone is told what this page is for."""
        self.luis.active = False
        self.assertIn("So far you are alone here", self.part(self.get(LIST), "alone"))

    def test_search(self):
        """A long list is searched by name and address; no hit says so."""
        for number in range(10):
            self._create_person(f"Guest {number}", f"guest{number}", PORTAL, self.hotel)
        tree = self.get(f"{LIST}?search=luis")
        self.assertEqual(self.emails(tree), ["luis@test.example"])
        tree = self.get(f"{LIST}?search=nobody")
        self.assertIn("Nobody found for “nobody”", self.part(tree, "no_hit"))

    def test_statements_do_not_grow(self):
        """Thirty people take as many statements as two."""

        def count():
            self.get(LIST)  # what workers keep in memory
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get(LIST)
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(28):
            person = self._create_person(
                f"G {number}", f"g{number}", PORTAL, self.hotel
            )
            person.partner_id.helpdesk_location_ids = self.location
        self.assertLessEqual(count(), few + 1)

    def test_home_shows_the_way(self):
        """A manager's home leads to the people, others' does not."""
        self.assertTrue(self.get("/my").xpath("//a[@href='/my/people']"))
        self.sign_in(self.luis)
        self.assertFalse(self.get("/my").xpath("//a[@href='/my/people']"))


@tagged("post_install", "-at_install")
class TestPeopleInvite(PeopleCommon):
    """Issue 7 "invite with hotels and scope", S3-05 "sent as an invitation link"."""

    def test_invitation(self):
        """An account of the own company, with scope and hotels, and a mail."""
        self.invite(scope="location", locations=[self.cancun.id])
        self.assertIn("Invited.", self.text)
        user = self.find_user("rita@sol.example")
        self.assertTrue(user.active and user.share)
        person = user.partner_id
        self.assertEqual(person.parent_id, self.hotel)
        self.assertEqual(person.helpdesk_scope, "location")
        self.assertEqual(person.helpdesk_location_ids, self.cancun)
        self.assertFalse(person.helpdesk_is_manager)
        line = self.audited("invited")[:1]
        self.assertEqual((line.user_id, line.partner_id), (self.ana, person))
        self.assertIn("location", self.audited("scope")[:1].details)
        mails = self.env["mail.mail"].search([("recipient_ids", "in", person.ids)])
        mails |= self.env["mail.mail"].search([("email_to", "like", "rita@sol")])
        self.assertEqual(len(mails), 1)

    def test_errors_stand_beside_fields_and_text_is_kept(self):
        """What is missing is said beside its field; the text stays."""
        tree = self.invite(name="", email="rita", scope="location")
        self.assertEqual(self.words(tree.get_element_by_id("error_name"))[:5], "Write")
        self.assertIn("Example", self.words(tree.get_element_by_id("error_email")))
        self.assertIn(
            "at least one", tree.get_element_by_id("error_locations").text_content()
        )
        self.assertEqual(tree.get_element_by_id("field_email").value, "rita")
        self.assertTrue(tree.xpath("//input[@value='location'][@checked]"))

    def test_address_that_has_access(self):
        """S0-01 "a second portal user with the same e-mail (any letter case) is
        refused with a clear message" """
        tree = self.invite(email="LUIS@test.example")
        self.assertIn(
            "has access already", self.words(tree.get_element_by_id("error_email"))
        )

    def test_address_is_taken_as_it_is(self):
        """Nobody finds out addresses we know by one that stands for many."""
        for email in ("l%@test.example", "lui_@test.example", "e%@test.example"):
            with self.subTest(email):
                self.assertFalse(
                    self.invite(email=email).xpath("//*[@id='error_email']")
                )
                self.assertTrue(self.find_user(email))

    def test_address_of_somebody_else(self):
        """Contacts of other customers, unknown people and employees are not taken."""
        stray = self.env["res.partner"].create({"name": "S", "email": "s@x.example"})
        for email in ("eva@test.example", stray.email, self.laura.email):
            with self.subTest(email):
                tree = self.invite(email=email)
                words = self.words(tree.get_element_by_id("error_email"))
                self.assertIn("not as one of yours", words)
        self.assertFalse(stray.parent_id)
        self.assertEqual(self.eva.partner_id.parent_id, self.other_hotel)

    def test_contact_we_know_already(self):
        """A contact of the company that writes by mail gets the access, no double."""
        rita = self.env["res.partner"].create(
            {"name": "Rita", "email": "Rita@Sol.example", "parent_id": self.hotel.id}
        )
        self.invite()
        self.assertEqual(self.find_user("rita@sol.example").partner_id, rita)

    def test_never_more_than_the_manager_has(self):
        """ "never more than the manager's own company and locations" """
        self.boss.write(
            {"helpdesk_scope": "location", "helpdesk_location_ids": self.location.ids}
        )
        tree = self.get(f"{LIST}/invite")
        self.assertEqual(
            tree.xpath("//input[@name='scope']/@value"), ["own", "location"]
        )
        self.assertEqual(
            tree.xpath("//input[@name='locations']/@value"), [str(self.location.id)]
        )
        self.invite(scope="company")
        foreign = [self.cancun.id, self.luna.id, self.shared.id]
        self.invite(scope="location", locations=foreign)
        self.assertFalse(self.find_user("rita@sol.example"))
        self.invite(locations=[*foreign, self.location.id])
        self.assertEqual(
            self.find_user("rita@sol.example").partner_id.helpdesk_location_ids,
            self.location,
        )

    def test_whole_company_reaches_its_own_locations(self):
        """Who sees the company gives any of its hotels, nobody else's."""
        tree = self.get(f"{LIST}/invite")
        offered = set(map(int, tree.xpath("//input[@name='locations']/@value")))
        self.assertEqual(offered, {self.location.id, self.cancun.id})
        self.boss.write({"helpdesk_scope": "own", "helpdesk_location_ids": [(5,)]})
        tree = self.get(f"{LIST}/invite")
        self.assertEqual(tree.xpath("//input[@name='scope']/@value"), ["own"])
        self.assertFalse(tree.xpath("//input[@name='locations']"))

    def test_rate_limit(self):
        """A limited form "comes back with everything kept and the time when it may be
        sent"
        """
        hits, _seconds = rate_limit.LIMITS["invite"]
        for _number in range(hits):
            self.env["helpdesk.rate.limit"]._hit("invite", self.boss.id)
        tree = self.invite()
        words = self.words(tree.get_element_by_id("error_email"))
        self.assertRegex(words, r"From .*\d:\d\d.* on you can send more")
        self.assertEqual(tree.get_element_by_id("field_name").value, "Rita Sol")
        self.assertFalse(self.find_user("rita@sol.example"))

    def test_session_that_ended(self):
        """ "Lost session: back where one was, text kept." """
        self.authenticate(None, None)
        self.invite()
        self.assertIn("/web/login?redirect=%2Fmy%2Fpeople%2Finvite", self.path)
        self.post(
            "/web/login",
            {
                "login": self.ana.login,
                "password": self.ana.login,
                "redirect": f"{LIST}/invite",
            },
        )
        tree = self.get(f"{LIST}/invite")
        self.assertEqual(
            tree.get_element_by_id("field_email").value, "rita@sol.example"
        )
        self.assertFalse(self.find_user("rita@sol.example"))

    def test_forged_form(self):
        """A form without the session's mark does nothing and keeps the text."""
        tree = self.post(
            f"{LIST}/invite",
            {"name": "Rita", "email": "rita@sol.example", "scope": "own"},
            csrf=False,
        )
        self.assertEqual(tree.get_element_by_id("field_name").value, "Rita")
        for path in (f"{LIST}/two-steps", f"{LIST}/{self.luis.partner_id.id}/remove"):
            data = {"required": "1", "heir": self.boss.id}
            self.post(path, data, csrf=False)
        self.assertFalse(self.find_user("rita@sol.example"))
        self.assertTrue(self.luis.active)
        self.assertFalse(self.hotel.helpdesk_require_two_factor)

    def test_again(self):
        """Who never signed in gets the invitation once more; others do not."""
        self.invite()
        rita = self.find_user("rita@sol.example").partner_id
        self.post(f"{LIST}/{rita.id}/again")
        self.assertIn("sent again", self.text)
        self.assertEqual(len(self.audited("invited")), 2)
        self.env["res.users.log"].with_user(self.luis).sudo().create({})
        self.post(f"{LIST}/{self.luis.partner_id.id}/again")
        self.assertEqual(len(self.audited("invited")), 2)


@tagged("post_install", "-at_install")
class TestPeopleChange(PeopleCommon):
    """Issue 7: change hotels and scope, remove, two steps for all."""

    def test_change(self):
        """Scope and hotels count at once, and are audited."""
        ticket = self._create_ticket(self.ana, location_id=self.cancun.id)
        self.assertFalse(ticket.with_user(self.luis).has_access("read"))
        self.change(self.luis, scope="location", locations=[self.cancun.id])
        self.assertIn("Saved", self.text)
        self.env.invalidate_all()
        self.assertTrue(ticket.with_user(self.luis).has_access("read"))
        line = self.audited("scope")[:1]
        self.assertEqual(
            line.details,
            "own; locations: - → location; locations: Hotel Sol Cancún",
        )
        self.assertEqual(line.user_id, self.ana)

    def test_wider_scope_subscribes_to_nothing(self):
        """ "scope never subscribes" """
        ticket = self._create_ticket(self.ana)
        self.change(self.luis, scope="company")
        self.assertNotIn(self.luis.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.luis.partner_id, ticket.participant_ids.partner_id)

    def test_hotels_beyond_the_manager_stay(self):
        """What a person manages beyond the manager's reach stays theirs."""
        self.luis.partner_id.helpdesk_location_ids = self.shared
        self.change(self.luis, scope="location", locations=[self.location.id])
        both = self.location | self.shared
        self.assertEqual(self.luis.partner_id.helpdesk_location_ids, both)
        self.change(self.luis, scope="own")
        self.assertEqual(self.luis.partner_id.helpdesk_location_ids, self.shared)

    def test_people_of_hotels_beyond_the_manager(self):
        """ "never more than the manager's own … locations": people of others stay."""
        self.boss.write(
            {"helpdesk_scope": "location", "helpdesk_location_ids": self.location.ids}
        )
        self.luis.partner_id.helpdesk_location_ids = self.location | self.cancun
        self.change(self.luis, scope="location", locations=[self.location.id])
        self.remove(self.luis)
        self.assertEqual(self.luis.partner_id.helpdesk_scope, "own")
        self.assertTrue(self.luis.active)

    def test_who_cannot_be_changed(self):
        """Oneself, other managers, and who sees more than the manager."""
        self.boss.helpdesk_scope = "location"
        luis = self.luis.partner_id
        for locked, vals in (
            (self.ana, {}),
            (self.luis, {"helpdesk_is_manager": True}),
            (self.luis, {"helpdesk_is_manager": False, "helpdesk_scope": "company"}),
        ):
            luis.write(vals)
            scope = locked.partner_id.helpdesk_scope
            tree = self.get(f"{LIST}/{locked.partner_id.id}")
            self.assertTrue(self.part(tree, "locked"))
            self.assertFalse(tree.xpath("//*[@name='remove']"))
            self.change(locked, scope="own" if scope != "own" else "location")
            self.remove(locked, self.luis if locked == self.ana else self.ana)
            self.assertEqual(locked.partner_id.helpdesk_scope, scope)
            self.assertTrue(locked.active)
        with self.assertRaises(UserError):
            self.boss.sudo()._remove_person(luis, self.boss)

    def test_removed_person_is_signed_out_everywhere(self):
        """ "remove (signs out everywhere, open tickets handed over)" """
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.luis)
            .sudo()
            ._generate("rpc", "key", None)
        )
        Device = self.env["auth_totp.device"].with_user(self.luis).sudo()
        trusted = Device._generate("browser", "tablet", None)
        self.sign_in(self.luis)
        self.get("/my/tickets")
        self.boss.with_user(self.ana).sudo()._remove_person(
            self.luis.partner_id, self.boss
        )
        self.assertFalse(self.luis.active)
        self.get("/my/tickets")
        self.assertIn("/web/login", self.path)
        for when in ("out", "invited again"):
            keys = self.env["res.users.apikeys"]
            self.assertFalse(keys._check_credentials(scope="rpc", key=key), when)
            self.assertFalse(
                Device._check_credentials_for_uid(
                    scope="browser", key=trusted, uid=self.luis.id
                ),
                when,
            )
            self.luis._restore_to_portal()
        line = self.audited("removed")[:1]
        self.assertEqual(
            (line.user_id, line.partner_id), (self.ana, self.luis.partner_id)
        )

    def test_open_tickets_are_handed_over(self):
        """ "open tickets handed over" to the colleague chosen; the thread says so."""
        carla = self._create_person("Carla Sol", "carla", PORTAL, self.hotel)
        waiting = self._create_ticket(
            self.luis, stage_id=self.stages["waiting_customer"].id
        )
        done = self._create_ticket(self.luis, stage_id=self.stages["closed"].id)
        added = self._create_ticket(self.ana)
        added.participant_ids = [(0, 0, {"partner_id": self.luis.partner_id.id})]
        tree = self.get(f"{LIST}/{self.luis.partner_id.id}")
        self.assertIn("open tickets (1)", self.part(tree, "remove"))
        self.remove(self.luis, carla)
        self.assertIn("Removed, and signed out everywhere", self.text)
        self.assertIn("Open tickets handed over: 1", self.text)
        self.assertEqual(waiting.partner_id, carla.partner_id)
        self.assertEqual(waiting.partner_email, "carla@test.example")
        self.assertTrue(waiting.with_user(carla).has_access("read"))
        self.assertIn(
            "Carla Sol goes on with this ticket of Luis Mora",
            str(waiting._get_public_messages()[-1:].body),
        )
        self.assertEqual(done.partner_id, self.luis.partner_id, "done stays as it was")
        for ticket in (waiting, added):
            self.assertNotIn(self.luis.partner_id, ticket.participant_ids.partner_id)
            self.assertNotIn(self.luis.partner_id, ticket.message_partner_ids)

    def test_heir_is_one_of_the_people(self):
        """Nobody of another customer, nor who is removed, goes on with the tickets."""
        ticket = self._create_ticket(self.luis)
        for heir in (self.eva, self.luis, self.laura):
            tree = self.remove(self.luis, heir)
            self.assertTrue(self.words(tree.get_element_by_id("error_heir")))
        self.assertTrue(self.luis.active)
        self.assertEqual(ticket.partner_id, self.luis.partner_id)

    def test_removed_person_comes_back(self):
        """Who was removed is invited again: the same contact, with little at first."""
        person = self.luis.partner_id
        person.helpdesk_scope = "company"
        self.remove(self.luis)
        self.assertEqual(person.helpdesk_scope, "own")
        self.invite(name="Luis", email="luis@test.example")
        self.assertTrue(self.luis.active)
        self.assertEqual(self.luis.partner_id, person)

    def test_two_steps_for_all(self):
        """ "require two-factor for all": enforced at sign-in, only for the company."""
        self.assertIsNone(self.luis._mfa_type())
        self.post(f"{LIST}/two-steps", {"required": "1"})
        self.assertIn("next time each person signs in", self.text)
        self.assertTrue(self.luis._is_two_factor_required())
        self.assertEqual(self.audited("require_two_factor")[:1].user_id, self.ana)
        self.assertEqual(self.luis._mfa_type(), "totp_mail")
        self.assertIsNone(self.eva._mfa_type())
        self.assertIsNone(self.laura._mfa_type())
        self.authenticate(None, None)
        self.get("/web/login")
        login = {"login": self.luis.login, "password": self.luis.login}
        self.post("/web/login", login)
        self.assertIn("/web/login/totp", self.path)
        self.get("/my/tickets")
        self.assertIn("/web/login", self.path)
        self.sign_in()
        self.post(f"{LIST}/two-steps", {"required": "0"})
        self.assertIsNone(self.luis._mfa_type())

    def test_own_authenticator_goes_before(self):
        """Who has an authenticator is asked for its code, not sent one by mail."""
        self.hotel.helpdesk_require_two_factor = True
        self.luis.sudo().totp_secret = "JBSWY3DPEHPK3PXP"
        self.assertEqual(self.luis._mfa_type(), "totp")

    def test_scope_changed_by_staff_is_audited(self):
        """Audit "Who … changed scope": by whatever way, also who named a manager."""
        self.mora.group_ids |= self.env.ref("base.group_partner_manager")
        self.luis.partner_id.with_user(self.mora).helpdesk_scope = "company"
        self.assertEqual(self.audited("scope")[:1].user_id, self.mora)
        self.luis.partner_id.with_user(self.mora).helpdesk_is_manager = True
        line = self.audited("manager")[:1]
        self.assertEqual(line.details, "not a manager → manager")
        count = self.env["helpdesk.audit"].search_count([])
        self.luis.partner_id.helpdesk_scope = "company"
        self.assertEqual(self.env["helpdesk.audit"].search_count([]), count)

    def test_location_changed_by_staff_is_audited(self):
        """Who is made manager of a location in its form sees more: audited."""
        self.location.with_user(self.mora).manager_ids |= self.luis.partner_id
        line = self.audited("scope")[:1]
        self.assertEqual(
            (line.user_id, line.partner_id), (self.mora, self.luis.partner_id)
        )
        self.assertIn(self.location.name, line.details)

    def test_company_is_no_manager(self):
        """A company does not sign in, and manages nobody."""
        with self.assertRaises(ValidationError):
            self.hotel.helpdesk_is_manager = True
