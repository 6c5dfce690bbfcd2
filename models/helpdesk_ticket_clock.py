# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

CLOCK_KINDS = ("waiting_customer", "solved")
#: what changes where a ticket stands for the clock
CLOCK_TRIGGERS = {
    "stage_id",
    "team_id",
    "partner_id",
    "active",
    "duplicate_id",
    "customer_request",
}
CLOCK_ACTIVITY = "helpdesk_service_portal.mail_activity_type_clock"
#: tickets counted again at once
BATCH = 1000
#: a ticket nobody touched for so long gets no mail when a clock is turned on
DORMANT_DAYS = 90
#: after so many hours a mail that nobody was to get counts as lost
UNADDRESSED_HOURS = 24
NO_REMINDERS = {
    "reminder_count": 0,
    "next_reminder_date": False,
    "reminded_date": False,
    "reminder_id": False,
}
NO_FAILURE = {"clock_retry_count": 0, "clock_retry_date": False}
#: a ticket that time does not move
NO_CLOCK = {
    **NO_REMINDERS,
    **NO_FAILURE,
    "clock_start_date": False,
    "auto_close_date": False,
    "announced_close_date": False,
    "announcement_id": False,
    "extension_used": False,
    "clock_note": False,
}


class HelpdeskTicket(models.Model):
    """What time does to a ticket: when the customer is reminded, and until when.

    Hours are those of the team, around the clock or in its calendar. The dates are
    stored, so that the customer can be told them and the crons find what is due by
    an index. helpdesk_ticket_clock_run.py does what is due.
    """

    _inherit = "helpdesk.ticket"

    clock_start_date = fields.Datetime(
        string="Counted from",
        readonly=True,
        copy=False,
        help="When the present wait, or the time after solving, began.",
    )
    reminder_count = fields.Integer(
        string="Reminders sent",
        readonly=True,
        copy=False,
        help="Reminders of the present wait.",
    )
    reminder_id = fields.Many2one(
        comodel_name="mail.message",
        string="Last reminder",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    reminded_date = fields.Datetime(
        string="Last reminded",
        readonly=True,
        copy=False,
        help="From when the next reminder is counted.",
    )
    next_reminder_date = fields.Datetime(
        string="Next reminder", readonly=True, copy=False
    )
    auto_close_date = fields.Datetime(
        string="Time-out",
        readonly=True,
        copy=False,
        help="When the clock moves the ticket on: from waiting for the customer to "
        "solved, from solved to closed.",
    )
    announced_close_date = fields.Datetime(
        string="Announced time-out",
        readonly=True,
        copy=False,
        help="The date the customer was told last. The clock never acts earlier.",
    )
    announcement_id = fields.Many2one(
        comodel_name="mail.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The message that told the customer the date.",
    )
    extension_used = fields.Boolean(
        string="More time given",
        readonly=True,
        copy=False,
        help="The customer asked for more time in the present wait.",
    )
    clock_note = fields.Char(
        string="Clock stands still",
        readonly=True,
        copy=False,
        help="Why reminders and time-out of this ticket do not happen.",
    )
    clock_retry_count = fields.Integer(readonly=True, copy=False)
    clock_retry_date = fields.Datetime(readonly=True, copy=False)

    _reminder_idx = models.Index(
        "(next_reminder_date) WHERE next_reminder_date IS NOT NULL AND active IS TRUE"
    )
    _auto_close_idx = models.Index(
        "(auto_close_date) WHERE auto_close_date IS NOT NULL AND active IS TRUE"
    )

    # ------------------------------------------------------------
    # When the clock starts, goes on and stops
    # ------------------------------------------------------------

    def _prepare_first_dates(self):
        """Start the clock of what is created waiting or solved, imports excepted."""
        vals = super()._prepare_first_dates()
        if self._is_moved_by_time() and not self.env.context.get("import_file"):
            self._clock_resume()
        return vals

    def write(self, vals):
        """Start the clock anew where a ticket changes its stage or its requester."""
        if not CLOCK_TRIGGERS & vals.keys():
            return super().write(vals)
        before = {ticket: ticket._get_clock_state() for ticket in self}
        teams = {ticket: ticket.team_id for ticket in self}
        asked = {ticket: ticket.customer_request for ticket in self}
        res = super().write(vals)
        anew = self.filtered(lambda t: t._get_clock_state() != before[t])
        anew._clock_restart()
        same = self - anew
        same.filtered(
            lambda t: t.customer_request and t.customer_request != asked[t]
        )._clock_restart(same_wait=True)
        same.filtered(lambda t: t.team_id != teams[t])._clock_follow()
        return res

    def _get_clock_state(self):
        """Return what makes a wait another wait when it changes."""
        self.ensure_one()
        return self.stage_kind, self.partner_id, self.active, self.duplicate_id

    def _is_moved_by_time(self):
        """Tell whether the ticket waits for the customer or is solved.

        Not what is archived, nor what goes on in another ticket.
        """
        self.ensure_one()
        return self.active and not self.duplicate_id and self.stage_kind in CLOCK_KINDS

    def action_clock_restart(self):
        """Start the clock again, e.g. when the address was corrected."""
        self.check_access("write")
        self._clock_restart()

    def _clock_restart(self, same_wait=False):
        """Count anew from now; stop the clock of what time does not move.

        :param bool same_wait: we wrote again during the wait: what was promised to
            the customer holds
        """
        moved = self.filtered(lambda t: t._is_moved_by_time())
        (self - moved)._clock_clear()
        moved._drop_clock_activities()
        start = {"clock_start_date": self._now(), "announcement_id": False}
        if same_wait:
            start |= NO_REMINDERS | NO_FAILURE | {"clock_note": False}
        else:
            start = NO_CLOCK | start
        moved.write(start)
        moved._clock_recount()
        moved._stop_unreachable()

    def _clock_resume(self):
        """Start the clock of tickets that have none, as far as it is not too late.

        What waits for long is reminded from now on; what was solved longer ago than
        the team's limit stays as it is.
        """
        now = self._now()
        resumed = self.filtered(lambda t: t.team_id.sudo().clock_on)._filter_touched()
        late = self.browse()
        for ticket in resumed:
            ticket.clock_start_date = (
                ticket.clock_start_date or ticket.last_stage_update or now
            )
            ticket._clock_recount()
            due = ticket.next_reminder_date or ticket.auto_close_date
            if not due:
                continue
            if due > now:
                ticket._clock_count_from_turning_on()
            elif ticket.stage_kind == "waiting_customer":
                late += ticket
            else:
                ticket.write(NO_CLOCK)
        late._clock_spread(now)
        resumed._stop_unreachable()

    def _filter_touched(self):
        """Return these tickets without those untouched for long: no mail wakes them."""
        team = self.env["helpdesk.ticket.team"]
        before = team._get_dormant_date()
        old = self.filtered(lambda t: t.create_date and t.create_date < before)
        if not old:
            return self
        query = old.team_id._get_clock_steps_query(old.ids)
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) AS plan WHERE step = 'dormant'", query)
        )
        return self - self.browse(row[0] for row in rows)

    def _clock_count_from_turning_on(self):
        """What began before the team's clock was turned on counts from then."""
        turned_on = self.team_id.sudo().clock_on_date  # sudo: helpdesk.ticket.team
        if turned_on and self.clock_start_date < turned_on:
            self.clock_start_date = turned_on
            self._clock_recount()

    def _clock_begin(self, start):
        """Start the clocks of many as their team's is turned on, whatever was before.

        Who asked for what was solved is told first when it is closed: their turn to
        be told stands in the date of the next reminder.

        :param datetime start: naive UTC, of the first ones
        """
        vals = {"clock_note": False, "announcement_id": False}
        self.write(NO_REMINDERS | NO_FAILURE | vals)
        self._clock_spread(start)

    def _clock_spread(self, start):
        """Count from ``start`` on, so many an hour, each with its full limit."""
        for team, of_team in self.grouped("team_id").items():
            team = team.sudo()  # sudo: helpdesk.ticket.team - its working hours
            starts = team._get_spread_starts(len(of_team), start)
            together = defaultdict(self.browse)
            for ticket, moment in zip(of_team, starts, strict=True):
                together[moment] |= ticket
            for moment, tickets in together.items():
                tickets.clock_start_date = moment
                solved = tickets.filtered(lambda t: t.stage_kind == "solved")
                solved.next_reminder_date = moment
                tickets._clock_recount()

    def _promise_from(self, moment):
        """Promise what the teams promise, counted from ``moment``, naive UTC."""
        alike = self.grouped(lambda t: (t.team_id, t.priority, bool(t.queue_date)))
        for (team, priority, is_due), tickets in alike.items():
            team = team.sudo()  # sudo: helpdesk.ticket.team - what it promises
            promise = team._get_promise(priority)
            answer = is_due and team._get_promised_date(promise.answer_hours, moment)
            solution = team._get_promised_date(promise.solve_hours, moment)
            tickets.write({"answer_due_date": answer, "solve_due_date": solution})

    def _clock_note_unreachable(self):
        """Note where nobody can be told anything, without a word to anybody."""
        self.write({**NO_CLOCK, "clock_note": self._get_clock_reasons()["no_address"]})

    def _clock_settle(self):
        """Close without a mail: an administrator decided it when turning a clock on.

        Each ticket keeps an internal note of it.
        """
        silent = self.with_context(
            mail_notrack=True, tracking_disable=True, helpdesk_no_notice=True
        )
        silent._set_kind("closed")
        words = self.env._(
            "Closed without an e-mail when the clock of the team was turned on: nobody "
            "had touched it for %(days)s days.",
            days=DORMANT_DAYS,
        )
        self._message_log_batch({ticket.id: words for ticket in self})

    def _clock_clear(self):
        """Time does not move these tickets."""
        touched = self.filtered(
            lambda t: t.clock_start_date or t.clock_note or t.announced_close_date
        )
        touched._drop_clock_activities()
        touched.write(NO_CLOCK)

    def _clock_extend(self, until):
        """Give the customer more time; one reminder comes before it is over.

        :param datetime until: naive UTC; an earlier one than now promised is ignored
        """
        for ticket in self.filtered("auto_close_date"):
            later = max(until, ticket.auto_close_date)
            ticket.write(
                {
                    "extension_used": True,
                    "auto_close_date": later,
                    "announced_close_date": later,
                }
            )
            ticket._clock_recount()

    def _on_agent_reply(self, message):
        """Whoever waits for the customer and writes again waits from now on."""
        res = super()._on_agent_reply(message)
        if self.stage_kind == "waiting_customer":
            self._clock_restart(same_wait=True)
        return res

    def _on_customer_reply(self, message):
        """Nothing happens by itself to somebody who answered."""
        res = super()._on_customer_reply(message)
        if self.stage_kind == "waiting_customer" and self._is_counted():
            self._clock_stop("answered")
        return res

    # ------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------

    def _clock_recount(self):
        """Compute the dates anew, never earlier than announced."""
        counted = self.filtered(lambda t: t.clock_start_date and t._is_moved_by_time())
        for team, of_team in counted.grouped("team_id").items():
            team = team.sudo()  # sudo: helpdesk.ticket.team - settings of the clock
            for kind, tickets in of_team.grouped("stage_kind").items():
                if kind == "waiting_customer":
                    dates = tickets._plan_wait(team)
                else:
                    dates = tickets._plan_closing(team)
                alike = defaultdict(self.browse)
                for ticket in tickets:
                    new = dates[ticket]
                    if new != (ticket.next_reminder_date, ticket.auto_close_date):
                        alike[new] += ticket
                for (reminder, close), group in alike.items():
                    group.write(
                        {"next_reminder_date": reminder, "auto_close_date": close}
                    )

    def _plan_wait(self, team):
        """Return {ticket: (next reminder, time-out)}, each a datetime or False."""
        if not team.clock_on:
            return dict.fromkeys(self, (False, False))
        closes, reminders, lasts = {}, {}, {}
        interval, limit = team.reminder_interval_hours, team.waiting_limit_hours
        if limit:
            closes = team._plan_hours(limit, self.mapped("clock_start_date"))
        if interval:
            reminders = team._plan_hours(
                interval, [t.reminded_date or t.clock_start_date for t in self]
            )
            extended = self.filtered(
                lambda t: t.extension_used and t.announced_close_date
            )
            lasts = team._plan_hours(-interval, extended.mapped("announced_close_date"))
        dates = {}
        for ticket in self:
            told = ticket.announced_close_date
            close = closes.get(ticket.clock_start_date, False)
            if close and told:
                close = max(close, told)
            reminder = reminders.get(ticket.reminded_date or ticket.clock_start_date)
            if reminder and ticket.extension_used:
                reminder = max(reminder, lasts.get(told, reminder))
            enough = ticket.reminder_count >= team.reminder_max
            if not reminder or enough or (close and reminder >= close):
                reminder = False
            dates[ticket] = (reminder, close)
        return dates

    def _plan_closing(self, team):
        """Return {ticket: (when to tell the date, time-out)}, as in ``_plan_wait``.

        The first is set only for what was solved before the clock was turned on. None
        where nothing can be closed.
        """
        closes, limit = {}, team.solved_limit_hours
        if team.clock_on and limit and team._get_stage("closed"):
            closes = team._plan_hours(limit, self.mapped("clock_start_date"))
        dates = {}
        for ticket in self:
            close = closes.get(ticket.clock_start_date, False)
            if close and ticket.announced_close_date:
                close = max(close, ticket.announced_close_date)
            told = not close or ticket.announcement_id
            dates[ticket] = (not told and ticket.next_reminder_date, close)
        return dates

    def _recount_clocks_of(self, teams):
        """Follow changed settings of ``teams`` in all their tickets, in batches."""
        teams = teams.filtered("clock_on")
        ids = self.search(
            [
                ("team_id", "in", teams.ids),
                ("stage_kind", "in", CLOCK_KINDS),
                ("duplicate_id", "=", False),
            ]
        ).ids
        for start in range(0, len(ids), BATCH):
            tickets = self.browse(ids[start : start + BATCH])
            tickets._clock_follow()
            self.env.flush_all()
            self.env.invalidate_all()

    def _clock_follow(self):
        """Follow other settings; a clock that was stopped stays so."""
        counted = self.filtered(lambda t: t._is_counted())
        counted._clock_recount()
        rest = (self - counted).filtered(lambda t: t._is_moved_by_time())
        rest.filtered(lambda t: not t.clock_note)._clock_resume()

    def _restart_clocks_of(self, stages):
        """Start or stop the clock of all tickets in stages that changed their kind."""
        if stages:
            ids = self.search(
                [("stage_id", "in", stages.ids), ("team_id.clock_on", "=", True)]
            ).ids
            for start in range(0, len(ids), BATCH):
                tickets = self.browse(ids[start : start + BATCH])
                moved = tickets.filtered(lambda t: t._is_moved_by_time())
                (tickets - moved)._clock_clear()
                moved._clock_resume()
                self.env.flush_all()
                self.env.invalidate_all()

    def _is_counted(self):
        """Tell whether something is going to happen by itself."""
        self.ensure_one()
        return bool(self.next_reminder_date or self.auto_close_date)

    def _get_reminder_total(self):
        """Return how many reminders this wait will have seen in the end."""
        self.ensure_one()
        # sudo: helpdesk.ticket.team - how often it reminds is told to the customer
        team = self.team_id.sudo()
        if not team.clock_on:
            return max(self.reminder_count, team.reminder_max)
        total, reminder = self.reminder_count, self.next_reminder_date
        while reminder and total < team.reminder_max:
            total += 1
            reminder = team._plan_hours(team.reminder_interval_hours, [reminder])[
                reminder
            ]
            if self.auto_close_date and reminder >= self.auto_close_date:
                break
        return total

    def _is_last_reminder(self):
        """Tell whether the reminder just counted is the last one of the wait."""
        self.ensure_one()
        # sudo: helpdesk.ticket.team - how often it reminds is told to the customer
        team = self.team_id.sudo()
        if not team.clock_on:
            return self.reminder_count >= max(team.reminder_max, 1)
        return bool(self.reminder_count) and not self.next_reminder_date

    # ------------------------------------------------------------
    # What the customer was told
    # ------------------------------------------------------------

    def _announce_close_date(self, message):
        """Remember that ``message`` tells the requester the present time-out."""
        for ticket in self.filtered("auto_close_date"):
            ticket.write(
                {
                    "announcement_id": message.id,
                    "announced_close_date": ticket.auto_close_date,
                }
            )

    def _is_announcement_delivered(self):
        """Tell whether the mail with the date arrived, as far as servers say."""
        self.ensure_one()
        states = self._get_deliveries()
        return states.get(self.announcement_id, (None, None))[0] == "delivered"

    def _is_announcement_lost(self):
        """Tell whether the mail with the date will never arrive."""
        self.ensure_one()
        return self._get_deliveries().get(self.announcement_id, (None, None))[0] == (
            "lost"
        )

    def _get_deliveries(self):
        """Return what became of announcements and reminders, read at once.

        :return: {message: (state, date)}; the state is "delivered" to the requester,
            "pending" or "lost", the date that of the delivery
        """
        # sudo: mail.message - what became of mails the clock wrote
        messages = (self.announcement_id | self.reminder_id).sudo()
        requesters = {
            message: ticket.partner_id
            for ticket in self
            for message in (ticket.announcement_id, ticket.reminder_id)
        }
        notifications = self.env["mail.notification"].sudo()  # sudo: as above
        found = {}
        for notification in notifications.search_fetch(
            [("mail_message_id", "in", messages.ids)],
            [
                "mail_message_id",
                "res_partner_id",
                "notification_status",
                "failure_type",
                "delivered_date",
                "given_up",
            ],
        ):
            message = self.env["mail.message"].browse(notification.mail_message_id.id)
            if notification.res_partner_id == requesters[message]:
                found[message] = notification._get_delivery_state()
        for message in messages:
            plain = self.env["mail.message"].browse(message.id)
            state, date = found.get(plain) or ("pending", False)
            if plain not in found and message.date < fields.Datetime.subtract(
                self._now(), hours=UNADDRESSED_HOURS
            ):
                state = "lost"
            found[plain] = (state, date or message.date)
        return found

    # ------------------------------------------------------------
    # When the clock stands still
    # ------------------------------------------------------------

    def _stop_unreachable(self):
        """Where no mail can reach the requester, nothing happens by itself."""
        self.filtered(
            lambda t: t._is_counted() and not t._is_requester_reachable()
        )._clock_stop("no_address")

    def _is_requester_reachable(self):
        """Tell whether the requester has an address, or reads inside Odoo."""
        self.ensure_one()
        # sudo: res.partner - whether the requester can be told anything
        partner = self.sudo().partner_id
        return partner.active and bool(
            partner.email_normalized
            or "inbox" in partner.user_ids.mapped("notification_type")
        )

    def _clock_stop(self, reason):
        """Stop the clock of these tickets; who takes care of them is told why.

        :param str reason: a key of ``_get_clock_reasons``
        """
        for ticket in self:
            user = ticket._get_responsible()
            local = ticket.with_context(lang=user.lang or self.env.lang)
            note = local._get_clock_reasons()[reason]
            ticket.write(
                {
                    "clock_note": note,
                    "next_reminder_date": False,
                    "auto_close_date": False,
                    **NO_FAILURE,
                }
            )
            local._tell_responsible(local.env._("The clock stands still"), note)

    def _get_clock_reasons(self):
        return {
            "no_address": self.env._(
                "The requester has no valid e-mail address, so nobody can be "
                "reminded. Reach them in another way or close the ticket yourself."
            ),
            "lost": self.env._(
                "The e-mail that told the customer the date did not arrive. Check "
                "the address, then write again or start the clock."
            ),
            "answered": self.env._(
                "The customer answered, and the team has no stage for work in progress."
            ),
        }

    def _get_responsible(self):
        """Return who takes care of the ticket: the assignee, else the team's leader."""
        self.ensure_one()
        team = self.team_id.sudo()  # sudo: res.users - whom to tell
        people = self.user_id | team.user_id | team.user_ids
        return people.filtered("active")[:1]

    def _tell_responsible(self, summary, note, activity_type=CLOCK_ACTIVITY):
        """Leave an activity, without a mail of its own, unless one is there."""
        for ticket in self:
            user = ticket._get_responsible()
            if not user or ticket.activity_search([activity_type]):
                continue
            # sudo: mail.activity - told by the clock, not by who moved the ticket
            ticket.sudo().with_context(
                mail_activity_quick_update=True
            ).activity_schedule(
                activity_type, summary=summary, note=note, user_id=user.id
            )

    def _drop_clock_activities(self):
        """The clock goes on: nobody needs to look after it any more."""
        halted = self.filtered("clock_note")
        if halted:
            # sudo: mail.activity - left by the clock for whoever takes care
            halted.sudo().activity_unlink([CLOCK_ACTIVITY])
