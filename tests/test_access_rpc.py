# ruff: noqa: B023 - doors are opened at once
from datetime import datetime, timedelta
from itertools import product

from odoo import fields
from odoo.tests import tagged

from .access_common import MODULES, AccessCase
from .access_tables import (
    CUSTOMER_FIELDS,
    CUSTOMER_WRITES,
    CUSTOMERS,
    FOREIGN_FIELDS,
    METHODS,
    METHODS_ELSEWHERE,
    METHODS_OF_THREADS,
    MODELS,
    ROLES,
    SIGNED_IN,
    TICKETS,
)


@tagged("post_install", "-at_install")
class TestRpc(AccessCase):
    """Every model and every field, over every RPC door, under the table's rights."""

    def _verbs(self, model, record, name=None):
        """Return {verb: (letter of the right, call)} on one record.

        :param name: the field that is read and written, else the record's name
        """
        name = name or self.env[model]._rec_name or "id"
        by_id = [("id", "=", record.id)]
        return {
            "read": (
                "r",
                lambda: self.call(model, "read", [record.ids, ["display_name"]]),
            ),
            "search_read": (
                "r",
                lambda: self.call(model, "search_read", [by_id, ["id"]]),
            ),
            "web_read": (
                "r",
                lambda: self.call(
                    model,
                    "web_read",
                    [record.ids],
                    {"specification": {"display_name": {}}},
                ),
            ),
            "web_search_read": (
                "r",
                lambda: self.call(
                    model,
                    "web_search_read",
                    [by_id],
                    {"specification": {"display_name": {}}},
                ),
            ),
            "search": ("r", lambda: self.call(model, "search", [by_id])),
            "search_count": ("r", lambda: self.call(model, "search_count", [by_id])),
            "formatted_read_group": (
                "r",
                lambda: self.call(
                    model,
                    "formatted_read_group",
                    [by_id],
                    {"groupby": [], "aggregates": ["id:array_agg"]},
                ),
            ),
            "name_search": (
                "r",
                lambda: self.call(
                    model, "name_search", [], {"name": "", "domain": by_id}
                ),
            ),
            "export_data": (
                "r",
                lambda: self.call(model, "export_data", [record.ids, ["id", name]]),
            ),
            "write": (
                "u",
                lambda: self.call(
                    model, "write", [record.ids, {name: self._value(record, name)}]
                ),
            ),
            "web_save": (
                "u",
                lambda: self.call(
                    model,
                    "web_save",
                    [record.ids, {name: self._value(record, name)}],
                    {"specification": {}},
                ),
            ),
            "create": ("c", lambda: self.call(model, "create", [self._values(record)])),
            "copy": ("c", lambda: self.call(model, "copy", [record.ids])),
            "unlink": ("d", lambda: self.call(model, "unlink", [record.ids])),
        }

    def _value(self, record, name):
        field = record._fields[name]
        value = field.convert_to_write(record[name], record)
        return str(value) if isinstance(value, datetime) else value

    def _values(self, record):
        """Return values with which a record like this one could be created."""
        skipped = {*fields.MAGIC_COLUMNS} if hasattr(fields, "MAGIC_COLUMNS") else set()
        values = {}
        for name, field in record._fields.items():
            if field.required and field.store and name not in skipped and name != "id":
                values[name] = self._value(record, name)
        values.pop("submission_key", None)
        return values

    def _records(self):
        """Return one disposable record of each of our models."""
        env = self.env
        free = {"ticket_id": self.ana_ticket.id, "partner_id": self.hotel.id}
        return {
            "helpdesk.ticket.category": env["helpdesk.ticket.category"].create(
                {"name": "Category"}
            ),
            "helpdesk.ticket.channel": env["helpdesk.ticket.channel"].create(
                {"name": "Channel"}
            ),
            "helpdesk.ticket.duplicate.wizard": None,
            "helpdesk.ticket.location": env["helpdesk.ticket.location"].create(
                {"name": "Shared site"}
            ),
            "helpdesk.ticket.participant": env["helpdesk.ticket.participant"].create(
                free
            ),
            "helpdesk.ticket.stage": self._create_stage(self.team, "in_progress"),
            "helpdesk.ticket.tag": env["helpdesk.ticket.tag"].create({"name": "Tag"}),
            "helpdesk.ticket.team": env["helpdesk.ticket.team"].create(
                {"name": "Shown team", "show_in_portal": True}
            ),
            "helpdesk.ticket.team.promise": env["helpdesk.ticket.team.promise"].create(
                {"team_id": self.team.id, "priority": "3", "answer_hours": 1}
            ),
            "helpdesk.ticket.type": env["helpdesk.ticket.type"].create(
                {"name": "Type"}
            ),
        }

    def _helpdesk_models(self):
        return {
            name
            for name, cls in self.env.registry.items()
            if cls._original_module in MODULES
        }

    def test_every_model_has_a_row(self):
        """A new model, public method or field of ours fails until a table names it."""
        self.role = "nobody"
        for model in self._helpdesk_models() ^ set(MODELS):
            self.expect(f"{model} has no row in MODELS, or no model", False)
        tabled = {tuple(name.split("/")) for name in METHODS}
        for model, names in METHODS_ELSEWHERE.items():
            tabled |= {(model, name) for name in names}
        methods = set(self._public_methods())
        for method in methods ^ tabled:
            self.expect(f"{method} is in no table of methods, or gone", False)
        foreign = set(self._foreign_fields())
        for model, name in foreign:
            tabled_field = FOREIGN_FIELDS.get(
                f"{model}/{name}", FOREIGN_FIELDS.get(model)
            )
            self.expect(f"{model}/{name} is not in FOREIGN_FIELDS", bool(tabled_field))
        type(self).checks += len(methods) + len(MODELS)
        self.assert_no_violations()

    def _public_methods(self):
        for model, cls in self.env.registry.items():
            for base in cls.__mro__:
                parts = base.__module__.split(".")
                if parts[:2] == ["odoo", "addons"] and parts[2] in MODULES:
                    for name, value in vars(base).items():
                        private = getattr(value, "_api_private", False)
                        private = private or name in METHODS_OF_THREADS
                        if callable(value) and not (private or name.startswith("_")):
                            yield model, name

    def _foreign_fields(self):
        ours = self._helpdesk_models()
        for model, cls in self.env.registry.items():
            for name, field in cls._fields.items():
                if model not in ours and set(field._modules) & set(MODULES):
                    if not cls._abstract:
                        yield model, name

    def test_rights_on_models(self):
        """The rights of MODELS, asked of the ORM, the visitor included."""
        verbs = {"create": "c", "read": "r", "write": "u", "unlink": "d"}
        for (model, row), role in product(MODELS.items(), ROLES):
            self.role = role
            for operation, letter in verbs.items():
                has = self.env[model].with_user(self.users[role]).has_access(operation)
                self.expect(
                    f"{model} {operation}: {has}",
                    has == (letter in row[role]),
                )
        self.assert_no_violations()

    def test_rights_over_rpc(self):
        """The rights of MODELS over /web/dataset/call_kw, verb by verb."""
        records = self._records()
        for role in ROLES:
            self.sign_in(role)
            for model, record in records.items():
                if record is None:
                    continue
                for verb, (letter, door) in self._verbs(model, record).items():
                    may = letter in MODELS[model][role] and role != "visitor"
                    may &= verb != "export_data" or role not in CUSTOMERS
                    response = self.knock(f"{model} {verb}", door, may_change=may)
                    self.expect(
                        f"{model} {verb}: {response.error or response.result!r}"[:200],
                        self._is_granted(response, verb) == may,
                    )
        self.assert_no_violations()

    def _is_granted(self, response, verb):
        """Tell whether an answer gave anything; constraints come after the rights."""
        if response.error:
            return response.error == "odoo.exceptions.ValidationError"
        result = response.result
        if verb == "formatted_read_group":
            return bool(result and result[0].get("id:array_agg"))
        if verb == "web_search_read":
            return bool(result["records"])
        return bool(result)

    def test_tickets_over_rpc(self):
        """Reading, answering, editing and deleting Ana's ticket, and Eva's."""
        for role in ROLES:
            self.sign_in(role)
            for name, row in TICKETS.items():
                whose, verb = name.split(":")
                ticket = getattr(self, f"{whose}_ticket").with_env(self.env)
                for what, door in self._ticket_doors(ticket, verb).items():
                    may = row[role] == "x"
                    may &= what != "export_data" or role not in CUSTOMERS
                    response = self.knock(f"{name} {what}", door, may_change=may)
                    self.expect(
                        f"{name} {what}: {response.error or response.result!r}"[:200],
                        self._is_granted(response, what) == may,
                    )
        self.assert_no_violations()

    def _ticket_doors(self, ticket, verb):
        model = "helpdesk.ticket"
        if verb == "message_post":
            return {
                verb: lambda: self.call(model, verb, [ticket.ids], {"body": "Hello"})
            }
        letter = {"read": "r", "write": "u", "unlink": "d"}[verb]
        # the number, which names a ticket, is nobody's to change in the portal
        verbs = self._verbs(model, ticket, "name")
        return {what: door for what, (right, door) in verbs.items() if right == letter}

    def test_public_methods(self):
        """The verbs are no door around the rights."""
        arguments = {
            "action_wait_customer": ["Please send us a screenshot"],
            "action_wait_other": ["Expedia"],
            "action_give_more_time": [2],
            "desk_send": ["Hello", False, False, False, [], 2**31 - 1],
        }
        starts = {
            "action_reopen": {"stage_id": self.stages["solved"].id},
            "action_chase": {"stage_id": self.stages["waiting_other"].id},
            "action_resume": {"stage_id": self.stages["waiting_other"].id},
            "action_give_more_time": {
                "stage_id": self.stages["waiting_customer"].id,
                "customer_request": "Which reservations are missing?",
            },
        }
        starts["action_send_reminder"] = starts["action_give_more_time"]
        self.team.waiting_limit_hours = 48
        self.ana_ticket.user_id = False
        for role in ROLES:
            self.sign_in(role)
            for name, row in METHODS.items():
                model, method = name.split("/")
                self.ana_ticket.write(starts.get(method, {}))
                context = {"active_ids": self.ana_ticket.ids}
                may = row[role] == "x"
                args = [self.ana_ticket.ids, *arguments.get(method, [])]
                response = self.knock(
                    name,
                    lambda: self.call(model, method, args, {"context": context}),
                    may_change=may,
                )
                self.expect(
                    f"{name}: {response.error or 'done'}",
                    (not response.error and response.changed) == may,
                )
                self.ana_ticket.stage_id = self.stages["new"]
        self.assert_no_violations()

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    def test_fields_customers_read(self):
        """Customers read, search, sort, group and export what CUSTOMER_FIELDS names."""
        Ticket = self.env["helpdesk.ticket"]
        for role in ("visitor", "ana"):
            self.sign_in(role)
            for name, field in Ticket._fields.items():
                may = name in CUSTOMER_FIELDS and role != "visitor"
                for what, door in self._field_doors(name, field).items():
                    if role == "visitor" and what != "read":
                        continue
                    response = self.knock(f"{what} {name}", door)
                    granted = not response.error and bool(response.result)
                    self.expect(
                        f"{what} {name}: {response.error or response.result!r}"[:200],
                        granted == may if what == "read" else not granted or may,
                    )
        self.assert_no_violations()

    def _field_doors(self, name, field):
        model, ids = "helpdesk.ticket", self.ana_ticket.ids
        doors = {
            "read": lambda: self.call(model, "read", [ids, [name]]),
            "search_read": lambda: self.call(model, "search_read", [[], [name]]),
            "export": lambda: self.call(model, "export_data", [ids, [name]]),
            "web_read": lambda: self.call(
                model, "web_read", [ids], {"specification": {name: {}}}
            ),
            "search": lambda: self.call(model, "search", [[(name, "!=", "x")]]),
            "search unset": lambda: self.call(model, "search", [[(name, "=", False)]]),
            "sort by": lambda: self.call(model, "search", [[]], {"order": name}),
            "group by": lambda: self.call(
                model,
                "formatted_read_group",
                [[]],
                {"groupby": [name], "aggregates": ["__count"]},
            ),
        }
        if field.relational:
            doors["search through"] = lambda: self.call(
                model, "search", [[(f"{name}.id", "!=", 0)]]
            )
        return doors

    def test_fields_customers_write(self):
        """S2-31 Customers write over RPC what they may edit of their own, no more."""
        Ticket = self.env["helpdesk.ticket"]
        for role in ("visitor", "ana", "luis"):
            self.sign_in(role)
            for name, field in Ticket._fields.items():
                for verb in ("write", "web_save") if role == "ana" else ("write",):
                    extra = {"specification": {}} if verb == "web_save" else {}
                    values = {name: self._value_for(field)}
                    response = self.knock(
                        f"{verb} {name}",
                        lambda: self.call(
                            "helpdesk.ticket",
                            verb,
                            [self.ana_ticket.ids, values],
                            extra,
                        ),
                        may_change=role == "ana" and name in CUSTOMER_WRITES,
                    )
                    self.expect(
                        f"{verb} {name} is granted",
                        bool(response.error) or name in CUSTOMER_WRITES,
                    )
        self.assert_no_violations()

    def test_fields_agents_write(self):
        """An agent writes each kind of field of their ticket, Ines none."""
        kinds = {}
        for name, field in self.env["helpdesk.ticket"]._fields.items():
            if field.store and not field.readonly and not field.related:
                kinds.setdefault(field.type, name)
        for role in ("ines", "laura", "mora"):
            self.sign_in(role)
            for name in kinds.values():
                field = self.env["helpdesk.ticket"]._fields[name]
                values = {name: self._value_for(field)}
                response = self.knock(
                    f"write {name}",
                    lambda: self.call(
                        "helpdesk.ticket", "write", [self.ana_ticket.ids, values]
                    ),
                    may_change=role != "ines",
                )
                self.expect(
                    f"write {name}: {response.error}",
                    bool(response.error) == (role == "ines"),
                )
        self.assert_no_violations()

    def _value_for(self, field):
        """Return a value the field could take."""
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        if field.type == "many2one":
            if field.name == "stage_id":
                return self.stages["solved"].id
            return self.env[field.comodel_name].search([], limit=1).id
        return {
            "boolean": True,
            "char": "changed",
            "text": "changed",
            "html": "<p>changed</p>",
            "integer": 7,
            "float": 7.0,
            "date": "2026-01-01",
            "datetime": "2026-01-01 00:00:00",
            "one2many": [],
            "many2many": [(5, 0, 0)],
            "properties": [],
        }.get(field.type, False)

    def test_foreign_fields(self):
        """Our fields on partners, users and companies are read by whom we mean."""
        for (model, name), role in product(self._foreign_fields(), SIGNED_IN):
            self.role = role
            first = FOREIGN_FIELDS.get(f"{model}/{name}", FOREIGN_FIELDS.get(model))
            Model = self.env[model].with_user(self.users[role])
            has = Model._has_field_access(Model._fields[name], "read")
            may = first != "nobody" and (
                first == "rosa" or SIGNED_IN.index(role) >= SIGNED_IN.index(first)
            )
            if may and self.users[role].share and model == "res.config.settings":
                continue
            self.expect(
                f"{model}/{name} read: {has}", has == may or model.endswith("settings")
            )
        self.assert_no_violations()

    # ------------------------------------------------------------
    # The other doors
    # ------------------------------------------------------------

    def test_json2_and_jsonrpc(self):
        """/json/2 with an API key and /jsonrpc give what call_kw gives, no more."""
        calls = {
            "ana:read": ("helpdesk.ticket", "read", {"fields": ["name"]}),
            "ana:write": ("helpdesk.ticket", "write", {"vals": {"name": "x"}}),
            "ana:unlink": ("helpdesk.ticket", "unlink", {}),
            "ana:message_post": ("helpdesk.ticket", "message_post", {"body": "x"}),
            "eva:read": ("helpdesk.ticket", "read", {"fields": ["name"]}),
            "eva:write": ("helpdesk.ticket", "write", {"vals": {"name": "x"}}),
            "eva:message_post": ("helpdesk.ticket", "message_post", {"body": "x"}),
        }
        self.sign_in("visitor")
        for role in ROLES:
            self.role = role
            headers = {"Authorization": f"Bearer {self._api_key(role)}"}
            for name, (model, method, kwargs) in calls.items():
                ticket = getattr(self, f"{name[:3]}_ticket")
                may = TICKETS[name][role] == "x"
                checked = role in ("ana", "luis", "laura")  # passwords take long
                for door in ("json2", "jsonrpc") if checked else ("json2",):
                    response = self.knock(
                        f"{door} {name}",
                        lambda: getattr(self, f"_{door}")(
                            headers, role, model, method, ticket.ids, kwargs
                        ),
                        may_change=may,
                    )
                    granted = response.status_code == 200 and not response.error
                    self.expect(f"{door} {name}: {granted}", granted == may)
            for note, method in product(self.notes, ("read", "unlink", "copy")):
                kwargs = {"fields": ["body"]} if method == "read" else {}
                self.knock(
                    f"json2 {method} of a note",
                    lambda: self._json2(
                        headers, role, "mail.message", method, note.ids, kwargs
                    ),
                    may_change=role in ("laura", "marta", "sam", "mora"),
                )
        self.assert_no_violations()

    def _api_key(self, role):
        if role == "visitor":
            return "0" * 40
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        user = self.users[role]
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate("rpc", "matrix", tomorrow)

    def _json2(self, headers, role, model, method, ids, kwargs):
        response = self.url_open(
            f"/json/2/{model}/{method}", json={"ids": ids, **kwargs}, headers=headers
        )
        response.error = None if response.status_code == 200 else "refused"
        return response

    def _jsonrpc(self, headers, role, model, method, ids, kwargs):
        user = self.users[role]
        args = [self.env.cr.dbname, user.id, user.login, model, method, [ids], kwargs]
        params = {"service": "object", "method": "execute_kw", "args": args}
        return self.json("/jsonrpc", params)
