# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.attachment_policy import (
    MAX_REQUEST_MEGABYTES,
    MEGABYTE,
    Policy,
    read_extensions,
)


class ResCompany(models.Model):
    """Which files may be attached to tickets, and how much of them."""

    _inherit = "res.company"

    helpdesk_file_formats = fields.Char(
        string="Further file formats",
        help="Extensions accepted besides PDF, Word, Excel, PowerPoint, JPG, PNG, GIF, "
        "MP4, MOV, AVI, ZIP and RAR, with commas between them, e.g. csv, txt, odt. "
        "Programs cannot be added.",
    )
    helpdesk_file_max_mb = fields.Integer(
        string="MB per file", default=20, help="How big one file may be."
    )
    helpdesk_message_max_files = fields.Integer(
        string="Files per message",
        default=20,
        help="How many files one ticket form or one message may bring.",
    )
    helpdesk_message_max_mb = fields.Integer(
        string="MB per message",
        default=100,
        help="How big the files of one ticket form or one message may be together.",
    )
    helpdesk_ticket_max_mb = fields.Integer(
        string="MB per ticket",
        default=500,
        help="How big all files of one ticket may be together.",
    )

    @api.constrains("helpdesk_file_formats")
    def _check_helpdesk_file_formats(self):
        for company in self:
            refused = read_extensions(company.helpdesk_file_formats)[1]
            if refused:
                raise ValidationError(
                    self.env._(
                        "These formats cannot be accepted: %(formats)s. Give "
                        "extensions such as csv, txt, odt; programs are never "
                        "accepted.",
                        formats=", ".join(refused),
                    )
                )

    @api.constrains(
        "helpdesk_file_max_mb",
        "helpdesk_message_max_files",
        "helpdesk_message_max_mb",
        "helpdesk_ticket_max_mb",
    )
    def _check_helpdesk_file_limits(self):
        for company in self:
            limits = (
                1,
                company.helpdesk_file_max_mb,
                company.helpdesk_message_max_mb,
                company.helpdesk_ticket_max_mb,
            )
            if (
                list(limits) != sorted(limits)
                or company.helpdesk_message_max_mb > MAX_REQUEST_MEGABYTES
                or not 1 <= company.helpdesk_message_max_files <= 100
            ):
                raise ValidationError(
                    self.env._(
                        "A file may have 1 MB or more, a message as much as a file and "
                        "at most %(max)s MB, a ticket as much as a message; a message "
                        "brings 1 to 100 files.",
                        max=MAX_REQUEST_MEGABYTES,
                    )
                )

    def _get_file_policy(self):
        """Return the formats and limits of files in force at this company."""
        self.ensure_one()
        return Policy(
            extra=read_extensions(self.helpdesk_file_formats)[0],
            max_file_bytes=self.helpdesk_file_max_mb * MEGABYTE,
            max_files=self.helpdesk_message_max_files,
            max_message_bytes=self.helpdesk_message_max_mb * MEGABYTE,
            max_ticket_bytes=self.helpdesk_ticket_max_mb * MEGABYTE,
        )
