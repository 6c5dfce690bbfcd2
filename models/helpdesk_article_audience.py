# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: context: location id (0 for a visitor) through whose eyes an editor looks
PREVIEW = "helpdesk_preview"
#: context: the ``Reader`` of this request, found once for all lists of a page
READER = "helpdesk_reader"
EDITOR = "helpdesk_service_portal.group_article_editor"


class Reader(NamedTuple):
    """Who reads, as far as it decides what they see."""

    #: sees what is published, whoever it is for
    is_staff: bool = False
    is_signed_in: bool = False
    country_ids: tuple = ()
    product_ids: tuple = ()
    #: the customer, a commercial entity
    customer_id: int = 0
    #: the user whose reader it is; 0 for nobody in particular
    user_id: int = 0


class HelpdeskArticleAudience(models.AbstractModel):
    """Whom folders and articles of the help center are for.

    What is public is so for everybody. Among those who signed in, country, product
    and customer narrow further. The condition is written once, in
    ``_get_reader_domain`` of each model: record rules, lists, searches, counters,
    feeds, the sitemap and files all ask it.
    """

    _name = "helpdesk.article.audience"
    _inherit = ["helpdesk.public.fields.mixin"]
    _description = "Audience of the Help Center"

    visibility = fields.Selection(
        selection=[("public", "Everybody"), ("connected", "Signed-in people")],
        required=True,
        default="public",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", help="Empty: used by all companies."
    )
    is_visible = fields.Boolean(
        compute="_compute_is_visible",
        search="_search_is_visible",
        help="The user finds this in the help center.",
    )

    @api.depends_context("uid", PREVIEW, "website_id")
    def _compute_is_visible(self):
        # sudo: the condition itself decides what is visible
        Model = self.sudo().with_context(active_test=False)
        domain = Domain("id", "in", self._origin.ids)
        domain &= self._get_reader_domain(self._get_reader())
        visible = set(Model._search(domain))
        for record in self:
            record.is_visible = record._origin.id in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_reader_domain(self._get_reader())
        if True in value and False in value:
            return Domain.TRUE
        return domain if True in value else ~domain

    @api.model
    def _get_visible_domain(self, reader=None):
        """Return what a reader finds in the help center.

        :param Reader reader: default is the user, or whom an editor looks as
        """
        domain = self._get_reader_domain(reader or self._get_reader())
        if self.env.su:
            return domain
        # sudo: the condition names fields that are not everybody's to search by
        return Domain("id", "in", self.sudo()._search(domain))

    @api.model
    def _get_reader_domain(self, reader):
        """Return the condition itself, whose fields are not everybody's to read."""
        raise NotImplementedError

    @api.model
    def _get_place_domain(self):
        """Return what belongs to the website and the companies of this request."""
        website = self.env["website"].get_current_website()
        return Domain("website_id", "in", [False, website.id]) & Domain(
            "company_id", "in", [False, *self.env.companies.ids]
        )

    # ------------------------------------------------------------
    # Readers
    # ------------------------------------------------------------

    @api.model
    def _get_reader(self):
        """Return who reads: the user, or whom an editor previews as."""
        known = self.env.context.get(READER)
        # what a client sends as its context is never of this type
        if isinstance(known, Reader) and known.user_id == self.env.uid:
            return known
        preview = self.env.context.get(PREVIEW)
        if preview is not None and self.env.user.has_group(EDITOR):
            return self._get_preview_reader(preview)
        user = self.env.user
        if user._is_public():
            return Reader()
        if user._is_internal():
            return Reader(is_staff=True, is_signed_in=True)
        # sudo: res.partner - the reader's own contact
        return self._get_customer_reader(user.partner_id.sudo())

    @api.model
    def _search_public(self, **options):
        """Return what everybody may open, as sudo: for feeds and the sitemap.

        :param options: order and limit
        """
        # sudo: the condition of visitors decides
        Model = self.sudo()
        return Model.search(Model._get_visible_domain(Reader()), **options)

    @api.model
    def _get_preview_reader(self, location_id):
        # sudo: helpdesk.ticket.location - an editor looks as one of its people
        Location = self.env["helpdesk.ticket.location"].sudo()
        location = Location.browse(location_id).exists() if location_id else Location
        if not location:
            return Reader()
        return Reader(
            is_signed_in=True,
            country_ids=tuple(location.country_id.ids),
            product_ids=tuple(location.product_ids.ids),
            customer_id=location.partner_id.commercial_partner_id.id,
        )

    @api.model
    def _get_customer_reader(self, partner):
        """Return a signed-in customer, where they are and what they use: one statement.

        :param partner: their contact, as sudo
        """
        self.env["res.partner"].flush_model(["commercial_partner_id", "country_id"])
        self.env["helpdesk.ticket.location"].flush_model(
            ["active", "country_id", "manager_ids", "partner_id", "product_ids"]
        )
        ((customer_id, country_ids, product_ids),) = self.env.execute_query(
            SQL(
                """
                WITH place AS (
                    SELECT place.id, place.country_id
                      FROM helpdesk_ticket_location place
                     WHERE place.active IS TRUE
                       AND (place.id IN (
                                SELECT location_id
                                  FROM helpdesk_ticket_location_manager_rel
                                 WHERE partner_id = %(partner)s)
                            OR place.partner_id IN (
                                SELECT mate.id
                                  FROM res_partner mate
                                  JOIN res_partner me
                                    ON me.commercial_partner_id
                                       = mate.commercial_partner_id
                                 WHERE me.id = %(partner)s))
                )
                SELECT me.commercial_partner_id,
                       ARRAY(SELECT country_id FROM place
                              WHERE country_id IS NOT NULL
                              UNION
                             SELECT country_id FROM res_partner
                              WHERE id IN (me.id, me.commercial_partner_id)
                                AND country_id IS NOT NULL),
                       ARRAY(SELECT DISTINCT used.product_id
                               FROM helpdesk_ticket_location_product_rel used
                               JOIN place ON place.id = used.location_id)
                  FROM res_partner me
                 WHERE me.id = %(partner)s
                """,
                partner=partner.id,
            )
        )
        return Reader(
            is_signed_in=True,
            country_ids=tuple(country_ids),
            product_ids=tuple(product_ids),
            customer_id=customer_id,
        )

    @api.model
    def _get_reader_context(self):
        """Return the context that keeps the reader for the rest of a request."""
        return {READER: self._get_reader()._replace(user_id=self.env.uid)}

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    @api.model
    def _get_public_fields(self):
        return super()._get_public_fields() | {
            "name",
            "active",
            "sequence",
            "is_visible",
            "website_id",
            "website_url",
            "website_absolute_url",
            "website_meta_title",
            "website_meta_description",
            "website_meta_keywords",
            "website_meta_og_img",
            "seo_name",
            "is_seo_optimized",
            "is_published",
            "can_publish",
            "website_published",
            "create_date",
            "write_date",
        }

    def _can_return_content(self, field_name=None, access_token=None):
        """Pictures open for who finds the record; published is not for everybody."""
        field = self._fields.get(field_name)
        if not field or not self.has_access("read"):
            return False
        return self._has_field_access(field, "read")
