# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The first release did not note what it changed in the base: what that had before.

Who uninstalls later gets it back, see models/helpdesk_leaving.py.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

RULE = (
    "['|', ('partner_id', 'child_of', [user.commercial_partner_id.id]),"
    " ('message_partner_ids', 'child_of', [user.commercial_partner_id.id])]"
)
#: what the base ships, by external id: columns and values
BASE = {
    "helpdesk_mgmt.helpdesk_ticket_rule_portal": {
        "name": "Portal Personal Tickets",
        "domain_force": RULE,
    },
    "helpdesk_mgmt.access_helpdesk_ticket_stage_public": {"perm_write": True},
    "helpdesk_mgmt.helpdesk_ticket_dashboard_menu": {"sequence": 1},
    "helpdesk_type.action_helpdesk_ticket_type": {
        "name": {"en_US": "Helpdesk Ticket Type"},
        "path": None,
        "help": None,
    },
    **{
        f"helpdesk_mgmt.{name}": {"help": None}
        for name in (
            "helpdesk_my_tickets_action",
            "helpdesk_ticket_action",
            "helpdesk_ticket_category_action",
            "helpdesk_ticket_channel_action",
            "helpdesk_ticket_dashboard_action",
            "helpdesk_ticket_reporting_action",
            "helpdesk_ticket_stage_action",
            "helpdesk_ticket_tag_action",
            "helpdesk_ticket_team_action",
        )
    },
}
#: English names of ours and of the base
CHANNELS = {
    "helpdesk_mgmt.helpdesk_ticket_channel_web": ("Web portal", "Web"),
    "helpdesk_mgmt.helpdesk_ticket_channel_email": ("E-mail", "Email"),
}


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    Change = env["helpdesk.leaving.change"]
    if Change.search_count([]):
        return
    rows = dict(BASE)
    for name, (ours, theirs) in CHANNELS.items():
        channel = env.ref(name, raise_if_not_found=False)
        if channel and channel.with_context(lang="en_US").name == ours:
            rows[name] = {"name": {"en_US": theirs}}
    env.flush_all()
    for name, before in rows.items():
        record = env.ref(name, raise_if_not_found=False)
        if record:
            after = {column: read(cr, record, column) for column in before}
            changed = [column for column in before if before[column] != after[column]]
            if changed:
                Change.create(
                    {
                        "table_name": record._table,
                        "res_id": record.id,
                        "before": {column: before[column] for column in changed},
                        "after": {column: after[column] for column in changed},
                    }
                )
    menu = env.ref("helpdesk_mgmt.helpdesk_ticket_dashboard_menu", False)
    group = env.ref("helpdesk_mgmt.group_helpdesk_user_own")
    if menu:
        Change.create(
            {
                "table_name": "ir_ui_menu_group_rel",
                "res_id": 0,
                "before": [],
                "after": [[menu.id, group.id]],
            }
        )


def read(cr, record, column):
    cr.execute(
        SQL(
            "SELECT to_jsonb(%s) FROM %s WHERE id = %s",
            SQL.identifier(column),
            SQL.identifier(record._table),
            record.id,
        )
    )
    return cr.fetchone()[0]
