# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import dates
from .helpdesk_ticket_stage import FINAL_KINDS

THREAD_LIMIT = 80
LAST_TICKETS = 5
LOST = ("exception", "bounce")


class HelpdeskTicket(models.Model):
    """The engineer's desk, right side: one ticket with all that is needed to answer."""

    _inherit = "helpdesk.ticket"

    @api.readonly
    def desk_page(self):
        """Return this ticket as the desk shows it.

        :raise AccessError: for people outside the helpdesk or without this ticket
        """
        self.ensure_one()
        self._check_desk_access()
        self.check_access("read")
        thread = self._get_desk_thread()
        return {
            **self._get_desk_rows()[0],
            **self._get_desk_stamp(),
            "turn_text": self.turn_text or "",
            "is_final": self.stage_kind in FINAL_KINDS,
            "thanked": bool(self.thanked_date),
            "can_make_article": self.stage_kind in FINAL_KINDS
            and self.env["helpdesk.article"].has_access("create"),
            "red_lines": self._get_desk_red_lines(),
            "call_lines": self._get_desk_call_lines(),
            "meaning": self.priority_meaning or "",
            "opened_by_us": self.opened_by_us,
            "can_write": self.has_access("write"),
            "description": self.description or "",
            "created": fields.Datetime.to_string(self.create_date),
            "facts": self._get_desk_facts(),
            "thread": thread,
            "files": self._get_desk_files(self._get_public_attachments()),
            "recipients": self._get_desk_recipients("mail.mt_comment"),
            "note_recipients": self._get_desk_recipients("mail.mt_note"),
            "customer": self._get_desk_customer(),
            "clock": self._get_desk_clock(),
            "time": self._get_time_bar()[self.id]["parts"],
            "tickets": self._get_desk_last_tickets(),
        }

    def _get_desk_red_lines(self):
        """Return what went wrong and needs a person."""
        return self._get_desk_call_lines()

    def _get_desk_call_lines(self):
        """Return those of the red lines that a call to the customer mends."""
        self.ensure_one()
        lines = [self.clock_note]
        if self.mail_failed:
            lines.append(
                self.env._("E-mail not delivered: %(who)s", who=self.mail_failed_text)
            )
        if not self.partner_email:
            lines.append(
                self.env._(
                    "There is no e-mail address: the customer receives no mail about "
                    "this ticket."
                )
            )
        return [line for line in lines if line]

    def _get_desk_facts(self):
        """Return what else the ticket says of itself, as pairs of words."""
        # sudo: names of what classifies a ticket the agent reads
        ticket = self.sudo()
        facts = [
            (self.env._("Team"), ticket.team_id.name),
            (self.env._("Type"), ticket.type_id.name),
            (self.env._("Category"), ticket.category_id.name),
            (self.env._("Origin"), ticket.channel_id.name),
        ]
        return [{"name": name, "value": value} for name, value in facts if value]

    # ------------------------------------------------------------
    # The thread
    # ------------------------------------------------------------

    def _get_desk_thread(self):
        """Return the last messages as rows, oldest first: the agent sees all kinds."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "!=", "user_notification"),
            ],
            order="id desc",
            limit=THREAD_LIMIT,
        )
        # sudo: mail.message - found under the agent's own rules; authors and files
        messages = messages[::-1].sudo()
        changes, lost = messages._get_desk_changes(), messages._get_desk_losses()
        rows = [self._get_desk_message(message, changes, lost) for message in messages]
        return [row for row in rows if row["body"] or row["files"] or row["changes"]]

    def _get_desk_message(self, message, changes, lost):
        kind = "line"
        if message.message_type in ("comment", "email"):
            kind = "note"
            if self._is_public_message(message):
                customer = self._is_customer_message(message)
                kind = "customer" if customer else "agent"
        elif message.message_type == "auto_comment":
            kind = "notice"
        author = message.author_id
        name = author.name or message.email_from or ""
        if message.writer_name:
            name = f"{message.writer_name} ({name})"
        return {
            "id": message.id,
            "kind": kind,
            "author": name,
            "author_id": author.id,
            "date": fields.Datetime.to_string(message.date),
            "subject": message.subject or "",
            "body": message.body or "",
            "summary": self._get_notice_summary(message) if kind == "notice" else "",
            "files": self._get_desk_files(message.attachment_ids),
            "changes": changes.get(message.id, []),
            "lost": lost.get(message.id, []),
        }

    @api.model
    def _get_desk_files(self, files):
        """Return files (sudo) as the desk shows them."""
        return [
            {
                "id": file.id,
                "name": file.name,
                "size": dates.size_words(file.file_size, self.env.lang),
                "is_image": (file.mimetype or "").startswith("image/"),
            }
            for file in files
        ]

    # ------------------------------------------------------------
    # Who gets it, and who asks
    # ------------------------------------------------------------

    def _get_desk_recipients(self, subtype_xmlid):
        """Return who gets a mail when this agent posts, the customers first."""
        subtype_id = self.env["ir.model.data"]._xmlid_to_res_id(subtype_xmlid)
        # sudo: mail.followers - names of the people who follow this ticket
        data = self.env["mail.followers"].sudo()
        data = data._get_recipient_data(self, "comment", subtype_id)
        note = subtype_xmlid == "mail.mt_note"
        people = [
            person
            for person in data.get(self.id, {}).values()
            if person["active"]
            and person["id"] != self.env.user.partner_id.id
            and not (note and person["share"])
        ]
        people.sort(key=lambda person: (not person["share"], person["name"] or ""))
        return [
            {
                "id": person["id"],
                "name": person["name"] or "",
                "is_customer": person["share"],
                "has_email": bool(person["email_normalized"]),
            }
            for person in people
        ]

    def _get_desk_customer(self):
        """Return who asks, from where, and what time it is there."""
        # sudo: res.partner, helpdesk.ticket.location - who asks and where, in a
        # ticket the agent reads
        ticket = self.sudo()
        partner, place = ticket.partner_id, ticket.location_id
        company = ticket.commercial_partner_id
        zone = place.tz or self._get_reader_zone(partner)
        phones = []
        for name, number in (
            (partner.name, partner.phone),
            (place.name, place.address_id.phone),
            (company.name, company.phone),
        ):
            if number and number not in [phone["number"] for phone in phones]:
                link = "tel:" + re.sub(r"[^\d+]", "", number)
                phones.append({"name": name, "number": number, "link": link})
        return {
            "id": partner.id,
            "name": partner.name or ticket.partner_name or "",
            "function": partner.function or "",
            "email": ticket.partner_email or "",
            "company": company.name if company != partner else "",
            "place": place.complete_name or "",
            "zone": zone,
            "zone_words": dates.zone_words(zone, self.env.lang),
            "phones": phones,
        }

    def _get_desk_clock(self):
        """Return what time will do to this ticket, and what keeps it from it."""
        # sudo: helpdesk.ticket.team - how many reminders there are
        team = self.team_id.sudo()
        return {
            "reminders": self.reminder_count,
            "reminders_most": team.reminder_max,
            "next_reminder": fields.Datetime.to_string(self.next_reminder_date),
            "closes": fields.Datetime.to_string(self.auto_close_date),
            "extended": self.extension_used,
            "note": self.clock_note or "",
            "solve_due": fields.Datetime.to_string(self.solve_due_date),
            "reference": self.waiting_reference or "",
            "chased": fields.Datetime.to_string(self.last_chase_date),
        }

    def _get_desk_last_tickets(self):
        """Return the customer's last other tickets, and those this one is linked to."""
        domain = Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
        others = self.search_fetch(
            domain & Domain("id", "!=", self.id),
            ["number", "name", "turn", "stage_id", "create_date"],
            order="create_date desc",
            limit=LAST_TICKETS,
        )
        linked = (self.previous_ticket_id | self.follow_up_ids)._filtered_access("read")
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                "turn": ticket.turn,
                "stage": ticket.sudo().stage_id.name,  # sudo: the name of a stage
                "created": fields.Datetime.to_string(ticket.create_date),
                "is_previous": ticket == self.previous_ticket_id,
                "is_follow_up": ticket in self.follow_up_ids,
            }
            for ticket in linked | others
        ]


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _get_desk_changes(self):
        """Return what changed by message, in words: one query for all (sudo)."""
        changes = defaultdict(list)
        tracked = self.env["mail.tracking.value"].search(
            [
                (
                    "mail_message_id",
                    "in",
                    self.filtered(lambda m: not m._is_line_of_changes()).ids,
                )
            ]
        )
        tracked = tracked._filter_has_field_access(self.sudo(False).env)
        message_ids = {value.id: value.mail_message_id.id for value in tracked}
        for row in tracked._tracking_value_format():
            old, new = row["oldValue"], row["newValue"]
            if old or new:
                changes[message_ids[row["id"]]].append(
                    {
                        "field": row["fieldInfo"]["changedField"],
                        "old": str(old or ""),
                        "new": str(new or ""),
                    }
                )
        return changes

    def _get_desk_losses(self):
        """Return who did not get which message by mail: one query for all (sudo)."""
        lost = defaultdict(list)
        for notification in self.env["mail.notification"].search(
            [
                ("mail_message_id", "in", self.ids),
                ("notification_type", "=", "email"),
                ("notification_status", "in", LOST),
            ]
        ):
            lost[notification.mail_message_id.id].append(
                notification.res_partner_id.display_name
            )
        return lost
