# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What browsers are told to refuse: headers of pages and flags of cookies."""

import re

#: our pages, after the language
PORTAL = re.compile(
    r"/(my(/(home|tickets?|security|account|profile|people|draft|sign-in)\b.*)?"
    r"|new/ticket|submitted/ticket|ticket/\w+|support/ticket(/.*)?"
    r"|web/(login|reset_password|get_password|signup)\b.*)/?"
)
LANGUAGE = re.compile(r"^/[a-z]{2,3}(_[A-Za-z0-9@]+)?(?=/)")
SCRIPTS = ("script-src", "style-src", "img-src", "font-src", "connect-src", "frame-src")
#: pages that editors fill as they like, the backend and its reports
ANY_PAGE = {
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
}
#: The website's theme asks for fonts there; its templates and the client library have
#: inline scripts and styles and compile templates.
PORTAL_PAGE = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline' https://fonts.googleapis.com",
    "font-src": "'self' data: https://fonts.gstatic.com",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
HSTS = "max-age=31536000"
NO_DEVICES = "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()"


def is_portal(path):
    """Tell whether a page is ours.

    >>> [is_portal(path) for path in ("/my/home", "/es_MX/my/ticket/7", "/web/login")]
    [True, True, True]
    >>> [is_portal(path) for path in ("/", "/my/invoices", "/odoo", "/mystery")]
    [False, False, False, False]
    """
    path = path or ""
    return bool(PORTAL.fullmatch(path) or PORTAL.fullmatch(LANGUAGE.sub("", path)))


def write_policy(strict, sources=""):
    """Return a content security policy.

    :param str sources: further places that scripts, pictures and the like come from

    >>> write_policy(False)
    "object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
    >>> "script-src 'self' 'unsafe-inline' 'unsafe-eval' https://a.example" in (
    ...     write_policy(True, "https://a.example;"))
    True
    """
    sources = re.sub(r"[^\w.:/*\s-]", "", sources or "").split()
    policy = PORTAL_PAGE if strict else ANY_PAGE
    return "; ".join(
        " ".join([name, value, *(sources if name in SCRIPTS else [])])
        for name, value in policy.items()
    )


def protect_page(headers, strict, policy, report=False):
    """Add what is missing to the headers of an HTML page.

    :param headers: mapping of names and values, changed
    :param bool strict: one of our pages
    :param str policy: content security policy; empty for none
    :param bool report: tell it in the browser's console only
    """
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    referrer = "same-origin" if strict else "strict-origin-when-cross-origin"
    headers.setdefault("Referrer-Policy", referrer)
    if strict:
        headers.setdefault("Permissions-Policy", NO_DEVICES)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if policy and report:
        headers["Content-Security-Policy-Report-Only"] = policy
    elif policy and (strict or "Content-Security-Policy" not in headers):
        headers["Content-Security-Policy"] = policy


def protect_cookie(cookie, is_https):
    """Return a Set-Cookie header with the flags it lacks.

    >>> protect_cookie("session_id=a; HttpOnly; Path=/", True)
    'session_id=a; HttpOnly; Path=/; SameSite=Lax; Secure'
    >>> protect_cookie("a=b; Secure; SameSite=None", True), protect_cookie("a=b", False)
    ('a=b; Secure; SameSite=None', 'a=b; SameSite=Lax')
    """
    flags = {part.strip().partition("=")[0].lower() for part in cookie.split(";")[1:]}
    if "samesite" not in flags:
        cookie += "; SameSite=Lax"
    if is_https and "secure" not in flags:
        cookie += "; Secure"
    return cookie
