# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Accounts and contacts: one address, one person."""

from odoo.tools.translate import LazyTranslate

from .finding import MODULE, Finding, named

_lt = LazyTranslate(MODULE)


def check_logins(env):
    """The addon for logins in small letters refuses two that differ only in case."""
    env.cr.execute(
        """
        SELECT string_agg(login, ' / ' ORDER BY login COLLATE "C") FROM res_users
         GROUP BY lower(login) HAVING count(*) > 1 ORDER BY 1
        """
    )
    logins = [row[0] for row in env.cr.fetchall()]
    if not logins:
        return [
            Finding(
                "logins",
                "good",
                _lt("Logins"),
                _lt("No two logins differ only in upper and lower case."),
            )
        ]
    return [
        Finding(
            "logins",
            "stop",
            _lt("Logins that differ only in case (%(count)s)", count=len(logins)),
            _lt(
                "The addon for case-insensitive logins refuses two logins that differ "
                "only in upper and lower case: rename one of each, of archived users, "
                "too."
            ),
            items=named(logins),
            action="base.action_res_users",
            button=_lt("Open users"),
        )
    ]


def check_accounts(env):
    """Customers with the same address share mails, and only one can sign in by it."""
    if not _has_addresses(env):
        return []
    env.cr.execute(
        """
        SELECT partner.email_normalized
          FROM res_users account
          JOIN res_partner partner ON partner.id = account.partner_id
         WHERE account.active AND partner.email_normalized IS NOT NULL
         GROUP BY partner.email_normalized
        HAVING count(*) > 1 AND bool_or(account.share) ORDER BY 1
        """
    )
    addresses = [row[0] for row in env.cr.fetchall()]
    if not addresses:
        return []
    return [
        Finding(
            "accounts",
            "warn",
            _lt("Several accounts, one address (%(count)s)", count=len(addresses)),
            _lt(
                "One address is one account here, and accounts that share one can no "
                "longer be changed: archive all but one, or give each its own address."
            ),
            items=named(addresses),
            action="base.action_res_users",
            button=_lt("Open users"),
        )
    ]


def check_contacts(env):
    """A mail from an address of several contacts is one of them's."""
    if not _has_addresses(env):
        return []
    env.cr.execute(
        """
        SELECT email_normalized, count(*) FROM res_partner
         WHERE active AND NOT is_company AND email_normalized IS NOT NULL
         GROUP BY email_normalized HAVING count(*) > 1
         ORDER BY count(*) DESC, email_normalized
        """
    )
    rows = env.cr.fetchall()
    if not rows:
        return []
    return [
        Finding(
            "contacts",
            "note",
            _lt("Several contacts, one address (%(count)s)", count=len(rows)),
            _lt(
                "A mail from an address of several contacts counts as written by the "
                "one with an account, else by the oldest: merge those that are one "
                "person."
            ),
            items=named(f"{email} ({count})" for email, count in rows),
            action=(
                "contacts.action_contacts"
                if env.ref("contacts.action_contacts", raise_if_not_found=False)
                else "base.action_partner_form"
            ),
            button=_lt("Open contacts"),
        )
    ]


def _has_addresses(env):
    """Normalised addresses come with Discuss, which a bare database may lack."""
    return "email_normalized" in env["res.partner"]._fields
