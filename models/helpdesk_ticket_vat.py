# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools import tax_id


class HelpdeskTicket(models.Model):
    """S2-30 The tax number of who asks, by the words and rules of its country."""

    _inherit = "helpdesk.ticket"

    partner_vat = fields.Char(
        string="Tax ID",
        tracking=True,
        help="The tax number of the requester or of where they work.",
    )

    @api.model
    def _portal_vat_label(self, country):
        """Return what a country calls its tax number: RFC, CUIT, NIT, RUT ...

        :param country: none where it is not known
        """
        # sudo: res.country - a word
        return country.sudo().vat_label or self.env._("Tax ID")

    @api.model
    def _portal_parse_vat(self, text, country):
        """Check a tax number that was typed.

        :param text: untrusted
        :param country: whose number it should be, none: any
        :return: (number as typed, or ""; what is wrong, or "")
        """
        number = self._portal_clean_line(text)
        # sudo: res.country - its code
        if not number or tax_id.is_valid(number, country.sudo().code):
            return number, ""
        label = self._portal_vat_label(country)
        return number, self.env._(
            "This is not a valid number (%(label)s). Check it, or leave the field "
            "empty.",
            label=label,
        )

    def _get_vat_country(self):
        """Return whose tax number it is: of the place, else of who asks."""
        self.ensure_one()
        ticket = self.sudo()  # sudo: res.country - of people and places of a ticket
        return (
            ticket.country_id
            or ticket.partner_id.country_id
            or ticket.commercial_partner_id.country_id
            or ticket.company_id.country_id
        )

    @api.model
    def _portal_readable_fields(self):
        """Customers see their own numbers."""
        return super()._portal_readable_fields() | {"partner_vat", "partner_phone"}

    def _get_desk_facts(self):
        facts = super()._get_desk_facts()
        if not self.partner_vat:
            return facts
        label = self._portal_vat_label(self._get_vat_country())
        return [*facts, {"name": label, "value": self.partner_vat}]
