# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _is_of_article(self):
        """Tell whether this file belongs to an article of the help center."""
        return (
            self.res_model == "helpdesk.article"
            and not self.res_field
            and not self.public
        )

    def _is_open_to_article_reader(self):
        """Tell whether who finds the article may open this file of it.

        By no link, as a token would outlive the article's publication.
        """
        article = self.env["helpdesk.article"].browse(self.res_id)
        user = self.env.user
        if not self.res_id:
            return user._is_internal() and article.has_access("write")
        if not article.exists():
            return False
        return article.sudo(False).has_access("read")
