# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, models

KEY_PATTERN = re.compile(r"[\w-]{16,64}")
MAX_ID = 2**31 - 1
#: fields of a ticket that a form fills in
SUBMITTED = (
    "name",
    "description",
    "location_id",
    "category_id",
    "type_id",
    "product_id",
    "priority",
    "previous_ticket_id",
    "partner_vat",
    "partner_company_name",
    "partner_phone",
    "partner_area",
    "partner_extension",
)


class HelpdeskTicket(models.Model):
    """What customers are promised, post and submit in the portal."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Promises
    # ------------------------------------------------------------

    @api.model
    def _portal_promise_words(self, team, priority):
        """Return within which time a team answers, short, to follow the priority."""
        promise = team._get_promise(priority) if team else None
        if not promise or not promise.answer_hours:
            return ""
        times = {
            "time": self._portal_span_text(team, promise.answer_hours),
            "end": self._portal_span_text(team, promise.solve_hours),
        }
        if not promise.solve_hours and team.calendar_id:
            return self.env._("we answer within %(time)s (working hours)", **times)
        if not promise.solve_hours:
            return self.env._("we answer within %(time)s (24/7)", **times)
        if team.calendar_id:
            return self.env._(
                "we answer within %(time)s and solve within %(end)s (working hours)",
                **times,
            )
        return self.env._(
            "we answer within %(time)s and solve within %(end)s (24/7)", **times
        )

    @api.model
    def _portal_span_text(self, team, hours):
        """Return a span of time; days where the team works around the clock."""
        days, rest = divmod(hours, 24)
        if days > 1 and not rest and not team.calendar_id:
            return self.env._("%(count)s days", count=int(days))
        return self._portal_hours_text(hours)

    @api.model
    def _portal_promise_text(self, team, priority):
        hours = team._get_promise(priority).answer_hours if team else 0
        if not hours:
            return ""
        words = self._portal_span_text(team, hours)
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
        key = values.get("submission_key")
        ticket = self._portal_submitted(key)
        if ticket:
            return ticket
        # sudo: helpdesk.ticket - a customer may open a ticket in their own name;
        # values were whitelisted and checked by _portal_parse_form
        ticket = self.sudo().create(self._prepare_submit_vals(values))
        ticket._add_sender()
        if values.get("pictures"):
            pending = values["pictures"] | (pending or values["pictures"])
        ticket._portal_attach(files, pending)
        if values.get("copies"):
            # sudo: helpdesk.ticket - the right to add people is the user's own
            ticket._portal_add_people(values["copies"], share_all=True)
        self.env["helpdesk.ticket.draft"]._forget_sent(key)
        return ticket

    @api.model
    def _prepare_submit_vals(self, values):
        """Return the values of a ticket from what ``_portal_parse_form`` returned."""
        requester = self._portal_submit_requester(values)
        sender = self.env.user.partner_id
        # sudo: helpdesk.ticket.category - its company
        category = (
            self.env["helpdesk.ticket.category"]
            .sudo()
            .browse(values.get("category_id") or [])
        )
        is_for_other = values.get("requester_id") and requester != sender
        return {name: values[name] for name in SUBMITTED if name in values} | {
            "company_id": (category.company_id or self.env.company).id,
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "helpdesk_mgmt.helpdesk_ticket_channel_web"
            ),
            "partner_id": requester.id,
            "partner_name": requester.name,
            "partner_email": requester.email,
            "sent_by_id": sender.id if is_for_other else False,
            "submission_key": self._portal_stored_key(values.get("submission_key")),
            "user_id": False,
        }

    @api.model
    def _portal_submit_requester(self, values):
        """Return who asks, as sudo: the current user or the colleague they named."""
        # sudo: res.partner - a colleague was checked by _portal_parse_form
        person = self.env["res.partner"].sudo().browse(values.get("requester_id") or [])
        return person or self.env.user.partner_id.sudo()

    def _add_sender(self):
        """Who sends a ticket for a colleague takes part in it (S2-35)."""
        self.ensure_one()
        if self.sent_by_id:
            self.env["helpdesk.ticket.participant"].sudo().create(
                {
                    "ticket_id": self.id,
                    "partner_id": self.sent_by_id.id,
                    "source": "customer",
                    "added_by_id": self.sent_by_id.id,
                }
            )  # sudo: participants - the current user, of the requester's company

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
