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
from odoo.fields import Command

from ..tools import location_table, spreadsheet
from ..tools.location_table import UnreadableTable, find_columns, plain

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
                self.env._("This is no table: save it as CSV or XLSX and try again.")
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
        moving = [one.id for one, vals in values if "parent_id" in vals]
        locations.browse(moving).parent_id = False
        locations.flush_recordset(["parent_id"])
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
