# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome

from . import common


class HelpdeskHome(AuthSignupHome):
    """The sign-in page says whom to ask and that nothing was lost."""

    @http.route()
    def web_login(self, *args, **kw):
        """Tell who comes from an ended session that the text is kept."""
        response = super().web_login(*args, **kw)
        if response.is_qweb:
            response.qcontext["helpdesk_kept"] = bool(request.session.get(common.KEPT))
        return response
