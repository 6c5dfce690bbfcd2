# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import plaintext2html
from odoo.tools.sql import escape_psql

from ..tools import phone, whatsapp
from ..tools.snippets import snippet
from .helpdesk_ticket_call import CONTACT_CENTER, PHONE_CHANNEL, WHATSAPP_CHANNEL

CHANNELS = {"phone": PHONE_CHANNEL, "whatsapp": WHATSAPP_CHANNEL}
THEN = (False, "solve", "hand_over")
SUBJECT_LENGTH = 80
#: a call typed in later than this is dated by when it was saved
LATE_HOURS = 24
TEXTS = {
    "subject": 200,
    "text": 100_000,
    "solution": 100_000,
    "name": 100,
    "email": 200,
    "number": 40,
    "hotel": 200,
    "area": 100,
    "extension": 20,
}


class HelpdeskTicket(models.Model):
    """Log a call: what was told becomes a ticket, or joins one that is open."""

    _inherit = "helpdesk.ticket"

    call_date = fields.Datetime(
        string="Called",
        readonly=True,
        copy=False,
        help="When the customer called or wrote by WhatsApp.",
    )

    @api.model
    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {"call_date"}

    @api.model_create_multi
    def create(self, vals_list):
        """Who may open tickets and change none opens them whole.

        What a new ticket promises is written by us, not by them.
        """
        if self.env.su or not self.env.user.has_group(CONTACT_CENTER):
            return super().create(vals_list)
        self.check_access("create")
        # sudo: helpdesk.ticket - the model's right was checked above, the records'
        # is below
        tickets = super(HelpdeskTicket, self.sudo()).create(vals_list).sudo(False)
        tickets.check_access("create")
        return tickets

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------

    @api.model
    def call_save(self, values, then=False):
        """Open a ticket for a caller.

        :param dict values: what the page holds, see ``_parse_call``
        :param then: False, "solve" (solved during the call) or "hand_over" (the
            caller stays on the line for an engineer)
        :return: dict: ``id``, ``number``, ``groups`` (the number to be read aloud),
            ``read_back`` (the line to read), ``mailed`` (the customer's address)
        :raise UserError: when something is missing, in words for the page
        """
        self._check_call_access()
        call = self._parse_call(values, then)
        ticket = self._portal_submitted(call["key"])
        if ticket:
            return ticket._get_call_result()
        if not call["text"]:
            raise UserError(self.env._("Write what the caller tells."))
        requester = self._get_call_requester(call)
        # sudo: helpdesk.ticket - whoever logs calls opens tickets in any team; what
        # the values refer to was read by the user's own right
        tickets = self.sudo().with_context(helpdesk_call=True)
        ticket = tickets.create(self._prepare_call_vals(call, requester))
        ticket._add_call_files(call)
        ticket = ticket.with_context(helpdesk_call=False)
        ticket._finish_call(call, then)
        invited = call["invite"] and self._invite_caller(requester)
        return ticket._get_call_result() | {"invited": bool(invited)}

    def call_add(self, values, then=False):
        """Add what a caller tells to this open ticket.

        It is the customer's message: it stops the clock like one they write.

        :param dict values: as in ``call_save``
        :param then: as there
        :return: as there
        :raise AccessError: on a ticket the user does not read
        :raise UserError: on a closed ticket, or when something is missing
        """
        self.ensure_one()
        self._check_call_access()
        self.check_access("read")
        call = self._parse_call(values, then)
        if not call["text"]:
            raise UserError(self.env._("Write what the caller tells."))
        if self.sudo().stage_kind == "closed":  # sudo: its state
            raise UserError(
                self.env._("This ticket is closed. Save the call as a new one.")
            )
        if self._find_call_message(call["key"]):
            return self.sudo()._get_call_result()  # sudo: the user reads it
        # sudo: helpdesk.ticket - read by the user; a caller's words move it
        ticket = self.sudo()
        ticket._post_call(call, self._get_call_author(call))
        ticket._post_notices("call_added")
        ticket._finish_call(call, then)
        return ticket._get_call_result()

    # ------------------------------------------------------------
    # What was told
    # ------------------------------------------------------------

    @api.model
    def _parse_call(self, values, then):
        """Return what the page sent, cleaned: records instead of ids.

        Keys: ``key`` (of the draft: one draft is one ticket), ``channel``, ``number``,
        ``partner_id``, ``company_id``, ``location_id``, ``name``, ``email``,
        ``hotel``, ``area``, ``extension``, ``subject``, ``text``, ``solution``,
        ``category_id``, ``type_id``, ``priority``, ``engineer_id``,
        ``attachment_ids``, ``invite``, ``started`` (UTC).

        :raise UserError: on a step that is none
        """
        if then not in THEN or not isinstance(values, dict):
            raise UserError(self.env._("This cannot be done together."))
        call = {
            name: self._portal_clean_text(values.get(name) or "")[:length]
            for name, length in TEXTS.items()
        }
        caller, company, place = self._get_call_parties(
            values.get("partner_id"),
            values.get("company_id"),
            values.get("location_id"),
        )
        channel = values.get("channel")
        started = self._parse_call_moment(values.get("started"))
        call |= {
            "caller": caller,
            "company": company,
            "place": place,
            "channel": channel if channel in CHANNELS else "phone",
            "key": self._portal_clean_key(values.get("key")),
            "started": started,
            "priority": values.get("priority"),
            "invite": values.get("invite") is True,
            "category": self._browse_call("helpdesk.ticket.category", values),
            "type": self._browse_call("helpdesk.ticket.type", values),
            "engineer": self._browse_call("res.users", values, "engineer_id"),
            "files": self._get_call_files(values.get("attachment_ids") or []),
        }
        if then == "solve" and not call["solution"]:
            raise UserError(self.env._("Write what was done, then save and solve."))
        return call

    @api.model
    def _browse_call(self, model, values, name=None):
        """Return the record whose id the page sent, if the user reads it."""
        name = name or model.rpartition(".")[2] + "_id"
        number = self._portal_parse_id(values.get(name))
        record = self.env[model].browse(number or []).exists()
        record.check_access("read")
        return record

    @api.model
    def _parse_call_moment(self, value):
        """Return when the call began, as the page says; now if that is long ago."""
        now = self._now()
        try:
            moment = fields.Datetime.to_datetime(str(value)[:19])
        except ValueError:
            return now
        if not moment or not now - timedelta(hours=LATE_HOURS) < moment <= now:
            return now
        return moment

    @api.model
    def _get_call_files(self, attachment_ids):
        """Return the files uploaded for this call, checked as a customer's are.

        :raise UserError: on a file that is refused
        """
        ids = [
            number for number in map(self._portal_parse_id, attachment_ids) if number
        ]
        self._check_own_files(ids)
        # sudo: ir.attachment - uploaded by the user, as the line above checked
        files = self.env["ir.attachment"].sudo().browse(ids)
        self._check_ticket_files((file.name, file.raw) for file in files)
        return files

    # ------------------------------------------------------------
    # Who called
    # ------------------------------------------------------------

    @api.model
    def _get_call_requester(self, call):
        """Return the contact in whose name the ticket is opened, made if need be.

        A caller without a name is their hotel, or their number.

        :raise UserError: when nothing of the caller is known
        """
        email = self._get_call_email(call)
        if call["caller"]:
            # sudo: res.partner - an address the person was missing, said on the phone
            caller = call["caller"].sudo()
            if email and not caller.email:
                caller.email = email
            return caller
        if email or call["name"]:
            return self._find_call_person(call, email)
        if call["company"]:
            return call["company"].sudo()  # sudo: res.partner - as the requester
        owner = call["place"].partner_id.commercial_partner_id
        if owner:
            return owner.sudo()  # sudo: as above
        if call["number"] or call["hotel"]:
            number = phone.readable(call["number"], self.env.company.country_id.code)
            return self._create_call_person(call, email, number or call["hotel"])
        raise UserError(self.env._("Say who is calling: a number, a name or a hotel."))

    @api.model
    def _get_call_email(self, call):
        """Return the address that was said, normalised; False for none.

        :raise UserError: when it is no address
        """
        email = tools.email_normalize(call["email"], strict=True)
        if call["email"] and not email:
            raise UserError(
                self.env._("“%(email)s” is no e-mail address.", email=call["email"])
            )
        return email

    @api.model
    def _find_call_person(self, call, email):
        """Return who has this address or, at this hotel, this name; else a new one.

        The address of somebody elsewhere, or of a colleague, makes no caller of them.
        """
        # sudo: res.partner - a contact is found and made for the caller
        Partner = self.env["res.partner"].sudo()
        company = call["company"] or call["place"].partner_id.commercial_partner_id
        known = Partner
        if email:
            known = Partner.search([("email_normalized", "=", email)], limit=1)
        elif company:
            known = Partner.search(
                [
                    ("commercial_partner_id", "=", company.id),
                    ("is_company", "=", False),
                    ("name", "=ilike", escape_psql(call["name"])),
                ],
                limit=1,
            )
        return known or self._create_call_person(call, email, call["name"] or email)

    @api.model
    def _create_call_person(self, call, email, name):
        company = call["company"] or call["place"].partner_id.commercial_partner_id
        # sudo: res.partner - who asks for help is known as a contact
        return (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "email": email,
                    "phone": phone.readable(
                        call["number"], self.env.company.country_id.code
                    ),
                    "parent_id": company.id,
                    "lang": company.lang or self.env.company.partner_id.lang,
                }
            )
        )

    @api.model
    def _invite_caller(self, caller):
        """Invite a caller to the portal, where they write down the next one.

        :raise UserError: when too many were invited within the hour
        """
        if self.env["helpdesk.rate.limit"]._hit("invite", self.env.uid):
            raise UserError(
                self.env._(
                    "You invited many people within an hour. Save without inviting."
                )
            )
        return caller._invite_to_portal()

    @api.model
    def _get_call_author(self, call):
        """Return in whose name a note is added: the caller, else their hotel.

        :raise UserError: when nobody is known to have called
        """
        if call["caller"] or call["name"] or call["email"]:
            return self._get_call_requester(call)
        # sudo: res.partner - the requester's company, of a ticket the user reads
        return call["company"].sudo() or self.sudo().commercial_partner_id

    # ------------------------------------------------------------
    # The ticket
    # ------------------------------------------------------------

    @api.model
    def _prepare_call_vals(self, call, requester):
        """Return the values of the ticket."""
        subject = call["subject"] or snippet(
            plaintext2html(whatsapp.first_words(call["text"])), SUBJECT_LENGTH
        )
        ref = self.env["ir.model.data"]._xmlid_to_res_id
        priorities = dict(self._fields["priority"]._description_selection(self.env))
        vals = {
            "name": subject,
            "description": self._get_call_html(call["text"]),
            "partner_id": requester.id,
            "partner_name": call["name"] or requester.name,
            "partner_phone": call["number"] or requester.phone,
            "partner_area": call["area"],
            "partner_extension": call["extension"],
            "partner_company_name": call["hotel"],
            "location_id": call["place"].id,
            "category_id": call["category"].id,
            "type_id": call["type"].id,
            "channel_id": ref(CHANNELS[call["channel"]]),
            "call_date": call["started"],
            "submission_key": self._portal_stored_key(call["key"]),
            "user_id": False,
        }
        if call["priority"] in priorities:
            vals["priority"] = call["priority"]
        return vals

    @api.model
    def _get_call_html(self, text):
        """Return noted text as HTML; a chat of WhatsApp keeps its times."""
        return whatsapp.to_html(text) or plaintext2html(text)

    def _add_call_files(self, call):
        """The caller's files are the ticket's own."""
        call["files"].write({"res_model": self._name, "res_id": self.id})
        if call["files"]:
            self._refresh_search_text()

    # ------------------------------------------------------------
    # A note on an open ticket
    # ------------------------------------------------------------

    def _post_call(self, call, author):
        """Post what a caller told as the caller's message."""
        local = self.with_context(
            lang=author.lang or self.env.lang,
            helpdesk_call_told=(author | self.partner_id).ids,
        )
        return local.message_post(
            body=Markup("<p><em>%s</em></p>%s")
            % (local._get_call_heading(call), self._get_call_html(call["text"])),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=call["files"].ids,
            message_id=self._get_call_message_id(call["key"]),
        )

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Caller and requester get one mail of a noted call: what we noted."""
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        told = self.env.context.get("helpdesk_call_told", ())
        return [data for data in recipients if data["id"] not in told]

    def _get_call_heading(self, call):
        moment = self._get_moment_text(call["started"], self.partner_id)
        if call["channel"] == "whatsapp":
            return self.env._("By WhatsApp, %(date)s; noted by our team:", date=moment)
        return self.env._("By phone, %(date)s; noted by our team:", date=moment)

    def _get_call_message_id(self, key):
        """Return the Message-ID of a note: one draft is one note."""
        if not key:
            return tools.mail.generate_tracking_message_id("call")
        stored = self._portal_stored_key(key)
        return f"<{stored}-call-{self.id}@helpdesk.invalid>"

    def _find_call_message(self, key):
        # sudo: mail.message - by the secret of the user's own draft
        return key and self.env["mail.message"].sudo().search_count(
            [("message_id", "=", self._get_call_message_id(key))], limit=1
        )

    # ------------------------------------------------------------
    # What happens next
    # ------------------------------------------------------------

    def _finish_call(self, call, then):
        if then == "solve":
            self._solve_call(call)
        elif then == "hand_over":
            self._hand_over_call(call)

    def _solve_call(self, call):
        """What was done is told to the customer, and the ticket is solved."""
        if not self.user_id and self.env.user in self.team_id.user_ids:
            self.user_id = self.env.user
        self.message_post(
            body=plaintext2html(call["solution"]),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
        )
        self.action_solve()

    def _hand_over_call(self, call):
        """An engineer takes the ticket and the caller, and is told at once.

        :raise UserError: when nobody of the team is there to take it
        """
        engineer = call["engineer"] or self._get_free_engineer()
        if not engineer or engineer not in self.team_id.user_ids:
            raise UserError(
                self.env._(
                    "Nobody of the team “%(team)s” can take this call. Choose another "
                    "category or save it.",
                    team=self.team_id.name,
                )
            )
        self.user_id = engineer
        words = self.env._(
            "The caller is on the line: %(name)s, %(number)s.",
            name=self.partner_name or self.partner_id.name,
            number=phone.readable(self.partner_phone_sanitized or self.partner_phone)
            or self.env._("no number"),
        )
        self.message_post(
            body=words,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=(engineer - self.env.user).partner_id.ids,
        )
        engineer._bus_send(
            "simple_notification",
            {
                "title": self.env._("Call for you: #%(number)s", number=self.number),
                "message": f"{words}\n{self.name}",
                "type": "warning",
                "sticky": True,
            },
        )

    def _get_free_engineer(self):
        """Return who of the team is there and has least to do; else none."""
        here = self.team_id.user_ids.filtered(
            lambda user: user.im_status == "online" and user != self.env.user
        )
        return here.sorted(
            lambda user: self.search_count(
                [("user_id", "=", user.id), ("turn", "=", "us")]
            )
        )[:1]

    def _get_call_result(self):
        """Return what the page says when the call is saved (sudo)."""
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "groups": self._get_number_groups(),
            "name": self.name,
            "read_back": self._get_read_back(),
            "mailed": self.partner_id.email or "",
            "stage": self.stage_id.name,
            "assignee": self.user_id.name or "",
        }

    def _get_number_groups(self):
        """Return the number as it is read aloud: "HT 00 195"."""
        digits = phone.digits(self.number)
        letters = self.number.replace(digits, "").strip()
        first = len(digits) % 3
        groups = [digits[:first]] if first else []
        groups += [digits[i : i + 3] for i in range(first, len(digits), 3)]
        return " ".join(filter(None, [letters, *groups]))

    def _get_read_back(self):
        """Return the line to read to the caller before hanging up."""
        priorities = dict(self._fields["priority"]._description_selection(self.env))
        words = [
            self.env._("I noted: “%(subject)s”.", subject=self.name),
            self.location_id
            and f"{self.company_id._get_location_word()}: {self.location_id.name}.",
            self.env._("Priority: %(name)s.", name=priorities.get(self.priority, "")),
            self._get_answer_promise_text(self.partner_id),
        ]
        return " ".join(filter(None, words))

    # ------------------------------------------------------------
    # What the customer is told
    # ------------------------------------------------------------

    def _acknowledge_opened(self):
        """S3-43: who called reads what we noted of it."""
        called = self.filtered("call_date")
        called.with_context(helpdesk_first_message=True)._post_notices("call_noted")
        others = self - called
        return super(HelpdeskTicket, others)._acknowledge_opened() if others else None

    def _is_by_whatsapp(self):
        """Tell whether it came by WhatsApp, for the words of mails."""
        ref = self.env["ir.model.data"]._xmlid_to_res_id
        return bool(self.channel_id) and self.channel_id.id == ref(WHATSAPP_CHANNEL)

    def _get_last_call_body(self):
        """Return the note that was just added, for its mail."""
        message = self._get_public_messages().filtered(self._is_customer_message)
        return message[-1:].body
