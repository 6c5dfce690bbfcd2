# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HelpdeskTicketMailRelease(models.TransientModel):
    """Shows what a held mail will do and what customers will get, then lets it go."""

    _name = "helpdesk.ticket.mail.release"
    _description = "Release a mail"

    line_id = fields.Many2one(
        comodel_name="helpdesk.ticket.mail.log", required=True, readonly=True
    )
    email_from = fields.Char(related="line_id.email_from", related_sudo=False)
    subject = fields.Char(related="line_id.subject", related_sudo=False)
    reason_text = fields.Char(related="line_id.reason_text", related_sudo=False)
    is_move = fields.Boolean(readonly=True)
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Into this ticket",
        help="The mail becomes a message of this ticket.",
    )
    preview = fields.Html(
        string="What happens",
        compute="_compute_preview",
        compute_sudo=False,
        store=True,  # opened in a request that may write: trying out is writing
        sanitize=False,
    )

    @api.depends("line_id", "ticket_id")
    def _compute_preview(self):
        for wizard in self:
            if wizard.is_move and not wizard.ticket_id:
                wizard.preview = False
                continue
            wizard.preview = wizard.line_id._origin._get_preview(
                wizard.ticket_id._origin
            )

    def action_release(self):
        """Do what was shown."""
        self.ensure_one()
        if self.ticket_id:
            return self.line_id.action_move(self.ticket_id)
        return self.line_id.action_release()
