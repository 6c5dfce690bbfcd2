# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .article_common import ArticleCase
from .statements import recorded_statements, summary

FOLDER = 26
ARTICLE = 34
MISSING = 20
MORE = 12


@tagged("post_install", "-at_install")
class TestArticleCounts(ArticleCase):
    """Speed: constant statements; pages write nothing, so that a replica can serve
    them.
    """

    def _count(self, record_or_path, status=200):
        self.open(record_or_path, status)  # what is cached from now on
        with recorded_statements() as statements:
            self.open(record_or_path, status)
        for statement in statements:
            self.assertNotRegex(statement, r"^\s*(INSERT|UPDATE|DELETE)")
        return statements

    def _add(self):
        for number in range(MORE):
            below = self._create_folder(f"Folder {number}", parent_id=self.channel.id)
            self._create_article(f"Article {number}", below | self.folder)
            self.env["helpdesk.article.comment"].create(
                {
                    "article_id": self.article.id,
                    "author_id": self.luis.partner_id.id,
                    "body": f"Comment {number}",
                }
            )

    def test_constant_statements(self):
        """A folder, an article and what is not found cost the same with more folders,
        articles and comments, for visitors and customers.
        """
        self._add()
        few = {}
        pages = {
            "folder": (self.channel, 200, FOLDER),
            "article": (self.article, 200, ARTICLE),
            "nothing": ("/support/no-folder-1/no-article-99999999", 404, MISSING),
        }
        people = (None, self.ana)
        for user in people:
            self.sign_in(user)
            for name, (place, status, bound) in pages.items():
                with self.subTest(user=user and user.name, page=name):
                    statements = self._count(place, status)
                    few[user, name] = len(statements)
                    self.assertLessEqual(len(statements), bound, summary(statements))
        self._add()
        for user in people:
            self.sign_in(user)
            for name, (place, status, _bound) in pages.items():
                with self.subTest(user=user and user.name, page=name, size="more"):
                    statements = self._count(place, status)
                    self.assertLessEqual(
                        len(statements), few[user, name], summary(statements)
                    )
