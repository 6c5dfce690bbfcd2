# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import email_normalize

from ..tools import location_table, spreadsheet
from ..tools.location_table import CLEAR, UnreadableTable, find_columns, plain

LOCATION = "helpdesk.ticket.location"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
MAX_BYTES = 5_000_000
MAX_ROWS = 5_000
#: columns and the fields they fill, in the order of the template
FIELDS = {
    "name": "name",
    "code": "code",
    "parent": "parent_id",
    "customer": "partner_id",
    "country": "country_id",
    "tz": "tz",
    "managers": "manager_ids",
    "team": "team_id",
    "products": "product_ids",
    "portal": "show_in_portal",
    "company": "company_id",
}
LISTS = ("manager_ids", "product_ids")


@dataclass(eq=False)
class Line:
    """A row of the file, and what it would do."""

    number: int
    cells: dict
    #: the location it changes, or an empty recordset
    location: object = None
    #: another line of the file it lies within
    parent: object = None
    #: records and plain values by field
    values: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    is_example: bool = False

    @property
    def action(self):
        if self.is_example:
            return "example"
        if self.problems:
            return "refused"
        if not self.location:
            return "create"
        return "change" if self.changes else "same"

    def get(self, column):
        return self.cells.get(column) or ""


class HelpdeskLocationImport(models.AbstractModel):
    """Locations from a spreadsheet: first what would happen, then all in one go.

    A location is known by its code, so that the same file changes and never doubles.
    Spreadsheets are read by the core's import; it can neither update by a code of ours
    nor say line by line what would change, so the rest is here.
    """

    _name = "helpdesk.location.import"
    _description = "Helpdesk Import of Locations"

    @api.model
    def _check_manager(self):
        """Let nobody but managers go on.

        :raise AccessError: for everybody else
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only who administrates the helpdesk imports locations.")
            )

    # ------------------------------------------------------------
    # The template
    # ------------------------------------------------------------

    @api.model
    def _get_headings(self):
        """Return the heading of each column, in the reader's language."""
        headings = {
            "name": self.env._("Name"),
            "code": self.env._("Code"),
            "parent": self.env._("Lies within"),
            "customer": self.env._("Customer"),
            "country": self.env._("Country"),
            "tz": self.env._("Time zone"),
            "managers": self.env._("Managed by"),
            "team": self.env._("Team"),
            "products": self.env._("Products"),
            "portal": self.env._("Shown in the portal"),
            "company": self.env._("Our company"),
        }
        if not self.env.user.has_group("base.group_multi_company"):
            headings.pop("company")
        return headings

    @api.model
    def _get_explanations(self):
        """Return what to write into each column."""
        return {
            "name": self.env._("What customers read. Required for new locations."),
            "code": self.env._(
                "Short and unique. A location with this code is changed, not made "
                "again."
            ),
            "parent": self.env._(
                "Code or name of the location it is part of: of another line or one "
                "that exists."
            ),
            "customer": self.env._(
                "Name, reference or tax ID of the customer's company. Empty: offered "
                "to all customers."
            ),
            "country": self.env._("Name or code: Mexico, México or MX."),
            "tz": self.env._("Such as America/Cancun, or the city: Cancún."),
            "managers": self.env._(
                "E-mail addresses of contacts, with commas or semicolons between them."
            ),
            "team": self.env._("Name of the team that its tickets go to."),
            "products": self.env._("Names, with semicolons between them."),
            "portal": self.env._("Yes or no: whether the form offers it."),
            "company": self.env._("Which of our companies uses it. Empty: all."),
        }

    @api.model
    def _get_example_rows(self):
        mark = self.env._("EXAMPLE")
        yes = self.env._("yes")
        customer = self.env._("Hotel Group Sol")
        return [
            {
                "name": "Hotel Sol Cancún",
                "code": f"{mark}-1",
                "customer": customer,
                "country": "MX",
                "tz": "America/Cancun",
                "managers": "ana@hotelsol.example; luis@hotelsol.example",
                "portal": yes,
            },
            {
                "name": self.env._("Reception"),
                "code": f"{mark}-2",
                "parent": f"{mark}-1",
                "customer": customer,
                "portal": yes,
            },
        ]

    @api.model
    @api.readonly
    def get_template(self, kind):
        """Return a file to fill in, in the reader's language.

        :param str kind: ``xlsx`` or ``csv``
        :return: dict ``name``, ``type``, ``data`` in base64
        :raise AccessError: for who does not administrate the helpdesk
        """
        self._check_manager()
        headings = self._get_headings()
        rows = [list(headings.values())]
        for example in self._get_example_rows():
            rows.append([example.get(name, "") for name in headings])
        name = self.env._("locations")
        if kind == "csv":
            separator = ";" if (self.env.lang or "").startswith("es") else ","
            chunks = spreadsheet.csv_chunks(rows, separator, "%Y-%m-%d")
            type_ = "text/csv"
        else:
            explained = self._get_explanations()
            notes = [[self.env._("Column"), self.env._("What to write")]]
            notes += [[headings[name], explained[name]] for name in headings]
            notes.append(
                [
                    self.env._("All columns"),
                    self.env._(
                        "An empty cell leaves what is there; a single “-” empties it. "
                        "The example lines are never imported."
                    ),
                ]
            )
            sheets = [(self.env._("Locations"), rows), (self.env._("Help"), notes)]
            chunks = spreadsheet.xlsx_chunks(sheets, "yyyy-mm-dd")
            type_ = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            kind = "xlsx"
        data = base64.b64encode(b"".join(chunks)).decode()
        return {"name": f"{name}.{kind}", "type": type_, "data": data}

    # ------------------------------------------------------------
    # The two doors
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def preview(self, name, data):
        """Return what a file would do, line by line; nothing is written.

        :param str name: of the file
        :param str data: its bytes in base64
        :return: dict ``rows``, ``counts``, ``ignored`` headings and ``digest``
        :raise AccessError: for who does not administrate the helpdesk
        :raise UserError: when it is no table of locations
        """
        self._check_manager()
        lines, ignored = self._make_plan(name, data)
        return self._describe_plan(lines, ignored)

    @api.model
    def apply(self, name, data, digest):
        """Do what was previewed, all of it or nothing.

        :param str digest: of the preview that the user saw
        :return: dict ``done``: whether it was, else the new preview
        :raise AccessError: for who does not administrate the helpdesk
        :raise UserError: when it is no table of locations
        """
        self._check_manager()
        lines, ignored = self._make_plan(name, data)
        plan = self._describe_plan(lines, ignored)
        if plan["digest"] != digest:
            return {"done": False, "plan": plan}
        touched = self._write_plan(lines)
        return {"done": True, "counts": plan["counts"], "ids": touched.ids}

    def _describe_plan(self, lines, ignored):
        rows = [
            {
                "line": line.number,
                "action": line.action,
                "name": line.get("name") or line.location.name or "",
                "code": line.get("code") or line.location.code or "",
                "customer": line.get("customer"),
                "changes": line.changes if line.action == "change" else [],
                "problems": line.problems,
            }
            for line in lines
        ]
        counts = dict.fromkeys(("create", "change", "same", "refused", "example"), 0)
        for row in rows:
            counts[row["action"]] += 1
        stated = json.dumps(rows, sort_keys=True).encode()
        digest = hashlib.sha256(stated).hexdigest()
        return {"rows": rows, "counts": counts, "ignored": ignored, "digest": digest}

    # ------------------------------------------------------------
    # Reading the file
    # ------------------------------------------------------------

    def _read_rows(self, name, data):
        """Return the rows of a file with their numbers, the head first.

        :raise UserError: when it is no table
        """
        try:
            content = base64.b64decode(data or "", validate=True)
        except binascii.Error as error:
            raise UserError(self.env._("The file cannot be read.")) from error
        if not content.strip():
            raise UserError(self.env._("The file is empty."))
        if len(content) > MAX_BYTES:
            raise UserError(
                self.env._("The file is larger than %s MB.", MAX_BYTES // 1_000_000)
            )
        is_book = content.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
        rows = self._read_book(name, content) if is_book else self._read_csv(content)
        if len(rows) > MAX_ROWS + 1:
            raise UserError(
                self.env._("The file has more than %s lines: split it.", MAX_ROWS)
            )
        return rows

    def _read_csv(self, content):
        try:
            return location_table.read_csv(content)
        except UnreadableTable as error:
            raise UserError(
                self.env._(
                    "This is no table: save it as CSV or XLSX and try again."
                )
            ) from error

    def _read_book(self, name, content):
        """Read a spreadsheet as the core's import does; blank rows are not counted."""
        book = self.env["base_import.import"].new(
            {"file": content, "file_name": name, "res_model": LOCATION}
        )
        try:
            _length, rows = book._read_file({})
        except Exception as error:
            raise UserError(
                self.env._("The spreadsheet cannot be read: %s", error)
            ) from error
        if not rows:
            raise UserError(self.env._("The file is empty."))
        return list(enumerate(rows, 1))

    def _read_lines(self, name, data):
        """Return the lines of a file by column, and the headings nobody knows.

        :raise UserError: when a heading is missing
        """
        (_number, head), *rows = self._read_rows(name, data)
        labels = {label: column for column, label in self._get_headings().items()}
        columns, ignored = find_columns(head, labels)
        if not {"name", "code"} & columns.keys():
            raise UserError(
                self.env._(
                    "The first line has to be the headings of the columns; one of "
                    "them “%(name)s” or “%(code)s”. It says: %(head)s",
                    name=self.env._("Name"),
                    code=self.env._("Code"),
                    head=", ".join(str(cell) for cell in head if cell)[:200],
                )
            )
        lines = []
        for number, cells in rows:
            line = Line(number, {}, location=self.env[LOCATION])
            for column, place in columns.items():
                cell = cells[place] if place < len(cells) else ""
                line.cells[column] = self._read_cell(line, column, cell)
            line.is_example = bool(
                location_table.EXAMPLE.fullmatch(plain(line.get("code")))
            )
            lines.append(line)
        if not lines:
            raise UserError(self.env._("The file has headings and no lines."))
        return lines, ignored

    def _read_cell(self, line, column, cell):
        """Return the text of a cell; what a spreadsheet made of it is a problem."""
        text = str(cell).strip()
        if isinstance(cell, date):
            line.problems.append(
                self.env._(
                    "The spreadsheet made a date of “%(heading)s” (%(cell)s): give the "
                    "cell the format Text and write it again.",
                    heading=self._get_headings().get(column, column),
                    cell=text,
                )
            )
        elif column == "code" and location_table.SHORTENED.fullmatch(text):
            line.problems.append(
                self.env._(
                    "The spreadsheet shortened the code to %s: give the cell the "
                    "format Text and write it again.",
                    text,
                )
            )
        return text.lstrip("'") if text.startswith(("'=", "'+", "'-", "'@")) else text

    # ------------------------------------------------------------
    # The plan
    # ------------------------------------------------------------

    def _make_plan(self, name, data):
        lines, ignored = self._read_lines(name, data)
        real = [line for line in lines if not line.is_example]
        self._find_references(real)
        self._find_locations(real)
        self._refuse_doubles(real)
        self._find_parents(real)
        self._refuse_loops(real)
        self._refuse_orphans(real)
        for line in real:
            self._settle_company(line)
            self._compare(line)
        return lines, ignored

    # What the cells refer to

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
                    Domain("name", "=ilike", text.replace("%", r"\%")) for text in missing
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
                    lambda one: one.commercial_partner_id
                    == customer.commercial_partner_id
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

    # Which location a line means

    def _find_locations(self, lines):
        """Find what each line changes: by code, else by name, parent and customer."""
        locations = self.env[LOCATION].with_context(active_test=False).search([])
        self_known = {"code": {}, "name": {}}
        for location in locations:
            if location.code:
                self_known["code"].setdefault(plain(location.code), []).append(location)
            self_known["name"].setdefault(plain(location.name), []).append(location)
        for line in lines:
            found = self._get_candidates(line, self_known)
            if len(found) > 1:
                line.problems.append(
                    self.env._(
                        "Several locations are called so: write the code of the one "
                        "that you mean."
                    )
                    if not line.get("code")
                    else self.env._(
                        "Several of our companies have this code: add the column "
                        "“Our company”."
                    )
                )
            elif found:
                line.location = found[0]
            elif not line.values.get("name"):
                line.problems.append(self.env._("A new location needs a name."))

    def _get_candidates(self, line, known):
        code, name = line.get("code"), line.get("name")
        if code and code != CLEAR:
            found = known["code"].get(plain(code), [])
            found = self._choose_by_company(line, found)
            if found:
                return found
        unnamed = not code or code == CLEAR
        return [
            location
            for location in known["name"].get(plain(name), [])
            if (unnamed or not location.code) and self._is_meant(line, location)
        ]

    def _choose_by_company(self, line, found):
        """Among locations with one code, those of the line's company, else of ours."""
        if "company_id" in line.values:
            company = line.values["company_id"] or self.env["res.company"]
            return [one for one in found if one.company_id == company]
        if len(found) > 1:
            own = [one for one in found if one.company_id == self.env.company]
            shared = [one for one in found if not one.company_id]
            return own or shared or found
        return found

    def _is_meant(self, line, location):
        """Tell whether a location of that name is where the line says."""
        customer = line.values.get("partner_id")
        if customer and location.partner_id != customer:
            return False
        if "parent" not in line.cells:
            return True
        text, parent = plain(line.get("parent")), location.parent_id
        if not text or text == CLEAR:
            return not parent
        return text in {
            plain(parent.code),
            plain(parent.name),
            plain(parent.complete_name),
        }

    def _refuse_doubles(self, lines):
        """Refuse a line that says again what another said before."""
        seen = {}
        for line in lines:
            code = line.get("code")
            key = (
                ("id", line.location.id)
                if line.location
                else ("code", plain(code), line.values.get("company_id"))
                if code
                else (
                    "name",
                    plain(line.get("name")),
                    plain(line.get("parent")),
                    plain(line.get("customer")),
                )
            )
            first = seen.setdefault(key, line)
            if first is line:
                continue
            if code:
                problem = self.env._(
                    "The code %(code)s is on line %(line)s already.",
                    code=code,
                    line=first.number,
                )
            else:
                problem = self.env._(
                    "The same location is on line %s already.", first.number
                )
            line.problems.append(problem)

    # What lies within what

    def _find_parents(self, lines):
        """Find parents among the lines, then among the locations that exist."""
        if not any(line.get("parent") for line in lines):
            return
        by_code, by_name = {}, {}
        for line in lines:
            code = line.get("code") or line.location.code
            if code:
                by_code.setdefault(plain(code), line)
            name = line.get("name") or line.location.name
            by_name.setdefault(plain(name), []).append(line)
        existing = self.env[LOCATION].search([])
        known = {}
        for location in existing:
            for label in {location.code, location.complete_name, location.name}:
                if label:
                    known.setdefault(plain(label), {})[location.id] = location
        for line in lines:
            text = line.get("parent")
            if text == CLEAR:
                line.values["parent_id"] = False
            elif text:
                self._find_parent(line, by_code, by_name, known)

    def _find_parent(self, line, by_code, by_name, known):
        text = line.get("parent")
        key = plain(text)
        own = [by_code[key]] if key in by_code else by_name.get(key, [])
        if len(own) == 1:
            if own[0].location:
                line.values["parent_id"] = own[0].location
            line.parent = own[0]
            return
        found = list(known.get(key, {}).values())
        if len(found) == 1 and not own:
            line.values["parent_id"] = found[0]
        elif found or own:
            line.problems.append(
                self.env._(
                    "Several locations are called “%s”: write the code of the one it "
                    "lies within.",
                    text,
                )
            )
        else:
            line.problems.append(
                self.env._("No location has the code or name “%s”.", text)
            )

    def _refuse_loops(self, lines):
        """Refuse lines after which a location would lie within itself."""
        by_location = {line.location: line for line in lines if line.location}

        def climb(place):
            """Return what a line or a location would lie within."""
            line = place if isinstance(place, Line) else by_location.get(place)
            if line is None:
                parent = place.parent_id
            elif line.parent is not None:
                return line.parent
            elif "parent_id" in line.values:
                parent = line.values["parent_id"]
            else:
                parent = line.location.parent_id
            return by_location.get(parent, parent) if parent else None

        loops = []
        for line in lines:
            path, place = [line], climb(line)
            while place and place not in path:
                path.append(place)
                place = climb(place)
            if place is line:
                loops.append((line, path))
        for line, path in loops:
            names = [
                one.get("name") or one.location.name
                if isinstance(one, Line)
                else one.name
                for one in (*path, line)
            ]
            line.problems.append(
                self.env._("It would lie within itself: %s.", " → ".join(names))
            )

    def _refuse_orphans(self, lines):
        """Refuse lines whose new parent is refused, and theirs in turn."""
        more = True
        while more:
            more = False
            for line in lines:
                parent = line.parent
                if not line.problems and parent and parent.problems:
                    if parent.location:
                        continue
                    line.problems.append(
                        self.env._(
                            "What it lies within is refused on line %s.", parent.number
                        )
                    )
                    more = True

    # Whose it is

    def _settle_company(self, line):
        """A new location belongs to the company of what it refers to."""
        if line.problems:
            return
        company = self._get_company(line)
        if not line.location and company:
            line.values["company_id"] = company
        for name in ("parent_id", "team_id", "product_ids"):
            for record in line.values.get(name) or ():
                if record.company_id and record.company_id != company:
                    line.problems.append(
                        self.env._(
                            "%(name)s belongs to %(company)s, the location does not.",
                            name=record.display_name,
                            company=record.company_id.name,
                        )
                    )

    def _get_company(self, line):
        if "company_id" in line.values:
            return line.values["company_id"] or self.env["res.company"]
        if line.location:
            return line.location.company_id
        for name in ("team_id", "parent_id", "product_ids"):
            for record in line.values.get(name) or ():
                if record.company_id:
                    return record.company_id
        return self._get_company(line.parent) if line.parent else self.env["res.company"]

    # What changes

    def _compare(self, line):
        """Say what a line changes in the location that exists."""
        location = line.location
        if line.problems or not location:
            return
        values = dict(line.values)
        if plain(values.get("code")) == plain(location.code):
            values.pop("code", None)
        if not location.active:
            values["active"] = True
        kept = {}
        for name, value in values.items():
            before = location[name]
            if value == before or not value and not before:
                continue
            kept[name] = value
            line.changes.append(
                {
                    "label": location._fields[name]._description_string(self.env),
                    "old": self._word(before),
                    "new": self._word(value),
                }
            )
        if line.parent and not line.parent.location:
            line.changes.append(
                {
                    "label": location._fields["parent_id"]._description_string(self.env),
                    "old": self._word(location.parent_id),
                    "new": line.parent.get("name"),
                }
            )
        line.values = kept

    def _word(self, value):
        if isinstance(value, bool) or value is None:
            return self.env._("yes") if value else "–"
        if isinstance(value, str):
            return value
        return ", ".join(value.mapped("display_name")) or "–"

    # ------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------

    def _write_plan(self, lines):
        """Create and change what the lines say, parents before what lies in them."""
        touched = self.env[LOCATION]
        work = [line for line in lines if line.action in ("create", "change")]
        waiting = work
        while waiting:
            ready = [
                line
                for line in waiting
                if not (line.parent in waiting and not line.parent.location)
            ]
            waiting = [line for line in waiting if line not in ready]
            new = [line for line in ready if not line.location]
            made = touched.create([self._prepare_values(line) for line in new])
            for line, location in zip(new, made, strict=True):
                line.location = location
                touched |= location
            changed = [line for line in ready if line not in new]
            touched |= self._change(changed)
        return touched

    def _change(self, lines):
        """Change locations; who moves leaves first, so that no two trade in a loop."""
        values = [(line.location, self._prepare_values(line)) for line in lines]
        locations = self.env[LOCATION].concat(*(one for one, _vals in values))
        moving = [one.id for one, vals in values if vals.get("parent_id")]
        locations.browse(moving).parent_id = False
        for location, vals in values:
            location.write(vals)
        return locations

    def _prepare_values(self, line):
        """Return the values of a line for ``create`` and ``write``."""
        values = {}
        for name, value in line.values.items():
            if name in LISTS:
                values[name] = [Command.set(value.ids)]
            elif isinstance(value, models.BaseModel):
                values[name] = value.id
            else:
                values[name] = value
        if line.parent and line.parent.location:
            same = line.location and line.location.parent_id == line.parent.location
            if not same:
                values["parent_id"] = line.parent.location.id
        return values
