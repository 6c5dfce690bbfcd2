# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64

from odoo import api, fields, models, tools

from ..tools.mail_content import read_content, read_mail
from ..tools.mail_key import clean_header, get_message_key, hash_body

#: outcomes after which somebody has to decide
OPEN_OUTCOMES = ("held", "failed")
#: within so many working hours, else somebody finds an activity
DECIDE_HOURS = 4
PROCESSED = ("ticket", "reply", "follow_up", "bounce")
ACTIVITY = "helpdesk_service_portal.mail_activity_type_held"
COUNT_LIMIT = 10_000
SUBJECT_LENGTH = 500
SNIPPET_LENGTH = 300


class HelpdeskTicketMailLog(models.Model):
    """One line for each mail that came in, and what became of it.

    S1-04: no mail is lost. A line is written in the transaction of what the mail
    does, before it; the unique key lets one of two processes with one mail win.
    """

    _name = "helpdesk.ticket.mail.log"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        readonly=True,
        ondelete="set null",
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
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

    snippet = fields.Char(
        readonly=True, help="What it says, where somebody has to decide."
    )
    decide_before = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one(
        comodel_name="res.users", string="Decided by", readonly=True
    )
    decided_date = fields.Datetime(string="Decided on", readonly=True)
    reason_text = fields.Char(string="Reason in words", compute="_compute_reason_text")
    can_decide = fields.Boolean(
        compute="_compute_can_decide", help="The mail is kept and was not processed."
    )
    body = fields.Html(string="What it says", compute="_compute_body", sanitize=False)
    file_names = fields.Char(string="Files", compute="_compute_body")

    _message_key_unique = models.Constraint(
        "UNIQUE(message_key)", "A mail is processed once."
    )
    _sender_idx = models.Index("(email_normalized, create_date)")
    _open_idx = models.Index("(decide_before) WHERE outcome IN ('held', 'failed')")

    @api.depends("reason", "details", "outcome")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        words = self._get_reason_words()
        for line in self:
            known = words.get(line.reason)
            if known and line.details and line.outcome != "failed":
                line.reason_text = f"{known} ({line.details})"
            else:
                line.reason_text = known or line.reason or ""

    def _compute_can_decide(self):
        """Tell where a mail is kept, without loading it."""
        # sudo: ir.attachment - whether there is one, of lines the user reads
        Attachment = self.env["ir.attachment"].sudo()
        kept = Attachment.search_fetch(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "raw"),
                ("res_id", "in", self.ids),
            ],
            ["res_id"],
        )
        ids = set(kept.mapped("res_id"))
        for line in self:
            line.can_decide = line.id in ids and line.outcome not in PROCESSED

    def _compute_body(self):
        """Read kept mails: their text, tamed, and the names of their files."""
        for line in self:
            # sudo: ir.attachment - the mail of a line the user reads
            raw = line.sudo().with_context(bin_size=False).raw
            content = read_content(read_mail(base64.b64decode(raw or b"")))
            line.body, _pictures = self.env["mail.thread"]._prepare_mail_body(content)
            line.file_names = ", ".join(name for name, *_rest in content.files)

    @api.model
    def get_held_count(self):
        """How many mails wait for a decision of this user: the number in the menu."""
        if not self.has_access("read"):
            return 0
        return self.search_count([("outcome", "in", OPEN_OUTCOMES)], limit=COUNT_LIMIT)

    @api.model
    def _get_desk_mails(self, limit):
        """Return mails that wait for a decision as rows of the desk, oldest first."""
        lines = self.search_fetch(
            [("outcome", "in", OPEN_OUTCOMES)], order="decide_before, id", limit=limit
        )
        return [
            {
                "id": line.id,
                "name": line.subject or "",
                "from": (line.email_from or "").replace('"', ""),
                "words": line.snippet or "",
                "failed": line.outcome == "failed",
                "reason": line.reason_text,
                "date": fields.Datetime.to_string(line.create_date),
                "decide_before": fields.Datetime.to_string(line.decide_before),
            }
            for line in lines
        ]

    @api.readonly
    def desk_mail(self):
        """Return what the desk shows of one mail.

        :raise AccessError: for people who may not read it
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: helpdesk.ticket - number of the ticket it would have gone to
        ticket = self.sudo().ticket_id
        return {
            "id": self.id,
            "name": self.subject or "",
            "from": (self.email_from or "").replace('"', ""),
            "to": self.email_to or "",
            "date": fields.Datetime.to_string(self.create_date),
            "reason": self.reason_text,
            "outcome": self.outcome,
            "code": self.reason,
            "can_decide": self.can_decide,
            "has_sender": bool(self.email_normalized),
            "body": str(self.body or ""),
            "files": self.file_names or "",
            "ticket": ticket.number or "",
            "ticket_id": ticket.id,
        }

    @api.model
    def _cron_remind_of_held(self):
        """Leave who leads a team one activity about mails that wait too long.

        It stands on the mail that waits longest; once decided, on the next one.
        """
        if self.env["helpdesk.hold"]._look():
            return
        late = self.search(
            [
                ("outcome", "in", OPEN_OUTCOMES),
                ("decide_before", "<", fields.Datetime.now()),
            ],
            order="decide_before, id",
        )
        # sudo: res.company - where mails of no team belong
        by_team = late.grouped(
            lambda line: line.team_id or line.company_id.sudo().helpdesk_team_id
        )
        for team, lines in by_team.items():
            people = (team.user_id | team.user_ids).filtered("active")
            if team and not team.clock_on:
                continue
            if not people or lines.activity_search([ACTIVITY]):
                continue
            user = people[:1]
            local = lines[:1].with_context(
                lang=user.lang, mail_activity_quick_update=True
            )
            local.activity_schedule(
                ACTIVITY,
                summary=local.env._("Mails that wait for a decision: %s", len(lines)),
                user_id=user.id,
            )

    @api.model
    def _get_reason_words(self):
        """Return what the codes of reasons mean, in the reader's language."""
        return {
            "error": self.env._("An error stopped it. Nothing of it was lost."),
            "unreadable": self.env._("It cannot be read."),
            "ours": self.env._("One of our own mails came back."),
            "other_text": self.env._(
                "Known by its Message-ID, but it says something else."
            ),
            "unknown_address": self.env._(
                "It came to an address of ours that nobody has."
            ),
            "no_sender": self.env._("It does not say who sent it."),
            "sender": self.env._("Mails of this sender are never accepted."),
            "own_address": self.env._(
                "It claims to come from an address of this desk."
            ),
            "loop": self.env._(
                "Its sender wrote the same again and again: maybe a machine."
            ),
            "forged": self.env._(
                "It claims to come from somebody of our staff, and our mail server "
                "could not confirm it."
            ),
            "machine": self.env._("A machine wrote it, and it answers no ticket."),
            "no_ticket": self.env._("An automatic reply to no ticket."),
            "list": self.env._("A mailing list sent it, and its sender is not known."),
            "no_reply": self.env._("It came from an address that takes no answers."),
            "no_hotel": self.env._("It does not say which customer it is about."),
            "unknown_bounce": self.env._(
                "A mail did not arrive, it does not say which."
            ),
            "delayed": self.env._(
                "A mail has not arrived yet; its server keeps trying."
            ),
            "alias_contact": self.env._("That address takes no mails of this sender."),
            "several_senders": self.env._("It names several senders."),
            "other": self.env._("It is for nobody here, or it could not be processed."),
            "dismissed": self.env._("Somebody of our staff did not want it."),
        }

    @api.model
    def _open_line(self, message_dict, raw, **values):
        """Write the line of a mail whose processing begins.

        :param dict message_dict: the parsed mail; what is missing is empty
        :param bytes raw: the whole mail
        :param values: of fields, where they are known
        :raise UniqueViolation: when this mail was or is being processed: use a
            savepoint
        """
        get = message_dict.get
        if "message_key" not in values:
            headers = {"Message-ID": get("message_id")}
            values["message_key"] = get_message_key(headers, raw)
        if "body_hash" not in values:
            values["body_hash"] = hash_body(raw)
        email_from = clean_header(get("email_from"))
        return self.with_context(tracking_disable=True).create(
            {
                "message_id": clean_header(get("message_id"))[:SUBJECT_LENGTH],
                "email_from": email_from[:SUBJECT_LENGTH],
                "email_normalized": tools.email_normalize(email_from, strict=False),
                "email_to": clean_header(get("recipients"))[:SUBJECT_LENGTH],
                "subject": clean_header(get("subject"))[:SUBJECT_LENGTH],
                "date": get("date") or False,
                **values,
            }
        )

    def _finish(self, outcome, reason="", ticket=None, details="", raw=None, text=""):
        """Close the line of a mail; where somebody has to decide, say until when.

        :param str outcome: a value of the field
        :param str reason: a code, see ``_get_reason_words``
        :param ticket: ``helpdesk.ticket`` the mail ended in or would have gone to
        :param str details: what the code cannot tell
        :param bytes raw: the whole mail, where it is kept
        :param str text: what it says, without quotes
        """
        self.ensure_one()
        values = {"outcome": outcome, "reason": reason, "details": details}
        if ticket:
            values["ticket_id"] = ticket.id
        if raw is not None:
            values["raw"] = base64.b64encode(raw)
        if outcome in OPEN_OUTCOMES:
            # sudo: res.company - where mails of no team belong
            team = self.team_id or self.company_id.sudo().helpdesk_team_id
            values["snippet"] = clean_header(text)[:SNIPPET_LENGTH]
            now = fields.Datetime.now()
            values["decide_before"] = (
                team._get_promised_date(DECIDE_HOURS, now)
                if team
                else fields.Datetime.add(now, hours=DECIDE_HOURS)
            )
        self.with_context(tracking_disable=True).write(values)
