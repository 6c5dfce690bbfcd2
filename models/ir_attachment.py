import base64
import binascii

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import attachment_policy

PENDING_HOURS = 24
#: what files of tickets belong to, before and after they are sent
FILE_MODELS = ("helpdesk.ticket", "helpdesk.ticket.draft")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """People attach to tickets what the policy accepts, by whichever door.

        The program attaches what it has checked itself.

        :raise UserError: for a file that is refused, saying why
        """
        of_tickets = [
            vals
            for vals in vals_list
            if vals.get("res_model") in FILE_MODELS and not vals.get("res_field")
        ]
        if of_tickets:
            if not self.env.su or not self.env.user._is_internal():
                self._check_file_vals(of_tickets)
            vals_list = [
                {**vals, "name": attachment_policy.clean_name(vals.get("name"))}
                if vals in of_tickets
                else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    @api.model
    def _check_file_vals(self, vals_list):
        """:raise UserError: for the files that a ticket does not take"""
        Ticket = self.env["helpdesk.ticket"]
        for vals in vals_list:
            is_sent = vals["res_model"] == Ticket._name
            ticket = Ticket.browse((is_sent and vals.get("res_id")) or [])
            file = (vals.get("name"), self._get_content_of_vals(vals))
            ticket._check_ticket_files([file])

    @api.model
    def _get_content_of_vals(self, vals):
        """Return the bytes that a file is about to be created with."""
        raw = vals.get("raw") or b""
        if raw or not vals.get("datas"):
            return raw.encode() if isinstance(raw, str) else raw
        try:
            return base64.b64decode(vals["datas"])
        except (binascii.Error, ValueError):
            return b""

    def _is_of_ticket(self):
        """Tell whether this file belongs to a ticket or to one of its messages."""
        return (
            self.res_model == "helpdesk.ticket"
            and bool(self.res_id)
            and not self.public
        )

    def _is_open_to_reader(self, token=None):
        """Tell whether the user, or who holds a link, sees this file on its page.

        Confidential ones open on no page, see ``_is_open_to_team``.

        :param token: of the file's address, untrusted
        """
        if self.helpdesk_is_confidential:
            return False
        # sudo: helpdesk.ticket - its reader is found out here
        Ticket = self.env["helpdesk.ticket"].sudo()
        ticket = Ticket.browse(self.res_id).exists()
        if not ticket:
            return False
        opened = ticket._open_by_file_token(self.id, token)
        if not opened and not self.env.user._is_public():
            opened = Ticket.sudo(False)._portal_find(ticket.id)
        return bool(opened) and self._is_shown_on(opened)

    def _is_shown_on(self, ticket):
        """Tell whether the page of this (sudo) ticket shows the file to its reader."""
        start = ticket._get_history_start()
        # sudo: mail.message - where the file hangs
        Message = self.env["mail.message"].sudo()
        messages = Message.search([("attachment_ids", "in", self.ids)])
        if not messages:
            return not start or self.create_date >= start
        return any(
            message.res_id == ticket.id
            and ticket._is_public_message(message)
            and not (start and message.date < start)
            for message in messages
        )

    @api.autovacuum
    def _gc_pending_ticket_files(self):
        """Files of forms that nobody sent die after 24 hours."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=PENDING_HOURS)
        # sudo: helpdesk.ticket.draft - which there are; their files die with them
        drafts = self.env["helpdesk.ticket.draft"].sudo()._search([])
        unsent = Domain("res_model", "=", "helpdesk.ticket") & Domain("res_id", "=", 0)
        unsent |= Domain("res_model", "=", "helpdesk.ticket.draft") & Domain(
            "res_id", "not in", drafts
        )
        # sudo: ir.attachment - uploaded for a ticket that was never sent
        self.sudo().search(
            unsent & Domain("create_date", "<", limit), limit=1000
        ).unlink()
