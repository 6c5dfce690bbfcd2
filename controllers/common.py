# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the customer's routes share: reading forms and losing nothing of them."""

import secrets
import time

from odoo.http import request
from odoo.tools import hmac

from ..tools import replica, rich_text

KEPT = "helpdesk_kept"
KEPT_SECONDS = 24 * 3600
KEPT_FORMS = 5
KEPT_LENGTH = 100_000
PAGE_SIZE = 80
FORM_FIELDS = (
    "subject",
    "location",
    "category",
    "type",
    "description",
    "description_format",
    "priority",
    "requester",
    "copies",
    "product",
    "vat",
    "vat_seen",
    "company",
    "phone",
    "area",
    "extension",
    "follow_up",
    "submission_key",
)
MESSAGE_FIELDS = ("message", "message_format", "writer_name", "submission_key")
DEVICE = "helpdesk_device"
DEVICE_SECONDS = 365 * 24 * 3600


def readonly_page(*_args):
    """Routes that only read: a callable, as inherited routes ignore plain True.

    Who has just written reads from the primary until the standby has it, too.
    """
    number = replica.parse_mark(request.cookies.get(replica.COOKIE))
    if number is None or not request.env.cr.readonly:
        return True
    return replica.has_arrived(request.env.cr, number)


def readonly_form(*args):
    """Routes that show a form on GET and write on POST."""
    return request.httprequest.method in ("GET", "HEAD") and readonly_page(*args)


#: pages of who is signed in that show a form and take it
FORM_ROUTE = {
    "type": "http",
    "auth": "user",
    "website": True,
    "methods": ["GET", "POST"],
    "sitemap": False,
    "readonly": readonly_form,
}


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


def is_checked(name):
    """Tell whether a box of the posted form is ticked."""
    return bool(request.httprequest.form.get(name))


def read_uploads(name, max_bytes=-1):
    """Return the posted files of a field as pairs of name and bytes.

    :param int max_bytes: read no more of each; all by default
    """
    uploads = request.httprequest.files.getlist(name)
    return [
        (upload.filename, upload.read(max_bytes))
        for upload in uploads
        if upload.filename
    ]


def read_form_files(ticket_sudo=None):
    """Return the files that came with a form and those it carried before.

    :param ticket_sudo: the ticket being answered, none for a new one
    :return: dict: ``files`` new ones, checked · ``pending`` attachments as sudo, new
        confidential ones among them · ``problems`` sentences · ``is_removal``: the user
        takes one away, sends nothing
    """
    Ticket = request.env["helpdesk.ticket"]
    posted = request.httprequest.form
    tokens = posted.getlist("pending")
    removed = posted.get("remove")
    if removed:
        Ticket._portal_pending_files([removed]).unlink()
        tokens = [token for token in tokens if token != removed]
    pending = Ticket._portal_pending_files(tokens)
    ticket = ticket_sudo or Ticket
    files, problems = ticket._portal_prepare_files(read_uploads("attachment"), pending)
    problems += Ticket._portal_check_pending(tokens, pending)
    uploads = read_uploads("confidential")
    if uploads:
        good, refused = ticket._portal_prepare_files(uploads, pending, files)
        pending |= Ticket._portal_store_pending(good, confidential=True)
        problems += refused
    return {
        "files": files,
        "pending": pending,
        "problems": problems,
        "is_removal": bool(removed),
    }


def keep_form_files(sent):
    """Store the new files of a form that comes back and return all it carries."""
    Ticket = request.env["helpdesk.ticket"]
    return sent["pending"] | Ticket._portal_store_pending(sent["files"])


def is_genuine():
    """Tell whether a posted form was rendered for this session (CSRF)."""
    return request.validate_csrf(request.httprequest.form.get("csrf_token"))


def limited(door):
    """Count one use of a form; return why it is not taken now, "" when it is.

    :param str door: see ``tools/rate_limit.py``
    """
    Limit = request.env["helpdesk.rate.limit"]
    opens = Limit._hit(door, request.env.uid)
    return Limit._get_text(opens) if opens else ""


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


def device():
    """Return the mark of the browser, "" before it has one."""
    return (request.cookies.get(DEVICE) or "")[:43]


def mark_device():
    """Return the mark of the browser; one that has none is given one."""
    mark = device()
    if not mark:
        mark = secrets.token_urlsafe(18)
        request.future_response.set_cookie(
            DEVICE, mark, max_age=DEVICE_SECONDS, httponly=True, samesite="Lax"
        )
    return mark


def unsent_form(path, ticket_sudo=None):
    """Return what the current user wrote and did not send: a form, files, a notice.

    What was sent without a session goes before the draft.

    :param ticket_sudo: the ticket being answered, none for a new one
    """
    Ticket = request.env["helpdesk.ticket"]
    form, tokens = kept_form(path)
    if form or not is_signed_in():
        notice = "kept" if form else None
        return form, Ticket._portal_pending_files(tokens), notice
    draft = request.env["helpdesk.ticket.draft"]._find_own(device(), ticket_sudo)
    if not draft:
        return {}, Ticket._portal_pending_files([]), None
    form = {**(draft.form or {}), "submission_key": draft.key}
    shown = rich_text.find_pictures("".join(map(str, form.values())))
    files = draft._get_files().filtered(lambda file: file.id not in shown)
    return form, files, "draft"


def to_sign_in(path):
    """Take a visitor to the sign-in page and back to ``path`` afterwards."""
    return request.redirect_query("/web/login", {"redirect": path}, code=303)


def file_policy():
    """Return the formats and limits of files in force where the reader is."""
    # sudo: res.company - settings of the forms
    return request.env.company.sudo()._get_file_policy()


def file_rules():
    """Return what the file field of a form says and checks before sending."""
    policy = file_policy()
    return {
        "accept": policy.accept,
        "words": policy.words,
        "limits": request.env["helpdesk.ticket"]._portal_limits_text(policy),
        "max_bytes": policy.max_file_bytes,
        "max_files": policy.max_files,
    }


def pending_rows(attachments):
    """Return pending files as the form shows and carries them."""
    Ticket = request.env["helpdesk.ticket"]
    return [
        {
            "token": Ticket._portal_pending_token(attachment.id),
            "name": attachment.name,
            "size": Ticket._portal_size_text(attachment.file_size),
            "picture": Ticket._portal_picture_url(attachment),
            "is_confidential": attachment.helpdesk_is_confidential,
        }
        for attachment in attachments
    ]
