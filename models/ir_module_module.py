# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Articles whose translations were just loaded are found by their words."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        self.env["helpdesk.article.index"]._refresh_stale()
        return result
