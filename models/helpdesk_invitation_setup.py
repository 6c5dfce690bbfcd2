# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from .helpdesk_invitation import OPEN

WIZARD = "helpdesk_service_portal.helpdesk_invitation_wizard_action"
LIST = "helpdesk_service_portal.helpdesk_invitation_action"


class HelpdeskSetup(models.AbstractModel):
    """The step of the people who are invited."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        return super()._get_steps() | {
            "invitations": {
                "section": "customers",
                "sequence": 30,
                "title": self.env._("Invite your customers' people"),
                "slow": False,
            }
        }

    @api.model
    def _check_invitations(self):
        """How many are invited, wait, came back; done once all were dealt with."""
        counts = dict(
            self.env["helpdesk.invitation"]._read_group(
                [
                    ("company_id", "=", self.env.company.id),
                    ("state", "in", (*OPEN, "accepted")),
                ],
                ["state"],
                ["__count"],
            )
        )
        if not counts:
            return {
                "state": "todo",
                "sentence": self.env._(
                    "Nobody is invited yet. You see who is, who is not and why, and "
                    "the mail, before anything is sent."
                ),
                "button": self.env._("Choose whom"),
                "action": WIZARD,
            }
        get = counts.get
        trouble = get("bounced", 0) + get("failed", 0)
        total = sum(counts.values()) - get("draft", 0)
        step = {
            "progress": (get("accepted", 0), total) if total else False,
            "sentence": self.env._(
                "Accepted: %(accepted)s. Invited and not come yet: %(sent)s. Waiting "
                "for their turn: %(queued)s. Came back or failed: %(trouble)s.",
                accepted=get("accepted", 0),
                sent=get("sent", 0),
                queued=get("queued", 0),
                trouble=trouble,
            ),
            "button": self.env._("Invitations"),
            "action": LIST,
        }
        if trouble:
            state = "warn"
        elif get("queued"):
            state = "doing"
        else:
            state = "done" if total else "todo"
        return step | {"state": state}
