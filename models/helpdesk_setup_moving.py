# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools import preflight

#: of the preflight's levels
STATES = {"stop": "warn", "warn": "warn", "note": "note"}


class HelpdeskSetup(models.AbstractModel):
    """What concerns a desk that lived before this module came."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        return super()._get_steps() | {
            "preflight": {
                "section": "moving",
                "sequence": 10,
                "title": self.env._("What was found in your data"),
                "slow": True,
            },
            "clocks": {
                "section": "moving",
                "sequence": 40,
                "title": self.env._("What happens by itself"),
            },
            "rehearsal": {
                "section": "moving",
                "sequence": 50,
                "title": self.env._("Rehearsal"),
            },
        }

    def _check_preflight(self):
        findings = [one for one in preflight.run(self.env) if one.level in STATES]
        if not findings:
            sentence = self.env._("Nothing in your data stands in the way.")
            return {"state": "done", "sentence": sentence}
        urgent = [one for one in findings if STATES[one.level] == "warn"]
        sentence = (
            self.env._("Look at this before customers come:")
            if urgent
            else self.env._("Nothing stands in the way. Good to know:")
        )
        return {
            "state": "warn" if urgent else "done",
            "sentence": sentence,
            "items": [
                {
                    "title": f"{one.title}.",
                    "text": one.text,
                    "command": one.command,
                    "state": STATES[one.level],
                    "button": one.button if self._may_open(one.action) else "",
                    "action": one.action,
                }
                for one in findings
            ],
        }

    def _may_open(self, action):
        """Tell whether the manager who looks may read what an action shows."""
        model = action and self.env.ref(action).res_model
        return bool(model) and self.env[model].with_user(self.env.user).has_access(
            "read"
        )

    def _check_clocks(self):
        """Turning a clock on shows first what would happen, in a wizard."""
        teams = self._get_teams()
        off = teams.filtered(lambda team: not team.clock_on)
        if not off:
            sentence = self.env._(
                "Reminders, time-outs and promises run in all teams, as each says."
            )
            return {
                "state": "done",
                "sentence": sentence,
                "button": self.env._("Teams"),
                "action": "helpdesk_mgmt.helpdesk_ticket_team_action",
            }
        sentence = self.env._(
            "Nothing is reminded, solved or closed by itself, and no date is promised. "
            "Turn it on team by team; you see first what would happen."
        )
        items = [
            {
                "text": team.name,
                "state": "done" if team.clock_on else "todo",
                "button": "" if team.clock_on else self.env._("What would happen?"),
                "action": team.action_open_clock(),
            }
            for team in teams
        ]
        return {"state": "todo", "sentence": sentence, "items": items}

    def _check_rehearsal(self):
        teams = self._get_teams()
        rehearsing = teams.filtered("rehearsal_email")
        if not rehearsing:
            sentence = self.env._(
                "Before you go live, a team can rehearse: all mails to its customers "
                "go to one address of yours."
            )
            action = "helpdesk_mgmt.helpdesk_ticket_team_action"
            return {
                "state": "note",
                "sentence": sentence,
                "button": self.env._("Teams"),
                "action": action,
            }
        sentence = self.env._("No customer gets a mail from these teams:")
        items = [
            {
                "text": f"{team.name} → {team.rehearsal_email}",
                "state": "warn",
                "button": self.env._("Open the team"),
                "action": self._open_team(team),
            }
            for team in rehearsing
        ]
        return {"state": "doing", "sentence": sentence, "items": items}
