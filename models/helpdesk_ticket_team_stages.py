# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .helpdesk_ticket_stage import TURNS

#: Without these a ticket cannot be worked on, or never ends.
NEEDED_KINDS = ("in_progress", "solved")


class HelpdeskTicketTeam(models.Model):
    """The stages of a team: what it lacks, and what they mean to customers."""

    _inherit = "helpdesk.ticket.team"

    stage_warning = fields.Char(
        compute="_compute_stage_warning",
        help="The kinds of stages this team needs and does not have.",
    )

    def _compute_stage_warning(self):
        for team in self:
            team.stage_warning = team._get_stage_warning()

    def _get_stage_warning(self):
        stages = self._get_applicable_stages()
        kinds = dict(stages._fields["kind"]._description_selection(self.env))
        missing = [kind for kind in NEEDED_KINDS if kind not in stages.mapped("kind")]
        if not missing:
            return False
        return self.env._(
            "This team has no stage of the kind: %(kinds)s. Its tickets cannot be "
            "worked on until one is added.",
            kinds=", ".join(kinds[kind] for kind in missing),
        )

    def _get_stage_legend(self):
        """Return the statuses of these teams and their meanings, as customers read.

        One query for all teams; what reads the same stands there once.

        :return: rows with ``name``, ``turn`` and ``meaning``, in the order of stages
        """
        # sudo: helpdesk.ticket.stage - names and meanings are for customers
        Stage = self.env["helpdesk.ticket.stage"].sudo()
        stages = Stage.search_fetch(
            ["|", ("team_ids", "in", self.ids), ("team_ids", "=", False)],
            ["name", "kind", "description"],
        )
        rows = [
            (stage.name, TURNS[stage.kind], stage._get_meaning()) for stage in stages
        ]
        return [
            {"name": name, "turn": turn, "meaning": meaning}
            for name, turn, meaning in dict.fromkeys(rows)
        ]
