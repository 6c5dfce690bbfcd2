# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class Website(models.Model):
    _inherit = "website"

    def _search_get_details(self, search_type, order, options):
        """The website's own search box finds articles of the help center."""
        result = super()._search_get_details(search_type, order, options)
        if search_type in ("helpdesk_articles", "all"):
            Article = self.env["helpdesk.article"]
            result.append(Article._search_get_detail(self, order, options))
        return result
