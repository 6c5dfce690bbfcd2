from odoo import api, fields, models

PRIORITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Urgent")]


class HelpdeskTicketTeamPromise(models.Model):
    _name = "helpdesk.ticket.team.promise"
    _description = "Helpdesk Ticket Team Promise"
    _order = "team_id, priority desc"
    _rec_name = "priority"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        index=True,
        ondelete="cascade",
    )
    priority = fields.Selection(selection=PRIORITIES, required=True, default="1")
    meaning = fields.Char(
        translate=True,
        help="What customers read beside the priority, in the words of your trade. "
        "Empty: the usual words.",
    )
    usual_meaning = fields.Char(compute="_compute_usual_meaning")
    answer_hours = fields.Float(
        string="Answer within (hours)",
        help="Working hours until the first answer; 0 promises nothing.",
    )
    solve_hours = fields.Float(
        string="Solve within (hours)",
        help="Working hours until the solution; 0 promises nothing.",
    )

    _team_priority_uniq = models.Constraint(
        "UNIQUE (team_id, priority)",
        "A team has one promise per priority.",
    )
    _hours_positive = models.Constraint(
        "CHECK (answer_hours >= 0 AND solve_hours >= 0)",
        "Hours of a promise cannot be negative.",
    )

    @api.depends("priority")
    @api.depends_context("lang")
    def _compute_usual_meaning(self):
        meanings = self.env["helpdesk.ticket"]._get_priority_meanings()
        for promise in self:
            promise.usual_meaning = meanings.get(promise.priority, "")
