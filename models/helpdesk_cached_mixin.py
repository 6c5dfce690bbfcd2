# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskCachedMixin(models.AbstractModel):
    """Records that pages read from the cache, as they hardly ever change."""

    _name = "helpdesk.cached.mixin"
    _description = "Helpdesk Records Read from the Cache"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    def _update_field_translations(self, *args, **kwargs):
        res = super()._update_field_translations(*args, **kwargs)
        self.env.registry.clear_cache()
        return res
