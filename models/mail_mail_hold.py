# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

from .helpdesk_hold import HOLD_BEFORE

#: held mails are looked at again so much later: others in the queue go first
PAUSE = timedelta(hours=1)


class MailMail(models.Model):
    """In a restored or copied database no mail of the helpdesk reaches a customer."""

    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Leave in the queue what is held, see helpdesk_hold.py."""
        held = self._hold_for_customers()
        if held and post_send_callback:
            post_send_callback(held.ids)
        return super(MailMail, self - held).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _hold_for_customers(self):
        """Return which of these mails are held now; they wait for another hour."""
        ours = self.exists().filtered(lambda mail: mail._is_helpdesk_mail())
        hold = ours and self.env["helpdesk.hold"]._get_reason()
        if not hold:
            return self.browse()
        held = ours.filtered(lambda mail: mail._is_held_for_customers())
        held.scheduled_date = fields.Datetime.now() + PAUSE
        return held

    def _is_held_for_customers(self):
        """Tell whether this mail is the helpdesk's, to a customer, from before."""
        self.ensure_one()
        if not self._is_helpdesk_mail() or self._is_for_us():
            return False
        # sudo: ir.config_parameter - mails are sent in the name of nobody
        before = self.env["ir.config_parameter"].sudo().get_param(HOLD_BEFORE)
        if not before:
            before = self.env["helpdesk.hold"]._get_pause()
        return not before or self.create_date <= fields.Datetime.to_datetime(before)

    def _is_helpdesk_mail(self):
        """Tell whether the helpdesk wrote it: about a ticket, or in a team's name."""
        self.ensure_one()
        return (
            self.model == "helpdesk.ticket"
            or self._is_digest()
            or bool(self._get_helpdesk_team())
        )

    def _is_for_us(self):
        """Tell whether all who get this mail are internal."""
        if self.email_to or self.email_cc:
            return False
        return not any(person.partner_share for person in self.recipient_ids)

    @api.model
    def _cron_retry_mails(self, limit=100):
        if self.env["helpdesk.hold"]._look():
            return None
        return super()._cron_retry_mails(limit)
