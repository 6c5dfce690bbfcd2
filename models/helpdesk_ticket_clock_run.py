# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.alerts import alert
from ..tools.batches import run_batches
from .helpdesk_ticket_clock import NO_FAILURE

_logger = logging.getLogger(__name__)
ANNOUNCEMENTS = {"waiting_customer": "waiting", "solved": "solved"}
CHASE_ACTIVITY = "helpdesk_service_portal.mail_activity_type_chase"
NEXT_KINDS = {"waiting_customer": "solved", "solved": "closed"}
#: a reminder or a mail so late still counts as on time
ON_TIME = timedelta(hours=1)
BATCH = 50
#: how far is counted what is left to do
COUNTED = 1000
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(days=1)
#: after so many failures somebody is told
FAILURES_TOLD = 3


class HelpdeskTicket(models.Model):
    """What is done when the time has come: one verb each, in batches."""

    _inherit = "helpdesk.ticket"

    chase_alert_date = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the assignee is told to ask the third party again; empty when told.",
    )

    _chase_alert_idx = models.Index(
        "(chase_alert_date) WHERE chase_alert_date IS NOT NULL AND active IS TRUE"
    )

    # ------------------------------------------------------------
    # Reminding
    # ------------------------------------------------------------

    def action_send_reminder(self):
        """Remind the customer now; counted like those the clock sends.

        :raise UserError: when it is not the customer's turn or all were sent
        """
        self.check_access("write")
        for ticket in self:
            if ticket.stage_kind != "waiting_customer":
                raise UserError(
                    self.env._("Nobody waits for the customer in this ticket.")
                )
            # sudo: helpdesk.ticket.team - how often it reminds
            if ticket.reminder_count >= max(ticket.team_id.sudo().reminder_max, 1):
                raise UserError(self.env._("All reminders of this wait were sent."))
        self._send_reminders()

    def _send_reminders(self):
        """Count and mail a reminder; a late one gives the customer a full interval.

        Who asked for what was solved before is told when it is closed instead.
        """
        now = self._now()
        solved = self.filtered(lambda t: t.stage_kind == "solved")
        if solved:
            solved._announce_again()
            return (self - solved)._send_reminders()
        for team, tickets in self.grouped("team_id").items():
            team = team.sudo()  # sudo: helpdesk.ticket.team - settings of the clock
            interval = team.reminder_interval_hours
            later = team._plan_hours(interval, [now])[now]
            for ticket in tickets:
                planned = ticket.next_reminder_date
                on_time = planned and timedelta() <= now - planned <= ON_TIME
                close = ticket.auto_close_date
                if close:
                    left = close - planned if on_time else later - now
                    close = max(close, min(later, now + left))
                ticket.write(
                    {
                        "reminder_count": ticket.reminder_count + 1,
                        "reminded_date": planned if on_time else now,
                        "auto_close_date": close,
                        "announced_close_date": close or ticket.announced_close_date,
                    }
                )
            tickets._clock_recount()
        messages = self._post_clock_notice("reminder")
        for ticket in self:
            ticket.reminder_id = messages[ticket.id]

    def _announce_again(self):
        """Tell the customer a new date, as nobody told it or it was told too late."""
        now = self._now()
        for team, tickets in self.grouped("team_id").items():
            team = team.sudo()  # sudo: helpdesk.ticket.team - settings of the clock
            for kind, group in tickets.grouped("stage_kind").items():
                hours = group._get_fair_hours(team)
                until = team._plan_hours(hours, [now])[now]
                for ticket in group:
                    ticket.auto_close_date = max(ticket.auto_close_date, until)
                if kind == "solved":
                    # not "as we received no answer": it was solved long before
                    group.next_reminder_date = False
                    group = group.with_context(helpdesk_by_clock=False)
                group._post_clock_notice(ANNOUNCEMENTS[kind])

    def _get_fair_hours(self, team):
        """Return how many hours a customer has at least who was just told."""
        if self[:1].stage_kind == "waiting_customer":
            return team.reminder_interval_hours
        return team.solved_limit_hours

    def _post_clock_notice(self, name):
        """Post a notice in each ticket that tells the customer the date.

        :param str name: of the template, without its prefix
        :return: {ticket id: message}
        :raise UserError: when somebody deleted the template
        """
        messages = self._post_notices(name)
        if self and not messages:
            raise UserError(
                self.env._("The mail template “%(name)s” was deleted.", name=name)
            )
        for ticket in self:
            if ticket.announcement_id != messages[ticket.id]:
                ticket._announce_close_date(messages[ticket.id])
        return messages

    # ------------------------------------------------------------
    # Timing out
    # ------------------------------------------------------------

    def _time_out(self):
        """Move on what the customer had time enough for, else do what is missing."""
        deliveries = self._get_deliveries()
        steps = self.grouped(lambda t: t._get_time_out_step(deliveries))
        for step, tickets in steps.items():
            getattr(tickets, f"_time_out_{step}")()

    def _get_time_out_step(self, deliveries):
        """Return what is to be done with a ticket whose time-out has come.

        :param dict deliveries: of ``_get_deliveries``
        """
        self.ensure_one()
        if not self._is_moved_by_time():
            return "clear"
        if self.stage_kind == "waiting_customer":
            reminder = self.next_reminder_date
            if not self.reminder_count or (reminder and reminder <= self._now()):
                return "remind"
            if not self.reminder_id:
                return "stop"  # somebody deleted the reminder
        if not self.announcement_id:
            return "announce"
        told = [deliveries[self.announcement_id]]
        if self.reminder_id:
            told.append(deliveries[self.reminder_id])
        states = {state for state, _date in told}
        if "lost" in states:
            return "stop"
        if "pending" in states:
            return "postpone"
        # sudo: mail.message - when the clock wrote it
        posted = self.announcement_id.sudo().date
        arrived = deliveries[self.announcement_id][1]
        if arrived - posted <= ON_TIME:
            return "act"
        if arrived >= self.announced_close_date:
            return "announce"
        return "act_late"

    def _time_out_clear(self):
        self._clock_clear()

    def _time_out_remind(self):
        self._send_reminders()

    def _time_out_announce(self):
        self._announce_again()

    def _time_out_stop(self):
        self._clock_stop("lost")

    def _time_out_postpone(self):
        """The mail is still on its way: its reader shall have time."""
        now = self._now()
        for team, tickets in self.grouped("team_id").items():
            for group in tickets.grouped("stage_kind").values():
                hours = group._get_fair_hours(team.sudo())
                group.auto_close_date = team._plan_hours(hours, [now])[now]

    def _time_out_act_late(self):
        """The mail arrived late: the time counts from its arrival."""
        now = self._now()
        deliveries = self._get_deliveries()
        ready = self.browse()
        for team, tickets in self.grouped("team_id").items():
            for group in tickets.grouped("stage_kind").values():
                hours = group._get_fair_hours(team.sudo())
                arrivals = {t: deliveries[t.announcement_id][1] for t in group}
                ends = team._plan_hours(hours, arrivals.values())
                for ticket, arrived in arrivals.items():
                    # sudo: mail.message - when the clock wrote it
                    posted = ticket.announcement_id.sudo().date
                    had = arrived + (ticket.announced_close_date - posted)
                    end = min(ends[arrived], had)
                    if end > now:
                        ticket.auto_close_date = end
                    else:
                        ready += ticket
        ready._time_out_act()

    def _time_out_act(self):
        """Move on to the next stage; who is solved is told whatever the stage sends."""
        for kind, tickets in self.grouped("stage_kind").items():
            tickets._set_kind(NEXT_KINDS[kind])
        solved = self.filtered(lambda t: t.stage_kind == "solved")
        solved.filtered(lambda t: not t.stage_id.mail_template_id)._post_clock_notice(
            "solved"
        )

    # ------------------------------------------------------------
    # Third parties
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("chase_date")._set_chase_alert()
        return tickets

    def write(self, vals):
        """Tell the assignee when the chase date passes, once for each date."""
        res = super().write(vals)
        if {"chase_date", "stage_id", "team_id", "active"} & vals.keys():
            self._set_chase_alert("chase_date" in vals)
        return res

    def _set_chase_alert(self, new_date=True):
        for ticket in self:
            waits = ticket.active and ticket.stage_kind == "waiting_other"
            # sudo: helpdesk.ticket.team - whether its clock runs
            waits = waits and ticket.team_id.sudo().clock_on
            told = ticket.chase_date and not ticket.chase_alert_date
            if told and waits and not new_date and ticket.chase_date <= self._now():
                continue  # still to be done
            if told:
                # sudo: mail.activity - left by the clock
                ticket.sudo().activity_unlink([CHASE_ACTIVITY])
            alert = waits and ticket.chase_date
            if ticket.chase_alert_date != alert:
                ticket.chase_alert_date = alert

    def _tell_chase(self):
        """Tell who takes care of the ticket to ask the third party again."""
        for ticket in self:
            user = ticket._get_responsible()
            local = ticket.with_context(lang=user.lang or self.env.lang)
            party = " ".join(
                filter(None, (ticket.waiting_party, ticket.waiting_reference))
            )
            local._tell_responsible(
                local.env._("Ask again: %(party)s", party=party or "–"),
                False,
                CHASE_ACTIVITY,
            )
            ticket.chase_alert_date = False

    # ------------------------------------------------------------
    # Crons
    # ------------------------------------------------------------

    @api.model
    def _cron_send_reminders(self, batch_size=BATCH):
        self._run_due("next_reminder_date", "_send_reminders", batch_size)

    @api.model
    def _cron_auto_close(self, batch_size=BATCH):
        self._run_due("auto_close_date", "_time_out", batch_size)

    @api.model
    def _cron_chase(self, batch_size=BATCH):
        self._run_due("chase_alert_date", "_tell_chase", batch_size)

    @api.model
    def _run_due(self, date_field, verb, batch_size):
        """Call ``verb`` on all tickets whose ``date_field`` has passed.

        The verb empties the date or moves it on, so what is left is the to-do list.
        Each batch is committed. What another transaction holds is left to the next
        run; what fails is noted on the ticket and left until its pause is over.

        :param str date_field: an indexed date
        :param str verb: a method for many tickets of one company
        """
        seen = set()

        def run_batch():
            domain = self._get_due_domain(date_field)
            due = self.search(
                [*domain, ("id", "not in", list(seen))],
                order=f"{date_field}, id",
                limit=batch_size,
            )
            mine = due.try_lock_for_update(allow_referencing=True)
            seen.update((due - mine)._ids)
            mine._call_each(verb)
            seen.update(mine.filtered_domain(domain)._ids)  # it did not move
            more = len(due) == batch_size and self.search_count(domain, COUNTED)
            return len(mine), int(more)

        run_batches(self.env, run_batch)

    @api.model
    def _get_due_domain(self, date_field):
        now = self._now()
        return [
            (date_field, "<=", now),
            "|",
            ("clock_retry_date", "=", False),
            ("clock_retry_date", "<=", now),
        ]

    def _call_each(self, verb):
        """Call ``verb`` on all at once; if that fails, on one after the other.

        Either way a failing ticket changes nothing but itself.
        """
        for company, tickets in self.grouped("company_id").items():
            tickets = tickets.with_company(company).with_context(helpdesk_by_clock=True)
            try:
                with self.env.cr.savepoint():
                    tickets._call_once(verb)
                continue
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:  # one of them, or all: see below
                _logger.info("%s: one by one, as the batch failed", verb)
            for ticket in tickets:
                try:
                    with self.env.cr.savepoint():
                        ticket._call_once(verb)
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    raise
                except Exception as error:
                    alert(
                        _logger,
                        "clock_failed",
                        "%s failed for %s",
                        verb,
                        ticket,
                        exc_info=True,
                    )
                    ticket._note_failure(error)

    def _call_once(self, verb):
        getattr(self, verb)()
        mended = self.filtered("clock_retry_count")
        mended.write({**NO_FAILURE, "clock_note": False})

    def _note_failure(self, error):
        """Note on the ticket that its time came and what went wrong; try later."""
        self.ensure_one()
        count = self.clock_retry_count + 1
        pause = min(FIRST_PAUSE * 4 ** min(count - 1, 8), LONGEST_PAUSE)
        user = self._get_responsible()
        local = self.with_context(lang=user.lang or self.env.lang)
        note = local.env._(
            "What was due failed %(count)s times, last with: %(error)s",
            count=count,
            error=str(error)[:200],
        )
        self.write(
            {
                "clock_note": note,
                "clock_retry_count": count,
                "clock_retry_date": self._now() + pause,
            }
        )
        if count >= FAILURES_TOLD:
            local._tell_responsible(local.env._("The clock stands still"), note)
