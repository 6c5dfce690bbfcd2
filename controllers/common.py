# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the customer's routes share: reading forms and losing nothing of them."""

import secrets
import time

from odoo.http import request
from odoo.tools import hmac

from ..tools import attachment_policy

KEPT = "helpdesk_kept"
KEPT_SECONDS = 24 * 3600
KEPT_FORMS = 5
KEPT_LENGTH = 50_000
PAGE_SIZE = 80


def readonly_page(*_args):
    """Routes that only read: a callable, as inherited routes ignore plain True."""
    return True


def is_signed_in():
    """Tell whether the request comes from a user, not from a visitor."""
    return not request.env.user._is_public()


def new_key():
    """Return a one-time key: one form is one ticket, one answer is one message."""
    return secrets.token_urlsafe(18)


def owner_mark():
    """Return what marks a form as the current user's, without naming them."""
    # sudo: ir.config_parameter - the database secret signs the mark
    return hmac(request.env(su=True), "helpdesk-form", request.env.uid)[:16]


def read_fields(names):
    """Return the posted text of the named fields; what is not text is empty."""
    form = request.httprequest.form
    return {name: form.get(name, "") for name in names}


def read_uploads(name):
    """Return the posted files of a field as pairs of name and bytes."""
    uploads = request.httprequest.files.getlist(name)
    return [(upload.filename, upload.read()) for upload in uploads if upload.filename]


def is_genuine():
    """Tell whether a posted form was rendered for this session (CSRF)."""
    return request.validate_csrf(request.httprequest.form.get("csrf_token"))


def keep_form(path, form):
    """Keep a form's text in the session until it is sent, for a day at most."""
    kept = {
        key: entry
        for key, entry in (request.session.get(KEPT) or {}).items()
        if key != path
    }
    kept = dict(list(kept.items())[-KEPT_FORMS + 1 :])
    kept[path] = {
        "form": {key: value[:KEPT_LENGTH] for key, value in form.items()},
        "owner": request.httprequest.form.get("owner", "")[:16],
        "pending": request.httprequest.form.getlist("pending")[:20],
        "time": time.time(),
    }
    request.session[KEPT] = kept


def kept_form(path):
    """Return the form kept for this page and this user: text and file tokens."""
    entry = (request.session.get(KEPT) or {}).get(path)
    if (
        not entry
        or time.time() - entry["time"] > KEPT_SECONDS
        or entry["owner"] not in ("", owner_mark())
    ):
        return {}, []
    return entry["form"], entry["pending"]


def forget_form(path):
    """Forget a form that was sent."""
    kept = dict(request.session.get(KEPT) or {})
    if kept.pop(path, None):
        request.session[KEPT] = kept


def to_sign_in(path):
    """Take a visitor to the sign-in page and back to ``path`` afterwards."""
    return request.redirect_query("/web/login", {"redirect": path}, code=303)


def file_rules():
    """Return what the file field of a form says and checks before sending."""
    return {
        "accept": attachment_policy.ACCEPT_ATTRIBUTE,
        "words": attachment_policy.ACCEPTED_WORDS,
        "max_bytes": attachment_policy.MAX_FILE_BYTES,
    }


def pending_rows(attachments):
    """Return pending files as the form shows and carries them."""
    Ticket = request.env["helpdesk.ticket"]
    return [
        {
            "token": Ticket._portal_pending_token(attachment),
            "name": attachment.name,
            "size": Ticket._portal_size_text(attachment.file_size),
        }
        for attachment in attachments
    ]
