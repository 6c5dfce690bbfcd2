# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

NOW, DAILY, NEVER = "now", "daily", "never"
#: our answer to a mail is written in the transaction that made it a ticket
FIRST_SECONDS = 60


class HelpdeskTicket(models.Model):
    """Who gets which mails of a ticket: the person's choice, followed or muted.

    Decided when a mail leaves, by how the ticket stands then. What the clock depends
    on is always sent: nobody is solved who was not reminded, nobody closed who was
    not told the date.
    """

    _inherit = "helpdesk.ticket"

    muted_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_ticket_mute_rel",
        column1="ticket_id",
        column2="partner_id",
        string="Muted by",
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="People who want no e-mails of this ticket. They see it all the same.",
    )

    # ------------------------------------------------------------
    # When a mail leaves
    # ------------------------------------------------------------

    def _get_mail_wish(self, person, messages):
        """Return when a customer wants a mail: ``now``, ``daily`` or ``never``.

        :param person: a contact outside, as sudo
        :param messages: what the mail tells
        """
        self.ensure_one()
        if person == self.partner_id and self._is_needed(messages):
            return NOW
        if person in self.muted_partner_ids or not self._is_told(person, messages):
            return NEVER
        choice = person.helpdesk_mails
        if choice == "turn":
            return NOW if self.stage_kind == "waiting_customer" else NEVER
        return {"daily": DAILY, "none": NEVER}.get(choice, NOW)

    def _is_needed(self, messages):
        """Tell whether the clock, or who sent us a mail, depends on these messages.

        Reminders, the date on which a solved ticket closes, and the answer by which
        the sender of a mail knows that it arrived.
        """
        self.ensure_one()
        if self.reminder_id in messages:
            return True
        counted = self.stage_kind == "solved" or self.reminder_count
        if self.announcement_id in messages and self.auto_close_date and counted:
            return True
        by_mail = self.channel_id == self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email", raise_if_not_found=False
        )
        first = messages.sorted("id")[:1]
        return (
            by_mail
            and first.message_type == "auto_comment"
            and (first.date - self.create_date).total_seconds() < FIRST_SECONDS
        )

    def _is_told(self, person, messages):
        """Tell whether a person may be told of this ticket.

        Following it is not enough for who has an account: they take part in it, were
        addressed, or see it. So a scope that was narrowed ends its mails.
        """
        self.ensure_one()
        if not person.user_ids or person in messages.partner_ids:
            return True
        return self._is_open_to(person.id)

    def _note_not_mailed(self, person, messages, wish):
        """Keep for the summary what is not mailed; nothing was announced by it."""
        self.ensure_one()
        if person == self.partner_id and self.announcement_id in messages:
            self.announcement_id = False
        if wish == DAILY:
            self.env["helpdesk.mail.digest"]._add(person, self, messages)

    def _get_desk_facts(self):
        """Agents see that an answer is not mailed at once."""
        # sudo: res.partner - a choice of the requester of a ticket the agent reads
        person_sudo = self.sudo().partner_id
        facts = super()._get_desk_facts()
        if not person_sudo.partner_share or person_sudo.helpdesk_mails == "all":
            return facts
        labels = dict(
            person_sudo._fields["helpdesk_mails"]._description_selection(self.env)
        )
        label = labels[person_sudo.helpdesk_mails]
        return [*facts, {"name": self.env._("E-mails"), "value": label}]

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def _portal_mail_state(self):
        """Return what the reader's mails of this ticket are, in one statement.

        :return: dict: ``choice`` of the person · ``is_muted`` · ``is_told``: takes
            part or follows · ``is_mailed``: gets every message
        """
        self.ensure_one()
        person = self.env.user.partner_id
        self.env["res.partner"].flush_model(["helpdesk_mails"])
        self.flush_model(["muted_partner_ids"])
        self.env["mail.followers"].flush_model(["res_model", "res_id", "partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.helpdesk_mails,
                       EXISTS (SELECT 1 FROM helpdesk_ticket_mute_rel
                                WHERE ticket_id = %(ticket)s
                                  AND partner_id = person.id),
                       EXISTS (SELECT 1 FROM mail_followers
                                WHERE res_model = 'helpdesk.ticket'
                                  AND res_id = %(ticket)s
                                  AND partner_id = person.id)
                  FROM res_partner person WHERE person.id = %(person)s
                """,
                ticket=self.id,
                person=person.id,
            )
        )
        choice, is_muted, follows = rows[0]
        is_told = follows or self.partner_id == person
        return {
            "choice": choice,
            "is_muted": is_muted,
            "is_told": is_told,
            "is_mailed": is_told and not is_muted and choice == "all",
        }

    def _portal_follow(self, person):
        """Mail ``person`` about these tickets; the caller has checked that they see it.

        Seeing more than before never subscribes anybody: this is asked for.
        """
        ticket_sudo = self.sudo()  # sudo: one's own mails
        ticket_sudo.muted_partner_ids -= person
        if person != ticket_sudo.partner_id:
            ticket_sudo.message_subscribe(person.ids)

    def _portal_mute(self, person):
        """Mail ``person`` no more about these tickets, which they see all the same."""
        ticket_sudo = self.sudo()  # sudo: one's own mails
        ticket_sudo.muted_partner_ids |= person
        if person not in ticket_sudo.participant_ids.partner_id:
            ticket_sudo.message_unsubscribe(person.ids)
