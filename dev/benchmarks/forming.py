# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: customers whose form offers few things, and many."""

from . import seeding
from .inside import answer
from .scoping import make_places

FEW, MANY = (5, 5), (200, 300)
FIELDS = (
    "requester copies subject description files location type category priority"
    " vat company phone area extension"
)


def seed_few(env, tickets):
    """A customer of five places, five categories to choose from."""
    seed(env, tickets, *FEW)


def seed_many(env, tickets):
    """A customer of 200 places, 300 categories to choose from."""
    seed(env, tickets, *MANY)


def seed(env, tickets, places, categories):
    """Fill a database as the customers' pages have it, with a form of every field."""
    seeding.seed(env, tickets)
    some = env["res.users"].search([("login", "=", "some@hotel.example")]).partner_id
    make_places(env, some.commercial_partner_id, places)
    env["helpdesk.ticket.category"].search([]).action_archive()
    env["helpdesk.ticket.category"].create(
        [{"name": f"Category {number}"} for number in range(categories)]
    )
    env.company.write(
        {
            "helpdesk_mgmt_portal_select_category": True,
            "helpdesk_mgmt_portal_type": True,
        }
    )
    env["res.partner"].create(
        {
            "name": "Colleague",
            "email": "colleague@hotel.example",
            "parent_id": some.commercial_partner_id.id,
        }
    )
    env.cr.commit()


def ask_everything(env):
    """The form of the desk asks for every field there is."""
    team = env.company.helpdesk_team_id
    env["helpdesk.ticket.form.field"].create(
        [
            {"team_id": team.id, "name": name, "sequence": sequence}
            for sequence, name in enumerate(FIELDS.split())
        ]
    )
    env.cr.commit()
    answer(team=team.id)
