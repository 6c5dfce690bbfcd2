# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

import psycopg2

from odoo import api, fields, models

from ..tools.alerts import alert

_logger = logging.getLogger(__name__)
CRON = "helpdesk_service_portal.ir_cron_access_requests"
BATCH = 100


class HelpdeskAccessRequest(models.Model):
    """Somebody typed an address to get in: what follows is done after the answer.

    The answer says the same for every address and takes the same time. Nobody has
    rights on it; a line is deleted when it is done.
    """

    _name = "helpdesk.access.request"
    _description = "Helpdesk Access Request"
    _rec_name = "address"
    _log_access = False

    address = fields.Char(required=True, help="Normalised e-mail address.")
    lang = fields.Char(help="Language of the page it was typed in.")
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    @api.model
    def _ask(self, address):
        """Note an address that asks for a link to choose a password."""
        # sudo: helpdesk.access.request - visitors ask for access
        self.sudo().create({"address": address, "lang": self.env.lang})
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()  # sudo: ir.cron - done right after the answer

    @api.model
    def _cron_answer(self, limit=BATCH):
        """Send the links that were asked for; what cannot be answered stops nobody."""
        if self.env["helpdesk.hold"]._look():
            return
        requests = self.search([], order="id", limit=limit).try_lock_for_update()
        left = self.search_count([]) - len(requests)
        self.env["ir.cron"]._commit_progress(remaining=len(requests) + left)
        for line in requests:
            try:
                with self.env.cr.savepoint():
                    line._answer()
            except psycopg2.OperationalError:  # somebody else writes, try again later
                raise
            except Exception:
                alert(
                    _logger,
                    "access_link_failed",
                    "no link for <%s>",
                    line.address,
                    exc_info=True,
                )
            line.unlink()
            self.env["ir.cron"]._commit_progress(1)

    def _answer(self):
        """Send the link to accounts of the address, or to a contact it is known of.

        Known are requesters of tickets and who takes part in one (S1-07). Who was
        removed stays out.
        """
        self.ensure_one()
        Users = self.env["res.users"]
        users = Users._find_by_address(self.address, archived=True)
        if not users:
            contact = self._find_contact()
            contact.with_context(lang=contact.lang or self.lang)._invite_to_portal()
            return
        users = users.filtered("active")
        fresh = users.filtered(lambda user: user.share and not user.login_date)
        for user in fresh:
            user._send_access_mail("invitation")
        for user in (users - fresh).filtered("email"):
            user._action_reset_password()

    def _find_contact(self):
        """Return the contact with the address who took part in a ticket last."""
        participant = self.env["helpdesk.ticket.participant"].search(
            [
                ("partner_id.email_normalized", "=", self.address),
                ("partner_id.active", "=", True),
                ("included", "=", True),
            ],
            order="id desc",
            limit=1,
        )
        return participant.partner_id
