# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import hmac, html2plaintext, plaintext2html

from ..tools import thread_html
from .helpdesk_ticket_form_parse import SUBJECT_MAX_LENGTH
from .helpdesk_ticket_outbox import MERGE_SECONDS
from .helpdesk_ticket_service import FIXED_FIELDS
from .helpdesk_ticket_stage import FINAL_KINDS
from .helpdesk_ticket_team_promise import PRIORITIES

#: what customers change in place while the ticket is open, as the page lists it
EDITED_FIELDS = (
    "name",
    "description",
    "type_id",
    "priority",
    "location_id",
    "category_id",
    "partner_vat",
    "partner_company_name",
    "partner_phone",
    "partner_area",
    "partner_extension",
)
#: what they are called in addresses
EDIT_SLUGS = {
    "name": "subject",
    "description": "description",
    "type_id": "type",
    "priority": "priority",
    "location_id": "location",
    "category_id": "category",
    "partner_vat": "vat",
    "partner_company_name": "company",
    "partner_phone": "phone",
    "partner_area": "area",
    "partner_extension": "extension",
    # locked ones, whose address says why
    "stage_id": "status",
    "country_id": "country",
    "brand_id": "brand",
    "product_id": "product",
}
#: of these, what stays as it is once we have answered
UNTIL_ANSWER = {"name", "description"}
#: what comes along with a field and is none
EDIT_EXTRAS = {"description_format", "priority_reason", "seen"}
LINE_LENGTHS = {
    "partner_company_name": 100,
    "partner_phone": 40,
    "partner_area": 100,
    "partner_extension": 20,
}
REASON_MIN_LENGTH = 10
REASON_MAX_LENGTH = 500
WORDS_LENGTH = 80


class HelpdeskTicket(models.Model):
    """What customers change of their own open tickets (S2-31, S3-40).

    One verb, whatever the door. What is changed is tracked in their name, stands as a
    thin line in the thread and is mailed to the requester.
    """

    _inherit = "helpdesk.ticket"

    name = fields.Char(tracking=True)
    partner_company_name = fields.Char(tracking=True)
    partner_phone = fields.Char(tracking=True)
    partner_area = fields.Char(tracking=True)
    partner_extension = fields.Char(tracking=True)

    # ------------------------------------------------------------
    # Who may change what
    # ------------------------------------------------------------

    @api.model
    def _portal_writable_fields(self):
        """S2-31 … except country, brand, product and status."""
        return super()._portal_writable_fields() | set(EDITED_FIELDS)

    def _portal_editable_fields(self):
        """Return what the current user may change of this ticket now, in order."""
        self.ensure_one()
        user, ticket = self.env.user, self.sudo()  # sudo: its state, for the reader
        if (
            user._is_public()
            or ticket.stage_kind in FINAL_KINDS
            # who takes part reads and answers, whatever company they are of
            or user.partner_id not in ticket.partner_id | ticket.sent_by_id
        ):
            return []
        writable = self._portal_writable_fields()
        if ticket.last_agent_message_date or ticket.opened_by_us:
            writable -= UNTIL_ANSWER
        return [name for name in EDITED_FIELDS if name in writable]

    def _portal_offered_edits(self):
        """Return the fields the page offers to change, in order."""
        names = self._portal_editable_fields()
        if not names:
            return names
        ticket = self.sudo()  # sudo: what its form asks
        asked = {
            name
            for name, _required, _hint in self.env[
                "helpdesk.ticket.form.field"
            ]._get_form_rows(ticket.team_id, ticket.type_id)
        }
        user_env = self.sudo(False)  # as the user, whose choices they are
        choices = {
            "type_id": user_env._portal_types(),
            "category_id": user_env._portal_categories(),
            "location_id": self._portal_edit_locations(),
        }
        hidden = {
            name
            for name, offered in choices.items()
            if not set(offered.ids) - set(self[name].ids)
            # nobody adds a type or category that the desk does not ask for
            or (asked and not self[name] and EDIT_SLUGS[name] not in asked)
        }
        return [name for name in names if name not in hidden]

    def _get_locked_text(self, name):
        """Return why customers do not change a field of this ticket."""
        self.ensure_one()
        ticket = self.sudo()  # sudo: its state
        if name == "stage_id":
            return self.env._(
                "Only our team changes the status: it follows what is done. Answer, "
                "close or reopen the ticket instead."
            )
        if name in FIXED_FIELDS:
            return self.env._(
                "Only our team changes this: it comes from your contract. If it is "
                "wrong, tell us in an answer."
            )
        if ticket.stage_kind in FINAL_KINDS:
            return self.env._("This ticket is done: it stays as it is.")
        if name in UNTIL_ANSWER:
            return self.env._(
                "We have answered already: subject and description stay as they are. "
                "Write what is new as an answer."
            )
        return self.env._("You cannot change this.")

    @api.model
    def _get_edit_slugs(self):
        """Return {field: its name in addresses}."""
        return EDIT_SLUGS

    @api.model
    def _portal_edit_field(self, slug):
        """Return the field that an address names, None where there is none."""
        fields_by_slug = {slug: name for name, slug in EDIT_SLUGS.items()}
        return fields_by_slug.get(slug)

    # ------------------------------------------------------------
    # Changing
    # ------------------------------------------------------------

    def write(self, vals):
        """What customers write, over whatever door, is an edit of theirs.

        :raise AccessError: what is not theirs to change
        :raise ValidationError: what they may not choose
        """
        if self.env.su or self.env.user._is_internal():
            return super().write(vals)
        for ticket in self:
            ticket.check_access("read")
            errors = ticket._portal_edit({"description_format": "html", **vals})
            if errors:
                raise ValidationError("\n".join(errors.values()))
        return True

    def _portal_edit(self, values, key=None):
        """Change details in the current user's name; all of them or none.

        Callers found the ticket under the user's own rules.

        :param dict values: untrusted, by field; ``priority_reason`` goes with a
            priority that is raised, ``description_format`` with a description;
            ``seen`` is the mark of what the form showed, see ``_get_edit_mark``
        :param str key: one-time key of the form
        :return: {field: what is wrong}; empty when it was done
        :raise AccessError: for what the user may not change
        """
        self.ensure_one()
        # sudo: helpdesk.ticket - names and values are checked against what the user
        # may change and choose
        ticket = self.sudo()
        ticket._lock_for_customer()
        names = [name for name in values if name not in EDIT_EXTRAS]
        allowed = ticket._portal_editable_fields()
        for name in names:
            if name not in allowed:
                raise AccessError(ticket._get_locked_text(name))
        parsed, errors = ticket._portal_parse_edit(values, names)
        if errors:
            return errors
        changed = {
            name: value
            for name, value in parsed.items()
            if value != ticket._fields[name].convert_to_write(ticket[name], ticket)
            and (value or ticket[name])
        }
        errors = {
            name: ticket._get_changed_meanwhile_text(name)
            for name in changed
            if values.get("seen", "") not in ("", ticket._get_edit_mark(name))
        }
        if errors:
            return errors
        if changed:
            ticket._write_edit(changed, values, key)
        return {}

    def _get_edit_mark(self, name):
        """Return what moves when somebody changes a detail of this (sudo) ticket."""
        value = self._fields[name].convert_to_write(self[name], self)
        return hmac(self.env(su=True), "helpdesk-edit", (self.id, name, value))[:16]

    def _get_changed_meanwhile_text(self, name):
        """Return what stands there now, though the form showed something else."""
        value = self._get_edit_value(name)
        if name == "description":
            value = html2plaintext(self.description or "").strip()
        return self.env._(
            "Somebody changed this meanwhile. It now says: “%(value)s”. What you wrote "
            "is still here: save it again to replace that.",
            value=value,
        )

    def _write_edit(self, changed, values, key):
        """Write what was parsed; the thread, the requester and we are told."""
        if "description" in changed:
            self._log_former_description()
        ours = self._for_requester()
        before = ours._get_edit_words(changed)
        is_raised = "priority" in changed and changed["priority"] > self.priority
        names = self._track_get_fields() & set(changed)
        initial = {name: self[name] for name in names}
        # told and tracked below, in the user's name
        self.with_context(
            helpdesk_no_notice=True, helpdesk_tracked_fields=tuple(names)
        ).write(changed)
        tracking = ()
        if names:
            _changes, tracking = self._mail_track(self.fields_get(names), initial)
        after = ours._get_edit_words(changed)
        changes = ", ".join(
            f"{label} ({before[label]} → {words})" if words else label
            for label, words in after.items()
        )
        self._post_change(
            ours.env._(
                "%(name)s changed %(details)s.",
                name=self.env.user.name,
                details=changes,
            ),
            tracking=tracking,
        )
        if is_raised:
            reason = self._portal_clean_text(values.get("priority_reason"))
            # the user's own message, as any answer
            self.sudo(False)._portal_post(plaintext2html(reason), key)

    def _track_prepare(self, fields_iter):
        """What an edit tracks itself is not tracked twice."""
        done = self.env.context.get("helpdesk_tracked_fields", ())
        return super()._track_prepare(
            [name for name in fields_iter if name not in done]
        )

    def _track_filter_for_display(self, tracking_values):
        """Changes whose line says them in words are shown once."""
        shown = super()._track_filter_for_display(tracking_values)
        return shown.filtered(lambda v: not v.mail_message_id._is_line_of_changes())

    def _log_former_description(self):
        """Keep what the description was before; staff reads it."""
        self._message_log(body=self.description, author_id=self.env.user.partner_id.id)

    def _get_edit_words(self, names):
        """Return {label: value in words}, in the language of the records."""
        return {
            self._get_edit_label(name): self._get_edit_value(name)
            for name in EDITED_FIELDS
            if name in names
        }

    @api.model
    def _get_edit_labels(self):
        return {
            "name": self.env._("Subject"),
            "description": self.env._("Description"),
            "type_id": self.env._("Type"),
            "priority": self.env._("Priority"),
            "category_id": self.env._("Category"),
            "partner_company_name": self.env._("Company name"),
            "partner_phone": self.env._("Contact phone"),
            "partner_area": self.env._("Area"),
            "partner_extension": self.env._("Extension"),
            "stage_id": self.env._("Status"),
            "country_id": self.env._("Country"),
            "brand_id": self.env._("Brand"),
            "product_id": self.env._("Product"),
        }

    def _get_edit_label(self, name):
        """Return what a field is called on the page."""
        if name == "location_id":
            return self._portal_location_word()
        if name == "partner_vat":
            return self._portal_vat_label(self._get_vat_country())
        return self._get_edit_labels()[name]

    def _get_edit_value(self, name):
        """Return a value in words, short enough for one line; "" for a description."""
        value = self[name]
        if name == "description":
            return ""
        if name == "priority":
            labels = dict(self._fields[name]._description_selection(self.env))
            return labels.get(value, "–")
        words = value.display_name if isinstance(value, models.BaseModel) else value
        words = words or "–"
        return words if len(words) <= WORDS_LENGTH else f"{words[:WORDS_LENGTH]}…"

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

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    def _for_requester(self):
        """Return this ticket in the language of its requester."""
        self.ensure_one()
        lang = self.sudo().partner_id.lang  # sudo: the language alone
        return self.with_context(lang=lang or self.env.lang)

    def _post_change(self, words, recipients=None, tracking=()):
        """Post what the current user changed as a line of the thread, in their name.

        The requester is mailed (S3-39), once for all changes of a minute; who takes
        care of the ticket is told, too.

        :param str words: plain text
        :param recipients: contacts who are told as well
        :param tracking: commands of the values it tracks
        :return: the message, as sudo
        """
        self.ensure_one()
        ticket = self._as_us()
        told = ticket._get_person_in_charge()
        if recipients:
            told |= recipients.with_env(told.env)
        message = ticket.message_post(
            body=words,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=(told - ticket.partner_id).ids,
            notify_skip_followers=True,
            author_id=self.env.user.partner_id.id,
            email_from=ticket._get_notice_sender()["email_from"],
            tracking_value_ids=list(tracking),
        )
        if ticket.create_date != self.env.cr.now():
            lang = ticket._for_requester().env.lang
            ticket._queue_notices(
                {ticket.id: message}, {ticket.id: lang}, delay=MERGE_SECONDS
            )
        return message


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _is_line_of_changes(self):
        """Tell whether the body of this (sudo) message says what it tracks."""
        return self.message_type == "auto_comment" and self.model == "helpdesk.ticket"
