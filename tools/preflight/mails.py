# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mail in and out: servers, domains and the addresses of teams."""

from odoo.tools import config
from odoo.tools.translate import LazyTranslate

from .finding import MODULE, Finding, named

_lt = LazyTranslate(MODULE)

LOCAL = ("localhost", "127.0.0.1", "::1", "", False, None)


def check_outgoing(env):
    """Invitations, acknowledgements and answers need a server that sends."""
    servers = env["ir.mail_server"].search([])
    host = config.get("smtp_server")
    if servers or host not in LOCAL:
        return [
            Finding(
                "mail_out",
                "good",
                _lt("Outgoing mail"),
                _lt(
                    "Mail is sent by %(server)s.", server=servers[:1].name or str(host)
                ),
            )
        ]
    return [
        Finding(
            "mail_out",
            "warn",
            _lt("Outgoing mail"),
            _lt(
                "No outgoing mail server is set up, so invitations and answers may "
                "stay in the queue: enter yours and test it."
            ),
            action="base.action_ir_mail_server_list",
            button=_lt("Open outgoing mail servers"),
        )
    ]


def check_incoming(env):
    """Answers by mail come from a mailbox, or by a pipe that nobody sees from here."""
    if "fetchmail.server" not in env:
        return []
    servers = env["fetchmail.server"].search([])
    ready = servers.filtered(lambda server: server.state == "done")
    action = {
        "action": "mail.action_email_server_tree",
        "button": _lt("Open incoming mail servers"),
    }
    title = _lt("Incoming mail")
    if not ready:
        return [
            Finding(
                "mail_in",
                "warn",
                title,
                _lt(
                    "No mailbox is fetched: enter the desk's mailbox, or hand mails in "
                    "by your mail server, as the README tells."
                ),
                **action,
            )
        ]
    making = ready.filtered("object_id")
    failing = ready.filtered("error_date")
    if failing:
        return [
            Finding(
                "mail_in",
                "warn",
                title,
                _lt(
                    "At least one mailbox could not be fetched the last time: read "
                    "what its server said."
                ),
                items=named(failing.mapped("name")),
                **action,
            )
        ]
    if making:
        return [
            Finding(
                "mail_in",
                "note",
                title,
                _lt(
                    "At least one mailbox creates a record from each mail, whoever it "
                    "is addressed to: empty “Create a New Record”, so that the "
                    "addresses of the teams decide."
                ),
                items=named(making.mapped("name")),
                **action,
            )
        ]
    return [
        Finding(
            "mail_in",
            "good",
            title,
            _lt("Mail is fetched from %(names)s.", names=ready.mapped("name")),
        )
    ]


def check_domain(env):
    """Addresses of teams need a domain, answers to mails its catch-all."""
    title = _lt("Mail domain")
    action = {
        "action": "mail.mail_alias_domain_action",
        "button": _lt("Open mail domains"),
    }
    if "mail.alias.domain" not in env:
        return []
    domains = env["mail.alias.domain"].search([])
    companies = env["res.company"].search([])
    without = companies.filtered(lambda company: not company.alias_domain_id)
    if without:
        return [
            Finding(
                "mail_domain",
                "warn",
                title,
                _lt(
                    "Without a mail domain the teams of a company have no address, and "
                    "answers by mail find no way back: create one and choose it."
                ),
                items=named(without.mapped("name")),
                **action,
            )
        ]
    bare = domains.filtered(lambda d: not d.catchall_alias or not d.bounce_alias)
    if bare:
        return [
            Finding(
                "mail_domain",
                "warn",
                title,
                _lt(
                    "A domain without addresses for answers and for returned mail "
                    "loses both: fill in “Catchall” and “Bounce”."
                ),
                items=named(bare.mapped("name")),
                **action,
            )
        ]
    return [
        Finding(
            "mail_domain",
            "good",
            title,
            _lt(
                "Mails are sent from and answered to %(names)s.",
                names=domains.mapped("name"),
            ),
        )
    ]


def check_team_addresses(env):
    """A team without an address sends from the company's, and receives nothing."""
    if "helpdesk.ticket.team" not in env:
        return []
    teams = env["helpdesk.ticket.team"].search([])
    without = teams.filtered(lambda team: not team.alias_id.alias_name)
    title = _lt("Addresses of teams")
    if not without:
        if not teams:
            return []
        return [
            Finding(
                "team_addresses",
                "good",
                title,
                _lt("Every team has its e-mail address."),
            )
        ]
    return [
        Finding(
            "team_addresses",
            "note",
            _lt("Teams without an e-mail address (%(count)s)", count=len(without)),
            _lt(
                "Nobody can open a ticket there by mail: enter an address where "
                "customers shall write to."
            ),
            items=named(without.mapped("name")),
            action="helpdesk_mgmt.helpdesk_ticket_team_action",
            button=_lt("Open teams"),
        )
    ]
