# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields

from .portal_common import PortalCommon


class AnnouncementCommon(PortalCommon):
    """An incident that runs, and its ticket with Sam."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(cls.sam, name="Booking does not answer")
        cls.incident = cls._announce(
            "Reservations of Booking arrive late", ticket_id=cls.ticket.id
        )

    @classmethod
    def _announce(cls, name, days=1, **vals):
        now = fields.Datetime.now()
        return cls.env["helpdesk.announcement"].create(
            {
                "name": name,
                "severity": "incident",
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(days=days),
                "is_published": True,
                **vals,
            }
        )

    def _banner(self, path="/my"):
        tree = self.get(path)
        heads = tree.xpath("//details[contains(@class, 'o_hsp_announcement')]/summary")
        return [self.words(head) for head in heads]

    def _seen(self, user):
        Announcement = self.env["helpdesk.announcement"].with_user(user)
        return set(Announcement.search([]).mapped("name"))
