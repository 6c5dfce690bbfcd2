# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: a desk whose customers see tickets by each kind of scope."""

from . import seeding
from .inside import answer

SCOPES = ("own", "location", "company", "shared")
VISIBLE = (200, 5000)
COLLEAGUES = 20
LOCATIONS = 3
SHARE = """
    INSERT INTO helpdesk_ticket_participant
           (ticket_id, partner_id, source, date_added, included)
    SELECT id, %s, 'customer', create_date, TRUE
      FROM helpdesk_ticket
     WHERE id IN (SELECT id FROM helpdesk_ticket
                   WHERE commercial_partner_id = ANY(%s)
                   ORDER BY md5(id::text) LIMIT %s)
"""


def seed(env, tickets):
    """Fill a database: for each scope a person who sees few and one who sees many."""
    env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
    desk = seeding.make_desk(env)
    people = {
        (scope, count): seeding.make_person(env, f"{scope}{count}")
        for scope in SCOPES
        for count in VISIBLE
    }
    contacts = seeding.make_contacts(env)
    places = make_places(env, contacts.commercial_partner_id)
    first = people["own", VISIBLE[0]]
    ticket = seeding.make_ticket(env, desk, first)
    template = ticket.copy({"user_id": False, "team_id": desk.id})
    env.flush_all()
    indexes = seeding.drop_indexes(env)
    left = tickets
    for (scope, count), person in people.items():
        count = min(count, tickets // 10)
        if scope != "shared":
            fill(env, template, scope, count, person, desk)
            left -= count
    pace = 2 * 365 * 86400 / max(left, 1)
    home = {place.partner_id: place.id for place in places}
    at_home = [home[contact.commercial_partner_id] for contact in contacts]
    copy(env, template, left, contacts, desk, pace, location_id=among(at_home))
    for definition in indexes:
        env.cr.execute(definition)
    companies = contacts.commercial_partner_id.ids
    for count in VISIBLE:
        person = people["shared", count]
        wanted = min(count, tickets // 10)
        env.cr.execute(SHARE, [person.id, companies, wanted])
    env.cr.commit()
    answer(ticket=ticket.id)


def copy(env, template, count, contacts, desk, pace, **changes):
    seeding.copy_ticket(
        env, template, count, contacts, desk, pace, messages=0, **changes
    )


def fill(env, template, scope, count, person, desk):
    """Give a person what they see by their scope."""
    company = person.commercial_partner_id
    askers, changes = person, {}
    if scope in ("location", "company"):
        askers = make_colleagues(env, company)
        person.helpdesk_scope = scope
    if scope == "location":
        places = make_places(env, company, LOCATIONS)
        person.helpdesk_location_ids = places
        changes["location_id"] = among(places.ids)
    env.flush_all()
    copy(env, template, count, askers, desk, 7200, **changes)


def make_colleagues(env, company):
    return env["res.partner"].create(
        [
            {
                "name": f"Colleague {number} of {company.name}",
                "email": f"colleague{number}.{company.id}@hotel.example",
                "parent_id": company.id,
            }
            for number in range(COLLEAGUES)
        ]
    )


def make_places(env, companies, count=1):
    return env["helpdesk.ticket.location"].create(
        [
            {"name": f"Site {number} of {company.name}", "partner_id": company.id}
            for company in companies
            for number in range(count)
        ]
    )


def among(ids):
    """SQL of one of these ids, the same one for the same requester."""
    numbers = ",".join(map(str, ids))
    return f"(ARRAY[{numbers}])[1 + row %% {len(ids)}]"
