# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Preflight: what an administrator should know before the module is installed.

The checks read a database by the models of Odoo and the base, whichever are there;
they never write. ``odoo helpdesk_preflight`` runs them before, ``pre_init_hook``
refuses what cannot go well, and the set-up page shows them afterwards.
"""

from odoo.exceptions import UserError

from . import desk, mails, people, server
from .finding import LEVELS, Finding, translated
from .report import get_verdict, render

__all__ = [
    "Finding",
    "LEVELS",
    "get_verdict",
    "refuse",
    "render",
    "run",
    "translated",
]


def run(env, lang=None, installed=None):
    """Run all checks, worst findings first.

    :param env: an environment of the database, as superuser
    :param lang: language of the sentences; default: that of ``env``
    :param installed: whether the module is; checks that only matter before are left
        out then. Default: as it is.
    :return: list of :class:`Finding`
    """
    if installed is None:
        installed = server.is_installed(env, "helpdesk_service_portal")
    lang = lang or env.context.get("lang") or "en_US"
    # records are named in the same language, where it is loaded
    if env["res.lang"].search_count([("code", "=", lang)]):
        env = env(context={**env.context, "lang": lang})
    findings = []
    for check in _get_checks(installed):
        findings += [found.translated(lang) for found in check(env)]
    return sorted(findings, key=lambda found: LEVELS.index(found.level))


def refuse(env):
    """Stop the installation where it cannot go well.

    :raise UserError: with the sentences of what stops it, and what to do
    """
    lang = env.user.lang or "en_US"
    stops = []
    for check in _get_stopping_checks():
        stops += [found for found in check(env) if found.level == "stop"]
    if stops:
        lines = [found.translated(lang) for found in stops]
        raise UserError(
            "\n\n".join("\n".join(filter(None, _get_lines(line))) for line in lines)
        )


def _get_lines(found):
    return found.text, ", ".join(found.items), found.command


def _get_stopping_checks():
    return [server.check_version, server.check_packages, people.check_logins]


def _get_checks(installed):
    before = [
        server.check_version,
        server.check_packages,
        server.check_addons,
        server.check_pending,
        people.check_logins,
        desk.check_size,
        desk.check_without_team,
        desk.check_without_contact,
        desk.check_stages,
        desk.check_stage_mails,
        desk.check_templates,
        desk.check_portal_rule,
        desk.check_views,
        desk.check_automations,
        server.check_website,
    ]
    always = [
        server.check_extensions,
        server.check_workers,
        server.check_crons,
        server.check_languages,
        server.check_address,
        people.check_accounts,
        people.check_contacts,
        mails.check_outgoing,
        mails.check_incoming,
        mails.check_domain,
        mails.check_team_addresses,
        desk.check_rivals,
        desk.check_neighbours,
        desk.check_first_stages,
        desk.check_without_stage,
    ]
    return always if installed else before + always
