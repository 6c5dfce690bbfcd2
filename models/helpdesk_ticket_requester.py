# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools import phone


class HelpdeskTicket(models.Model):
    """Who asks: how to call them back, where they work, who wrote it for them."""

    _inherit = "helpdesk.ticket"

    partner_phone = fields.Char(
        string="Phone",
        help="The number at which the requester of this ticket is called back.",
    )
    partner_phone_sanitized = fields.Char(
        string="Phone, sanitised",
        compute="_compute_partner_phone_sanitized",
        store=True,
        index="btree_not_null",
        help="The phone number in the form in which numbers are compared.",
    )
    partner_company_name = fields.Char(
        string="Company name",
        help="Where the requester works, as they said it: for callers of a hotel we "
        "do not know yet.",
    )
    partner_area = fields.Char(string="Area", help="Where in the hotel they work.")
    partner_extension = fields.Char(string="Extension")
    sent_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Sent by",
        ondelete="restrict",
        index="btree_not_null",
        help="Who wrote it for the requester; empty: the requester.",
    )

    @api.depends("partner_phone")
    def _compute_partner_phone_sanitized(self):
        """Compare numbers by one form; a national one belongs to the hotel's country.

        Later changes of places and contacts do not touch it: the number was said then.
        """
        for ticket in self:
            number = ticket.partner_phone
            code = None
            if number and not phone.plain(number).startswith("+"):
                code = ticket._get_phone_country().code
            ticket.partner_phone_sanitized = number and phone.sanitize(number, code)

    def _get_phone_country(self):
        """Return the country in which the requester dials."""
        ticket = self.sudo()  # sudo: res.country - of people and places of a ticket
        return (
            ticket.location_id.country_id
            or ticket.partner_id.country_id
            or ticket.commercial_partner_id.country_id
            or ticket.company_id.country_id
        )

    @api.model
    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "partner_area",
            "partner_extension",
            "partner_company_name",
            "sent_by_id",
        }

    def _get_desk_facts(self):
        # sudo: res.partner - the name of who wrote a ticket the agent reads
        ticket = self.sudo()
        facts = [
            (self.env._("Phone"), ticket.partner_phone),
            (self.env._("Company"), ticket.partner_company_name),
            (self.env._("Area"), ticket.partner_area),
            (self.env._("Extension"), ticket.partner_extension),
            (self.env._("Sent by"), ticket.sent_by_id.name),
        ]
        return super()._get_desk_facts() + [
            {"name": name, "value": value} for name, value in facts if value
        ]
