# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.alerts import alert

_logger = logging.getLogger(__name__)
#: which database it is: remembered when the clock runs for the first time
KNOWN = "helpdesk_service_portal.known_database"
#: why all is held, one of ``REASONS``; empty: nothing is
HOLD = "helpdesk_service_portal.hold"
#: naive UTC: mails queued before are held; empty: all are
HOLD_BEFORE = "helpdesk_service_portal.hold_before"
#: hours without a run of the crons after which a pause is not taken for granted
HOURS = "helpdesk_service_portal.hold_after_hours"
DEFAULT_HOURS = 48
REASONS = ("copied", "restored", "paused", "neutralized")


class HelpdeskHold(models.AbstractModel):
    """Restored backups and copies write to nobody until an administrator confirms.

    Told apart from the database that the clock knew:

    - ``copied``: its ``database.uuid`` is another one: Odoo duplicated it.
    - ``restored``: PostgreSQL has it as another database (object id, or another
      cluster): ``pg_restore``, ``createdb -T``, a move to another server.
    - ``paused``: the same, but no cron ran for 48 hours (system parameter
      ``helpdesk_service_portal.hold_after_hours``, 0 never): a snapshot of the whole
      server came back, or it was off for days.
    - ``neutralized``: by ``odoo neutralize``, see data/neutralize.sql.

    Held are the crons of the clock, summaries, announcements, invitations, and the
    helpdesk's mails to anybody who is not internal; they wait in the queue. After a
    pause only mails from before it are held: people go on working. Renaming a database
    holds nothing. People sign in, read and write as always.

    Who confirms sees what waits and decides: mails from before are dropped (the other
    database sent them) or sent; clocks count anew from now, spread as when they are
    turned on, or go on as if nothing had been.
    """

    _name = "helpdesk.hold"
    _description = "Helpdesk Hold"

    @api.model
    def _get_identity(self):
        """Return what tells this database from its copies."""
        # sudo: ir.config_parameter - asked by whoever sends
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        rows = self.env.execute_query(
            SQL(
                "SELECT oid, has_function_privilege('pg_control_system()', 'execute')"
                "  FROM pg_database WHERE datname = current_database()"
            )
        )
        oid, may_ask = rows[0]
        cluster = ""
        if may_ask:
            query = SQL("SELECT system_identifier FROM pg_control_system()")
            cluster = self.env.execute_query(query)[0][0]
        return f"{uuid} {oid} {cluster}".strip()

    @api.model
    def _get_reason(self):
        """Return why all is held, "" when nothing is; writes nothing."""
        # sudo: ir.config_parameter - as above
        get_param = self.env["ir.config_parameter"].sudo().get_param
        held = get_param(HOLD)
        if held in REASONS:
            return held
        known = get_param(KNOWN)
        identity = known and self._get_identity()
        if known and known != identity:
            same = known.split()[:1] == identity.split()[:1]
            return "restored" if same else "copied"
        return "paused" if self._get_pause() else ""

    @api.model
    def _is_held(self):
        return bool(self._get_reason())

    @api.model
    def _get_pause(self):
        """Return when the running cron ran last, if that is too long ago to go on."""
        last = self.env.context.get("lastcall")
        hours = self._get_hours()
        if not last or not hours:
            return None
        return last if fields.Datetime.now() - last > timedelta(hours=hours) else None

    @api.model
    def _get_hours(self):
        # sudo: ir.config_parameter - as above
        value = self.env["ir.config_parameter"].sudo().get_param(HOURS, DEFAULT_HOURS)
        return int(value) if str(value).isdecimal() else DEFAULT_HOURS

    @api.model
    def _look(self):
        """Tell at the start of a cron whether all is held, and remember it."""
        reason = self._get_reason()
        # sudo: ir.config_parameter - crons run for nobody
        params = self.env["ir.config_parameter"].sudo()
        if reason and not params.get_param(HOLD):
            params.set_param(HOLD, reason)
            pause = reason == "paused" and self._get_pause()
            before = pause and fields.Datetime.to_string(pause)
            params.set_param(HOLD_BEFORE, before or False)
            alert(
                _logger,
                "silent",
                "%s: clocks and mails to customers wait until an administrator "
                "confirms on the set-up page of the helpdesk",
                reason,
            )
        if not reason and not params.get_param(KNOWN):
            params.set_param(KNOWN, self._get_identity())
        return bool(reason)

    @api.model
    def _get_words(self):
        """Return in one sentence why all is held, "" when nothing is."""
        reasons = {
            "copied": self.env._("This database is a copy of another one."),
            "restored": self.env._("This database was restored or copied."),
            "paused": self.env._("Nothing ran in this database for a long time."),
            "neutralized": self.env._("This database was made a copy for tests."),
        }
        reason = reasons.get(self._get_reason())
        if not reason:
            return ""
        held = self.env._("Clocks and e-mails to customers wait until you confirm.")
        return f"{reason} {held}"

    # ------------------------------------------------------------
    # What waits
    # ------------------------------------------------------------

    @api.model
    def _get_waiting_mails(self):
        """Return the mails to customers that wait in the queue, as sudo."""
        # sudo: mail.mail - an administrator decides on all of them
        Mail = self.env["mail.mail"].sudo()
        waiting = Mail.search([("state", "in", ("outgoing", "exception"))], order="id")
        return waiting.filtered(lambda mail: mail._is_held_for_customers())

    @api.model
    def _count_waiting(self):
        """Return how many mails, reminders and time-outs wait, as a dict."""
        now = fields.Datetime.now()
        # sudo: helpdesk.ticket - as above
        count = self.env["helpdesk.ticket"].sudo().search_count
        return {
            "mails": len(self._get_waiting_mails()),
            "reminders": count([("next_reminder_date", "<=", now)]),
            "time_outs": count([("auto_close_date", "<=", now)]),
        }

    @api.model
    def _release(self, mails="drop", clocks="anew"):
        """Go on from here; the caller has checked the right to.

        :param str mails: ``drop`` what waits in the queue, or ``send`` it
        :param str clocks: count ``anew`` from now, or ``on`` as if nothing had been
        """
        # sudo: helpdesk.ticket.team, ir.config_parameter - one decision for all
        params = self.env["ir.config_parameter"].sudo()
        reason, waiting = self._get_reason(), self._get_waiting_mails()
        if clocks == "anew":
            teams = self.env["helpdesk.ticket.team"].sudo()
            teams = teams.search([("clock_on", "=", True)])
            teams._forget_dates()
        if mails == "drop":
            self._drop(waiting)
        else:
            waiting.filtered(lambda mail: mail.state == "exception").mark_outgoing()
            waiting.write({"scheduled_date": False})
        params.set_param(HOLD, False)
        params.set_param(HOLD_BEFORE, False)
        params.set_param(KNOWN, self._get_identity())
        if clocks == "anew":
            teams._turn_clock_on()
        self.env["helpdesk.audit"]._log(
            "silence",
            details=f"{reason}: mails {mails} ({len(waiting)}), clocks {clocks}",
        )

    @api.model
    def _drop(self, mails):
        """Nothing from before is sent: mails, acknowledgements, summaries, news."""
        mails.cancel()
        # sudo: mail.notification - what became of them
        self.env["mail.notification"].sudo().search(
            [
                ("mail_mail_id", "in", mails.ids),
                ("notification_status", "in", ("ready", "exception")),
            ]
        ).notification_status = "canceled"
        # sudo: decided for all, see above
        self.env["helpdesk.ticket"].sudo().search(
            [("acknowledge_date", "!=", False)]
        ).write({"acknowledge_date": False, "first_mail": False})
        self.env["helpdesk.mail.digest"].sudo().search([]).unlink()
        self.env["helpdesk.announcement.affected"].sudo().search(
            [("mail_to_send", "!=", False)]
        ).mail_to_send = False
        self.env["helpdesk.invitation"].sudo().search(
            [("state", "=", "queued")]
        ).state = "draft"

    @api.model
    def _get_action(self):
        """Show what waits, to decide."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go on after a restored backup"),
            "res_model": "helpdesk.hold.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class HelpdeskSetup(models.AbstractModel):
    """The set-up page says first that all is held."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        return super()._get_steps() | {
            "hold": {
                "section": "moving",
                "sequence": 1,
                "title": self.env._("Restored or copied"),
            }
        }

    def _check_hold(self):
        words = self.env["helpdesk.hold"]._get_words()
        if not words:
            return None
        return {
            "state": "warn",
            "sentence": words,
            "button": self.env._("See what waits, and go on"),
            "action": self.env["helpdesk.hold"]._get_action(),
        }


class HelpdeskTicket(models.Model):
    """Who works in a held database is told so in each ticket."""

    _inherit = "helpdesk.ticket"

    def _get_desk_red_lines(self):
        words = self.env["helpdesk.hold"]._get_words()
        return [words] * bool(words) + super()._get_desk_red_lines()

    @api.model
    def _run_due(self, date_field, verb, batch_size):
        if self.env["helpdesk.hold"]._look():
            return None
        return super()._run_due(date_field, verb, batch_size)
