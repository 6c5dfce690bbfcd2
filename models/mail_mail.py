# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from lxml.etree import LxmlError

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.base.models.ir_qweb import QWebError

from ..tools import thread_html
from ..tools.alerts import alert
from ..tools.mail_parsing import is_passing_failure
from ..tools.mail_text import mail_to_text
from .helpdesk_mail_digest import HEADER as DIGEST

_logger = logging.getLogger(__name__)
TICKET = "helpdesk.ticket"
QUEUE_CRON = "mail.ir_cron_mail_scheduler_action"
BATCH = 100
LATE_MINUTES = 5
#: minutes until the next try; after three days it is given up
PAUSES = (2, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440)


class MailMail(models.Model):
    """Mails of tickets that a server refused for a while are sent again.

    With growing pauses and the same Message-ID, until they are delivered or given up
    in the open: who takes care of the ticket finds an activity.
    """

    _inherit = "mail.mail"

    helpdesk_retry_count = fields.Integer(string="Tries after a failure", readonly=True)
    helpdesk_retry_date = fields.Datetime(string="Sent again on", readonly=True)
    helpdesk_is_pending = fields.Boolean(
        string="Rendered when sent",
        readonly=True,
        help="The acknowledgement of a ticket, which is put into words once it leaves.",
    )

    _helpdesk_retry_idx = models.Index(
        "(helpdesk_retry_date) WHERE helpdesk_retry_date IS NOT NULL"
    )

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """The plain text says the same as the HTML, addresses beside their words."""
        if self.helpdesk_is_pending:
            self._render_pending()
        results = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if self.model == TICKET or self._is_digest():
            for values in results:
                values["body_alternative"] = mail_to_text(values["body"])
        return results

    def _personalize_outgoing_body(self, body, partner=False, doc_to_followers=None):
        """Pictures of tickets are shown by links of the recipient's own."""
        body = super()._personalize_outgoing_body(body, partner, doc_to_followers)
        if self.model != TICKET or not partner or "access_token=" not in body:
            return body
        ids = thread_html.picture_ids(body)
        # sudo: mails are sent in the name of nobody
        files = self.env["ir.attachment"].sudo().browse(ids).exists()
        own = files.filtered(
            lambda file: file.res_model == TICKET and file.res_id == self.res_id
        )
        if not own:
            return body
        ticket = self.env[TICKET].sudo().browse(self.res_id)  # sudo: as above
        return thread_html.with_tokens(
            body, lambda id_: id_ in own.ids and ticket._get_file_token(id_, partner.id)
        )

    def _render_pending(self):
        """Put acknowledgements into words; a broken layout keeps none from leaving."""
        for mail in self.filtered("helpdesk_is_pending"):
            message = mail.mail_message_id
            ticket = self.env[TICKET].browse(message.res_id)._as_us()
            try:
                body = ticket._render_pending_mail(message)
            except (QWebError, LxmlError, ValueError):
                alert(_logger, "layout_broken", "of mails", exc_info=True)
                body = message.body
            mail.write({"body_html": body, "helpdesk_is_pending": False})

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Plan another try of what failed for now, give up what failed for good."""
        failures = []
        if failure_type:
            delivered = {partner.id for partner in success_pids}
            failures = [
                (
                    mail,
                    mail.mail_message_id,
                    mail.recipient_ids.filtered(lambda p: p.id not in delivered),
                    failure_reason or mail.failure_reason or "",
                    mail.helpdesk_retry_count < len(PAUSES),
                )
                for mail in self
                if mail.is_notification and mail.model == TICKET or mail._is_digest()
            ]
        # the core deletes mails without a valid address
        res = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
        for mail, message, partners, reason, may_retry in failures:
            if may_retry and is_passing_failure(failure_type, reason):
                mail._plan_retry(partners)
            else:
                mail._give_up(message, partners, reason)
        return res

    def _is_digest(self):
        """Tell whether this is a daily summary, see helpdesk_mail_digest.py."""
        return DIGEST in (self.headers or "")

    def _plan_retry(self, partners):
        """Send the mail again later, only to those who did not get it."""
        pause = timedelta(minutes=PAUSES[self.helpdesk_retry_count])
        moment = fields.Datetime.now() + pause
        self.write(
            {
                "helpdesk_retry_date": moment,
                "helpdesk_retry_count": self.helpdesk_retry_count + 1,
                "recipient_ids": [(6, 0, partners.ids)],
            }
        )
        cron = self.env.ref("helpdesk_service_portal.ir_cron_retry_mails", False)
        planned = self.env.cr.precommit.data.setdefault("helpdesk.retries", set())
        if cron and moment.replace(second=0, microsecond=0) not in planned:
            planned.add(moment.replace(second=0, microsecond=0))
            cron._trigger(moment)

    def _give_up(self, message, partners, reason):
        """Tell who takes care of the ticket that a mail will not arrive.

        :param message: the ``mail.message`` it was to deliver
        :param partners: who did not get it
        """
        alert(_logger, "mail_given_up", "%s: %s", message, reason)
        # sudo: mail.notification - what became of the mail; by its message, too, as
        # the core deleted the mail if its address was no address
        failed = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("res_partner_id", "in", partners.ids),
                    ("notification_status", "=", "exception"),
                    "|",
                    ("mail_message_id", "=", message.id),
                    ("mail_mail_id", "in", self.ids),
                ]
            )
        )
        failed.given_up = True
        # sudo: helpdesk.ticket - mails are sent in the name of nobody
        ticket = self.env[TICKET].sudo().browse(message.res_id).exists()
        ticket._tell_undelivered(partners, reason)

    @api.model
    def _cron_retry_mails(self, limit=BATCH):
        """Put what is due for another try back into the queue, which sends it as it is.

        What fails again is planned again. A connection that broke left its mails in
        the queue, which is woken for them, too.
        """
        now = fields.Datetime.now()
        due = self.search(
            [
                ("helpdesk_retry_date", "<=", now),
                ("state", "=", "exception"),
            ],
            order="helpdesk_retry_date, id",
            limit=limit,
        ).try_lock_for_update()
        due.action_retry()
        due.helpdesk_retry_date = False
        late = fields.Datetime.subtract(now, minutes=LATE_MINUTES)
        left = Domain("scheduled_date", "<", late) | (
            Domain("scheduled_date", "=", False) & Domain("create_date", "<", late)
        )
        if due or self.search(left & Domain("state", "=", "outgoing"), limit=1):
            self.env.ref(QUEUE_CRON)._trigger()
        if len(due) == limit:
            self.env["ir.cron"]._commit_progress(limit, remaining=1)

    @api.model
    def _trigger_queue(self):
        """Let the queue run at the moments asked for in this transaction.

        Nobody waits at a screen for what a mail causes: it leaves with the next look
        at the queue, a minute later at most, and each mail spares a connection.
        """
        moments = self.env.cr.precommit.data.pop("helpdesk.mail_queue", ())
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(QUEUE_CRON)
        if not moments or not cron_id:
            return
        # sudo: ir.cron - whoever caused a mail, the queue sends it; what _trigger does,
        # without reading the cron
        self.env["ir.cron.trigger"].sudo().create(
            [{"cron_id": cron_id, "call_at": moment} for moment in sorted(moments)]
        )
        comes_by_mail = self.env.context.get("helpdesk_mail_log_id")
        if min(moments) <= fields.Datetime.now() and not comes_by_mail:
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)
