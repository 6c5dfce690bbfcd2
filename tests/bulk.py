"""Tickets by the thousand, straight into the tables."""

from odoo.addons.helpdesk_service_portal.models.helpdesk_ticket_stage import TURNS

TICKETS = """
    INSERT INTO helpdesk_ticket ({columns})
    SELECT {values}
      FROM helpdesk_ticket ticket, generate_series(1, %(count)s) AS row
     WHERE ticket.id = %(ticket)s
 RETURNING id
"""
#: what differs from ticket to ticket; the rest is the template's
CHANGES = {
    "number": "'B' || %(first)s + row",
    "name": "ticket.name || ' ' || row",
    "submission_key": "NULL",
    "create_date": "ticket.create_date - interval '1 hour' - row * interval '1 minute'",
    "partner_id": "(%(partners)s)[1 + row %% %(partner_count)s]",
    "commercial_partner_id": "(%(companies)s)[1 + row %% %(partner_count)s]",
    "stage_id": "(%(stages)s)[1 + row %% %(stage_count)s]",
    "stage_kind": "(%(kinds)s)[1 + row %% %(stage_count)s]",
    "turn": "(%(turns)s)[1 + row %% %(stage_count)s]",
}
PARTICIPANTS = """
    INSERT INTO helpdesk_ticket_participant
           (ticket_id, partner_id, source, date_added, included)
    SELECT id, partner_id, 'requester', create_date, TRUE
      FROM helpdesk_ticket WHERE id = ANY(%(ids)s)
"""
FOLLOWERS = """
    INSERT INTO mail_followers (res_model, res_id, partner_id)
    SELECT 'helpdesk.ticket', id, partner_id
      FROM helpdesk_ticket WHERE id = ANY(%(ids)s)
"""
MESSAGES = """
    INSERT INTO mail_message
           (model, res_id, author_id, message_type, subtype_id, body, date, subject,
            is_internal, create_date, write_date, create_uid, write_uid)
    SELECT 'helpdesk.ticket', ticket.id, ticket.partner_id, 'comment', %(subtype)s,
           '<p>Message ' || row || '</p>', ticket.create_date, ticket.name,
           FALSE, ticket.create_date, ticket.create_date, 1, 1
      FROM helpdesk_ticket ticket, generate_series(1, %(count)s) AS row
     WHERE ticket.id = ANY(%(ids)s)
"""


def copy_ticket(ticket, count, partners, stages, messages=2):
    """Insert ``count`` tickets like ``ticket`` of ``partners``, in ``stages``.

    Participants, followers and messages come with them.

    :return: the ids
    """
    env = ticket.env
    env.flush_all()
    cr = env.cr
    columns = [
        field.name
        for field in ticket._fields.values()
        if field.store and field.column_type and field.name != "id"
    ]
    cr.execute("SELECT COALESCE(max(id), 0) FROM helpdesk_ticket")
    parameters = {
        "ticket": ticket.id,
        "count": count,
        "first": cr.fetchone()[0] * 1000,
        "partners": partners.ids,
        "companies": [partner.commercial_partner_id.id for partner in partners],
        "partner_count": len(partners),
        "stages": stages.ids,
        "kinds": [stage.kind for stage in stages],
        "turns": [TURNS[stage.kind] for stage in stages],
        "stage_count": len(stages),
    }
    cr.execute(
        TICKETS.format(
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(CHANGES.get(name, f'ticket."{name}"') for name in columns),
        ),
        parameters,
    )
    ids = [row[0] for row in cr.fetchall()]
    cr.execute(PARTICIPANTS, {"ids": ids})
    cr.execute(FOLLOWERS, {"ids": ids})
    add_messages(ticket.browse(ids), messages)
    return ids


def add_messages(tickets, count):
    """Insert ``count`` public messages into each of the tickets' threads."""
    subtype = tickets.env.ref("mail.mt_comment").id
    tickets.env.cr.execute(
        MESSAGES, {"ids": tickets.ids, "count": count, "subtype": subtype}
    )
    tickets.env.invalidate_all()
