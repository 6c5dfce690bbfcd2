# ruff: noqa: B023 - doors are opened at once
import base64
import io
import threading
import zipfile
from datetime import datetime, timedelta
from itertools import product
from unittest.mock import patch

import requests
from lxml import html

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_service_portal.hooks import uninstall_hook

from .access_tables import (
    BOTH_METHODS,
    CUSTOMER_FIELDS,
    CUSTOMER_WRITES,
    CUSTOMERS,
    FOREIGN_FIELDS,
    METHODS,
    METHODS_ELSEWHERE,
    MODELS,
    OUTSIDERS,
    ROLES,
    ROUTES,
    SEES,
    SIGNED_IN,
    TICKETS,
)
from .common import PORTAL, HelpdeskCommon
from .figures import FiguresCase

MODULES = ("helpdesk_mgmt", "helpdesk_type", "helpdesk_service_portal")
MARKERS = tuple(SEES)
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
FINGERPRINT = """
    SELECT (SELECT json_agg(t ORDER BY id) FROM (
                SELECT id, name, description, stage_id, team_id, user_id, priority,
                       partner_id, location_id, category_id, type_id, active,
                       access_token, customer_request, interaction_count
                  FROM helpdesk_ticket WHERE id IN %(ids)s) t)::text,
           (SELECT json_agg(m ORDER BY id) FROM (
                SELECT id, body, is_internal, subtype_id, author_id, subject, res_id
                  FROM mail_message
                 WHERE model = 'helpdesk.ticket' AND res_id IN %(ids)s) m)::text,
           (SELECT json_agg(a ORDER BY id) FROM (
                SELECT id, name, checksum, res_id, access_token, public
                  FROM ir_attachment
                 WHERE res_model = 'helpdesk.ticket' AND res_id IN %(ids)s) a)::text,
           (SELECT json_agg(p ORDER BY id) FROM (
                SELECT id, ticket_id, partner_id, included, sees_from, source
                  FROM helpdesk_ticket_participant
                 WHERE ticket_id IN %(ids)s) p)::text,
           (SELECT json_agg(f ORDER BY id) FROM (
                SELECT id, res_id, partner_id FROM mail_followers
                 WHERE res_model = 'helpdesk.ticket' AND res_id IN %(ids)s) f)::text,
           (SELECT count(*) FROM mail_message_reaction),
           (SELECT count(*) FROM helpdesk_ticket),
           (SELECT count(*) FROM helpdesk_ticket_participant),
           (SELECT count(*) FROM mail_message),
           (SELECT json_agg(s ORDER BY id) FROM (
                SELECT id, name, kind FROM helpdesk_ticket_stage) s)::text
"""


class AccessCase(FiguresCase, HelpdeskCommon, HttpCase):
    """Everybody tries every door; what is shown and what changes is compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rosa = cls._create_person("Rosa Copia", "rosa", PORTAL, cls.hotel)
        cls.users = {role: getattr(cls, role) for role in SIGNED_IN}
        internal = cls.ines | cls.laura | cls.marta | cls.sam | cls.mora
        export = cls.env.ref("base.group_allow_export")
        internal.write({"group_ids": [fields.Command.link(export.id)]})
        cls.users["visitor"] = cls.env.ref("base.public_user")
        cls.public_files = cls.env["ir.attachment"]
        other_team = cls._create_team("Other desk", cls.env["res.users"])
        cls.ana_ticket = cls._create_marked_ticket("ANA", cls.ana, user_id=cls.laura.id)
        cls.eva_ticket = cls._create_marked_ticket(
            "EVA", cls.eva, team_id=other_team.id, user_id=cls.sam.id
        )
        cls.ana_ticket.participant_ids = [
            fields.Command.create(
                {"partner_id": cls.rosa.partner_id.id, "source": "customer"}
            )
        ]
        cls.notes = cls.env["mail.message"].browse()
        for ticket in (cls.ana_ticket, cls.eva_ticket):
            cls.notes |= cls._create_internals(ticket, ticket.name.split()[0][:3])
        cls.env.flush_all()
        cls.checks = cls.violated = 0

    @classmethod
    def tearDownClass(cls):
        if cls.checks:
            cls.tell(
                f"Access matrix, {cls.__name__}: {cls.checks} checks, "
                f"{cls.violated} violations"
            )
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.violations = {}

    @classmethod
    def _create_marked_ticket(cls, who, requester, **vals):
        """Create a ticket whose public part holds ``<who>PUB``."""
        ticket = cls._create_ticket(
            requester,
            name=f"{who}PUB subject",
            description=f"<p>{who}PUB description</p>",
            location_id=cls.location.id if requester == cls.ana else False,
            **vals,
        )
        message = ticket.with_user(requester).message_post(
            body=f"{who}PUB message needle",
            attachments=[(f"{who}PUB.pdf", f"{who}PUB file".encode())],
        )
        cls.public_files = cls.public_files | message.sudo().attachment_ids
        return ticket

    @classmethod
    def _create_internals(cls, ticket, who):
        """Write every kind of internal message about ``ticket``, with a file.

        The requester was notified of one, wrote one before it was made internal and
        is mentioned in one: none of that opens it.
        """
        requester = ticket.partner_id
        post = ticket.with_user(cls.sam).message_post
        text = {"body": f"{who}NOTE secretneedle"}
        file = {"attachments": [(f"{who}NOTE.pdf", f"{who}NOTE file".encode())]}
        notes = post(**text, **file, subtype_xmlid="mail.mt_note")
        notes |= post(**text, message_type="notification", subtype_xmlid="mail.mt_note")
        notes |= ticket._message_log(**text)
        notes |= post(**text, partner_ids=requester.ids, subtype_xmlid="mail.mt_note")
        mine = post(**text, **file, subtype_xmlid="mail.mt_note")
        mine.sudo().write({"author_id": requester.id, "create_uid": cls.ana.id})
        hidden = post(**text, subtype_xmlid="mail.mt_comment")
        hidden.sudo().is_internal = True
        notes |= mine | hidden
        for note in notes.filtered(lambda n: requester not in n.notified_partner_ids):
            cls.env["mail.notification"].create(
                {
                    "mail_message_id": note.id,
                    "res_partner_id": requester.id,
                    "notification_type": "inbox",
                    "is_read": False,
                }
            )
        tracked = post(
            body="", message_type="notification", subtype_xmlid="mail.mt_note"
        )
        cls.env["mail.tracking.value"].sudo().create(
            {
                "mail_message_id": tracked.id,
                "field_id": cls.env["ir.model.fields"]
                ._get("helpdesk.ticket", "name")
                .id,
                "old_value_char": f"{who}NOTE old",
                "new_value_char": f"{who}NOTE secretneedle",
            }
        )
        image = cls.env["ir.attachment"].create(
            {
                "name": f"{who}NOTE.png",
                "raw": base64.b64decode(PNG),
                "res_model": "helpdesk.ticket",
                "res_id": ticket.id,
            }
        )
        notes[0].sudo().attachment_ids |= image
        ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=f"{who}NOTE activity",
            user_id=cls.sam.id,
        )
        return notes | tracked

    # ------------------------------------------------------------
    # Trying doors
    # ------------------------------------------------------------

    def sign_in(self, role):
        """Continue as ``role``."""
        login = role != "visitor" and self.users[role].login
        self.authenticate(login or None, login or None)
        self.role = role

    def expect(self, what, good):
        """Count one check of what the current role does."""
        type(self).checks += 1
        if not good:
            type(self).violated += 1
            self.violations.setdefault(what, []).append(self.role)

    def knock(self, what, door, may_change=False, may_see=()):
        """Try a door, undo what it did, check that nothing leaked or changed.

        :param door: function without arguments that returns a response
        :return: the response, with ``changed`` and ``text`` set
        """
        self.env.cr.flush()
        before = self._fingerprint()
        with self.env.cr.savepoint(flush=False) as savepoint:
            response = door()
            response.changed = self._fingerprint() != before
            savepoint.rollback()
        self.env.invalidate_all()
        response.seen = self._find_markers(response)
        wrong = [
            marker
            for marker in response.seen
            if SEES[marker][self.role] == "-" and marker not in may_see
        ]
        self.expect(f"{what} shows {wrong}", not wrong)
        self.expect(
            f"{what} answers {response.status_code}", response.status_code < 500
        )
        if not may_change:
            self.expect(f"{what} changes data", not response.changed)
        return response

    def _fingerprint(self):
        ids = (self.ana_ticket.id, self.eva_ticket.id)
        self.env.cr.execute(FINGERPRINT, {"ids": ids})
        return self.env.cr.fetchone()

    def _find_markers(self, response):
        content = response.content
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content += b"".join(archive.read(name) for name in archive.namelist())
        return {
            marker
            for marker in MARKERS
            if marker.encode() in content
            or base64.b64encode(f"{marker} file".encode())[:-3] in content
        }

    def get(self, url, **kw):
        return self.url_open(url, allow_redirects=False, **kw)

    def post(self, url, data=None, csrf=True, **kw):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, allow_redirects=False, method="POST", **kw)

    def json(self, url, params):
        """Call a JSON-RPC route; ``response.result`` and ``.error`` are set."""
        response = self.url_open(url, json=self.build_rpc_payload(params))
        try:
            answer = response.json()
        except requests.JSONDecodeError:
            answer = {"error": {"data": {"name": str(response.status_code)}}}
        response.result = answer.get("result")
        response.error = (answer.get("error") or {}).get("data", {}).get("name")
        return response

    def call(self, model, method, args=(), kwargs=None):
        params = {"model": model, "method": method, "args": args}
        return self.json(
            f"/web/dataset/call_kw/{model}/{method}", {**params, "kwargs": kwargs or {}}
        )

    def assert_no_violations(self):
        lines = [f"{' '.join(who)}: {what}" for what, who in self.violations.items()]
        if lines:
            self.fail(f"{len(lines)} violations:\n" + "\n".join(lines))


@tagged("post_install", "-at_install")
class TestRoutes(AccessCase):
    """Every route: POST for changes, CSRF, access on every id, no 500."""

    def _own_rules(self):
        """Yield the routes that our modules or their bases define or extend."""
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            routing_map = self.env["ir.http"].routing_map()
        for rule in routing_map.iter_rules():
            method = rule.endpoint.func
            name = method.__name__
            for cls in type(method.__self__).__mro__:
                parts = cls.__module__.split(".")
                if name in vars(cls) and parts[:2] == ["odoo", "addons"]:
                    if parts[2] in MODULES:
                        yield rule
                        break

    def _address(self, rule):
        return (
            rule.replace("<int:page>", "1")
            .replace("<int:ticket_id>", str(self.ana_ticket.id))
            .replace("<access_token>", self.ana_ticket.access_token)
        )

    def _form(self, rule):
        return {
            "/submitted/ticket": self._new_ticket_form(),
            "/ticket/close": {"ticket_id": str(self.ana_ticket.id)},
        }.get(rule, {"message": "An answer"})

    def _new_ticket_form(self):
        if self.role == "visitor":
            return {"subject": "New", "description": "Text"}
        Ticket = self.env["helpdesk.ticket"].with_user(self.users[self.role])
        options = Ticket._portal_form_options()
        return {
            "subject": "New",
            "description": "Text",
            "location": str(options["locations"][:1].id),
            "category": str(options["categories"][:1].id),
            "type": str(options["types"][:1].id),
        }

    def _end_of(self, response):
        if response.status_code in (200,):
            return "page"
        if response.status_code == 404:
            return "none"
        target = response.headers.get("Location", "")
        if "/web/login" in target:
            return "login"
        if response.status_code in (302, 303):
            return "done"
        return str(response.status_code)

    def test_every_route_has_a_row(self):
        """A new route of this module or its base fails until the table names it."""
        self.role = "nobody"
        rules = {rule.rule for rule in self._own_rules()}
        tabled = {name.split()[1] for name in ROUTES}
        for rule in rules ^ tabled:
            self.expect(f"{rule} has no row in ROUTES, or no route", False)
        type(self).checks += len(rules | tabled)
        self.assert_no_violations()

    def test_routes_by_role(self):
        """Who opens, answers and closes what; GET changes nothing (S0-04)."""
        for role in ROLES:
            self.sign_in(role)
            for name, row in ROUTES.items():
                method, rule = name.split()
                url, token = self._address(rule), "<access_token>" in rule
                may_see = {"ANAPUB"} if token else ()
                if method == "GET":
                    response = self.knock(name, lambda: self.get(url), may_see=may_see)
                else:
                    response = self.knock(
                        name,
                        lambda: self.post(url, self._form(rule)),
                        may_change=row[role] == "done",
                    )
                outcome = self._end_of(response)
                if method == "POST" and outcome == "done" and not response.changed:
                    outcome = "same"
                self.expect(f"{name} ends as {outcome}", outcome == row[role])
                if "/my/ticket/" in rule and method == "GET":
                    self.expect(
                        f"{name} shows Ana's ticket",
                        ("ANAPUB" in response.seen) == (row[role] == "page"),
                    )
                if rule == "/my/tickets":
                    self.expect(
                        "the list holds whose tickets they are",
                        ("ANAPUB" in response.seen) == (SEES["ANAPUB"][role] == "x"),
                    )
        self.assert_no_violations()

    def test_methods(self):
        """POST for changes: every other method is refused (405)."""
        methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
        for role in ("visitor", "ana"):
            self.sign_in(role)
            for name in ROUTES:
                allowed, rule = name.split()
                for method in methods:
                    if method == allowed or rule in BOTH_METHODS:
                        continue
                    response = self.knock(
                        f"{method} {rule}",
                        lambda: self.url_open(
                            self._address(rule),
                            method=method,
                            params=self._form(rule),
                            allow_redirects=False,
                        ),
                    )
                    # GET /my/ticket/7/message is the page with a wrong token
                    good = (200, 303, 400, 404) if "/message" in rule else (405,)
                    self.expect(
                        f"{method} {rule} answers {response.status_code}",
                        response.status_code in good,
                    )
        self.assert_no_violations()

    def test_csrf(self):
        """A form of another site changes nothing, whoever is signed in."""
        for role in ("visitor", "ana", "mora"):
            self.sign_in(role)
            for name, token in product(ROUTES, (None, "x", "0o9999999999")):
                rule = name.split()[1]
                if rule == "/web/login":
                    continue
                form = self._form(rule) | ({"csrf_token": token} if token else {})
                self.knock(
                    f"{rule} with token {token!r}",
                    lambda: self.post(self._address(rule), form, csrf=False),
                    may_see={"ANAPUB"} if "<access_token>" in rule else (),
                )
        self.assert_no_violations()

    def test_no_500(self):
        """No parameter whatever makes a page fail: unknown ones fall back."""
        for role in ("visitor", "ana", "laura"):
            self.sign_in(role)
            for rule, junk in product(
                [rule for rule in {n.split()[1] for n in ROUTES}],
                self._junk_queries(rule=None),
            ):
                if rule == "/web/login":
                    continue
                url = f"{self._address(rule)}?{junk}"
                may_see = {"ANAPUB"} if "<access_token>" in rule else ()
                self.knock(
                    f"GET {rule}?{junk[:40]}", lambda: self.get(url), may_see=may_see
                )
            for path in self._junk_paths():
                self.knock(f"GET {path[:60]}", lambda: self.get(path))
                self.knock(
                    f"POST {path[:60]}", lambda: self.post(path, {"message": "x"})
                )
        self.assert_no_violations()

    def test_no_500_in_forms(self):
        """Whatever a form posts, no 500, and nothing of others' data changes."""
        posts = {
            "/submitted/ticket": (
                "subject",
                "description",
                "category",
                "type",
                "location",
            ),
            "/ticket/close": ("ticket_id", "stage_id"),
            self._address("/my/ticket/<int:ticket_id>/message"): ("message", "pending"),
        }
        for role in ("ana", "luis"):
            self.sign_in(role)
            for (url, names), value in product(posts.items(), self._junk_values()):
                for name in (*names, "submission_key", "pending", "remove", "owner"):
                    base = (
                        {}
                        if name == "ticket_id"
                        else self._form("/ticket/close" if "close" in url else url)
                    )
                    self.knock(
                        f"POST {url} {name}={str(value)[:30]!r}",
                        lambda: self.post(url, base | {name: value}),
                        may_change=True,
                    )
        self.assert_no_violations()

    def _junk_values(self):
        stranger = str(self.eva_ticket.id)
        return [
            *(
                "-1",
                "0",
                "abc",
                "1.5",
                "9" * 25,
                "²",
                "１",
                "\x00",
                "[]",
                "{}",
                "' OR 1=1",
            ),
            *(stranger, f" {stranger}", f"{stranger}\n", "x" * 20_000, "\ud7ff\uffff"),
            ["1", "2"],
        ]

    def _junk_queries(self, rule):
        return [
            "sortby=x&filterby=[]&page=-1&groupby=%00",
            "sortby[]=1&sortby[]=2&filterby[a]=1&groupby[]=",
            "page=99999999999999999999&filterby=99999999999999999999",
            "page=x&search=%00%01%ff%fe&search_in=%00",
            "search=" + "a%20" * 3000,
            "search=%25_%5C%27%22%3B--&location=-1&category=x&type=%C2%B2",
            "date_begin=x&date_end=y&period=1e9",
            "type=%ff&access_token=%ff%00&sent=1&answered=1&closed=1&again=1&stale=1",
            "access_token=" + "é" * 40,
            "ticket_id=1&env=1&self=1&kw=1&uid=2&context={}&lang=xx",
            "order=id;DROP&domain=[(1,'=',1)]&limit=-1&offset=-5",
            "category=99999999999999999999&location[]=1&type=1.5",
        ]

    def _junk_paths(self):
        ids = ("0", "-1", "abc", "1.5", "9" * 25, "%00", "²", "1%00", "2147483648")
        return [
            *(f"/my/ticket/{id_}" for id_ in ids),
            *(f"/my/ticket/{id_}/message" for id_ in ids),
            *(f"/my/ticket/{id_}/x" for id_ in ids),
            *(f"/my/ticket/{self.eva_ticket.id}/{t}" for t in ("x", "%00", "é" * 40)),
            *(f"/my/tickets/page/{id_}" for id_ in ids),
        ]


@tagged("post_install", "-at_install")
class TestRpc(AccessCase):
    """Every model and every field, over every RPC door, under the table's rights."""

    def _verbs(self, model, record):
        """Return {verb: (letter of the right, call)} on one record."""
        name = self.env[model]._rec_name or "id"
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
                        if callable(value) and not name.startswith("_"):
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
        verbs = self._verbs(model, ticket)
        return {what: door for what, (right, door) in verbs.items() if right == letter}

    def test_public_methods(self):
        """The verbs are no door around the rights."""
        arguments = {
            "action_wait_customer": ["Please send us a screenshot"],
            "action_wait_other": ["Expedia"],
        }
        self.ana_ticket.user_id = False
        for role in ROLES:
            self.sign_in(role)
            for name, row in METHODS.items():
                model, method = name.split("/")
                if method == "action_reopen":
                    self.ana_ticket.stage_id = self.stages["solved"]
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
        """Customers write no field of their tickets over RPC, whatever its kind."""
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
            may = SIGNED_IN.index(role) >= SIGNED_IN.index(first) or first == "rosa"
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


@tagged("post_install", "-at_install")
class TestThread(AccessCase):
    """Messages and files: the public ones for those who see the ticket, the internal
    ones for agents, by no route, id, token or past notification for anybody else.
    """

    def _sign(self, ticket):
        """Return the parameters of a mail's link: a token, a signed contact, none."""
        ana = self.users["ana"].partner_id
        return {
            "": {},
            " with token": {"token": ticket.access_token},
            " with hash": {"hash": ticket._sign_token(ana.id), "pid": ana.id},
        }

    def _thread_doors(self, ticket):
        """Return {name: door} to a ticket's whole thread."""
        thread = {"thread_model": "helpdesk.ticket", "thread_id": ticket.id}
        mail = "mail.message"
        nested = {"message_ids": {"fields": {"body": {}}}}
        lists = ["attachments", "followers", "activities", "suggestedRecipients"]
        doors = {
            "create": lambda: self.call(
                mail,
                "create",
                [{"model": "helpdesk.ticket", "res_id": ticket.id, "body": "forged"}],
            ),
            "ticket web_read": lambda: self.call(
                "helpdesk.ticket", "web_read", [ticket.ids], {"specification": nested}
            ),
            "activities": lambda: self.call(
                "mail.activity", "search_read", [[], ["summary"]]
            ),
            "followers": lambda: self.call(
                "mail.followers", "search_read", [[("res_id", "=", ticket.id)]]
            ),
            "/mail/thread/messages": lambda: self.json("/mail/thread/messages", thread),
            "/mail/inbox": lambda: self.json("/mail/inbox/messages", {}),
            "/mail/history": lambda: self.json("/mail/history/messages", {}),
            "/mail/starred": lambda: self.json("/mail/starred/messages", {}),
            "/mail/view ticket": lambda: self.get(
                f"/mail/view?model=helpdesk.ticket&res_id={ticket.id}"
            ),
        }
        for suffix, params in self._sign(ticket).items():
            with_thread = {**thread, **params}
            doors |= {
                f"chatter_fetch{suffix}": lambda p=with_thread: self.json(
                    "/mail/chatter_fetch", p
                ),
                f"chatter_init{suffix}": lambda p=with_thread: self.json(
                    "/portal/chatter_init", p
                ),
                f"/mail/data{suffix}": lambda p=params: self.json(
                    "/mail/data",
                    {
                        "fetch_params": [
                            "init_messaging",
                            "failures",
                            "systray_get_activities",
                            [
                                "mail.thread",
                                {**thread, "access_params": p, "request_list": lists},
                            ],
                        ]
                    },
                ),
            }
        return doors

    def _message_doors(self, ticket, message):
        """Return {name: door} to one message."""
        token = ticket.access_token
        thread = {"thread_model": "helpdesk.ticket", "thread_id": ticket.id}
        ids, by_id = message.ids, [("id", "=", message.id)]
        mail = "mail.message"
        spec = {
            "specification": {"body": {}, "attachment_ids": {"fields": {"name": {}}}}
        }
        doors = {
            "read": lambda: self.call(mail, "read", [ids, ["body"]]),
            "web_read": lambda: self.call(mail, "web_read", [ids], spec),
            "search_read": lambda: self.call(mail, "search_read", [by_id, ["body"]]),
            "export": lambda: self.call(mail, "export_data", [ids, ["body"]]),
            "group": lambda: self.call(
                mail, "formatted_read_group", [by_id], {"groupby": ["subject"]}
            ),
            "name_search": lambda: self.call(
                mail, "name_search", [], {"name": "", "domain": by_id}
            ),
            "copy": lambda: self.call(mail, "copy", [ids]),
            "write": lambda: self.call(mail, "write", [ids, {"body": "changed"}]),
            "unlink": lambda: self.call(mail, "unlink", [ids]),
            "star": lambda: self.call(mail, "toggle_message_starred", [ids]),
            "show": lambda: self.call(mail, "write", [ids, {"is_internal": False}]),
            "notifications": lambda: self.call(
                "mail.notification",
                "search_read",
                [[("mail_message_id", "=", message.id)], ["mail_message_id"]],
            ),
            "notification web_read": lambda: self.call(
                "mail.notification",
                "web_read",
                [message.notification_ids.ids],
                {"specification": {"mail_message_id": {"fields": {"body": {}}}}},
            ),
            "notification export": lambda: self.call(
                "mail.notification",
                "export_data",
                [message.notification_ids.ids, ["mail_message_id/body"]],
            ),
            "tracking": lambda: self.call(
                "mail.tracking.value",
                "search_read",
                [[("mail_message_id", "=", message.id)], ["new_value_char"]],
            ),
            "/mail/message": lambda: self.get(f"/mail/message/{message.id}"),
            "/mail/view": lambda: self.get(f"/mail/view?message_id={message.id}"),
            "is_internal": lambda: self.json(
                "/mail/update_is_internal",
                {"message_id": message.id, "is_internal": False},
            ),
            "translate": lambda: self.json(
                "/mail/message/translate", {"message_id": message.id}
            ),
            "content body": lambda: self.get(
                f"/web/content/mail.message/{message.id}/body"
            ),
            "avatar": lambda: self.get(
                f"/web/image/mail.message/{message.id}/author_avatar"
            ),
            "author_avatar": lambda: self.get(
                f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50"
            ),
            "author_avatar with token": lambda: self.get(
                f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50"
                f"?access_token={token}"
            ),
            "recipients": lambda: self.json(
                "/mail/thread/recipients", {**thread, "message_id": message.id}
            ),
        }
        with_message = {"message_id": message.id}
        for suffix, params in self._sign(ticket).items():
            doors |= {
                f"update{suffix}": lambda p=params: self.json(
                    "/mail/message/update_content",
                    {**with_message, **p, "update_data": {"body": "changed"}},
                ),
                f"reaction{suffix}": lambda p=params: self.json(
                    "/mail/message/reaction",
                    {**with_message, **p, "content": "x", "action": "add"},
                ),
                f"link_preview{suffix}": lambda p=params: self.json(
                    "/mail/link_preview", {**with_message, **p}
                ),
            }
        return doors

    def test_notes(self):
        """Internal notes, logs, notes once notified: by no route, id or search."""
        notes = self.notes.filtered(lambda m: m.res_id == self.ana_ticket.id)
        for role in (*OUTSIDERS, "ines"):
            self.sign_in(role)
            doors = self._thread_doors(self.ana_ticket)
            for name, door in doors.items():
                may_see = {"ANAPUB"} if "with" in name else ()
                self.knock(f"thread {name}", door, may_see=may_see)
            for number, note in enumerate(notes):
                for name, door in self._message_doors(self.ana_ticket, note).items():
                    # the token of a mail opens the public part; the core tells all
                    # employees the subjects of what anybody was notified of
                    known = "with" in name or (role == "ines" and "notific" in name)
                    may_see = {"ANAPUB"} if known else ()
                    self.knock(
                        f"note {number} {name}",
                        door,
                        may_see=may_see,
                        may_change=name == "star" and SEES["ANAPUB"][role] == "x",
                    )
        self.assert_no_violations()

    def test_agents_read_notes(self):
        """The doors that are shut to customers are doors: agents pass through them."""
        note = self.notes[0]
        for role in ("laura", "marta", "sam", "mora"):
            self.sign_in(role)
            doors = self._message_doors(self.ana_ticket, note)
            doors |= self._thread_doors(self.ana_ticket)
            for name in ("read", "web_read", "search_read", "/mail/thread/messages"):
                response = self.knock(f"note {name}", doors[name])
                self.expect(f"note {name} is shut", "ANANOTE" in response.seen)
        self.assert_no_violations()

    def test_public_messages(self):
        """Those who see a ticket read its public messages; nobody rewrites them."""
        message = self.public_files[0].sudo()
        message = self.env["mail.message"].search(
            [("attachment_ids", "in", message.ids)]
        )
        reading = ("read", "search_read", "/mail/thread/messages", "chatter_fetch")
        for role in OUTSIDERS:
            self.sign_in(role)
            doors = self._message_doors(self.ana_ticket, message)
            doors |= self._thread_doors(self.ana_ticket)
            for name, door in doors.items():
                reacts = "reaction" in name or name == "star"
                may_see = {"ANAPUB"} if "with" in name else ()
                response = self.knock(
                    f"message {name}", door, may_see=may_see, may_change=reacts
                )
                if name in reading and role != "visitor":
                    self.expect(
                        f"message {name}: {response.error}",
                        ("ANAPUB" in response.seen) == (SEES["ANAPUB"][role] == "x"),
                    )
        self.assert_no_violations()

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def _file_doors(self, ticket, file):
        """Return {name: door} to one file."""
        tokens = {
            "": "",
            " wrong token": "access_token=wrong",
            " ticket's token": f"access_token={ticket.access_token}",
            " other file's token": f"access_token={self._other_token(file)}",
        }
        doors = {
            "read": lambda: self.call("ir.attachment", "read", [file.ids, ["raw"]]),
            "name": lambda: self.call("ir.attachment", "read", [file.ids, ["name"]]),
            "search_read": lambda: self.call(
                "ir.attachment", "search_read", [[("id", "=", file.id)], ["name"]]
            ),
            "by ticket": lambda: self.call(
                "ir.attachment",
                "search_read",
                [
                    [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)],
                    ["name", "datas"],
                ],
            ),
            "export": lambda: self.call(
                "ir.attachment", "export_data", [file.ids, ["name", "datas"]]
            ),
            "token": lambda: self.call(
                "ir.attachment", "generate_access_token", [file.ids]
            ),
            "write": lambda: self.call(
                "ir.attachment", "write", [file.ids, {"public": True}]
            ),
            "unlink": lambda: self.call("ir.attachment", "unlink", [file.ids]),
            "attach": lambda: self.call(
                "helpdesk.ticket",
                "message_post",
                [ticket.ids],
                {"body": "x", "attachment_ids": file.ids},
            ),
            "/mail/message/post": lambda: self.json(
                "/mail/message/post",
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": ticket.id,
                    "post_data": {"body": "x", "attachment_ids": file.ids},
                },
            ),
            "zip": lambda: self.post(
                "/mail/attachment/zip", {"file_ids": str(file.id), "zip_name": "x.zip"}
            ),
            "delete": lambda: self.json(
                "/mail/attachment/delete", {"attachment_id": file.id}
            ),
            "portal remove": lambda: self.json(
                "/portal/attachment/remove", {"attachment_id": file.id}
            ),
            "thumbnail": lambda: self.json(
                "/mail/attachment/update_thumbnail",
                {"attachment_id": file.id, "thumbnail": PNG},
            ),
        }
        for suffix, query in tokens.items():
            for what, path in {
                "content": f"/web/content/{file.id}?{query}",
                "content name": f"/web/content/{file.id}/{file.name}?{query}",
                "content id": f"/web/content?id={file.id}&{query}",
                "content raw": f"/web/content/ir.attachment/{file.id}/raw?{query}",
                "content datas": f"/web/content/ir.attachment/{file.id}/datas?{query}",
                "image": f"/web/image/{file.id}?{query}",
                "image raw": f"/web/image/ir.attachment/{file.id}/raw?{query}",
                "first page": f"/mail/attachment/pdf_first_page/{file.id}?{query}",
            }.items():
                doors[f"{what}{suffix}"] = lambda p=path: self.get(p)
        return doors

    def _other_token(self, file):
        """Return the token of the ticket's public file: it opens that one only."""
        others = self.public_files - file
        return others[0].sudo()._get_raw_access_token()

    def test_files_of_notes(self):
        """Files of internal notes, their names and contents, with whatever token."""
        notes = self.notes.filtered(lambda m: m.res_id == self.ana_ticket.id)
        for role in (*OUTSIDERS, "ines"):
            self.sign_in(role)
            for file in notes.attachment_ids:
                for name, door in self._file_doors(self.ana_ticket, file).items():
                    response = self.knock(f"{file.name} {name}", door)
                    image = response.headers.get("Content-Type", "") == "image/png"
                    self.expect(
                        f"{file.name} {name} is the image",
                        not image or base64.b64decode(PNG) != response.content,
                    )
        self.assert_no_violations()

    def test_files_of_messages(self):
        """Files of messages: opened by the page's links, by whoever sees the page."""
        file = self.public_files[0]
        for role in OUTSIDERS:
            self.sign_in(role)
            for name, door in self._file_doors(self.ana_ticket, file).items():
                self.knock(f"file {name}", door)
            page = self.get(f"/my/ticket/{self.ana_ticket.id}")
            links = html.fromstring(page.content or b"<p/>").xpath(
                f"//a[contains(@href, '/web/content/{file.id}')]/@href"
            )
            may = SEES["ANAPUB"][role] == "x"
            self.expect(
                f"the page has {len(links)} links to the file", bool(links) == may
            )
            for link in links:
                response = self.knock("the link on the page", lambda: self.get(link))
                self.expect("the link opens", response.content == b"ANAPUB file")
        self.assert_no_violations()

    def test_token_holders(self):
        """The token of a mail opens the public part of its one ticket, without note."""
        self.sign_in("visitor")
        url = f"/my/ticket/{self.ana_ticket.id}/{self.ana_ticket.access_token}"
        response = self.knock(
            "the link of the mail", lambda: self.get(url), (), ["ANAPUB"]
        )
        self.expect("the link shows nothing", "ANAPUB" in response.seen)
        other = f"/my/ticket/{self.eva_ticket.id}/{self.ana_ticket.access_token}"
        response = self.knock("the token at another ticket", lambda: self.get(other))
        self.expect("another ticket opens", response.status_code == 404)
        self.assert_no_violations()

    def test_upload(self):
        """Nobody puts a file on a ticket they do not see."""
        for role in OUTSIDERS:
            self.sign_in(role)
            self.knock(
                "/mail/attachment/upload",
                lambda: self.post(
                    "/mail/attachment/upload",
                    {
                        "thread_id": str(self.ana_ticket.id),
                        "thread_model": "helpdesk.ticket",
                    },
                    files={"ufile": ("x.pdf", b"x")},
                ),
                may_change=SEES["ANAPUB"][role] == "x",
            )
        self.assert_no_violations()


@tagged("post_install", "-at_install")
class TestSearch(AccessCase):
    """Searching tells nothing of what cannot be read: a hit and a miss look alike."""

    # what of each model is internal, and the words that are in it
    TARGETS = {
        "helpdesk.ticket": ("name", "EVAPUB"),
        "helpdesk.ticket.participant": ("partner_id.email", "rosa@test"),
        "helpdesk.ticket.tag": ("name", "secrettag"),
        "ir.attachment": ("name", "NOTE"),
        "mail.activity": ("summary", "NOTE"),
        "mail.followers": ("partner_id.email", "sam@test"),
        "mail.message": ("body", "secretneedle"),
        "mail.notification": ("mail_message_id.body", "secretneedle"),
        "mail.tracking.value": ("new_value_char", "secretneedle"),
        "res.users": ("login", "sam@test"),
    }

    def test_relations(self):
        """Through every relation of every model a customer may search."""
        env = self.env
        tag = env["helpdesk.ticket.tag"].create({"name": "secrettag"})
        self.ana_ticket.tag_ids = tag
        env.flush_all()
        for role in ("ana", "luis", "rosa"):
            self.role = role
            user_env = env(user=self.users[role].id)
            for model, path, word in self._paths(user_env):
                for operator in ("ilike", "not ilike"):
                    hit = self._try_search(user_env[model], path, operator, word)
                    miss = self._try_search(user_env[model], path, operator, "zqxzqx")
                    self.expect(f"{model} {path} {operator}: {hit} {miss}", hit == miss)
        self.assert_no_violations()

    def _paths(self, env):
        """Yield the searchable relations of models with rights, one and two long."""
        for model, cls in sorted(env.registry.items()):
            if cls._abstract or cls._transient or not env[model].has_access("read"):
                continue
            if model in self.TARGETS:
                yield model, *self.TARGETS[model]
            for name, field in cls._fields.items():
                if not field.relational or not (field.store or field.search):
                    continue
                if field.comodel_name in self.TARGETS:
                    inner, word = self.TARGETS[field.comodel_name]
                    yield model, f"{name}.{inner}", word
                if field.comodel_name in ("helpdesk.ticket", "res.partner"):
                    for deep in ("message_ids", "activity_ids", "message_follower_ids"):
                        target = env[field.comodel_name]._fields[deep].comodel_name
                        inner, word = self.TARGETS[target]
                        yield model, f"{name}.{deep}.{inner}", word

    @mute_logger("odoo.sql_db")
    def _try_search(self, Model, path, operator, word):
        """Return what a search gives: ids among our records, or that it is refused."""
        try:
            with self.env.cr.savepoint():
                found = Model.search([(path, operator, word)], limit=200)
        except (AccessError, UserError, ValueError, TypeError, NotImplementedError):
            return "refused"
        return found.ids

    def test_domains_over_http(self):
        """The same through the doors: search, count, group, names, the portal list."""
        queries = [
            "message_ids.body",
            "website_message_ids.body",
            "message_follower_ids.partner_id.email",
            "message_partner_ids.email",
            "participant_ids.partner_id.email",
            "attachment_ids.name",
            "activity_ids.summary",
            "access_token",
            "submission_key",
            "create_uid.login",
            "user_id.login",
            "team_id.user_ids.login",
        ]
        for role in ("ana", "rosa"):
            self.sign_in(role)
            for path in queries:
                words = ("secretneedle", "NOTE", "sam@test", "rosa@test")
                words += (self.ana_ticket.access_token[:6],)
                for word, method in product(words, ("search", "search_count")):
                    hit, miss = (
                        self.knock(
                            f"{method} {path}",
                            lambda: self.call(
                                "helpdesk.ticket", method, [[(path, "ilike", w)]]
                            ),
                        )
                        for w in (word, "zqxzqx")
                    )
                    self.expect(
                        f"{method} {path} tells {word}",
                        (hit.result, hit.error) == (miss.result, miss.error),
                    )
            response = self.knock(
                "the list", lambda: self.get("/my/tickets?search=secretneedle")
            )
            self.expect(
                "the list finds by internal notes", "ANAPUB" not in response.seen
            )
            response = self.knock(
                "the list", lambda: self.get("/my/tickets?search=needle")
            )
            self.expect("the list finds by messages", "ANAPUB" in response.seen)
        self.assert_no_violations()

    def test_search_text_is_public(self):
        """What customers search by holds nothing internal, for any ticket."""
        self.role = "nobody"
        for ticket in self.env["helpdesk.ticket"].search([]):
            self.expect(
                f"{ticket.number} has internal words",
                "secretneedle" not in (ticket.search_text or ""),
            )
        self.assert_no_violations()


@tagged("post_install", "-at_install")
class TestRights(AccessCase):
    """Rights of the base that this module repairs, and gives back when it leaves."""

    def test_acls_are_repaired(self):
        """Visitors do not write stages; agents with own tickets read types."""
        Stage = self.env["helpdesk.ticket.stage"]
        self.assertFalse(Stage.with_user(self.users["visitor"]).has_access("write"))
        for role in ("laura", "marta"):
            Type = self.env["helpdesk.ticket.type"].with_user(self.users[role])
            self.assertTrue(Type.has_access("read"))

    def test_no_writing_by_visitors(self):
        """No right of ours or of the base lets visitors write anything."""
        public = self.env.ref("base.group_public")
        rights = self.env["ir.model.access"].search(
            [
                ("model_id.model", "=like", "helpdesk.%"),
                ("group_id", "in", [public.id, False]),
            ]
        )
        for right in rights:
            self.assertFalse(
                right.perm_write or right.perm_create or right.perm_unlink, right.name
            )

    def test_uninstall_hook(self):
        """Uninstalling gives the base its portal rule and its rights back."""
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        self.assertIn("is_portal_visible", rule.domain_force)
        uninstall_hook(self.env)
        self.assertNotIn("is_portal_visible", rule.domain_force)
        tickets = self.env["helpdesk.ticket"].with_user(self.ana).search([])
        self.assertIn(self.ana_ticket, tickets)
        self.assertNotIn(self.eva_ticket, tickets)
        tickets = self.env["helpdesk.ticket"].with_user(self.luis).search([])
        self.assertIn(self.ana_ticket, tickets, "the base shows the whole company's")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET team_id = NULL WHERE id = %s",
            [self.ana_ticket.id],
        )
