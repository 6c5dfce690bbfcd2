# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import re

import rjsmin

from odoo import api, fields, models, tools
from odoo.http import request

from ..tools import headers

FOLDER = "helpdesk_service_portal/static/src/launcher"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}")


class Website(models.Model):
    """The help button of our website, and of other sites that load its script."""

    _inherit = "website"

    helpdesk_launcher = fields.Boolean(
        string="Help button",
        default=True,
        help="The pages of this website show a button that opens tickets, finds them "
        "again, searches and says how to reach us. Pages of the portal have all of "
        "that already.",
    )

    def _shows_launcher(self):
        """Tell whether the page being shown has the help button."""
        if not self.helpdesk_launcher or not request:
            return False
        return not headers.is_portal(request.httprequest.path)

    def _get_launcher_line(self):
        """Return what other sites put into their pages."""
        self.ensure_one()
        source = f"{self.get_base_url()}/support/launcher.js"
        return f'<script src="{source}" defer></script>'

    def _get_launcher_script(self, lang):
        """Return the source of the help button, in one language.

        It names nobody: who is signed in is asked for by the button of our own site.
        """
        config = json.dumps(
            self.with_context(lang=lang)._get_launcher_config(lang),
            separators=(",", ":"),
            ensure_ascii=False,
        )
        # line ends of Unicode end a text in older browsers
        config = config.replace("\u2028", " ").replace("\u2029", " ")
        return f"(()=>{{{self._get_launcher_code()};helpdeskLauncher({config})}})();"

    @tools.ormcache()
    def _get_launcher_code(self):
        with tools.file_open(f"{FOLDER}/launcher.js") as file:
            return rjsmin.jsmin(file.read()).strip()

    @tools.ormcache()
    def _get_launcher_style(self):
        with tools.file_open(f"{FOLDER}/launcher.css") as file:
            text = re.sub(r"\s+", " ", file.read())
        return re.sub(r"\s*([{};,])\s*", r"\1", text).strip()

    def _get_launcher_config(self, lang):
        """Return words, colours and addresses for the script."""
        self.ensure_one()
        # sudo: website, res.company - what is shown to everybody
        website = self.sudo()
        company = website.company_id
        # sudo: helpdesk.ticket - the types offered to who has no account
        Ticket = self.env["helpdesk.ticket"].sudo().with_company(company)
        data = self.env["res.lang"]._get_data(code=lang)
        is_default = lang == website.default_lang_id.code
        back, front = company.email_secondary_color, company.email_primary_color
        colours = "".join(
            f"--{name}:{value if COLOUR.fullmatch(value or '') else default};"
            for name, value, default in (
                ("back", back, "#875A7B"),
                ("front", front, "#FFFFFF"),
            )
        )
        return {
            "lang": lang.replace("_", "-"),
            "dir": data.direction,
            "prefix": "" if is_default else f"/{data.url_code}",
            "css": f":host{{{colours}}}{self._get_launcher_style()}",
            "words": self._get_launcher_words(company),
            "types": Ticket._launcher_types(Ticket._visitor_types()),
            "contact": self._get_launcher_contact(company),
        }

    def _get_launcher_words(self, company):
        return {
            "button": self.env._("Contact support"),
            "title": self.env._("Support of %(company)s", company=company.name),
            "create": self.env._("Create a ticket"),
            "open": self.env._("Open a new ticket"),
            "tickets": self.env._("My tickets"),
            "see": self.env._("See my tickets and their status"),
            "all": self.env._("All my tickets"),
            "none": self.env._("You have no tickets yet."),
            "search": self.env._("Search for help"),
            "find": self.env._("Search"),
            "contact": self.env._("How to reach us"),
            "close": self.env._("Close"),
        }

    def _get_launcher_contact(self, company):
        contact = company._get_support_contact()
        labels = {
            "email": self.env._("E-mail"),
            "phone": self.env._("Phone"),
            "whatsapp": "WhatsApp",
        }
        return [
            {"label": label, "text": contact[name], "url": contact[f"{name}_link"]}
            for name, label in labels.items()
            if contact[name]
        ]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    helpdesk_launcher = fields.Boolean(
        related="website_id.helpdesk_launcher", readonly=False
    )
    helpdesk_launcher_line = fields.Char(
        string="Help button for other sites",
        compute="_compute_helpdesk_launcher_line",
        help="One line that puts the same button into pages of other sites.",
    )

    @api.depends("website_id")
    def _compute_helpdesk_launcher_line(self):
        for settings in self:
            website = settings.website_id or self.env["website"].get_current_website()
            settings.helpdesk_launcher_line = website._get_launcher_line()
