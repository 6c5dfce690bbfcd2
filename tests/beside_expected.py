# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tests of OCA's addons that end otherwise with this module installed, and why.

By the name of the test: helpdesk_type and helpdesk_mgmt_sla inherit those of
helpdesk_mgmt. Read by tests/test_beside.py and ./dev/beside, which knows no Odoo:
literals only.
"""

EXPECTED = {
    "test_close_ticket": (
        "303 See Other follows the POST, where the base says 302 Found"
    ),
    "test_close_ticket_invalid_stage": (
        "303 See Other follows the POST, where the base says 302 Found"
    ),
    "test_tickets_2_users": (
        "somebody else's ticket is not found (404), where the base leads to /my"
    ),
    "test_form_creation": "every ticket has a contact: the agent's form asks for it",
    "test_helpdesk_ticket_datetimes": (
        "Done means solved, which has a date of its own; closed comes later"
    ),
    "test_ticket_default_user_team": (
        "type, category, location and company decide the team, not who wrote it down"
    ),
    "test_ticket_with_team_stage": "every ticket has a team: it cannot be emptied",
    "test_dashboard_buttons": "every ticket has a team: none waits without one",
    "test_helpdesk_onchange_type_id": "every ticket has a team: a type leaves it",
}
