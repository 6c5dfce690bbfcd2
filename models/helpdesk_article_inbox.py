# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("vote", "Not helpful"),
    ("comment", "Comment"),
    ("search", "Search without a hit"),
    ("translation", "Outdated translation"),
    ("review", "To be reviewed"),
]


class HelpdeskArticleInbox(models.Model):
    """What editors have to look at, one line per matter, until it is done."""

    _name = "helpdesk.article.inbox"
    _description = "Inbox of the Help Center's Editors"
    _order = "date desc, id desc"
    _rec_name = "text"

    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    text = fields.Text(readonly=True)
    count = fields.Integer(string="Times", default=1, readonly=True)
    date = fields.Datetime(
        string="Last time", required=True, default=fields.Datetime.now, readonly=True
    )
    article_id = fields.Many2one(
        comodel_name="helpdesk.article",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.article.category",
        string="Folder",
        ondelete="cascade",
        readonly=True,
    )
    is_done = fields.Boolean(string="Done", index=True)
    comment_id = fields.Many2one(
        comodel_name="helpdesk.article.comment", ondelete="cascade", readonly=True
    )
    comment_state = fields.Selection(related="comment_id.state")

    _kind_key_uniq = models.UniqueIndex("(kind, key)")

    @api.model
    def _add(self, kind, key, text, article=None, category=None, comment=None):
        """Note a matter; one that is there already counts and is open again."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO helpdesk_article_inbox AS line
                       (kind, key, text, count, date, article_id, category_id,
                        comment_id, is_done, create_uid, create_date, write_uid,
                        write_date)
                VALUES (%(kind)s, %(key)s, %(text)s, 1, %(now)s, %(article)s,
                        %(category)s, %(comment)s, FALSE, %(uid)s, %(now)s, %(uid)s,
                        %(now)s)
                    ON CONFLICT (kind, key) DO UPDATE
                   SET text = EXCLUDED.text, count = line.count + 1,
                       date = EXCLUDED.date, is_done = FALSE,
                       write_date = EXCLUDED.write_date
             RETURNING id
                """,
                kind=kind,
                key=key,
                text=text,
                now=fields.Datetime.now(),
                article=article.id if article else None,
                category=category.id if category else None,
                comment=comment.id if comment else None,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _find(self, kind, keys):
        """Return the open lines of these matters, as sudo."""
        # sudo: helpdesk.article.inbox - closed by what was done about the matter
        return self.sudo().search(
            [("kind", "=", kind), ("key", "in", keys), ("is_done", "=", False)]
        )

    def action_done(self):
        self.write({"is_done": True})

    def action_reopen(self):
        self.write({"is_done": False})

    def action_open_article(self):
        """Open what the matter is about."""
        self.ensure_one()
        record = self.comment_id or self.article_id
        if not record:
            return None
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }

    def action_publish_comment(self):
        self.comment_id.action_publish()

    def action_refuse_comment(self):
        self.comment_id.action_refuse()

    # ------------------------------------------------------------
    # Clock
    # ------------------------------------------------------------

    @api.model
    def _cron_collect(self):
        """Note the articles to be reviewed; what was reviewed is done."""
        today = fields.Date.context_today(self)
        due = self.env["helpdesk.article"].search([("review_date", "<=", today)])
        keys = {f"{article.id}:{article.review_date}": article for article in due}
        known = self.search([("kind", "=", "review"), ("key", "in", list(keys))])
        for key in keys.keys() - set(known.mapped("key")):
            self._add("review", key, keys[key].name, article=keys[key])
        self.search(
            [
                ("kind", "=", "review"),
                ("key", "not in", list(keys)),
                ("is_done", "=", False),
            ]
        ).action_done()

    @api.model
    def _note_translations(self, articles):
        """Note the translations that are left behind, and those that caught up."""
        for article in articles:
            if article.outdated_langs:
                text = f"{article.name}: {article.outdated_langs}"
                self._add("translation", str(article.id), text, article=article)
            else:
                self._find("translation", [str(article.id)]).action_done()
