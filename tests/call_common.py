# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from .common import AGENT_TEAM, HelpdeskCommon

CONTACT_CENTER = "helpdesk_service_portal.group_contact_center"
SWITCHBOARD = "+52 444 811 2200"


class CallCase(HelpdeskCommon):
    """Carla answers the phone of the desk; Hotel Sol calls through a switchboard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.mx")
        cls.carla = cls._create_person("Carla Ríos", "carla", CONTACT_CENTER)
        cls.laura.group_ids += cls.env.ref(AGENT_TEAM)
        cls.team.user_ids += cls.carla
        cls.phone_channel = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        cls.whatsapp_channel = cls.env.ref("helpdesk_service_portal.channel_whatsapp")
        cls.person = cls.ana.partner_id
        cls.person.write({"phone": "+52 444 811 2233", "lang": "en_US"})
        cls.calls = cls.env["helpdesk.ticket"].with_user(cls.carla)

    @classmethod
    def _open_switchboard(cls, count=12):
        """Let so many people of Hotel Sol share the hotel's number."""
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Person {index}",
                    "parent_id": cls.hotel.id,
                    "phone": SWITCHBOARD,
                }
                for index in range(1, count + 1)
            ]
        )

    def _call(self, **values):
        """Return what the page sends when Ana calls."""
        return {
            "partner_id": self.person.id,
            "company_id": self.hotel.id,
            "location_id": self.location.id,
            "text": "No reservations from Booking",
            **values,
        }

    def _save(self, then=False, **values):
        """Save a call of Ana's as Carla; return its ticket."""
        saved = self.calls.call_save(self._call(**values), then)
        return self.env["helpdesk.ticket"].browse(saved["id"])

    def _browse_mails(self, ticket):
        """Return the mails that wait, of this ticket."""
        return self.env["mail.mail"].search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
