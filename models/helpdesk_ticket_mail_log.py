# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64

from odoo import api, fields, models, tools

from ..tools.mail_key import clean_header, get_message_key, hash_body

#: outcomes after which somebody has to decide
OPEN_OUTCOMES = ("held", "failed")
SUBJECT_LENGTH = 500


class HelpdeskTicketMailLog(models.Model):
    """One line for each mail that came in, and what became of it.

    S1-04: no mail is lost. A line is written in the transaction of what the mail
    does, before it; the unique key lets one of two processes with one mail win.
    """

    _name = "helpdesk.ticket.mail.log"
    _description = "Incoming mail"
    _order = "id desc"
    _rec_name = "subject"

    message_key = fields.Char(
        readonly=True,
        help="Message-ID, else a hash of sender, date, subject and body; empty on "
        "lines of duplicates.",
    )
    message_id = fields.Char(string="Message-ID", readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    email_normalized = fields.Char(string="Sender", readonly=True)
    email_to = fields.Char(string="To", readonly=True)
    subject = fields.Char(readonly=True)
    date = fields.Datetime(
        string="Sent on", readonly=True, help="As the mail says, which may be wrong."
    )
    kind = fields.Selection(
        selection=[
            ("person", "Person"),
            ("auto_reply", "Automatic reply"),
            ("bounce", "Not delivered"),
            ("list", "Mailing list"),
            ("no_reply", "No-reply address"),
            ("loop", "Loop"),
            ("forged", "Sender not proven"),
        ],
        readonly=True,
    )
    outcome = fields.Selection(
        selection=[
            ("ticket", "New ticket"),
            ("reply", "Message in a ticket"),
            ("follow_up", "Follow-up ticket"),
            ("auto_reply", "Automatic reply"),
            ("bounce", "Not delivered"),
            ("duplicate", "Duplicate"),
            ("held", "Held"),
            ("refused", "Refused"),
            ("failed", "Failed"),
        ],
        readonly=True,
        help="Empty while the mail is being processed.",
    )
    reason = fields.Char(
        readonly=True, help="A code; what it means is said in the reader's language."
    )
    details = fields.Text(readonly=True)
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Team",
        readonly=True,
        ondelete="set null",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="Company", readonly=True
    )
    body_hash = fields.Char(readonly=True)
    fingerprint = fields.Char(
        readonly=True, help="What mails of a loop have in common, numbers apart."
    )
    raw = fields.Binary(
        string="Mail",
        attachment=True,
        readonly=True,
        help="The whole mail; kept where somebody may have to look at it.",
    )

    _message_key_unique = models.Constraint(
        "UNIQUE(message_key)", "A mail is processed once."
    )
    _sender_idx = models.Index("(email_normalized, create_date)")
    _open_idx = models.Index(
        "(company_id, team_id) WHERE outcome IN ('held', 'failed')"
    )

    @api.model
    def _open_line(self, message_dict, raw, message=None, **values):
        """Write the line of a mail whose processing begins.

        :param dict message_dict: the parsed mail; what is missing is empty
        :param bytes raw: the whole mail
        :param message: its headers, ``email.message.Message``
        :raise UniqueViolation: when this mail was or is being processed: use a
            savepoint
        """
        get = message_dict.get
        headers = message if message is not None else {"Message-ID": get("message_id")}
        email_from = clean_header(get("email_from"))
        return self.create(
            {
                "message_key": get_message_key(headers, raw),
                "message_id": clean_header(get("message_id"))[:SUBJECT_LENGTH],
                "email_from": email_from[:SUBJECT_LENGTH],
                "email_normalized": tools.email_normalize(email_from) or "",
                "email_to": clean_header(get("recipients"))[:SUBJECT_LENGTH],
                "subject": clean_header(get("subject"))[:SUBJECT_LENGTH],
                "date": get("date") or False,
                "body_hash": hash_body(raw),
                **values,
            }
        )

    def _finish(self, outcome, reason="", ticket=None, details="", raw=None):
        """Close the line of a mail.

        :param str outcome: a value of the field
        :param str reason: a code
        :param ticket: ``helpdesk.ticket`` the mail ended in
        :param bytes raw: the whole mail, where it is kept
        """
        self.ensure_one()
        values = {"outcome": outcome, "reason": reason, "details": details}
        if ticket:
            values["ticket_id"] = ticket.id
        if raw is not None:
            values["raw"] = base64.b64encode(raw)
        self.write(values)
