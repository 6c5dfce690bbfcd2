# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

HOME_SECTIONS = [
    ("bases", "Knowledge bases"),
    ("countries", "By country"),
    ("guides", "Guides to this portal"),
    ("department", "Section of the department"),
    ("community", "Community"),
]


class HelpdeskArticleCategory(models.Model):
    """Where a folder stands on the home page of the help center."""

    _inherit = "helpdesk.article.category"

    home_section = fields.Selection(
        selection=HOME_SECTIONS,
        string="On the home page",
        help="Knowledge bases stand first, in bold; countries, guides, the section "
        "named after the department and the community follow. Empty: not there.",
    )
