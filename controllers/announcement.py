# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from . import common

PATH = "/support/announcement/<int:announcement_id>"
ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}
NOTICES = ("followed", "works", "still")


class HelpdeskAnnouncement(http.Controller):
    """An announcement by itself, and what somebody says of it: by POST only."""

    @http.route(PATH, methods=["GET"], readonly=common.readonly_page, **ROUTE)
    def announcement(self, announcement_id, **kw):
        """Show what happens, what is new, and what the reader can say to it."""
        found = request.env["helpdesk.announcement"]._find_for_reader(announcement_id)
        if not found:
            return self._render_missing(announcement_id)
        row = found._get_rows()[0]
        notice = next((name for name in NOTICES if kw.get(name) == "1"), None)
        values = {
            "page_name": "announcement",
            "no_breadcrumbs": True,
            "main_object": request.env["helpdesk.ticket"],
            "announcement": row,
            # an old address does not confirm what is no longer so
            "notice": notice if row["state"] else None,
            "signed_in": common.is_signed_in(),
            "email": request.env.user.email or "",
        }
        return request.render("helpdesk_service_portal.portal_announcement", values)

    @http.route(f"{PATH}/follow", methods=["POST"], csrf=False, **ROUTE)
    def follow(self, announcement_id, **kw):
        """Note that it affects the reader, too; the CSRF token is checked here."""
        if not common.is_signed_in():
            return common.to_sign_in(self._get_path(announcement_id))
        found = request.env["helpdesk.announcement"]._find_for_reader(announcement_id)
        # solved meanwhile: its page says so
        if (
            not found
            or not common.is_genuine()
            or not found._get_rows()[0]["is_asking"]
        ):
            return self._redirect(announcement_id, "")
        found.sudo(False)._follow()
        return self._redirect(announcement_id, "followed")

    @http.route(f"{PATH}/answer", methods=["POST"], csrf=False, **ROUTE)
    def answer(self, announcement_id, works=None, **kw):
        """Note whether it works again; the CSRF token is checked here."""
        if not common.is_signed_in():
            return common.to_sign_in(self._get_path(announcement_id))
        found = request.env["helpdesk.announcement"]._find_for_reader(announcement_id)
        line = found._get_lines()
        done = ""
        if line and works in ("0", "1") and common.is_genuine():
            line._answer(works == "1")
            done = "works" if works == "1" else "still"
        return self._redirect(announcement_id, done)

    def _get_path(self, announcement_id):
        return f"/support/announcement/{announcement_id}"

    def _redirect(self, announcement_id, done):
        path = self._get_path(announcement_id)
        return request.redirect(f"{path}?{done}=1" if done else path, code=303)

    def _render_missing(self, announcement_id):
        """Say the same whether it is over, somebody else's, or never was."""
        if not common.is_signed_in():
            return common.to_sign_in(self._get_path(announcement_id))
        values = {
            "page_name": "announcement_missing",
            "no_breadcrumbs": True,
            "main_object": request.env["helpdesk.ticket"],
        }
        response = request.render(
            "helpdesk_service_portal.portal_announcement_missing", values
        )
        response.status_code = 404
        return response
