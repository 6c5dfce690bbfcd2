# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process, with and without our module: customers, agents, tickets."""

from .inside import answer

PEOPLE = {"many": 5000, "some": 200, "none": 0}
PASSWORD = "bench-password"
CUSTOMERS = 500
CONTACTS = 4
AGENTS = 10
MESSAGES = 2
THREAD = 6

#: what differs from ticket to ticket; the rest is the template's
CHANGES = {
    "number": "'B' || %(first)s + row",
    "name": "(%(subjects)s)[1 + row %% %(subject_count)s] || ' ' || row",
    "access_token": "md5('ticket' || row)",
    "submission_key": "NULL",
    "create_date": "now() AT TIME ZONE 'UTC' - row * %(pace)s * interval '1 second'",
    "partner_id": "(%(partners)s)[1 + row %% %(partner_count)s]",
    "commercial_partner_id": "(%(companies)s)[1 + row %% %(partner_count)s]",
    "user_id": "(%(agents)s)[1 + row %% %(agent_count)s]",
    "stage_id": "(%(stages)s)[1 + row %% %(stage_count)s]",
    "stage_kind": "(%(kinds)s)[1 + row %% %(stage_count)s]",
    "turn": "(%(turns)s)[1 + row %% %(stage_count)s]",
    "search_text": "lower('b' || %(first)s + row || ' '"
    " || (%(subjects)s)[1 + row %% %(subject_count)s] || ' ' || row)",
}
TICKETS = """
    INSERT INTO helpdesk_ticket ({columns})
    SELECT {values}
      FROM helpdesk_ticket ticket, generate_series(1, %(count)s) AS row
     WHERE ticket.id = %(ticket)s
"""
FOLLOWERS = """
    INSERT INTO mail_followers (res_model, res_id, partner_id)
    SELECT 'helpdesk.ticket', id, partner_id FROM helpdesk_ticket WHERE id > %(last)s
"""
PARTICIPANTS = """
    INSERT INTO helpdesk_ticket_participant
           (ticket_id, partner_id, source, date_added, included)
    SELECT id, partner_id, 'requester', create_date, TRUE
      FROM helpdesk_ticket WHERE id > %(last)s
"""
MESSAGES_OF_EACH = """
    INSERT INTO mail_message
           (model, res_id, author_id, message_type, subtype_id, body, date, subject,
            message_id, is_internal, create_date, write_date, create_uid, write_uid)
    SELECT 'helpdesk.ticket', ticket.id, ticket.partner_id, 'comment', %(subtype)s,
           '<p>Message ' || row || '</p>', ticket.create_date, ticket.name,
           '<' || ticket.id || '.' || row || '@desk.example>', FALSE,
           ticket.create_date, ticket.create_date, 1, 1
      FROM helpdesk_ticket ticket, generate_series(1, %(messages)s) AS row
     WHERE ticket.id > %(last)s
"""
INDEXES = """
    SELECT class.relname, pg_get_indexdef(index.indexrelid)
      FROM pg_index index JOIN pg_class class ON class.oid = index.indexrelid
     WHERE index.indrelid = 'helpdesk_ticket'::regclass AND NOT index.indisunique
"""


def seed(env, tickets):
    """Fill a database: 500 customers of 4 contacts, the people measured, tickets."""
    env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
    desk = make_desk(env)
    people = {name: make_person(env, name) for name in PEOPLE}
    contacts = make_contacts(env)
    ticket = make_ticket(env, desk, people["some"])
    template = ticket.copy({"user_id": False, "team_id": desk.id})
    env.flush_all()
    indexes = drop_indexes(env)
    left = tickets
    for name, count in PEOPLE.items():
        # a desk of a thousand has customers of the same size, but one
        count = min(count, tickets // 4)
        if count:
            copy_ticket(env, template, count, people[name], desk, 7200)
        left -= count
    pace = 2 * 365 * 86400 / max(left, 1)
    copy_ticket(env, template, left, contacts, desk, pace)
    for definition in indexes:
        env.cr.execute(definition)
    env.cr.commit()
    answer(ticket=ticket.id)


def make_desk(env):
    agents = env["res.users"].create(
        [
            {
                "name": f"Agent {number}",
                "login": f"agent{number}",
                "email": f"agent{number}@desk.example",
                "group_ids": [(4, env.ref("helpdesk_mgmt.group_helpdesk_user_own").id)],
            }
            for number in range(AGENTS)
        ]
    )
    team = env["helpdesk.ticket.team"].create(
        {"name": "Desk", "user_ids": [(6, 0, agents.ids)], "show_in_portal": True}
    )
    if "helpdesk_team_id" in env.company:
        env.company.helpdesk_team_id = team
    else:
        # as ours, the base acknowledges a ticket, where its first stage has a mail
        new = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        new.mail_template_id = env.ref("helpdesk_mgmt.changed_stage_template")
    return team


def make_person(env, name):
    """A customer who signs in, with a company of their own."""
    company = env["res.partner"].create({"name": f"Hotel {name}", "is_company": True})
    return (
        env["res.users"]
        .create(
            {
                "name": f"Person {name}",
                "login": f"{name}@hotel.example",
                "email": f"{name}@hotel.example",
                "password": PASSWORD,
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
                "partner_id": env["res.partner"]
                .create(
                    {
                        "name": f"Person {name}",
                        "email": f"{name}@hotel.example",
                        "parent_id": company.id,
                    }
                )
                .id,
            }
        )
        .partner_id
    )


def make_contacts(env):
    Partner = env["res.partner"]
    companies = Partner.create(
        [{"name": f"Hotel {number}", "is_company": True} for number in range(CUSTOMERS)]
    )
    return Partner.create(
        [
            {
                "name": f"Guest {number} of {company.name}",
                "email": f"guest{number}.{company.id}@hotel.example",
                "parent_id": company.id,
            }
            for company in companies
            for number in range(CONTACTS)
        ]
    )


def make_ticket(env, desk, partner):
    """A ticket with a thread and files on both sides, made as people make it."""
    agent = desk.user_ids[:1]
    ticket = (
        env["helpdesk.ticket"]
        .with_context(helpdesk_no_acknowledgement=True)
        .create(
            {
                "name": "Bookings are missing",
                "description": "<p>None since this morning</p>",
                "partner_id": partner.id,
                "partner_name": partner.name,
                "partner_email": partner.email,
                "team_id": desk.id,
                "user_id": agent.id,
            }
        )
    )
    ticket.message_subscribe(partner.ids)
    quiet = ticket.with_context(mail_notify_force_send=False)
    for number in range(THREAD):
        author = agent.partner_id if number % 2 else partner
        text = f"Message {number}"
        quiet.message_post(
            author_id=author.id,
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(f"log{number}.pdf", b"%PDF-1.4\n")] if number < 2 else [],
        )
    env["mail.mail"].search([]).unlink()
    return ticket


def drop_indexes(env):
    """Drop the indexes of tickets; what makes them again. Filling is faster so."""
    env.cr.execute(INDEXES)
    rows = env.cr.fetchall()
    for name, _definition in rows:
        env.cr.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in rows]


def copy_ticket(
    env,
    template,
    count,
    partners,
    desk,
    pace,
    stages=None,
    messages=MESSAGES,
    **changes,
):
    """Add tickets like the template, ``pace`` seconds apart, with their threads.

    :param messages: how many each thread has
    :param changes: SQL of what else differs, by column
    :return: the highest id that was there before
    """
    cr = env.cr
    changes = CHANGES | changes
    cr.execute("SELECT max(id) FROM helpdesk_ticket")
    last = cr.fetchone()[0]
    stages = stages or desk._get_applicable_stages()
    subjects = [
        f"{thing} {trouble}"
        for thing in ("Bookings", "Rates", "Invoices", "Reports", "Guests", "Keys")
        for trouble in ("are missing", "do not arrive", "are wrong", "came twice")
    ]
    kinds = [getattr(stage, "kind", "") for stage in stages]
    turns = {"waiting_customer": "customer", "waiting_other": "other"}
    turns |= {"solved": "done", "closed": "done"}
    values = {
        "ticket": template.id,
        "count": count,
        "first": last * 1000,
        "last": last,
        "pace": pace,
        "subjects": subjects,
        "subject_count": len(subjects),
        "partners": partners.ids,
        "companies": partners.commercial_partner_id.ids
        if len(partners) == 1
        else [partner.commercial_partner_id.id for partner in partners],
        "partner_count": len(partners),
        "agents": desk.user_ids.ids,
        "agent_count": len(desk.user_ids),
        "stages": stages.ids,
        "kinds": kinds,
        "turns": [turns.get(kind, "us") for kind in kinds],
        "stage_count": len(stages),
        "messages": messages,
        "subtype": env.ref("mail.mt_comment").id,
    }
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'helpdesk_ticket' AND table_schema = current_schema"
        " AND column_name <> 'id'"
    )
    columns = [row[0] for row in cr.fetchall()]
    cr.execute(
        TICKETS.format(
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(changes.get(name, f'ticket."{name}"') for name in columns),
        ),
        values,
    )
    cr.execute(FOLLOWERS, values)
    if "helpdesk.ticket.participant" in env:
        cr.execute(PARTICIPANTS, values)
    cr.execute(MESSAGES_OF_EACH, values)
    return last
