# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

#: settings that say for how many months something is kept
KEPT = ("helpdesk_mail_log_months", "helpdesk_audit_months")


class ResCompany(models.Model):
    """How fast a desk invites, and how long it keeps what came in."""

    _inherit = "res.company"

    helpdesk_invitations_per_hour = fields.Integer(
        string="Invitations per hour",
        default=100,
        help="Invitations to the portal leave spread over the hour, at most so many. "
        "Ask who runs your mail server how many new recipients an hour it may write "
        "to. 0: none leave for now.",
    )
    helpdesk_mail_log_months = fields.Integer(
        string="Months incoming mails are kept",
        default=36,
        help="Older lines of the list of incoming mails are deleted, and with them the "
        "mails that were held, refused or failed. What became a ticket or an answer "
        "stays, and so does what waits for a decision. 0 keeps them for ever.",
    )

    def write(self, vals):
        """How long something is kept is audited."""
        names = [name for name in KEPT if name in vals]
        before = [{name: company[name] for name in names} for company in self]
        res = super().write(vals)
        for company, values in zip(self, before, strict=True):
            for name, months in values.items():
                if company[name] != months:
                    self.env["helpdesk.audit"]._log(
                        "retention",
                        details=f"{company.name}, {name}: {months} → {company[name]}",
                    )
        return res


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_invitations_per_hour = fields.Integer(
        related="company_id.helpdesk_invitations_per_hour", readonly=False
    )
    helpdesk_mail_log_months = fields.Integer(
        related="company_id.helpdesk_mail_log_months", readonly=False
    )
