# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""News, warnings and incidents: who sees them, who follows, who is told what."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .announcement_common import AnnouncementCommon
from .statements import recorded_statements


@tagged("post_install", "-at_install")
class TestAnnouncement(AnnouncementCommon):
    def test_shown_where_customers_look(self):
        """S2-02 Informative banner for news, relevant announcements, or notices of
        service intermittence: at home, in the help center, above the form."""
        self._announce("New guide", severity="info")
        self.sign_in()
        incident = "Incident Reservations of Booking arrive late"
        self.assertEqual(self._banner(), [incident, "News New guide"])
        self.assertEqual(self._banner("/support"), [incident, "News New guide"])
        # what is no trouble does not stand in the way of a ticket
        self.assertEqual(self._banner("/new/ticket"), [incident])
        self.assertIn("Does it happen to you, too?", self.text)

    def test_nothing_runs_nothing_is_shown(self):
        """S2-02 … while it lasts: not before, not after, not unpublished."""
        now = fields.Datetime.now()
        self.incident.write(
            {"date_start": now + timedelta(hours=1), "date_end": now + timedelta(2)}
        )
        self.sign_in()
        self.assertEqual(self._banner(), [])
        self.incident.date_start = now - timedelta(hours=2)
        self.assertEqual(len(self._banner()), 1)
        self.incident.date_end = now - timedelta(hours=1)
        self.assertEqual(self._banner(), [])
        self.incident.write({"date_end": now + timedelta(2), "is_published": False})
        self.assertEqual(self._banner(), [])
        self.assertNotIn("o_hsp_announcement", self.response.text)

    def test_it_ends_by_itself(self):
        """S2-02 … what was announced is not kept for good by what is remembered."""
        Announcement = self.env["helpdesk.announcement"].with_user(self.ana)
        self.assertEqual(Announcement._get_running(), self.incident)
        with self.clock(days=3):
            self.assertFalse(Announcement._get_running())

    def test_visitors_see_what_is_public(self):
        """S2-02 … who is not signed in sees what is for everybody, and no more."""
        self._announce("Holidays", audience="public", severity="info")
        self.authenticate(None, None)
        self.assertEqual(self._banner("/support"), ["News Holidays"])
        public = self.env.ref("base.public_user")
        self.assertEqual(self._seen(public), {"Holidays"})

    def test_only_whom_it_concerns(self):
        """S2-02 … by country, product and location: each narrowing has to fit."""
        mexico, spain = self.env.ref("base.mx"), self.env.ref("base.es")
        channel = self.env["helpdesk.ticket.product"].create({"name": "Channel"})
        self.location.write({"country_id": mexico.id, "product_ids": channel.ids})
        Location = self.env["helpdesk.ticket.location"]
        area = Location.create({"name": "Pacific", "partner_id": self.hotel.id})
        self.location.parent_id = area
        Location.create(
            {
                "name": "Hotel Luna",
                "partner_id": self.other_hotel.id,
                "country_id": spain.id,
            }
        )
        self.incident.is_published = False
        for name, vals, who in (
            ("all", {}, {"ana", "eva"}),
            ("mexico", {"country_ids": mexico.ids}, {"ana"}),
            ("spain", {"country_ids": spain.ids}, {"eva"}),
            ("channel", {"product_ids": channel.ids}, {"ana"}),
            ("area", {"location_ids": area.ids}, {"ana"}),
            (
                "channel in spain",
                {"product_ids": channel.ids, "country_ids": spain.ids},
                set(),
            ),
        ):
            with self.subTest(name):
                announcement = self._announce(name, **vals)
                seen = {
                    login
                    for login in ("ana", "eva")
                    if name in self._seen(getattr(self, login))
                }
                self.assertEqual(seen, who)
                announcement.unlink()

    def test_narrowed_to_a_product_or_a_place(self):
        """S2-02 … asked for a customer, a product, a place, as forms and desks ask."""
        Product = self.env["helpdesk.ticket.product"]
        channel, engine = Product.create([{"name": "Channel"}, {"name": "Engine"}])
        self.incident.product_ids = channel
        self.location.product_ids = channel
        running = self.env["helpdesk.announcement"].with_user(self.sam)._get_running
        ana = self.ana.partner_id
        self.assertEqual(running(partner=ana), self.incident)
        self.assertFalse(running(partner=self.eva.partner_id))
        self.assertEqual(running(partner=ana, product=channel), self.incident)
        self.assertFalse(running(partner=ana, product=engine))
        self.assertEqual(running(partner=ana, location=self.location), self.incident)
        elsewhere = self.location.copy({"name": "Elsewhere", "product_ids": False})
        self.assertFalse(running(partner=ana, location=elsewhere))

    def test_customers_read_its_words_only(self):
        """S2-02 … whom it is for names the places of others."""
        self.incident.location_ids = self.location
        record = self.incident.with_user(self.ana)
        self.assertEqual(record.name, self.incident.name)
        for field in ("location_ids", "ticket_id", "affected_ids", "affected_count"):
            with self.subTest(field), self.assertRaises(AccessError):
                record.read([field])
        with self.assertRaises(AccessError):
            record.search([("location_ids", "=", self.location.id)])
        with self.assertRaises(AccessError):
            record.write({"name": "Mine"})

    def test_free_while_nothing_runs(self):
        """No page takes a statement more while nothing is announced."""
        self.incident.is_published = False
        Announcement = self.env["helpdesk.announcement"].with_user(self.ana)
        Announcement._get_banner()
        self.env.flush_all()
        with recorded_statements(own=True) as statements:
            self.assertFalse(Announcement._get_banner())
        self.assertFalse(statements)

    def test_few_statements_while_something_runs(self):
        """A banner takes the same, whatever the number of announcements and places."""
        mexico = self.env.ref("base.mx")
        Announcement = self.env["helpdesk.announcement"].with_user(self.ana)
        counts = []
        for places in (1, 50):
            self.incident.copy(
                {"is_published": True, "date_end": self.incident.date_end}
            ).country_ids = mexico
            self.location.create(
                [
                    {"name": f"Place {number}", "partner_id": self.hotel.id}
                    for number in range(places)
                ]
            ).country_id = mexico
            self.assertTrue(Announcement._get_banner())
            self.env.flush_all()
            self.env.invalidate_all()
            with recorded_statements(own=True) as statements:
                Announcement._get_banner()
            counts.append(len(statements))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 12)

    # ------------------------------------------------------------
    # It affects us, too
    # ------------------------------------------------------------

    def _follow(self, user=None):
        self.sign_in(user)
        return self.post(f"/support/announcement/{self.incident.id}/follow")

    def test_it_affects_us_too(self):
        """S0-24 … not to open several tickets for one topic: one press follows the
        incident instead, once."""
        tickets = self.env["helpdesk.ticket"].search_count([])
        self._follow()
        self.assertIn("We will keep you informed at ana@test.example", self.text)
        self._follow()
        self.assertEqual(self.incident.affected_ids.partner_id, self.ana.partner_id)
        self.assertEqual(self.incident.affected_ids.location_id, self.location)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets)
        self._banner("/new/ticket")
        self.assertNotIn("Does it happen to you, too?", self.text)
        self.assertIn("no ticket of your own is needed", self.text)

    def test_followers_do_not_see_the_ticket(self):
        """Settled, who sees what: customers do not read about each other."""
        self._follow()
        self._follow(self.eva)
        self.get(f"/my/ticket/{self.ticket.id}", 404)
        Affected = self.env["helpdesk.announcement.affected"].with_user(self.ana)
        with self.assertRaises(AccessError):
            Affected.search([])

    def test_who_is_not_concerned_cannot_follow(self):
        self.incident.location_ids = self.location
        self.sign_in(self.eva)
        self.post(f"/support/announcement/{self.incident.id}/follow", status=404)
        self.assertFalse(self.incident.affected_ids)
        self.get(f"/support/announcement/{self.incident.id}", 404)
        self.assertIn("over, or not for you", self.text)

    def test_nothing_is_asked_without_a_ticket(self):
        self.incident.ticket_id = False
        self.sign_in()
        self._banner("/new/ticket")
        self.assertNotIn("Does it happen to you, too?", self.text)
        self._follow()
        self.assertFalse(self.incident.affected_ids)

    def test_a_form_of_an_ended_session_changes_nothing(self):
        self.sign_in()
        path = f"/support/announcement/{self.incident.id}/follow"
        self.post(path, {"csrf_token": "old"}, csrf=False)
        self.assertFalse(self.incident.affected_ids)
        self.authenticate(None, None)
        self.post(path)
        self.assertTrue(self.path.startswith("/web/login"))

    def _send(self):
        """Send what is waiting; return the mails by their reader."""
        before = self.env["mail.mail"].search([])
        self.env["helpdesk.announcement.affected"].search([])._send_due()
        mails = self.env["mail.mail"].search([]) - before
        return {mail.recipient_ids: mail for mail in mails}

    def test_updates_go_to_all(self):
        """S4-31 Mail notification on every change: an update goes to all affected at
        once, each for themselves, and into the incident's ticket."""
        self._follow()
        self._follow(self.eva)
        self.ana.lang = "en_US"
        self.incident.with_user(self.sam).last_update = "Booking works on it."
        mails = self._send()
        self.assertEqual(set(mails), {self.ana.partner_id, self.eva.partner_id})
        mail = mails[self.ana.partner_id]
        self.assertEqual(mail.subject, "News: Reservations of Booking arrive late")
        self.assertIn("Booking works on it.", mail.body_html)
        self.assertNotIn("Eva", mail.body_html)
        self.assertFalse(self._send(), "once")
        message = self.ticket._get_public_messages()[-1]
        self.assertIn("Booking works on it.", message.body)
        self.assertEqual(message.author_id, self.sam.partner_id)
        self.sign_in()
        self._banner()
        self.assertIn("Last update: Booking works on it.", self.text)

    def test_no_old_update_under_a_new_date(self):
        """S4-31 Mail notification on every change: an update written in one language
        is what all read until it is translated, not the one before."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.incident.last_update = "Booking works on it."
        spanish = self.incident.with_context(lang="es_MX")
        spanish.update_field_translations(
            "last_update", {"es_MX": "Booking trabaja en ello."}
        )
        self._follow()
        self.ana.lang = "es_MX"
        self.incident.with_user(self.sam).last_update = "Booking has solved it."
        self.assertEqual(spanish.last_update, "Booking has solved it.")
        self.assertIn("has solved it", self._send()[self.ana.partner_id].body_html)
        spanish.with_user(self.sam).last_update = "Ya funciona."
        self.assertEqual(self.incident.last_update, "Ya funciona.")

    def test_solving_asks_each(self):
        """S2-32 Resolved: dealt with; each affected is asked whether it works again."""
        self._follow()
        self._follow(self.eva)
        self._send()
        self.ticket.with_user(self.sam).action_solve()
        mails = self._send()
        self.assertIn(self.ana.partner_id, mails)
        subject = mails[self.eva.partner_id].subject
        self.assertTrue(subject.startswith("Does it work again?"), subject)
        self.sign_in()
        self._banner()
        self.assertIn("We have solved it. Does it work again?", self.text)
        path = f"/support/announcement/{self.incident.id}/answer"
        self.post(path, {"works": "1"})
        self.assertIn("You told us that it works again.", self.text)
        self.sign_in(self.eva)
        self.post(path, {"works": "0"})
        self.assertIn("We are sorry.", self.text)
        states = {a.partner_id: a.state for a in self.incident.affected_ids}
        self.assertEqual(
            states, {self.ana.partner_id: "works", self.eva.partner_id: "still"}
        )
        self.assertEqual(self.incident.still_count, 1)
        note = self.ticket.message_ids[0]
        self.assertIn("Eva Luna · Hotel Luna", note.body)
        self.assertNotIn(note, self.ticket._get_public_messages())
        # solved: nobody new is asked
        self.sign_in(self.luis)
        self._banner("/new/ticket")
        self.assertNotIn("Does it happen to you, too?", self.text)

    def test_reopened_goes_on(self):
        """S2-32 … can be reopened: who was asked is not any more, updates go on."""
        self._follow()
        self.ticket.with_user(self.sam).action_solve()
        self.ticket.with_user(self.sam).action_reopen()
        self.assertEqual(self.incident.affected_ids.state, "follows")
        self.assertFalse(self._send())
        self.sign_in(self.luis)
        self._banner("/new/ticket")
        self.assertIn("Does it happen to you, too?", self.text)

    def test_followers_keep_it_after_its_end(self):
        """S2-32 … whoever is asked can answer, even when it is no longer shown."""
        self._follow()
        self.incident.date_end = fields.Datetime.now() - timedelta(minutes=1)
        self.ticket.action_solve()
        self.get(f"/support/announcement/{self.incident.id}")
        self.assertIn("Does it work again?", self.text)
        self.sign_in(self.eva)
        self.get(f"/support/announcement/{self.incident.id}", 404)

    def test_ticket_of_the_incident(self):
        """The incident's own ticket is one of ours, made from the announcement."""
        announcement = self._announce("Power cut").with_user(self.sam)
        action = announcement.action_open_ticket()
        ticket = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertEqual(announcement.ticket_id, ticket)
        self.assertEqual(ticket.partner_id, self.env.company.partner_id)
        self.assertEqual(announcement.action_open_ticket()["res_id"], ticket.id)
        shown = ticket.with_user(self.sam).action_view_announcements()
        self.assertEqual(shown["res_id"], announcement.id)
        with self.assertRaises(AccessError):
            self.incident.with_user(self.laura).action_open_ticket()
