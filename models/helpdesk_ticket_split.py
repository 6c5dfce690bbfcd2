# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from .helpdesk_ticket_merge import PEOPLE_TYPES

#: what a ticket split off has from the one it was part of
KEPT_FIELDS = (
    "company_id",
    "team_id",
    "type_id",
    "category_id",
    "location_id",
    "product_id",
    "channel_id",
    "user_id",
)


class HelpdeskTicket(models.Model):
    """A matter that came up in another ticket gets one of its own (one topic, one
    ticket). Its messages move there with their files and people; each thread says so.
    """

    _inherit = "helpdesk.ticket"

    split_from_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Split from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The ticket in which this matter came up.",
    )
    split_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="split_from_id",
        string="Split off",
    )

    def action_split(self, message_ids, name):
        """Open a ticket with some of the messages of this one.

        :param list message_ids: messages of this ticket, at least one of them public
        :param str name: subject of the new ticket
        :return: the new ticket
        :raise UserError: when there is nothing to split off
        """
        self.ensure_one()
        self.check_access("write")
        name = self._portal_clean_line(name)
        ticket = self._as_us()
        if ticket.merged_into_id:
            raise UserError(self._get_merged_text())
        messages = ticket._get_movable_messages()
        messages = messages.filtered(lambda m: m.id in message_ids).sorted("date")
        public = messages.filtered(
            lambda m: m.message_type in PEOPLE_TYPES and ticket._is_public_message(m)
        )
        if not name or not public:
            raise UserError(
                self.env._(
                    "Give the new ticket a subject and choose at least one message "
                    "that the customer has seen."
                )
            )
        split = ticket._create_split(public, name)
        ticket._move_messages(messages, split)
        ticket._move_confidential(messages, split)
        ticket._carry_people(split)
        (ticket | split)._recount_conversation()
        (ticket | split)._refresh_search_text()
        ticket._tell_split(split, self.env.user)
        return split.with_env(self.env)

    def _create_split(self, messages, name):
        """Create the ticket that takes ``messages``; nobody is acknowledged yet."""
        self.ensure_one()
        theirs = messages.filtered(self._is_customer_message).author_id
        same = theirs.filtered(
            lambda p: p.commercial_partner_id == self.commercial_partner_id
        )
        words = self._in_words_of_customer().env._(
            "This came up in ticket #%(number)s.", number=self.number
        )
        quiet = self.with_context(
            helpdesk_no_acknowledgement=True, helpdesk_no_notice=True
        )
        return quiet.create(
            {
                **{field: self[field].id for field in KEPT_FIELDS},
                "name": name,
                "priority": self.priority,
                "description": Markup("<p>%s</p>") % words,
                "partner_id": (same[:1] or self.partner_id).id,
                "split_from_id": self.id,
            }
        ).with_context(helpdesk_no_acknowledgement=False, helpdesk_no_notice=False)

    def _in_words_of_customer(self):
        """Return this (sudo) ticket in the language of its requester."""
        company = self.company_id or self.env.company
        lang = self.partner_id.lang or company.partner_id.lang
        return self.with_context(lang=lang or self.env.lang)

    def _move_confidential(self, messages, split):
        """Confidential files go where their message goes."""
        files = self.env["ir.attachment"].sudo()  # sudo: of messages that move
        files = files.search([("helpdesk_message_id", "in", messages.ids)])
        if files:
            files.write({"res_id": split.id})
            split.with_context(mail_notrack=True).has_confidential = True

    def _tell_split(self, split, user):
        """Tell the people of both threads where the matter goes on, and note it."""
        split._post_told(
            lambda env: env._(
                "Part of ticket #%(former)s has a ticket of its own now: #%(number)s "
                "“%(subject)s”. Please answer here about it.",
                former=self.number,
                number=split.number,
                subject=split.name,
            )
        )
        # who reads the old thread sees it; the mail above told everybody already
        ticket = self._in_words_of_customer()
        words = ticket.env._(
            "“%(subject)s” goes on in a ticket of its own: #%(number)s.",
            subject=split.name,
            number=split.number,
        )
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        ticket._message_create(
            [
                {
                    "model": self._name,
                    "res_id": self.id,
                    "message_type": "auto_comment",
                    "subtype_id": comment,
                    "subject": self._message_compute_subject(),
                    "body": Markup("<p>%s</p>") % words,
                    **self._get_notice_sender(),
                }
            ]
        )
        self._live_changed()
        self._log_told(
            lambda env: env._("%(who)s split %(other)s off this ticket."), user, split
        )
        split._log_told(
            lambda env: env._("%(who)s split this ticket off %(other)s."), user, self
        )
