# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL, html2plaintext

from ..tools import dates
from .helpdesk_ticket import ROUTING_FIELDS
from .res_users_access_mail import HEADERS

VALID_HOURS = 24
BATCH = 500


class HelpdeskVisitorRequest(models.Model):
    """S4-01: what somebody without account wrote, until their mailbox confirms it.

    Nobody is looked up before that, so no answer tells who is known here. The mail to
    the address holds nothing that was typed: the form cannot be used to write to
    others. Only a hash of the link is kept; nobody has rights on the lines.
    """

    _name = "helpdesk.visitor.request"
    _description = "Helpdesk Visitor Request"
    _order = "id desc"
    _rec_name = "address"

    address = fields.Char(
        required=True, readonly=True, help="Normalised e-mail address."
    )
    name = fields.Char(readonly=True, help="How the visitor is called.")
    values = fields.Json(
        readonly=True, help="What was written, checked; emptied with its ticket."
    )
    lang = fields.Char(readonly=True, help="Language of the page it was typed in.")
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    form_key = fields.Char(readonly=True, help="One form is one request.")
    key_hash = fields.Char(required=True, readonly=True, copy=False)
    expiry_date = fields.Datetime(required=True, readonly=True, index=True)
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="What it became.",
    )

    _key_uniq = models.UniqueIndex("(key_hash)")
    _form_key_uniq = models.UniqueIndex("(form_key) WHERE form_key IS NOT NULL")

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model
    def _take(self, person, values, files=(), pending=None):
        """Keep what a visitor wrote and mail them the link that sends it.

        A form that was sent before is not kept again.

        :param dict person: ``name`` and ``address``, normalised
        :param dict values: what ``_portal_parse_form`` returned
        :param files: pairs of name and bytes that the policy accepted
        :param pending: attachments the form carried before
        :return: what is kept, as sudo; nothing if it was before
        """
        # sudo: helpdesk.visitor.request - visitors write, values were whitelisted
        requests = self.sudo()
        form_key = values.get("submission_key")
        if form_key and requests.search_count([("form_key", "=", form_key)], limit=1):
            return requests
        key = secrets.token_urlsafe(32)
        line = requests.create(
            {
                **person,
                "values": {
                    name: value
                    for name, value in values.items()
                    if not isinstance(value, models.BaseModel)
                },
                "lang": self.env.lang,
                "company_id": self.env.company.id,
                "form_key": form_key,
                "key_hash": self._hash(key),
                "expiry_date": fields.Datetime.now() + timedelta(hours=VALID_HOURS),
            }
        )
        if pending:
            # sudo: ir.attachment - the visitor's own, by the tokens of the form
            pending.sudo().write({"res_model": self._name, "res_id": line.id})
        Ticket = self.env["helpdesk.ticket"]
        if files:
            Ticket._portal_create_files(files, line.id, self._name)
        line._send_link(key)
        return line

    def _send_link(self, key):
        """Queue the mail with the link; its text is the same for everybody."""
        # sudo: mail.mail - visitors ask for these mails
        self.env["mail.mail"].sudo().create(self._prepare_mail(key))
        self.env["res.users"]._send_access_mails_soon()

    def _prepare_mail(self, key):
        """Return the values of the mail, without a word that was typed."""
        self.ensure_one()
        company = self.company_id
        base_url = company.get_base_url()
        body = self.env["ir.qweb"]._render(
            "helpdesk_service_portal.visitor_mail",
            {
                "company": company,
                "greeting": self.env._("Hello:"),
                "url": f"{base_url}/support/ticket/confirm/{key}",
                "until": self._get_until_text(),
                "lang": self.lang,
            },
        )
        name, address = tools.parse_contact_from_email(
            company.helpdesk_email or company.email_formatted
        )
        sender = tools.formataddr((company.name or name, address))
        return {
            "subject": self.env._(
                "Confirm your request to %(company)s", company=company.name
            ),
            "body_html": body,
            "email_from": sender,
            "reply_to": sender,
            "email_to": self.address,
            "headers": repr(HEADERS),
            "auto_delete": True,
            "message_type": "user_notification",
            "helpdesk_team_id": self._get_team().id,
        }

    def _get_team(self):
        """Return the team that gets the ticket, as sudo, in whose name we write."""
        # sudo: helpdesk.ticket - routing reads teams visitors may not
        Ticket = self.env["helpdesk.ticket"].sudo()
        values = self.values or {}
        known = {name: values[name] for name in ROUTING_FIELDS if values.get(name)}
        routed = Ticket.new(known)._get_routed_team()
        return routed or self.company_id.sudo().helpdesk_team_id

    def _get_until_text(self):
        """Return until when it can be confirmed, in the zone of the browser or ours."""
        self.ensure_one()
        zone = dates.first_zone(
            request and request.cookies.get("tz"),
            self.company_id.resource_calendar_id.tz,
        )
        return dates.deadline_words(self.expiry_date, zone, self.env.lang)

    # ------------------------------------------------------------
    # Confirming
    # ------------------------------------------------------------

    @api.model
    def _hash(self, key):
        return hashlib.sha256(key.encode()).hexdigest()

    @api.model
    def _find(self, key):
        """Return the request a link leads to while it holds, as sudo; else none.

        :param key: untrusted
        """
        # sudo: helpdesk.visitor.request - found by its secret
        requests = self.sudo()
        if not isinstance(key, str) or not key.isascii():
            return requests
        return requests.search(
            [
                ("key_hash", "=", self._hash(key)),
                ("expiry_date", ">", fields.Datetime.now()),
            ],
            limit=1,
        )

    def _get_files(self):
        """Return the files that wait with this request, as sudo."""
        self.ensure_one()
        # sudo: ir.attachment - files of a request the caller found by its secret
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id)])
            .sorted("id")
        )

    def _confirm(self):
        """Open the ticket in the name of who owns the mailbox; once.

        :return: the ticket, as sudo
        """
        self.ensure_one()
        # the second of two at the same time waits, and tries again from the start
        self.env.execute_query(
            SQL(
                "SELECT 1 FROM helpdesk_visitor_request WHERE id = %s FOR UPDATE",
                self.id,
            )
        )
        self.invalidate_recordset(["ticket_id", "values"])
        if not self.ticket_id:
            Ticket = self.env["helpdesk.ticket"].with_company(self.company_id)
            ticket = Ticket._portal_submit(
                self._prepare_ticket(), pending=self._get_files()
            )
            self.write({"ticket_id": ticket.id, "values": False, "name": False})
        return self.ticket_id

    def _prepare_ticket(self):
        """Return the values of the ticket; what was deleted meanwhile is left out."""
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"]
        requester = self._get_requester()
        values = dict(self.values or {})
        for name, value in values.items():
            field = Ticket._fields.get(name)
            if value and field and field.type == "many2one":
                # sudo: records the visitor chose among those offered
                record = self.env[field.comodel_name].sudo().browse(value).exists()
                values[name] = record.id
        # sudo: helpdesk.ticket.location - who has one location needs not name it
        places = self.env["helpdesk.ticket.location"].sudo()._get_offered(requester)
        if len(places) == 1:
            values["location_id"] = places.id
        return values | {
            "visitor": requester,
            "submission_key": f"visitor-{self.key_hash[:32]}",
        }

    def _get_requester(self):
        """Return who owns the mailbox, a new contact if nobody is known by it."""
        self.ensure_one()
        company = self.company_id
        people = self.env["mail.thread"]._find_mail_people([self.address])
        known = people.get(self.address)
        if known and known.company_id in (known.company_id.browse(), company):
            return known
        Ticket = self.env["helpdesk.ticket"]
        partner = Ticket._create_mail_people([(self.name, self.address)], company)
        if self.lang:
            partner.lang = self.lang
        zone = dates.first_zone(request and request.cookies.get("tz"), default=False)
        if zone:
            partner.tz = zone
        return partner

    def _get_page_values(self):
        """Return what was written, as its author sees it before sending it."""
        self.ensure_one()
        values = self.values or {}
        # sudo: helpdesk.ticket.type - what the visitor chose
        ticket_type = (
            self.env["helpdesk.ticket.type"]
            .sudo()
            .browse(values.get("type_id") or [])
            .exists()
        )
        Ticket = self.env["helpdesk.ticket"]
        return {
            "name": self.name,
            "address": self.address,
            "subject": values.get("name"),
            "type": ticket_type.name,
            "text": html2plaintext(values.get("description") or ""),
            "files": [
                {"name": file.name, "size": Ticket._portal_size_text(file.file_size)}
                for file in self._get_files()
            ],
            "until": self._get_until_text(),
        }

    def _get_ticket_url(self, ticket):
        """Return where the ticket is read, without signing in."""
        token = ticket._get_mail_token(ticket.partner_id.id)
        return f"/my/ticket/{ticket.id}?access_token={token}&sent=1"

    def _drop(self):
        """Delete what its author, or who owns the mailbox, does not want to send."""
        if not self.ticket_id:
            self.unlink()

    # ------------------------------------------------------------
    # Tidying
    # ------------------------------------------------------------

    @api.model
    def _cron_delete_expired(self, batch_size=BATCH):
        """Delete what nobody confirmed in time, its files with it."""
        domain = Domain("expiry_date", "<=", fields.Datetime.now())
        lines = self.search(domain, order="expiry_date", limit=batch_size)
        left = self.search_count(domain) - len(lines)
        lines = lines.try_lock_for_update()
        count = len(lines)
        lines.unlink()
        self.env["ir.cron"]._commit_progress(count, remaining=left)
