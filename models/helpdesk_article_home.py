# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse

HOME_SECTIONS = [
    ("bases", "Knowledge bases"),
    ("countries", "By country"),
    ("guides", "Guides to this portal"),
    ("department", "Section of the department"),
    ("community", "Community"),
]
FOLDER_FIELDS = (
    "name",
    "description",
    "icon",
    "parent_id",
    "parent_path",
    "home_section",
)
LIST_FIELDS = ("name", "summary", "content_date", "category_ids", "category_id")
RECENT = 5
GUIDES = 8


class HelpdeskArticleCategory(models.Model):
    """The home page of the help center: what stands on it, and in which part."""

    _inherit = "helpdesk.article.category"

    home_section = fields.Selection(
        selection=HOME_SECTIONS,
        string="On the home page",
        help="Knowledge bases stand first, in bold; countries, guides, the section "
        "named after the department and the community follow. Empty: not there.",
    )

    @api.model
    def _get_home_folders(self):
        """Return the folders of the home page and those in them: one statement.

        :return: dict of section: list of dict ``folder`` (sudo) and ``children``
        """
        # sudo: helpdesk.article.category - the condition itself decides
        Category = self.sudo()
        folders = Category.search_fetch(
            Category._get_visible_domain()
            & (
                Domain("home_section", "!=", False)
                | Domain("parent_id.home_section", "!=", False)
            ),
            FOLDER_FIELDS,
        )
        children = {}
        for folder in folders:
            children.setdefault(folder.parent_id.id, []).append(folder)
        sections = {name: [] for name, _label in HOME_SECTIONS}
        for folder in folders:
            if folder.home_section:
                sections[folder.home_section].append(
                    {"folder": folder, "children": children.get(folder.id, [])}
                )
        return sections


class HelpdeskArticle(models.Model):
    """The lists of articles on the home page."""

    _inherit = "helpdesk.article"

    @api.model
    def _get_home_articles(self, which, folders=None):
        """Return articles for a list of the home page, as sudo.

        :param str which: S0-44 ``recent`` · S0-45 ``popular`` · S2-04 ``guides``
        :param folders: for guides, the folders that hold them
        """
        # sudo: helpdesk.article - the condition itself decides
        Article = self.sudo()
        domain = Article._get_visible_domain()
        limit, order = RECENT, "content_date desc, id desc"
        if which == "popular":
            order = "views_recent desc nulls last, views desc, id desc"
            domain &= Domain("views", ">", 0)
        elif which == "guides":
            domain &= Domain("category_ids", "in", folders.ids)
            limit, order = GUIDES, "sequence, id"
        return Article.search_fetch(domain, LIST_FIELDS, limit=limit, order=order)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_department(self):
        """Return the team whose name stands over the department's section (S1-21)."""
        self.ensure_one()
        # sudo: helpdesk.ticket.team - its name and hours are told to everybody
        return self.sudo().helpdesk_team_id

    def _get_help_hours(self):
        """Return when the help desk answers: lines such as "Monday–Friday 9:00–18:00".

        Empty where the team counts all hours.
        """
        calendar = self._get_department().calendar_id
        if not calendar:
            return []
        locale = babel_locale_parse(self.env.lang or "en_US")
        names = get_day_names("wide", locale=locale)
        days = {}
        for line in calendar.attendance_ids:
            if line.day_period != "lunch" and not line.display_type:
                days.setdefault(int(line.dayofweek), []).append(
                    (line.hour_from, line.hour_to)
                )
        groups = []
        for day in sorted(days):
            spans = join_spans(days[day])
            if groups and groups[-1][2] == spans and groups[-1][1] == day - 1:
                groups[-1][1] = day
            else:
                groups.append([day, day, spans])
        lines = []
        for first, last, spans in groups:
            day = names[first] if first == last else f"{names[first]}–{names[last]}"
            times = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in spans)
            lines.append(f"{day[:1].upper()}{day[1:]} {times}")
        return lines


def join_spans(spans):
    """Return spans of hours with those that touch as one."""
    joined = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def clock(hour):
    """Return a number of hours as the clock shows it: 9.5 is 9:30."""
    minutes = round(hour * 60)
    return f"{minutes // 60}:{minutes % 60:02}"
