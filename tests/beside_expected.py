# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tests of OCA's addons that end otherwise with this module installed, and why.

Read by tests/test_beside.py and ./dev/beside, which knows no Odoo: literals only.
"""

EXPECTED = {
    "helpdesk_mgmt/test_helpdesk_portal:TestHelpdeskPortal.test_close_ticket": (
        "303 See Other follows the POST, where the base says 302 Found"
    ),
    "helpdesk_mgmt/test_helpdesk_portal:TestHelpdeskPortal"
    ".test_close_ticket_invalid_stage": (
        "303 See Other follows the POST, where the base says 302 Found"
    ),
    "helpdesk_mgmt/test_helpdesk_portal:TestHelpdeskPortal.test_tickets_2_users": (
        "somebody else's ticket is not found (404), where the base leads to /my"
    ),
    "helpdesk_mgmt/test_helpdesk_ticket:TestHelpdeskTicket.test_form_creation": (
        "every ticket has a contact: the agent's form asks for it"
    ),
    "helpdesk_mgmt/test_helpdesk_ticket:TestHelpdeskTicket"
    ".test_helpdesk_ticket_datetimes": (
        "Done means solved, which has a date of its own; closed comes later"
    ),
    "helpdesk_mgmt/test_helpdesk_ticket:TestHelpdeskTicket"
    ".test_ticket_default_user_team": (
        "type, category, location and company decide the team, not who wrote it down"
    ),
    "helpdesk_mgmt/test_helpdesk_ticket:TestHelpdeskTicket"
    ".test_ticket_with_team_stage": "every ticket has a team: it cannot be emptied",
    "helpdesk_mgmt/test_helpdesk_ticket_team:TestHelpdeskTicketTeam"
    ".test_dashboard_buttons": "every ticket has a team: none waits without one",
    "helpdesk_type/test_helpdesk_type:TestHelpdeskType.test_form_creation": (
        "every ticket has a contact: the agent's form asks for it"
    ),
    "helpdesk_type/test_helpdesk_type:TestHelpdeskType"
    ".test_helpdesk_onchange_type_id": "every ticket has a team: a type leaves it",
    "helpdesk_type/test_helpdesk_type:TestHelpdeskType"
    ".test_helpdesk_ticket_datetimes": (
        "Done means solved, which has a date of its own; closed comes later"
    ),
    "helpdesk_type/test_helpdesk_type:TestHelpdeskType.test_ticket_default_user_team": (
        "type, category, location and company decide the team, not who wrote it down"
    ),
    "helpdesk_type/test_helpdesk_type:TestHelpdeskType"
    ".test_ticket_with_team_stage": "every ticket has a team: it cannot be emptied",
}
