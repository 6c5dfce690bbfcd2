# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class HelpdeskTicketMailSender(models.Model):
    """Addresses whose mails are always accepted, or never."""

    _name = "helpdesk.ticket.mail.sender"
    _description = "Sender of mails"
    _order = "address"
    _rec_name = "address"

    address = fields.Char(
        required=True, help="An address, or @ and a domain for all of its addresses."
    )
    accepts = fields.Boolean(
        string="Always accept",
        default=True,
        help="Accepted mails open tickets although a machine or a list sent them; "
        "others are refused. An address counts more than its domain.",
    )

    _address_unique = models.Constraint(
        "UNIQUE(address)", "There is a line for this sender already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize(vals))

    @api.model
    def _normalize(self, vals):
        """Return values whose address is written as mails are compared.

        :raise ValidationError: when it is neither an address nor @ and a domain
        """
        if "address" not in vals:
            return vals
        given = (vals["address"] or "").strip().lower()
        domain = given.startswith("@") and tools.email_normalize(f"x{given}")
        address = domain[1:] if domain else tools.email_normalize(given)
        if not address:
            raise ValidationError(
                self.env._("Write an address, or @ and a domain: @hotel.example")
            )
        return {**vals, "address": address}

    @api.model
    def _set_policy(self, address, accepts):
        """Accept mails of an address always, or never."""
        line = self.search([("address", "=", address)])
        if line:
            line.accepts = accepts
        else:
            self.create({"address": address, "accepts": accepts})
