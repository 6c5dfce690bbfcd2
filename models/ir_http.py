from werkzeug.exceptions import BadRequest

from odoo import models
from odoo.http import request

from ..tools import replica


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """A parameter named like the first argument of a method is no argument.

        The core passes parameters on by name, so that ``?self=1`` answers 500.
        """
        request.params.pop("self", None)
        return super()._dispatch(endpoint)

    @classmethod
    def _post_dispatch(cls, response):
        """Who writes in the portal reads it on the next page, however far a standby
        is behind.
        """
        super()._post_dispatch(response)
        if (
            request.httprequest.method != "POST"
            or not replica.is_used()
            or request.env.cr.readonly
            or request.env.user._is_internal()
        ):
            return
        request.env.flush_all()
        mark = replica.get_mark(request.env.cr)
        if mark:
            response.set_cookie(
                replica.COOKIE,
                mark,
                max_age=replica.SECONDS,
                httponly=True,
                samesite="Lax",
            )

    @classmethod
    def _serve_fallback(cls):
        """An address with NUL, which no database can search, is a bad request."""
        if "\0" in request.httprequest.path:
            raise BadRequest
        return super()._serve_fallback()

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        return super()._get_translation_frontend_modules_name() + [
            "helpdesk_service_portal",
            "auth_totp_portal",  # customers read its dialog, the core forgot it
        ]
