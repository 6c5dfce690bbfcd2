# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.alerts import alert

_logger = logging.getLogger(__name__)
BATCH = 20
#: minutes; an hour's share is spread over slices of this length
SLICE = 5


class HelpdeskInvitation(models.Model):
    """The queue: so many an hour, spread, each once, whatever becomes of the others.

    A line and its mail are written in one transaction: who is killed in between has
    written neither.
    """

    _inherit = "helpdesk.invitation"

    @api.model
    def _cron_send(self, batch_size=BATCH):
        """Write the mails whose turn it is, some at a time."""
        if self.env["helpdesk.hold"]._look():
            return
        cron = self.env["ir.cron"]
        for company in self._get_waiting_companies():
            allowed = self._get_allowance(company)
            if not allowed:
                continue
            domain = self._get_waiting_domain(company)
            lines = self.search(domain, order="id", limit=allowed)
            # what waits for its turn is no reason to run again at once
            cron._commit_progress(remaining=len(lines))
            for start in range(0, len(lines), batch_size):
                batch = lines[start : start + batch_size].try_lock_for_update()
                # locked now: another process may have been faster
                batch.invalidate_recordset(["state", "handed_date"])
                batch.filtered_domain(domain)._send()
                if not cron._commit_progress(len(lines[start : start + batch_size])):
                    return

    @api.model
    def _get_waiting_domain(self, company):
        return [
            ("company_id", "=", company.id),
            ("state", "=", "queued"),
            ("handed_date", "=", False),
        ]

    @api.model
    def _get_waiting_companies(self):
        """Return the companies that have somebody to invite."""
        groups = self._read_group(
            [("state", "=", "queued"), ("handed_date", "=", False)], ["company_id"]
        )
        return self.env["res.company"].union(*(company for (company,) in groups))

    @api.model
    def _get_allowance(self, company):
        """Return how many invitations of a company may be sent now.

        Counted are all that were written in the last hour and the last slice of it,
        also those somebody sent one by one.
        """
        hourly = max(company.helpdesk_invitations_per_hour, 0)
        now = fields.Datetime.now()
        sent = [
            self.search_count(
                [
                    ("company_id", "=", company.id),
                    ("handed_date", ">", now - timedelta(minutes=minutes)),
                ]
            )
            for minutes in (60, SLICE)
        ]
        share = math.ceil(hourly * SLICE / 60)
        return max(0, min(hourly - sent[0], share - sent[1]))

    @api.model
    def _get_hours(self, company, count):
        """Return how many hours so many invitations take, None if none leaves."""
        hourly = company.helpdesk_invitations_per_hour
        return count / hourly if hourly > 0 else None

    def _send(self):
        """Give these people an account and write their mails; a failure is their own.

        What changed since they were chosen is looked at again.
        """
        partners = self.partner_id
        skips = self._get_skips_to_send(partners)
        for line in self:
            reason = skips.get(line.partner_id.id)
            if reason:
                line._give_up(reason)
                continue
            try:
                with self.env.cr.savepoint():
                    line._send_one()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except UserError as error:  # ValidationError among them
                line._fail(str(error))
            except Exception as error:
                alert(_logger, "invitation_failed", "line %s", line.id, exc_info=True)
                line._fail(f"{type(error).__name__}: {error}")

    @api.model
    def _get_skips_to_send(self, partners):
        """Return {contact id: reason} of who is not invited any more."""
        skips = {}
        for partner_id, reason, *_facts in self._fetch_facts(partners, 0):
            # who else is invited by an address was decided when they were chosen
            if reason and reason != "twice":
                skips[partner_id] = reason
        return skips

    def _send_one(self):
        """Have the mail written as who invited, in the language of who reads it."""
        self.ensure_one()
        partner = self.partner_id
        lang = partner.lang or self.company_id.partner_id.lang or self.env.lang
        inviter = self.user_id.filtered("active") or self.env.user
        invited = (
            partner.with_user(inviter)
            .with_company(self.company_id)
            .with_context(lang=lang)
            ._invite_to_portal(self.welcome or "")
        )
        if not invited:
            self._give_up("account")

    def _give_up(self, reason):
        """Close the line of somebody who is not invited any more."""
        if reason == "account":
            self._accept()
        elif reason in ("archived", "internal", "removed"):
            self.write({"state": "cancelled", "error": self._get_reason_text(reason)})
        else:
            self._fail(self._get_reason_text(reason))

    def _get_reason_text(self, reason):
        """Return a reason in the language of who invited."""
        local = self.with_context(lang=self.user_id.lang or self.env.lang)
        return local._get_skip_words()[reason]

    def _fail(self, error):
        self.write({"state": "failed", "error": error})
