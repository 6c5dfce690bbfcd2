# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

RECENT_DAYS = 30


class HelpdeskArticleView(models.Model):
    """One line per reader of an article, added up later.

    Lines are only added, so that many readers of one article never wait for each
    other, and pages themselves write nothing.
    """

    _name = "helpdesk.article.view"
    _description = "Reader of an Article"
    _log_access = False
    _rec_name = "article_id"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, index=True)
    is_counted = fields.Boolean()

    _uncounted_idx = models.Index("(article_id) WHERE is_counted IS NOT TRUE")

    @api.model
    def _add(self, article):
        self.create({"article_id": article.id, "date": fields.Datetime.now()})

    @api.model
    def _count(self):
        """Add new readers to their articles; forget lines that are no longer recent."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=RECENT_DAYS)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH fresh AS (
                    UPDATE helpdesk_article_view SET is_counted = TRUE
                     WHERE is_counted IS NOT TRUE RETURNING article_id
                ), total AS (
                    SELECT article_id, count(*) AS readers FROM fresh GROUP BY 1
                )
                UPDATE helpdesk_article article
                   SET views = COALESCE(article.views, 0) + total.readers
                  FROM total WHERE total.article_id = article.id
                """
            )
        )
        self.env.cr.execute(
            SQL(
                """
                WITH recent AS (
                    SELECT article.id, count(line.id) AS readers
                      FROM helpdesk_article article
                 LEFT JOIN helpdesk_article_view line
                        ON line.article_id = article.id AND line.date >= %s
                  GROUP BY article.id
                )
                UPDATE helpdesk_article article
                   SET views_recent = recent.readers
                  FROM recent WHERE recent.id = article.id
                   AND recent.readers <> COALESCE(article.views_recent, 0)
                """,
                since,
            )
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM helpdesk_article_view"
                " WHERE date < %s AND is_counted IS TRUE",
                since,
            )
        )
        self.env.invalidate_all(flush=False)
