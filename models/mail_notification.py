# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

#: failures of a server, which another try may mend
PASSING_FAILURES = (False, "", "unknown", "mail_smtp")


class MailNotification(models.Model):
    """When a mail arrived, or that nobody tries any more to deliver it."""

    _inherit = "mail.notification"

    delivered_date = fields.Datetime(
        readonly=True, help="When the mail left for the recipient's server."
    )
    given_up = fields.Boolean(
        readonly=True, help="The mail failed so often that it is not sent again."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("notification_status") == "sent":
                vals.setdefault("delivered_date", fields.Datetime.now())
        return super().create(vals_list)

    def write(self, vals):
        """Note the delivery; a lost announcement stops the clock of its ticket."""
        if vals.get("notification_status") == "sent":
            vals = {"delivered_date": fields.Datetime.now(), **vals}
        res = super().write(vals)
        if {"notification_status", "given_up"} & vals.keys():
            lost = self.filtered(lambda n: n._get_delivery_state()[0] == "lost")
            if lost:
                lost._stop_clocks()
        return res

    def _get_delivery_state(self):
        """Return ("delivered", "pending" or "lost", date of the delivery or False)."""
        self.ensure_one()
        status = self.notification_status
        if status == "sent":
            return "delivered", self.delivered_date
        failed = status == "exception" and (
            self.given_up or self.failure_type not in PASSING_FAILURES
        )
        if failed or status in ("bounce", "canceled"):
            return "lost", False
        return "pending", False

    def _stop_clocks(self):
        """Tell who takes care of tickets whose announcement is among these."""
        messages = self.mail_message_id
        # sudo: helpdesk.ticket - bounces are handled in the name of nobody
        tickets = (
            self.env["helpdesk.ticket"]
            .sudo()
            .search(
                [
                    "|",
                    ("announcement_id", "in", messages.ids),
                    ("reminder_id", "in", messages.ids),
                ]
            )
        )
        people = {(n.mail_message_id.id, n.res_partner_id.id) for n in self}
        tickets.filtered(
            lambda t: (
                t._is_counted()
                and {
                    (t.announcement_id.id, t.partner_id.id),
                    (t.reminder_id.id, t.partner_id.id),
                }
                & people
            )
        )._clock_stop("lost")
