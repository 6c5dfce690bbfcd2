# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from collections import Counter

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import dates
from ..tools.text import normalize
from .helpdesk_ticket_stage import KINDS

SEARCH_MAX_LENGTH = 200
#: What the list can be narrowed to: name in its address, field.
FACETS = {
    "stage": "stage_id",
    "location": "location_id",
    "category": "category_id",
    "type": "type_id",
    "origin": "channel_id",
}
#: What a row of the list shows, read in one go.
ROW_FIELDS = (
    "number",
    "name",
    "stage_id",
    "stage_kind",
    "team_id",
    "company_id",
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
    "auto_close_date",
    "closed_date",
    "waiting_party",
)
#: A strip of hotels is a way in, not a register: the menu has them all.
MAX_PLACES = 12


class HelpdeskTicket(models.Model):
    """The list of tickets: searched, narrowed, grouped, in rows."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_search_domain(self, search):
        """Return the tickets that hold every word, in any order, accents aside."""
        words = self._portal_clean_line(search)[:SEARCH_MAX_LENGTH]
        # both sides are normalised: LIKE finds what ILIKE would, by the index
        return Domain.AND(
            Domain("search_text", "like", re.sub(r"([\\%_])", r"\\\1", word))
            for word in normalize(words.replace("#", " ")).split()
        )

    @api.model
    def _portal_mine_domain(self, part="1"):
        """Return the tickets the user has to do with, however much more they see.

        :param str part: ``1``: S1-08 what they asked for, take part in, or were told
            of by us · ``asked``: theirs · ``copy``: those of others they are in
        """
        me = self.env.user.partner_id
        asked = Domain("partner_id", "=", me.id)
        if part == "asked":
            return asked
        taking_part = Domain("partner_id", "=", me.id) & Domain("included", "=", True)
        mine = Domain("participant_ids", "any", taking_part)
        return mine & ~asked if part == "copy" else mine

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
                "done": self.env._("Resolved"),
            },
            "kind": dict(
                self.env["helpdesk.ticket.stage"]
                ._fields["kind"]
                ._description_selection(self.env)
            ),
            "groupby": {
                "none": self.env._("None"),
                "stage": self.env._("Stage"),
                "location": self._portal_location_word(),
                "category": self.env._("Category"),
                "type": self.env._("Type"),
            },
            "mine": {
                "1": self.env._("My activities"),
                "asked": self.env._("Requested by me"),
                "copy": self.env._("I am in copy"),
            },
            "period": {
                "7": self.env._("Last 7 days"),
                "30": self.env._("Last 30 days"),
                "90": self.env._("Last 3 months"),
                "365": self.env._("Last 12 months"),
            },
        }

    @api.model
    def _portal_group_heading(self, groupby, name, count):
        """Return the heading over the tickets of a stage, location, category, type.

        :param str name: of the record, empty for those without one
        :param int count: tickets of the group, on this page and on others
        """
        name = name or self.env._("None")
        words = {"name": name, "count": count}
        if groupby == "stage":
            return self.env._("Tickets in stage: %(name)s (%(count)s)", **words)
        if groupby == "category":
            return self.env._("Tickets in category: %(name)s (%(count)s)", **words)
        if groupby == "type":
            return self.env._("Tickets of type: %(name)s (%(count)s)", **words)
        return f"{self._portal_location_word()}: {name} ({count})"

    @api.model
    def _portal_location_word(self, plural=False):
        """Return what the company calls a location."""
        desk = self.env["helpdesk.ticket.team"]._get_desk()
        # sudo: res.company - a word of the portal's own pages
        return self.env.company.sudo()._get_location_word(plural=plural, team=desk)

    @api.model
    def _portal_default_groupby(self):
        """Return by what the reader's desk groups its list, ``none`` if it does not."""
        return self.env["helpdesk.ticket.team"]._get_desk().list_groupby or "none"

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

        One statement serves the chips, the strip of locations, the choices of the
        filters, the headings of the groups, the total and the pager.

        :param domain: search words and period
        :param dict chosen: the narrowing asked for, see the list's parameters; what
            exists no longer is taken out of it
        :param rules: ``_portal_rule_domain()``, where the caller has it
        :return: dict with the ``total`` of all chosen, the counts by ``turns`` of all
            but the turn, by ``places`` of all but location, stage and turn, by
            ``groups``, ``options``: see ``_portal_facet_names``, and whether
            something was ``dropped`` as it exists no longer
        """
        rules = rules or self._portal_rule_domain()
        # sudo: helpdesk.ticket - counted under the user's own rules; the names of
        # locations, categories and types of their tickets are theirs to know
        rows = self.sudo()._read_group(
            domain & rules,
            ["turn", "stage_kind", *FACETS.values()],
            ["__count"],
            order="turn",
        )
        ids = {
            name: {row[position].id for row in rows} - {False}
            for position, name in enumerate(FACETS, start=2)
        }
        dropped = self._portal_drop_unknown(chosen, ids, domain, rules)
        for name in FACETS:
            ids[name] |= {int(chosen[name])} if chosen[name] else set()
        facets = {
            "turns": Counter({turn: 0 for turn in ("customer", "us", "other", "done")}),
            "places": {},
            "groups": Counter(),
            "total": 0,
            "dropped": dropped,
            "options": self._portal_facet_names(ids),
        }
        for row in rows:
            self._portal_count_row(facets, chosen, *row)
        return facets

    @api.model
    def _portal_facet_names(self, ids):
        """Return what to choose from: id as text and name, of each facet.

        Statuses stand in their order, the rest by name. One statement for all that
        are not known anyway.

        :param dict ids: sets by name of the facet
        """
        Category = self.env["helpdesk.ticket.category"]
        words = Category._get_complete_names(self.env.lang) if ids["category"] else {}
        found = [("category", id_, words.get(id_), 0) for id_ in ids["category"]]
        parts = []
        for facet, ids_of_facet in ids.items():
            if not ids_of_facet or facet == "category":
                continue
            # sudo: locations, types, … - names of what the reader's tickets have
            Model = self.sudo().env[self._fields[FACETS[facet]].comodel_name]
            name, rank = Model._rec_name, facet == "stage" and "sequence"
            Model.flush_model([name, rank] if rank else [name])
            parts.append(
                SQL(
                    "SELECT %s, named.id, %s, %s FROM %s named"
                    " WHERE named.id = ANY(%s)",
                    facet,
                    Model._field_to_sql("named", name),
                    SQL.identifier("named", rank) if rank else SQL("0"),
                    SQL.identifier(Model._table),
                    list(ids_of_facet),
                )
            )
        if parts:
            found += self.env.execute_query(SQL(" UNION ALL ").join(parts))
        found.sort(key=lambda row: (row[3] or 0, normalize(row[2] or ""), row[1]))
        options = {facet: {} for facet in FACETS}
        for facet, id_, name, _rank in found:
            options[facet][str(id_)] = name
        return options

    @api.model
    def _portal_drop_unknown(self, chosen, ids, domain, rules):
        """Forget the locations, categories, … that none of the tickets has.

        An old link then shows everything. What only the search words or the period
        hide stays chosen.

        :return: whether something was forgotten
        """
        dropped = False
        for name, field in FACETS.items():
            value = int(chosen[name] or 0)
            if not value or value in ids[name]:
                continue
            # sudo: helpdesk.ticket - the rules of the user are part of the domain
            if domain.is_true() or not self.sudo().search_count(
                rules & Domain(field, "=", value), limit=1
            ):
                chosen[name] = ""
                dropped = True
        return dropped

    @api.model
    def _portal_count_row(self, facets, chosen, turn, kind, *row):
        """Add one row of the grouped count to what it counts for."""
        *records, count = row
        values = dict(zip(FACETS, records, strict=True))
        misfits = {
            name
            for name, record in values.items()
            if chosen[name] not in ("", str(record.id))
        }
        if values["location"] and misfits <= {"location", "stage"}:
            place = facets["places"].setdefault(values["location"].id, Counter())
            place["open"] += count if turn != "done" else 0
            place["waiting"] += count if turn == "customer" else 0
        if misfits:
            return
        facets["turns"][turn] += count
        if chosen["filterby"] in ("all", turn, kind):
            facets["total"] += count
            group = values.get(chosen["groupby"])
            facets["groups"][group.id if group else False] += count

    @api.model
    def _portal_places(self, facets):
        """Return the strip of locations: where something waits or is open, first.

        Empty for who has tickets of one location only.
        """
        locations = facets["options"]["location"]
        if len(locations) < 2:
            return []
        none = Counter()
        places = [
            {
                "id": id_,
                "name": name,
                "open": facets["places"].get(int(id_), none)["open"],
                "waiting": facets["places"].get(int(id_), none)["waiting"],
            }
            for id_, name in locations.items()
        ]
        places.sort(key=lambda place: (-place["waiting"], -place["open"]))
        return places[:MAX_PLACES]

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
        """Return by ticket id the person or the team that handles it."""
        return {id_: assignee for id_, assignee, *_rest in self._get_portal_names()}

    def _get_portal_names(self):
        """Return names of these tickets in one query, whatever they are.

        :return: rows of ticket id, who handles it, its origin, its location and the
            zone of that, empty for none
        """
        self.flush_recordset(["team_id", "user_id", "channel_id", "location_id"])
        for model, names in (
            ("helpdesk.ticket.team", ["name", "portal_assignee"]),
            ("helpdesk.ticket.channel", ["name"]),
            ("helpdesk.ticket.location", ["complete_name", "tz"]),
            ("res.users", ["partner_id"]),
            ("res.partner", ["name"]),
        ):
            self.env[model].flush_model(names)
        Channel = self.env["helpdesk.ticket.channel"]
        return self.env.execute_query(
            SQL(
                """
                SELECT ticket.id,
                       COALESCE(
                           CASE WHEN team.portal_assignee = 'name' THEN person.name END,
                           %(team)s
                       ),
                       %(origin)s,
                       place.complete_name,
                       COALESCE(place.tz, '')
                  FROM helpdesk_ticket ticket
             LEFT JOIN helpdesk_ticket_team team ON team.id = ticket.team_id
             LEFT JOIN helpdesk_ticket_channel origin ON origin.id = ticket.channel_id
             LEFT JOIN helpdesk_ticket_location place ON place.id = ticket.location_id
             LEFT JOIN res_users assignee ON assignee.id = ticket.user_id
             LEFT JOIN res_partner person ON person.id = assignee.partner_id
                 WHERE ticket.id = ANY(%(ids)s)
                """,
                team=self.env["helpdesk.ticket.team"]._field_to_sql("team", "name"),
                origin=Channel._field_to_sql("origin", "name"),
                ids=list(self.ids),
            )
        )

    def _portal_rows(self):
        """Return these (sudo) tickets as rows of the list: plain words, no records."""
        if not self:
            return []
        now, lang = self._now(), self.env.lang
        meanings = {s.id: self._get_portal_meaning(s) for s in self.stage_id}
        names = {id_: rest for id_, *rest in self._get_portal_names()}
        zone = self._get_reader_zone(location_zone=names[self[0].id][-1])
        unread = self._portal_unread_ids()
        rows = []
        for ticket in self:
            assignee, origin, place, _zone = names[ticket.id]
            last = ticket._last_message()
            name = ticket.partner_name or ticket.partner_id.name or ""
            sender, _blank, surname = name.partition(" ")
            rows.append(
                {
                    "url": f"/my/ticket/{ticket.id}",
                    "number": ticket.number,
                    "subject": ticket.name,
                    "is_unread": ticket.id in unread,
                    "turn": ticket.turn,
                    "status": ticket.stage_id.name,
                    "meaning": meanings.get(ticket.stage_id.id, ""),
                    "due": ticket._get_due_line(now, zone),
                    "location": place or "",
                    "origin": origin or "",
                    "sender": sender,
                    "surname": surname,
                    "sent": dates.relative_words(ticket.create_date, now, zone, lang),
                    "sent_exact": dates.deadline_words(ticket.create_date, zone, lang),
                    "updated": dates.relative_words(last, now, zone, lang),
                    "updated_exact": dates.deadline_words(last, zone, lang),
                    "interactions": ticket.interaction_count,
                    "assignee": assignee or "",
                }
            )
        return rows

    def _get_due_line(self, now, zone):
        """Return what comes next, and when, in few words, for lists.

        :param now: naive UTC datetime
        :param zone: zone of the reader
        """
        if self.turn == "us":
            return self._get_promise_line(now, zone)
        if self.turn == "customer":
            return self._get_answer_line(now, zone)
        if self.turn == "other":
            party = self.waiting_party
            return self.env._("We wait for %(party)s.", party=party) if party else ""
        if self.stage_kind == "solved" and self.auto_close_date:
            day = dates.short_day(self.auto_close_date, zone, self.env.lang)
            return self.env._("Closes on %(date)s.", date=day)
        if self.stage_kind == "closed" and self.closed_date:
            day = dates.short_day(self.closed_date, zone, self.env.lang)
            return self.env._("Closed on %(date)s.", date=day)
        return ""

    def _get_answer_line(self, now, zone):
        """Return until when we wait for the customer in few words, for lists."""
        moment, lang = self.auto_close_date, self.env.lang
        if not moment or moment < now:
            return ""
        time = dates.time_words(moment, zone, lang)
        apart = dates.days_apart(moment, now, zone)
        if apart > 1:
            day = dates.short_day(moment, zone, lang)
            return self.env._("Answer by %(date)s, %(time)s.", date=day, time=time)
        if apart:
            return self.env._("Answer by tomorrow, %(time)s.", time=time)
        return self.env._("Answer by today, %(time)s.", time=time)

    def _get_promise_line(self, now, zone):
        """Return by when we answer in few words, for lists."""
        moment, lang = self.answer_due_date, self.env.lang
        if not moment:
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
