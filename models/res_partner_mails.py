# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

MAILS = [
    ("all", "Every message"),
    ("turn", "Only when it is their turn"),
    ("daily", "A daily summary"),
    ("none", "None"),
]


class ResPartner(models.Model):
    """Which mails of the helpdesk a person wants."""

    _inherit = "res.partner"

    helpdesk_mails = fields.Selection(
        selection=MAILS,
        string="E-mails of tickets",
        default="all",
        required=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Which e-mails of tickets this contact gets. Reminders before a ticket is "
        "solved for lack of an answer, and what a date depends on, are always sent.",
    )

    def _set_helpdesk_mails(self, choice):
        """Write a person's own choice; who wants none is sent no summary either.

        :param str choice: a value of the field, others are ignored
        """
        self.ensure_one()
        if choice not in dict(MAILS):
            return
        person_sudo = self.sudo()  # sudo: one's own choice
        person_sudo.helpdesk_mails = choice
        if choice == "none":
            # sudo: helpdesk.mail.digest - what would have been sent to them
            digest_sudo = self.env["helpdesk.mail.digest"].sudo()
            digest_sudo.search([("partner_id", "=", self.id)]).unlink()
