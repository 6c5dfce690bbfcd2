# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class RatingRating(models.Model):
    """Votes on articles: one per person, changeable."""

    _inherit = "rating.rating"

    helpdesk_voter = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Who voted on an article: a user, or a visitor's session.",
    )

    _helpdesk_voter_uniq = models.UniqueIndex(
        "(res_model_id, res_id, helpdesk_voter) WHERE helpdesk_voter IS NOT NULL"
    )
