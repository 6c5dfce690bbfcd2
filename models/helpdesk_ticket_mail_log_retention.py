# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

from .helpdesk_ticket_mail_log import OPEN_OUTCOMES


class HelpdeskTicketMailLog(models.Model):
    """Lines of mails are kept for a time, and with them the mails as they came."""

    _inherit = "helpdesk.ticket.mail.log"

    @api.autovacuum
    def _gc_lines(self):
        """Delete lines older than the months of their company, not those undecided.

        :return: how many, and whether as many again may be left
        """
        # sudo: res.company - the vacuum acts for nobody
        companies_sudo = self.env["res.company"].sudo()
        done = 0
        for company in companies_sudo.search([("helpdesk_mail_log_months", ">", 0)]):
            months = company.helpdesk_mail_log_months
            before = fields.Datetime.now() - relativedelta(months=months)
            # sudo: helpdesk.ticket.mail.log - as above
            lines_sudo = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("create_date", "<", before),
                    "|",
                    ("outcome", "=", False),
                    ("outcome", "not in", OPEN_OUTCOMES),
                ],
                order="create_date",
                limit=GC_UNLINK_LIMIT - done,
            )
            if not lines_sudo:
                continue
            done += len(lines_sudo)
            lines_sudo.unlink()
            self.env["helpdesk.audit"]._log(
                "retention",
                details=f"{company.name}: incoming mails before {before:%Y-%m-%d} "
                "deleted from the log",
            )
            if done >= GC_UNLINK_LIMIT:
                break
        return done, int(done >= GC_UNLINK_LIMIT)
