# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import dates
from ..tools.text import normalize
from .helpdesk_ticket_portal import SUBJECT_MAX_LENGTH
from .helpdesk_ticket_stage import KINDS

#: What the list can be narrowed to: name in its address, field.
FACETS = {"location": "location_id", "category": "category_id", "type": "type_id"}
#: What a row of the list shows, read in one go.
ROW_FIELDS = (
    "number",
    "name",
    "stage_id",
    "stage_kind",
    "turn",
    "location_id",
    "category_id",
    "type_id",
    "partner_id",
    "partner_name",
    "create_date",
    "last_agent_message_date",
    "last_customer_message_date",
    "interaction_count",
    "answer_due_date",
)


class HelpdeskTicket(models.Model):
    """The list of tickets: searched, narrowed, grouped, in rows."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_search_domain(self, search):
        """Return the tickets that hold every word, in any order, accents aside."""
        words = self._portal_clean_line(search)[:SUBJECT_MAX_LENGTH]
        # both sides are normalised: LIKE finds what ILIKE would, by the index
        return Domain.AND(
            Domain("search_text", "like", re.sub(r"([\\%_])", r"\\\1", word))
            for word in normalize(words.replace("#", " ")).split()
        )

    @api.model
    def _portal_list_options(self):
        """Return by what the list can be sorted, grouped and narrowed, in words."""
        return {
            "sortby": {
                "date": self.env._("Newest"),
                "number": self.env._("Ref."),
                "name": self.env._("Subject"),
                "stage": self.env._("Status"),
                "update": self.env._("Last change"),
            },
            "filterby": {
                "all": self.env._("All"),
                "customer": self.env._("Waiting for me"),
                "us": self.env._("With support"),
                "other": self.env._("With third parties"),
                "done": self.env._("Solved"),
            },
            "groupby": {
                "none": self.env._("None"),
                "stage": self.env._("Stage"),
                "location": self._portal_location_word(),
                "category": self.env._("Category"),
                "type": self.env._("Type"),
            },
            "period": {
                "7": self.env._("Last 7 days"),
                "30": self.env._("Last 30 days"),
                "90": self.env._("Last 3 months"),
                "365": self.env._("Last 12 months"),
            },
        }

    @api.model
    def _portal_group_heading(self, groupby, record):
        """Return the heading over the tickets of a stage, location, category, type."""
        name = record.display_name if record else self.env._("None")
        if groupby == "stage":
            return self.env._("Tickets in stage: %(name)s", name=name)
        if groupby == "category":
            return self.env._("Tickets in category: %(name)s", name=name)
        if groupby == "type":
            return self.env._("Tickets of type: %(name)s", name=name)
        return f"{self._portal_location_word()}: {name}"

    @api.model
    def _portal_location_word(self):
        """Return what the company calls a location."""
        # sudo: res.company - a word of the portal's own pages
        return self.env.company.sudo()._get_location_word()

    @api.model
    def _portal_facet_domain(self, chosen):
        """Return the domain of what was chosen in the list besides words and time."""
        domain = Domain.AND(
            Domain(field, "=", int(chosen[name]))
            for name, field in FACETS.items()
            if chosen[name]
        )
        filterby = chosen["filterby"]
        if filterby == "all":
            return domain
        field = "stage_kind" if filterby in dict(KINDS) else "turn"
        return domain & Domain(field, "=", filterby)

    @api.model
    def _portal_facets(self, domain, chosen, rules=None):
        """Count the user's tickets by everything the list can be narrowed to.

        :param domain: search words and period
        :param dict chosen: the narrowing asked for, see the list's parameters
        :return: dict with the ``total`` of all chosen, the counts by ``turns`` of all
            but the turn, and ``options``: records to choose from, by name
        :param rules: ``_portal_rule_domain()``, where the caller has it
        """
        # sudo: helpdesk.ticket - counted under the user's own rules; the names of
        # locations, categories and types of their tickets are theirs to know
        groups = self.sudo()._read_group(
            domain & (rules or self._portal_rule_domain()),
            ["stage_kind", "turn", *FACETS.values()],
            ["__count"],
            order="turn",
        )
        turns = dict.fromkeys(("customer", "us", "other", "done"), 0)
        total = 0
        ids = {name: set() for name in FACETS}
        for kind, turn, *records, count in groups:
            values = dict(zip(FACETS, (record.id for record in records), strict=True))
            for name, value in values.items():
                ids[name].add(value)
            if all(chosen[name] in ("", str(values[name] or "-")) for name in FACETS):
                turns[turn] = turns.get(turn, 0) + count
                if chosen["filterby"] in ("all", turn, kind):
                    total += count
        options = {
            name: self.sudo()
            .env[self._fields[field].comodel_name]
            .browse(id_ for id_ in ids[name] if id_)
            for name, field in FACETS.items()
        }
        options = {
            name: records.sorted("display_name") for name, records in options.items()
        }
        return {"turns": turns, "total": total, "options": options}

    @api.model
    def _portal_rule_domain(self):
        """Return the tickets the current user may read, worked out once."""
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        # sudo: helpdesk.ticket - conditions of rules may use any field
        return Domain(rules).optimize_full(self.sudo())

    @api.model
    def _portal_search(self, domain, rules=None, **options):
        """Search under the user's own rules; return sudo records read as rows.

        :param rules: ``_portal_rule_domain()``, where the caller has it
        """
        # sudo: helpdesk.ticket - the rules of the user are part of the domain
        return self.sudo().search_fetch(
            domain & (rules or self._portal_rule_domain()), ROW_FIELDS, **options
        )

    def _get_portal_assignees(self):
        """Return by ticket id the person or the team that handles it, in one query."""
        self.flush_recordset(["team_id", "user_id"])
        for model, names in (
            ("helpdesk.ticket.team", ["name", "portal_assignee"]),
            ("res.users", ["partner_id"]),
            ("res.partner", ["name"]),
        ):
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket.id,
                       COALESCE(
                           CASE WHEN team.portal_assignee = 'name' THEN person.name END,
                           %(team)s
                       )
                  FROM helpdesk_ticket ticket
             LEFT JOIN helpdesk_ticket_team team ON team.id = ticket.team_id
             LEFT JOIN res_users assignee ON assignee.id = ticket.user_id
             LEFT JOIN res_partner person ON person.id = assignee.partner_id
                 WHERE ticket.id = ANY(%(ids)s)
                """,
                team=self.env["helpdesk.ticket.team"]._field_to_sql("team", "name"),
                ids=list(self.ids),
            )
        )
        return dict(rows)

    def _portal_rows(self):
        """Return these (sudo) tickets as rows of the list: plain words, no records."""
        now, lang = self._now(), self.env.lang
        zone = self.browse()._get_reader_zone()
        meanings = {s.id: self._get_portal_meaning(s) for s in self.stage_id}
        assignees = self._get_portal_assignees() if self else {}
        return [
            {
                "url": f"/my/ticket/{ticket.id}",
                "number": ticket.number,
                "subject": ticket.name,
                "turn": ticket.turn,
                "status": ticket.stage_id.name,
                "meaning": meanings[ticket.stage_id.id],
                "location": ticket.location_id.complete_name or "",
                "sent_by": ticket.partner_name or ticket.partner_id.name or "",
                "sent": dates.relative_words(ticket.create_date, now, zone, lang),
                "sent_exact": dates.deadline_words(ticket.create_date, zone, lang),
                "updated": dates.relative_words(
                    ticket._last_message(), now, zone, lang
                ),
                "updated_exact": dates.deadline_words(
                    ticket._last_message(), zone, lang
                ),
                "interactions": ticket.interaction_count,
                "assignee": assignees.get(ticket.id) or "",
                "promise": ticket._get_promise_line(now, zone),
            }
            for ticket in self
        ]

    def _get_promise_line(self, now, zone):
        """Return by when we answer in few words, for lists."""
        moment, lang = self.answer_due_date, self.env.lang
        if not moment or self.turn != "us":
            return ""
        if moment < now:
            return self.env._("Our answer is late.")
        time = dates.time_words(moment, zone, lang)
        apart = dates.days_apart(moment, now, zone)
        if apart > 1:
            day = dates.short_day(moment, zone, lang)
            return self.env._("We answer by %(date)s, %(time)s.", date=day, time=time)
        if apart:
            return self.env._("We answer tomorrow by %(time)s.", time=time)
        return self.env._("We answer today by %(time)s.", time=time)

    def _last_message(self):
        """Return when somebody last wrote in this ticket."""
        moments = (
            self.last_agent_message_date,
            self.last_customer_message_date,
            self.create_date,
        )
        return max(moment for moment in moments if moment)
