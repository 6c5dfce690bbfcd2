from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_team_id = fields.Many2one(
        related="company_id.helpdesk_team_id", readonly=False
    )
    helpdesk_email = fields.Char(related="company_id.helpdesk_email", readonly=False)
    helpdesk_phone = fields.Char(related="company_id.helpdesk_phone", readonly=False)
    helpdesk_whatsapp = fields.Char(
        related="company_id.helpdesk_whatsapp", readonly=False
    )
    helpdesk_emergency_phone = fields.Char(
        related="company_id.helpdesk_emergency_phone", readonly=False
    )
    helpdesk_location_word = fields.Selection(
        related="company_id.helpdesk_location_word", readonly=False, required=True
    )
    helpdesk_audit_months = fields.Integer(
        related="company_id.helpdesk_audit_months", readonly=False
    )
    helpdesk_link_days = fields.Integer(
        related="company_id.helpdesk_link_days", readonly=False
    )
    helpdesk_trusted_authserv = fields.Char(
        related="company_id.helpdesk_trusted_authserv", readonly=False
    )
    helpdesk_file_formats = fields.Char(
        related="company_id.helpdesk_file_formats", readonly=False
    )
    helpdesk_file_max_mb = fields.Integer(
        related="company_id.helpdesk_file_max_mb", readonly=False
    )
    helpdesk_message_max_files = fields.Integer(
        related="company_id.helpdesk_message_max_files", readonly=False
    )
    helpdesk_message_max_mb = fields.Integer(
        related="company_id.helpdesk_message_max_mb", readonly=False
    )
    helpdesk_ticket_max_mb = fields.Integer(
        related="company_id.helpdesk_ticket_max_mb", readonly=False
    )
