# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import html2plaintext

from ..tools import thread_html
from .helpdesk_ticket_edit import EDIT_SLUGS
from .helpdesk_ticket_form_parse import SUBJECT_MAX_LENGTH
from .helpdesk_ticket_team_promise import PRIORITIES

LINE_LENGTHS = {
    "partner_company_name": 100,
    "partner_phone": 40,
    "partner_area": 100,
    "partner_extension": 20,
}
REASON_MIN_LENGTH = 10
REASON_MAX_LENGTH = 500


class HelpdeskTicket(models.Model):
    """The form in which one field of a ticket is changed, and what was typed there."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What was typed
    # ------------------------------------------------------------

    def _portal_parse_edit(self, values, names):
        """Check what was typed for these fields of this (sudo) ticket.

        :return: (values to write, {field: what is wrong})
        """
        parsed, errors = {}, {}
        for name in names:
            if name in LINE_LENGTHS:
                line = self._portal_clean_line(values[name])
                parsed[name] = line[: LINE_LENGTHS[name]] or False
                error = self._get_edited_line_problem(name, parsed[name])
            else:
                parse = getattr(self, f"_portal_parse_edited_{name}")
                parsed[name], error = parse(values)
            if error:
                errors[name] = error
        return parsed, errors

    def _get_edited_line_problem(self, name, line):
        """Return what is wrong with a line that was changed, "" if nothing."""
        if name != "partner_phone" or line == self.partner_phone:
            return ""
        return self._get_phone_problem(line)

    def _portal_parse_edited_name(self, values):
        subject = self._portal_clean_line(values["name"])
        if not subject:
            return subject, self.env._("Write a subject.")
        if len(subject) > SUBJECT_MAX_LENGTH:
            return subject, self.env._(
                "The subject is too long: write at most %(max)s characters.",
                max=SUBJECT_MAX_LENGTH,
            )
        return subject, ""

    def _portal_parse_edited_description(self, values):
        """Pictures that stand in the description already may stay there."""
        written = self._portal_parse_text(
            values, "description", thread_html.picture_sources(self.description)
        )
        if written["is_lost"]:
            return "", self._portal_lost_picture_text()
        if not written["body"]:
            return "", self.env._("Describe what happens.")
        if written["is_long"]:
            return "", self.env._(
                "The description is too long: attach it as a file instead."
            )
        if written["pictures"]:
            self._portal_attach((), written["pictures"])
        return written["body"], ""

    def _portal_parse_edited_type_id(self, values):
        chosen = self._portal_choice(values["type_id"], self._portal_edit_types())
        if not chosen:
            return False, self.env._("Choose one of the types listed.")
        return chosen.id, ""

    def _portal_parse_edited_category_id(self, values):
        offered = self._portal_edit_categories()
        chosen = self._portal_choice(values["category_id"], offered)
        if not chosen:
            return False, self.env._("Choose one of the categories listed.")
        return chosen.id, ""

    def _portal_parse_edited_location_id(self, values):
        offered = self._portal_edit_locations()
        chosen = self._portal_choice(values["location_id"], offered)
        if not chosen:
            return False, self.env._("Choose where it happens.")
        return chosen.id, ""

    def _portal_parse_edited_priority(self, values):
        """Raising it asks for one sentence why."""
        priority = values["priority"]
        if priority not in dict(PRIORITIES):
            return False, self.env._("Choose one of the priorities listed.")
        reason = self._portal_clean_text(values.get("priority_reason"))
        if priority <= self.priority:
            return priority, ""
        if len(reason) < REASON_MIN_LENGTH:
            return priority, self.env._(
                "Say in one sentence why it has become more urgent."
            )
        if len(reason) > REASON_MAX_LENGTH:
            return priority, self.env._(
                "One sentence is enough: write at most %(max)s characters.",
                max=REASON_MAX_LENGTH,
            )
        return priority, ""

    def _portal_parse_edited_partner_vat(self, values):
        number, error = self._portal_parse_vat(
            values["partner_vat"], self._get_vat_country()
        )
        return number or False, error

    # ------------------------------------------------------------
    # What may be chosen
    # ------------------------------------------------------------

    def _portal_edit_locations(self):
        """Return the user's own locations, the ticket's included."""
        offered = self._portal_locations(self.env.user.partner_id)
        return offered | self.location_id

    def _portal_edit_types(self):
        """Return the types that the ticket's team takes, its own one included."""
        # as the user, whose types they are; sudo: helpdesk.ticket.type - their teams
        types = self.sudo(False)._portal_types().sudo()
        fitting = types.filtered(lambda t: not t.team_ids or self.team_id in t.team_ids)
        return fitting | self.type_id

    def _portal_edit_categories(self):
        """Return the categories that the ticket's team takes, its own one included.

        A private one is the requester's to choose: it hides the ticket from others.
        """
        # as the user; sudo: helpdesk.ticket.category - among those offered
        categories = self.sudo(False)._portal_categories().sudo()
        listed = self.team_id.category_ids
        is_requester = self.env.user.partner_id == self.partner_id
        private_ids = () if is_requester else categories._get_private_ids()
        fitting = categories.filtered(
            lambda c: (
                (not listed or c.id in listed.ids)
                and c.id not in private_ids
                and c.company_id.id in (False, self.company_id.id)
            )
        )
        return fitting | self.category_id

    def _portal_edit_form(self, name, typed=None):
        """Return what the form of one field of this (sudo) ticket shows.

        :param dict typed: what was posted and comes back
        :return: dict: ``name``, ``slug``, ``tail`` of its address, ``title``,
            ``label``, ``kind`` of the control, ``value``, its ``options`` as (value,
            label, more), ``limit`` of its length, ``locked``: why there is no control
        """
        self.ensure_one()
        typed, label = typed or {}, self._get_edit_label(name)
        is_open = name in self._portal_editable_fields()
        form = {
            "name": name,
            "slug": EDIT_SLUGS[name],
            "tail": f"edit/{EDIT_SLUGS[name]}",
            "title": self.env._("Change: %(field)s", field=label),
            "label": label,
            "button": self.env._("Save"),
            "kind": "line",
            "locked": "" if is_open else self._get_locked_text(name),
            "limit": LINE_LENGTHS.get(name, SUBJECT_MAX_LENGTH),
        }
        return form | self._portal_edit_control(name, typed) if is_open else form

    def _portal_edit_control(self, name, typed):
        """Return what the control of one field shows, see ``_portal_edit_form``."""
        value = self._get_shown_facts()[name] if name in LINE_LENGTHS else self[name]
        if isinstance(value, models.BaseModel):
            value = str(value.id or "")
        control = {
            "value": typed.get(name, value or ""),
            "seen": typed.get("seen") or self._get_edit_mark(name),
        }
        if name == "description":
            return control | self._portal_description_control(typed)
        if name == "priority":
            return control | {
                "kind": "priority",
                "options": self._portal_priority_rows(),
                "reason": typed.get("priority_reason", ""),
            }
        find = {
            "type_id": self._portal_edit_types,
            "category_id": self._portal_edit_categories,
            "location_id": self._portal_edit_locations,
        }.get(name)
        if not find:
            return control
        options = [(str(record.id), record.display_name) for record in find()]
        return control | {"kind": "choice", "options": options}

    def _portal_priority_rows(self):
        """Return the priorities as (value, label, meaning), urgent first."""
        meanings = self._get_priority_meanings(self.team_id)
        labels = dict(self._fields["priority"]._description_selection(self.env))
        rows = []
        for value, _label in reversed(PRIORITIES):
            more = [meanings[value], self._portal_promise_text(self.team_id, value)]
            rows.append((value, labels[value], " ".join(filter(None, more))))
        return rows

    def _portal_description_control(self, typed):
        """Return the description for the editor, or as plain text where it is plain."""
        if "description" in typed:
            return {
                "kind": "text",
                "value": self._portal_clean_typed(typed, "description"),
                "format": typed.get("description_format", ""),
            }
        return {
            "kind": "text",
            "value": thread_html.prepare_body(
                self.description, "", token=self._get_file_token
            )
            if self._is_rich_description()
            else html2plaintext(self.description or "").strip(),
            "format": "html" if self._is_rich_description() else "",
        }

    def _is_rich_description(self):
        """Tell whether a description holds more than lines of text."""
        body = self.description or ""
        return any(
            f"<{tag}" in body
            for tag in ("img", "ul", "ol", "strong", "em", "b>", "a ", "table", "u>")
        )
