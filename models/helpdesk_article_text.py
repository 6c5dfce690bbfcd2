# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import article_html, mail_html
from ..tools.text import html_to_words

TEXT_FIELDS = ("name", "summary", "body")


class HelpdeskArticle(models.Model):
    """Texts of articles: their languages and dates, pictures and links."""

    _inherit = "helpdesk.article"

    is_minor_change = fields.Boolean(
        string="Minor change",
        store=False,
        help="Of what is being saved now: readers need not be told that it is new.",
    )
    source_lang = fields.Char(
        string="Written in",
        readonly=True,
        copy=False,
        help="The language of its author; the others are translations.",
    )
    text_dates = fields.Json(
        copy=False,
        help="When the text of each language last changed, minor changes apart.",
    )
    outdated_langs = fields.Char(
        string="Outdated translations",
        compute="_compute_outdated_langs",
        store=True,
        help="Languages whose text is older than the one it translates.",
    )
    linked_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        relation="helpdesk_article_link_rel",
        column1="article_id",
        column2="linked_id",
        string="Links to",
        readonly=True,
        copy=False,
    )
    linking_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        relation="helpdesk_article_link_rel",
        column1="linked_id",
        column2="article_id",
        string="Linked from",
        readonly=True,
        copy=False,
    )

    @api.depends("text_dates", "source_lang")
    def _compute_outdated_langs(self):
        for article in self:
            dates = article.text_dates or {}
            source = dates.get(article.source_lang, "")
            article.outdated_langs = ", ".join(
                sorted(lang for lang, date in dates.items() if date < source)
            )

    @api.model
    def _get_versioned_fields(self):
        return [*super()._get_versioned_fields(), "body"]

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lang = self.env.lang or "en_US"
        vals_list = [
            {**vals, "source_lang": vals.get("source_lang") or lang}
            for vals in vals_list
        ]
        for vals in vals_list:
            vals.pop("is_minor_change", None)
            if vals.get("body"):
                vals["body"] = self._store_pictures(vals["body"])
        articles = super().create(vals_list)
        now = fields.Datetime.now().isoformat(timespec="microseconds")
        for article in articles:
            article.text_dates = {lang: now}
            article._adopt_files()
        articles._share_text_with_variants(TEXT_FIELDS)
        articles._refresh_links()
        return articles

    def write(self, vals):
        """A change of the text dates it, unless it is said to be minor."""
        vals = dict(vals)
        is_minor = vals.pop("is_minor_change", False)
        names = [name for name in TEXT_FIELDS if name in vals]
        if not names:
            if "attachment_ids" in vals:
                res = super().write(vals)
                self._adopt_files()
                return res
            return super().write(vals) if vals else True
        if vals.get("body"):
            vals["body"] = self._store_pictures(vals["body"])
        before = {article.id: [article[name] for name in names] for article in self}
        res = super().write(vals)
        changed = self.filtered(
            lambda article: [article[name] for name in names] != before[article.id]
        )
        if changed:
            changed._adopt_files()
            changed._share_text_with_variants(names)
            changed._refresh_links()
        if is_minor:
            lang = self.env.lang or "en_US"
            changed = changed.filtered(lambda one: lang not in (one.text_dates or {}))
        changed._date_text(keep_date=is_minor or "content_date" in vals)
        return res

    def _date_text(self, keep_date=False):
        """Note that the text of the current language is new.

        :param bool keep_date: leave the date that readers see
        """
        lang = self.env.lang or "en_US"
        now = fields.Datetime.now()
        for article in self:
            dates = dict(article.text_dates or {})
            dates[lang] = now.isoformat(timespec="microseconds")
            values = {"text_dates": dates}
            if not keep_date:
                values["content_date"] = now
            article.write(values)
        # sudo: helpdesk.article.inbox - the editors' list
        self.env["helpdesk.article.inbox"].sudo()._note_translations(self)

    # ------------------------------------------------------------
    # Languages
    # ------------------------------------------------------------

    def _get_all_texts(self, names):
        """Return {id: {field: {language: text}}} as stored."""
        self.flush_recordset(names)
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        query = "SELECT id, %s FROM helpdesk_article WHERE id = ANY(%s)"
        rows = self.env.execute_query_dict(SQL(query, columns, self.ids))
        return {row.pop("id"): row for row in rows}

    def _share_text_with_variants(self, names):
        """A text is that of all variants of its language that have none of their own.

        So a reader in Spain finds what was written in Mexico before it is ever
        translated, and follows its changes.

        """
        lang = self.env.lang or "en_US"
        variants = [
            code
            for code, _name in self.env["res.lang"].get_installed()
            if code != lang and code[:2] == lang[:2]
        ]
        if not variants:
            return
        all_texts = self._get_all_texts(names)
        for article in self:
            own = article.text_dates or {}
            followers = [variant for variant in variants if variant not in own]
            for name, texts in all_texts[article.id].items():
                text = (texts or {}).get(lang)
                if text and followers:
                    article.update_field_translations(
                        name, dict.fromkeys(followers, text)
                    )

    # ------------------------------------------------------------
    # Pictures and files
    # ------------------------------------------------------------

    @api.model
    def _store_pictures(self, body):
        """Return a text whose pasted pictures are files of the article."""
        body, pictures = mail_html.take_pictures(str(body))
        for name, data, content_id in pictures:
            picture = self.env["ir.attachment"].create(
                {"name": name, "raw": data, "res_model": self._name, "res_id": 0}
            )
            body = body.replace(f"cid:{content_id}", f"/web/image/{picture.id}/{name}")
        return Markup(body)

    def _adopt_files(self):
        """The files of a text are the article's, so that they open for its readers.

        A picture that came with the text of another article is copied.
        """
        for article in self:
            ids = article_html.find_files(article.body)
            # sudo: ir.attachment - files of a text the user has just written
            files = self.env["ir.attachment"].sudo().browse(ids).exists()
            files |= article.sudo().attachment_ids
            of_articles = files.filtered(lambda file: file.res_model == self._name)
            fresh = of_articles.filtered(lambda file: not file.res_id)
            fresh |= article.sudo().attachment_ids - of_articles
            fresh.write(
                {"res_model": self._name, "res_id": article.id, "public": False}
            )
            body = article.body
            for file in of_articles - fresh:
                if file.res_id != article.id and not file.res_field:
                    own = file.copy({"res_id": article.id})
                    body = article_html.replace_file(body or "", file.id, own.id)
            if body != article.body:
                # comes back here once, and finds nothing more to copy
                article.write({"body": Markup(body), "is_minor_change": True})

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _refresh_links(self):
        """Note which articles the texts link to, in whatever language."""
        for id_, texts in self._get_all_texts(["body"]).items():
            article = self.browse(id_)
            found = set()
            for body in (texts["body"] or {}).values():
                found |= article_html.find_articles(body)
            # sudo: articles the author may not see themselves
            links = self.sudo().browse(found - {id_}).exists()
            if links != article.sudo().linked_ids:
                article.sudo().linked_ids = links

    def _get_excerpt(self, length=200):
        """Return the introduction, else the beginning of the text, as one line."""
        self.ensure_one()
        words = self.summary or html_to_words(self.body)
        return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"
