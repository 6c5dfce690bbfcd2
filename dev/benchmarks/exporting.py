# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: a customer with a long list, and the plain SQL of its rows."""

import time

from . import seeding
from .inside import answer
from .processor import cpu_seconds
from .scoping import among, make_places

LOCATIONS = 5
#: the same rows, names and times, as one statement gives them
PLAIN = """
    SELECT ticket.number, ticket.name, stage.name ->> 'en_US', type.name ->> 'en_US',
           category.name ->> 'en_US', ticket.priority, location.complete_name,
           channel.name ->> 'en_US', ticket.partner_name, ticket.partner_email,
           person.name, ticket.create_date, ticket.solved_date, ticket.closed_date,
           ticket.interaction_count, ticket.reopen_count,
           (SELECT array_agg(ARRAY[value.create_date::text, old.kind] ORDER BY value.id)
              FROM mail_message message
              JOIN mail_tracking_value value ON value.mail_message_id = message.id
         LEFT JOIN helpdesk_ticket_stage old ON old.id = value.old_value_integer
             WHERE message.model = 'helpdesk.ticket' AND message.res_id = ticket.id)
      FROM helpdesk_ticket ticket
 LEFT JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
 LEFT JOIN helpdesk_ticket_type type ON type.id = ticket.type_id
 LEFT JOIN helpdesk_ticket_category category ON category.id = ticket.category_id
 LEFT JOIN helpdesk_ticket_location location ON location.id = ticket.location_id
 LEFT JOIN helpdesk_ticket_channel channel ON channel.id = ticket.channel_id
 LEFT JOIN res_users assignee ON assignee.id = ticket.user_id
 LEFT JOIN res_partner person ON person.id = assignee.partner_id
     WHERE ticket.commercial_partner_id = {customer} AND ticket.active IS TRUE
  ORDER BY ticket.create_date DESC, ticket.id DESC
"""
#: each ticket went from new to in progress, and from there to where it is
CHANGES = """
    WITH log AS (
        INSERT INTO mail_message
               (model, res_id, message_type, subtype_id, body, date, message_id,
                is_internal, create_date, write_date, create_uid, write_uid)
        SELECT 'helpdesk.ticket', ticket.id, 'notification', %(subtype)s, '',
               ticket.create_date, '<c' || ticket.id || '.' || row || '@desk.example>',
               TRUE, ticket.create_date, ticket.create_date, 1, 1
          FROM helpdesk_ticket ticket, generate_series(1, 2) AS row
     RETURNING id, create_date, message_id
    )
    INSERT INTO mail_tracking_value
           (mail_message_id, field_id, old_value_integer, create_date)
    SELECT id, %(field)s,
           (%(stages)s)[CASE WHEN message_id LIKE '%%.1@%%' THEN 1 ELSE 2 END],
           create_date + interval '1 hour'
           * CASE WHEN message_id LIKE '%%.1@%%' THEN 1 ELSE 5 END
      FROM log
"""


def seed(env, tickets):
    """Fill a database: a person whose list has that many tickets, with histories."""
    env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
    desk = seeding.make_desk(env)
    person = seeding.make_person(env, "many")
    places = make_places(env, person.commercial_partner_id, LOCATIONS)
    template = seeding.make_ticket(env, desk, person)
    env.flush_all()
    indexes = seeding.drop_indexes(env)
    seeding.copy_ticket(
        env,
        template,
        tickets - 1,
        person,
        desk,
        1200,
        location_id=among(places.ids),
        category_id=among(make_categories(env).ids),
        type_id=among(env["helpdesk.ticket.type"].search([]).ids),
        channel_id=among(env["helpdesk.ticket.channel"].search([]).ids),
    )
    for definition in indexes:
        env.cr.execute(definition)
    env.cr.execute(
        CHANGES,
        {
            "subtype": env.ref("mail.mt_note").id,
            "field": env["ir.model.fields"]._get("helpdesk.ticket", "stage_id").id,
            "stages": desk._get_applicable_stages().ids,
        },
    )
    env.cr.commit()
    answer(ticket=template.id)


def make_categories(env):
    return env["helpdesk.ticket.category"].create(
        [{"name": f"Category {number}"} for number in range(LOCATIONS)]
    )


def read_plainly(env, rounds):
    """Read the rows by one statement; what PostgreSQL and the reading take."""
    env.cr.execute("SELECT pg_backend_pid()")
    backend = env.cr.fetchone()[0]
    partner = env["res.users"].search([("login", "=", "many@hotel.example")]).partner_id
    taken = []
    for _round in range(rounds):
        before = time.process_time() + cpu_seconds(backend)
        env.cr.execute(PLAIN.format(customer=partner.commercial_partner_id.id))
        env.cr.fetchall()
        taken.append(time.process_time() + cpu_seconds(backend) - before)
    answer(cpu=taken)
