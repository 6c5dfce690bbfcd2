# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What time does to a ticket: reminders, solving, closing."""

    _inherit = "helpdesk.ticket"

    reminder_count = fields.Integer(
        string="Reminders sent",
        readonly=True,
        copy=False,
        help="Reminders of the present wait.",
    )
    next_reminder_date = fields.Datetime(
        string="Next reminder", readonly=True, copy=False
    )
    auto_close_date = fields.Datetime(
        string="Time-out",
        readonly=True,
        copy=False,
        help="When the clock moves the ticket on: from waiting for the customer to "
        "solved, from solved to closed.",
    )
    announced_close_date = fields.Datetime(
        string="Announced time-out",
        readonly=True,
        copy=False,
        help="The date the customer was told last. The clock never acts earlier.",
    )
    announcement_id = fields.Many2one(
        comodel_name="mail.message",
        string="Announcement",
        readonly=True,
        copy=False,
        help="The message that told the customer the date.",
    )
    extension_used = fields.Boolean(
        string="More time given",
        readonly=True,
        copy=False,
        help="The customer asked for more time in the present wait.",
    )
    clock_note = fields.Char(
        string="Clock stands still",
        readonly=True,
        copy=False,
        help="Why reminders and time-out of this ticket do not happen.",
    )
    clock_retry_count = fields.Integer(readonly=True, copy=False)
    clock_retry_date = fields.Datetime(readonly=True, copy=False)

    _reminder_idx = models.Index(
        "(next_reminder_date) WHERE next_reminder_date IS NOT NULL AND active IS TRUE"
    )
    _auto_close_idx = models.Index(
        "(auto_close_date) WHERE auto_close_date IS NOT NULL AND active IS TRUE"
    )
