# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import re
import tempfile
import zipfile

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, sql

from ..tools import base_snapshot

MODULE = "helpdesk_service_portal"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
#: never exported: what opens doors, and what lives for minutes
SECRET_MODELS = ("helpdesk.rate.limit", "helpdesk.recovery.code")
SECRET_COLUMNS = re.compile(r"token|secret|hash|password|(^|_)key$")
#: made again from the rest by whoever wants it
DERIVED_MODELS = (
    "helpdesk.article.index",
    "helpdesk.article.word",
    "helpdesk.backfill",
    "helpdesk.leaving.change",
)
#: columns of the base that say which record it is
LABELS = ("number", "name", "login", "email")
#: what tickets were given where it was empty, with their types
GIVEN_COLUMNS = {
    "team_id": "int4",
    "partner_id": "int4",
    "commercial_partner_id": "int4",
    "stage_id": "int4",
    "unattended": "bool",
}
SHUTTLE = 1 << 20
WAITING_MAILS = ("outgoing", "exception")

_logger = logging.getLogger(__name__)


class HelpdeskLeavingChange(models.Model):
    """What of the base the installation changed; read by nobody, used by who leaves."""

    _name = "helpdesk.leaving.change"
    _description = "Helpdesk: Changed by the Installation"

    table_name = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    before = fields.Json(readonly=True)
    after = fields.Json(readonly=True)

    @api.model
    def _record(self):
        """Keep what changed since ``base_snapshot.take``."""
        self.env.flush_all()
        self.create(
            [
                {"table_name": table, "res_id": id_, "before": before, "after": after}
                for table, id_, before, after in base_snapshot.find_changes(self.env.cr)
            ]
        )


class HelpdeskLeaving(models.AbstractModel):
    """Going: what only we held is exported, and the base gets back what was its own."""

    _name = "helpdesk.leaving"
    _description = "Helpdesk: Leaving"

    # ------------------------------------------------------------
    # Export
    # ------------------------------------------------------------

    @api.model
    def action_export(self):
        """Make the export and offer it.

        :raise AccessError: for who does not administrate the helpdesk of all companies
        """
        user = self.env.user
        companies = self.env["res.company"].sudo().search_count([])  # sudo: how many
        if not user.has_group(MANAGER) or len(user.company_ids) < companies:
            raise AccessError(
                self.env._(
                    "The export holds the data of all companies: it is for who "
                    "administrates the helpdesk of all of them."
                )
            )
        # sudo: helpdesk.leaving - all that the module holds, for its managers
        attachment = self.sudo()._export()
        self.env["helpdesk.audit"]._log("export", details=attachment.name)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    @api.model
    def _export(self):
        """Write what only this module holds into a ZIP.

        A table per model and per model of others that we extend, as CSV with the
        columns of the database; the files of ours; and what we wrote into columns of
        the base. Secrets are left out.

        :return: the attachment; it belongs to no record and stays when we go
        """
        self.env.flush_all()
        today = fields.Date.context_today(self)
        with tempfile.TemporaryFile() as handle:
            with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("README.txt", self._get_export_words())
                for name, query in self._get_export_tables():
                    self._write_table(archive, name, query)
                self._write_files(archive)
            handle.seek(0)
            return self.env["ir.attachment"].create(
                {
                    "name": f"{MODULE} {today}.zip",
                    "raw": handle.read(),
                    "mimetype": "application/zip",
                }
            )

    def _get_export_words(self):
        return self.env._(
            "What the Helpdesk Service Portal held beside the base.\n\n"
            "ours/: its own records, a table each\n"
            "added/: its columns of other records, by their id\n"
            "links/: pairs of records\n"
            "files/: its files, by record and id\n"
            "changed.csv: what the installation changed in the base: before and after\n"
            "given.csv: tickets that got a team, contact or stage from the "
            "installation\n\n"
            "Ids are those of the database. Passwords, keys and tokens are left out.\n"
        )

    def _get_export_tables(self):
        """Return (file name, query) of each table that is not empty."""
        tables = []
        for name in sorted(self.env.registry):
            model = self.env[name]
            if (
                not model._auto
                or model._abstract
                or model._transient
                or name in SECRET_MODELS + DERIVED_MODELS
            ):
                continue
            ours = self._is_ours(model)
            columns = [
                field.name
                for field in model._fields.values()
                if field.store
                and field.column_type
                and (ours or self._is_our_field(field))
                and not SECRET_COLUMNS.search(field.name)
            ]
            if columns:
                folder = "ours" if ours else "added"
                tables.append((f"{folder}/{name}.csv", self._select(model, columns)))
            tables += self._get_export_links(model, ours)
        tables += [
            ("changed.csv", SQL("SELECT * FROM helpdesk_leaving_change ORDER BY id")),
            ("given.csv", self._get_given_query()),
        ]
        return list(dict(tables).items())

    def _is_ours(self, model):
        return model._original_module == MODULE

    def _is_our_field(self, field):
        """Whether nobody but us has a stored field of a model of others."""
        return set(field._modules) == {MODULE} and field.name != "id"

    def _select(self, model, columns):
        """Query the columns; of a model of others the rows where one says something."""
        existing = sql.table_columns(self.env.cr, model._table)
        columns = [name for name in columns if name in existing and name != "id"]
        names, where = ["id", *columns], SQL("TRUE")
        if not self._is_ours(model):
            labels = [name for name in LABELS if name in existing]
            names = ["id", *labels, *(name for name in columns if name not in labels)]
            where = SQL(" OR ").join(
                SQL(
                    "%s IS TRUE"
                    if existing[name]["udt_name"] == "bool"
                    else "%s IS NOT NULL",
                    SQL.identifier(name),
                )
                for name in columns
            )
        return SQL(
            "SELECT %s FROM %s WHERE %s ORDER BY id",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL.identifier(model._table),
            where or SQL("FALSE"),
        )

    def _get_export_links(self, model, ours):
        return [
            (
                f"links/{field.relation}.csv",
                SQL("SELECT * FROM %s", SQL.identifier(field.relation)),
            )
            for field in model._fields.values()
            if field.type == "many2many"
            and field.store
            and (ours or self._is_our_field(field))
        ]

    @staticmethod
    def _get_given_query():
        """Tickets whose empty columns of the base were filled by us."""
        return SQL(
            """
            SELECT ticket.id, ticket.number, changed.key AS column,
                   changed.value #>> '{}' AS before,
                   change.after ->> changed.key AS given,
                   to_jsonb(ticket) ->> changed.key AS now
              FROM helpdesk_leaving_change change
              JOIN helpdesk_ticket ticket ON ticket.id = change.res_id
             CROSS JOIN LATERAL jsonb_each(change.before) AS changed
             WHERE change.table_name = 'helpdesk_ticket'
             ORDER BY ticket.id, changed.key
            """
        )

    def _write_table(self, archive, name, query):
        """Copy a query into the archive as CSV, unless it has no rows."""
        cr = self.env.cr
        code = cr.mogrify(query.code, query.params).decode()
        cr.execute(SQL("SELECT EXISTS (%s)", query))
        if not cr.fetchone()[0]:
            return
        with tempfile.TemporaryFile() as handle:
            cr._obj.copy_expert(f"COPY ({code}) TO STDOUT WITH CSV HEADER", handle)
            handle.seek(0)
            with archive.open(name, "w", force_zip64=True) as member:
                while block := handle.read(SHUTTLE):
                    member.write(block)

    def _write_files(self, archive):
        """Copy the files of our records and of our fields; a lost one is logged."""
        names = [name for name in self.env.registry if self._is_ours(self.env[name])]
        held = SQL(" OR ").join(
            SQL("(res_model = %s AND res_field = %s)", field.model_name, field.name)
            for name in self.env.registry
            for field in self.env[name]._fields.values()
            if field.type == "binary" and field.store and self._is_our_field(field)
        )
        self.env.cr.execute(
            SQL(
                "SELECT id FROM ir_attachment WHERE res_model = ANY(%s) OR %s"
                " ORDER BY id",
                names,
                held or SQL("FALSE"),
            )
        )
        ids = [id_ for (id_,) in self.env.cr.fetchall()]
        for start in range(0, len(ids), 50):
            files = self.env["ir.attachment"].browse(ids[start : start + 50])
            for file in files:
                if file.type != "binary" or not file.raw:
                    continue
                title = re.sub(r"[^\w.() -]", "_", file.name)[-80:]
                folder = f"files/{file.res_model}/{file.res_id}"
                with archive.open(f"{folder}/{file.id} {title}", "w") as member:
                    member.write(file.raw)
            self.env.invalidate_all()

    # ------------------------------------------------------------
    # Giving back
    # ------------------------------------------------------------

    @api.model
    def _give_back(self):
        """Before we are removed: the base has what it had, and holds nothing of ours.

        Records of ours that tickets stand on stay and belong to the desk from now on.
        """
        self.env.flush_all()
        self._put_back_values()
        self._release_stage_mails()
        self._release_activities()
        self._release_messages()
        self._keep_what_is_used()
        self._loosen_references()
        self._forget_names_of_fields()
        self.env.cr.execute(
            "DELETE FROM ir_config_parameter WHERE key LIKE %s", [f"{MODULE}.%"]
        )
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def _put_back_values(self):
        """Put values and rules of the base back where they are still ours."""
        cr = self.env.cr
        for change in self.env["helpdesk.leaving.change"].search([], order="id"):
            table, before, after = change.table_name, change.before, change.after
            if table == base_snapshot.INDEXES:
                for name in after or []:
                    cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
            elif table in base_snapshot.RELATIONS:
                columns = base_snapshot.RELATIONS[table]
                for pair in after:
                    cr.execute(
                        SQL(
                            "DELETE FROM %s WHERE %s = %s AND %s = %s",
                            SQL.identifier(table),
                            SQL.identifier(columns[0]),
                            pair[0],
                            SQL.identifier(columns[1]),
                            pair[1],
                        )
                    )
            elif table != "helpdesk_ticket":
                self._put_back_row(table, change.res_id, before, after)
        self._put_back_tickets()
        self._remove_contacts()
        for column in ("team_id", "partner_id"):
            sql.drop_not_null(cr, "helpdesk_ticket", column)

    def _put_back_row(self, table, id_, before, after):
        try:
            with self.env.cr.savepoint(flush=False):
                kept = base_snapshot.put_back(self.env.cr, table, id_, before, after)
        except psycopg2.Error as error:
            _logger.warning("%s %s stays as it is: %s", table, id_, error)
            return
        if kept:
            _logger.info(
                "%s %s: %s changed since, left", table, id_, ", ".join(sorted(kept))
            )

    def _put_back_tickets(self):
        """Tickets nobody has touched since have no team, contact or stage again."""
        cr = self.env.cr
        for column, type_ in GIVEN_COLUMNS.items():
            sql.drop_not_null(cr, "helpdesk_ticket", column)
            cr.execute(
                SQL(
                    """
                    UPDATE helpdesk_ticket ticket
                       SET %(column)s = (change.before ->> %(name)s)::%(type)s
                      FROM helpdesk_leaving_change change
                     WHERE change.table_name = 'helpdesk_ticket'
                       AND change.res_id = ticket.id
                       AND change.before ? %(name)s
                       AND change.after ->> %(name)s = ticket.%(column)s::text
                       AND ticket.write_date <= change.create_date
                       AND NOT EXISTS (
                           SELECT FROM mail_message
                            WHERE model = 'helpdesk.ticket' AND res_id = ticket.id
                              AND create_date > change.create_date)
                    """,
                    column=SQL.identifier(column),
                    name=column,
                    type=SQL(type_),
                )
            )

    def _remove_contacts(self):
        """Contacts that the installation made for tickets, and nobody has used, go."""
        self.env.cr.execute(
            """
            SELECT DISTINCT person.id
              FROM helpdesk_leaving_change change
              JOIN res_partner person
                ON person.id = (change.after ->> 'partner_id')::int
             WHERE change.table_name = 'helpdesk_ticket'
               AND person.create_date = change.create_date
               AND person.write_date = person.create_date
               AND NOT EXISTS (
                   SELECT FROM helpdesk_ticket WHERE partner_id = person.id)
               AND NOT EXISTS (SELECT FROM res_users WHERE partner_id = person.id)
               AND NOT EXISTS (SELECT FROM res_partner WHERE parent_id = person.id)
               AND NOT EXISTS (SELECT FROM mail_message WHERE author_id = person.id)
            """
        )
        ids = [id_ for (id_,) in self.env.cr.fetchall()]
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                self.env["res.partner"].browse(ids).unlink()
        except (psycopg2.Error, UserError) as error:
            _logger.info("Contacts made for old tickets stay: %s", error)

    def _release_stage_mails(self):
        """Stages that send our mails send the base's again, ours are about to go."""
        ours = self._get_our_ids("mail.template")
        template = self.env.ref(
            "helpdesk_mgmt.closed_ticket_template", raise_if_not_found=False
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_stage SET mail_template_id ="
            " CASE WHEN closed THEN %s END WHERE mail_template_id = ANY(%s)",
            [template.id if template else None, ours],
        )

    def _release_activities(self):
        """Activities of kinds that go are plain things to do."""
        ours = self._get_our_ids("mail.activity.type")
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        for table, column in (
            ("mail_activity", "activity_type_id"),
            ("mail_message", "mail_activity_type_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE %s = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    todo.id if todo else None,
                    SQL.identifier(column),
                    ours,
                )
            )

    def _release_messages(self):
        """Mails that wait go out without us, unless we kept them back.

        Those that were held, or whose team rehearses, would leave for customers now:
        they are cancelled, and so are those about records of ours.
        """
        held = self.env["helpdesk.hold"]._is_held()
        ours = [name for name in self.env.registry if self._is_ours(self.env[name])]
        waiting = self.env["mail.mail"].search([("state", "in", WAITING_MAILS)])
        waiting.filtered(
            lambda mail: (
                mail.model in ours
                or mail._get_rehearsal_address()
                or (held and mail._get_helpdesk_team())
            )
        ).write({"state": "cancel"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_message"
            " SET email_layout_xmlid = 'mail.mail_notification_light'"
            " WHERE email_layout_xmlid LIKE %s",
            [f"{MODULE}.%"],
        )

    def _keep_what_is_used(self):
        """Stages, types, channels ... of tickets stay, without our name on them."""
        for model, column in (
            ("helpdesk.ticket.stage", "stage_id"),
            ("helpdesk.ticket.type", "type_id"),
            ("helpdesk.ticket.channel", "channel_id"),
            ("helpdesk.ticket.category", "category_id"),
            ("helpdesk.ticket.team", "team_id"),
            ("res.partner", "partner_id"),
        ):
            self.env.cr.execute(
                SQL(
                    """
                    DELETE FROM ir_model_data named
                     WHERE named.module = %s AND named.model = %s
                       AND EXISTS (
                           SELECT FROM helpdesk_ticket ticket
                            WHERE ticket.%s = named.res_id
                              AND NOT EXISTS (
                                  SELECT FROM ir_model_data demo
                                   WHERE demo.module = %s
                                     AND demo.model = 'helpdesk.ticket'
                                     AND demo.res_id = ticket.id))
                    """,
                    MODULE,
                    model,
                    SQL.identifier(column),
                    MODULE,
                )
            )

        # a team that stays has its address
        for model, table, column, owner in (
            ("mail.alias", "helpdesk_ticket_team", "alias_id", "helpdesk.ticket.team"),
            ("mail.alias.domain", "mail_alias", "alias_domain_id", "mail.alias"),
        ):
            self.env.cr.execute(
                SQL(
                    """
                    DELETE FROM ir_model_data named
                     WHERE named.module = %(module)s AND named.model = %(model)s
                       AND EXISTS (
                           SELECT FROM %(table)s owner
                            WHERE owner.%(column)s = named.res_id
                              AND NOT EXISTS (
                                  SELECT FROM ir_model_data going
                                   WHERE going.module = %(module)s
                                     AND going.model = %(owner)s
                                     AND going.res_id = owner.id))
                    """,
                    module=MODULE,
                    model=model,
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    owner=owner,
                )
            )

    def _loosen_references(self):
        """Columns that go keep no record of the base from being removed before."""
        cr = self.env.cr
        for name in self.env.registry:
            model = self.env[name]
            if not model._auto or model._abstract:
                continue
            for field in model._fields.values():
                if field.type != "many2one" or not field.store:
                    continue
                comodel = self.env[field.comodel_name]
                if (
                    field.ondelete == "restrict"
                    and self._is_our_field(field)
                    and not self._is_ours(comodel)
                ):
                    sql.drop_not_null(cr, model._table, field.name)
                    sql.fix_foreign_key(
                        *(cr, model._table, field.name),
                        *(comodel._table, "id", "set null"),
                    )

    def _forget_names_of_fields(self):
        """Names that other modules' registries gave to fields of our models go, too."""
        names = [name for name in self.env.registry if self._is_ours(self.env[name])]
        self.env.cr.execute(
            """
            DELETE FROM ir_model_data named
             WHERE named.module <> %(module)s
               AND (named.model = 'ir.model.fields.selection'
                    AND named.res_id IN (
                        SELECT option.id
                          FROM ir_model_fields_selection option
                          JOIN ir_model_fields field ON field.id = option.field_id
                         WHERE field.model = ANY(%(models)s))
                    OR named.model = 'ir.model.inherit'
                    AND named.res_id IN (
                        SELECT inherited.id
                          FROM ir_model_inherit inherited
                          JOIN ir_model model ON model.id = inherited.model_id
                         WHERE model.model = ANY(%(models)s)))
            """,
            {"module": MODULE, "models": names},
        )

    def _get_our_ids(self, model):
        names = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model)]
        )
        return names.mapped("res_id")
