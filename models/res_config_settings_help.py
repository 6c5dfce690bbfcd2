# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_search_notice = fields.Char(compute="_compute_helpdesk_search_notice")

    def _compute_helpdesk_search_notice(self):
        """Say what the search lacks where the database role may not add extensions."""
        notice = False
        if self.env["helpdesk.article.index"]._is_typo_search_limited():
            notice = self.env._(
                "The search of articles works, but forgives only one typing error in a "
                "word: your PostgreSQL lacks pg_trgm. A database administrator adds it "
                "with “CREATE EXTENSION pg_trgm”; then update this module."
            )
        self.helpdesk_search_notice = notice
