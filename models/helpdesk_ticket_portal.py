# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, consteq, hmac, html2plaintext, plaintext2html

from ..tools import attachment_policy, dates
from ..tools.text import normalize
from .helpdesk_ticket_stage import FINAL_KINDS, KINDS
from .helpdesk_ticket_team_promise import PRIORITIES

SUBJECT_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 50_000
KEY_PATTERN = re.compile(r"[\w-]{16,64}")
MAX_ID = 2**31 - 1
#: What the list can be narrowed to: name in its address, field.
FACETS = {"location": "location_id", "category": "category_id", "type": "type_id"}
#: What a row of the list shows, read in one go.
ROW_FIELDS = (
    "number",
    "name",
    "stage_id",
    "stage_kind",
    "turn",
    "location_id",
    "category_id",
    "type_id",
    "partner_id",
    "partner_name",
    "create_date",
    "last_agent_message_date",
    "last_customer_message_date",
    "interaction_count",
    "answer_due_date",
)


class HelpdeskTicket(models.Model):
    """What a customer may choose, submit and read in the portal."""

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
        company = self.env.company.sudo()  # sudo: res.company - settings of the form
        locations = self._portal_locations(self.env.user.partner_id)
        categories = self._portal_categories()
        return {
            "locations": locations,
            "last_location": self._portal_last_location(locations),
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
    def _portal_categories(self):
        """Return the categories the user may choose in the form."""
        Category = self.env["helpdesk.ticket.category"]
        # sudo: res.company - a setting of the form
        if not self.env.company.sudo().helpdesk_mgmt_portal_select_category:
            return Category
        return Category.search_fetch(
            [("show_in_portal", "=", True)],
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
            [("show_in_portal", "=", True)],
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
        meanings = {
            "3": self.env._("Immediate attention is needed to avoid damage or loss."),
            "2": self.env._("It affects guests or daily work considerably."),
            "1": self.env._("It is important, but not immediate."),
            "0": self.env._("It can wait and does not affect daily work."),
        }
        # sudo: res.company, helpdesk.ticket.team - promises are made to customers
        team_sudo = self.env.company.sudo().helpdesk_team_id
        labels = dict(self._fields["priority"]._description_selection(self.env))
        return [
            {
                "value": value,
                "label": labels[value],
                "meaning": meanings[value],
                "promise": self._portal_promise_text(team_sudo, value),
            }
            for value, _label in reversed(PRIORITIES)
        ]

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
        options = self._portal_form_options()
        errors = {}
        subject = self._portal_clean_line(form.get("subject"))
        text = self._portal_clean_text(form.get("description"))
        if not subject:
            errors["subject"] = self.env._("Write a subject.")
        elif len(subject) > SUBJECT_MAX_LENGTH:
            errors["subject"] = self.env._(
                "The subject is too long: write at most %(max)s characters and put "
                "the rest into the description.",
                max=SUBJECT_MAX_LENGTH,
            )
        if not text:
            errors["description"] = self.env._("Describe what happens.")
        elif len(text) > TEXT_MAX_LENGTH:
            errors["description"] = self.env._(
                "The description is too long: attach it as a file instead."
            )
        values = {
            "name": subject,
            "description": plaintext2html(text),
            "location_id": self._portal_parse_location(form, options, errors),
            "category_id": self._portal_parse_category(form, options, errors),
            "type_id": self._portal_parse_type(form, options, errors),
            "submission_key": self._portal_clean_key(form.get("submission_key")),
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
        ticket._portal_attach(files, pending)
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
            attachments.write({"res_id": self.id})
        if files:
            attachments |= self._portal_create_files(files, self.id)
        if attachments:
            names = " ".join(attachments.mapped("name"))
            self.search_text = self._append_search_text(names)

    def _portal_create_files(self, files, res_id):
        """Store checked files, given as pairs of clean name and bytes."""
        # sudo: ir.attachment - portal users have no access; checked by the policy
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": attachment_policy.clean_name(name),
                        "raw": content,
                        "mimetype": attachment_policy.mimetype_of(name),
                        "res_model": "helpdesk.ticket",
                        "res_id": res_id,
                    }
                    for name, content in files
                ]
            )
        )

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    @api.model
    def _portal_check_files(self, files, pending=None):
        """Split files into those that may be attached and sentences about the rest.

        :param files: pairs of name and bytes
        :param pending: attachments the form carries already
        :return: (good, problems)
        """
        good, problems = [], []
        count = len(pending or ())
        total = sum(pending.mapped("file_size")) if pending else 0
        for name, content in files:
            clean = attachment_policy.clean_name(name)
            reason = attachment_policy.refusal(clean, content)
            count += 1
            total += len(content)
            if count > attachment_policy.MAX_FILES:
                reason = "count"
            elif total > attachment_policy.MAX_TOTAL_BYTES:
                reason = reason or "total"
            if reason:
                problems.append(self._portal_refusal_text(reason, clean, len(content)))
            else:
                good.append((clean, content))
        return good, problems

    @api.model
    def _portal_refusal_text(self, reason, name, size):
        if reason == "size":
            return self.env._(
                "The file “%(name)s” has %(size)s; the maximum is %(max)s.",
                name=name,
                size=self._portal_size_text(size),
                max=self._portal_size_text(attachment_policy.MAX_FILE_BYTES),
            )
        if reason == "empty":
            return self.env._("The file “%(name)s” is empty.", name=name)
        if reason == "count":
            return self.env._(
                "The file “%(name)s” is one too many: at most %(max)s can be sent at "
                "once. Put several into a ZIP file.",
                name=name,
                max=attachment_policy.MAX_FILES,
            )
        if reason == "total":
            return self.env._(
                "The file “%(name)s” makes the files too big together; the maximum is "
                "%(max)s.",
                name=name,
                max=self._portal_size_text(attachment_policy.MAX_TOTAL_BYTES),
            )
        return self.env._(
            "The file “%(name)s” cannot be attached. Formats: %(formats)s.",
            name=name,
            formats=attachment_policy.ACCEPTED_WORDS,
        )

    @api.model
    def _portal_size_text(self, size):
        """Return a number of bytes as the reader writes it."""
        return dates.size_words(size or 0, self.env.lang)

    @api.model
    def _portal_store_pending(self, files):
        """Keep files of a form that was not accepted yet; they die after a day."""
        return self._portal_create_files(files, 0)

    @api.model
    def _portal_pending_token(self, attachment):
        """Return the name under which a form carries a pending file."""
        message = (attachment.id, self.env.uid)
        return f"{attachment.id}-{hmac(self.env(su=True), 'helpdesk-pending', message)}"

    @api.model
    def _portal_pending_files(self, tokens):
        """Return the pending files, as sudo, that the user's form carries."""
        ids = [self._portal_parse_id(token.partition("-")[0]) for token in tokens]
        # sudo: ir.attachment - uploaded by this user, the token proves it
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("id", "in", [id_ for id_ in ids if id_]),
                    ("res_model", "=", "helpdesk.ticket"),
                    ("res_id", "=", 0),
                    ("create_uid", "=", self.env.uid),
                ],
                order="id",
            )
            if any(ids)
            else self.env["ir.attachment"].sudo()
        )
        return attachments.filtered(
            lambda attachment: any(
                consteq(self._portal_pending_token(attachment), token)
                for token in tokens
                if token.isascii()
            )
        )

    # ------------------------------------------------------------
    # Dates in words
    # ------------------------------------------------------------

    def _get_reader_zone(self, reader=None):
        """Return the zone in which dates are told.

        The reader's, else that of the location, of the customer's company, ours.

        :param reader: a contact; the signed-in customer, else the requester
        """
        # sudo: zones of the people and places of a ticket the caller may read
        ticket = self.sudo()[:1]
        user = self.env.user
        if reader is None:
            share = user.share and not user._is_public()
            reader = user.partner_id if share or not ticket else ticket.partner_id
        reader = reader.sudo()
        company = ticket.company_id or self.env.company.sudo()
        partners = self.env["res.partner"].sudo()
        zones = (
            lambda: reader.tz,
            lambda: ticket.location_id.tz,
            # both in one query
            lambda: dates.first_zone(
                *partners.browse(
                    [reader.commercial_partner_id.id, company.partner_id.id]
                ).mapped("tz"),
                default=False,
            ),
            lambda: ticket.team_id.calendar_id.tz,
        )
        for zone in zones:
            known = dates.first_zone(zone(), default=False)
            if known:
                return known
        return "UTC"

    def _get_moment_text(self, moment, reader=None):
        """Return a moment in words with its zone."""
        zone = self._get_reader_zone(reader)
        return dates.deadline_words(moment, zone, self.env.lang)

    def _get_answer_promise_text(self, reader=None):
        """Return by when we answer as a sentence; empty where nothing is promised.

        :param reader: the contact whose zone is used, see ``_get_reader_zone``
        """
        self.ensure_one()
        moment, now = self.answer_due_date, self._now()
        if not moment:
            return ""
        zone, lang = self._get_reader_zone(reader), self.env.lang
        if moment < now:
            return self.env._(
                "We wanted to answer before %(date)s and are late; we have not "
                "forgotten it.",
                date=dates.deadline_words(moment, zone, lang),
            )
        apart = dates.days_apart(moment, now, zone)
        if apart > 1:
            return self.env._(
                "We answer before %(date)s.",
                date=dates.deadline_words(moment, zone, lang),
            )
        time = dates.time_words(moment, zone, lang)
        place = dates.zone_words(zone, lang)
        if apart:
            return self.env._(
                "We answer tomorrow before %(time)s (%(zone)s).", time=time, zone=place
            )
        return self.env._(
            "We answer today before %(time)s (%(zone)s).", time=time, zone=place
        )

    def _get_turn_text(self, reader=None):
        """Return whose turn it is, and until when, as the customer reads it.

        :param reader: the contact whose zone is used, see ``_get_reader_zone``
        """
        self.ensure_one()
        describe = {
            "customer": self._get_customer_turn_text,
            "other": self._get_other_turn_text,
            "done": self._get_done_text,
        }.get(self.turn, self._get_our_turn_text)
        return describe(reader)

    def _get_our_turn_text(self, reader=None):
        promise = self._get_answer_promise_text(reader)
        if promise:
            return self.env._("It is our turn. %(promise)s", promise=promise)
        if self.stage_kind == "new":
            return self.env._("It is our turn. We have your request and will answer.")
        return self.env._("It is our turn. We are working on it.")

    def _get_customer_turn_text(self, reader=None):
        return self.env._("It is your turn. We need your answer to go on.")

    def _get_other_turn_text(self, reader=None):
        since = self.last_stage_update or self.create_date or self._now()
        zone = self._get_reader_zone(reader)
        day = dates.day_words(since, zone, self.env.lang)
        party = self.waiting_party or self.env._("a third party")
        if self.chase_date and self.chase_date > self._now():
            return self.env._(
                "We are waiting for %(party)s since %(date)s and will ask them again "
                "on %(chase)s.",
                party=party,
                date=day,
                chase=dates.day_words(self.chase_date, zone, self.env.lang),
            )
        return self.env._(
            "We are waiting for %(party)s since %(date)s.", party=party, date=day
        )

    def _get_done_text(self, reader=None):
        if self.stage_kind == "closed":
            if not self.closed_date:
                return self.env._("This ticket is closed.")
            return self.env._(
                "Closed on %(date)s.",
                date=self._get_moment_text(self.closed_date, reader),
            )
        if not self.solved_date:
            return self.env._("Solved. Is it still happening? Answer here.")
        return self.env._(
            "Solved on %(date)s. Is it still happening? Answer here and we go on.",
            date=self._get_moment_text(self.solved_date, reader),
        )

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @api.model
    def _portal_find(self, ticket_id, access_token=None):
        """Return a ticket the current user may see, as sudo; none is none.

        A token from a mail opens its one ticket without signing in. Whether a ticket
        does not exist or is not theirs, nobody is told.
        """
        number = self._portal_parse_id(ticket_id)
        if not number:
            return self.sudo()
        if not self.env.user._is_public():
            ticket = self.search([("id", "=", number)])
            if ticket:
                return ticket.sudo()  # sudo: found under the user's own rules
        if not isinstance(access_token, str) or not access_token.isascii():
            return self.sudo()
        # sudo: helpdesk.ticket - the token is checked on the next line
        ticket_sudo = self.sudo().search([("id", "=", number)])
        token = ticket_sudo.access_token
        return ticket_sudo if token and consteq(token, access_token) else self.sudo()

    def _portal_close(self):
        """Close, in the customer's words: solved, and reopened by an answer."""
        self.filtered(lambda ticket: ticket._portal_can_close()).action_solve()

    def _portal_post(self, text, key=None, files=(), pending=None):
        """Post the current user's answer; an answer sent twice is one.

        :param str text: clean text, may be empty where there are files
        :param str key: one-time key of the form
        :return: the message
        """
        self.ensure_one()
        message_id = key and f"<portal-{self.env.uid}-{key}@{self._name}>"
        # The second of two equal posts waits here, fails as the first changed the
        # row, is repeated by Odoo and then finds the message of the first.
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket WHERE id = %s FOR NO KEY UPDATE",
            [self.id],
            log_exceptions=False,
        )
        if message_id:
            # sudo: mail.message - the id starts with the user's own
            posted = self.env["mail.message"].sudo()
            posted = posted.search([("message_id", "=", message_id)], limit=1)
            if posted:
                return posted
        if pending:
            # sudo: ir.attachment - uploaded by the user for this form; the core takes
            # from share users what waits for a message, and nothing else
            pending.sudo().write({"res_model": "mail.compose.message"})
        # sudo: helpdesk.ticket - the user sees this ticket; the author is the user
        return self.sudo().message_post(
            body=plaintext2html(text) if text else "",
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=files,
            attachment_ids=pending.ids if pending else [],
            **({"message_id": message_id} if message_id else {}),
        )

    @api.model
    def _portal_search_domain(self, search):
        """Return the tickets that hold every word, in any order, accents aside."""
        words = self._portal_clean_line(search)[:SUBJECT_MAX_LENGTH]
        # both sides are normalised: LIKE finds what ILIKE would, by the index
        return Domain.AND(
            Domain("search_text", "like", re.sub(r"([\\%_])", r"\\\1", word))
            for word in normalize(words.replace("#", " ")).split()
        )

    @api.model
    def _portal_list_options(self):
        """Return by what the list can be sorted, grouped and narrowed, in words."""
        return {
            "sortby": {
                "date": self.env._("Newest"),
                "number": self.env._("Ref."),
                "name": self.env._("Subject"),
                "stage": self.env._("Status"),
                "update": self.env._("Last change"),
            },
            "filterby": {
                "all": self.env._("All"),
                "customer": self.env._("Waiting for me"),
                "us": self.env._("With support"),
                "other": self.env._("With third parties"),
                "done": self.env._("Solved"),
            },
            "groupby": {
                "none": self.env._("None"),
                "stage": self.env._("Stage"),
                "location": self._portal_location_word(),
                "category": self.env._("Category"),
                "type": self.env._("Type"),
            },
            "period": {
                "7": self.env._("Last 7 days"),
                "30": self.env._("Last 30 days"),
                "90": self.env._("Last 3 months"),
                "365": self.env._("Last 12 months"),
            },
        }

    @api.model
    def _portal_group_heading(self, groupby, record):
        """Return the heading over the tickets of a stage, location, category, type."""
        name = record.display_name if record else self.env._("None")
        if groupby == "stage":
            return self.env._("Tickets in stage: %(name)s", name=name)
        if groupby == "category":
            return self.env._("Tickets in category: %(name)s", name=name)
        if groupby == "type":
            return self.env._("Tickets of type: %(name)s", name=name)
        return f"{self._portal_location_word()}: {name}"

    @api.model
    def _portal_location_word(self):
        """Return what the company calls a location."""
        # sudo: res.company - a word of the portal's own pages
        return self.env.company.sudo()._get_location_word()

    @api.model
    def _portal_facet_domain(self, chosen):
        """Return the domain of what was chosen in the list besides words and time."""
        domain = Domain.AND(
            Domain(field, "=", int(chosen[name]))
            for name, field in FACETS.items()
            if chosen[name]
        )
        filterby = chosen["filterby"]
        if filterby == "all":
            return domain
        field = "stage_kind" if filterby in dict(KINDS) else "turn"
        return domain & Domain(field, "=", filterby)

    @api.model
    def _portal_facets(self, domain, chosen, rules=None):
        """Count the user's tickets by everything the list can be narrowed to.

        :param domain: search words and period
        :param dict chosen: the narrowing asked for, see the list's parameters
        :return: dict with the ``total`` of all chosen, the counts by ``turns`` of all
            but the turn, and ``options``: records to choose from, by name
        :param rules: ``_portal_rule_domain()``, where the caller has it
        """
        # sudo: helpdesk.ticket - counted under the user's own rules; the names of
        # locations, categories and types of their tickets are theirs to know
        groups = self.sudo()._read_group(
            domain & (rules or self._portal_rule_domain()),
            ["stage_kind", "turn", *FACETS.values()],
            ["__count"],
            order="turn",
        )
        turns = dict.fromkeys(("customer", "us", "other", "done"), 0)
        total = 0
        ids = {name: set() for name in FACETS}
        for kind, turn, *records, count in groups:
            values = dict(zip(FACETS, (record.id for record in records), strict=True))
            for name, value in values.items():
                ids[name].add(value)
            if all(chosen[name] in ("", str(values[name] or "-")) for name in FACETS):
                turns[turn] = turns.get(turn, 0) + count
                if chosen["filterby"] in ("all", turn, kind):
                    total += count
        options = {
            name: self.sudo()
            .env[self._fields[field].comodel_name]
            .browse(id_ for id_ in ids[name] if id_)
            for name, field in FACETS.items()
        }
        options = {
            name: records.sorted("display_name") for name, records in options.items()
        }
        return {"turns": turns, "total": total, "options": options}

    @api.model
    def _portal_rule_domain(self):
        """Return the tickets the current user may read, worked out once."""
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        # sudo: helpdesk.ticket - conditions of rules may use any field
        return Domain(rules).optimize_full(self.sudo())

    @api.model
    def _portal_search(self, domain, rules=None, **options):
        """Search under the user's own rules; return sudo records read as rows.

        :param rules: ``_portal_rule_domain()``, where the caller has it
        """
        # sudo: helpdesk.ticket - the rules of the user are part of the domain
        return self.sudo().search_fetch(
            domain & (rules or self._portal_rule_domain()), ROW_FIELDS, **options
        )

    def _get_portal_assignee(self):
        """Return who handles the ticket, as the team wants customers to see it."""
        self.ensure_one()
        return self._get_portal_assignees().get(self.id, "")

    def _get_portal_assignees(self):
        """Return by ticket id the person or the team that handles it, in one query."""
        self.flush_recordset(["team_id", "user_id"])
        for model, names in (
            ("helpdesk.ticket.team", ["name", "portal_assignee"]),
            ("res.users", ["partner_id"]),
            ("res.partner", ["name"]),
        ):
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket.id,
                       COALESCE(
                           CASE WHEN team.portal_assignee = 'name' THEN person.name END,
                           %(team)s
                       )
                  FROM helpdesk_ticket ticket
             LEFT JOIN helpdesk_ticket_team team ON team.id = ticket.team_id
             LEFT JOIN res_users assignee ON assignee.id = ticket.user_id
             LEFT JOIN res_partner person ON person.id = assignee.partner_id
                 WHERE ticket.id = ANY(%(ids)s)
                """,
                team=self.env["helpdesk.ticket.team"]._field_to_sql("team", "name"),
                ids=list(self.ids),
            )
        )
        return dict(rows)

    @api.model
    def _get_portal_meaning(self, stage):
        """Return what a status means to customers, as plain text."""
        return stage._get_meaning()

    def _portal_can_close(self):
        """Tell whether the current user may close this ticket: a visible, open one."""
        self.ensure_one()
        return self.stage_kind not in FINAL_KINDS

    @api.model
    def _portal_check_message(self, text, files):
        """Return what is wrong with an answer, by field of its form."""
        if not text and not files:
            return {"message": self.env._("Write a message.")}
        if len(text) > TEXT_MAX_LENGTH:
            return {
                "message": self.env._(
                    "The message is too long: attach it as a file instead."
                )
            }
        return {}

    def _portal_page_values(self):
        """Return what the page of this (sudo) ticket shows, in words."""
        self.ensure_one()
        zone, lang, now = self._get_reader_zone(), self.env.lang, self._now()
        labels = dict(self._fields["priority"]._description_selection(self.env))
        return {
            "turn_text": self._get_turn_text(),
            "meaning": self._get_portal_meaning(self.stage_id),
            "reported_on": dates.deadline_words(self.create_date, zone, lang),
            "assignee": self._get_portal_assignee(),
            "priority_label": labels.get(self.priority, ""),
            "files": self._portal_file_rows(self._get_public_attachments()),
            "thread": self._portal_thread(zone, lang, now),
            "promise": self._get_answer_promise_text(),
            "hours_text": self.team_id._get_hours_text(),
        }

    def _portal_thread(self, zone, lang, now):
        """Return the thread as rows, oldest first: people's messages and notices."""
        messages = self._get_public_messages()
        messages.author_id.mapped("partner_share")  # one query for all authors
        reader = self.env.user.partner_id
        return [
            {
                "id": message.id,
                "body": message.body,
                "summary": self._get_notice_summary(message),
                "is_notice": message.message_type not in ("comment", "email"),
                "is_customer": self._is_customer_message(message),
                "is_mine": message.author_id == reader,
                "author": self._get_portal_author(message),
                "when": dates.relative_words(message.date, now, zone, lang),
                "exact": dates.deadline_words(message.date, zone, lang),
                "files": self._portal_file_rows(message.attachment_ids),
            }
            for message in messages
        ]

    @api.model
    def _get_notice_summary(self, message):
        """Return what a notice says in one line: its text after the greeting."""
        text = html2plaintext(message.body or "", include_references=False)
        lines = text.replace("*", "").split("\n")
        lines = [line.strip() for line in lines if line.strip()]
        return lines[1] if len(lines) > 1 else (lines[:1] or [""])[0]

    def _get_portal_author(self, message):
        """Return who wrote a message, as the team wants customers to see it."""
        ours = not self._is_customer_message(message)
        if ours and self.team_id.portal_assignee == "team":
            return self.team_id.name
        return message.author_id.name or message.email_from or ""

    @api.model
    def _portal_file_rows(self, attachments):
        """Return files as rows; their links work without rights and write nothing."""
        return [
            {
                "name": attachment.name,
                "size": self._portal_size_text(attachment.file_size),
                "is_image": (attachment.mimetype or "").startswith("image/"),
                "url": f"/web/content/{attachment.id}?download=true"
                f"&access_token={attachment._get_raw_access_token()}",
            }
            for attachment in attachments
        ]

    def _portal_rows(self):
        """Return these (sudo) tickets as rows of the list: plain words, no records."""
        now, lang = self._now(), self.env.lang
        zone = self.browse()._get_reader_zone()
        meanings = {s.id: self._get_portal_meaning(s) for s in self.stage_id}
        assignees = self._get_portal_assignees() if self else {}
        return [
            {
                "url": f"/my/ticket/{ticket.id}",
                "number": ticket.number,
                "subject": ticket.name,
                "turn": ticket.turn,
                "status": ticket.stage_id.name,
                "meaning": meanings[ticket.stage_id.id],
                "location": ticket.location_id.complete_name or "",
                "sent_by": ticket.partner_name or ticket.partner_id.name or "",
                "sent": dates.relative_words(ticket.create_date, now, zone, lang),
                "sent_exact": dates.deadline_words(ticket.create_date, zone, lang),
                "updated": dates.relative_words(
                    ticket._last_message(), now, zone, lang
                ),
                "updated_exact": dates.deadline_words(
                    ticket._last_message(), zone, lang
                ),
                "interactions": ticket.interaction_count,
                "assignee": assignees.get(ticket.id) or "",
                "promise": ticket._get_promise_line(now, zone),
            }
            for ticket in self
        ]

    def _get_promise_line(self, now, zone):
        """Return by when we answer in few words, for lists."""
        moment, lang = self.answer_due_date, self.env.lang
        if not moment or self.turn != "us":
            return ""
        if moment < now:
            return self.env._("Our answer is late.")
        time = dates.time_words(moment, zone, lang)
        apart = dates.days_apart(moment, now, zone)
        if apart > 1:
            day = dates.short_day(moment, zone, lang)
            return self.env._("We answer by %(date)s, %(time)s.", date=day, time=time)
        if apart:
            return self.env._("We answer tomorrow by %(time)s.", time=time)
        return self.env._("We answer today by %(time)s.", time=time)

    def _last_message(self):
        """Return when somebody last wrote in this ticket."""
        moments = (
            self.last_agent_message_date,
            self.last_customer_message_date,
            self.create_date,
        )
        return max(moment for moment in moments if moment)
