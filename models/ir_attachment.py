from odoo import api, fields, models

PENDING_HOURS = 24


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.autovacuum
    def _gc_pending_ticket_files(self):
        """Files of forms that nobody sent die after 24 hours."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=PENDING_HOURS)
        # sudo: ir.attachment - uploaded for a ticket that was never sent
        self.sudo().search(
            [
                ("res_model", "=", "helpdesk.ticket"),
                ("res_id", "=", 0),
                ("create_date", "<", limit),
            ],
            limit=1000,
        ).unlink()
