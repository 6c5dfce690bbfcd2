# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The desk that lives already: its tickets, stages, rules, views and neighbours."""

from odoo.tools.translate import LazyTranslate

from .finding import MODULE, Finding, named
from .server import is_installed, uninstall_command

_lt = LazyTranslate(MODULE)

#: what the base's rule says before anybody changes it
PORTAL_RULE = """['|',
    ('partner_id', 'child_of', [user.commercial_partner_id.id]),
    ('message_partner_ids','child_of',[user.commercial_partner_id.id])]"""
BASE_STAGES = tuple(
    f"helpdesk_mgmt.helpdesk_ticket_stage_{name}"
    for name in ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")
)
BASE_TEMPLATES = tuple(
    f"helpdesk_mgmt.{name}_template"
    for name in ("assignment_email", "closed_ticket", "changed_stage")
)
#: measured on two cores, see README: seconds of any installation, tickets a second,
#: and bytes that a ticket adds to the database
INSTALL_SECONDS = 90
TICKETS_A_SECOND = 250
BYTES_A_TICKET = 2_000
#: addons that do what this module does, each its own way, with the same tickets
RIVALS = {
    "helpdesk_ticket_close_inactive": _lt(
        "Close inactive tickets warns and closes beside our clock, even when the "
        "customer has answered: uninstall it, then set waiting times on each team."
    ),
    "helpdesk_ticket_partner_response": _lt(
        "Partner response moves tickets that we move, too, when a customer answers: "
        "uninstall it, the kinds of stages do the same."
    ),
    "helpdesk_portal_priority": _lt(
        "Portal priority changes the standard form, which this module replaces by one "
        "with priorities: uninstall it."
    ),
}
NEIGHBOURS = {
    "helpdesk_mgmt_sla": _lt(
        "SLA lets customers read other customers' tickets over the network interface, "
        "and deadlines stand in two places: use the promises of each team instead."
    ),
    "helpdesk_mgmt_rating": _lt(
        "Rating sends a mail of its own for a stage that has one of ours, so customers "
        "get two: empty the rating mail of the stages."
    ),
}
MENDED_IN_STAGES = ("helpdesk_mgmt_rating",)


def has_desk(env):
    return "helpdesk.ticket" in env


def check_size(env):
    """How many tickets there are, and what installing over them will take."""
    if not has_desk(env):
        return []
    env.cr.execute(
        "SELECT count(*), pg_database_size(current_database()) FROM helpdesk_ticket"
    )
    count, size = env.cr.fetchone()
    minutes = (INSTALL_SECONDS + count / TICKETS_A_SECOND) / 60
    return [
        Finding(
            "size",
            "note",
            _lt("Time and disk"),
            _lt(
                "Installing over %(count)s tickets takes about %(minutes)s minutes and "
                "%(disk)s MB in a database of %(size)s MB, and nobody can work "
                "meanwhile: save database and files first.",
                count=count,
                minutes=max(2, round(minutes)),
                disk=round(40 + count * BYTES_A_TICKET / 1e6),
                size=round(size / 1e6),
            ),
            command=f"odoo db dump {env.cr.dbname} {env.cr.dbname}.zip",
        )
    ]


def check_without_team(env):
    """Every ticket has a team; who gets those that have none."""
    if not has_desk(env):
        return []
    env.cr.execute(
        """
        SELECT company.name, count(*) FROM helpdesk_ticket ticket
          JOIN res_company company ON company.id = ticket.company_id
         WHERE ticket.team_id IS NULL GROUP BY company.name ORDER BY 1
        """
    )
    rows = env.cr.fetchall()
    if not rows:
        return []
    return [
        Finding(
            "without_team",
            "note",
            _lt("Tickets without a team (%(count)s)", count=sum(dict(rows).values())),
            _lt(
                "Each gets the team of whoever it is assigned to, else the first team "
                "of its company, created where there is none: choose others before, if "
                "you prefer."
            ),
            items=[f"{company}: {count}" for company, count in rows],
            action="helpdesk_mgmt.helpdesk_ticket_action",
            button=_lt("Open tickets"),
        )
    ]


def check_without_contact(env):
    """Every ticket has somebody who asked; who is that where nobody is named."""
    if not has_desk(env):
        return []
    env.cr.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE partner_email LIKE '%%_@_%%')
          FROM helpdesk_ticket WHERE partner_id IS NULL
        """
    )
    count, known = env.cr.fetchone()
    if not count:
        return []
    found = Finding(
        "without_contact",
        "note",
        _lt("Tickets without a contact (%(count)s)", count=count),
        _lt(
            "Each gets the contact of its e-mail address, created where there is none: "
            "choose others before, if you prefer."
        ),
        action="helpdesk_mgmt.helpdesk_ticket_action",
        button=_lt("Open tickets"),
    )
    if known < count:
        found.level = "warn"
        found.text = _lt(
            "Each gets the contact of its e-mail address, created where there is none, "
            "and those without an address (%(unknown)s) one called “Unknown "
            "requester”, to whom nobody can write: choose theirs before.",
            unknown=count - known,
        )
    return [found]


def check_without_stage(env):
    """The base allows tickets without a stage; nobody's turn, in no list by stage."""
    if not has_desk(env):
        return []
    env.cr.execute("SELECT count(*) FROM helpdesk_ticket WHERE stage_id IS NULL")
    (count,) = env.cr.fetchone()
    if not count:
        return []
    return [
        Finding(
            "without_stage",
            "warn",
            _lt("Tickets without a stage (%(count)s)", count=count),
            _lt(
                "They are nobody's turn and stand in no stage of the board: give each "
                "of them one."
            ),
            action="helpdesk_mgmt.helpdesk_ticket_action",
            button=_lt("Open tickets"),
        )
    ]


def check_stages(env):
    """Stages of the desk's own mean what their flags say until told otherwise."""
    if "helpdesk.ticket.stage" not in env:
        return []
    stages = env["helpdesk.ticket.stage"].with_context(active_test=False).search([])
    stages -= _get_records(env, BASE_STAGES)
    closed = stages.filtered("closed")
    working = stages.filtered(lambda s: not s.closed and not s.unattended)
    findings = []
    if closed:
        findings.append(
            Finding(
                "stages_closed",
                "warn",
                _lt("Closed stages of your own (%(count)s)", count=len(closed)),
                _lt(
                    "They count as closed for good, where an answer opens a new "
                    "ticket: choose the kind “Solved” after installing for those that "
                    "an answer shall reopen."
                ),
                items=named(closed.mapped("name")),
                action="helpdesk_mgmt.helpdesk_ticket_stage_action",
                button=_lt("Open stages"),
            )
        )
    if working:
        findings.append(
            Finding(
                "stages_working",
                "note",
                _lt("Open stages of your own (%(count)s)", count=len(working)),
                _lt(
                    "They count as “In progress”, where it is our turn: choose another "
                    "kind after installing for those that wait for somebody else."
                ),
                items=named(working.mapped("name")),
                action="helpdesk_mgmt.helpdesk_ticket_stage_action",
                button=_lt("Open stages"),
            )
        )
    return findings


def check_first_stages(env):
    """A team whose first stage is closed would create closed tickets."""
    if "helpdesk.ticket.team" not in env:
        return []
    teams = env["helpdesk.ticket.team"].search([])
    wrong = teams.filtered(
        lambda team: (
            team._get_applicable_stages()[:1].closed
            or not team._get_applicable_stages()
        )
    )
    if not wrong:
        return []
    return [
        Finding(
            "first_stages",
            "warn",
            _lt("Teams without a first stage (%(count)s)", count=len(wrong)),
            _lt(
                "Their first stage is a closed one, or they have none, so a new ticket "
                "would be closed at once or without a stage: put an open one first."
            ),
            items=named(wrong.mapped("name")),
            action="helpdesk_mgmt.helpdesk_ticket_stage_action",
            button=_lt("Open stages"),
        )
    ]


def check_stage_mails(env):
    """The base's stages get mails of ours; those of the desk's own are replaced."""
    stages = _get_records(env, BASE_STAGES)
    if not stages:
        return []
    templates = _get_records(env, BASE_TEMPLATES)
    own = stages.filtered(
        lambda stage: stage.mail_template_id and stage.mail_template_id not in templates
    )
    if not own:
        return []
    return [
        Finding(
            "stage_mails",
            "warn",
            _lt("Stages that send your own mails (%(count)s)", count=len(own)),
            _lt(
                "Ours replace the mails of the standard stages, yours, too: choose "
                "yours again after installing, if you prefer them."
            ),
            items=named(
                f"{stage.name}: {stage.mail_template_id.name}" for stage in own
            ),
            action="helpdesk_mgmt.helpdesk_ticket_stage_action",
            button=_lt("Open stages"),
        )
    ]


def check_templates(env):
    """Mails of the base that somebody rewrote are not used any more."""
    templates = _get_records(env, BASE_TEMPLATES)
    changed = templates.filtered(
        lambda template: (
            template.write_date > template.create_date
            and template.write_uid.id != env.ref("base.user_root").id
        )
    )
    if not changed:
        return []
    return [
        Finding(
            "templates",
            "note",
            _lt("Rewritten standard mails (%(count)s)", count=len(changed)),
            _lt(
                "They make way for ours, which have one layout and a button: copy your "
                "words over to them after installing."
            ),
            items=named(changed.mapped("name")),
            action="mail.action_email_template_tree_all",
            button=_lt("Open mail templates"),
        )
    ]


def check_portal_rule(env):
    """Who sees which tickets is decided anew; a rule changed here is lost."""
    rule = env.ref(
        "helpdesk_mgmt.helpdesk_ticket_rule_portal", raise_if_not_found=False
    )
    if not rule or "".join(rule.domain_force.split()) == "".join(PORTAL_RULE.split()):
        return []
    return [
        Finding(
            "portal_rule",
            "warn",
            _lt("Rule for customers"),
            _lt(
                "The rule for which tickets customers see was changed here and makes "
                "way for ours, which asks each contact's scope, until you uninstall: "
                "set the scopes to match yours."
            ),
            items=[" ".join(rule.domain_force.split())],
            action="base.action_rule",
            button=_lt("Open rules"),
        )
    ]


def check_views(env):
    """Pages of the base that were changed here are replaced by pages of ours."""
    views = env["ir.ui.view"].with_context(active_test=False)
    # portal pages: those of the base by their key, and what hangs on them
    pages = views.search(
        [("key", "=like", "helpdesk_mgmt.%"), ("type", "=", "qweb")], order="key"
    )
    changed = pages.filtered("arch_updated")
    if "website_id" in views:
        changed |= pages.filtered("website_id")
    foreign = views.search([("inherit_id", "in", pages.ids)], order="key") - pages
    known = ("helpdesk_type", "helpdesk_mgmt", MODULE)
    changed |= foreign.filtered(lambda v: (v.key or "").split(".")[0] not in known)
    if not changed:
        return []
    return [
        Finding(
            "views",
            "warn",
            _lt("Changed portal pages (%(count)s)", count=len(changed)),
            _lt(
                "Changes to the standard portal pages stop showing, because ours "
                "replace those pages: make them again on ours, if you need them."
            ),
            items=named(view.key or view.name for view in changed),
            action="base.action_ui_view",
            button=_lt("Open views"),
        )
    ]


def check_automations(env):
    """Automation rules on tickets fire when the installation fills in fields."""
    if "base.automation" not in env or not has_desk(env):
        return []
    rules = env["base.automation"].search([("model_name", "=", "helpdesk.ticket")])
    if not rules:
        return []
    return [
        Finding(
            "automations",
            "warn",
            _lt("Automation rules on tickets (%(count)s)", count=len(rules)),
            _lt(
                "They may fire while tickets get their team and contact: archive them "
                "until the installation is over."
            ),
            items=named(rules.mapped("name")),
            action="base_automation.base_automation_act",
            button=_lt("Open automation rules"),
        )
    ]


def check_rivals(env):
    """Addons that would do the same work a second time."""
    return [
        Finding(
            name,
            "warn",
            _lt("Rival addon: %(name)s", name=name),
            text,
            command=uninstall_command(env, name),
        )
        for name, text in RIVALS.items()
        if is_installed(env, name)
    ]


def check_neighbours(env):
    """Addons that work beside ours, with something to know."""
    findings = []
    for name, text in NEIGHBOURS.items():
        if is_installed(env, name):
            found = Finding(
                name, "note", _lt("Addon beside ours: %(name)s", name=name), text
            )
            if name in MENDED_IN_STAGES:
                found.action = "helpdesk_mgmt.helpdesk_ticket_stage_action"
                found.button = _lt("Open stages")
            else:
                found.command = uninstall_command(env, name)
            findings.append(found)
    return findings


def _get_records(env, xmlids):
    """The records that are still there, of one model."""
    records = [env.ref(xmlid, raise_if_not_found=False) for xmlid in xmlids]
    records = [record for record in records if record]
    return records[0].concat(*records[1:]) if records else env["res.company"]
