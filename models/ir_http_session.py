# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.http import request

#: in the session that follows: whose session ended by itself
ENDED = "helpdesk_ended"


class IrHttp(models.AbstractModel):
    """A session that ended because the account's keys changed says so at sign-in.

    Only a browser that had a session of the account is told, so nobody learns which
    accounts there are.
    """

    _inherit = "ir.http"

    @classmethod
    def _authenticate_explicit(cls, auth):
        user_id = request.session.uid
        try:
            return super()._authenticate_explicit(auth)
        finally:
            if user_id and not request.session.uid:
                request.helpdesk_ended = user_id
                request.session[ENDED] = user_id

    @classmethod
    def _post_logout(cls):
        """The core empties the session once more on its way to the sign-in page."""
        res = super()._post_logout()
        user_id = getattr(request, "helpdesk_ended", None)
        if user_id:
            request.session[ENDED] = user_id
        return res
