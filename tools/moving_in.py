# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Before our models are loaded: what the base's tickets need, a table at a time.

Columns that are there already are not computed by the ORM, ticket by ticket and with
everything that follows from it. Nothing here mails, posts, tracks or subscribes, and
nothing changes a stage, where there is one, or the date of the last change.
"""

from odoo.tools import SQL, email_normalize, parse_contact_from_email

#: what the base's own stages mean, by external id
STAGE_KINDS = {
    "helpdesk_ticket_stage_new": "new",
    "helpdesk_ticket_stage_in_progress": "in_progress",
    "helpdesk_ticket_stage_awaiting": "waiting_customer",
    "helpdesk_ticket_stage_done": "solved",
    "helpdesk_ticket_stage_cancelled": "closed",
    "helpdesk_ticket_stage_rejected": "closed",
}
#: columns that the ORM would compute or fill row by row, with their types
TICKET_COLUMNS = {
    "partner_email_normalized": "varchar",
    "partner_phone_sanitized": "varchar",
    "stage_kind": "varchar",
    "turn": "varchar",
    "solved_date": "timestamp",
    "product_id": "int4",
    "brand_id": "int4",
    "country_id": "int4",
    "interaction_count": "int4",
}
#: who writes down nothing about what happens to a contact
SILENT = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


def is_living_desk(cr):
    """Tell whether there are tickets beside those of demo data."""
    cr.execute(
        """
        SELECT EXISTS (
            SELECT FROM helpdesk_ticket ticket
             WHERE NOT EXISTS (
                SELECT FROM ir_model_data
                 WHERE model = 'helpdesk.ticket' AND res_id = ticket.id
                   AND module IN ('helpdesk_mgmt', 'helpdesk_type',
                                  'helpdesk_service_portal')))
        """
    )
    return cr.fetchone()[0]


def prepare(env):
    """Complete tickets, stages, teams and contacts of a desk of the base."""
    living = is_living_desk(env.cr)
    add_stage_kinds(env.cr)
    if living:
        add_scopes(env.cr)
        add_clock_switches(env.cr)
    fill_teams(env)
    fill_stages(env)
    fill_requesters(env)
    add_ticket_columns(env.cr)
    if living:
        add_first_words(env)


def add_stage_kinds(cr):
    """Stages say what they mean; where somebody changed their flags, these decide."""
    cr.execute(
        """
        ALTER TABLE helpdesk_ticket_stage ADD COLUMN IF NOT EXISTS kind varchar;
        UPDATE helpdesk_ticket_stage
           SET kind = CASE WHEN closed THEN 'closed'
                           WHEN unattended THEN 'new'
                           ELSE 'in_progress' END
        """
    )
    cr.execute(
        """
        UPDATE helpdesk_ticket_stage stage
           SET kind = known.kind
          FROM unnest(%s, %s) AS known (name, kind)
          JOIN ir_model_data named
            ON named.module = 'helpdesk_mgmt' AND named.name = known.name
           AND named.model = 'helpdesk.ticket.stage'
         WHERE stage.id = named.res_id
           AND COALESCE(stage.closed, FALSE) = (known.kind IN ('solved', 'closed'))
           AND COALESCE(stage.unattended, FALSE) = (known.kind = 'new')
        """,
        [list(STAGE_KINDS), list(STAGE_KINDS.values())],
    )


def add_scopes(cr):
    """Who is a contact already goes on seeing the whole company, as in the base."""
    cr.execute(
        """
        ALTER TABLE res_partner
          ADD COLUMN IF NOT EXISTS helpdesk_scope varchar DEFAULT 'company';
        ALTER TABLE res_partner ALTER COLUMN helpdesk_scope DROP DEFAULT
        """
    )


def add_clock_switches(cr):
    """Where there are tickets no clock runs, not even while data are loaded."""
    cr.execute(
        """
        ALTER TABLE helpdesk_ticket_team ADD COLUMN IF NOT EXISTS clock_on bool;
        UPDATE helpdesk_ticket_team team
           SET clock_on = NOT EXISTS (
                SELECT FROM helpdesk_ticket WHERE team_id = team.id OR team_id IS NULL)
        """
    )


def fill_teams(env):
    """Tickets without a team get their assignee's first one, else the company's."""
    env.flush_all()
    env.cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET team_id = (
                SELECT team.id
                  FROM helpdesk_ticket_team_res_users_rel member
                  JOIN helpdesk_ticket_team team
                    ON team.id = member.helpdesk_ticket_team_id
                 WHERE member.res_users_id = ticket.user_id AND team.active
                   AND (team.company_id IS NULL OR team.company_id = ticket.company_id)
                 ORDER BY team.sequence, team.id
                 LIMIT 1)
         WHERE ticket.team_id IS NULL AND ticket.user_id IS NOT NULL
        """
    )
    env.cr.execute(
        "SELECT DISTINCT company_id FROM helpdesk_ticket WHERE team_id IS NULL"
    )
    for (company_id,) in env.cr.fetchall():
        team = get_default_team(env, env["res.company"].browse(company_id))
        env.cr.execute(
            "UPDATE helpdesk_ticket SET team_id = %s"
            " WHERE team_id IS NULL AND company_id = %s",
            [team.id, company_id],
        )
    env.invalidate_all()


def get_default_team(env, company):
    """Return a company's first team; one is made where there is none."""
    Team = env["helpdesk.ticket.team"].with_context(**SILENT)
    team = Team.search(
        [("company_id", "in", [False, company.id])], order="sequence, id", limit=1
    )
    if not team:
        team = Team.create({"name": env._("Support"), "company_id": company.id})
        env.flush_all()
    return team


def fill_stages(env):
    """Tickets without a stage get the first open one their team may use."""
    env.flush_all()
    env.cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET stage_id = first.id, unattended = first.unattended
          FROM helpdesk_ticket old
          JOIN LATERAL (
                SELECT stage.id, stage.unattended
                  FROM helpdesk_ticket_stage stage
                  LEFT JOIN helpdesk_ticket_stage_helpdesk_ticket_team_rel used
                         ON used.helpdesk_ticket_stage_id = stage.id
                 WHERE stage.active
                   AND (stage.company_id IS NULL OR stage.company_id = old.company_id)
                   AND (used.helpdesk_ticket_team_id IS NULL
                        OR used.helpdesk_ticket_team_id = old.team_id)
                 ORDER BY COALESCE(stage.closed, FALSE), stage.sequence, stage.id
                 LIMIT 1) AS first ON TRUE
         WHERE ticket.id = old.id AND old.stage_id IS NULL
        """
    )
    env.invalidate_all()


# ------------------------------------------------------------
# Who asked
# ------------------------------------------------------------


def fill_requesters(env):
    """Tickets without a contact get the one of their address, else a new one.

    Those without an address that can be used get a contact per company that stands
    for nobody: nobody signs in as it, and no mail reaches it.
    """
    env.flush_all()
    known = find_requesters(env)
    write_requesters(env.cr, known)
    env.cr.execute(
        "SELECT DISTINCT company_id FROM helpdesk_ticket WHERE partner_id IS NULL"
    )
    for (company_id,) in env.cr.fetchall():
        company = env["res.company"].browse(company_id)
        local = env(context=dict(env.context, lang=company.partner_id.lang, **SILENT))
        nobody = local["res.partner"].create(
            {"name": local._("Unknown requester"), "company_id": company_id}
        )
        env.flush_all()
        env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s, commercial_partner_id = %s"
            " WHERE partner_id IS NULL AND company_id = %s",
            [nobody.id, nobody.commercial_partner_id.id, company_id],
        )
    env.invalidate_all()


def find_requesters(env):
    """Return {(address as written, id of the company): id of its contact}."""
    env.cr.execute(
        """
        SELECT partner_email, company_id, min(partner_name)
          FROM helpdesk_ticket
         WHERE partner_id IS NULL AND partner_email IS NOT NULL
         GROUP BY partner_email, company_id
        """
    )
    rows, names = [], {}
    for written, company_id, name in env.cr.fetchall():
        address = email_normalize(written, strict=False)
        if address:
            rows.append((written, address, company_id))
            names.setdefault(address, name or parse_contact_from_email(written)[0])
    contacts = find_contacts(env.cr, list(names))
    missing = {
        address
        for _written, address, company_id in rows
        if not pick_contact(contacts, address, company_id)
    }
    for address, id_ in create_contacts(env, {a: names[a] for a in missing}).items():
        contacts.setdefault(address, []).append((id_, None))
    return {
        (written, company_id): pick_contact(contacts, address, company_id)
        for written, address, company_id in rows
    }


def find_contacts(cr, addresses):
    """Return {address: [(id, id of the company)]}, the best first.

    Who signs in stands before who does not, older ones before later ones.
    """
    cr.execute(
        """
        SELECT person.email_normalized, person.id, person.company_id
          FROM res_partner person
         WHERE person.email_normalized = ANY(%s)
         ORDER BY person.active DESC,
                  EXISTS (SELECT FROM res_users
                           WHERE partner_id = person.id AND active) DESC,
                  person.id
        """,
        [addresses],
    )
    contacts = {}
    for address, id_, company_id in cr.fetchall():
        contacts.setdefault(address, []).append((id_, company_id))
    return contacts


def pick_contact(contacts, address, company_id):
    """Return the contact of an address, none of another company's."""
    for id_, owner in contacts.get(address, []):
        if owner in (None, company_id):
            return id_
    return None


def create_contacts(env, names):
    """Make contacts.

    :param dict names: {address: name or nothing}
    :return: {address: id}
    """
    Partner = env["res.partner"].with_context(**SILENT)
    partners = Partner.create(
        [
            {"name": name or address, "email": address}
            for address, name in sorted(names.items())
        ]
    )
    env.flush_all()
    return {partner.email: partner.id for partner in partners}


def write_requesters(cr, known):
    """Write contacts found for addresses, see ``find_requesters``."""
    cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET partner_id = person.id,
               commercial_partner_id = person.commercial_partner_id
          FROM unnest(%s::text[], %s::int[], %s::int[])
               AS known (address, company_id, partner_id)
          JOIN res_partner person ON person.id = known.partner_id
         WHERE ticket.partner_id IS NULL
           AND ticket.partner_email = known.address
           AND ticket.company_id = known.company_id
        """,
        [
            [address for address, _company_id in known],
            [company_id for _address, company_id in known],
            list(known.values()),
        ],
    )


# ------------------------------------------------------------
# Tickets
# ------------------------------------------------------------


def add_ticket_columns(cr):
    """Add what follows from other columns and write it with one statement.

    A ticket that was finished without a date, by an import, was finished when its
    stage changed last.
    """
    cr.execute(
        SQL(
            "ALTER TABLE helpdesk_ticket %s",
            SQL(", ").join(
                SQL("ADD COLUMN IF NOT EXISTS %s %s", SQL.identifier(name), SQL(type_))
                for name, type_ in TICKET_COLUMNS.items()
            ),
        )
    )
    cr.execute("SELECT DISTINCT partner_email FROM helpdesk_ticket")
    written = [address for (address,) in cr.fetchall() if address]
    normalized = [email_normalize(address, strict=False) or None for address in written]
    cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET partner_email_normalized = address.normalized,
               stage_kind = stage.kind,
               turn = CASE stage.kind
                    WHEN 'waiting_customer' THEN 'customer'
                    WHEN 'waiting_other' THEN 'other'
                    WHEN 'solved' THEN 'done'
                    WHEN 'closed' THEN 'done'
                    ELSE 'us' END,
               solved_date = CASE WHEN stage.kind IN ('solved', 'closed')
                    THEN COALESCE(old.closed_date, old.last_stage_update,
                                  old.create_date) END,
               country_id = COALESCE(person.country_id, firm.country_id),
               interaction_count = 1,
               access_token = COALESCE(old.access_token, gen_random_uuid()::text)
          FROM helpdesk_ticket old
          LEFT JOIN helpdesk_ticket_stage stage ON stage.id = old.stage_id
          LEFT JOIN res_partner person ON person.id = old.partner_id
          LEFT JOIN res_partner firm ON firm.id = person.commercial_partner_id
          LEFT JOIN unnest(%s::text[], %s::text[]) AS address (written, normalized)
                 ON address.written = old.partner_email
         WHERE ticket.id = old.id
        """,
        [written, normalized],
    )


def add_first_words(env):
    """Old tickets are found by number, subject and people until all words are there.

    Where accents cannot be taken off here they are found by words without any.
    """
    plain = "unaccent" if env.registry.has_unaccent else ""
    env.cr.execute(
        SQL(
            """
            ALTER TABLE helpdesk_ticket ADD COLUMN IF NOT EXISTS search_text text;
            UPDATE helpdesk_ticket ticket
               SET search_text = lower(%s(concat_ws(
                       ' ', ticket.number, ticket.name, ticket.partner_name,
                       ticket.partner_email, person.name)))
              FROM res_partner person
             WHERE person.id = ticket.partner_id AND ticket.search_text IS NULL
            """,
            SQL(plain),
        )
    )
