# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailAlias(models.Model):
    """What goes wrong with a mail for the helpdesk is not its sender's business."""

    _inherit = "mail.alias"

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        """No customer reads of an invalid alias: the log keeps the mail, staff sees.

        The alias stays valid: the next mail may well do.
        """
        # sudo: mail.alias - what it is for, whoever hands in the mail
        if self.sudo().alias_model_id.model == "helpdesk.ticket":
            return
        super()._alias_bounce_incoming_email(
            message, message_dict, set_invalid=set_invalid
        )
