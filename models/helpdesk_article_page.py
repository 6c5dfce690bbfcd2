# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import article_html, dates

SAME_FOLDER = 12
RELATED = 5
COMMENTS = 100
LIST_FIELDS = ["name", "summary", "kind", "content_date", "category_ids"]


class HelpdeskArticle(models.Model):
    """What the page of an article shows (S2-13 to S2-19, S4-33 to S4-35)."""

    _inherit = "helpdesk.article"

    # ------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------

    @api.model
    def _find_for_reader(self, article_id):
        """Return the article a reader opens, empty where there is none for them.

        Who writes articles opens them before they are published, except in preview.
        """
        domain = Domain("id", "=", article_id)
        if self._is_at_work():
            return self.search(domain, limit=1)
        # sudo: helpdesk.article - the condition itself decides
        Article = self.sudo()
        found = Article.search(domain & Article._get_visible_domain(), limit=1)
        return found.sudo(self.env.su)

    @api.model
    def _is_at_work(self):
        """Tell whether the reader is an editor who does not look as somebody else."""
        preview = self.env.context.get("helpdesk_preview")
        return preview is None and self.has_access("write")

    def _is_shown(self):
        """Tell whether readers in general find this article now."""
        self.ensure_one()
        now = fields.Datetime.now()
        return self.is_published and (not self.publish_date or self.publish_date <= now)

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def _get_page_values(self, voter):
        """Return what the page shows.

        :param str voter: see ``_vote``; empty before a visitor voted
        """
        self.ensure_one()
        # sudo: names and photos that belong to an article its reader has found
        article_sudo = self.sudo()
        folders = self._get_visible_folders()
        main = article_sudo.category_id
        folder = main if main in folders else folders[:1] or main
        text, contents = article_html.prepare(article_sudo.body)
        same = self._get_same_folder(folder)
        vote = self._find_vote(voter)
        return {
            "article": article_sudo,
            "main_object": self.sudo(False),
            "folder": folder,
            "crumbs": folder._get_crumbs(),
            "text": Markup(text),
            "contents": contents,
            "minutes": article_sudo.duration_minutes
            or article_html.count_minutes(article_sudo.body),
            "updated": self._get_updated_words(),
            "updated_on": self._get_date_words(article_sudo.content_date),
            "same_folder": same,
            "related": self._get_related(same),
            "files": article_sudo.attachment_ids,
            "question": folder._get_question(),
            "is_voted": bool(vote),
            "is_helpful": vote.rating >= 3 if vote else None,
            "has_feedback": bool(vote.feedback) if vote else False,
            "is_shown": article_sudo._is_shown(),
            "can_edit": self._is_at_work(),
            **article_sudo._get_comment_values(folder),
        }

    def _get_visible_folders(self):
        """Return those of its folders that the reader opens, as sudo."""
        # sudo: helpdesk.article.category - the condition itself decides
        Category = self.env["helpdesk.article.category"].sudo()
        return Category.search(
            Domain("article_ids", "in", self.ids) & Category._get_visible_domain()
        )

    def _get_same_folder(self, folder):
        """Return other articles of the folder (S2-15)."""
        # sudo: helpdesk.article - the condition itself decides
        Article = self.sudo()
        return Article.search_fetch(
            Domain("category_ids", "in", folder.ids)
            & Domain("id", "!=", self.id)
            & Article._get_visible_domain(),
            LIST_FIELDS,
            limit=SAME_FOLDER,
        )

    def _get_related(self, same):
        """Return complementary articles (S2-16): chosen ones, else similar ones.

        :param same: articles that are listed already
        """
        # sudo: helpdesk.article - the condition itself decides
        Article = self.sudo()
        domain = Article._get_visible_domain() & Domain("id", "!=", self.id)
        chosen = Article.related_ids
        if chosen:
            found = Article.search(Domain("id", "in", chosen.ids) & domain)
            return found[:RELATED]
        similar = self._find_similar(RELATED + len(same))
        return (similar - same - Article)[:RELATED]

    def _default_website_meta(self):
        """Search engines and shared links tell the introduction and show the cover."""
        meta = super()._default_website_meta()
        excerpt = self._get_excerpt()
        graph, card = meta["default_opengraph"], meta["default_twitter"]
        meta["default_meta_description"] = excerpt
        graph["og:type"] = "article"
        graph["og:description"] = card["twitter:description"] = excerpt
        if self.cover:
            address = f"/web/image/{self._name}/{self.id}/cover"
            graph["og:image"] = card["twitter:image"] = address
        return meta

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _get_updated_words(self):
        """Return how long ago the text changed, e.g. "3 weeks ago" (S4-33)."""
        self.ensure_one()
        past = fields.Datetime.now() - self.content_date
        return format_timedelta(
            -max(past, timedelta(minutes=1)),
            add_direction=True,
            threshold=1,
            locale=dates.parse_lang(self.env.lang),
        ).replace("\xa0", " ")

    @api.model
    def _get_date_words(self, moment):
        """Return a day in words, in the reader's zone (S2-13)."""
        zone = self.env["helpdesk.ticket"]._get_reader_zone()
        return dates.day_words(moment, zone, self.env.lang)

    # ------------------------------------------------------------
    # Comments
    # ------------------------------------------------------------

    def _get_comment_values(self, folder, community=None):
        """Return the comments a page shows, and whether more are wanted.

        :param folder: as sudo, whose policy counts
        :param community: the folder on whose own page they stand
        """
        place = (
            Domain("category_id", "=", community.id)
            if community
            else Domain("article_id", "=", self.id)
        )
        # sudo: helpdesk.article.comment - the published ones and the reader's own
        Comment = self.env["helpdesk.article.comment"].sudo()
        shown = Domain("state", "=", "published")
        user = self.env.user
        if not user._is_public():
            shown |= Domain("state", "=", "pending") & Domain(
                "author_id", "=", user.partner_id.id
            )
        comments = Comment.search(place & shown, limit=COMMENTS)
        count = (
            len(comments.filtered(lambda comment: comment.state == "published"))
            if len(comments) < COMMENTS
            else Comment.search_count(place & Domain("state", "=", "published"))
        )
        roots = comments.filtered(lambda comment: not comment.parent_id)
        return {
            "comments": [
                comment._get_row(comments & comment.answer_ids)
                for comment in (roots if community else roots[::-1])
            ],
            "comment_count": count,
            "takes_comments": folder.comment_policy != "none",
            "is_moderated": folder.comment_policy == "moderated",
            "can_comment": not user._is_public(),
        }


class HelpdeskArticleComment(models.Model):
    _inherit = "helpdesk.article.comment"

    def _get_row(self, answers=()):
        """Return what a page shows of a comment, as sudo."""
        self.ensure_one()
        author = self.author_id
        own = author == self.env.user.partner_id
        is_ours = not author.partner_share
        return {
            "id": self.id,
            "author": author.name,
            "is_ours": is_ours,
            "initial": (author.name or "?")[:1].upper(),
            "date": self.env["helpdesk.article"]._get_date_words(self.create_date),
            "body": self.body,
            "is_pending": self.state == "pending",
            "ticket": self.ticket_id.number if own and self.ticket_id else "",
            "ticket_url": f"/my/ticket/{self.ticket_id.id}" if own else "",
            "answers": [answer._get_row() for answer in list(answers)[::-1]],
        }
