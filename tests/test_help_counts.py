# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .article_common import ArticleCase
from .statements import recorded_statements, summary

PAGES = {
    "/support": 30,
    "/support/search?search=channel+number": 26,
    "/support/search?search=chanel+nunber": 26,
    "/support/suggest?search=chan": 16,
    "/support/hints?subject=my+channel": 16,
}
MORE = 40


@tagged("post_install", "-at_install")
class TestHelpCounts(ArticleCase):
    """Constant statements; routes readonly, so that a replica can serve them."""

    def _count(self, path):
        self.url_open(path)  # what is cached from now on
        with recorded_statements() as statements:
            self.assertEqual(self.url_open(path).status_code, 200)
        return statements

    def test_constant_statements(self):
        """Speed: constant statements, with three articles as with forty more; none of
        them writes."""
        for user in (None, self.ana):
            self.sign_in(user)
            few = {path: self._count(path) for path in PAGES}
            self._create_article(f"Channel number {user and user.name}")
            for number in range(MORE):
                self._create_article(f"Channel number {number}")
            for path, bound in PAGES.items():
                with self.subTest(user=user and user.name, path=path):
                    many = self._count(path)
                    self.assertLessEqual(len(many), bound, summary(many))
                    self.assertLessEqual(len(many), len(few[path]) + 1, summary(many))
                    for statement in many:
                        self.assertNotRegex(statement, r"^\s*(INSERT|UPDATE|DELETE)")
