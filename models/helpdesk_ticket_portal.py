# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, models
from odoo.fields import Domain

from .helpdesk_ticket_team_promise import PRIORITIES

SUBJECT_MAX_LENGTH = 200
KEY_PATTERN = re.compile(r"[\w-]{16,64}")
MAX_ID = 2**31 - 1


class HelpdeskTicket(models.Model):
    """What a customer may choose and submit in the portal."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What the form offers
    # ------------------------------------------------------------

    @api.model
    def _portal_form_options(self):
        """Return what the current user may choose in the ticket form.

        :return: dict with recordsets ``locations``, ``categories``, ``types``, the
            ``last_location`` used and whether a category is obligatory
        """
        options = self._portal_choices()
        return options | {
            "last_location": self._portal_last_location(options["locations"])
        }

    @api.model
    def _portal_choices(self):
        """Return what a sent form is checked against, see ``_portal_form_options``."""
        company = self.env.company.sudo()  # sudo: res.company - settings of the form
        categories = self._portal_categories()
        return {
            "locations": self._portal_locations(self.env.user.partner_id),
            "categories": categories,
            "category_required": bool(
                categories and company.helpdesk_mgmt_portal_category_id_required
            ),
            "types": self._portal_types(),
        }

    @api.model
    def _portal_locations(self, partner):
        """Return the locations for which ``partner`` may open a ticket, as sudo."""
        # sudo: helpdesk.ticket.location - managed locations are offered even where
        # the portal lists them to nobody else; the company is checked here
        locations = self.env["helpdesk.ticket.location"].sudo()._get_offered(partner)
        return locations.filtered(
            lambda location: location.company_id.id in (False, self.env.company.id)
        )

    @api.model
    def _portal_last_location(self, locations):
        """Return the location of the user's latest ticket, if it is still offered."""
        if len(locations) < 2:
            return locations.browse()
        latest = self.search(
            [
                ("partner_id", "=", self.env.user.partner_id.id),
                ("location_id", "in", locations.ids),
            ],
            order="create_date desc, id desc",
            limit=1,
        )
        return latest.sudo().location_id  # sudo: among the locations offered above

    @api.model
    def _portal_offered_domain(self):
        """Return which types or categories are offered, by the desk of the user."""
        desk = self.env["helpdesk.ticket.team"]._get_offered_domain()
        return Domain("show_in_portal", "=", True) & desk

    @api.model
    def _portal_categories(self):
        """Return the categories the user may choose in the form."""
        Category = self.env["helpdesk.ticket.category"]
        # sudo: res.company - a setting of the form
        if not self.env.company.sudo().helpdesk_mgmt_portal_select_category:
            return Category
        return Category.search_fetch(
            self._portal_offered_domain(),
            ["name", "parent_id", "company_id", "team_id", "portal_hint"],
        )

    @api.model
    def _portal_types(self):
        """Return the ticket types the user may choose in the form."""
        Type = self.env["helpdesk.ticket.type"]
        # sudo: res.company - a setting of the form
        if not self.env.company.sudo().helpdesk_mgmt_portal_type:
            return Type
        return Type.search_fetch(
            self._portal_offered_domain(),
            [
                "name",
                "code",
                "icon",
                "intro",
                "description",
                "default_priority",
                "team_id",
            ],
        )

    @api.model
    def _portal_priorities(self):
        """Return the priorities as rows: value, label, meaning, promise; urgent first.

        A time is shown only where the team the ticket goes to promises one.
        """
        meanings = self._get_priority_meanings()
        team_sudo = self.env["helpdesk.ticket.team"]._get_desk()
        labels = dict(self._fields["priority"]._description_selection(self.env))
        return [
            {
                "value": value,
                "label": labels[value],
                "meaning": meanings[value],
                "promise": self._portal_promise_words(team_sudo, value),
            }
            for value, _label in reversed(PRIORITIES)
        ]

    @api.model
    def _portal_promise_words(self, team, priority):
        """Return within which time a team answers, short, to follow the priority."""
        hours = team._get_promise(priority).answer_hours if team else 0
        if not hours:
            return ""
        words = self._portal_hours_text(hours)
        if team.calendar_id:
            return self.env._("we answer within %(time)s (working hours)", time=words)
        return self.env._("we answer within %(time)s (24/7)", time=words)

    @api.model
    def _portal_promise_text(self, team, priority):
        hours = team._get_promise(priority).answer_hours if team else 0
        if not hours:
            return ""
        words = self._portal_hours_text(hours)
        if team.calendar_id:
            return self.env._("We answer within %(time)s of working time.", time=words)
        return self.env._("We answer within %(time)s, day and night.", time=words)

    @api.model
    def _portal_hours_text(self, hours):
        whole, minutes = divmod(round(hours * 60), 60)
        parts = [f"{whole} h" if whole else "", f"{minutes} min" if minutes else ""]
        return " ".join(part for part in parts if part)

    # ------------------------------------------------------------
    # What was sent
    # ------------------------------------------------------------

    @api.model
    def _portal_parse_form(self, form):
        """Check the posted fields of a new ticket.

        :param form: mapping of field names to whatever was posted, all untrusted
        :return: (values, errors): values to create a ticket with, whitelisted and
            limited to records the user may choose; sentences by form field
        """
        options = self._portal_choices()
        errors = {}
        subject = self._portal_clean_line(form.get("subject"))
        written = self._portal_parse_text(form, "description")
        if not subject:
            errors["subject"] = self.env._("Write a subject.")
        elif len(subject) > SUBJECT_MAX_LENGTH:
            errors["subject"] = self.env._(
                "The subject is too long: write at most %(max)s characters and put "
                "the rest into the description.",
                max=SUBJECT_MAX_LENGTH,
            )
        if not written["body"]:
            errors["description"] = self.env._("Describe what happens.")
        elif written["is_long"]:
            errors["description"] = self.env._(
                "The description is too long: attach it as a file instead."
            )
        elif written["is_lost"]:
            errors["description"] = self._portal_lost_picture_text()
        values = {
            "name": subject,
            "description": written["body"],
            "pictures": written["pictures"],
            "location_id": self._portal_parse_location(form, options, errors),
            "category_id": self._portal_parse_category(form, options, errors),
            "type_id": self._portal_parse_type(form, options, errors),
            "submission_key": self._portal_clean_key(form.get("submission_key")),
            "previous_ticket_id": self._portal_previous(form.get("follow_up")).id,
        }
        priority = form.get("priority")
        if priority in dict(PRIORITIES):
            values["priority"] = priority
        elif priority:
            errors["priority"] = self.env._("Choose one of the priorities listed.")
        return values, errors

    def _portal_parse_location(self, form, options, errors):
        locations = options["locations"]
        if len(locations) < 2:
            return locations.id
        chosen = self._portal_choice(form.get("location"), locations)
        if not chosen:
            errors["location"] = self.env._("Choose where it happens.")
        return chosen.id

    def _portal_parse_category(self, form, options, errors):
        posted = form.get("category")
        chosen = self._portal_choice(posted, options["categories"])
        if not chosen and options["category_required"]:
            errors["category"] = self.env._("Choose a category.")
        elif not chosen and posted and options["categories"]:
            errors["category"] = self.env._("Choose one of the categories listed.")
        return chosen.id

    def _portal_parse_type(self, form, options, errors):
        posted = form.get("type")
        if not posted:
            return options["types"][:1].id
        chosen = self._portal_choice(posted, options["types"])
        if not chosen and options["types"]:
            errors["type"] = self.env._("Choose one of the types listed.")
        return chosen.id

    @api.model
    def _portal_parse_id(self, value):
        """Return a posted id as a number, None when it is none."""
        if isinstance(value, int) and 0 < value <= MAX_ID:
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit():
            number = int(value[:11])
            return number if 0 < number <= MAX_ID else None
        return None

    @api.model
    def _portal_choice(self, value, records):
        """Return the record among ``records`` whose id was posted, else none."""
        chosen = self._portal_parse_id(value)
        return records.filtered(lambda record: record.id == chosen)

    @api.model
    def _portal_clean_text(self, value):
        """Return posted text without the characters a database cannot hold."""
        if not isinstance(value, str):
            return ""
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", text)
        return text.strip()

    @api.model
    def _portal_clean_line(self, value):
        """Return posted text as one line."""
        return " ".join(self._portal_clean_text(value).split())

    @api.model
    def _portal_clean_key(self, value):
        """Return the one-time key of a form, None when it is not one of ours."""
        return (
            value if isinstance(value, str) and KEY_PATTERN.fullmatch(value) else None
        )

    # ------------------------------------------------------------
    # Submit
    # ------------------------------------------------------------

    @api.model
    def _portal_submit(self, values, files=(), pending=None):
        """Open a ticket in the name of the current user: the one door of the portal.

        A form that was sent before gives the ticket it became.

        :param dict values: what ``_portal_parse_form`` returned
        :param files: pairs of name and bytes that the policy accepted
        :param pending: attachments that were uploaded before
        :return: the ticket, as sudo
        """
        partner = self.env.user.partner_id
        key = values.get("submission_key")
        # sudo: helpdesk.ticket - a customer may open a ticket in their own name;
        # values were whitelisted and checked by _portal_parse_form
        Ticket = self.sudo()
        ticket = self._portal_submitted(key)
        if ticket:
            return ticket
        channel_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "helpdesk_mgmt.helpdesk_ticket_channel_web"
        )
        category = Ticket.env["helpdesk.ticket.category"].browse(
            values.get("category_id") or []
        )
        allowed = {
            "name",
            "description",
            "location_id",
            "category_id",
            "type_id",
            "priority",
            "previous_ticket_id",
        }
        ticket = Ticket.create(
            {name: value for name, value in values.items() if name in allowed}
            | {
                "company_id": (category.company_id or self.env.company).id,
                "channel_id": channel_id,
                "partner_id": partner.id,
                "partner_name": partner.name,
                "partner_email": partner.email,
                "submission_key": self._portal_stored_key(key),
                "user_id": False,
            }
        )
        if values.get("pictures"):
            pending = values["pictures"] | (pending or values["pictures"])
        ticket._portal_attach(files, pending)
        self.env["helpdesk.ticket.draft"]._forget_sent(key)
        return ticket

    @api.model
    def _portal_stored_key(self, key):
        """Return a form's key as stored: nobody can send in another's name."""
        return f"{self.env.uid}-{key}" if key else False

    @api.model
    def _portal_submitted(self, key):
        """Return the ticket that a form of the current user became, as sudo."""
        # sudo: helpdesk.ticket - the stored key starts with the user's own id
        Ticket = self.sudo().with_context(active_test=False)
        if not key:
            return Ticket
        return Ticket.search(
            [("submission_key", "=", self._portal_stored_key(key))], limit=1
        )

    def _portal_attach(self, files, pending=None):
        """Add files to this (sudo) ticket and make it findable by their names."""
        self.ensure_one()
        attachments = self.env["ir.attachment"]
        if pending:
            # sudo: ir.attachment - uploaded by the user for this form
            attachments = pending.sudo()
            attachments.write({"res_model": self._name, "res_id": self.id})
        if files:
            attachments |= self._portal_create_files(files, self.id)
        if attachments:
            names = " ".join(attachments.mapped("name"))
            self.search_text = self._append_search_text(names)
