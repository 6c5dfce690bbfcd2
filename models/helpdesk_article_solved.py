# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models

from ..tools import article_html

HINTS = 2


class HelpdeskArticleSolved(models.Model):
    """One line per reader whom an article spared a ticket."""

    _name = "helpdesk.article.solved"
    _description = "Ticket Spared by an Article"
    _order = "id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, ondelete="cascade"
    )
    subject = fields.Char(help="What the ticket would have been about.")
    reader = fields.Char(
        required=True, help="Marks the reader, so that each counts once."
    )

    _reader_unique = models.UniqueIndex("(article_id, reader)")


class HelpdeskArticle(models.Model):
    """Before the ticket: what may answer it."""

    _inherit = "helpdesk.article"

    solved_ids = fields.One2many(
        comodel_name="helpdesk.article.solved", inverse_name="article_id"
    )
    solved_count = fields.Integer(
        string="Tickets spared",
        compute="_compute_solved_count",
        help="Readers who said in the ticket form that this solved it.",
    )

    @api.depends("solved_ids")
    def _compute_solved_count(self):
        # sudo: helpdesk.article.solved - a number
        counts = dict(
            self.env["helpdesk.article.solved"]
            .sudo()
            ._read_group([("article_id", "in", self.ids)], ["article_id"], ["__count"])
        )
        for article in self:
            article.solved_count = counts.get(article._origin, 0)

    @api.model
    def _get_hints(self, subject):
        """Return at most two lines under the subject of a ticket.

        What is announced and known stands first, then articles that may answer it.
        """
        known = self.env["helpdesk.announcement"]._get_hint(subject)
        articles_sudo, _total, _terms = self._find(
            subject, HINTS - len(known), is_typing=True, in_titles=True
        )
        articles_sudo.fetch(["name", "seo_name"])
        return [
            {
                "kind": "announcement",
                "id": one.id,
                "url": f"/support/announcement/{one.id}",
                "title": one.name,
            }
            for one in known
        ] + [
            {
                "kind": "article",
                "id": article.id,
                "url": article._get_short_url(),
                "title": article.name,
            }
            for article in articles_sudo
        ]

    def _get_sheet_values(self):
        """Return what the sheet over the form shows of this article."""
        self.ensure_one()
        # sudo: helpdesk.article - one that its reader has found
        article_sudo = self.sudo()
        text, _contents = article_html.prepare(article_sudo.body)
        return {"article": article_sudo, "text": Markup(text)}

    def _note_solved(self, reader, subject):
        """Count that this article spared a ticket, once per reader.

        :param str reader: see ``controllers/help_common.py voter``
        """
        self.ensure_one()
        # sudo: helpdesk.article.solved - one line more, of an article that was found
        Solved = self.env["helpdesk.article.solved"].sudo()
        domain = [("article_id", "=", self.id), ("reader", "=", reader)]
        if not Solved.search_count(domain, limit=1):
            Solved.create(
                {"article_id": self.id, "reader": reader, "subject": subject or False}
            )
