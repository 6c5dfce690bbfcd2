# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from ..tools.attachment_policy import clean_name

TICKET = "helpdesk.ticket"
#: of a file that waits for its message, which may be a note: notes take any format
EARLY = ("size", "empty")


class HelpdeskAttachment(AttachmentController):
    """Uploads of the backend: a file that is refused is named at once, in words."""

    @http.route()
    def mail_attachment_upload(
        self, ufile=None, thread_id=None, thread_model=None, is_pending=False, **kwargs
    ):
        """Take a file for a ticket, if the rules for attachments do."""
        is_number = str(thread_id).isascii() and str(thread_id).isdecimal()
        if not hasattr(ufile, "filename") or not is_number:
            raise BadRequest()
        if thread_model not in request.env:
            raise BadRequest()
        if thread_model == TICKET:
            ufile.filename = clean_name(ufile.filename)
            waits = is_pending and is_pending != "false"
            refusal = self._get_refusal(ufile, waits)
            if refusal:
                return request.make_json_response({"error": refusal})
        return super().mail_attachment_upload(
            ufile, thread_id, thread_model, is_pending=is_pending, **kwargs
        )

    def _get_refusal(self, ufile, waits):
        """Return why a file is refused, "" when it is not."""
        Ticket = request.env[TICKET]
        content = ufile.read()
        ufile.seek(0)
        reason = Ticket._get_file_policy().refusal(ufile.filename, content)
        is_early = waits and request.env.user._is_internal()
        if not reason or (is_early and reason not in EARLY):
            return ""
        return Ticket._portal_refusal_text(reason, ufile.filename, len(content))
