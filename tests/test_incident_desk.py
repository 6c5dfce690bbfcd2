# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .announcement_common import AnnouncementCommon


@tagged("post_install", "-at_install")
class TestIncidentDesk(AnnouncementCommon):
    """A running incident at the desk: the agent sees it, and links a ticket to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls._create_ticket(name="No reservations", user_id=cls.laura.id)
        cls.desk_ticket = cls.mine.with_user(cls.laura)

    def _shown(self, ticket=None):
        page = (ticket or self.desk_ticket).desk_page()
        return [row["name"] for row in page["announcements"]]

    def test_what_concerns_the_customer(self):
        """S2-02 "Informative banner for … notices of service intermittence": who
        answers sees what the ticket's customer is told, and nothing else."""
        self.incident.location_ids = self.location
        self._announce("Holidays", severity="info")
        self.assertEqual(self._shown(), [self.incident.name, "Holidays"])
        other = self._create_ticket(self.eva, name="Late", user_id=self.laura.id)
        self.assertEqual(self._shown(other.with_user(self.laura)), ["Holidays"])
        with self.clock(days=30):
            self.assertEqual(self._shown(), [])

    def test_product_of_the_ticket(self):
        """S2-02 … by product: what is about another product is not about the ticket."""
        Product = self.env["helpdesk.ticket.product"]
        channel, engine = Product.create([{"name": "Channel"}, {"name": "Engine"}])
        self.incident.product_ids = channel
        self.location.product_ids = channel | engine
        self.mine.product_id = engine
        self.assertEqual(self._shown(), [])
        self.mine.product_id = channel
        self.assertEqual(self._shown(), [self.incident.name])

    def test_the_incident_itself_is_no_news(self):
        self.assertEqual(self._shown(self.ticket.with_user(self.sam)), [])

    def test_linked_by_one_step(self):
        """S0-24 … not several tickets for one topic: linked, the customer is told all
        that is new of the incident, and asked when it is solved."""
        row = self.desk_ticket.desk_page()["announcements"][0]
        self.assertTrue(row["can_link"])
        self.desk_ticket.desk_link_announcement(row["id"])
        self.assertTrue(self.desk_ticket.desk_page()["announcements"][0]["is_linked"])
        self.assertEqual(self.incident.ticket_ids, self.mine)
        line = self.incident.affected_ids
        self.assertEqual(line.partner_id, self.ana.partner_id)
        self.desk_ticket.desk_link_announcement(row["id"])
        self.assertEqual(len(self.incident.affected_ids), 1)
        self.ticket.with_user(self.sam).action_solve()
        self.assertEqual((line.state, line.mail_to_send), ("asked", "ask"))
        # over or solved, the link is still told
        with self.clock(days=30):
            shown = self.desk_ticket.desk_page()["announcements"]
        self.assertEqual([one["is_linked"] for one in shown], [True])
        self.assertFalse(shown[0]["can_link"])

    def test_a_link_is_taken_back(self):
        """A wrong key is no harm: unlinked, a customer who said nothing follows no
        longer; who said so themselves goes on."""
        self.desk_ticket.desk_link_announcement(self.incident.id)
        self.desk_ticket.desk_unlink_announcement()
        self.assertFalse(self.incident.affected_ids)
        self.assertFalse(self.mine.incident_id)
        self.incident.with_user(self.ana)._follow()
        self.desk_ticket.desk_link_announcement(self.incident.id)
        self.desk_ticket.desk_unlink_announcement()
        self.assertEqual(self.incident.affected_ids.partner_id, self.ana.partner_id)

    def test_two_tickets_of_one_customer(self):
        second = self._create_ticket(name="Also late", user_id=self.laura.id)
        second = second.with_user(self.laura)
        for ticket in (self.desk_ticket, second):
            ticket.desk_link_announcement(self.incident.id)
        self.desk_ticket.desk_unlink_announcement()
        self.assertEqual(self.incident.affected_ids.partner_id, self.ana.partner_id)
        second.desk_unlink_announcement()
        self.assertFalse(self.incident.affected_ids)

    def test_only_what_asks_is_linked(self):
        """Nobody is linked to news, to what is solved or to what is not for them."""
        news = self._announce("Holidays", severity="info")
        elsewhere = self._announce("Elsewhere", ticket_id=self.ticket.id)
        elsewhere.location_ids = self.location.copy({"partner_id": self.other_hotel.id})
        self.incident.solved_date = fields.Datetime.now()
        for announcement in (news, elsewhere, self.incident):
            with self.subTest(announcement.name), self.assertRaises(UserError):
                self.desk_ticket.desk_link_announcement(announcement.id)
        self.assertFalse(self.mine.incident_id)

    def test_only_agents_with_the_ticket(self):
        for user in (self.ana, self.ines):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.mine.with_user(user).desk_link_announcement(self.incident.id)
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.mine.with_user(user).desk_unlink_announcement()
        with self.assertRaises(AccessError):
            self.mine.with_user(self.ana).read(["incident_id"])
