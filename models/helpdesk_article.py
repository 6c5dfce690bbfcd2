# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [
    ("product", "About a product"),
    ("regulation", "Regulation"),
    ("guide", "How-to"),
    ("self_help", "Self-help"),
    ("faq", "Question and answer"),
    ("news", "News"),
]


class WholeHtml(fields.Html):
    """A text that is translated as a whole: each language has its own structure.

    The core would translate it piece by piece.
    """

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        attrs["translate"] = True
        return attrs


class HelpdeskArticle(models.Model):
    """An answer that can be read before, or instead of, asking."""

    _name = "helpdesk.article"
    _description = "Help Center Article"
    _inherit = [
        "helpdesk.article.audience",
        "rating.mixin",
        "website.seo.metadata",
        "website.published.multi.mixin",
        "website.searchable.mixin",
        "html.field.history.mixin",
    ]
    _order = "sequence, id"

    name = fields.Char(string="Title", required=True, translate=True, tracking=True)
    summary = fields.Char(
        string="Introduction",
        translate=True,
        help="One or two sentences: whom this is for and what it solves. Shown in "
        "lists and by search engines.",
    )
    body = WholeHtml(
        string="Text",
        translate=True,
        sanitize=True,
        sanitize_attributes=True,
        sanitize_form=True,
    )
    kind = fields.Selection(selection=KINDS, required=True, default="guide")
    category_ids = fields.Many2many(
        comodel_name="helpdesk.article.category",
        relation="helpdesk_article_category_rel",
        column1="article_id",
        column2="category_id",
        string="Folders",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.article.category",
        string="Main folder",
        compute="_compute_category_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain="[('id', 'in', category_ids)]",
        help="The folder that is part of its address.",
    )
    author_id = fields.Many2one(
        comodel_name="res.partner",
        default=lambda self: self.env.user.partner_id,
        ondelete="restrict",
    )
    author_avatar = fields.Image(related="author_id.avatar_128", string="Photo")
    content_date = fields.Datetime(
        string="Updated",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        index=True,
        help="When the text last changed; minor changes leave it.",
    )
    publish_date = fields.Datetime(
        string="Publish on",
        copy=False,
        help="Once published, it is shown from this moment on. Empty: at once.",
    )
    review_date = fields.Date(
        copy=False,
        help="From this day on, the editors' inbox asks whether it still holds.",
    )
    duration_minutes = fields.Integer(
        string="Duration (minutes)",
        help="How long following it takes. 0: the time to read it.",
    )
    cover = fields.Image(max_width=1600, max_height=900)
    related_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        relation="helpdesk_article_related_rel",
        column1="article_id",
        column2="related_id",
        string="Related articles",
        help="Empty: similar ones are shown.",
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="helpdesk_article_attachment_rel",
        column1="article_id",
        column2="attachment_id",
        string="Files",
    )
    country_ids = fields.Many2many(
        comodel_name="res.country",
        relation="helpdesk_article_country_rel",
        column1="article_id",
        column2="country_id",
        string="Only in these countries",
    )
    product_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.product",
        relation="helpdesk_article_product_rel",
        column1="article_id",
        column2="product_id",
        string="Only with these products",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_article_partner_rel",
        column1="article_id",
        column2="partner_id",
        string="Only for these customers",
    )
    is_limited = fields.Boolean(
        compute="_compute_is_limited",
        store=True,
        help="Only certain countries, products or customers find it.",
    )
    is_open = fields.Boolean(
        compute="_compute_is_open",
        store=True,
        help="Everybody finds it on every website, once it is published.",
    )
    views = fields.Integer(string="Readers", readonly=True, copy=False)
    views_recent = fields.Integer(
        string="Readers lately",
        readonly=True,
        copy=False,
        help="In the last 30 days.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_published = fields.Boolean(tracking=True)
    html_field_history = fields.Json(groups="base.group_user")
    html_field_history_metadata = fields.Json(groups="base.group_user")

    _visible_idx = models.Index(
        "(content_date DESC) WHERE is_published IS TRUE AND active IS TRUE"
    )

    @api.depends("category_ids")
    def _compute_category_id(self):
        for article in self:
            if article.category_id not in article.category_ids:
                article.category_id = article.category_ids[:1]._origin

    @api.depends("visibility", "country_ids", "product_ids", "partner_ids")
    def _compute_is_limited(self):
        for article in self:
            article.is_limited = bool(
                article.country_ids or article.product_ids or article.partner_ids
            )

    @api.depends(
        "visibility",
        "is_limited",
        "category_ids.is_shown",
        "category_ids.gate_ids",
        "category_ids.website_id",
    )
    def _compute_is_open(self):
        for article in self:
            article.is_open = (
                article.visibility == "public"
                and not article.is_limited
                and any(
                    folder.is_shown and not folder.gate_ids and not folder.website_id
                    for folder in article.category_ids
                )
            )

    @api.depends("name", "category_id", "category_ids")
    @api.depends_context("lang", "uid", "helpdesk_preview")
    def _compute_website_url(self):
        """One address: in the main folder, or another one that the reader opens."""
        slug = self.env["ir.http"]._slug
        # sudo: which of its folders the reader opens is asked of the condition
        folders = self.sudo().category_ids
        visible = folders
        if folders:
            visible = folders.search(
                Domain("id", "in", folders.ids) & folders._get_visible_domain()
            )
        for article in self:
            # sudo: the same
            article_sudo = article.sudo()
            own = article_sudo.category_ids & visible
            main = article_sudo.category_id
            folder = main if main in own else own[:1] or main
            article.website_url = (
                f"/support/{slug(folder)}/{slug(article_sudo)}"
                if folder and article._origin
                else "#"
            )

    def _compute_can_publish(self):
        """Editors publish without any right to edit the website."""
        can_publish = self.has_access("write")
        for article in self:
            article.can_publish = can_publish

    @api.constrains("is_published", "category_ids")
    def _check_folder(self):
        for article in self:
            if article.is_published and not article.category_ids:
                raise ValidationError(
                    self.env._(
                        "Put “%(article)s” into a folder before you publish it.",
                        article=article.name,
                    )
                )

    # ------------------------------------------------------------
    # Visibility
    # ------------------------------------------------------------

    @api.model
    def _get_reader_domain(self, reader):
        """Return the articles a reader finds: published, in a folder they open."""
        domain = Domain("active", "=", True) & Domain("is_published", "=", True)
        domain &= self._get_place_domain()
        now = fields.Datetime.now()
        domain &= Domain("publish_date", "=", False) | Domain("publish_date", "<=", now)
        # sudo: helpdesk.article.category - the condition itself decides
        Category = self.env["helpdesk.article.category"].sudo()
        folders = Category._search(Category._get_reader_domain(reader))
        through_folder = Domain("category_ids", "in", folders)
        if not reader.is_staff:
            through_folder &= self._get_limits_domain(reader)
        return domain & (Domain("is_open", "=", True) | through_folder)

    @api.model
    def _get_limits_domain(self, reader):
        """Return what is not limited, or to whom the reader belongs."""
        if not reader.is_signed_in:
            return Domain("visibility", "=", "public") & Domain(
                "is_limited", "=", False
            )
        return Domain("is_limited", "=", False) | Domain.custom(
            to_sql=lambda model, alias, query: self._get_limits_sql(reader, alias)
        )

    @api.model
    def _get_limits_sql(self, reader, alias):
        self.flush_model(["country_ids", "product_ids", "partner_ids"])
        return SQL(
            """
            (
                (NOT EXISTS (SELECT FROM helpdesk_article_country_rel limited
                              WHERE limited.article_id = %(article)s)
                 OR EXISTS (SELECT FROM helpdesk_article_country_rel limited
                             WHERE limited.article_id = %(article)s
                               AND limited.country_id = ANY(%(country_ids)s)))
            AND (NOT EXISTS (SELECT FROM helpdesk_article_product_rel limited
                              WHERE limited.article_id = %(article)s)
                 OR EXISTS (SELECT FROM helpdesk_article_product_rel limited
                             WHERE limited.article_id = %(article)s
                               AND limited.product_id = ANY(%(product_ids)s)))
            AND (NOT EXISTS (SELECT FROM helpdesk_article_partner_rel limited
                              WHERE limited.article_id = %(article)s)
                 OR EXISTS (SELECT FROM helpdesk_article_partner_rel limited
                              JOIN res_partner customer
                                ON customer.id = limited.partner_id
                             WHERE limited.article_id = %(article)s
                               AND customer.commercial_partner_id = %(customer)s))
            )
            """,
            article=SQL.identifier(alias, "id"),
            country_ids=list(reader.country_ids),
            product_ids=list(reader.product_ids),
            customer=reader.customer_id,
        )

    @api.model
    def _get_public_fields(self):
        return super()._get_public_fields() | {
            "summary",
            "body",
            "kind",
            "category_ids",
            "category_id",
            "author_id",
            "author_avatar",
            "content_date",
            "duration_minutes",
            "cover",
            "related_ids",
            "views",
            "views_recent",
        }

    @api.model
    def _search_get_detail(self, website, order, options):
        """Articles are found by the search box of the website, too."""
        return {
            "model": self._name,
            "base_domain": [self._get_visible_domain()],
            "search_fields": ["name", "summary", "body"],
            "fetch_fields": ["id", "name", "summary", "website_url"],
            "mapping": {
                "name": {"name": "name", "type": "text", "match": True},
                "website_url": {
                    "name": "website_url",
                    "type": "text",
                    "truncate": False,
                },
                "description": {"name": "summary", "type": "text", "match": True},
            },
            "icon": "fa-book",
            "order": "name desc, id desc" if "name desc" in order else "name, id",
        }
