# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.session import Session

from ..models.helpdesk_ticket_draft import MAX_FORM_LENGTH
from ..tools.attachment_policy import MEGABYTE
from . import common


def _max_request_bytes(*_args):
    """Return how much one file may take; the form around it takes a little, too."""
    return common.file_policy().max_file_bytes + MEGABYTE


class HelpdeskDraft(http.Controller):
    """What is being written is kept on the server: text as typed, files as chosen.

    The answers are JSON; a refusal says why in ``message``.
    """

    @http.route(
        "/my/draft/save",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def draft_save(self, **kw):
        """Keep what was typed so far; an empty form leaves no draft."""
        draft, refusal = self._open_draft(with_text=True)
        if refusal:
            return refusal
        if draft._is_empty():
            draft.unlink()
        return request.make_json_response({})

    @http.route(
        "/my/draft/file",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        max_content_length=_max_request_bytes,
    )
    def draft_file(self, **kw):
        """Add a file to a draft; tell the token under which the form carries it."""
        draft, refusal = self._open_draft()
        if refusal:
            return refusal
        uploads = common.read_uploads("file")
        if not uploads:
            return self._refuse(400, request.env._("No file arrived. Try again."))
        limit = common.limited("upload")
        if limit:
            return self._refuse(429, limit)
        file, problem = request.env["helpdesk.ticket"]._portal_upload(
            draft, uploads[0], confidential=common.is_checked("is_confidential")
        )
        if problem:
            return self._refuse(422, problem)
        return request.make_json_response(common.pending_rows(file)[0])

    @http.route(
        "/my/draft/file/remove",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def draft_file_remove(self, **kw):
        """Take a file away that was uploaded and not sent."""
        refusal = self._check_sender()
        if refusal:
            return refusal
        token = request.httprequest.form.get("token", "")
        request.env["helpdesk.ticket"]._portal_pending_files([token]).unlink()
        return request.make_json_response({})

    @http.route(
        "/my/draft/discard",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def draft_discard(self, **kw):
        """Throw a draft away and show its form empty."""
        Draft = request.env["helpdesk.ticket.draft"]
        if not common.is_signed_in() or not common.is_genuine():
            return request.redirect("/new/ticket", code=303)
        draft = Draft._find_by_key(self._get_key())
        path = f"/my/ticket/{draft.ticket_id.id}#reply" if draft.ticket_id else ""
        draft.unlink()
        return request.redirect(path or "/new/ticket", code=303)

    def _check_sender(self):
        """Return why the request is refused, None when it is its user's own."""
        posted = request.httprequest.form
        is_owner = posted.get("owner", "") in ("", common.owner_mark())
        if common.is_signed_in() and is_owner and common.is_genuine():
            return None
        return self._refuse(
            401,
            request.env._(
                "Your session ended. Your text is kept on this device: sign in and go "
                "on where you were."
            ),
        )

    def _open_draft(self, with_text=False):
        """Return the draft of the posted form, as sudo, or why there is none."""
        Draft = request.env["helpdesk.ticket.draft"].sudo()  # sudo: none yet
        refusal = self._check_sender()
        if refusal:
            return Draft, refusal
        Ticket = request.env["helpdesk.ticket"]
        posted = request.httprequest.form
        key, ticket_id = self._get_key(), posted.get("ticket")
        ticket = Ticket._portal_find(ticket_id) if ticket_id else None
        form = self._read_form(ticket) if with_text else None
        is_big = form and sum(map(len, form.values())) > MAX_FORM_LENGTH
        is_gone = ticket_id and not ticket
        is_sent = Ticket._portal_submitted(key) or Ticket._portal_posted(key)
        if not key or is_big or is_gone or is_sent:
            return Draft, self._refuse(409, request.env._("This cannot be kept."))
        draft = request.env["helpdesk.ticket.draft"]._keep(
            key, common.mark_device(), ticket, form
        )
        return draft, None

    def _read_form(self, ticket):
        names = common.MESSAGE_FIELDS if ticket else common.FORM_FIELDS
        Ticket = request.env["helpdesk.ticket"]
        form = common.read_fields(set(names) - {"submission_key"})
        return {name: Ticket._portal_clean_text(text) for name, text in form.items()}

    def _get_key(self):
        key = request.httprequest.form.get("submission_key")
        return request.env["helpdesk.ticket"]._portal_clean_key(key)

    def _refuse(self, status, message):
        return request.make_json_response({"message": message}, status=status)


def _read_write(*_args):
    """Say of an inherited route that reads that it writes: plain False is warned of."""
    return False


class HelpdeskSession(Session):
    """Signing out leaves nothing unsent behind (D-12)."""

    @http.route(readonly=_read_write)
    def logout(self, *args, **kw):
        """Sign out, after what was written and not sent is wiped."""
        self._wipe_drafts()
        return super().logout(*args, **kw)

    def _wipe_drafts(self):
        if request.session.uid:
            env = request.env(user=request.session.uid)
            env["helpdesk.ticket.draft"]._wipe(common.device())
