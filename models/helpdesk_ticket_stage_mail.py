# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.moving_in import STAGE_KINDS

#: what customers are told when a ticket reaches a stage of a kind
KIND_TEMPLATES = {
    "in_progress": "stage",
    "waiting_customer": "waiting",
    "waiting_other": "stage",
    "solved": "solved",
    "closed": "closed",
}


class HelpdeskTicketStage(models.Model):
    """A stage tells customers that their ticket reached it (S3-39, S4-31)."""

    _inherit = "helpdesk.ticket.stage"

    mail_template_id = fields.Many2one(
        compute="_compute_mail_template_id",
        store=True,
        precompute=True,
        readonly=False,
        help="What the requester is told when a ticket comes here. A new stage has the "
        "words of its kind; empty it where nobody shall be told.",
    )

    @api.model
    def _take_mails_of_kinds(self):
        """The base's own stages get the mails of their kinds.

        Where somebody chose another mail than the base's, it stays.
        """
        ref = self.env.ref
        base = ref("helpdesk_mgmt.closed_ticket_template", raise_if_not_found=False)
        template = self.env["helpdesk.ticket"]._get_notice_template
        for name in STAGE_KINDS:
            stage = ref(f"helpdesk_mgmt.{name}", raise_if_not_found=False)
            if not stage or stage.kind not in KIND_TEMPLATES:
                continue
            if not stage.mail_template_id or stage.mail_template_id == base:
                ours = template(KIND_TEMPLATES[stage.kind])
                stage.mail_template_id = ours.sudo(False)

    @api.depends("kind")
    def _compute_mail_template_id(self):
        """Follow the kind, unless other words were chosen."""
        template = self.env["helpdesk.ticket"]._get_notice_template
        ours = {
            kind: template(name).sudo(False) for kind, name in KIND_TEMPLATES.items()
        }
        ours["new"] = template("stage").browse()
        for stage in self:
            if not stage.mail_template_id or stage.mail_template_id in ours.values():
                stage.mail_template_id = ours.get(stage.kind)
