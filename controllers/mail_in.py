# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.mail_thread import GATEWAY_GROUPS


class HelpdeskMailIn(http.Controller):
    """The door for mail servers: tools/mailgate.py, or a service that posts mails."""

    @http.route(
        "/helpdesk/mail",
        type="http",
        auth="bearer",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def mail_in(self, **kw):
        """Process a mail, the raw bytes of the request's body.

        204: it was kept. 403: the key's user may not. 422: it is for nobody here.
        Anything else, 503 above all: nothing was kept, try again later.
        """
        if not any(map(request.env.user.has_group, GATEWAY_GROUPS)):
            return self._answer_mail(403)
        raw = request.httprequest.get_data()
        if not raw.strip():
            return self._answer_mail(400)
        # mails are nobody's session: what they may is said by their sender
        thread = request.env["mail.thread"].with_user(SUPERUSER_ID)
        try:
            thread.message_process(None, raw)
        except ValueError:  # the core's "No possible route"
            request.env.cr.rollback()
            return self._answer_mail(422)
        return self._answer_mail(204)

    def _answer_mail(self, status):
        return request.make_response("", status=status)
