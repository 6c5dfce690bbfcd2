# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailMail(models.Model):
    """Mails of tickets that a server refused for a while are sent again."""

    _inherit = "mail.mail"
