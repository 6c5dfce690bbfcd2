# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import html2plaintext

PREVIEW_LENGTH = 120


class HelpdeskTicketSplitWizard(models.TransientModel):
    """Choose which messages of a ticket become one of their own."""

    _name = "helpdesk.ticket.split.wizard"
    _description = "Split a ticket"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    name = fields.Char(string="Subject of the new ticket", required=True)
    line_ids = fields.One2many(
        comodel_name="helpdesk.ticket.split.wizard.line",
        inverse_name="wizard_id",
        string="Messages",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("ticket_id")
    def _compute_line_ids(self):
        for wizard in self:
            # sudo: messages of a ticket the user may write, staff and customers alike
            messages = wizard.ticket_id.sudo()._get_movable_messages()
            written = messages.filtered(lambda m: m.message_type != "notification")
            written = written.sorted(lambda m: (m.date, m.id))
            wizard.line_ids = [(5, 0, 0)] + [
                (0, 0, {"message_id": message.id}) for message in written
            ]

    def action_confirm(self):
        """Split, and show the new ticket; the desk shows it itself."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen").message_id
        ticket = self.ticket_id.action_split(chosen.ids, self.name)
        if self.env.context.get("helpdesk_from_desk"):
            return {
                "type": "ir.actions.act_window_close",
                "infos": {"ticket_id": ticket.id},
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": ticket.id,
            "views": [(False, "form")],
        }


class HelpdeskTicketSplitWizardLine(models.TransientModel):
    """One message that may move to the new ticket."""

    _name = "helpdesk.ticket.split.wizard.line"
    _description = "Message of a ticket that is split"

    wizard_id = fields.Many2one(
        comodel_name="helpdesk.ticket.split.wizard", required=True, ondelete="cascade"
    )
    is_chosen = fields.Boolean(string="Move")
    message_id = fields.Many2one(
        comodel_name="mail.message", required=True, ondelete="cascade"
    )
    date = fields.Datetime(related="message_id.date")
    author = fields.Char(compute="_compute_words", compute_sudo=True)
    preview = fields.Char(string="Text", compute="_compute_words", compute_sudo=True)
    is_note = fields.Boolean(compute="_compute_words", compute_sudo=True)

    @api.depends("message_id")
    def _compute_words(self):
        for line in self:
            message = line.message_id
            line.author = message._get_writer_text()
            words = html2plaintext(message.body or "", include_references=False)
            line.preview = " ".join(words.split())[:PREVIEW_LENGTH]
            line.is_note = message.is_internal or message.subtype_id.internal
