# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .helpdesk_ticket_clock import BATCH, DORMANT_DAYS

MODULE = "helpdesk_service_portal"
SETTLE_CRON = f"{MODULE}.ir_cron_settle"
#: what is due at once is spread: so many tickets an hour of the team's time
PER_HOUR = 100
#: hours after turning on until the first customers are told anything
FIRST_HOURS = 1
#: what turning a clock on or off does to a ticket
STEPS = [
    ("remind", "Reminded"),
    ("tell", "Told when it is closed"),
    ("unreachable", "Cannot be told: no address"),
    ("dormant", "Untouched for long"),
    ("promise", "Promised an answer or a solution"),
    ("chase", "Third party to be asked again"),
]


class HelpdeskTicketTeam(models.Model):
    """Whether time does anything in a team, and from when on.

    On a desk that already lives, installing starts nothing: no reminder, time-out or
    promise, no date shown or mailed, until an administrator turns the clock of a team
    on. Its settings stay as they are meanwhile.

    What happens then, and how it fits "nobody is solved by the clock who was not
    reminded, nobody is closed who was not told the date":

    - Who waits for the customer is reminded, the first after a full interval, and
      counts as solved a full limit from now at the earliest, as always.
    - What was solved before stays solved until its requester was mailed the date; the
      full limit counts from that mail. The administrator may leave such tickets as
      they are: an answer reopens them at any time.
    - So many customers an hour are told, in the team's working time: 3,000 mails are
      no flood, and there is time to turn the clock off again.
    - A ticket untouched for 90 days gets no mail, hence time does not move it, now or
      later, until somebody writes in it or moves it. It may be closed without a mail:
      that is the administrator's decision, not the clock's, is shown before, noted in
      each ticket and in the audit; an answer opens a follow-up.
    - Dates announced before the clock was turned off never move earlier.
    """

    _inherit = "helpdesk.ticket.team"

    clock_on = fields.Boolean(
        string="Clock runs",
        default=True,
        readonly=True,
        copy=False,
        help="Whether time does anything by itself in this team: reminders, time-outs "
        "and promised dates. Off, nothing happens and no date is told.",
    )
    clock_on_date = fields.Datetime(
        string="Clock runs since",
        readonly=True,
        copy=False,
        help="When the clock was turned on: everything is counted from then at the "
        "earliest. Empty where it always ran.",
    )
    clock_settle_date = fields.Datetime(
        readonly=True,
        copy=False,
        help="What waits for the customer or is solved and was last touched before "
        "this moment is being closed without a mail, as an administrator decided.",
    )

    def write(self, vals):
        """However the clock is turned on or off, the verbs below do it."""
        if "clock_on" in vals and not self.env.context.get("helpdesk_clock_turned"):
            vals = dict(vals)
            turned_on = vals.pop("clock_on")
            res = super().write(vals) if vals else True
            teams = self.filtered(lambda team: team.clock_on != bool(turned_on))
            if turned_on:
                teams._turn_clock_on()
            else:
                teams._turn_clock_off()
            return res
        return super().write(vals)

    # ------------------------------------------------------------
    # A desk that already lives
    # ------------------------------------------------------------

    @api.model
    def _turn_clocks_off_for_living_desk(self):
        """Where tickets were before this module, no team's clock runs.

        Called when the module is installed; set-based, whatever the number of
        tickets. Teams of our demo data keep theirs, teams made later have one. The
        base's demo tickets alone stop the teams they belong to.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH shipped AS (
                    SELECT module, model, res_id FROM ir_model_data
                     WHERE module IN ('helpdesk_mgmt', %(module)s)
                )
                UPDATE helpdesk_ticket_team team SET clock_on = FALSE
                 WHERE NOT EXISTS (
                           SELECT 1 FROM shipped
                            WHERE shipped.module = %(module)s
                              AND shipped.model = 'helpdesk.ticket.team'
                              AND shipped.res_id = team.id
                       )
                   AND EXISTS (
                           SELECT 1 FROM helpdesk_ticket ticket
                            WHERE ticket.team_id = team.id
                               OR NOT EXISTS (
                                      SELECT 1 FROM shipped
                                       WHERE shipped.model = 'helpdesk.ticket'
                                         AND shipped.res_id = ticket.id
                                  )
                       )
                RETURNING team.id
                """,
                module=MODULE,
            )
        )
        teams = self.browse(row[0] for row in self.env.cr.fetchall())
        teams.invalidate_recordset(["clock_on"])
        teams._forget_dates()

    def _forget_dates(self):
        """Nothing is due in these teams, and no date is told.

        What was announced is remembered: should the clock run again, nothing happens
        before it.
        """
        Ticket = self.env["helpdesk.ticket"]
        Ticket.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE helpdesk_ticket
                   SET next_reminder_date = NULL, auto_close_date = NULL,
                       chase_alert_date = NULL, answer_due_date = NULL,
                       solve_due_date = NULL, clock_retry_date = NULL,
                       clock_retry_count = 0
                 WHERE team_id = ANY(%(teams)s)
                   AND (next_reminder_date IS NOT NULL OR auto_close_date IS NOT NULL
                     OR chase_alert_date IS NOT NULL OR answer_due_date IS NOT NULL
                     OR solve_due_date IS NOT NULL)
                """,
                teams=self.ids,
            )
        )
        Ticket.invalidate_model()

    # ------------------------------------------------------------
    # What would happen
    # ------------------------------------------------------------

    def _get_clock_steps_query(self, ticket_ids=None, dormant_date=None):
        """Return the query of what turning the clocks of these teams on does.

        The preview counts and lists its rows, turning on acts on them: they cannot
        differ. It looks at every ticket once, set-based.

        :param ticket_ids: of these tickets only
        :param datetime dormant_date: last touched before: untouched for long
        :return: SQL of rows (ticket id, team id, step, when it was last touched)
        """
        self.env.flush_all()
        rows = [self._get_clock_rules(team) for team in self]
        if not rows:
            rows = [SQL("(0, FALSE, FALSE)")]
        return SQL(
            """
            SELECT * FROM (
                SELECT ticket.id, ticket.team_id, touched.date AS touched,
                       CASE
                           WHEN ticket.stage_kind = 'waiting_customer' THEN
                               CASE WHEN NOT rule.reminds THEN NULL
                                    WHEN touched.date < %(dormant)s THEN 'dormant'
                                    WHEN NOT person.reachable THEN 'unreachable'
                                    ELSE 'remind' END
                           WHEN ticket.stage_kind = 'solved' THEN
                               CASE WHEN NOT rule.closes THEN NULL
                                    WHEN touched.date < %(dormant)s THEN 'dormant'
                                    WHEN NOT person.reachable THEN 'unreachable'
                                    ELSE 'tell' END
                           WHEN touched.date < %(dormant)s THEN NULL
                           WHEN ticket.stage_kind = 'waiting_other'
                                AND ticket.chase_date IS NOT NULL THEN 'chase'
                           WHEN promise.solve_hours > 0
                                OR promise.answer_hours > 0
                                   AND ticket.queue_date IS NOT NULL THEN 'promise'
                       END AS step
                  FROM helpdesk_ticket ticket
                  JOIN (VALUES %(rules)s) AS rule(team_id, reminds, closes)
                    ON rule.team_id = ticket.team_id
             LEFT JOIN helpdesk_ticket_team_promise promise
                    ON promise.team_id = ticket.team_id
                   AND promise.priority = ticket.priority
                 CROSS JOIN LATERAL (
                    SELECT GREATEST(
                               ticket.create_date, ticket.last_stage_update,
                               ticket.last_customer_message_date,
                               ticket.last_agent_message_date
                           ) AS date
                 ) AS known
                 CROSS JOIN LATERAL (
                    SELECT CASE WHEN known.date >= %(dormant)s THEN known.date
                           ELSE GREATEST(known.date, (
                               SELECT MAX(message.date) FROM mail_message message
                                WHERE message.model = 'helpdesk.ticket'
                                  AND message.res_id = ticket.id
                                  AND message.message_type IN ('comment', 'email')
                           )) END AS date
                 ) AS touched
                 CROSS JOIN LATERAL (
                    SELECT EXISTS (
                        SELECT 1 FROM res_partner partner
                         WHERE partner.id = ticket.partner_id
                           AND partner.active IS TRUE
                           AND (COALESCE(partner.email_normalized, '') <> ''
                             OR EXISTS (
                                SELECT 1 FROM res_users account
                                 WHERE account.partner_id = partner.id
                                   AND account.active IS TRUE
                                   AND account.notification_type = 'inbox'
                             ))
                    ) AS reachable
                 ) AS person
                 WHERE ticket.active IS TRUE AND ticket.duplicate_id IS NULL
                   AND ticket.stage_kind <> 'closed'
                   AND %(among)s
            ) AS steps
             WHERE step IS NOT NULL
            """,
            rules=SQL(", ").join(rows),
            dormant=dormant_date or self._get_dormant_date(),
            among=SQL("ticket.id = ANY(%s)", list(ticket_ids))
            if ticket_ids is not None
            else SQL("TRUE"),
        )

    def _get_clock_rules(self, team):
        """Return a row (team, whether it reminds, whether it closes) of a query."""
        return SQL(
            "(%s, %s, %s)",
            team.id,
            bool(team.reminder_interval_hours and team.reminder_max),
            bool(team.solved_limit_hours and team._get_stage("closed")),
        )

    @api.model
    def _get_dormant_date(self):
        """Return before when a ticket was last touched to get no mail, naive UTC."""
        return fields.Datetime.now() - timedelta(days=DORMANT_DAYS)

    def _count_clock_steps(self):
        """Return {step: number of tickets} of turning the clock on."""
        query = self._get_clock_steps_query()
        rows = self.env.execute_query(
            SQL("SELECT step, COUNT(*) FROM (%s) AS plan GROUP BY step", query)
        )
        return dict.fromkeys(dict(STEPS), 0) | dict(rows)

    def _get_clock_tickets(self, step):
        """Return the tickets of a step, those touched last first, as sudo."""
        query = self._get_clock_steps_query()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) AS plan WHERE step = %s"
                " ORDER BY touched DESC, id DESC",
                query,
                step,
            )
        )
        # sudo: helpdesk.ticket - who administrates a team decides for all its tickets
        return self.env["helpdesk.ticket"].sudo().browse(row[0] for row in rows)

    def _count_announced(self):
        """Return how many customers know a date that will not be kept when it is off.

        :return: number of tickets with a time-out or a promised answer
        """
        # sudo: helpdesk.ticket - as above
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .search_count(
                [
                    ("team_id", "in", self.ids),
                    "|",
                    ("auto_close_date", "!=", False),
                    ("answer_due_date", "!=", False),
                ]
            )
        )

    # ------------------------------------------------------------
    # Turning on and off
    # ------------------------------------------------------------

    def _turn_clock_on(self, solved="tell", dormant="leave"):
        """Let time do its work from now on; counted from now.

        :param str solved: ``tell`` requesters of solved tickets when they are closed,
            and close them then, or ``leave`` those tickets as they are
        :param str dormant: ``leave`` tickets untouched for 90 days as they are, or
            ``close`` them without a mail
        """
        self.check_access("write")
        for team in self.with_context(helpdesk_clock_turned=True):
            plan = {step: team._get_clock_tickets(step) for step, _words in STEPS}
            now = fields.Datetime.now()
            closes = dormant == "close" and team._get_stage("closed")
            team.write(
                {
                    "clock_on": True,
                    "clock_on_date": now,
                    "clock_settle_date": bool(closes) and team._get_dormant_date(),
                }
            )
            first = team._plan_hours(FIRST_HOURS, [now])[now]
            begun = plan["remind"]
            if solved == "tell":
                begun |= plan["tell"]
            begun._clock_begin(first)
            plan["unreachable"]._clock_note_unreachable()
            for step in ("promise", "remind", "chase"):
                plan[step]._promise_from(now)
            plan["chase"]._set_chase_alert()
            if closes:
                # sudo: ir.cron - what an administrator just decided begins at once
                self.env.ref(SETTLE_CRON).sudo()._trigger()
            counts = ", ".join(f"{step} {len(plan[step])}" for step, _words in STEPS)
            self.env["helpdesk.audit"]._log(
                "clock",
                details=f"Clock of {team.name} turned on (solved: {solved}, "
                f"untouched: {dormant}): {counts}",
            )

    def _turn_clock_off(self):
        """Nothing happens by itself any more, and no date is told."""
        self.check_access("write")
        announced = {team: team._count_announced() for team in self}
        self.with_context(helpdesk_clock_turned=True).write(
            {"clock_on": False, "clock_settle_date": False}
        )
        self._forget_dates()
        for team in self:
            self.env["helpdesk.audit"]._log(
                "clock",
                details=f"Clock of {team.name} turned off; dates told before: "
                f"{announced[team]}",
            )

    def _get_spread_starts(self, count, start):
        """Return from when each of many tickets counts: not all are due at once.

        :param int count: of tickets
        :param datetime start: naive UTC, of the first ones
        :return: list of naive UTC datetimes, a step later after every 100 tickets
        """
        self.ensure_one()
        starts, moment = [], start
        for number in range(0, count, PER_HOUR):
            if number:
                moment = self._plan_hours(1, [moment])[moment]
            starts += [moment] * min(PER_HOUR, count - number)
        return starts

    @api.model
    def _cron_settle(self, batch_size=BATCH // 5):
        """Close without a mail what an administrator decided to, in batches."""
        if self.env["helpdesk.hold"]._look():
            return
        cron = self.env["ir.cron"]
        for team in self.search([("clock_settle_date", "!=", False)]):
            ids = team._get_unsettled_ids()
            for start in range(0, len(ids), batch_size):
                # sudo: helpdesk.ticket - an administrator of the team decided it
                tickets = self.env["helpdesk.ticket"].sudo()
                tickets = tickets.browse(ids[start : start + batch_size])
                tickets.try_lock_for_update()._call_each("_clock_settle")
                left = max(0, len(ids) - start - batch_size)
                if not cron._commit_progress(len(tickets), remaining=left + 1):
                    return
            if not team._get_unsettled_ids():
                team.clock_settle_date = False

    def _get_unsettled_ids(self):
        """Return the ids of tickets that are still to be closed without a mail."""
        query = self._get_clock_steps_query(dormant_date=self.clock_settle_date)
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) AS plan WHERE step = 'dormant' ORDER BY id", query)
        )
        return [row[0] for row in rows]

    # ------------------------------------------------------------
    # For people
    # ------------------------------------------------------------

    def action_open_clock(self):
        """Show what turning the clock on or off would do."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Clock of %(team)s", team=self.name),
            "res_model": "helpdesk.clock.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_team_id": self.id},
        }


class HelpdeskTicket(models.Model):
    """What turning on its team's clock would do to a ticket, to list them."""

    _inherit = "helpdesk.ticket"

    clock_step = fields.Selection(
        selection=STEPS,
        string="When the clock is turned on",
        compute="_compute_clock_step",
        search="_search_clock_step",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="What turning on the clock of its team would do to the ticket.",
    )

    def _compute_clock_step(self):
        query = self.team_id._get_clock_steps_query(self.ids)
        rows = self.env.execute_query(SQL("SELECT id, step FROM (%s) AS plan", query))
        steps = dict(rows)
        for ticket in self:
            ticket.clock_step = steps.get(ticket.id, False)

    @api.model
    def _search_clock_step(self, operator, value):
        if operator != "in":
            return NotImplemented
        teams = self.env["helpdesk.ticket.team"].search([])
        query = teams._get_clock_steps_query()
        steps = [step for step in value if step]
        return [
            (
                "id",
                "in",
                SQL("(SELECT id FROM (%s) AS plan WHERE step = ANY(%s))", query, steps),
            )
        ]
