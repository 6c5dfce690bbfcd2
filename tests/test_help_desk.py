# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .article_common import EDITOR, ArticleCase


@tagged("post_install", "-at_install")
class TestHelpDesk(ArticleCase):
    """Agents put an article into an answer and make an article of a solved ticket in
    one step each.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            name="How do I connect a channel?", user_id=cls.laura.id
        )
        cls.desk_ticket = cls.ticket.with_user(cls.laura)

    def test_articles_for_an_answer(self):
        """Agents put an article into an answer: by words, or by the subject."""
        for words in ("conn", "canal", ""):
            with self.subTest(words=words):
                found = self.desk_ticket.desk_articles(words)
                if words == "canal":
                    self.assertEqual(found, [])
                    continue
                self.assertEqual([row["name"] for row in found], [self.article.name])
                base = self.ticket.get_base_url()
                address = f"{base}{self.article.with_user(self.ana).website_url}"
                self.assertEqual(found[0]["text"], f"{self.article.name}: {address}")

    def test_only_what_the_customer_opens(self):
        """Visibility: an agent offers no article that the ticket's customer may not
        read."""
        spain = {"country_ids": self.spain.ids, "visibility": "connected"}
        self._create_article("Channel in Spain", **spain)
        names = [row["name"] for row in self.desk_ticket.desk_articles("channel")]
        self.assertEqual(names, [self.article.name])
        self.ticket.partner_id = self.eva.partner_id
        names = [row["name"] for row in self.desk_ticket.desk_articles("channel")]
        self.assertIn("Channel in Spain", names)

    def test_not_for_customers(self):
        """Visibility: the desk is the engineers'."""
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.ana).desk_articles("channel")
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.ines).desk_articles("channel")

    def test_an_article_of_a_solved_ticket(self):
        """Agents make an article of a solved ticket in one step: a draft with the
        question and our answers, without notes."""
        self._answer(self.ticket, self.laura, "Press Connect.")
        self._note(self.ticket, self.laura, "a secret note")
        self._answer(self.ticket, self.ana, "Thank you!")
        self.laura.group_ids |= self.env.ref(EDITOR)
        with self.assertRaises(UserError):
            self.desk_ticket.action_make_article()
        self.assertFalse(self.desk_ticket.desk_page()["can_make_article"])
        self.ticket.action_solve()
        self.assertTrue(self.desk_ticket.desk_page()["can_make_article"])
        action = self.desk_ticket.action_make_article()
        article = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(article.name, self.ticket.name)
        self.assertFalse(article.is_published)
        self.assertEqual(article.author_id, self.laura.partner_id)
        self.assertEqual(article.ticket_id, self.ticket)
        self.assertIn("None since this morning", article.body)
        self.assertIn("Press Connect.", article.body)
        self.assertNotIn("secret", article.body)
        self.assertNotIn("Thank you", article.body)

    def test_only_editors_make_articles(self):
        """Who may what: article editors write articles."""
        self.ticket.action_solve()
        self.assertFalse(self.desk_ticket.desk_page()["can_make_article"])
        with self.assertRaises(AccessError):
            self.desk_ticket.action_make_article()
