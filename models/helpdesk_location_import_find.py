# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools import location_table
from ..tools.location_table import CLEAR, plain
from .helpdesk_location_import import FIELDS, LISTS, LOCATION


class HelpdeskLocationImport(models.AbstractModel):
    """What the cells of a file name: customers, people, teams, places.

    Each ``_find_<kind>`` looks up all that the file names in one go and returns a
    function that gives the record and an empty text, or None and what is wrong.
    """

    _inherit = "helpdesk.location.import"

    def _find_references(self, lines):
        """Look up what the cells name, each kind in one go."""
        find = {
            "customer": self._find_customers(lines),
            "country": self._find_countries(lines),
            "tz": self._find_zones(lines),
            "team": self._find_by_name(lines, "team", "helpdesk.ticket.team"),
            "company": self._find_by_name(lines, "company", "res.company"),
            "portal": self._find_bools(lines),
            "managers": self._find_people(lines),
            "products": self._find_by_name(
                lines, "products", "helpdesk.ticket.product"
            ),
        }
        for line in lines:
            for column in ("name", "code"):
                text = line.get(column)
                if text and (text != CLEAR or column == "name"):
                    line.values[FIELDS[column]] = text
                elif text == CLEAR:
                    line.values[FIELDS[column]] = False
            for column, found in find.items():
                self._read_reference(line, column, found)

    def _read_reference(self, line, column, found):
        """Take over what one cell names, or say why not."""
        text, name = line.get(column), FIELDS[column]
        if not text:
            return
        is_list = name in LISTS
        if text == CLEAR and column != "portal":
            line.values[name] = self.env[LOCATION][name] if is_list else False
            return
        if not is_list:
            value, problem = found(text, line)
            if problem:
                line.problems.append(problem)
            else:
                line.values[name] = value
            return
        records = self.env[LOCATION][name]
        for part in location_table.split_list(text):
            record, problem = found(part, line)
            if problem:
                line.problems.append(problem)
            else:
                records |= record
        line.values[name] = records

    def _find_countries(self, lines):
        by_code = {}
        if any(line.get("country") for line in lines):
            by_code = {one.code: one for one in self.env["res.country"].search([])}
        by_name = {plain(one.name): one for one in by_code.values()}

        def find(text, _line):
            code = location_table.find_country(text)
            country = by_code.get(code) or by_name.get(plain(text))
            problem = self.env._("No country is called “%s”.", text)
            return country, "" if country else problem

        return find

    def _find_zones(self, _lines):
        def find(text, _line):
            zone = location_table.find_zone(text)
            if zone:
                return zone, ""
            guess = location_table.guess_zone(text)
            if guess:
                problem = self.env._(
                    "No time zone is called “%(text)s”. Do you mean %(guess)s?",
                    text=text,
                    guess=guess,
                )
            else:
                problem = self.env._(
                    "No time zone is called “%s”; one is, for example, America/Cancun.",
                    text,
                )
            return None, problem

        return find

    def _find_bools(self, _lines):
        def find(text, _line):
            value = location_table.find_bool(text)
            problem = self.env._("“%s” is neither yes nor no.", text)
            return value, problem if value is None else ""

        return find

    def _find_by_name(self, lines, column, model):
        """Return a function that finds records by name, in any language installed."""
        known = {}
        if any(line.get(column) for line in lines):
            records = self.env[model].search([])
            languages = [code for code, _name in self.env["res.lang"].get_installed()]
            for language in languages:
                for record in records.with_context(lang=language):
                    for label in {record.name, record.display_name}:
                        known.setdefault(plain(label), set()).add(record.id)
        label = self._get_headings().get(column, column)

        def find(text, _line):
            ids = known.get(plain(text), ())
            if len(ids) == 1:
                return self.env[model].browse(ids), ""
            if ids:
                return None, self.env._(
                    "%(column)s: several are called “%(text)s”.",
                    column=label,
                    text=text,
                )
            return None, self.env._(
                "%(column)s: none is called “%(text)s”.", column=label, text=text
            )

        return find

    def _find_customers(self, lines):
        """Return a function that finds a customer by name, reference or tax ID."""
        texts = {line.get("customer") for line in lines} - {"", CLEAR}
        Partner = self.env["res.partner"]
        found = Partner.search_fetch(
            Domain.OR(
                Domain(name, "in", list(texts)) for name in ("name", "ref", "vat")
            )
            if texts
            else Domain.FALSE,
            ["name", "ref", "vat", "is_company", "parent_id"],
        )
        known = self._index_customers(found)
        missing = [text for text in texts if plain(text) not in known]
        if missing:
            near = Partner.search(
                Domain.OR(
                    Domain("name", "=ilike", text.replace("%", r"\%"))
                    for text in missing
                )
            )
            known = self._index_customers(found | near)

        def find(text, _line):
            partners = known.get(plain(text), Partner)
            best = partners.filtered(lambda one: one.is_company and not one.parent_id)
            partners = best or partners
            if len(partners) == 1:
                return partners, ""
            if partners:
                return None, self.env._(
                    "Several customers are called “%s”: write their reference or tax "
                    "ID instead.",
                    text,
                )
            return None, self.env._("No customer is called “%s”.", text)

        return find

    def _index_customers(self, partners):
        known = {}
        for partner in partners:
            for label in {partner.name, partner.ref, partner.vat}:
                if label:
                    known[plain(label)] = known.get(plain(label), partner) | partner
        return known

    def _find_people(self, lines):
        """Return a function that finds a contact by e-mail address."""
        texts = [
            part
            for line in lines
            for part in location_table.split_list(line.get("managers"))
        ]
        addresses = {email_normalize(text) for text in texts} - {False, None}
        people = self.env["res.partner"].search_fetch(
            [("email_normalized", "in", list(addresses))],
            ["email_normalized", "commercial_partner_id", "is_company"],
        )
        known = people.grouped("email_normalized")

        def find(text, line):
            address = email_normalize(text)
            if not address:
                return None, self.env._("“%s” is no e-mail address.", text)
            found = known.get(address, people.browse())
            customer = line.values.get("partner_id")
            if len(found) > 1 and customer:
                own = found.filtered(
                    lambda one: (
                        one.commercial_partner_id == customer.commercial_partner_id
                    )
                )
                found = own or found
            if len(found) > 1:
                found = found.filtered(lambda one: not one.is_company) or found
            if len(found) == 1:
                return found, ""
            if found:
                return None, self.env._("Several contacts have the address %s.", text)
            return None, self.env._("No contact has the address %s.", text)

        return find
