# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

#: names shown of each list
SHOWN = 200
#: contacts invited at a time
MOST = 10_000


class HelpdeskInvitationWizard(models.TransientModel):
    """Chooses whom to invite and shows, before anything happens, what will."""

    _name = "helpdesk.invitation.wizard"
    _description = "Invite People"

    source = fields.Selection(
        selection=[
            ("wrote", "Who wrote to the helpdesk lately"),
            ("company", "People of these customers"),
            ("location", "People of these locations"),
            ("chosen", "These contacts"),
            ("again", "Who was invited and has not come yet"),
        ],
        string="Invite",
        required=True,
        default="wrote",
    )
    months = fields.Integer(
        string="In the last months",
        default=12,
        help="Contacts whose tickets were opened, or answered by them, since then.",
    )
    customer_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_invitation_wizard_customer_rel",
        string="Customers",
        domain=[("parent_id", "=", False)],
    )
    location_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.location",
        string="Locations",
        help="Who manages them, and who has asked for something there.",
    )
    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_invitation_wizard_contact_rel",
        string="Contacts",
    )
    days = fields.Integer(
        string="Days since the last invitation",
        default=7,
        help="Who was invited less than so many days ago is left in peace.",
    )
    times = fields.Integer(
        string="Invited at most so often",
        default=3,
        help="Who was invited so often is not invited again. 0: no limit.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Sent by team",
        required=True,
        default=lambda self: self.env.company.helpdesk_team_id,
        help="While the team rehearses, its invitations go to the rehearsal's address.",
    )
    welcome = fields.Text(
        string="Your own words",
        help="Stand on top of the mail, as you write them. The rest of it is in the "
        "language of who reads it.",
    )
    summary = fields.Html(compute="_compute_people", sanitize=False)
    invited_list = fields.Html(compute="_compute_people", sanitize=False)
    skipped_list = fields.Html(compute="_compute_people", sanitize=False)
    invited_count = fields.Integer(compute="_compute_people")
    reader_id = fields.Many2one(
        comodel_name="res.partner",
        string="As it is read by",
        compute="_compute_reader_id",
        store=True,
        readonly=False,
        help="Anybody: the mail is shown in their language. Nothing is sent.",
    )
    mail_preview = fields.Html(
        string="Mail", compute="_compute_mail_preview", sanitize=False
    )

    # ------------------------------------------------------------
    # Whom
    # ------------------------------------------------------------

    def _find_contacts(self):
        """Return the contacts the choice means, by name, whatever becomes of them.

        :raise UserError: when they are too many at a time
        """
        self.ensure_one()
        # sudo: res.partner, helpdesk.ticket - managers of the helpdesk invite whoever
        # is a customer's of their companies
        Partner = self.env["res.partner"].sudo()
        domain = [
            ("id", "in", getattr(self, f"_find_{self.source}")()),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
        found = Partner.search(domain, limit=MOST + 1)
        if len(found) > MOST:
            raise UserError(
                self.env._("These are more than %s: choose fewer at a time.", MOST)
            )
        return found

    def _find_wrote(self):
        since = fields.Datetime.now() - relativedelta(months=max(self.months, 0))
        self.env["helpdesk.ticket"].flush_model()
        return SQL(
            """(SELECT partner_id FROM helpdesk_ticket
                 WHERE active IS TRUE AND company_id = ANY(%s)
                   AND (create_date >= %s OR last_customer_message_date >= %s))""",
            self.env.companies.ids,
            since,
            since,
        )

    def _find_company(self):
        domain = [
            ("commercial_partner_id", "in", self.customer_ids._origin.ids),
            ("is_company", "=", False),
            ("type", "=", "contact"),
        ]
        # sudo: res.partner - as above
        return self.env["res.partner"].sudo()._search(domain)

    def _find_location(self):
        self.env["helpdesk.ticket"].flush_model()
        self.env["helpdesk.ticket.location"].flush_model()
        return SQL(
            """(SELECT partner_id FROM helpdesk_ticket
                 WHERE active IS TRUE AND location_id = ANY(%(ids)s)
                 UNION
                SELECT partner_id FROM helpdesk_ticket_location_manager_rel
                 WHERE location_id = ANY(%(ids)s))""",
            ids=self.location_ids._origin.ids,
        )

    def _find_chosen(self):
        return self.contact_ids._origin.ids

    def _find_again(self):
        return (
            self.env["helpdesk.invitation"]
            .search([("state", "=", "sent")])
            .partner_id.ids
        )

    def _find_skips(self, contacts):
        """Return {contact id: reason} of those who are not invited."""
        again = self.source == "again"
        return self.env["helpdesk.invitation"]._get_skips(
            contacts, again=again, days=self.days, times=self.times if again else 0
        )

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    @api.depends(
        "source",
        "months",
        "customer_ids",
        "location_ids",
        "contact_ids",
        "days",
        "times",
        "team_id",
    )
    def _compute_people(self):
        for wizard in self:
            contacts = wizard._find_contacts()
            skips = wizard._find_skips(contacts)
            invited = contacts.filtered(lambda p, skips=skips: p.id not in skips)
            wizard.invited_count = len(invited)
            wizard.summary = wizard._render("summary", wizard._sum_up(invited, skips))
            wizard.invited_list = wizard._render(
                "people", {"groups": [("", invited[:SHOWN], len(invited))]}
            )
            wizard.skipped_list = wizard._render(
                "people", {"groups": wizard._group_skipped(contacts, skips)}
            )

    def _render(self, name, values):
        return self.env["ir.qweb"]._render(
            f"helpdesk_service_portal.invitation_preview_{name}", values
        )

    def _sum_up(self, invited, skips):
        """Return what the sentence on top of the preview says."""
        Invitation = self.env["helpdesk.invitation"]
        company = self.env.company
        waiting = Invitation.search_count(
            [("company_id", "=", company.id), ("state", "=", "queued")]
        )
        # sudo: res.company - a setting
        hours = Invitation._get_hours(company.sudo(), len(invited) + waiting)
        end = fields.Datetime.now() + timedelta(hours=hours or 0)
        return {
            "count": len(invited),
            "skipped": len(skips),
            "hourly": company.sudo().helpdesk_invitations_per_hour,
            "waiting": waiting,
            "is_paused": hours is None,
            # sudo: helpdesk.ticket.team - where its mails go
            "rehearsal": self.team_id.sudo().rehearsal_email,
            "end": self.env["helpdesk.ticket"]._get_moment_text(
                end, self.env.user.partner_id
            ),
        }

    def _group_skipped(self, contacts, skips):
        """Return rows of reason in words, the first contacts, how many there are."""
        words = self.env["helpdesk.invitation"]._get_skip_words()
        by_reason = contacts.filtered(lambda p: p.id in skips).grouped(
            lambda partner: skips[partner.id]
        )
        return [
            (words[reason], by_reason[reason][:SHOWN], len(by_reason[reason]))
            for reason in words
            if reason in by_reason
        ]

    @api.depends("source", "customer_ids", "location_ids", "contact_ids", "months")
    def _compute_reader_id(self):
        """Propose the first of those who are invited."""
        for wizard in self:
            contacts = wizard._find_contacts()
            skips = wizard._find_skips(contacts)
            first = next((p for p in contacts if p.id not in skips), contacts[:1])
            wizard.reader_id = first.sudo(False)

    @api.depends("reader_id", "welcome")
    def _compute_mail_preview(self):
        for wizard in self:
            # sudo: res.users - the mail a manager of the helpdesk may send
            users_sudo = self.env["res.users"].sudo()
            reader_sudo = wizard.reader_id._origin.sudo()
            if not reader_sudo:
                wizard.mail_preview = False
                continue
            mail = users_sudo._preview_invitation(reader_sudo, wizard.welcome or "")
            wizard.mail_preview = Markup(
                '<div class="o_helpdesk_preview border rounded p-3">'
                "<div><b>%s</b> %s</div><div><b>%s</b> %s</div><hr/>%s</div>"
            ) % (
                self.env._("To:"),
                mail["email_to"],
                self.env._("Subject:"),
                mail["subject"],
                Markup(tools.html_sanitize(mail["body_html"], sanitize_style=True)),
            )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_invite(self):
        """Put those who may be invited into the queue and show it."""
        return self._put("queued")

    def action_list(self):
        """Put them on the list only: nothing is sent before somebody says so."""
        return self._put("draft")

    def _put(self, state):
        self.ensure_one()
        self.check_access("write")
        contacts = self._find_contacts()
        skips = self._find_skips(contacts)
        invited = contacts.filtered(lambda partner: partner.id not in skips)
        if not invited:
            raise UserError(self.env._("There is nobody to invite."))
        self.env["helpdesk.invitation"]._queue(
            invited.sudo(False), self.welcome or "", self.team_id, state
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "helpdesk_service_portal.helpdesk_invitation_action"
        )
        return action | {"context": {f"search_default_{state}": 1}, "target": "main"}
