import logging

import psycopg2

from odoo.modules.db import has_trigram, has_unaccent

from .tools import base_snapshot, moving_in, preflight

_logger = logging.getLogger(__name__)


def pre_init_hook(env):
    """Complete what the base holds before our models and data are loaded.

    :raise UserError: when the preflight finds what cannot go well
    """
    preflight.refuse(env)
    _create_extensions(env)
    base_snapshot.take(env.cr)
    moving_in.prepare(env)


def _create_extensions(env):
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
    """Give every company a team; old tickets their people, no clock, and the rest.

    Requesters and customers who follow see at once what they saw; what takes longer
    is left to the back-fill. Nobody is mailed, and nothing is posted.
    """
    is_living = moving_in.is_living_desk(env.cr)
    companies = env["res.company"].search([])
    companies._create_helpdesk_team()
    if not is_living:
        # the base leaves both out of its form; customers of ours choose them
        companies.helpdesk_mgmt_portal_select_category = True
        companies.helpdesk_mgmt_portal_type = True
    backfill = env["helpdesk.backfill"]
    backfill._add_requesters()
    backfill._add_followers()
    if is_living:
        backfill._plan()
        env["helpdesk.scope.wizard"]._open_choice()
    else:
        backfill._do_all_now()
    env["helpdesk.ticket.team"]._turn_clocks_off_for_living_desk()
    _load_our_words(env)
    env["helpdesk.leaving.change"]._record()


def _load_our_words(env):
    """What we rename of the base is named so in the languages it has already.

    Odoo keeps the translations it finds: the base's own.
    """
    codes = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms(
        ["helpdesk_service_portal"], codes, overwrite=True
    )


def uninstall_hook(env):
    """Export what only we hold, then give the base back what was its own."""
    archive = env["helpdesk.leaving"]._export()
    _logger.info("Exported to the file %r, attachment %s", archive.name, archive.id)
    env["helpdesk.leaving"]._give_back()
