# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskPublicFieldsMixin(models.AbstractModel):
    """Records that people outside read in part: a list of fields, nothing else."""

    _name = "helpdesk.public.fields.mixin"
    _description = "Helpdesk Records Read in Part"

    @api.model
    def _get_public_fields(self):
        """Return the fields that people outside may read, search and sort by."""
        return {"id", "display_name"}

    def _has_field_access(self, field, operation):
        """Whom something is for, and what we note about it, is our business."""
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or self.env.user._is_internal():
            return True
        return operation == "read" and field.name in self._get_public_fields()
