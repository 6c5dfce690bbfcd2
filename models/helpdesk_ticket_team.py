from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import dates, hours, planning

CLOCK_SETTINGS = {
    "calendar_id",
    "reminder_interval_hours",
    "reminder_max",
    "waiting_limit_hours",
    "solved_limit_hours",
}


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    visitor_form = fields.Boolean(
        string="Visitors may write",
        help="Who has no account may write to this team in the form on the website. "
        "What they write becomes a ticket once they confirm it in their mailbox.",
    )

    # Mails that come in
    subject_change = fields.Selection(
        selection=[("same", "Stays in its ticket"), ("new", "Opens a new ticket")],
        string="An answer with another subject",
        default="same",
        required=True,
        help="What becomes of an answer by e-mail whose subject the customer changed. "
        "A new ticket and the former one link to each other.",
    )
    copies = fields.Selection(
        selection=[
            ("company", "The customer's own people"),
            ("all", "Everybody"),
        ],
        string="In copy of a mail, let in",
        default="company",
        required=True,
        help="Who stands in To or Cc of a mail and sees its ticket from then on. "
        "Others are listed there as not included, until somebody includes them.",
    )
    promise_ids = fields.One2many(
        comodel_name="helpdesk.ticket.team.promise",
        inverse_name="team_id",
        string="Promises",
        help="Within how many working hours this team answers and solves, "
        "by priority. What is not set here is not promised to anybody.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working hours",
        check_company=True,
        help="Promises, reminders and time-outs are counted in these hours. Empty "
        "means around the clock.",
    )
    portal_assignee = fields.Selection(
        selection=[("name", "The person"), ("team", "The team")],
        default="name",
        required=True,
        string="Customers see",
        help="Who is shown to customers as handling their ticket.",
    )

    # People in copy
    add_people = fields.Selection(
        selection=[
            ("nobody", "Nobody: only our team"),
            ("managers", "Managers of people or of the location"),
            ("all", "Everybody of the customer"),
        ],
        string="Customers who add people",
        default="all",
        required=True,
        help="Who of the customer's side puts further people in copy of a ticket, in "
        "the form and on its page.",
    )

    # What time does: hours counted around the clock or in the working hours
    reminder_interval_hours = fields.Float(
        string="Remind every (hours)",
        default=24,
        help="How long after the last message a customer is reminded that we wait.",
    )
    reminder_max = fields.Integer(
        string="Reminders at most",
        default=3,
        help="So many reminders are sent in one wait.",
    )
    waiting_limit_hours = fields.Float(
        string="Solved without answer after (hours)",
        help="A ticket that waits for the customer so long counts as solved; 0 never.",
    )
    solved_limit_hours = fields.Float(
        string="Closed for good after (hours)",
        default=48,
        help="A solved ticket nobody answers so long is closed; 0 never.",
    )
    extension_max_days = fields.Integer(
        string="More time, up to (days)",
        default=7,
        help="How many days of more time a customer may take, once in a wait; 0 none.",
    )
    require_instructions = fields.Boolean(
        string="Waiting needs instructions",
        default=True,
        help="A ticket waits for the customer only with a text saying what we need.",
    )

    @api.constrains(
        "reminder_interval_hours",
        "reminder_max",
        "waiting_limit_hours",
        "solved_limit_hours",
        "extension_max_days",
    )
    def _check_clock(self):
        """Nobody counts as solved who could not be reminded before.

        :raise ValidationError: when a setting is negative or contradicts another
        """
        for team in self:
            numbers = (
                team.reminder_interval_hours,
                team.reminder_max,
                team.waiting_limit_hours,
                team.solved_limit_hours,
                team.extension_max_days,
            )
            if min(numbers) < 0:
                raise ValidationError(
                    self.env._("Hours, days and reminders cannot be negative.")
                )
            if not team.waiting_limit_hours:
                continue
            if team.reminder_max < 1 or not team.reminder_interval_hours:
                raise ValidationError(
                    self.env._(
                        "%(team)s: a ticket that waits for the customer counts as "
                        "solved only after a reminder. Allow at least one reminder "
                        "and say after how many hours it is sent.",
                        team=team.name,
                    )
                )
            if team.reminder_interval_hours >= team.waiting_limit_hours:
                raise ValidationError(
                    self.env._(
                        "%(team)s: the first reminder (after %(interval)g hours) must "
                        "come before the ticket counts as solved (after %(limit)g "
                        "hours).",
                        team=team.name,
                        interval=team.reminder_interval_hours,
                        limit=team.waiting_limit_hours,
                    )
                )

    def write(self, vals):
        """Count running clocks again when a setting of theirs changes."""
        changing = CLOCK_SETTINGS & vals.keys()
        before = {team: team._get_clock_settings() for team in self if changing}
        res = super().write(vals)
        changed = self.filtered(
            lambda team: changing and team._get_clock_settings() != before[team]
        )
        changed._recount_clocks()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_default(self):
        """A company's default team stays: tickets without a team go there."""
        # sudo: res.company - any company may use the team, whoever deletes it
        company = (
            self.env["res.company"]
            .sudo()
            .search([("helpdesk_team_id", "in", self.ids)])
        )
        if company:
            raise UserError(
                self.env._(
                    "%(team)s is the default team of %(company)s. Choose another "
                    "default team in the settings first.",
                    team=company[0].helpdesk_team_id.name,
                    company=company[0].name,
                )
            )

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers go to the team's own alias, which the core would search for."""
        # sudo: mail.alias - its address stands in every mail of the team
        alias = self.sudo().alias_id if len(self) == 1 else self.env["mail.alias"]
        alias.fetch(["alias_name", "alias_domain_id", "alias_full_name"])
        if not (alias.alias_name and alias.alias_domain_id):
            return super()._notify_get_reply_to(default=default, author_id=author_id)
        if author_id:
            self.env["res.partner"].browse(author_id).fetch(["name"])
        return {
            self.id: self._notify_get_reply_to_formatted_email(
                alias.alias_full_name, author_id=author_id
            )
        }

    def _get_applicable_stages(self):
        """Return the stages this team may use, in the one statement that reads them.

        The base finds them first and reads them in another.
        """
        company = self.company_id if self else self.env.company
        teams = Domain("team_ids", "=", False)
        if self:
            teams |= Domain("team_ids", "=", self.id)
        return self.env["helpdesk.ticket.stage"].search_fetch(
            Domain("company_id", "in", [False, company.id]) & teams
        )

    def _get_stage(self, kind):
        """Return the first stage of ``kind`` that this team uses.

        A stage that belongs to the team wins over one shared by all.

        :param str kind: one of the kinds of ``helpdesk.ticket.stage``
        :return: a stage, empty when the team has none of that kind
        """
        stages = self._get_applicable_stages().filtered(lambda s: s.kind == kind)
        return stages.sorted(lambda s: not s.team_ids)[:1]

    def _get_initial_stage(self):
        """Return the stage in which the team's tickets start."""
        return self._get_stage("new") or self._get_stage("in_progress")

    def _get_promise(self, priority):
        """Return the promise of this team for ``priority`` ('0' to '3'), if any.

        A team whose clock does not run promises nothing.
        """
        self.ensure_one()
        if not self.clock_on:
            return self.promise_ids.browse()
        return self.promise_ids.filtered(lambda p: p.priority == priority)[:1]

    def _get_promised_date(self, hours, start):
        """Return ``start`` plus ``hours`` of the team's working time.

        Counted from when the clock was turned on at the earliest.

        :param float hours: working hours; nothing promised when 0
        :param datetime start: naive UTC
        :return: naive UTC datetime or False
        """
        if not hours or not start:
            return False
        start = max(start, self.clock_on_date or start)
        if not self.calendar_id:
            return fields.Datetime.add(start, hours=hours)
        # sudo: resource.calendar - customers have no access to calendars, the
        # promise made to them is counted in one
        calendar = self.sudo().calendar_id
        planned = calendar.plan_hours(hours, start, compute_leaves=True)
        return planned or fields.Datetime.add(start, hours=hours)

    def _get_clock_settings(self):
        self.ensure_one()
        return [self[name] for name in sorted(CLOCK_SETTINGS)]

    def _recount_clocks(self):
        """Follow changed settings, hours or stages in all tickets that time moves."""
        if self:
            # sudo: helpdesk.ticket - who changes a team changes it for all tickets
            self.env["helpdesk.ticket"].sudo()._recount_clocks_of(self.sudo())

    def _plan_hours(self, hours, starts):
        """Add hours, the team's own or around the clock, to many moments at once.

        :param float hours: backwards when negative
        :param starts: naive UTC datetimes
        :return: {start: naive UTC datetime}
        """
        self.ensure_one()
        starts = set(starts)
        # sudo: resource.calendar - customers are told dates counted in it
        calendar = self.sudo().calendar_id
        if not calendar:
            return {start: fields.Datetime.add(start, hours=hours) for start in starts}

        def get_intervals(start, stop):
            batch = calendar._work_intervals_batch(
                planning.aware(start), planning.aware(stop)
            )
            return [
                (planning.naive(begin), planning.naive(end))
                for begin, end, _meta in batch[False]
            ]

        return planning.plan_hours(hours, starts, get_intervals)

    def _get_hours_text(self):
        """Return when this team works, in the reader's language, "" if always."""
        # sudo: resource.calendar - customers are told when the team works
        calendar = self.sudo().calendar_id
        week = hours.week_words(
            [
                (int(line.dayofweek), line.hour_from, line.hour_to)
                for line in calendar.attendance_ids
                if line.day_period != "lunch"
            ],
            self.env.lang,
        )
        zone = dates.zone_words(calendar.tz, self.env.lang) if week else ""
        return f"{week} ({zone})" if week else ""

    def _lets_add_people(self, person, location=None):
        """Tell whether a customer's person may put people in copy of tickets here.

        :param person: a contact
        :param location: where the ticket happens, if known
        """
        self.ensure_one()
        policy = self.sudo().add_people  # sudo: a setting that concerns the person
        if policy != "managers":
            return policy == "all"
        person_sudo = person.sudo()  # sudo: what the person manages
        return person_sudo.helpdesk_is_manager or bool(
            location and location.id in person_sudo.helpdesk_location_ids.ids
        )
