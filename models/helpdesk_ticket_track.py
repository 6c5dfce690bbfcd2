# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import escape

from odoo import models
from odoo.tools.mail import generate_tracking_message_id

LOGS = "helpdesk.track_logs"


class HelpdeskTicket(models.Model):
    """The log of what changed, written for many tickets in one go.

    The core creates its messages one by one, which takes a third of what the clock
    takes for a ticket.
    """

    _inherit = "helpdesk.ticket"

    def _message_track(self, fields_iter, initial_values_dict):
        data = self.env.cr.precommit.data
        data[LOGS] = []
        try:
            res = super()._message_track(fields_iter, initial_values_dict)
        finally:
            logs = data.pop(LOGS)
        self._create_track_logs(logs)
        return res

    def _message_log(self, **kwargs):
        """Collect the log of what changed, see above; others are written at once."""
        logs = self.env.cr.precommit.data.get(LOGS)
        if logs is None or kwargs.keys() - {"body", "author_id", "tracking_value_ids"}:
            return super()._message_log(**kwargs)
        logs.append((self.id, kwargs))
        return self.env["mail.message"]

    def _create_track_logs(self, logs):
        """Create logs as ``_message_log`` does.

        :param logs: pairs of ticket id and values
        """
        if not logs:
            return
        subtype_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        senders = {}
        for author_id in {values["author_id"] for _id, values in logs}:
            author, email = self._message_compute_author(author_id, None)
            reply_to = self.env["mail.thread"]._notify_get_reply_to(
                default=email, author_id=author
            )
            senders[author_id] = {
                "author_id": author,
                "email_from": email,
                "reply_to": reply_to[False],
            }
        # sudo: mail.message - the log of changes the caller was allowed to make
        self.sudo()._message_create(
            [
                {
                    **senders[values["author_id"]],
                    "model": self._name,
                    "res_id": ticket_id,
                    "body": escape(values["body"]),
                    "tracking_value_ids": values["tracking_value_ids"],
                    "message_type": "notification",
                    "message_id": generate_tracking_message_id("message-notify"),
                    "is_internal": True,
                    "subtype_id": subtype_id,
                    "record_alias_domain_id": False,
                    "record_company_id": False,
                    "email_add_signature": False,
                }
                for ticket_id, values in logs
            ]
        )
