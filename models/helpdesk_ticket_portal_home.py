# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from ..tools import dates

#: local hours at which the greeting changes
AFTERNOON, EVENING, MORNING = 12, 19, 5


class HelpdeskTicket(models.Model):
    """Home of the portal: who is greeted, and what waits for them."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_greeting(self, partner, zone):
        """Return the greeting of the hour, by the first name of a person.

        :param partner: the reader, as sudo; a mailbox of several people and a company
            have no first name
        :param zone: the reader's zone
        """
        hour = dates.to_local(self._now(), zone).hour
        several = partner.is_company or partner.helpdesk_is_shared
        name = "" if several else (partner.name or "").partition(" ")[0]
        if MORNING <= hour < AFTERNOON:
            return (
                self.env._("Good morning, %(name)s", name=name)
                if name
                else self.env._("Good morning")
            )
        if AFTERNOON <= hour < EVENING:
            return (
                self.env._("Good afternoon, %(name)s", name=name)
                if name
                else self.env._("Good afternoon")
            )
        return (
            self.env._("Good evening, %(name)s", name=name)
            if name
            else self.env._("Good evening")
        )

    @api.model
    def _portal_home_zone(self, partner, locations):
        """Return the reader's zone: theirs, else that of where they work, else ours."""
        return dates.first_zone(
            partner.tz, locations[:1].tz, default=self.browse()._get_reader_zone()
        )

    @api.model
    def _portal_waiting_domain(self, partner):
        """Return what waits for the reader's answer.

        Their own requests; for a mailbox of several people, and for who sees more
        than their own, whatever waits in what they see.
        """
        waiting = Domain("turn", "=", "customer")
        if partner.helpdesk_is_shared or partner.helpdesk_scope != "own":
            return waiting
        return waiting & Domain("partner_id", "=", partner.id)
