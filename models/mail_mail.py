# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MailMail(models.Model):
    """Mails of tickets that a server refused for a while are sent again."""

    _inherit = "mail.mail"

    @api.model
    def _trigger_queue(self):
        """Let the queue run at the moments asked for in this transaction."""
        moments = self.env.cr.precommit.data.pop("helpdesk.mail_queue", ())
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action", False)
        if cron and moments:
            # sudo: ir.cron - whoever caused a mail, the queue sends it
            cron.sudo()._trigger(sorted(moments))
