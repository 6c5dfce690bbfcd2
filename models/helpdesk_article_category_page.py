# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

PAGE_SIZE = 80


class HelpdeskArticleCategory(models.Model):
    """What the page of a collection or folder shows (S0-46, S2-07, S2-08)."""

    _inherit = "helpdesk.article.category"

    @api.model
    def _find_for_reader(self, category_id):
        """Return the folder a reader opens, as sudo; empty where there is none."""
        domain = Domain("id", "=", category_id)
        # sudo: helpdesk.article.category - the condition itself decides
        Category = self.sudo()
        if not self.env["helpdesk.article"]._is_at_work():
            domain &= Category._get_visible_domain()
        return Category.search(domain, limit=1)

    def _get_crumbs(self):
        """Return the folders above, from the collection on, and this one, as sudo."""
        crumbs = folder = self[:1]
        while folder.parent_id:
            folder = folder.parent_id
            crumbs = folder | crumbs
        return crumbs

    def _get_question(self):
        """Return what is asked under articles: the folder's question or one above."""
        for folder in self._get_crumbs()[::-1]:
            if folder.question:
                return folder.question
        return self.env._("Was this article helpful?")

    def _get_page_values(self, page=1):
        """Return what the page shows: folders inside, articles of all of them.

        Articles of a collection stand under the folder they are in.
        """
        self.ensure_one()
        # sudo: helpdesk.article - the condition itself decides
        Article = self.env["helpdesk.article"].sudo()
        inside = self.search(
            Domain("id", "child_of", self.id)
            & Domain("id", "!=", self.id)
            & self._get_visible_domain()
        )
        tree = self | inside
        visible = Article._get_visible_domain() & Domain("category_ids", "in", tree.ids)
        ids = {
            folder: set(article_ids)
            for folder, article_ids in Article._read_group(
                visible, ["category_ids"], ["id:array_agg"]
            )
            if folder in tree
        }
        offset = (page - 1) * PAGE_SIZE
        articles = Article.search(visible, limit=PAGE_SIZE, offset=offset)
        return {
            "folder": self,
            "main_object": self.sudo(False),
            "crumbs": self._get_crumbs(),
            "children": [
                {
                    "folder": child,
                    "count": len(
                        set().union(
                            *(
                                ids.get(folder, ())
                                for folder in tree
                                if folder.parent_path.startswith(child.parent_path)
                            )
                        )
                    ),
                }
                for child in inside.filtered(lambda child: child.parent_id == self)
            ],
            "groups": self._group_articles(articles, tree),
            "total": len(set().union(*ids.values())),
            "page_size": PAGE_SIZE,
            **(
                Article._get_comment_values(self, community=self)
                if self.is_community
                else {"takes_comments": False}
            ),
        }

    def _group_articles(self, articles, tree):
        """Return pairs of folder and articles, each article once, in tree order."""
        groups = {}
        for article in articles:
            own = article.category_ids & tree
            folder = article.category_id if article.category_id in own else own[:1]
            groups.setdefault(folder, articles.browse())
            groups[folder] |= article
        order = tree.sorted(lambda folder: (folder != self, folder.parent_path or ""))
        return [
            # addresses and names are read of all at once
            (folder, groups[folder].with_prefetch(articles.ids))
            for folder in order
            if folder in groups
        ]
