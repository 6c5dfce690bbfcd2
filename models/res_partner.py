from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # each mail looks for the contacts with its addresses
    _helpdesk_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    _helpdesk_emails_idx = models.Index("(id) WHERE email ~ '[,;]'")
    _helpdesk_domain_idx = models.Index(
        "(split_part(email_normalized, '@', 2), commercial_partner_id)"
        " WHERE email_normalized IS NOT NULL"
    )

    helpdesk_scope = fields.Selection(
        selection=[
            ("own", "Own tickets and those they take part in"),
            ("location", "Also those of the locations they manage"),
            ("company", "Also those of their whole company"),
        ],
        string="Sees in the portal",
        default="own",
        required=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Which tickets this contact sees in the portal.",
    )
    helpdesk_is_manager = fields.Boolean(
        string="Manages their company's people",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Invites and removes people of their company in the portal, and sees "
        "tickets of private categories as far as they see their company's tickets.",
    )
    helpdesk_is_shared = fields.Boolean(
        string="Mailbox of several people",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Several people use this contact's mailbox and account: the portal asks "
        "who is writing, and shows all of them what waits for an answer.",
    )
    helpdesk_location_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.location",
        relation="helpdesk_ticket_location_manager_rel",
        column1="partner_id",
        column2="location_id",
        string="Managed locations",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Locations this contact manages: the ticket form offers them these.",
    )
