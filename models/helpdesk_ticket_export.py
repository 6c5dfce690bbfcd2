# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import datetime, timezone

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import dates

BATCH = 1000
HOUR = 3600
#: what one row of an export shows, read in one go
EXPORT_FIELDS = (
    "number",
    "name",
    "stage_kind",
    "turn",
    "priority",
    "team_id",
    "partner_id",
    "partner_name",
    "partner_email",
    "partner_area",
    "partner_extension",
    "create_date",
    "last_customer_message_date",
    "last_agent_message_date",
    "solved_date",
    "closed_date",
    "interaction_count",
    "reopen_count",
    "waiting_party",
)
#: what else one shows, by its name
NAMED_FIELDS = {
    "stage_id": "name",
    "type_id": "name",
    "category_id": "complete_name",
    "location_id": "complete_name",
    "country_id": "name",
    "brand_id": "name",
    "product_id": "name",
    "channel_id": "name",
}


class HelpdeskTicket(models.Model):
    """The list of tickets as rows of a spreadsheet."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_export_head(self):
        """Return the headings of an export, in the reader's language."""
        return [
            self.env._("Ref."),
            self.env._("Subject"),
            self.env._("Status"),
            self.env._("Type"),
            self.env._("Category"),
            self.env._("Priority"),
            self._portal_location_word(),
            self.env._("Country"),
            self.env._("Brand"),
            self.env._("Product"),
            self.env._("Origin"),
            self.env._("Requester"),
            self.env._("E-mail"),
            self.env._("Area"),
            self.env._("Extension"),
            self.env._("Assigned to"),
            self.env._("Sent on"),
            self.env._("Last message"),
            self.env._("Solved on"),
            self.env._("Closed on"),
            self.env._("Messages"),
            self.env._("Reopened"),
            self.env._("Hours with us"),
            self.env._("Hours with you"),
            self.env._("Hours with third parties"),
        ]

    @api.model
    def _portal_export_rows(self, domain, order):
        """Yield the rows of an export: texts, numbers and local datetimes.

        Batches are forgotten once they are written, so that memory does not grow.

        :param domain: what the list was narrowed to
        :param str order: of the list
        """
        rules = self._portal_rule_domain()
        # sudo: helpdesk.ticket - the rules of the user are part of the domain
        ids = self.sudo().search(domain & rules, order=order).ids
        yield self._portal_export_head()
        zone = dates.parse_zone(self._get_reader_zone())
        known = {name: {None: ""} for name in NAMED_FIELDS}
        for start in range(0, len(ids), BATCH):
            tickets = self.sudo().browse(ids[start : start + BATCH])
            tickets.fetch(EXPORT_FIELDS)
            yield from tickets._portal_export_batch(zone, known)
            self.env.invalidate_all()

    def _portal_export_names(self, known):
        """Return by ticket id the names of what these lead to, in order.

        :param dict known: names by id, by field; grows by those not met before
        """
        self.flush_recordset(NAMED_FIELDS)
        columns = [SQL.identifier(name) for name in NAMED_FIELDS]
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM helpdesk_ticket WHERE id = ANY(%s)",
                SQL(", ").join(columns),
                list(self.ids),
            )
        )
        for place, (name, shown) in enumerate(NAMED_FIELDS.items(), start=1):
            new = {row[place] for row in rows} - known[name].keys()
            records = self.env[self._fields[name].comodel_name].browse(new)
            known[name].update((record.id, record[shown] or "") for record in records)
        tables = [known[name] for name in NAMED_FIELDS]
        return {
            id_: [table[value] for table, value in zip(tables, values, strict=True)]
            for id_, *values in rows
        }

    def _portal_export_batch(self, zone, known):
        """Return the rows of these (sudo) tickets.

        :param known: see ``_portal_export_names``
        """

        def local(moment):
            if not moment:
                return ""
            aware = moment.replace(tzinfo=timezone.utc).astimezone(zone)
            return aware.replace(tzinfo=None)

        priorities = dict(self._fields["priority"]._description_selection(self.env))
        assignees = self._get_portal_assignees()
        histories = self._get_turn_histories()
        names = self._portal_export_names(known)
        rows = []
        for ticket in self:
            spent = defaultdict(float)
            history = histories.get(ticket.id, [])
            for (turn, _party), seconds in ticket._add_up_time(history).items():
                spent[turn] += seconds
            stage, type_name, category, *place = names[ticket.id]
            rows.append(
                [
                    ticket.number,
                    ticket.name,
                    stage,
                    type_name,
                    category,
                    priorities.get(ticket.priority, ""),
                    *place,
                    ticket.partner_name or ticket.partner_id.name or "",
                    ticket.partner_email or "",
                    ticket.partner_area or "",
                    ticket.partner_extension or "",
                    assignees[ticket.id] or "",
                    local(ticket.create_date),
                    local(ticket._last_message()),
                    local(ticket.solved_date),
                    local(ticket.closed_date),
                    ticket.interaction_count,
                    ticket.reopen_count,
                    *(
                        round(spent[turn] / HOUR, 2)
                        for turn in ("us", "customer", "other")
                    ),
                ]
            )
        return rows

    @api.model
    def _portal_report_rows(self, domain):
        """Return the summary of a month: by location, what came, what was solved.

        :param domain: the tickets of the report
        """
        rules = self._portal_rule_domain()
        # sudo: helpdesk.ticket - the rules of the user are part of the domain
        groups = self.sudo()._read_group(
            domain & rules,
            ["location_id", "turn"],
            ["__count", "reopen_count:sum", "interaction_count:sum"],
            order="location_id, turn",
        )
        places = {}
        for location, turn, count, reopened, messages in groups:
            place = places.setdefault(location, defaultdict(int))
            place["all"] += count
            place["done"] += count if turn == "done" else 0
            place["reopened"] += reopened
            place["messages"] += messages
        head = [
            self._portal_location_word(),
            self.env._("Tickets"),
            self.env._("Solved"),
            self.env._("Open"),
            self.env._("Reopened"),
            self.env._("Messages"),
        ]
        return [head] + [
            [
                location.complete_name or "–",
                place["all"],
                place["done"],
                place["all"] - place["done"],
                place["reopened"],
                place["messages"],
            ]
            for location, place in places.items()
        ]

    # ------------------------------------------------------------
    # Months
    # ------------------------------------------------------------

    @api.model
    def _portal_months(self):
        """Return the last twelve full months: (``2026-10``, in words)."""
        zone = self._get_reader_zone()
        first = dates.to_local(self._now(), zone).replace(day=1)
        months = [first - relativedelta(months=back) for back in range(1, 13)]
        lang = self.env.lang
        return [(f"{m:%Y-%m}", dates.month_words(m, lang)) for m in months]

    @api.model
    def _portal_parse_month(self, value):
        """Return a posted month if it is one of those offered, else ``""``."""
        return value if value in dict(self._portal_months()) else ""

    @api.model
    def _portal_month_domain(self, month):
        """Return what was sent or solved in a month of the reader's.

        :param str month: such as ``2026-10``
        """
        zone = dates.parse_zone(self._get_reader_zone())
        first = datetime.strptime(month, "%Y-%m")
        start, end = (
            zone.localize(day).astimezone(timezone.utc).replace(tzinfo=None)
            for day in (first, first + relativedelta(months=1))
        )
        return Domain.OR(
            Domain(name, ">=", start) & Domain(name, "<", end)
            for name in ("create_date", "solved_date")
        )

    @api.model
    def _portal_export_format(self):
        """Return how the reader's language writes tables.

        :return: (separator of columns, date of ``strftime``, date of spreadsheets)
        """
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        separator = ";" if lang.decimal_point == "," else ","
        date_format = f"{lang.date_format or '%Y-%m-%d'} %H:%M"
        return separator, date_format, dates.spreadsheet_format(date_format)
