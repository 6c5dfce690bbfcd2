# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from . import common

SCRIPT_HEADERS = {
    "Content-Type": "application/javascript; charset=utf-8",
    "Cache-Control": "public, max-age=3600",
    "Vary": "Accept-Language",
    # other sites may ask that what they load says so
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class HelpdeskLauncher(http.Controller):
    """S0-10, S4-02, S4-30: the help button of our website and of others."""

    @http.route(
        "/support/launcher.js",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
        readonly=True,
    )
    def launcher_script(self, lang=None, **kw):
        """Return the script, the same for everybody who reads its language."""
        website = request.env["website"].get_current_website()
        source = website._get_launcher_script(self._choose_lang(website, lang))
        response = request.make_response(source, headers=SCRIPT_HEADERS)
        response.add_etag()
        return response.make_conditional(request.httprequest)

    @http.route(
        "/support/launcher/tickets",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
        readonly=common.readonly_page,
    )
    def launcher_tickets(self, lang=None, **kw):
        """Return the latest tickets of who is signed in, for the button of our site."""
        website = request.env["website"].get_current_website()
        lang = self._choose_lang(website, lang)
        Ticket = request.env["helpdesk.ticket"].with_context(lang=lang)
        own = Ticket._launcher_values() if common.is_signed_in() else {}
        return request.make_json_response(
            {"is_signed_in": bool(own), **own}, headers=[("Cache-Control", "no-store")]
        )

    def _choose_lang(self, website, wanted):
        """Return a language of the website: one asked for, or the browser's."""
        # sudo: website - its languages are no secret
        website_sudo = website.sudo()
        codes = website_sudo.language_ids.mapped("code")
        accepted = [lang for lang, _weight in request.httprequest.accept_languages]
        for code in filter(None, [str(wanted or ""), *accepted]):
            code = code.replace("-", "_")
            short = code.partition("_")[0]
            for known in codes:
                if known == code:
                    return known
            for known in codes:
                if short and known.partition("_")[0] == short:
                    return known
        return website_sudo.default_lang_id.code
