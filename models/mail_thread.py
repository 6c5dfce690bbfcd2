# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools.mail_parsing import get_kind_of_mail

TICKET = "helpdesk.ticket"


class MailThread(models.AbstractModel):
    """Mails that come in: what a machine wrote, what answers a closed ticket."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Let tickets know who wrote a mail; closed ones are followed up."""
        routes = list(routes or ())
        if not any(route[0] == TICKET for route in routes):
            return super()._message_route_process(message, message_dict, routes)
        kind = get_kind_of_mail(message, message_dict.get("subject") or "")
        if kind == "person":
            routes = [self._follow_up_route(message_dict, *route) for route in routes]
        thread = self.with_context(helpdesk_mail_kind=kind)
        return super(MailThread, thread)._message_route_process(
            message, message_dict, routes
        )

    @api.model
    def _follow_up_route(self, message_dict, model, thread_id, values, *others):
        """Return the route; a customer's answer to a closed ticket opens a new one."""
        if model == TICKET and thread_id:
            # sudo: helpdesk.ticket - mails are received in the name of nobody
            ticket = self.env[TICKET].sudo().browse(thread_id).exists()
            author = self.env["res.partner"].browse(message_dict.get("author_id") or [])
            if ticket.stage_kind == "closed" and (
                not author or ticket._is_customer_side(author)
            ):
                values = {**(values or {}), "helpdesk_follow_up_of": ticket.id}
                thread_id = False
        return (model, thread_id, values, *others)
