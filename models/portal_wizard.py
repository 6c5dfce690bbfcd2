# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def _send_email(self):
        """Who is given access by the core's wizard gets the same invitation."""
        self.ensure_one()
        user_sudo = self.user_id.sudo()  # sudo: the account that was just created
        user_sudo._send_access_mail("invitation", self.wizard_id.welcome_message or "")
        self.env["helpdesk.audit"]._log("invited", partner=user_sudo.partner_id)
        return True
