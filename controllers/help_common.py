# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What the routes of the help center share: who looks, and what is not found."""

import secrets

from odoo.http import request

VOTER = "helpdesk_voter"
PREVIEW = "helpdesk_preview"
READ = "helpdesk_read"
READ_MAX = 200


def prepare():
    """Find out who reads, once for all lists of a page; call it first in each route.

    An editor looks through the eyes they chose.
    """
    preview = request.session.get(PREVIEW)
    if preview is not None and not request.env.user._is_public():
        request.update_context(helpdesk_preview=preview)
    request.update_context(**request.env["helpdesk.article"]._get_reader_context())


def preview_words():
    """Return as whom an editor looks; empty for everybody else."""
    preview = request.env.context.get(PREVIEW)
    Article = request.env["helpdesk.article"]
    if preview is None or not Article.has_access("write"):
        return ""
    # sudo: helpdesk.ticket.location - its name, chosen by the editor
    location = request.env["helpdesk.ticket.location"].sudo().browse(preview or [])
    return location.complete_name or request.env._("a visitor")


def render(template, values, status=200):
    """Render a page of the help center."""
    values = {
        "can_edit": request.env["helpdesk.article"]._is_at_work(),
        "preview_words": preview_words(),
        **values,
    }
    return request.render(template, values, status=status)


def not_found(words=""):
    """Say that there is nothing here, and offer a search (404).

    :param str words: what the address was about, to begin the search with
    """
    values = {"words": words, "is_visitor": request.env.user._is_public()}
    return render("helpdesk_service_portal.help_not_found", values, status=404)


def voter(make=False):
    """Return who votes: the user, or the visitor's session once it has a mark.

    :param bool make: mark the session; never on GET
    """
    if not request.env.user._is_public():
        return f"user:{request.env.uid}"
    mark = request.session.get(VOTER)
    if not mark and make:
        mark = request.session[VOTER] = secrets.token_urlsafe(18)
    return f"visitor:{mark}" if mark else ""


def is_first_reading(article_id):
    """Tell whether this session reads an article for the first time, and note it."""
    read = list(request.session.get(READ) or [])
    if article_id in read:
        return False
    request.session[READ] = [*read, article_id][-READ_MAX:]
    return True
