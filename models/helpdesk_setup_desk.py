# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

SETTINGS = "base.group_system"
#: code, section and sequence
STEPS = (
    ("team", "desk", 10),
    ("types", "desk", 20),
    ("hours", "desk", 30),
    ("contact", "desk", 40),
    ("languages", "desk", 50),
    ("two_factor", "desk", 60),
    ("locations", "customers", 10),
    ("announcements", "customers", 50),
)
CONFIGURATION = "helpdesk_mgmt.action_helpdesk_mgmt_config_settings"


class HelpdeskSetup(models.AbstractModel):
    """The desk itself, and what its customers find."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        titles = {
            "team": self.env._("Who answers"),
            "types": self.env._("What customers may ask for"),
            "hours": self.env._("When you work"),
            "contact": self.env._("How customers reach you"),
            "languages": self.env._("Languages"),
            "two_factor": self.env._("Two-step authentication"),
            "locations": self.env._("Locations"),
            "announcements": self.env._("Announcements"),
        }
        return super()._get_steps() | {
            code: {"section": section, "sequence": sequence, "title": titles[code]}
            for code, section, sequence in STEPS
        }

    # ------------------------------------------------------------
    # Your desk
    # ------------------------------------------------------------

    def _check_team(self):
        teams = self._get_teams()
        empty = teams.filtered(lambda team: not team.user_ids)
        step = {
            "button": self.env._("Teams"),
            "action": "helpdesk_mgmt.helpdesk_ticket_team_action",
        }
        if empty:
            sentence = self.env._(
                "Nobody is a member of %s: tickets come in and nobody is told.",
                ", ".join(empty.mapped("name")),
            )
            button = self.env._("Add members")
            action = self._open_team(empty[0])
            return {
                "state": "todo",
                "sentence": sentence,
                "button": button,
                "action": action,
            }
        people = len(teams.user_ids)
        sentence = self.env._(
            "Teams: %(teams)s. People who answer: %(people)s.",
            teams=self._enumerate(teams.mapped("name")),
            people=people,
        )
        return step | {"state": "done", "sentence": sentence}

    def _check_types(self):
        company = self.env.company
        own = [("company_id", "in", [False, company.id])]
        teams = self._get_teams()
        offered = ["|", ("team_ids", "=", False), ("team_ids", "in", teams.ids)]
        types = self.env["helpdesk.ticket.type"].search(offered)
        names = list(dict.fromkeys(types.mapped("name")))
        categories = self.env["helpdesk.ticket.category"].search_count(own)
        if not names:
            return {
                "state": "todo",
                "sentence": self.env._(
                    "Without types every ticket is alike: begin with a template, or "
                    "make your own."
                ),
                "button": self.env._("Begin with a template"),
                "action": "helpdesk_service_portal.helpdesk_desk_wizard_action",
            }
        return {
            "state": "done",
            "sentence": self.env._(
                "Types: %(types)s. Categories: %(categories)s.",
                types=self._enumerate(names),
                categories=categories,
            ),
            "button": self.env._("Types"),
            "action": "helpdesk_type.action_helpdesk_ticket_type",
        }

    def _check_hours(self):
        teams = self._get_teams()
        without = teams.filtered(lambda team: not team.calendar_id)
        step = {
            "button": self.env._("Teams"),
            "action": "helpdesk_mgmt.helpdesk_ticket_team_action",
        }
        if without:
            step |= {
                "state": "todo",
                "sentence": self.env._(
                    "No working hours are set for %s: promises and reminders are "
                    "counted around the clock.",
                    self._enumerate(without.mapped("name")),
                ),
            }
            if len(without) == 1:
                step["button"] = self.env._("Open the team")
                step["action"] = self._open_team(without)
            return step
        names = [f"{team.name} ({team.calendar_id.name})" for team in teams]
        sentence = self.env._("Working hours: %s.", self._enumerate(names))
        return step | {"state": "done", "sentence": sentence}

    def _check_contact(self):
        company = self.env.company
        ways = company._get_support_contact()
        shown = [ways[name] for name in ("email", "phone", "whatsapp") if ways[name]]
        step = {
            "button": self.env._("Settings"),
            "action": CONFIGURATION,
            "group": SETTINGS,
        }
        if not shown:
            sentence = self.env._(
                "Customers who cannot sign in find neither address nor telephone."
            )
            return step | {"state": "todo", "sentence": sentence}
        sentence = self.env._("Customers are shown %s.", ", ".join(shown))
        return step | {"state": "done", "sentence": sentence}

    def _check_languages(self):
        """Done when every language that customers read is installed and offered."""
        installed = dict(self.env["res.lang"].get_installed())
        website = self.env["website"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        offered = website.language_ids.mapped("code") if website else []
        hidden = [name for code, name in installed.items() if code not in offered]
        step = {
            "button": self.env._("Languages"),
            "action": "base.res_lang_act_window",
            "group": SETTINGS,
        }
        if website and hidden:
            return {
                "state": "todo",
                "sentence": self.env._(
                    "Installed, but not offered to visitors of the website: %s.",
                    self._enumerate(hidden),
                ),
                "button": self.env._("Website settings"),
                "action": "website.action_website_configuration",
                "group": SETTINGS,
            }
        sentence = self.env._(
            "Pages and mails speak %s.", self._enumerate(list(installed.values()))
        )
        return step | {"state": "done", "sentence": sentence}

    def _check_two_factor(self):
        policy = self.env["ir.config_parameter"].get_param("auth_totp.policy")
        asked = self.env["res.partner"].search_count(
            [
                ("helpdesk_require_two_factor", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )
        step = {
            "button": self.env._("Settings"),
            "action": "base_setup.action_general_configuration",
            "group": SETTINGS,
        }
        if not policy:
            sentence = self.env._(
                "Your own people sign in with a password alone. Ask them for a second "
                "step; customers may choose."
            )
            return step | {"state": "todo", "sentence": sentence}
        if policy == "all_required":
            sentence = self.env._("Everybody signs in with a second step.")
        else:
            sentence = self.env._(
                "Your own people sign in with a second step. Customers whose company "
                "asks for it: %s.",
                asked,
            )
        return step | {"state": "done", "sentence": sentence}

    # ------------------------------------------------------------
    # Your customers
    # ------------------------------------------------------------

    def _check_locations(self):
        count = self.env["helpdesk.ticket.location"].search_count(
            [("company_id", "in", [False, self.env.company.id])]
        )
        step = {
            "button": self.env._("Import from a file"),
            "action": "helpdesk_service_portal.helpdesk_location_import_action",
        }
        if not count:
            sentence = self.env._(
                "The hotels, sites or offices of your customers: take them over from "
                "a spreadsheet."
            )
            return step | {"state": "todo", "sentence": sentence}
        unmanaged = self.env["helpdesk.ticket.location"].search_count(
            [
                ("company_id", "in", [False, self.env.company.id]),
                ("manager_ids", "=", False),
            ]
        )
        sentence = self.env._(
            "Locations: %(count)s; nobody manages %(unmanaged)s of them.",
            count=count,
            unmanaged=unmanaged,
        )
        return step | {"state": "done", "sentence": sentence}

    def _check_announcements(self):
        running = self.env["helpdesk.announcement"].search_count(
            [("company_id", "in", [False, self.env.company.id])]
        )
        step = {
            "button": self.env._("Announcements"),
            "action": "helpdesk_service_portal.helpdesk_announcement_action",
        }
        if not running:
            sentence = self.env._(
                "When something fails for many, one announcement spares you a hundred "
                "tickets: write one now as a draft, so that you know how."
            )
            return step | {"state": "todo", "sentence": sentence}
        sentence = self.env._("Announcements written so far: %s.", running)
        return step | {"state": "done", "sentence": sentence}

    @api.model
    def _enumerate(self, names, most=5):
        """Return names with commas, the first ones where there are many."""
        shown = ", ".join(names[:most])
        rest = len(names) - most
        if rest <= 0:
            return shown
        return self.env._("%(names)s and %(count)s more", names=shown, count=rest)
