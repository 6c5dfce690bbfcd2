# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import hmac, html2plaintext, plaintext2html

from .helpdesk_ticket_outbox import MERGE_SECONDS
from .helpdesk_ticket_service import FIXED_FIELDS
from .helpdesk_ticket_stage import FINAL_KINDS

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
