# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process, without our module: a desk of the base that lives for years.

Nothing is tidied for us: tickets without team or contact, finished by hand and by
import, in stages of their own, with numbers that came twice, of people who left. The
same number of tickets gives the same desk; dates are counted back from today.
"""

import json
import sys

PASSWORD = "desk-2026"
YEARS = 6
#: name, login and access level
AGENTS = (
    ("Laura Agente", "laura", "group_helpdesk_user"),
    ("Marta Agente", "marta", "group_helpdesk_user_team"),
    ("Nico Agente", "nico", "group_helpdesk_user_own"),
    ("Olga Agente", "olga", "group_helpdesk_user_team"),
    ("Sam Manager", "sam", "group_helpdesk_manager"),
    ("Tomas Retired", "tomas", "group_helpdesk_user"),
)
CATEGORIES = ("Bookings", "Rates", "Network", "Network/Wifi", "Invoices", "Old things")
TAGS = ("vip", "night shift", "refund", "follow up", "2021", "to document")
TYPES = ("Avería", "Consulta", "Petición")
FILE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    b"% what a customer sent\n"
)

TICKETS = """
    WITH dice AS (
        SELECT row,
               ('x' || substr(md5('a' || row), 1, 7))::bit(28)::int AS a,
               ('x' || substr(md5('b' || row), 1, 7))::bit(28)::int AS b,
               ('x' || substr(md5('c' || row), 1, 7))::bit(28)::int AS c,
               -- most of them lately, some for years
               %(now)s::timestamp - make_interval(secs =>
                   power(row::float / %(count)s, 1.5) * %(years)s * 31557600 + 3600
               ) AS born
          FROM generate_series(1, %(count)s) AS row
    ), chosen AS (
        SELECT dice.*,
               (%(stages)s::int[])[1 + CASE
                   -- the older, the rather it is finished
                   WHEN row > %(count)s * 0.12 AND a %% 100 < 92
                   THEN %(open)s + b %% (%(stage_count)s - %(open)s)
                   WHEN a %% 100 < 88 THEN b %% %(open)s
                   ELSE b %% %(stage_count)s END] AS stage,
               CASE WHEN c %% 100 < 88
                    THEN (%(partners)s::int[])[1 + (a / 100) %% %(partner_count)s]
               END AS partner,
               CASE WHEN b %% 100 < 55 THEN (%(teams)s::int[])[1]
                    WHEN b %% 100 < 75 THEN (%(teams)s::int[])[2]
                    WHEN b %% 100 < 85 THEN (%(teams)s::int[])[3] END AS team
          FROM dice
    )
    INSERT INTO helpdesk_ticket
           (number, name, description, partner_id, commercial_partner_id,
            partner_name, partner_email, email_cc, company_id, team_id, user_id,
            stage_id, unattended, channel_id, category_id, type_id, priority, color,
            sequence, kanban_state, active, access_token, create_date, create_uid,
            write_date, write_uid, last_stage_update, assigned_date, closed_date)
    SELECT 'HT' || lpad((%(count)s - row + 1)::text, 5, '0'),
           (ARRAY['Bookings are missing', 'Printer on the 2nd floor', 'RE: invoice',
                  'No puedo iniciar sesión', 'Wifi en recepción', 'Rates are wrong',
                  '(sin asunto)'])[1 + b %% 7] || CASE WHEN c %% 3 = 0 THEN '' ELSE
                  ' ' || row END,
           CASE WHEN c %% 40 = 0 THEN '<p><br></p>' ELSE
                '<p>It began <b>this morning</b>, room ' || a %% 400 || '.</p>' END,
           partner,
           person.commercial_partner_id,
           CASE WHEN partner IS NOT NULL THEN person.name
                WHEN c %% 100 < 97 THEN 'Visitor ' || a %% 900 END,
           CASE WHEN partner IS NOT NULL THEN person.email
                -- somebody who is a contact, written otherwise
                WHEN c %% 100 < 90 THEN upper(stranger.email)
                WHEN c %% 100 < 96
                THEN 'Visitor <visitor' || a %% 900 || '@elsewhere.example>'
                WHEN c %% 100 < 97 THEN 'telephone' END,
           CASE WHEN b %% 25 = 0 THEN 'boss' || a %% 30 || '@hotels.example' END,
           %(company)s,
           team,
           CASE WHEN a %% 10 < 7
                THEN (%(agents)s::int[])[1 + c %% %(agent_count)s] END,
           stage.id,
           stage.unattended,
           CASE WHEN a %% 20 > 0 THEN (%(channels)s::int[])[1 + a %% %(channel_count)s]
           END,
           CASE WHEN b %% 3 > 0
                THEN (%(categories)s::int[])[1 + a %% %(category_count)s] END,
           CASE WHEN a %% 4 = 0 THEN (%(types)s::int[])[1 + b %% 3] END,
           (ARRAY['1', '1', '1', '0', '2', '3', NULL])[1 + c %% 7],
           CASE WHEN c %% 15 = 0 THEN 1 + a %% 8 ELSE 0 END,
           10,
           (ARRAY['normal', NULL, 'done', 'blocked'])[1 + a %% 4],
           a %% 33 > 0,
           CASE WHEN b %% 2 = 0 THEN md5('token' || row) END,
           born,
           1,
           moved.date,
           1,
           moved.date,
           CASE WHEN a %% 10 < 7 THEN born + interval '20 minutes' END,
           -- imported ones have none; reopened ones have kept theirs
           CASE WHEN stage.closed AND b %% 12 > 0 THEN moved.date
                WHEN NOT stage.closed AND b %% 30 = 0 THEN born + interval '1 hour' END
      FROM chosen
      JOIN helpdesk_ticket_stage stage ON stage.id = chosen.stage
      LEFT JOIN res_partner person ON person.id = chosen.partner
      LEFT JOIN res_partner stranger
             ON stranger.id = (%(partners)s::int[])[1 + (c / 100) %% %(partner_count)s]
     CROSS JOIN LATERAL (
        SELECT least(born + make_interval(secs => a %% 2600000), %(now)s) AS date
     ) AS moved
     ORDER BY row DESC
"""
DUPLICATES = """
    UPDATE helpdesk_ticket SET duplicate_id = id - 3
     WHERE id > %(last)s + 3 AND id %% 150 = 0;
    UPDATE helpdesk_ticket SET number = 'HT00007'
     WHERE id IN (%(last)s + 9, %(last)s + 10)
"""
TAGS_OF = """
    INSERT INTO helpdesk_ticket_helpdesk_ticket_tag_rel
           (helpdesk_ticket_id, helpdesk_ticket_tag_id)
    SELECT id, (%(tags)s::int[])[1 + id %% 6] FROM helpdesk_ticket
     WHERE id > %(last)s AND id %% 5 = 0
"""
#: row of a thread, whose it is, type, subtype, is it internal, hours since creation
MESSAGES = """
    INSERT INTO mail_message
           (model, res_id, author_id, email_from, message_type, subtype_id, body, date,
            subject, message_id, is_internal, reply_to, create_date, write_date,
            create_uid, write_uid)
    SELECT 'helpdesk.ticket', ticket.id,
           CASE part.whose
                WHEN 'customer' THEN ticket.partner_id
                ELSE agent.partner_id END,
           CASE part.whose
                WHEN 'customer' THEN coalesce(ticket.partner_email, 'nobody@x.example')
                ELSE person.email END,
           part.kind, part.subtype, part.body, moved.date, ticket.name,
           '<' || ticket.id || '.' || part.row || '@desk.example>',
           part.internal, 'help@desk.example', moved.date, moved.date, 1, 1
      FROM helpdesk_ticket ticket
      LEFT JOIN res_users agent
             ON agent.id = coalesce(ticket.user_id, (%(agents)s::int[])[1])
      LEFT JOIN res_partner person ON person.id = agent.partner_id
      JOIN (VALUES
            (0, 'agent', 'notification', %(created)s, 'Ticket created', FALSE, 0, 1),
            (1, 'customer', 'email', %(comment)s,
             '<p>Hello, it happens again.</p>', FALSE, 1, 1),
            (2, 'agent', 'comment', %(comment)s,
             '<p>We look at it, thank you.</p>', FALSE, 5, 1),
            (3, 'agent', 'comment', %(note)s,
             '<p>Internal: called the provider.</p>', TRUE, 6, 3),
            (4, 'agent', 'notification', %(note)s, '', FALSE, 24, 2),
            (5, 'customer', 'comment', %(comment)s, '<p>Gracias</p>', FALSE, 30, 4)
           ) AS part(row, whose, kind, subtype, body, internal, hours, every)
        ON ticket.id %% part.every = 0
     CROSS JOIN LATERAL (
        SELECT least(ticket.create_date + make_interval(hours => part.hours),
                     ticket.write_date + interval '1 second') AS date
     ) AS moved
     WHERE ticket.id > %(last)s
     ORDER BY ticket.id, part.row
"""
TRACKING = """
    INSERT INTO mail_tracking_value
           (field_id, old_value_integer, old_value_char, new_value_integer,
            new_value_char, mail_message_id, create_date, write_date, create_uid,
            write_uid)
    SELECT %(field)s, %(stage)s, 'New', ticket.stage_id, stage.name->>'en_US',
           message.id, message.date, message.date, 1, 1
      FROM mail_message message
      JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
      JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
     WHERE message.model = 'helpdesk.ticket' AND message.id > %(last_message)s
       AND message.message_type = 'notification' AND message.subtype_id = %(note)s
"""
NOTIFICATIONS = """
    INSERT INTO mail_notification
           (author_id, mail_message_id, res_partner_id, notification_type,
            notification_status, is_read)
    SELECT message.author_id, message.id, ticket.partner_id, 'email',
           CASE WHEN message.id %% 60 = 0 THEN 'exception' ELSE 'sent' END, TRUE
      FROM mail_message message
      JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
     WHERE message.model = 'helpdesk.ticket' AND message.id > %(last_message)s
       AND message.message_type = 'comment' AND NOT message.is_internal
       AND ticket.partner_id IS NOT NULL AND message.author_id <> ticket.partner_id
       AND message.date > %(now)s::timestamp - interval '2 years'
"""
FOLLOWERS = """
    INSERT INTO mail_followers (res_model, res_id, partner_id)
    SELECT 'helpdesk.ticket', id, partner_id FROM helpdesk_ticket
     WHERE id > %(last)s AND partner_id IS NOT NULL AND id %% 8 > 0
     UNION
    SELECT 'helpdesk.ticket', ticket.id, agent.partner_id FROM helpdesk_ticket ticket
      JOIN res_users agent ON agent.id = ticket.user_id WHERE ticket.id > %(last)s
     UNION
    -- a colleague, or somebody of another customer
    SELECT 'helpdesk.ticket', id, (%(partners)s::int[])[1 + id %% %(partner_count)s]
      FROM helpdesk_ticket WHERE id > %(last)s AND id %% 9 = 0;
    INSERT INTO mail_followers_mail_message_subtype_rel
           (mail_followers_id, mail_message_subtype_id)
    SELECT id, %(comment)s FROM mail_followers WHERE res_model = 'helpdesk.ticket'
        ON CONFLICT DO NOTHING
"""
FILES = """
    INSERT INTO ir_attachment
           (name, res_model, res_id, type, store_fname, checksum, mimetype, file_size,
            public, company_id, create_date, write_date, create_uid, write_uid)
    SELECT 'evidence ' || ticket.id || '.pdf', 'helpdesk.ticket', ticket.id, 'binary',
           file.store_fname, file.checksum, file.mimetype, file.file_size, FALSE,
           ticket.company_id, ticket.create_date, ticket.create_date, 1, 1
      FROM helpdesk_ticket ticket, ir_attachment file
     WHERE ticket.id > %(last)s AND ticket.id %% 6 = 0 AND file.id = %(file)s;
    INSERT INTO message_attachment_rel (message_id, attachment_id)
    SELECT min(message.id), file.id
      FROM ir_attachment file
      JOIN mail_message message ON message.model = 'helpdesk.ticket'
       AND message.res_id = file.res_id AND message.message_type = 'email'
     WHERE file.res_model = 'helpdesk.ticket' AND file.res_id %% 12 = 0
     GROUP BY file.id
"""
ACTIVITIES = """
    INSERT INTO mail_activity
           (res_model_id, res_model, res_id, res_name, activity_type_id, user_id,
            summary, date_deadline, active, create_date, write_date, create_uid,
            write_uid)
    SELECT (SELECT id FROM ir_model WHERE model = 'helpdesk.ticket'),
           'helpdesk.ticket', ticket.id, ticket.name, %(activity)s, ticket.user_id,
           'Call back', ticket.create_date::date + 7, TRUE, ticket.create_date,
           ticket.create_date, 1, 1
      FROM helpdesk_ticket ticket
      JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
     WHERE ticket.id > %(last)s AND NOT stage.closed AND ticket.user_id IS NOT NULL
       AND ticket.id %% 7 = 0
"""


def seed(env, tickets):
    """Fill a database of the base; it is committed, its numbers are printed."""
    env = env(
        context=dict(
            env.context,
            tracking_disable=True,
            no_reset_password=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
        )
    )
    set_up_company(env)
    agents = make_agents(env)
    teams = make_teams(env, agents)
    stages = make_stages(env, teams)
    people = make_customers(env, max(200, tickets // 25))
    make_choices(env, teams)
    fill(env, tickets, agents, teams, stages, people)
    make_habits(env, teams)
    env["mail.mail"].search([]).unlink()
    env.cr.commit()
    tell(env)


def set_up_company(env):
    domain = env["mail.alias.domain"].create({"name": "desk.example"})
    env.company.write(
        {
            "name": "Hotel Desk",
            "email": "info@desk.example",
            "phone": "+52 55 5555 0100",
            "alias_domain_id": domain.id,
            "helpdesk_mgmt_portal_select_team": True,
            "helpdesk_mgmt_portal_team_id_required": False,
            "helpdesk_mgmt_portal_category_id_required": False,
            "helpdesk_mgmt_duplicate_tracking": True,
        }
    )
    env["res.company"].create(
        {"name": "Desk Norte", "email": "norte@desk.example"}
    ).alias_domain_id = domain
    env["fetchmail.server"].create(
        {
            "name": "Mailbox help@desk.example",
            "server_type": "imap",
            "server": "127.0.0.1",
            "port": 9,
            "user": "help@desk.example",
            "password": PASSWORD,
            "object_id": env["ir.model"]._get_id("helpdesk.ticket"),
            "state": "draft",
        }
    )
    admin = env.ref("base.user_admin")
    admin.write({"email": "admin@desk.example", "tz": "America/Mexico_City"})
    admin.group_ids += env.ref("helpdesk_mgmt.group_helpdesk_manager")


def make_agents(env):
    """Six people; the last one left and is archived after all is made."""
    agents = env["res.users"].create(
        [
            {
                "name": name,
                "login": f"{login}@desk.example",
                "email": f"{login}@desk.example",
                "password": PASSWORD,
                "lang": "es_MX" if number % 2 else "en_US",
                "tz": "America/Mexico_City",
                "group_ids": [(4, env.ref(f"helpdesk_mgmt.{group}").id)],
            }
            for number, (name, login, group) in enumerate(AGENTS)
        ]
    )
    return agents


def make_teams(env, agents):
    """Two with an address, and one without that belongs to the other company."""
    north = env["res.company"].search([("name", "=", "Desk Norte")])
    Team = env["helpdesk.ticket.team"]
    teams = Team.create(
        [
            {
                "name": "First line",
                "alias_name": "help-first",
                "user_ids": [(6, 0, agents.ids)],
                "user_id": agents[4].id,
            },
            {
                "name": "Billing",
                "alias_name": "billing",
                "show_in_portal": False,
                "user_ids": [(6, 0, agents[1:3].ids)],
            },
            {"name": "Back office", "company_id": False},
            {"name": "Norte", "company_id": north.id, "alias_name": "norte"},
        ]
    )
    teams[2].parent_id = teams[0]
    teams.alias_id.alias_contact = "everyone"
    return teams


def make_stages(env, teams):
    """The base's, renamed and with own mails, and their own; open ones first."""
    template = env.ref("helpdesk_mgmt.changed_stage_template").copy(
        {"name": "In the workshop", "subject": "{{object.number}}: in the workshop"}
    )
    awaiting = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
    awaiting.with_context(lang="en_US").name = "Waiting for the customer"
    awaiting.with_context(lang="es_MX").name = "Esperando al cliente"
    done = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
    done.mail_template_id = env.ref("helpdesk_mgmt.closed_ticket_template").copy(
        {"name": "Done, thank you", "subject": "{{object.number}} is done"}
    )
    new = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
    new.description = "<p>We read it tomorrow morning.</p>"
    new.mail_template_id = env.ref("helpdesk_mgmt.changed_stage_template")
    env.ref("helpdesk_mgmt.helpdesk_ticket_stage_rejected").active = False
    Stage = env["helpdesk.ticket.stage"]
    provider, workshop, backlog, filed, old = Stage.create(
        [
            {
                "name": "Waiting for provider",
                "sequence": 3,
                "team_ids": [(6, 0, teams[:1].ids)],
            },
            {"name": "Workshop", "sequence": 3, "mail_template_id": template.id},
            {"name": "Backlog", "sequence": 0, "unattended": True, "company_id": False},
            {"name": "Filed", "sequence": 9, "closed": True, "fold": True},
            {"name": "Closed before 2022", "closed": True, "active": False},
        ]
    )
    base = [
        env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
        for name in ("new", "in_progress", "awaiting")
    ]
    final = [
        env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
        for name in ("done", "cancelled", "rejected")
    ]
    return Stage.concat(*base, provider, workshop, backlog, *final, filed, old)


def make_customers(env, count):
    """Companies of four, some alone; every second person signs in."""
    Partner = env["res.partner"]
    size = 5
    companies = Partner.create(
        [
            {
                "name": f"Hotel {number}",
                "is_company": True,
                "email": f"front@hotel{number}.example",
                "lang": "es_MX" if number % 2 else "en_US",
            }
            for number in range(count // size)
        ]
    )
    contacts = Partner.create(
        [
            {
                "name": f"Guest {number} of {company.name}",
                "email": f"guest{number}@hotel{place}.example"
                if number or place % 9
                else False,
                "parent_id": company.id if (place + number) % 11 else False,
                "lang": "es_MX" if place % 2 else "en_US",
                "phone": f"+52 322 555 {place:04d}",
            }
            for place, company in enumerate(companies)
            for number in range(size - 1)
        ]
    )
    # an address that two people use, and people who left
    contacts[5].email = contacts[6].email
    contacts[9::40].active = False
    portal = env.ref("base.group_portal").ids
    guests = contacts.filtered("active").filtered("email")[1::2] - contacts[5:7]
    users = env["res.users"].create(
        [
            {
                "partner_id": person.id,
                "login": person.email,
                "group_ids": [(6, 0, portal)],
            }
            for person in guests
        ]
    )
    env.flush_all()
    # hashing a password takes a third of a second
    users[:1].password = PASSWORD
    env.flush_all()
    env.cr.execute(
        "UPDATE res_users SET password = (SELECT password FROM res_users WHERE id = %s)"
        " WHERE id = ANY(%s)",
        [users[:1].id, users.ids],
    )
    users[3::25].active = False
    return contacts + companies[::7]


def make_choices(env, teams):
    for name in CATEGORIES:
        parent, _slash, child = name.rpartition("/")
        Category = env["helpdesk.ticket.category"]
        Category.create(
            {
                "name": child,
                "parent_id": parent
                and Category.search([("name", "=", parent)], limit=1).id,
                "active": child != "Old things",
            }
        )
    env["helpdesk.ticket.tag"].create([{"name": name} for name in TAGS])
    types = env["helpdesk.ticket.type"].create([{"name": name} for name in TYPES])
    teams[0].type_ids = types[:2]
    env["helpdesk.ticket.channel"].create({"name": "Front desk"})
    env.ref("helpdesk_mgmt.helpdesk_ticket_channel_other").name = "Anything else"


def fill(env, tickets, agents, teams, stages, people):
    """Tickets and their threads, by SQL."""
    env.flush_all()
    file = env["ir.attachment"].create({"name": "a.pdf", "raw": FILE})
    cr = env.cr

    def highest(table):
        # pylint: disable=sql-injection
        cr.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
        return cr.fetchone()[0]

    def ids(model):
        return env[model].with_context(active_test=False).search([]).ids

    values = {
        "count": tickets,
        "years": YEARS,
        "now": env.cr.now().replace(microsecond=0),
        "last": highest("helpdesk_ticket"),
        "last_message": highest("mail_message"),
        "company": env.company.id,
        "stages": stages.ids,
        "stage": stages[:1].id,
        "stage_count": len(stages),
        "open": len(stages.filtered(lambda stage: not stage.closed)),
        "partners": people.ids,
        "partner_count": len(people),
        "teams": teams.ids,
        "agents": agents.ids,
        "agent_count": len(agents),
        "channels": ids("helpdesk.ticket.channel"),
        "channel_count": len(ids("helpdesk.ticket.channel")),
        "categories": ids("helpdesk.ticket.category"),
        "category_count": len(ids("helpdesk.ticket.category")),
        "types": ids("helpdesk.ticket.type"),
        "tags": ids("helpdesk.ticket.tag"),
        "comment": env.ref("mail.mt_comment").id,
        "note": env.ref("mail.mt_note").id,
        "created": env.ref("helpdesk_mgmt.hlp_tck_created").id,
        "activity": env.ref("mail.mail_activity_data_call").id,
        "field": env["ir.model.fields"]._get("helpdesk.ticket", "stage_id").id,
        "file": file.id,
    }
    env.flush_all()
    for statement in (
        TICKETS,
        DUPLICATES,
        TAGS_OF,
        MESSAGES,
        TRACKING,
        NOTIFICATIONS,
        FOLLOWERS,
        FILES,
        ACTIVITIES,
    ):
        cr.execute(statement, values)
    sequence = env.ref("helpdesk_mgmt.helpdesk_ticket_sequence")
    sequence.number_next_actual = tickets + 1
    env.invalidate_all()
    agents[-1].active = False


def make_habits(env, teams):
    """What people changed: a view of theirs, a filter, an internal customer, a mail."""
    form = env.ref("helpdesk_mgmt.ticket_view_form")
    env["ir.ui.view"].create(
        {
            "name": "helpdesk.ticket.form: ours",
            "model": "helpdesk.ticket",
            "inherit_id": form.id,
            "arch": "<field name='partner_email' position='attributes'>"
            "<attribute name='placeholder'>somebody@hotel.example</attribute></field>",
        }
    )
    env["ir.filters"].create(
        {
            "name": "Old and open",
            "model_id": "helpdesk.ticket",
            "domain": "[('closed', '=', False)]",
            "user_ids": False,
        }
    )
    laura = env["res.users"].search([("login", "=", "laura@desk.example")])
    Ticket = env["helpdesk.ticket"]
    Ticket.create(
        {
            "name": "Asked by one of us",
            "description": "<p>My screen is dark</p>",
            "partner_id": laura.partner_id.id,
            "team_id": teams[2].id,
        }
    )
    Ticket.create(
        {
            "name": "Of the other company",
            "description": "<p>Hello</p>",
            "partner_email": "someone@norte.example",
            "team_id": teams[3].id,
        }
    )


def tell(env):
    """The numbers, in one line of JSON that the command looks for."""
    Ticket = env["helpdesk.ticket"].with_context(active_test=False)
    numbers = {
        "tickets": Ticket.search_count([]),
        "without_team": Ticket.search_count([("team_id", "=", False)]),
        "without_contact": Ticket.search_count([("partner_id", "=", False)]),
        "archived": Ticket.search_count([("active", "=", False)]),
        "open": Ticket.search_count([("stage_id.closed", "=", False)]),
        "messages": env["mail.message"].search_count(
            [("model", "=", "helpdesk.ticket")]
        ),
        "contacts": env["res.partner"].search_count([]),
        "portal_users": env["res.users"].search_count([("share", "=", True)]),
    }
    sys.stdout.write(f"desk {json.dumps(numbers)}\n")
