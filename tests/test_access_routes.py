# ruff: noqa: B023 - doors are opened at once
import threading
from itertools import product
from unittest.mock import patch

from odoo.tests import tagged

from .access_common import MODULES, AccessCase
from .access_tables import (
    BOTH_METHODS,
    ROLES,
    ROUTES,
    SEES,
)

#: ends the session, and with it the table; see tests/test_draft.py
SIGN_OUT = "/web/session/logout"


@tagged("post_install", "-at_install")
class TestRoutes(AccessCase):
    """Every route: POST for changes, CSRF, access on every id, no 500."""

    def _own_rules(self):
        """Yield the routes that our modules or their bases define or extend."""
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            routing_map = self.env["ir.http"].routing_map()
        for rule in routing_map.iter_rules():
            if rule.rule == SIGN_OUT:
                continue
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
            .replace("<int:device_id>", "1")
            # one's own and others': see test_announcement.py
            .replace("<int:announcement_id>", "99999999")
            .replace("<string:name>", "area")
            # see test_help_home.py and test_article.py
            .replace("<int:article_id>", "99999999")
            .replace("<int:category_id>", "99999999")
            # see test_confidential.py
            .replace("<int:file_id>", "99999999")
            .replace("<int:person_id>", str(self.luis.partner_id.id))
            .replace("<access_token>", self.ana_ticket.access_token)
        )

    def _form(self, rule):
        return {
            "/submitted/ticket": self._new_ticket_form(),
            "/ticket/close": {"ticket_id": str(self.ana_ticket.id)},
            "/my/draft/save": {"submission_key": "k" * 24, "subject": "New"},
            "/my/draft/file": {"submission_key": "k" * 24},
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

    def setUp(self):
        super().setUp()
        # nobody runs the scheduled jobs of these tests
        self.env["ir.config_parameter"].set_param(
            "helpdesk_service_portal.health_minutes", 5_000_000
        )

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
                    below = rule.startswith("/my/ticket/") and rule.count("/") > 3
                    good = (200, 303, 400, 404, 405) if below else (405,)
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
