# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from odoo import http
from odoo.http import request

BEARER = "Bearer "


class HelpdeskHealth(http.Controller):
    """What a monitor asks every minute."""

    @http.route(
        "/support/health",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def support_health(self, token="", **_kw):
        """200 while the desk does its work, 503 while it does not; nothing else.

        The figures are for who knows the token, as ``?token=`` or as a bearer's.
        """
        # sudo: helpdesk.health - counts, told to who knows the token
        health_sudo = request.env(su=True)["helpdesk.health"]
        figures = health_sudo._get_figures()
        status = 503 if figures["status"] == "failing" else 200
        header = request.httprequest.headers.get("Authorization") or ""
        if not health_sudo._is_token(token or header.removeprefix(BEARER)):
            figures = {"status": figures["status"]}
        told = {
            name: f"{value.isoformat()}Z" if isinstance(value, datetime) else value
            for name, value in figures.items()
        }
        return request.make_json_response(
            told, status=status, headers=[("Cache-Control", "no-store")]
        )
