import base64
import binascii

from odoo import api, fields, models
from odoo.fields import Domain

PENDING_HOURS = 24


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Customers attach to tickets what the policy accepts, by whichever door.

        :raise UserError: for a file that is refused, saying why
        """
        if not self.env.user._is_internal():
            self.env["helpdesk.ticket"]._check_customer_files(
                (vals.get("name"), self._get_content_of_vals(vals))
                for vals in vals_list
                if vals.get("res_model") == "helpdesk.ticket"
            )
        return super().create(vals_list)

    @api.model
    def _get_content_of_vals(self, vals):
        """Return the bytes that a file is about to be created with."""
        raw = vals.get("raw") or b""
        if raw or not vals.get("datas"):
            return raw.encode() if isinstance(raw, str) else raw
        try:
            return base64.b64decode(vals["datas"])
        except (binascii.Error, ValueError):
            return b""

    @api.autovacuum
    def _gc_pending_ticket_files(self):
        """Files of forms that nobody sent die after 24 hours."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=PENDING_HOURS)
        # sudo: helpdesk.ticket.draft - which there are; their files die with them
        drafts = self.env["helpdesk.ticket.draft"].sudo()._search([])
        unsent = Domain("res_model", "=", "helpdesk.ticket") & Domain("res_id", "=", 0)
        unsent |= Domain("res_model", "=", "helpdesk.ticket.draft") & Domain(
            "res_id", "not in", drafts
        )
        # sudo: ir.attachment - uploaded for a ticket that was never sent
        self.sudo().search(
            unsent & Domain("create_date", "<", limit), limit=1000
        ).unlink()
