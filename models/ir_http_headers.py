# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import TooManyRequests, Unauthorized

from odoo import fields, models
from odoo.http import request

from ..tools import headers, rate_limit

#: ``enforce``, ``report`` (in the browser's console) or ``off``
PARAMETER = "helpdesk_service_portal.content_security_policy"
#: further places that scripts, pictures and the like come from
SOURCES = "helpdesk_service_portal.content_security_sources"
#: characters of an API key that are no secret: the core finds it by them
PUBLIC_KEY = 8


class IrHttp(models.AbstractModel):
    """What browsers are told to refuse, and wrong API keys."""

    _inherit = "ir.http"

    # ------------------------------------------------------------
    # Headers
    # ------------------------------------------------------------

    @classmethod
    def _post_dispatch(cls, response):
        res = super()._post_dispatch(response)
        cls._protect(response)
        return res

    @classmethod
    def _handle_error(cls, exception):
        """Pages of errors, too; their transaction may be broken."""
        response = super()._handle_error(exception)
        if hasattr(response, "headers"):
            cls._protect(response, is_error=True)
        return response

    @classmethod
    def _protect(cls, response, is_error=False):
        """Add the headers of a page and the flags of cookies.

        :param bool is_error: nothing may be read, neither the user nor settings
        """
        is_https = request.httprequest.scheme == "https"
        cookies = response.headers.getlist("Set-Cookie")
        if cookies:
            response.headers.setlist(
                "Set-Cookie",
                [headers.protect_cookie(cookie, is_https) for cookie in cookies],
            )
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", headers.HSTS)
        if (response.mimetype or "") != "text/html":
            return
        strict, mode, sources = False, "enforce", ""
        if not is_error:
            # sudo: ir.config_parameter - settings of the policy, kept in memory
            get_param = request.env["ir.config_parameter"].sudo().get_param
            mode, sources = get_param(PARAMETER, mode), get_param(SOURCES)
            # who edits the website does so around our pages
            strict = headers.is_portal(request.httprequest.path) and not (
                request.env.uid and request.env.user._is_internal()
            )
        policy = "" if mode == "off" else headers.write_policy(strict, sources)
        headers.protect_page(response.headers, strict, policy, mode == "report")

    # ------------------------------------------------------------
    # API keys
    # ------------------------------------------------------------

    @classmethod
    def _auth_method_bearer(cls):
        """Guessing keys is limited: by the part of a key that is no secret, and by
        network, where right ones still open.

        :raise TooManyRequests: saying after how many seconds to come back
        """
        key = request.httprequest.headers.get("Authorization", "")
        key = key.partition(" ")[2].strip()[:PUBLIC_KEY]
        if not key:
            return super()._auth_method_bearer()
        Limit = request.env["helpdesk.rate.limit"]
        cls._refuse_until(Limit._get_opening("api_key", key))
        try:
            return super()._auth_method_bearer()
        except Unauthorized:
            network = rate_limit.current_network()
            opens = [Limit._hit("api_key", key), Limit._hit("api_key_network", network)]
            cls._refuse_until(max(filter(None, opens), default=False))
            raise

    @classmethod
    def _refuse_until(cls, opens):
        if opens:
            seconds = int((opens - fields.Datetime.now()).total_seconds()) + 1
            raise TooManyRequests(retry_after=seconds)
