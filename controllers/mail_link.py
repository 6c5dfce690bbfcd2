# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.urls import url_encode

from odoo.http import request

from odoo.addons.portal.controllers.mail import MailController


class HelpdeskMailController(MailController):
    """The button of mails: to the page by one's own right, else by one's own link."""

    @classmethod
    def _redirect_to_record(cls, model, res_id, access_token=None, **kwargs):
        Ticket = request.env["helpdesk.ticket"]
        number = Ticket._portal_parse_id(res_id)
        if model == Ticket._name and number and access_token:
            # sudo: helpdesk.ticket - the link is checked on the next line
            ticket = Ticket.sudo().browse(number).exists()
            by_right = not request.env.user._is_public() and Ticket.browse(
                ticket.id
            ).has_access("read")
            if ticket and not by_right and ticket._open_by_token(access_token):
                query = url_encode({"access_token": access_token})
                return request.redirect(f"/my/ticket/{number}?{query}")
            access_token = None
        return super()._redirect_to_record(
            model, res_id, access_token=access_token, **kwargs
        )
