# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request
from odoo.tools import email_normalize

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.ir_http_session import ENDED
from . import common


class HelpdeskHome(AuthSignupHome):
    """The sign-in page says whom to ask and that nothing was lost."""

    @http.route()
    def web_login(self, *args, **kw):
        """Tell who comes from an ended session that the text is kept."""
        response = super().web_login(*args, **kw)
        if response.is_qweb:
            response.qcontext["helpdesk_kept"] = bool(request.session.get(common.KEPT))
            response.qcontext["helpdesk_ended"] = request.env[
                "res.users"
            ]._get_ended_notice(request.session.get(ENDED))
        return response

    def _login_redirect(self, uid, redirect=None):
        """Who signs in reads the portal in their own language from then on.

        Else the language of the browser, noted on the sign-in page, would stay.
        """
        # sudo: res.users - the language of who just signed in
        user = request.env["res.users"].sudo().browse(uid)
        lang = user.share and request.env["ir.http"].get_nearest_lang(user.lang)
        if lang:
            request.future_response.set_cookie("frontend_lang", lang)
        return super()._login_redirect(uid, redirect=redirect)


class HelpdeskAccount(CustomerPortal):
    """Account, security and counters are read from a standby, too."""

    @http.route(readonly=common.readonly_form)
    def account(self, **kwargs):
        return super().account(**kwargs)

    @http.route(readonly=common.readonly_form)
    def security(self, **post):
        return super().security(**post)

    @http.route(readonly=common.readonly_page)
    def counters(self, counters, **kw):
        return super().counters(counters, **kw)

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        """The core's form of addresses changes no e-mail: who writes somebody else's
        there would read that person's tickets (S0-01, S3-04).
        """
        invalid, missing, messages = super()._validate_address_values(
            address_values, partner_sudo, *args, **kwargs
        )
        user = request.env.user
        if user.share and not user._is_public() and "email" in address_values:
            written = email_normalize(address_values["email"] or "")
            own = email_normalize(user.email)
            kept = (partner_sudo.email_normalized or "",) if partner_sudo else (own, "")
            if (written or "") not in kept:
                invalid.add("email")
                messages.append(user._get_address_text())
        return invalid, missing, messages
