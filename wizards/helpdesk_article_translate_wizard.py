# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskArticleTranslateWizard(models.TransientModel):
    """Open an article in another language, to write its text there."""

    _name = "helpdesk.article.translate.wizard"
    _description = "Translate an Article"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, ondelete="cascade"
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
    )

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.article",
            "res_id": self.article_id.id,
            "views": [[False, "form"]],
            "context": {"lang": self.lang},
        }
