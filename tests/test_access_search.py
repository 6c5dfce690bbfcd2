# ruff: noqa: B023 - doors are opened at once
from itertools import product

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import AccessCase


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
