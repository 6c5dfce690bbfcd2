# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from .helpdesk_ticket import INSTRUCTIONS_MIN_LENGTH

#: Records made or loaded by other means than people's hands need no instructions.
EXEMPT_CONTEXT = ("import_file", "install_mode")
#: What is true of one wait for a third party only.
OTHER_WAIT_FIELDS = (
    "waiting_party",
    "waiting_reference",
    "chase_date",
    "last_chase_date",
)
CHASE_HOURS = 24
CHASE_WORKING_HOURS = 8


class HelpdeskTicket(models.Model):
    """Waiting: for the customer, who knows for what; for others, whom we chase."""

    _inherit = "helpdesk.ticket"

    waiting_party = fields.Char(tracking=True)
    last_chase_date = fields.Datetime(
        string="Last chased",
        readonly=True,
        copy=False,
        help="When we last asked the third party; customers see it.",
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A ticket that starts by waiting for the customer says for what."""
        tickets = super().create(vals_list)
        waiting = tickets.filtered(lambda t: t.stage_kind == "waiting_customer")
        waiting._check_instructions()
        return tickets

    def write(self, vals):
        """Waiting begins with saying for what, and takes its words along at its end.

        :raise UserError: when a customer would wait without knowing for what
        """
        watched = {"stage_id", "team_id", "customer_request"} & vals.keys()
        kinds = {ticket.id: ticket.stage_kind for ticket in self if watched}
        res = super().write(vals)
        if not watched:
            return res
        waiting = self.filtered(lambda t: t.stage_kind == "waiting_customer")
        if "customer_request" not in vals:
            waiting = waiting.filtered(lambda t: kinds[t.id] != "waiting_customer")
        waiting._check_instructions()
        asked = waiting.filtered(lambda t: t.queue_date or t.answer_due_date)
        if asked:
            # our question is the answer: nothing is due from us
            asked.write({"queue_date": False, "answer_due_date": False})
        left = self.filtered(lambda t: kinds[t.id] == "waiting_other")
        left = left.filtered(lambda t: t.stage_kind != "waiting_other")
        if any(ticket[name] for ticket in left for name in OTHER_WAIT_FIELDS):
            left.write(dict.fromkeys(OTHER_WAIT_FIELDS, False))
        return res

    def _check_instructions(self):
        """S0-32: no way leads to waiting for the customer without saying for what.

        Teams may do without; imports bring tickets as they were.

        :raise UserError: when it is not said in 15 characters or more
        """
        if any(self.env.context.get(key) for key in EXEMPT_CONTEXT):
            return
        for ticket in self:
            # sudo: helpdesk.ticket.team - a policy that holds for whoever writes
            if not ticket.team_id.sudo().require_instructions:
                continue
            request = (ticket.customer_request or "").strip()
            if len(request) < INSTRUCTIONS_MIN_LENGTH:
                raise UserError(
                    self.env._(
                        "“%(stage)s” tells the customer what we need: say it in "
                        "%(count)s characters or more, with “Wait for customer”.",
                        stage=ticket.stage_id.name,
                        count=INSTRUCTIONS_MIN_LENGTH,
                    )
                )

    # ------------------------------------------------------------
    # Chasing a third party
    # ------------------------------------------------------------

    def action_chase(self, chase_date=False):
        """Note that we asked the third party again; the customer sees it.

        :param datetime chase_date: naive UTC, when to ask next; default is a day of
            the team's time later
        :raise UserError: when the ticket does not wait for a third party
        """
        now = self._now()
        for ticket in self:
            if ticket.stage_kind != "waiting_other":
                raise UserError(
                    self.env._(
                        "#%(number)s does not wait for a third party.",
                        number=ticket.number,
                    )
                )
            ticket.write(
                {
                    "last_chase_date": now,
                    "chase_date": chase_date or ticket._get_next_chase_date(now),
                }
            )
            ours = ticket.with_context(lang=ticket.partner_id.lang or self.env.lang)
            ticket._post_line(ours._get_chase_notice())

    def _get_next_chase_date(self, start):
        team = self.team_id.sudo()  # sudo: the team's working hours
        hours = CHASE_WORKING_HOURS if team.calendar_id else CHASE_HOURS
        return team._get_promised_date(hours, start)

    def _get_chase_notice(self):
        if not self.waiting_party:
            return self.env._("We asked again.")
        return self.env._("We asked %(party)s again.", party=self.waiting_party)

    # ------------------------------------------------------------
    # What the verbs of customers share
    # ------------------------------------------------------------

    def _lock_for_customer(self):
        """Let the second of two equal requests wait for the first and see its result.

        It fails as the first changed the row, and is repeated by Odoo.
        """
        self.ensure_one()
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket WHERE id = %s FOR NO KEY UPDATE",
            [self.id],
            log_exceptions=False,
        )

    def _get_person_in_charge(self):
        """Return who is told of what happens: the assignee, else the team's leader."""
        self.ensure_one()
        # sudo: res.users - told by us, whoever caused it
        ticket = self.sudo()
        return (ticket.user_id or ticket.team_id.user_id).partner_id

    def _post_line(self, words, recipients=None):
        """Post one line that customers see in the thread, as a notice of ours.

        :param str words: plain text
        :param recipients: contacts who get it by mail or in their inbox as well
        :return: the message
        """
        self.ensure_one()
        return self.sudo().message_post(  # sudo: written by us, not by the caller
            body=words,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=recipients.ids if recipients else [],
            notify_skip_followers=True,
            **self._get_notice_sender(),
        )
