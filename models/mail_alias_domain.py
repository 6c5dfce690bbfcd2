# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MailAliasDomain(models.Model):
    _inherit = "mail.alias.domain"

    @api.model
    def _find_aliases(self, email_list):
        """Routing takes our aliases out of a mail of ours, once and with their tags."""
        if self.env.context.get("helpdesk_mail_parsing"):
            return []
        return super()._find_aliases(email_list)
