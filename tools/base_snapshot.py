# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the base holds before we come, and how it is put back when we go.

Before the installation the rows that it may change are copied; after it those that it
did change are kept, with both values. Who leaves puts a value back that is still ours;
what people changed since is theirs. Plain SQL: our models are not there at the
beginning, and going at the end.
"""

import json

from odoo.tools import SQL, sql

BEFORE = "helpdesk_leaving_before"
EVERY = SQL("TRUE")
#: neither restored nor compared
VOLATILE = (
    "arch_db",
    "arch_prev",
    "create_date",
    "create_uid",
    "lastcall",
    "nextcall",
    "parent_path",
    "write_date",
    "write_uid",
)
TABLES = (
    "helpdesk_ticket_category",
    "helpdesk_ticket_channel",
    "helpdesk_ticket_stage",
    "helpdesk_ticket_tag",
    "helpdesk_ticket_team",
    "helpdesk_ticket_type",
    "ir_act_client",
    "ir_act_server",
    "ir_act_window",
    "ir_config_parameter",
    "ir_cron",
    "ir_model_access",
    "ir_rule",
    "ir_ui_menu",
    "ir_ui_view",
    "mail_activity_type",
    "mail_alias",
    "mail_message_subtype",
    "mail_template",
    "res_company",
    "res_groups",
    "website",
    "website_menu",
)
#: of these tables only some columns, of some rows
PARTS = {
    "ir_model": (("info", "name", "website_form_label"), EVERY),
    "ir_model_fields": (("field_description", "help"), EVERY),
    "helpdesk_ticket": (
        (
            "commercial_partner_id",
            "partner_email",
            "partner_id",
            "partner_name",
            "stage_id",
            "team_id",
            "unattended",
        ),
        SQL("t.team_id IS NULL OR t.partner_id IS NULL OR t.stage_id IS NULL"),
    ),
}
#: pairs of records
RELATIONS = {
    "ir_act_window_group_rel": ("act_id", "gid"),
    "ir_ui_menu_group_rel": ("menu_id", "gid"),
    "ir_ui_view_group_rel": ("view_id", "group_id"),
    "res_groups_implied_rel": ("gid", "hid"),
    "rule_group_rel": ("rule_group_id", "group_id"),
}
INDEXES = "pg_indexes"
INDEXES_OF_BASE = """
    SELECT indexname FROM pg_indexes
     WHERE schemaname = current_schema
       AND tablename IN ('helpdesk_ticket', 'helpdesk_ticket_category',
                         'helpdesk_ticket_channel', 'helpdesk_ticket_stage',
                         'helpdesk_ticket_tag', 'helpdesk_ticket_team',
                         'helpdesk_ticket_type', 'mail_mail', 'mail_message',
                         'mail_notification', 'ir_attachment', 'res_partner',
                         'res_users', 'res_company', 'rating_rating')
       AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def take(cr):
    """Copy what the base holds, in the transaction that installs us."""
    cr.execute(
        SQL(
            "DROP TABLE IF EXISTS %(before)s;"
            "CREATE TABLE %(before)s (table_name varchar, res_id int4, row jsonb)",
            before=SQL.identifier(BEFORE),
        )
    )
    for table in TABLES:
        if sql.table_exists(cr, table):
            cr.execute(_copy(table, SQL("to_jsonb(t) - %s::text[]", list(VOLATILE))))
    for table, (columns, where) in PARTS.items():
        row = SQL(", ").join(
            SQL("%s, %s", name, SQL.identifier("t", name)) for name in columns
        )
        cr.execute(_copy(table, SQL("jsonb_build_object(%s)", row), where))
    for table, columns in RELATIONS.items():
        pairs = SQL("SELECT jsonb_build_array(%s, %s)", *map(SQL.identifier, columns))
        cr.execute(
            SQL(
                "INSERT INTO %s SELECT %s, 0, pair.row FROM (%s AS row FROM %s) pair",
                SQL.identifier(BEFORE),
                table,
                pairs,
                SQL.identifier(table),
            )
        )
    cr.execute(
        SQL(
            "INSERT INTO %s SELECT %s, 0, to_jsonb(indexname) FROM (%s) AS known",
            SQL.identifier(BEFORE),
            INDEXES,
            SQL(INDEXES_OF_BASE),
        )
    )


def _copy(table, row, where=EVERY):
    return SQL(
        "INSERT INTO %s SELECT %s, t.id, %s FROM %s t WHERE %s",
        SQL.identifier(BEFORE),
        table,
        row,
        SQL.identifier(table),
        where,
    )


def find_changes(cr):
    """Return what changed since ``take`` and forget the copy.

    :return: list of (table, id, before, after): dicts of the columns that differ; for
        relations and indexes the id is 0, and ``after`` a list of what is new
    """
    if not sql.table_exists(cr, BEFORE):
        return []
    changes = []
    for table in (*TABLES, *PARTS):
        if sql.table_exists(cr, table):
            cr.execute(_compare(table))
            changes += [(table, *row) for row in cr.fetchall()]
    for table, columns in RELATIONS.items():
        cr.execute(
            SQL(
                "SELECT %s, %s FROM %s t WHERE NOT EXISTS ("
                " SELECT FROM %s WHERE table_name = %s"
                " AND row = jsonb_build_array(%s, %s))",
                *map(SQL.identifier, columns),
                SQL.identifier(table),
                SQL.identifier(BEFORE),
                table,
                *(SQL.identifier("t", name) for name in columns),
            )
        )
        new = [list(pair) for pair in cr.fetchall()]
        if new:
            changes.append((table, 0, [], new))
    cr.execute(
        SQL(
            "%s EXCEPT SELECT row #>> '{}' FROM %s WHERE table_name = %s",
            SQL(INDEXES_OF_BASE),
            SQL.identifier(BEFORE),
            INDEXES,
        )
    )
    changes.append((INDEXES, 0, [], sorted(name for (name,) in cr.fetchall())))
    cr.execute(SQL("DROP TABLE %s", SQL.identifier(BEFORE)))
    return changes


def _compare(table):
    return SQL(
        """
        SELECT before.res_id, jsonb_object_agg(old.key, old.value),
               jsonb_object_agg(old.key, new.value)
          FROM %(before)s before
          JOIN %(table)s t ON t.id = before.res_id
         CROSS JOIN LATERAL jsonb_each(before.row) AS old
          JOIN LATERAL jsonb_each(to_jsonb(t)) AS new ON new.key = old.key
         WHERE before.table_name = %(name)s AND old.value <> new.value
         GROUP BY before.res_id
         ORDER BY before.res_id
        """,
        before=SQL.identifier(BEFORE),
        table=SQL.identifier(table),
        name=table,
    )


def merge(before, after, now):
    """What a column gets: what was there, where what stands there now is still ours.

    Texts in several languages are put back language by language; those that were
    written since stay.

    >>> merge(1, 2, 2)
    1
    >>> merge(1, 2, 3)
    3
    >>> merge({"en_US": "Web"}, {"en_US": "Portal", "es_MX": "Portal"},
    ...       {"en_US": "Our portal", "es_MX": "Portal"})
    {'en_US': 'Our portal'}
    >>> merge(None, {"en_US": "Help"}, {"en_US": "Help"}) is None
    True
    """
    if now == after:
        return before
    if not (isinstance(after, dict) and isinstance(now, dict)):
        return now
    old = before if isinstance(before, dict) else {}
    kept = {lang: text for lang, text in now.items() if text != after.get(lang)}
    for lang, text in old.items():
        if lang not in kept:
            kept[lang] = text
    return kept or None


def put_back(cr, table, res_id, before, after):
    """Give a row of the base its values back, where they are still ours.

    :return: the columns that stay as they are, {name: value}; nothing for a row that
        is gone
    """
    columns = sorted(name for name in before if sql.column_exists(cr, table, name))
    cr.execute(
        SQL("SELECT to_jsonb(t) FROM %s t WHERE id = %s", SQL.identifier(table), res_id)
    )
    found = cr.fetchone()
    if not found or not columns:
        return {}
    now = found[0]
    wanted = {name: merge(before[name], after[name], now[name]) for name in columns}
    kept = {name: now[name] for name in columns if wanted[name] == now[name]}
    wanted = {name: value for name, value in wanted.items() if name not in kept}
    if wanted:
        names = [SQL.identifier(name) for name in wanted]
        cr.execute(
            SQL(
                "UPDATE %(table)s t SET (%(names)s) = ROW(%(values)s)"
                " FROM (SELECT (jsonb_populate_record(old, %(row)s::jsonb)).*"
                " FROM %(table)s old WHERE old.id = %(id)s) AS was WHERE t.id = %(id)s",
                table=SQL.identifier(table),
                names=SQL(", ").join(names),
                values=SQL(", ").join(SQL.identifier("was", name) for name in wanted),
                row=json.dumps(wanted),
                id=res_id,
            )
        )
    return {name: value for name, value in kept.items() if value != before[name]}
