# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

CRON = "helpdesk_service_portal.ir_cron_acknowledge"
#: so many are acknowledged at once
BATCH = 100


class HelpdeskTicket(models.Model):
    """Who wrote a mail is told that it arrived within a minute, many at once.

    A mailbox is read faster so, and a hundred acknowledgements cost hardly more
    statements than one.
    """

    _inherit = "helpdesk.ticket"

    acknowledge_date = fields.Datetime(
        string="Acknowledged from",
        readonly=True,
        copy=False,
        help="Since when who wrote the mail waits for the acknowledgement; empty when "
        "it was sent.",
    )
    first_mail = fields.Json(
        readonly=True,
        copy=False,
        help="What the acknowledgement says about the mail: which Message-ID it "
        "answers, which files were refused, which ticket it answered with another "
        "subject, whether it follows up a closed one.",
    )

    _acknowledge_idx = models.Index(
        "(acknowledge_date) WHERE acknowledge_date IS NOT NULL AND active IS TRUE"
    )

    def _prepare_create_vals(self, vals):
        vals = super()._prepare_create_vals(vals)
        context = self.env.context
        mail = context.get("helpdesk_first_mail")
        if mail:
            vals["first_mail"] = {
                **mail,
                "is_follow_up": bool(context.get("helpdesk_follow_up")),
            }
            if self._is_acknowledged() and not context.get("helpdesk_mail_preview"):
                vals["acknowledge_date"] = self._now()
        return vals

    def _acknowledge(self):
        """Leave tickets of mails to the cron, which is asked to come."""
        later = self.filtered("acknowledge_date")
        if later:
            cron_id = self.env["ir.model.data"]._xmlid_to_res_id(CRON)
            # sudo: ir.cron.trigger - what _trigger does, without reading the cron; it
            # comes with its next look, a minute later at most
            self.env["ir.cron.trigger"].sudo().create(
                {"cron_id": cron_id, "call_at": fields.Datetime.now()}
            )
        return super(HelpdeskTicket, self - later)._acknowledge()

    @api.model
    def _cron_acknowledge(self, batch_size=BATCH):
        self._run_due("acknowledge_date", "_acknowledge_now", batch_size)

    def _acknowledge_now(self):
        """Acknowledge tickets of mails that wait for it."""
        self.acknowledge_date = False
        self._acknowledge()
        self.first_mail = False
