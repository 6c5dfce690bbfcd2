from odoo import api, fields, models
from odoo.tools import html2plaintext

KINDS = [
    ("new", "New"),
    ("in_progress", "In progress"),
    ("waiting_customer", "Waiting for the customer"),
    ("waiting_other", "Waiting for a third party"),
    ("solved", "Solved"),
    ("closed", "Closed"),
]
FINAL_KINDS = ("solved", "closed")
TURNS = {
    "new": "us",
    "in_progress": "us",
    "waiting_customer": "customer",
    "waiting_other": "other",
    "solved": "done",
    "closed": "done",
}


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    kind = fields.Selection(
        selection=KINDS,
        compute="_compute_kind",
        inverse="_inverse_kind",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        help="What the stage means for the clock, the portal and whose turn it is. "
        "Name stages as you like: nothing depends on their names.",
    )
    description = fields.Html(
        string="Meaning for customers",
        help="Shown to customers beside the status: what it means for them. Empty: "
        "what the kind means.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A team that can close tickets now counts when it will."""
        stages = super().create(vals_list)
        stages._recount_clocks()
        return stages

    def write(self, vals):
        """Start or stop the clock of the tickets in a stage of another kind."""
        if "kind" in vals and all(stage.kind == vals["kind"] for stage in self):
            # else all tickets of these stages would be computed again for nothing
            vals = {name: value for name, value in vals.items() if name != "kind"}
        if not {"kind", "closed", "unattended", "team_ids", "active"} & vals.keys():
            return super().write(vals)
        kinds = {stage: stage.kind for stage in self}
        res = super().write(vals)
        changed = self.filtered(lambda stage: stage.kind != kinds[stage])
        # sudo: helpdesk.ticket - who names stages names them for all tickets
        self.env["helpdesk.ticket"].sudo()._restart_clocks_of(changed)
        self._recount_clocks()
        return res

    def _recount_clocks(self):
        """Whether solved tickets are closed depends on there being a stage for it."""
        if "closed" in self.mapped("kind"):
            Team = self.env["helpdesk.ticket.team"]
            shared = self.filtered(lambda stage: not stage.team_ids)
            (Team.search([]) if shared else self.team_ids)._recount_clocks()

    @api.depends("closed", "unattended")
    def _compute_kind(self):
        """Keep the kind while the flags of the base agree, else follow them."""
        for stage in self:
            flags = bool(stage.closed), bool(stage.unattended)
            if stage.kind and flags == self._get_kind_flags(stage.kind):
                continue
            if stage.closed:
                stage.kind = "closed"
            else:
                stage.kind = "new" if stage.unattended else "in_progress"

    def _inverse_kind(self):
        for stage in self:
            closed, unattended = self._get_kind_flags(stage.kind)
            if (bool(stage.closed), bool(stage.unattended)) != (closed, unattended):
                stage.write({"closed": closed, "unattended": unattended})

    @api.model
    def _get_kind_flags(self, kind):
        """Return the base's flags (closed, unattended) of a kind."""
        return kind in FINAL_KINDS, kind == "new"

    def _get_meaning(self):
        """Return what the stage means to customers, as plain text in their language.

        What an administrator wrote, else what its kind means; nothing for no stage.
        """
        written = html2plaintext(self.description or "", include_references=False)
        return written.strip() or self._get_kind_meanings().get(self.kind, "")

    @api.model
    def _get_kind_meanings(self):
        return {
            "new": self.env._("We received your ticket and have not started work yet."),
            "in_progress": self.env._("We are working on it and will answer you."),
            "waiting_customer": self.env._("We need something from you to go on."),
            "waiting_other": self.env._(
                "Somebody else has to act; we keep an eye on it."
            ),
            "solved": self.env._(
                "Answered and solved. Answer the ticket to reopen it."
            ),
            "closed": self.env._(
                "The end: it cannot be reopened. Open a new ticket if you need us."
            ),
        }
