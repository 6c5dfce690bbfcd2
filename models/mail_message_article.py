# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class MailMessage(models.Model):
    """The thread of an article is the editors'; readers' comments stand elsewhere."""

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        forbidden = super()._get_forbidden_access(operation)
        rest = self - forbidden
        if not rest or self.env.user._is_internal():
            return forbidden
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM mail_message"
                " WHERE id = ANY(%s) AND model = 'helpdesk.article'",
                rest.ids,
            )
        )
        return forbidden + self.browse(row[0] for row in rows)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access and not self.env.user._is_internal():
            domain = Domain(domain) & Domain("model", "!=", "helpdesk.article")
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _get_with_access(self, message_id, mode="read", **kwargs):
        message = super()._get_with_access(message_id, mode=mode, **kwargs)
        # sudo: mail.message - what it is about
        if (
            message.sudo().model == "helpdesk.article"
            and not self.env.user._is_internal()
        ):
            return self.browse()
        return message
