# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL


class HelpdeskArticleCategory(models.Model):
    """Collections and folders of the help center (S0-43, S2-07, S2-08)."""

    _name = "helpdesk.article.category"
    _description = "Help Center Folder"
    _inherit = [
        "helpdesk.article.audience",
        "website.seo.metadata",
        "website.published.multi.mixin",
    ]
    _parent_store = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Char(
        translate=True, help="One line under the name: what is found here."
    )
    icon = fields.Char(help="A Font Awesome name, e.g. fa-book.")
    parent_id = fields.Many2one(
        comodel_name="helpdesk.article.category",
        string="Inside",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('id', 'not in', descendant_ids)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        comodel_name="helpdesk.article.category", inverse_name="parent_id"
    )
    descendant_ids = fields.Many2many(
        comodel_name="helpdesk.article.category",
        compute="_compute_descendant_ids",
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        index="btree_not_null",
        help="The country whose rules and services are told here. For signed-in "
        "people only: customers there find it.",
    )
    product_id = fields.Many2one(
        comodel_name="helpdesk.ticket.product",
        index="btree_not_null",
        ondelete="restrict",
        help="What it is about. For signed-in people only: customers who use it "
        "find it.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_article_category_partner_rel",
        column1="category_id",
        column2="partner_id",
        string="Only for these customers",
        help="Empty: for all of them.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_published = fields.Boolean(default=True)
    website_id = fields.Many2one(
        compute="_compute_website_id",
        store=True,
        readonly=False,
        recursive=True,
        precompute=True,
    )
    article_ids = fields.Many2many(
        comodel_name="helpdesk.article",
        relation="helpdesk_article_category_rel",
        column1="category_id",
        column2="article_id",
        string="Articles",
    )
    comment_policy = fields.Selection(
        selection=[
            ("open", "Shown at once"),
            ("moderated", "Shown after an editor has read them"),
            ("none", "No comments"),
        ],
        string="Comments",
        required=True,
        default="open",
        help="Comments of signed-in people under the articles of this folder.",
    )
    is_community = fields.Boolean(
        string="Community",
        help="Signed-in people post questions and proposals on the page of this "
        "folder itself.",
    )
    question = fields.Char(
        string="Question under articles",
        translate=True,
        help="Empty: as the folder above, or “Was this article helpful?”.",
    )
    is_shown = fields.Boolean(
        compute="_compute_is_shown",
        store=True,
        recursive=True,
        help="This folder and all above it are published.",
    )
    gate_ids = fields.Many2many(
        comodel_name="helpdesk.article.category",
        relation="helpdesk_article_category_gate_rel",
        column1="category_id",
        column2="gate_id",
        compute="_compute_gate_ids",
        store=True,
        recursive=True,
        help="Of this folder and those above it, the ones that are not public.",
    )

    @api.depends("is_published", "active", "parent_id.is_shown")
    def _compute_is_shown(self):
        for category in self:
            parent = category.parent_id
            category.is_shown = (
                category.active
                and category.is_published
                and (not parent or parent.is_shown)
            )

    @api.depends("visibility", "parent_id.gate_ids")
    def _compute_gate_ids(self):
        for category in self:
            gates = category.parent_id.gate_ids
            if category.visibility != "public":
                gates |= category
            category.gate_ids = [Command.set(gates._origin.ids)]

    @api.depends("parent_id.website_id")
    def _compute_website_id(self):
        for category in self:
            category.website_id = category.parent_id.website_id or category.website_id

    @api.depends("parent_path")
    def _compute_descendant_ids(self):
        for category in self:
            category.descendant_ids = (
                self.search([("id", "child_of", category._origin.ids)])
                if category._origin
                else False
            )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_website_url(self):
        slug = self.env["ir.http"]._slug
        for category in self:
            category.website_url = (
                f"/support/{slug(category)}" if category._origin else "#"
            )

    def _compute_can_publish(self):
        """Editors publish without any right to edit the website."""
        can_publish = self.has_access("write")
        for category in self:
            category.can_publish = can_publish

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A folder cannot be inside itself."))

    @api.constrains("visibility", "partner_ids")
    def _check_customers(self):
        for category in self:
            if category.partner_ids and category.visibility == "public":
                raise ValidationError(
                    self.env._(
                        "“%(folder)s” is for certain customers: let signed-in "
                        "people see it, not everybody.",
                        folder=category.name,
                    )
                )

    # ------------------------------------------------------------
    # Visibility
    # ------------------------------------------------------------

    @api.model
    def _get_reader_domain(self, reader):
        """Return the folders a reader opens: published, no gate above shut."""
        domain = Domain("is_shown", "=", True) & self._get_place_domain()
        if reader.is_staff:
            return domain
        if not reader.is_signed_in:
            return domain & Domain("gate_ids", "=", False)
        return domain & Domain.custom(
            to_sql=lambda model, alias, query: self._get_open_sql(reader, alias)
        )

    @api.model
    def _get_open_sql(self, reader, alias):
        """Return the condition that all gates of a folder are open to a customer."""
        self.flush_model(["gate_ids", "country_id", "product_id", "partner_ids"])
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM helpdesk_article_category_gate_rel way
                  JOIN helpdesk_article_category gate ON gate.id = way.gate_id
                 WHERE way.category_id = %(folder)s
                   AND NOT ((gate.country_id IS NULL
                             OR gate.country_id = ANY(%(country_ids)s))
                        AND (gate.product_id IS NULL
                             OR gate.product_id = ANY(%(product_ids)s))
                        AND (NOT EXISTS (
                                SELECT FROM helpdesk_article_category_partner_rel who
                                 WHERE who.category_id = gate.id)
                             OR EXISTS (
                                SELECT FROM helpdesk_article_category_partner_rel who
                                  JOIN res_partner customer
                                    ON customer.id = who.partner_id
                                 WHERE who.category_id = gate.id
                                   AND customer.commercial_partner_id = %(customer)s)
                            )))
            """,
            folder=SQL.identifier(alias, "id"),
            country_ids=list(reader.country_ids),
            product_ids=list(reader.product_ids),
            customer=reader.customer_id,
        )

    @api.model
    def _get_public_fields(self):
        return super()._get_public_fields() | {
            "description",
            "icon",
            "parent_id",
            "parent_path",
            "child_ids",
            "country_id",
            "product_id",
            "article_ids",
            "is_community",
        }
