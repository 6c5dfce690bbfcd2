# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskHoldWizard(models.TransientModel):
    """What waits in a restored or copied database, and what becomes of it."""

    _name = "helpdesk.hold.wizard"
    _description = "Go On After a Restored Backup"

    reason_text = fields.Char(compute="_compute_waiting")
    mail_count = fields.Integer(
        string="E-mails to customers", compute="_compute_waiting"
    )
    reminder_count = fields.Integer(string="Reminders", compute="_compute_waiting")
    time_out_count = fields.Integer(string="Time-outs", compute="_compute_waiting")
    mails_choice = fields.Selection(
        selection=[
            ("drop", "Do not send them: the other database did"),
            ("send", "Send them now"),
        ],
        string="E-mails that wait",
        default="drop",
        required=True,
    )
    clocks_choice = fields.Selection(
        selection=[
            ("anew", "Count anew from now, some customers an hour"),
            ("on", "Go on as if nothing had been"),
        ],
        string="Clocks",
        default="anew",
        required=True,
    )

    def _compute_waiting(self):
        hold = self.env["helpdesk.hold"]
        counts = hold._count_waiting()
        for wizard in self:
            wizard.reason_text = hold._get_words()
            wizard.mail_count = counts["mails"]
            wizard.reminder_count = counts["reminders"]
            wizard.time_out_count = counts["time_outs"]

    def action_release(self):
        """Go on.

        :raise UserError: when nothing is held, or somebody else decided already
        """
        self.ensure_one()
        hold = self.env["helpdesk.hold"]
        if not hold._is_held():
            raise UserError(self.env._("Nothing is held."))
        hold._release(mails=self.mails_choice, clocks=self.clocks_choice)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
