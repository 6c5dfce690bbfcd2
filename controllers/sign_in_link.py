# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome

from ..models.helpdesk_sign_in_link import CREDENTIAL
from . import common

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class HelpdeskSignInLink(AuthSignupHome):
    """D-06: a link that staff handed out signs a customer in, once."""

    @http.route(
        "/my/sign-in/<token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
        readonly=common.readonly_form,
    )
    def sign_in_link(self, token, **kw):
        """Show who is about to sign in; POST does it."""
        link = request.env["helpdesk.sign.in.link"]._find(token)
        if link and request.httprequest.method == "POST":
            credential = {
                "type": CREDENTIAL,
                "login": link.user_id.login,
                "token": token,
            }
            try:
                signed_in = request.session.authenticate(request.env, credential)
                return request.redirect(self._login_redirect(signed_in["uid"]))
            except AccessDenied:
                link = link.browse()
        values = {
            "name": link.user_id.name,
            "action": f"/my/sign-in/{token}" if link else "",
        }
        response = request.render(
            "helpdesk_service_portal.portal_sign_in_link",
            values,
            status=200 if link else 404,
        )
        response.headers.update(HEADERS)
        return response
