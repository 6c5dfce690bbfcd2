# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..tools.location_table import CLEAR, plain
from .helpdesk_location_import import LOCATION, Line


class HelpdeskLocationImport(models.AbstractModel):
    """Which location each line means, what it lies within, and what would change."""

    _inherit = "helpdesk.location.import"

    # ------------------------------------------------------------
    # Which location a line means
    # ------------------------------------------------------------

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

    # ------------------------------------------------------------
    # What lies within what
    # ------------------------------------------------------------

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

    # ------------------------------------------------------------
    # Whose it is
    # ------------------------------------------------------------

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
        return (
            self._get_company(line.parent) if line.parent else self.env["res.company"]
        )

    # ------------------------------------------------------------
    # What changes
    # ------------------------------------------------------------

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
                    "label": location._fields["parent_id"]._description_string(
                        self.env
                    ),
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
