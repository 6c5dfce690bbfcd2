import logging

import psycopg2

from odoo.modules.db import has_trigram, has_unaccent
from odoo.tools import sql

_logger = logging.getLogger(__name__)
BATCH = 1000


def pre_init_hook(env):
    """Prepare accent-blind and quick searching where the database role may."""
    for statement in (
        "CREATE EXTENSION IF NOT EXISTS unaccent",
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "ALTER FUNCTION unaccent(text) IMMUTABLE",
    ):
        try:
            with env.cr.savepoint(flush=False):
                env.cr.execute(statement)
        except psycopg2.Error as error:
            _logger.warning("%s: %s Searching works, but slower.", statement, error)
    env.registry.has_unaccent = has_unaccent(env.cr)
    env.registry.has_trigram = has_trigram(env.cr)


def post_init_hook(env):
    """Give every company a team, every old ticket a team, a requester, its people."""
    companies = env["res.company"].search([])
    companies._create_helpdesk_team()
    # the base leaves both out of its form; customers of ours choose them
    companies.helpdesk_mgmt_portal_select_category = True
    companies.helpdesk_mgmt_portal_type = True
    _fill_teams_and_requesters(env)
    _fill_participants(env)
    _fill_search_text(env)
    _stop_clocks(env)
    for column in ("team_id", "partner_id"):
        sql.set_not_null(env.cr, "helpdesk_ticket", column)


def _fill_teams_and_requesters(env):
    Ticket = env["helpdesk.ticket"].with_context(
        active_test=False, tracking_disable=True
    )
    for ticket in Ticket.search([("team_id", "=", False)]):
        ticket.team_id = ticket.company_id.helpdesk_team_id
    for ticket in Ticket.search([("partner_id", "=", False)]):
        vals = {
            "partner_email": ticket.partner_email,
            "partner_name": ticket.partner_name,
        }
        Ticket._prepare_requester_vals(vals)
        ticket.partner_id = vals["partner_id"]


def _fill_participants(env):
    """Requesters take part; customers who follow a ticket do so, too."""
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO helpdesk_ticket_participant
               (ticket_id, partner_id, source, date_added, included)
        SELECT id, partner_id, 'requester', create_date, TRUE
          FROM helpdesk_ticket WHERE partner_id IS NOT NULL
            ON CONFLICT DO NOTHING
        """
    )
    env.cr.execute(
        """
        INSERT INTO helpdesk_ticket_participant
               (ticket_id, partner_id, source, date_added, included)
        SELECT follower.res_id, follower.partner_id, 'agent', ticket.create_date, TRUE
          FROM mail_followers follower
          JOIN helpdesk_ticket ticket ON ticket.id = follower.res_id
          JOIN res_partner partner ON partner.id = follower.partner_id
         WHERE follower.res_model = 'helpdesk.ticket' AND partner.partner_share IS TRUE
            ON CONFLICT DO NOTHING
        """
    )


def _stop_clocks(env):
    """In teams that have tickets already, nothing begins to happen by itself."""
    demo = env["ir.model.data"].search(
        [
            ("module", "=", "helpdesk_service_portal"),
            ("model", "=", "helpdesk.ticket.team"),
        ]
    )
    groups = (
        env["helpdesk.ticket"]
        .with_context(active_test=False)
        ._read_group([("team_id", "not in", demo.mapped("res_id"))], ["team_id"])
    )
    teams = env["helpdesk.ticket.team"].concat(*(team for (team,) in groups))
    teams.write({"reminder_max": 0, "waiting_limit_hours": 0, "solved_limit_hours": 0})


def _fill_search_text(env):
    Ticket = env["helpdesk.ticket"].with_context(
        active_test=False, tracking_disable=True
    )
    ids = Ticket.search([("search_text", "=", False)]).ids
    for start in range(0, len(ids), BATCH):
        Ticket.browse(ids[start : start + BATCH])._refresh_search_text()
        env.flush_all()
        env.invalidate_all()


def uninstall_hook(env):
    """Give the base its portal rule and its rights back."""
    rule = env.ref(
        "helpdesk_mgmt.helpdesk_ticket_rule_portal", raise_if_not_found=False
    )
    if rule:
        rule.domain_force = (
            "['|', ('partner_id', 'child_of', [user.commercial_partner_id.id]),"
            " ('message_partner_ids', 'child_of', [user.commercial_partner_id.id])]"
        )
    access = env.ref(
        "helpdesk_mgmt.access_helpdesk_ticket_stage_public", raise_if_not_found=False
    )
    if access:
        access.perm_write = True
    for column in ("team_id", "partner_id"):
        sql.drop_not_null(env.cr, "helpdesk_ticket", column)
    _restore_stage_mails(env)


def _restore_stage_mails(env):
    """Stages that send our mails send the base's again, ours are about to go."""
    ours = env["ir.model.data"].search(
        [("module", "=", "helpdesk_service_portal"), ("model", "=", "mail.template")]
    )
    template = env.ref("helpdesk_mgmt.closed_ticket_template", raise_if_not_found=False)
    stages = env["helpdesk.ticket.stage"].with_context(active_test=False)
    stages.search(
        [("mail_template_id", "in", ours.mapped("res_id")), ("closed", "=", True)]
    ).mail_template_id = template
