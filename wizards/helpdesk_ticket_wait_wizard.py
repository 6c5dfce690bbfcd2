# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

KINDS = {"customer": "waiting_customer", "other": "waiting_other"}


class HelpdeskTicketWaitWizard(models.TransientModel):
    """Asks what a wait needs: of the customer, of a third party, or asking it again."""

    _name = "helpdesk.ticket.wait.wizard"
    _description = "Wait"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Tickets",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    kind = fields.Selection(
        selection=[
            ("customer", "The customer"),
            ("other", "A third party"),
            ("chase", "A third party, again"),
        ],
        string="Wait for",
        required=True,
        default="customer",
    )
    stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', stage_ids)]",
    )
    stage_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.stage",
        string="Stages to choose from",
        compute="_compute_stage_ids",
    )
    request = fields.Text(
        string="What we need from the customer",
        compute="_compute_words",
        store=True,
        readonly=False,
        help="Shown to the customer in a box of its own, on the page and in the mail.",
    )
    party = fields.Char(
        string="Third party",
        compute="_compute_words",
        store=True,
        readonly=False,
        help="Who has to act; customers see it.",
    )
    reference = fields.Char(
        string="Their reference",
        compute="_compute_words",
        store=True,
        readonly=False,
        help="The third party's number for this matter; customers do not see it.",
    )
    chase_date = fields.Datetime(
        string="Chase on",
        compute="_compute_chase_date",
        store=True,
        readonly=False,
        help="When we ask them again: you are told on that day.",
    )

    @api.depends("ticket_ids", "kind")
    def _compute_stage_ids(self):
        for wizard in self:
            teams = wizard.ticket_ids.team_id
            stages = teams[:1]._get_applicable_stages() if len(teams) == 1 else teams
            wizard.stage_ids = (
                stages.filtered(lambda s, w=wizard: s.kind == KINDS.get(w.kind))
                if len(teams) == 1
                else False
            )

    @api.depends("stage_ids")
    def _compute_stage_id(self):
        for wizard in self:
            if wizard.stage_id not in wizard.stage_ids:
                wizard.stage_id = wizard.stage_ids[:1]

    @api.depends("ticket_ids")
    def _compute_words(self):
        for wizard in self:
            ticket = wizard.ticket_ids if len(wizard.ticket_ids) == 1 else False
            wizard.request = ticket and ticket.customer_request
            wizard.party = ticket and ticket.waiting_party
            wizard.reference = ticket and ticket.waiting_reference

    @api.depends("ticket_ids", "kind")
    def _compute_chase_date(self):
        """A day of the team's time from now, unless a later date stands already."""
        now = fields.Datetime.now().replace(second=0)
        for wizard in self:
            wizard.chase_date = False
            if wizard.kind != "customer":
                tickets = wizard.ticket_ids
                planned = tickets.chase_date if len(tickets) == 1 else False
                if planned and planned > now:
                    wizard.chase_date = planned
                elif tickets:
                    wizard.chase_date = tickets[0]._get_next_chase_date(now)

    def action_confirm(self):
        """Do it, by the verbs of the tickets.

        :raise UserError: when something is not said that the wait needs
        """
        self.ensure_one()
        if self.kind == "customer":
            self.ticket_ids.action_wait_customer(
                self.request, stage_id=self.stage_id.id
            )
        elif self.kind == "other":
            self.ticket_ids.action_wait_other(
                self.party,
                self.reference,
                self.chase_date,
                stage_id=self.stage_id.id,
            )
        else:
            self.ticket_ids.action_chase(self.chase_date)
        return {"type": "ir.actions.act_window_close"}
