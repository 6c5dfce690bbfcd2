# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class HelpdeskTicketReading(models.Model):
    """Up to where a person has read the public part of a thread.

    Written by a beacon after the page was read, never by the page itself.
    """

    _name = "helpdesk.ticket.reading"
    _description = "Helpdesk Ticket Reading"
    _order = "id"
    _rec_name = "partner_id"
    _log_access = False

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        ondelete="cascade",
        index=True,
    )
    last_message = fields.Integer(
        required=True, help="The number of the newest message they have seen."
    )
    date = fields.Datetime(
        required=True, help="When they saw that message for the first time."
    )

    _ticket_partner_uniq = models.Constraint(
        "UNIQUE (ticket_id, partner_id)", "A person reads a ticket once."
    )

    @api.model
    def _note(self, partner, last_messages):
        """Remember that ``partner`` has read these tickets; never less than before.

        :param dict last_messages: number of the newest message seen, by ticket id
        :return: ids of the tickets of which something was new to them
        """
        rows = [
            SQL("(%s, %s, %s, %s)", ticket_id, partner.id, number, self._now())
            for ticket_id, number in last_messages.items()
            if number
        ]
        if not rows:
            return []
        # one statement for however many; two tabs at once make it wait, not fail
        return [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """
                    INSERT INTO helpdesk_ticket_reading
                                (ticket_id, partner_id, last_message, date)
                         VALUES %s
                    ON CONFLICT (ticket_id, partner_id) DO UPDATE
                            SET last_message = EXCLUDED.last_message,
                                date = EXCLUDED.date
                          WHERE helpdesk_ticket_reading.last_message
                                < EXCLUDED.last_message
                      RETURNING ticket_id
                    """,
                    SQL(", ").join(rows),
                )
            )
        ]

    @api.model
    def _now(self):
        return fields.Datetime.now()
