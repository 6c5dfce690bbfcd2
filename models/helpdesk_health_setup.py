# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .helpdesk_health import FAILURES

QUEUE = "mail.action_view_mail_mail"
CRONS = "base.ir_cron_act"
HELD = "helpdesk_service_portal.helpdesk_ticket_mail_held_action"
LOG = "helpdesk_service_portal.helpdesk_ticket_mail_log_action"
#: what mends a problem, and whether only administrators may open it
ACTIONS = {
    "crons_late": (CRONS, True),
    "crons_off": (CRONS, True),
    "crons_failing": (CRONS, True),
    "mails_stuck": (QUEUE, True),
    "mails_failed": (QUEUE, True),
    "mails_overdue": (HELD, False),
    "held": (LOG, False),
}


class HelpdeskSetup(models.AbstractModel):
    """The step that says whether the desk does its work."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        return super()._get_steps() | {
            "health": {
                "section": "watch",
                "sequence": 10,
                "title": self.env._("The desk does its work"),
                "slow": False,
            }
        }

    @api.model
    def _check_health(self):
        Health = self.env["helpdesk.health"]
        figures = Health._get_figures()
        words, problems = Health._get_problem_words(), figures["problems"]
        if not problems:
            last = figures["last_mail_in"]
            return {
                "state": "done",
                "sentence": self.env._(
                    "Scheduled jobs run, mails leave. Last mail in: %(moment)s. Mails "
                    "in 24 hours: %(count)s.",
                    moment=self._when(last) if last else self.env._("none yet"),
                    count=sum(figures["mails_in_24h"].values()),
                ),
                "button": self.env._("Incoming mails"),
                "action": LOG,
            }
        action, is_system = ACTIONS[problems[0]]
        names = figures["crons_off"] + figures["crons_failing"]
        return {
            "state": "warn" if set(problems) & set(FAILURES) else "note",
            "sentence": " ".join(words[code] for code in problems),
            "items": names[:5],
            "button": self.env._("Have a look"),
            "action": action,
            "group": "base.group_system" if is_system else False,
        }
