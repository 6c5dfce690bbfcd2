# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a database holds, to compare it with the same one after something was done."""

from dataclasses import dataclass, field

#: columns that say when and by whom, not what; and a view's text before the last time
#: it was written, be it with the same
STAMPS = ("write_date", "write_uid", "create_date", "create_uid", "arch_prev")
COLUMNS = """
    SELECT table_name || '.' || column_name,
           concat_ws(' ', udt_name, CASE is_nullable WHEN 'NO' THEN 'not null' END)
      FROM information_schema.columns
     WHERE table_schema = current_schema
       AND table_name IN (SELECT tablename FROM pg_tables
                           WHERE schemaname = current_schema)
"""
CONSTRAINTS = """
    SELECT conrelid::regclass || ': ' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = current_schema::regnamespace AND conrelid <> 0
"""
INDEXES = """
    SELECT tablename || ': ' || indexname, indexdef
      FROM pg_indexes WHERE schemaname = current_schema
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema ORDER BY 1"


@dataclass
class Picture:
    """The schema as texts by name, and the rows of all tables by their key."""

    schema: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)

    @classmethod
    def take(cls, cr, without=()):
        """Of the database of a cursor, without the rows of some tables."""
        picture = cls()
        for what, query in (
            ("column", COLUMNS),
            ("constraint", CONSTRAINTS),
            ("index", INDEXES),
        ):
            cr.execute(query)
            picture.schema.update(
                {f"{what} {name}": text for name, text in cr.fetchall()}
            )
        cr.execute(TABLES)
        for (table,) in cr.fetchall():
            if table not in without:
                picture.rows[table] = cls._read(cr, table)
        return picture

    @staticmethod
    def _read(cr, table):
        # pylint: disable=sql-injection
        cr.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
        rows = {}
        for (row,) in cr.fetchall():
            values = {
                name: value
                for name, value in row.items()
                if name not in STAMPS and value is not None
            }
            key = values.get("id") or tuple(sorted(map(str, values.items())))
            rows[key] = values
        return rows

    def compare(self, other):
        """What the other has otherwise: (sort, table, key, before, after)."""
        found = []
        for name in sorted(self.schema.keys() | other.schema.keys()):
            before, after = self.schema.get(name), other.schema.get(name)
            if before != after:
                found.append(("schema", name.split(" ")[1], name, before, after))
        for table in sorted(self.rows.keys() | other.rows.keys()):
            mine = self.rows.get(table, {})
            theirs = other.rows.get(table, {})
            for key in mine.keys() | theirs.keys():
                before, after = mine.get(key), theirs.get(key)
                if before is None or after is None:
                    sort = "new" if before is None else "gone"
                    found.append((sort, table, key, before, after))
                    continue
                for column in before.keys() | after.keys():
                    if before.get(column) != after.get(column):
                        found.append(
                            (
                                "changed",
                                f"{table}.{column}",
                                key,
                                before.get(column),
                                after.get(column),
                            )
                        )
        return found
