from odoo import api, fields, models

from ..tools import phone

LOCATION_WORDS = [("location", "Location"), ("hotel", "Hotel"), ("site", "Site")]


class ResCompany(models.Model):
    _inherit = "res.company"

    helpdesk_team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        string="Default helpdesk team",
        ondelete="restrict",
        help="Tickets that neither type, category nor location send to a team "
        "come here.",
    )
    helpdesk_email = fields.Char(
        string="Support e-mail",
        help="Address shown to customers, also on the sign-in page, and the sender of "
        "the helpdesk's mails. A mail to it opens a ticket if it is the alias of a "
        "team.",
    )
    helpdesk_phone = fields.Char(
        string="Support phone", help="Number shown to customers for calls."
    )
    helpdesk_whatsapp = fields.Char(
        string="Support WhatsApp", help="Number shown to customers for WhatsApp."
    )
    helpdesk_emergency_phone = fields.Char(
        string="Emergency phone",
        help="Shown after sending an urgent ticket and out of hours.",
    )
    helpdesk_trusted_authserv = fields.Char(
        string="Mail server that checks senders",
        help="The name our mail server signs its header Authentication-Results with. "
        "Mails that claim to come from our staff are then shown to customers only if "
        "it says that they do; others are held. Empty: nobody checks.",
    )
    helpdesk_mgmt_portal_select_category = fields.Boolean(default=True)
    helpdesk_mgmt_portal_type = fields.Boolean(default=True)
    helpdesk_location_word = fields.Selection(
        selection=LOCATION_WORDS,
        string="Locations are called",
        default="location",
        required=True,
        help="What customers call the place where something happened.",
    )
    helpdesk_audit_months = fields.Integer(
        string="Months the audit is kept",
        default=24,
        help="Older lines of the audit are deleted. 0 keeps them for ever.",
    )

    helpdesk_link_days = fields.Integer(
        string="Days links of mails work after closing",
        default=90,
        help="The links in mails open their ticket without signing in until so many "
        "days after it was closed. 0: for ever.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Every company has a team from its first day on."""
        companies = super().create(vals_list)
        companies._create_helpdesk_team()
        return companies

    def _create_helpdesk_team(self):
        """Give a default team to the companies that have none."""
        # sudo: helpdesk.ticket.team - who creates a company needs no helpdesk right
        Team = self.env["helpdesk.ticket.team"].sudo()
        for company in self.filtered(lambda c: not c.helpdesk_team_id):
            team = Team.search(
                [("company_id", "in", [False, company.id])],
                order="sequence, id",
                limit=1,
            )
            company.helpdesk_team_id = team or Team.create(
                {"name": self.env._("Support"), "company_id": company.id}
            )

    def _get_location_word(self, plural=False, team=None):
        """Return what this company calls a location, in the reader's language.

        :param team: whose own word wins, where it has one
        """
        self.ensure_one()
        words = {
            "location": (self.env._("Location"), self.env._("Locations")),
            "hotel": (self.env._("Hotel"), self.env._("Hotels")),
            "site": (self.env._("Site"), self.env._("Sites")),
        }
        # sudo: helpdesk.ticket.team - a word that customers read
        word = team and team.sudo().location_word or self.helpdesk_location_word
        return words[word][bool(plural)]

    def _get_support_contact(self):
        """Return how customers reach us, with links that dial, chat and write.

        :return: dict ``email``, ``phone``, ``whatsapp`` and ``emergency``, each with
            its ``<name>_link``, and ``any``: whether one of the first three is set
        """
        company = self.sudo()  # sudo: res.company - what is shown to everybody
        values = {
            "email": company.helpdesk_email,
            "phone": company.helpdesk_phone,
            "whatsapp": company.helpdesk_whatsapp,
        }
        chat = company.helpdesk_whatsapp or ""
        national = chat and not phone.plain(chat).startswith("+")
        country = company.country_id.code if national else None
        emergency = company.helpdesk_emergency_phone
        return values | {
            "any": any(values.values()),
            "email_link": f"mailto:{company.helpdesk_email}",
            "phone_link": phone.dial_link(company.helpdesk_phone),
            "whatsapp_link": phone.whatsapp_link(chat, country),
            "emergency": emergency,
            "emergency_link": phone.dial_link(emergency),
        }
