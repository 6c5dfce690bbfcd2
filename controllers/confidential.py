# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from . import common


class HelpdeskConfidential(http.Controller):
    """S4-28: the one door to a confidential file; each opening is noted."""

    @http.route(
        "/helpdesk/confidential/<int:file_id>",
        **common.FORM_ROUTE,
    )
    def confidential_file(self, file_id, **kw):
        """Say what opening it means; POST notes the opening and sends the file."""
        file_sudo = request.env["ir.attachment"]._find_confidential(file_id)
        if not file_sudo:
            raise request.not_found()
        if request.httprequest.method == "POST":
            # noted where the content is read, see ``ir.binary``
            stream = request.env["ir.binary"]._get_stream_from(file_sudo)
            response = stream.get_response(as_attachment=True)
        else:
            values = {"file": file_sudo._get_confidential_values()}
            response = request.render(
                "helpdesk_service_portal.confidential_file", values
            )
        response.headers["Cache-Control"] = "no-store"
        return response
