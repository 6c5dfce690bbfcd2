# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """A ticket that is about an incident many have: linked to it at the desk."""

    _inherit = "helpdesk.ticket"

    incident_id = fields.Many2one(
        comodel_name="helpdesk.announcement",
        string="Part of the incident",
        copy=False,
        readonly=True,
        tracking=True,
        index="btree_not_null",
        ondelete="set null",
        help="Its customer is told all that is new, and asked when it is solved.",
    )

    @api.readonly
    def desk_page(self):
        return {**super().desk_page(), "announcements": self._get_desk_announcements()}

    def _get_desk_announcements(self):
        """Return what runs and concerns this ticket's customer, the most urgent first.

        What the ticket is linked to stays, over or not.
        """
        self.ensure_one()
        # sudo: what decides for whom it is: customer, product and place of the ticket
        ticket = self.sudo()
        running = self.env["helpdesk.announcement"]._get_running(
            partner=ticket.partner_id,
            product=ticket.product_id,
            location=ticket.location_id,
        )
        # what the ticket itself is the incident of is no news to who works on it
        linked = self.incident_id.sudo()  # sudo: the words of an announcement
        shown = (linked | running).filtered(lambda one: one.ticket_id != ticket)
        return [
            {
                "id": row["id"],
                "name": row["name"],
                "severity": row["severity"],
                "severity_words": row["severity_words"],
                "update": row["update"],
                "updated": row["updated"] or "",
                "is_solved": row["is_solved"],
                "is_linked": one == linked,
                "can_link": one._is_asking() and self.has_access("write"),
            }
            for one, row in zip(shown, shown._get_rows(), strict=True)
        ]

    def desk_link_announcement(self, announcement_id):
        """Note that this ticket is about an incident: its customer follows that, too.

        :raise AccessError: for who may not change this ticket
        :raise UserError: when it does not concern the customer, or is over
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("write")
        rows = {row["id"]: row for row in self._get_desk_announcements()}
        row = rows.get(announcement_id)
        if not row or not row["can_link"]:
            raise UserError(
                self.env._("This announcement is over, or not for this customer.")
            )
        # sudo: helpdesk.ticket, helpdesk.announcement - checked above
        ticket = self.sudo()
        ticket.incident_id = announcement_id
        ticket.incident_id._add_affected(ticket.partner_id, ticket.location_id)

    def desk_unlink_announcement(self):
        """Take a link back; a customer who never said so follows no longer.

        :raise AccessError: for who may not change this ticket
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("write")
        # sudo: helpdesk.ticket, helpdesk.announcement - checked above
        ticket = self.sudo()
        incident, ticket.incident_id = ticket.incident_id, False
        if not incident.ticket_ids.filtered(
            lambda other: other.partner_id == ticket.partner_id
        ):
            incident._drop_affected(ticket.partner_id)
