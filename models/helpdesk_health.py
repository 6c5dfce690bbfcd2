# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL, consteq

TOKEN = "helpdesk_service_portal.health_token"
#: how long jobs and mails may be late before the desk is said to fail
MINUTES = "helpdesk_service_portal.health_minutes"
DEFAULT_MINUTES = 30
#: notifications looked at for the last mail that left
LATEST = 10_000
#: codes for which the desk fails; the others are worth a look
FAILURES = ("crons_late", "mails_stuck", "crons_off")


class HelpdeskHealth(models.AbstractModel):
    """Whether the desk does its work, in figures: one statement that only reads.

    Asked every minute by a monitor, on a standby as well.
    """

    _name = "helpdesk.health"
    _description = "Helpdesk Health"

    @api.model
    def _get_figures(self):
        """Return how the desk does now; moments are naive UTC, None for never.

        :return: dict with

            * ``status``: ``ok`` or ``failing``; ``problems``: codes, see
              ``_get_problem_words``
            * ``cron_late_seconds``, ``cron_late_name``: the job that is most overdue ·
              ``crons_failing``: names of jobs that failed last time · ``crons_off``:
              names of ours, and of the mail queue, that are switched off
            * ``mails_waiting``, ``mails_waiting_since``: due and not sent ·
              ``mails_retried``: refused for now · ``mails_failed_24h`` ·
              ``last_mail_out``
            * ``mails_in_24h``: {outcome: number} · ``last_mail_in`` ·
              ``mails_to_decide``, ``mails_overdue``: held or failed, and of those the
              ones nobody decided in time
            * ``invitations_waiting``, ``invitations_back``
            * ``held``: a restored or copied database that writes to no customer
            * ``standby_seconds``: how far a standby is behind, None on a primary
        """
        figures = self._fetch_figures()
        figures["held"] = bool(self.env["helpdesk.hold"]._is_held())
        minutes = self._get_minutes()
        now = fields.Datetime.now()
        waiting_since = figures["mails_waiting_since"]
        problems = [
            code
            for code, is_so in (
                ("crons_late", figures["cron_late_seconds"] > 60 * minutes),
                (
                    "mails_stuck",
                    waiting_since
                    and waiting_since < fields.Datetime.subtract(now, minutes=minutes),
                ),
                ("crons_off", figures["crons_off"]),
                ("crons_failing", figures["crons_failing"]),
                ("mails_overdue", figures["mails_overdue"]),
                ("mails_failed", figures["mails_failed_24h"]),
                ("held", figures["held"]),
            )
            if is_so
        ]
        is_failing = any(code in FAILURES for code in problems)
        return {
            "status": "failing" if is_failing else "ok",
            "problems": problems,
            **figures,
        }

    @api.model
    def _get_minutes(self):
        # sudo: ir.config_parameter - a setting
        value = self.env["ir.config_parameter"].sudo().get_param(MINUTES)
        return int(value) if (value or "").isdigit() else DEFAULT_MINUTES

    @api.model
    def _is_token(self, token):
        """Tell whether this opens the figures; none does while none is set."""
        # sudo: ir.config_parameter - the secret of the monitor
        secret = self.env["ir.config_parameter"].sudo().get_param(TOKEN)
        return bool(secret and token) and consteq(secret, token)

    @api.model
    def _get_problem_words(self):
        """Return what the codes of problems mean, in the reader's language."""
        return {
            "crons_late": self.env._("Scheduled jobs do not run."),
            "mails_stuck": self.env._("Mails wait and do not leave."),
            "crons_off": self.env._("Scheduled jobs of the helpdesk are switched off."),
            "crons_failing": self.env._("Scheduled jobs failed the last time."),
            "mails_overdue": self.env._(
                "Incoming mails wait too long for somebody's decision."
            ),
            "mails_failed": self.env._("Mails could not be sent since yesterday."),
            "held": self.env._(
                "This is a restored or copied database: it writes to no customer."
            ),
        }

    @api.model
    def _fetch_figures(self):
        now = fields.Datetime.now()
        row = self.env.execute_query(
            SQL(
                """
                WITH late AS (
                    SELECT nextcall, cron_name FROM ir_cron
                     WHERE active AND nextcall < %(now)s
                  ORDER BY nextcall LIMIT 1
                ), due AS (
                    SELECT count(*) AS number,
                           min(COALESCE(scheduled_date, create_date)) AS since
                      FROM mail_mail
                     WHERE state = 'outgoing'
                       AND (scheduled_date IS NULL OR scheduled_date <= %(now)s)
                ), own AS (
                    SELECT res_id FROM ir_model_data
                     WHERE model = 'ir.cron'
                       AND (module = 'helpdesk_service_portal'
                        OR (module, name) = ('mail', 'ir_cron_mail_scheduler_action'))
                )
                SELECT COALESCE((SELECT EXTRACT(EPOCH FROM %(now)s - nextcall)::int
                                   FROM late), 0),
                       (SELECT cron_name FROM late),
                       (SELECT COALESCE(json_agg(cron_name ORDER BY id), '[]')
                          FROM ir_cron WHERE active AND failure_count > 0),
                       (SELECT COALESCE(json_agg(cron_name ORDER BY id), '[]')
                          FROM ir_cron JOIN own ON res_id = ir_cron.id
                         WHERE active IS NOT TRUE),
                       (SELECT number FROM due),
                       (SELECT since FROM due),
                       (SELECT count(*) FROM mail_mail
                         WHERE helpdesk_retry_date IS NOT NULL),
                       (SELECT count(*) FROM mail_mail
                         WHERE state = 'exception' AND create_date > %(yesterday)s),
                       (SELECT delivered_date FROM mail_notification
                         WHERE delivered_date IS NOT NULL
                           AND id > (SELECT max(id) - %(latest)s FROM mail_notification)
                      ORDER BY id DESC LIMIT 1),
                       (SELECT COALESCE(json_object_agg(outcome, number), '{}')
                          FROM (SELECT outcome, count(*) AS number
                                  FROM helpdesk_ticket_mail_log
                                 WHERE create_date > %(yesterday)s
                                   AND outcome IS NOT NULL
                              GROUP BY outcome) outcomes),
                       (SELECT create_date FROM helpdesk_ticket_mail_log
                      ORDER BY id DESC LIMIT 1),
                       (SELECT count(*) FROM helpdesk_ticket_mail_log
                         WHERE outcome IN ('held', 'failed')),
                       (SELECT count(*) FROM helpdesk_ticket_mail_log
                         WHERE outcome IN ('held', 'failed')
                           AND decide_before < %(now)s),
                       (SELECT count(*) FROM helpdesk_invitation
                         WHERE state = 'queued' AND handed_date IS NULL),
                       (SELECT count(*) FROM helpdesk_invitation
                         WHERE state = 'bounced'),
                       CASE WHEN pg_is_in_recovery()
                            THEN EXTRACT(EPOCH FROM
                                 now() - pg_last_xact_replay_timestamp())::int END
                """,
                now=now,
                yesterday=fields.Datetime.subtract(now, days=1),
                latest=LATEST,
            )
        )[0]
        names = (
            "cron_late_seconds cron_late_name crons_failing crons_off mails_waiting "
            "mails_waiting_since mails_retried mails_failed_24h last_mail_out "
            "mails_in_24h last_mail_in mails_to_decide mails_overdue "
            "invitations_waiting invitations_back standby_seconds"
        )
        return dict(zip(names.split(), row, strict=True))


class MailMail(models.Model):
    _inherit = "mail.mail"

    # the queue, and what is said of it
    _helpdesk_state_idx = models.Index(
        "(state, create_date) WHERE state IN ('outgoing', 'exception')"
    )


class HelpdeskTicketMailLog(models.Model):
    _inherit = "helpdesk.ticket.mail.log"

    _create_date_idx = models.Index("(create_date)")
