# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.helpdesk_ticket_clock import DORMANT_DAYS
from ..models.helpdesk_ticket_team_clock import FIRST_HOURS, PER_HOUR, STEPS
from ..tools import dates


class HelpdeskClockWizard(models.TransientModel):
    """Shows what turning the clock of a team on or off would do, and does it.

    The numbers come from the code that acts, see ``_get_clock_steps_query``.
    """

    _name = "helpdesk.clock.wizard"
    _description = "Turn the Clock of a Team On or Off"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team", required=True, readonly=True
    )
    clock_on = fields.Boolean(related="team_id.clock_on")
    remind_count = fields.Integer(string="Reminded", compute="_compute_counts")
    solve_count = fields.Integer(
        string="Solved if nobody answers", compute="_compute_counts"
    )
    tell_count = fields.Integer(
        string="Told the date, then closed", compute="_compute_counts"
    )
    dormant_count = fields.Integer(
        string="Untouched for 90 days", compute="_compute_counts"
    )
    unreachable_count = fields.Integer(
        string="Without an address", compute="_compute_counts"
    )
    promise_count = fields.Integer(
        string="Promised an answer or a solution", compute="_compute_counts"
    )
    chase_count = fields.Integer(
        string="Third parties to be asked again", compute="_compute_counts"
    )
    announced_count = fields.Integer(
        string="Customers who know a date", compute="_compute_counts"
    )
    can_close = fields.Boolean(compute="_compute_counts")
    remind_text = fields.Char(compute="_compute_texts")
    solve_text = fields.Char(compute="_compute_texts")
    tell_text = fields.Char(compute="_compute_texts")
    mails_text = fields.Char(compute="_compute_texts")
    solved_choice = fields.Selection(
        selection=[
            ("tell", "Write to them when they will be closed, and close them then"),
            ("leave", "Leave them as they are: an answer reopens them at any time"),
        ],
        string="What was solved before",
        default="tell",
        required=True,
    )
    dormant_choice = fields.Selection(
        selection=[
            ("leave", "Leave them as they are"),
            ("close", "Close them now, without an e-mail"),
        ],
        string="What nobody touched for 90 days",
        default="leave",
        required=True,
    )

    @api.depends("team_id")
    def _compute_counts(self):
        for wizard in self:
            team = wizard.team_id
            counts = team._count_clock_steps()
            for step, _words in STEPS:
                wizard[f"{step}_count"] = counts[step]
            limited = bool(team.waiting_limit_hours)
            wizard.solve_count = counts["remind"] if limited else 0
            wizard.announced_count = team._count_announced()
            wizard.can_close = bool(team._get_stage("closed"))

    @api.depends("team_id", "solved_choice")
    def _compute_texts(self):
        now = fields.Datetime.now()
        for wizard in self:
            team = wizard.team_id
            begins = team._plan_hours(FIRST_HOURS, [now])[now]
            interval, limit = team.reminder_interval_hours, team.waiting_limit_hours
            first = team._plan_hours(interval, [begins])[begins]
            wizard.remind_text = self.env._(
                "The first on %(date)s", date=self._format(first)
            )
            solves = limit and team._plan_hours(limit, [begins])[begins]
            wizard.solve_text = (
                self.env._("The first on %(date)s", date=self._format(solves))
                if solves
                else self.env._("This team waits without a limit")
            )
            closes = team.solved_limit_hours
            closes = closes and team._plan_hours(closes, [begins])[begins]
            wizard.tell_text = (
                self.env._(
                    "The first e-mails on %(date)s, the first closed on %(closed)s",
                    date=self._format(begins),
                    closed=self._format(closes),
                )
                if closes
                else self.env._("This team closes nothing by itself")
            )
            wizard.mails_text = self.env._(
                "%(count)s customers more each hour, not all at once; none for tickets "
                "untouched for %(days)s days",
                count=PER_HOUR,
                days=DORMANT_DAYS,
            )

    def _format(self, moment):
        zone = self.env.context.get("tz") or self.env.user.tz
        return dates.moment_words(moment, zone, self.env.lang)

    def action_show_tickets(self):
        """Open the list of the tickets behind a number; the context names the step."""
        self.ensure_one()
        step = self.env.context.get("clock_step")
        words = dict(
            self.env["helpdesk.ticket"]
            ._fields["clock_step"]
            ._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": words[step],
            "res_model": "helpdesk.ticket",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("team_id", "=", self.team_id.id),
                ("clock_step", "=", step),
            ],
            "context": {"create": False},
        }

    def action_turn_on(self):
        """:raise UserError: when somebody else did it meanwhile"""
        self.ensure_one()
        if self.team_id.clock_on:
            raise UserError(self.env._("The clock of this team runs already."))
        self.team_id._turn_clock_on(
            solved=self.solved_choice, dormant=self.dormant_choice
        )
        return self._notify(
            self.env._("The clock of %(team)s runs.", team=self.team_id.name)
        )

    def action_turn_off(self):
        """:raise UserError: when somebody else did it meanwhile"""
        self.ensure_one()
        if not self.team_id.clock_on:
            raise UserError(self.env._("The clock of this team is off already."))
        self.team_id._turn_clock_off()
        return self._notify(
            self.env._("The clock of %(team)s is off.", team=self.team_id.name)
        )

    def _notify(self, words):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": words,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
