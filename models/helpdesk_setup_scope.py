# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskSetup(models.AbstractModel):
    """On a desk that lived before: its old tickets, and who sees what of them."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        return super()._get_steps() | {
            "backfill": {
                "section": "moving",
                "sequence": 20,
                "title": self.env._("Old tickets"),
            },
            "scope": {
                "section": "moving",
                "sequence": 30,
                "title": self.env._("What existing contacts see"),
            },
        }

    def _check_backfill(self):
        progress = self.env["helpdesk.backfill"]._get_progress()
        if not progress:
            return None
        done = sum(row[1] for row in progress)
        total = sum(row[2] for row in progress)
        step = {
            "button": self.env._("Show"),
            "action": "helpdesk_service_portal.helpdesk_backfill_action",
        }
        if done < total or any(row[3] in ("waiting", "running") for row in progress):
            sentence = self.env._(
                "People, words and dates of old tickets are being completed; "
                "meanwhile everybody sees their tickets."
            )
            return {
                **step,
                "state": "doing",
                "sentence": sentence,
                "progress": (done, total),
            }
        failed = sum(self.env["helpdesk.backfill"].search([]).mapped("failed_count"))
        if failed:
            sentence = self.env._(
                "Old tickets that could not be completed: %s.", failed
            )
            return {**step, "state": "warn", "sentence": sentence}
        sentence = self.env._(
            "Old tickets have their people, words and dates: %s.", progress[0][2]
        )
        return {**step, "state": "done", "sentence": sentence}

    def _check_scope(self):
        wizard = self.env["helpdesk.scope.wizard"]
        sentence = wizard._get_choice_text()
        if not sentence:
            return None
        is_open = wizard._is_choice_open()
        return {
            "state": "todo" if is_open else "done",
            "sentence": sentence,
            "button": self.env._("Decide") if is_open else self.env._("Change"),
            "action": "helpdesk_service_portal.helpdesk_scope_wizard_action",
        }
