# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from .helpdesk_article import WholeHtml

SEVERITIES = [("info", "News"), ("warning", "Warning"), ("incident", "Incident")]
#: the most urgent stands on top
RANKS = {"incident": 0, "warning": 1, "info": 2}


class Entry(NamedTuple):
    """What decides who is concerned, kept in memory for each announcement."""

    id: int
    start: object
    end: object
    severity: str
    audience: str
    company_id: int
    country_ids: frozenset
    product_ids: frozenset
    location_ids: frozenset
    ticket_id: int
    is_solved: bool

    @property
    def is_narrow(self):
        return bool(self.country_ids or self.product_ids or self.location_ids)


class Reader(NamedTuple):
    """Where somebody works and with what; ids."""

    countries: set
    products: set
    #: their locations and all these lie in
    locations: set


class HelpdeskAnnouncement(models.Model):
    """What many customers should know now: news, warnings, incidents.

    The pages ask for what runs at each request. What was published is kept in memory,
    so that this costs nothing while nothing runs.
    """

    _name = "helpdesk.announcement"
    _inherit = ["helpdesk.cached.mixin", "helpdesk.public.fields.mixin"]
    _description = "Helpdesk Announcement"
    _order = "date_start desc, id desc"

    name = fields.Char(
        string="Title",
        required=True,
        translate=True,
        help="One line that says what happens, such as “Booking: reservations arrive "
        "late since 9:10”.",
    )
    body = WholeHtml(
        string="Text",
        translate=True,
        help="What it means for customers, and what they can do until it is over.",
    )
    severity = fields.Selection(selection=SEVERITIES, required=True, default="info")
    date_start = fields.Datetime(
        string="Shown from", required=True, default=fields.Datetime.now, copy=False
    )
    date_end = fields.Datetime(
        string="Shown until",
        required=True,
        copy=False,
        help="No announcement stays for good. Put the end later while it lasts.",
    )
    last_update = fields.Text(
        translate=True,
        copy=False,
        help="What is new since. Each change goes at once to all who said that it "
        "affects them, and into the incident's ticket.",
    )
    last_update_date = fields.Datetime(readonly=True, copy=False)
    audience = fields.Selection(
        selection=[("public", "Everybody"), ("connected", "Signed-in people")],
        required=True,
        default="connected",
        help="Visitors see what is for everybody. Whom we know sees what concerns "
        "them: the countries, products and locations below.",
    )
    country_ids = fields.Many2many(
        comodel_name="res.country",
        relation="helpdesk_announcement_country_rel",
        column1="announcement_id",
        column2="country_id",
        string="Only in these countries",
    )
    product_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.product",
        relation="helpdesk_announcement_product_rel",
        column1="announcement_id",
        column2="product_id",
        string="Only with these products",
    )
    location_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.location",
        relation="helpdesk_announcement_location_rel",
        column1="announcement_id",
        column2="location_id",
        string="Only at these locations",
        help="And at those that lie in them.",
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Ticket of the incident",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Where we work on it. Customers are asked whether it affects them, too, "
        "and follow it instead of opening a ticket each. When it is solved, each is "
        "asked whether it works again.",
    )
    solved_date = fields.Datetime(readonly=True, copy=False)
    is_published = fields.Boolean(string="Published", copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        help="Empty: for the customers of all companies.",
    )
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="incident_id",
        string="Tickets about it",
    )
    affected_ids = fields.One2many(
        comodel_name="helpdesk.announcement.affected",
        inverse_name="announcement_id",
    )
    affected_count = fields.Integer(compute="_compute_affected_count")
    still_count = fields.Integer(
        string="Still not working", compute="_compute_affected_count"
    )
    is_running = fields.Boolean(compute="_compute_is_running")
    is_concerned = fields.Boolean(
        compute="_compute_is_concerned",
        search="_search_is_concerned",
        help="It runs and concerns the user, or the user follows it.",
    )

    _published_idx = models.Index("(date_end) WHERE is_published IS TRUE")
    _ends_after_start = models.Constraint(
        "CHECK (date_end > date_start)", "It has to end after it begins."
    )

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    @api.depends("affected_ids.state")
    def _compute_affected_count(self):
        # sudo: the number is no secret to who reads the announcement in the backend
        Affected = self.env["helpdesk.announcement.affected"].sudo()
        counts = dict.fromkeys(self.ids, (0, 0))
        for announcement, state, count in Affected._read_group(
            [("announcement_id", "in", self.ids)],
            ["announcement_id", "state"],
            ["__count"],
        ):
            total, still = counts[announcement.id]
            still += count if state == "still" else 0
            counts[announcement.id] = (total + count, still)
        for record in self:
            record.affected_count, record.still_count = counts.get(record.id, (0, 0))

    @api.depends("is_published", "active", "date_start", "date_end")
    def _compute_is_running(self):
        now = fields.Datetime.now()
        for record in self:
            record.is_running = (
                record.is_published
                and record.active
                and record.date_start <= now < record.date_end
            )

    @api.depends_context("uid")
    def _compute_is_concerned(self):
        concerned = self._get_concerned_ids()
        for record in self:
            record.is_concerned = record._origin.id in concerned

    @api.model
    def _search_is_concerned(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        domain = Domain("id", "in", self._get_concerned_ids())
        return domain if True in value else ~domain

    @api.model
    def _get_public_fields(self):
        return super()._get_public_fields() | {
            "name",
            "body",
            "severity",
            "date_start",
            "date_end",
            "last_update",
            "last_update_date",
            "solved_date",
            "is_concerned",
            "active",
        }

    @api.constrains("ticket_id", "company_id")
    def _check_company_of_ticket(self):
        for record in self:
            company = record.ticket_id.company_id
            if company and record.company_id and company != record.company_id:
                raise ValidationError(
                    self.env._("The ticket belongs to another company.")
                )

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        announcements = super().create(vals_list)
        announcements.filtered("last_update").last_update_date = fields.Datetime.now()
        return announcements

    def write(self, vals):
        """Tell an update to all affected; the pages show the change at once."""
        updated, words = self.browse(), ""
        if "last_update" in vals:
            words = (vals["last_update"] or "").strip()
            updated = self.filtered(lambda one: (one.last_update or "") != words)
            if updated and words:
                vals = {**vals, "last_update_date": fields.Datetime.now()}
        res = super().write(vals)
        if updated and words:
            updated._forget_old_update(vals["last_update"])
            updated._tell_update()
        return res

    def _forget_old_update(self, words):
        """Show the new update in all languages until it is translated: the one
        before would stand under the new date."""
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for record in self:
            record.update_field_translations(
                "last_update", dict.fromkeys([*langs, "en_US"], words)
            )

    def _tell_update(self):
        """Queue the update for all affected, and put it into the incident's ticket."""
        self.affected_ids._plan_mail("update")
        for record in self.filtered("ticket_id"):
            # sudo: helpdesk.ticket - who announces tells the ticket's people, too
            record.ticket_id.sudo().message_post(
                body=record.last_update,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=self.env.user.partner_id.id,
            )

    def _on_ticket_kind(self):
        """Ask everybody whether it works again once the ticket is solved.

        Reopened, it goes on as before: nobody is asked, and those who were follow on.
        """
        for record in self:
            is_solved = record.ticket_id.turn == "done"
            if is_solved and not record.solved_date:
                record.solved_date = fields.Datetime.now()
                record.affected_ids._ask()
            elif not is_solved and record.solved_date:
                record.solved_date = False
                record.affected_ids._follow_on()

    def action_open_ticket(self):
        """Open the ticket of the incident; make it, as one of ours, if there is none.

        :return: action of its form
        :raise AccessError: for who may not open tickets
        """
        self.ensure_one()
        self.check_access("write")
        if not self.ticket_id:
            company = self.company_id or self.env.company
            self.ticket_id = self.env["helpdesk.ticket"].create(
                {
                    "name": self.name,
                    "description": self.body or "",
                    "partner_id": company.partner_id.id,
                    "company_id": company.id,
                    "priority": "3" if self.severity == "incident" else "2",
                    "user_id": self.env.uid,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    # ------------------------------------------------------------
    # Who is concerned
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_entries(self):
        """Return what is published and not over, as ``Entry``."""
        Model = self.sudo().with_context(active_test=True)  # sudo: one for all users
        found = Model.search(
            [("is_published", "=", True), ("date_end", ">", fields.Datetime.now())]
        )
        return tuple(
            Entry(
                one.id,
                one.date_start,
                one.date_end,
                one.severity,
                one.audience,
                one.company_id.id,
                frozenset(one.country_ids.ids),
                frozenset(one.product_ids.ids),
                frozenset(one.location_ids.ids),
                one.ticket_id.id,
                bool(one.solved_date),
            )
            for one in found
        )

    @api.model
    @tools.ormcache()
    def _get_incident_ticket_ids(self):
        """Return the tickets of published announcements, over or not."""
        # sudo: one list for all users; nothing of it is shown
        found = self.sudo().search(
            [("is_published", "=", True), ("ticket_id", "!=", False)]
        )
        return frozenset(found.ticket_id.ids)

    @api.model
    def _get_running_entries(self):
        now = fields.Datetime.now()
        return [
            entry
            for entry in self._get_entries()
            if entry.start <= now < entry.end
            and entry.company_id in (False, self.env.company.id)
        ]

    @api.model
    def _get_running(self, partner=None, product=None, location=None):
        """Return what runs now and concerns somebody, the most urgent first, as sudo.

        Visitors see what is public; colleagues all of it, unless they ask for a
        customer.

        :param partner: a contact; default is the current user
        :param product: narrows it to what concerns this product
        :param location: narrows it to what concerns this place and where it lies
        """
        entries = self._get_running_entries()
        if not entries:
            return self.sudo().browse()  # sudo: nothing
        entries = self._filter_entries(entries, partner)
        if product:
            entries = [
                entry
                for entry in entries
                if not entry.product_ids or product.id in entry.product_ids
            ]
        if location:
            # sudo: helpdesk.ticket.location - where a place of the reader's lies
            reader = self._read_places([location.sudo()])
            entries = [entry for entry in entries if self._fits(entry, reader)]
        entries.sort(key=lambda one: one.start, reverse=True)
        entries.sort(key=lambda one: RANKS[one.severity])
        # sudo: what was found to concern the reader; the pages show its words only
        return self.sudo().browse(entry.id for entry in entries)

    @api.model
    def _filter_entries(self, entries, partner=None):
        user = self.env.user
        if not partner and user._is_public():
            return [entry for entry in entries if entry.audience == "public"]
        if not partner and user._is_internal():
            return list(entries)
        if not any(entry.is_narrow for entry in entries):
            return list(entries)
        reader = self._get_reader(partner or user.partner_id)
        return [entry for entry in entries if self._fits(entry, reader)]

    @api.model
    def _fits(self, entry, reader):
        """Tell whether something concerns a reader: each narrowing has to fit."""
        return (
            (not entry.country_ids or bool(entry.country_ids & reader.countries))
            and (not entry.product_ids or bool(entry.product_ids & reader.products))
            and (not entry.location_ids or bool(entry.location_ids & reader.locations))
        )

    @api.model
    def _get_reader(self, partner):
        """Return where a contact works: own places, else their customer's."""
        partner = partner.sudo()  # sudo: res.partner - countries of the reader
        customer = partner.commercial_partner_id
        # sudo: helpdesk.ticket.location - those of the reader
        Location = self.env["helpdesk.ticket.location"].sudo()
        places = Location.search_fetch(
            Domain("manager_ids", "in", partner.ids)
            | Domain("partner_id.commercial_partner_id", "=", customer.id),
            ["parent_path", "country_id", "product_ids", "manager_ids"],
        )
        managed = places.filtered(lambda place: partner in place.manager_ids)
        reader = self._read_places(managed or places)
        if not reader.countries:
            reader.countries.update((partner | customer).country_id.ids)
        return reader

    @api.model
    def _read_places(self, places):
        reader = Reader(set(), set(), set())
        for place in places:
            reader.countries.update(place.country_id.ids)
            reader.products.update(place.product_ids.ids)
            path = filter(None, (place.parent_path or "").split("/"))
            reader.locations.update(map(int, path))
        return reader

    @api.model
    def _get_concerned_ids(self):
        """Return what the user may read: what runs for them, and what they follow."""
        ids = set(self._get_running().ids)
        if not self.env.user._is_public():
            # sudo: helpdesk.announcement.affected - the user's own lines
            mine = self.env["helpdesk.announcement.affected"].sudo()
            domain = [("partner_id", "=", self.env.user.partner_id.id)]
            ids |= set(mine.search(domain).announcement_id.ids)
        return ids

    # ------------------------------------------------------------
    # Those affected
    # ------------------------------------------------------------

    def _is_asking(self):
        """Tell whether customers are asked if it affects them, too."""
        self.ensure_one()
        return bool(
            self.severity == "incident" and self.ticket_id and not self.solved_date
        )

    def _get_lines(self):
        """Return the user's lines among those affected by these, as sudo."""
        # sudo: helpdesk.announcement.affected - the user's own lines
        Affected = self.env["helpdesk.announcement.affected"].sudo()
        if not self or self.env.user._is_public():
            return Affected
        return Affected.search(
            [
                ("announcement_id", "in", self.ids),
                ("partner_id", "=", self.env.user.partner_id.id),
            ]
        )

    def _follow(self):
        """Note that it affects the user, too: once, however often they say so.

        :raise AccessError: when it does not concern them, or nobody is asked
        :return: their line, as sudo
        """
        self.ensure_one()
        asking = self.sudo()._is_asking()  # sudo: the fields that decide are ours
        if self not in self._get_running() or not asking:
            raise AccessError(self.env._("This announcement does not ask anybody."))
        partner = self.env.user.partner_id
        places = self.env["helpdesk.ticket"]._portal_locations(partner)
        return self.sudo()._add_affected(  # sudo: the user's own line
            partner, places if len(places) == 1 else places[:0]
        )

    def _add_affected(self, partner, location):
        """Return the line of a contact among those affected; add it, on sudo."""
        self.ensure_one()
        line = self._find_affected(partner)
        return line or line.create(
            {
                "announcement_id": self.id,
                "partner_id": partner.id,
                "location_id": location.id,
            }
        )

    def _drop_affected(self, partner):
        """Remove the line of a contact, on sudo, unless they added it themselves."""
        line = self._find_affected(partner)
        if line.create_uid.partner_id != partner:
            line.unlink()

    def _find_affected(self, partner):
        return self.env["helpdesk.announcement.affected"].search(
            [("announcement_id", "in", self.ids), ("partner_id", "=", partner.id)]
        )

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @api.model
    def _find_for_reader(self, announcement_id):
        """Return what the user may read, as sudo; none if it is not theirs."""
        if not self.env.user._is_internal():
            if announcement_id not in self._get_concerned_ids():
                return self.sudo().browse()  # sudo: nothing
            # sudo: what was found to concern the reader
            return self.sudo().browse(announcement_id)
        found = self.browse(announcement_id).exists()
        return found.sudo()  # sudo: colleagues read all of them

    @api.model
    def _get_banner(self):
        """Return what runs for the reader, as rows of the banner."""
        return self._get_running()._get_rows()

    def _get_rows(self):
        """Return these (sudo) announcements in words, with the reader's own state."""
        states = {line.announcement_id.id: line.state for line in self._get_lines()}
        Ticket = self.env["helpdesk.ticket"]
        user = self.env.user
        partner = user.partner_id
        is_customer = not user._is_internal() and not user._is_public()
        words = dict(self._fields["severity"]._description_selection(self.env))
        return [
            {
                "id": one.id,
                "url": f"/support/announcement/{one.id}",
                "name": one.name,
                "body": one.body,
                "severity": one.severity,
                "severity_words": words[one.severity],
                "since": Ticket._get_moment_text(one.date_start, partner),
                "update": one.last_update or "",
                "updated": one.last_update_date
                and Ticket._get_moment_text(one.last_update_date, partner),
                "version": f"{one.id}.{one.last_update_date or ''}",
                "is_solved": bool(one.solved_date),
                "is_asking": is_customer and one._is_asking(),
                "asks_visitor": user._is_public() and one._is_asking(),
                "state": states.get(one.id, ""),
            }
            for one in self
        ]
