# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class HelpdeskArticle(models.Model):
    """Publishing: now or later, and what breaks when it ends."""

    _inherit = "helpdesk.article"

    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("scheduled", "Scheduled"),
            ("published", "Published"),
        ],
        compute="_compute_state",
    )
    incoming_text = fields.Text(
        string="What links here", compute="_compute_incoming_text"
    )

    @api.depends("is_published", "publish_date")
    def _compute_state(self):
        now = fields.Datetime.now()
        for article in self:
            if not article.is_published:
                article.state = "draft"
            elif article.publish_date and article.publish_date > now:
                article.state = "scheduled"
            else:
                article.state = "published"

    @api.depends("linking_ids")
    def _compute_incoming_text(self):
        for article in self:
            article.incoming_text = "\n".join(article._get_incoming_links())

    def _get_incoming_links(self):
        """Return what leads readers to this article, as lines for editors."""
        self.ensure_one()
        # sudo: articles, answers and tickets the editor may not see themselves
        article = self.sudo()
        linking = article.linking_ids.filtered("is_published")
        related = self.sudo().search(
            Domain("related_ids", "in", self.ids) & Domain("is_published", "=", True)
        )
        lines = [self.env._("Article: %(name)s", name=other.name) for other in linking]
        lines += [
            self.env._("Related to: %(name)s", name=other.name)
            for other in related - linking
        ]
        if not self.ids:
            return lines
        pattern = rf"/support/[^/\"'?#\s]+/([^/\"'?#\s]*-)?{self.ids[0]}([\"'?#\s/<]|$)"
        answers = (
            self.env["mail.canned.response"]
            .sudo()
            .search([("substitution", "like", "/support/%")])
        )
        found = self.env.execute_query(
            SQL(
                "SELECT source FROM mail_canned_response"
                " WHERE id = ANY(%s) AND substitution ~ %s ORDER BY source",
                answers.ids,
                pattern,
            )
        )
        lines += [
            self.env._("Prewritten answer: %(name)s", name=name) for (name,) in found
        ]
        return lines

    def write(self, vals):
        """Who ends a publication finds in the thread what still links here."""
        ends = vals.get("is_published") is False or vals.get("active") is False
        shown = self.filtered("is_published") if ends else self.browse()
        res = super().write(vals)
        for article in shown:
            links = article._get_incoming_links()
            if links:
                article._message_log(
                    body=self.env._(
                        "No longer published. These still link here:\n%(links)s",
                        links="\n".join(links),
                    )
                )
        return res

    def action_publish(self):
        self.is_published = True

    def action_unpublish(self):
        """Unpublish, after saying what links here."""
        self.ensure_one()
        if not self._get_incoming_links() or self.env.context.get("confirmed"):
            self.is_published = False
            return None
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What links here"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                [
                    self.env.ref(
                        "helpdesk_service_portal.helpdesk_article_view_unpublish"
                    ).id,
                    "form",
                ]
            ],
            "target": "new",
        }

    def action_reviewed(self):
        """Note that the text still holds; asked again in half a year."""
        for article in self:
            article.review_date = fields.Date.add(
                fields.Date.context_today(article), months=6
            )
        self.env["helpdesk.article.inbox"].sudo()._cron_collect()
