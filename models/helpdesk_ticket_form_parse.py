# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools import phone
from .helpdesk_ticket_team_promise import PRIORITIES

SUBJECT_MAX_LENGTH = 200
#: how long what is typed into the short fields may be
LINE_LENGTHS = {
    "vat": 40,
    "company": 120,
    "phone": 40,
    "area": 80,
    "extension": 20,
}
#: fields that the person cannot leave empty, as each always has a value
NEVER_EMPTY = {"priority", "requester", "product", "brand", "country"}
#: the place of all the customer's places, as posted (D-10)
ALL_PLACES = "all"


class HelpdeskTicket(models.Model):
    """What a posted form says, checked field by field.

    ``_parse_field_<name>`` takes the posted form, what may be chosen and a dict of
    errors to add to, and returns values of a ticket.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_parse_form(self, form, has_files=True):
        """Check the posted fields of a new ticket.

        Fields that the form does not ask are ignored. Only those marked as required
        block sending (S4-10).

        :param form: mapping of field names to whatever was posted, all untrusted
        :param bool has_files: whether files came with it
        :return: (values, errors): values to create a ticket with, whitelisted and
            limited to records the user may choose; sentences by form field
        """
        choices = self._portal_choices()
        errors = {}
        values = {
            "submission_key": self._portal_clean_key(form.get("submission_key")),
            "previous_ticket_id": self._portal_previous(form.get("follow_up")).id,
        }
        product = self._portal_find_product(form.get("product"))
        if product:
            values["product_id"] = product.id
        desk = self._portal_desk()
        ticket_type = self._portal_parse_type(form, desk, choices, errors)
        values["type_id"] = ticket_type.id
        asked = self._portal_form_fields(desk, ticket_type, choices)
        if "location" not in asked and len(choices["locations"]) == 1:
            values["location_id"] = choices["locations"].id
        for name in asked:
            parse = getattr(self, f"_parse_field_{name}", None)
            found = parse(form, choices, errors) if parse else {}
            values |= found
            if name == "files":
                is_empty = not has_files
            else:
                is_empty = not any(found.values()) and name not in NEVER_EMPTY
            if asked[name] and is_empty and error_key(name) not in errors:
                self._require_field(name, choices, errors)
        private = self.env["helpdesk.ticket.category"]._get_private_ids()
        if values.get("requester_id") and values.get("category_id") in private:
            errors["requester"] = self.env._(
                "Tickets of this category are seen by their requester alone: let them "
                "send it."
            )
        return values, errors

    @api.model
    def _require_field(self, name, choices, errors):
        """Add that a required field is empty."""
        if name == "location" and len(choices["locations"]) < 2:
            return  # nothing to choose
        if name in ("type", "confidential"):
            return  # has its own message, or none
        sentences = {
            "location": self.env._("Choose where it happens."),
            "category": self.env._("Choose a category."),
            "copies": self.env._("Write who should be in copy."),
            "vat": self.env._("Write the tax ID."),
            "company": self.env._("Write the name of the company."),
            "phone": self.env._("Write a phone number at which we reach you."),
            "area": self.env._("Write the area you work in."),
            "extension": self.env._("Write your extension."),
            "files": self.env._("Attach a file."),
        }
        if name in sentences:
            errors[error_key(name)] = sentences[name]

    @api.model
    def _portal_parse_type(self, form, desk, choices, errors):
        """Return the type a form is of; the first one where nobody had to choose."""
        types, posted = choices["types"], form.get("type")
        asks = self._portal_asks_type(desk, types)
        if not posted:
            is_chosen = desk.type_cards and len(types) > 1
            fields = self.env["helpdesk.ticket.form.field"]._get_form_fields(
                desk, types.browse()
            )
            if asks and is_chosen and dict(fields)["type"]:
                errors["type"] = self.env._("Choose a type.")
            return types[:1] if asks and not is_chosen else types.browse()
        chosen = self._portal_choice(posted, types)
        if not chosen and asks:
            errors["type"] = self.env._("Choose one of the types listed.")
        return chosen

    # ------------------------------------------------------------
    # Field by field
    # ------------------------------------------------------------

    @api.model
    def _parse_field_subject(self, form, choices, errors):
        subject = self._portal_clean_line(form.get("subject"))
        if not subject:
            errors["subject"] = self.env._("Write a subject.")
        elif len(subject) > SUBJECT_MAX_LENGTH:
            errors["subject"] = self.env._(
                "The subject is too long: write at most %(max)s characters and put "
                "the rest into the description.",
                max=SUBJECT_MAX_LENGTH,
            )
        return {"name": subject}

    @api.model
    def _parse_field_description(self, form, choices, errors):
        written = self._portal_parse_text(form, "description")
        if not written["body"]:
            errors["description"] = self.env._("Describe what happens.")
        elif written["is_long"]:
            errors["description"] = self.env._(
                "The description is too long: attach it as a file instead."
            )
        elif written["is_lost"]:
            errors["description"] = self._portal_lost_picture_text()
        return {"description": written["body"], "pictures": written["pictures"]}

    @api.model
    def _parse_field_location(self, form, choices, errors):
        locations, posted = choices["locations"], form.get("location")
        if len(locations) < 2:
            return {"location_id": locations.id}
        chosen = self._portal_choice(posted, locations)
        if posted == ALL_PLACES:
            chosen = self._portal_common_location(locations)
        if not chosen and posted:
            errors["location"] = self.env._("Choose where it happens.")
        return {"location_id": chosen.id}

    @api.model
    def _parse_field_category(self, form, choices, errors):
        posted = form.get("category")
        chosen = self._portal_choice(posted, choices["categories"])
        if not chosen and posted:
            errors["category"] = self.env._("Choose one of the categories listed.")
        return {"category_id": chosen.id}

    @api.model
    def _parse_field_priority(self, form, choices, errors):
        priority = form.get("priority")
        if priority in dict(PRIORITIES):
            return {"priority": priority}
        if priority:
            errors["priority"] = self.env._("Choose one of the priorities listed.")
        return {}

    @api.model
    def _parse_field_requester(self, form, choices, errors):
        """S2-35 oneself, or a person of one's own company."""
        posted, me = form.get("requester"), self.env.user.partner_id
        if not posted or self._portal_parse_id(posted) == me.id:
            return {}
        person = self._portal_choice(posted, self._portal_colleagues())
        if not person:
            errors["requester"] = self.env._("Choose one of your colleagues.")
        return {"requester_id": person.id}

    @api.model
    def _parse_field_copies(self, form, choices, errors):
        """S2-36 addresses; who they are and what they see is decided by the ticket."""
        people, problem = self._portal_parse_people(form.get("copies"))
        if problem:
            errors["copies"] = problem
        return {"copies": people}

    @api.model
    def _parse_field_vat(self, form, choices, errors):
        """S2-41 A number that is none by its country's rules is asked once more.

        Who sends it again means it: many people only know their identity card.
        """
        values = self._parse_line("vat", "partner_vat", form, errors)
        number, problem = self._portal_parse_vat(
            values["partner_vat"], self._portal_vat_country()
        )
        if problem and "vat" not in errors and form.get("vat_seen") != number:
            errors["vat"] = self.env._(
                "%(problem)s To send it as it is, send the form again.",
                problem=problem,
            )
        return values

    @api.model
    def _parse_field_company(self, form, choices, errors):
        return self._parse_line("company", "partner_company_name", form, errors)

    @api.model
    def _parse_field_phone(self, form, choices, errors):
        values = self._parse_line("phone", "partner_phone", form, errors)
        problem = self._get_phone_problem(values["partner_phone"])
        if problem:
            errors["phone"] = problem
        return values

    @api.model
    def _get_phone_problem(self, number):
        """Return what is wrong with a typed phone number, "" if nothing."""
        if not number or len(phone.digits(number)) >= phone.LEAST_DIGITS:
            return ""
        return self.env._("Write the whole phone number, e.g. +52 322 555 0110.")

    @api.model
    def _parse_field_area(self, form, choices, errors):
        return self._parse_line("area", "partner_area", form, errors)

    @api.model
    def _parse_field_extension(self, form, choices, errors):
        return self._parse_line("extension", "partner_extension", form, errors)

    @api.model
    def _parse_line(self, name, field, form, errors):
        """Return one line of text as the value of a field of the ticket."""
        text = self._portal_clean_line(form.get(name))
        length = LINE_LENGTHS[name]
        if len(text) > length:
            errors[name] = self.env._("Write at most %(max)s characters.", max=length)
        return {field: text}


def error_key(name):
    """Return under which key the errors of a field stand.

    >>> error_key("files"), error_key("phone")
    ('attachment', 'phone')
    """
    return "attachment" if name == "files" else name
