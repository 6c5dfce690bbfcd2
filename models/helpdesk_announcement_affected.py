# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.alerts import alert

_logger = logging.getLogger(__name__)
BATCH = 50
CRON = "helpdesk_service_portal.ir_cron_announcements"
TEMPLATE = "helpdesk_service_portal.announcement_mail"
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class HelpdeskAnnouncementAffected(models.Model):
    """Who said that an incident affects them, too, and what became of it.

    They follow the incident, not its ticket: customers do not read about each other.
    """

    _name = "helpdesk.announcement.affected"
    _description = "Affected by an Incident"
    _rec_name = "partner_id"
    _order = "id desc"

    announcement_id = fields.Many2one(
        comodel_name="helpdesk.announcement",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer"
    )
    location_id = fields.Many2one(
        comodel_name="helpdesk.ticket.location", ondelete="set null"
    )
    state = fields.Selection(
        selection=[
            ("follows", "Follows"),
            ("asked", "Asked whether it works again"),
            ("works", "Works again"),
            ("still", "Still not working"),
        ],
        required=True,
        default="follows",
    )
    answer_date = fields.Datetime(string="Answered on", readonly=True)
    mail_to_send = fields.Selection(
        selection=[("update", "Update"), ("ask", "Does it work again?")],
        readonly=True,
        help="The mail that is about to be sent.",
    )

    _once = models.Constraint(
        "UNIQUE (announcement_id, partner_id)", "This contact is on the list already."
    )
    _mail_idx = models.Index("(id) WHERE mail_to_send IS NOT NULL")

    # ------------------------------------------------------------
    # What happens to those affected
    # ------------------------------------------------------------

    def _ask(self):
        """The incident is solved: ask each whether it works again."""
        lines = self.filtered(lambda line: line.state != "works")
        lines.state = "asked"
        lines._plan_mail("ask")

    def _follow_on(self):
        """The incident goes on: whoever was asked is not any more."""
        self.filtered(lambda line: line.state == "asked").write(
            {"state": "follows", "mail_to_send": False}
        )

    def _answer(self, works):
        """Note what somebody says about their place; colleagues read who still waits.

        :raise AccessError: for another one's line
        """
        self.ensure_one()
        if self.partner_id != self.env.user.partner_id:
            raise AccessError(self.env._("This is somebody else's answer."))
        state = "works" if works else "still"
        if self.state == state:
            return
        self.write({"state": state, "answer_date": fields.Datetime.now()})
        ticket = self.announcement_id.ticket_id
        if not works and ticket:
            name = " · ".join(
                filter(
                    None,
                    (
                        self.partner_id.name,
                        self.partner_id.commercial_company_name,
                        self.location_id.complete_name,
                    ),
                )
            )
            lang = ticket.user_id.lang or self.env.company.partner_id.lang
            note = self.with_context(lang=lang).env._(
                "It still does not work at: %(name)s", name=name
            )
            # by the system: what customers post themselves is for everybody
            ticket.with_user(SUPERUSER_ID).message_post(
                body=Markup("<p>%s</p>") % escape(note),
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------

    def _plan_mail(self, kind):
        """Have a mail sent to each, soon; a question goes before an update."""
        lines = self.filtered(
            lambda line: line.state != "works" and line.mail_to_send != "ask"
        )
        if not lines:
            return
        lines.mail_to_send = kind
        # sudo: ir.cron - who announces has it sent at once
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _cron_send(self, batch_size=BATCH):
        """Queue the mails that are to be sent, some at a time."""
        if self.env["helpdesk.hold"]._look():
            return
        cron = self.env["ir.cron"]
        domain = [("mail_to_send", "!=", False)]
        cron._commit_progress(remaining=self.search_count(domain))
        last = 0
        while True:
            lines = self.search(
                [*domain, ("id", ">", last)], order="id", limit=batch_size
            )
            if not lines:
                return
            last = lines[-1].id
            lines.try_lock_for_update()._send_due()
            if not cron._commit_progress(len(lines)):
                return

    def _send_due(self):
        """Queue the mails that these wait for."""
        vals_list = []
        for line in self.filtered("mail_to_send"):
            try:
                with self.env.cr.savepoint():
                    if line.partner_id.email:
                        vals_list.append(line._prepare_mail())
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:  # a name that does not render stops nobody else's
                alert(
                    _logger,
                    "announcement_failed",
                    "the mail of %s",
                    line,
                    exc_info=True,
                )
        self.env["mail.mail"].create(vals_list)
        self.mail_to_send = False
        self.env["helpdesk.ticket"]._wake_mail_queue(fields.Datetime.now())

    def _prepare_mail(self):
        """Return the values of a mail, in the language of its reader."""
        self.ensure_one()
        person = self.partner_id
        lang = person.lang or self.env.lang or "en_US"
        local = self.with_context(lang=lang)
        announcement = local.announcement_id
        Ticket = local.env["helpdesk.ticket"]
        company = announcement.company_id or local.env.company
        name = Ticket._get_first_name(person)
        is_question = self.mail_to_send == "ask"
        subject = (
            local.env._("Does it work again? %(name)s", name=announcement.name)
            if is_question
            else local.env._("News: %(name)s", name=announcement.name)
        )
        address = company.helpdesk_email or company.email_formatted
        sender = tools.formataddr(
            (company.name, tools.parse_contact_from_email(address)[1])
        )
        url = f"{announcement.get_base_url()}/support/announcement/{announcement.id}"
        return {
            "subject": subject,
            "body_html": local.env["ir.qweb"]._render(
                TEMPLATE,
                {
                    "lang": lang,
                    "company": company,
                    "greeting": local.env._("Hello, %(name)s:", name=name)
                    if name
                    else local.env._("Hello:"),
                    "announcement": announcement,
                    "is_question": is_question,
                    "url": url,
                    "updated": announcement.last_update_date
                    and Ticket._get_moment_text(announcement.last_update_date, person),
                },
            ),
            "email_from": sender,
            "reply_to": sender,
            "recipient_ids": [(4, person.id)],
            "headers": repr(HEADERS),
            "auto_delete": True,
            "message_type": "user_notification",
            "helpdesk_team_id": (
                announcement.ticket_id.team_id or company.helpdesk_team_id
            ).id,
        }
