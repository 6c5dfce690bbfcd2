# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the module stands on: Odoo, Python, PostgreSQL, languages, its configuration."""

import importlib.util
import shlex
import sys

from odoo import release
from odoo.modules import Manifest
from odoo.tools import config
from odoo.tools.translate import LazyTranslate

from .finding import MODULE, Finding, named

_lt = LazyTranslate(MODULE)

SERIES = 19
#: packages whose names for pip differ from those for import
PIP_NAMES = {"pillow_heif": "pillow-heif"}
EXTENSIONS = ("unaccent", "pg_trgm")
#: a scheduled action that is late by more than this does not run at all
LATE_HOURS = 2


def is_installed(env, name):
    env.cr.execute(
        "SELECT 1 FROM ir_module_module WHERE name = %s AND state IN"
        " ('installed', 'to upgrade', 'to install')",
        [name],
    )
    return bool(env.cr.fetchone())


def uninstall_command(env, name):
    return f"odoo module uninstall -d {shlex.quote(env.cr.dbname)} {name}"


def check_version(env):
    found = release.version_info[0]
    if found == SERIES:
        return [
            Finding(
                "version",
                "good",
                "Odoo",
                _lt("This is Odoo %(version)s.", version=release.series),
            )
        ]
    return [
        Finding(
            "version",
            "stop",
            "Odoo",
            _lt(
                "This is Odoo %(version)s, and the module is made for %(series)s.0: "
                "install it on a server of that version.",
                version=release.series,
                series=SERIES,
            ),
        )
    ]


def check_packages(env):
    """Python packages that the module needs, in the Python that runs Odoo."""
    manifest = Manifest.for_addon(MODULE, display_warning=False) or {}
    needed = manifest.get("external_dependencies", {}).get("python", [])
    missing = [name for name in needed if not importlib.util.find_spec(name)]
    title = _lt("Python packages")
    if not missing:
        return [
            Finding(
                "packages",
                "good",
                title,
                _lt("%(names)s are there.", names=[str(name) for name in needed]),
            )
        ]
    names = [PIP_NAMES.get(name, name) for name in missing]
    return [
        Finding(
            "packages",
            "stop",
            title,
            _lt(
                "Odoo's Python lacks %(names)s: install what is missing, then start "
                "Odoo again.",
                names=names,
            ),
            command=f"{shlex.quote(sys.executable)} -m pip install {' '.join(names)}",
        )
    ]


def check_addons(env):
    """Addons that the module depends on, in the folders where Odoo looks."""
    manifest = Manifest.for_addon(MODULE, display_warning=False) or {}
    missing = [
        name
        for name in manifest.get("depends", [])
        if not Manifest.for_addon(name, display_warning=False)
    ]
    if not missing:
        return []
    packages = [f"odoo-addon-{name}" for name in missing]
    return [
        Finding(
            "addons",
            "stop",
            _lt("Addons it depends on"),
            _lt(
                "Odoo does not find the addons %(names)s: put them into a folder of "
                "its addons path.",
                names=missing,
            ),
            command=f"{shlex.quote(sys.executable)} -m pip install --no-deps "
            + " ".join(f"'{name}>={SERIES},<{SERIES + 1}'" for name in packages),
        )
    ]


def check_pending(env):
    """A database in the middle of something is finished with that first."""
    env.cr.execute(
        "SELECT name FROM ir_module_module WHERE state LIKE 'to %%'"
        " AND name != %s ORDER BY name",
        [MODULE],
    )
    names = [row[0] for row in env.cr.fetchall()]
    if not names:
        return []
    return [
        Finding(
            "pending",
            "warn",
            _lt("Unfinished modules (%(count)s)", count=len(names)),
            _lt(
                "Modules that wait to be installed, updated or removed would be so "
                "along with this one: let Odoo finish first."
            ),
            items=named(names),
            command=f"odoo -d {shlex.quote(env.cr.dbname)} -u base --stop-after-init",
        )
    ]


def check_extensions(env):
    """Searching without accents and with typing errors, quick on many tickets."""
    cr = env.cr
    cr.execute(
        "SELECT extname FROM pg_extension WHERE extname = ANY(%s)", [list(EXTENSIONS)]
    )
    there = {row[0] for row in cr.fetchall()}
    cr.execute(
        """
        SELECT name, bool_or(trusted) FROM pg_available_extension_versions
         WHERE name = ANY(%s) GROUP BY name
        """,
        [list(EXTENSIONS)],
    )
    trusted = dict(cr.fetchall())
    cr.execute(
        """
        SELECT rolsuper, has_database_privilege(current_database(), 'CREATE')
          FROM pg_roles WHERE rolname = current_user
        """
    )
    superuser, may_create = cr.fetchone()
    title = _lt("PostgreSQL extensions")
    missing = [name for name in EXTENSIONS if name not in there]
    if not missing:
        return [_check_unaccent(env, title)]
    refused = [
        name
        for name in missing
        if name not in trusted or not (superuser or trusted[name] and may_create)
    ]
    statements = "; ".join(f"CREATE EXTENSION {name}" for name in refused or missing)
    command = f'psql -d {shlex.quote(cr.dbname)} -c "{statements}"'
    if not refused:
        return [
            Finding(
                "extensions",
                "note",
                title,
                _lt(
                    "%(names)s will be created when the module is installed, your "
                    "database role may do so.",
                    names=missing,
                ),
                command=command,
            )
        ]
    return [
        Finding(
            "extensions",
            "warn",
            title,
            _lt(
                "Searching works, but slower and with accents, until a database "
                "administrator adds %(names)s.",
                names=refused,
            ),
            command=command,
        )
    ]


def _check_unaccent(env, title):
    """Odoo uses unaccent only where it is marked as always giving the same answer."""
    env.cr.execute(
        "SELECT bool_or(provolatile = 'i') FROM pg_proc"
        " WHERE proname = 'unaccent' AND pronargs = 1"
    )
    (immutable,) = env.cr.fetchone()
    if immutable:
        return Finding(
            "extensions",
            "good",
            title,
            _lt("%(names)s are there.", names=list(EXTENSIONS)),
        )
    statement = "ALTER FUNCTION unaccent(text) IMMUTABLE"
    return Finding(
        "extensions",
        "note",
        title,
        _lt(
            "unaccent is there and not used, because it is not marked as immutable: "
            "installing does so, where the database role owns it."
        ),
        command=f'psql -d {shlex.quote(env.cr.dbname)} -c "{statement}"',
    )


def check_workers(env):
    """One process serves everybody one after the other, and crons beside."""
    workers, crons = config["workers"], config["max_cron_threads"]
    title = _lt("Workers and scheduled actions")
    save = "odoo -c odoo.conf %s --save --stop-after-init"
    if not crons:
        return [
            Finding(
                "workers",
                "warn",
                title,
                _lt(
                    "This configuration runs no scheduled actions (max_cron_threads is "
                    "0), and without them no mail leaves and no clock ticks: allow "
                    "two, here or on another server of this database."
                ),
                command=save % "--max-cron-threads=2",
            )
        ]
    if not workers:
        return [
            Finding(
                "workers",
                "warn",
                title,
                _lt(
                    "Odoo runs as one process here, where one slow page makes "
                    "everybody wait: give it workers, two for each processor and one "
                    "more."
                ),
                command=save % "--workers=5 --max-cron-threads=2",
            )
        ]
    return [
        Finding(
            "workers",
            "good",
            title,
            _lt(
                "%(workers)s workers answer, %(crons)s run scheduled actions.",
                workers=workers,
                crons=crons,
            ),
        )
    ]


def check_crons(env):
    """Reminders, time-outs and mails are sent by scheduled actions."""
    env.cr.execute(
        """
        SELECT cron_name FROM ir_cron
         WHERE active AND nextcall < (now() AT TIME ZONE 'UTC')
                                   - make_interval(hours => %s)
         ORDER BY nextcall
        """,
        [LATE_HOURS],
    )
    names = [row[0] for row in env.cr.fetchall()]
    if not names:
        return []
    return [
        Finding(
            "crons",
            "warn",
            _lt("Late scheduled actions (%(count)s)", count=len(names)),
            _lt(
                "Nothing seems to have run them for more than %(hours)s hours, and "
                "without them no mail leaves: see that Odoo serves this database.",
                hours=LATE_HOURS,
            ),
            items=named(names),
            action="base.ir_cron_act",
            button=_lt("Open scheduled actions"),
        )
    ]


def check_languages(env):
    """Spanish is loaded, and the website offers what is loaded."""
    loaded = [code for code, _name in env["res.lang"].get_installed()]
    spanish = [code for code in loaded if code.startswith("es")]
    title = _lt("Languages")
    if not spanish:
        return [
            Finding(
                "languages",
                "note",
                title,
                _lt(
                    "Spanish is not loaded: load it before installing if your "
                    "customers read it, and the portal comes with it."
                ),
                command=f"odoo i18n loadlang -d {shlex.quote(env.cr.dbname)} -l es_419",
            )
        ]
    if "website" in env:
        websites = env["website"].search([])
        without = websites.filtered(
            lambda site: not set(site.language_ids.mapped("code")) & set(spanish)
        )
        if without:
            return [
                Finding(
                    "languages",
                    "note",
                    title,
                    _lt(
                        "Spanish is loaded and not offered on every website: add it to "
                        "the languages of those whose customers read it."
                    ),
                    items=named(without.mapped("name")),
                    action="website.action_website_list",
                    button=_lt("Open websites"),
                )
            ]
    return [
        Finding(
            "languages",
            "good",
            title,
            _lt("Loaded: %(codes)s.", codes=loaded),
        )
    ]


def check_website(env):
    """The website comes along, which changes what stands at the root address."""
    if not is_installed(env, "website"):
        return [
            Finding(
                "website",
                "note",
                _lt("Website"),
                _lt(
                    "The website is installed along, so the address of this Odoo shows "
                    "its home page and no longer the sign-in page: after installing, "
                    "this command leads to the customer portal instead."
                ),
                command="echo \"env['website'].search([]).homepage_url = '/my';"
                f' env.cr.commit()" | odoo shell -d {shlex.quote(env.cr.dbname)}',
            )
        ]
    websites = env["website"].search([])
    if len(websites) == 1:
        return []
    return [
        Finding(
            "website",
            "note",
            _lt("Websites (%(count)s)", count=len(websites)),
            _lt(
                "Each website shows the help center and the tickets of its own "
                "company: check that each has the right one."
            ),
            items=named(f"{site.name}: {site.company_id.name}" for site in websites),
            action="website.action_website_list",
            button=_lt("Open websites"),
        )
    ]


def check_address(env):
    """Links in mails lead to this address."""
    address = env["ir.config_parameter"].get_param("web.base.url") or ""
    host = address.partition("://")[2].partition("/")[0].rpartition(":")[0] or address
    if address.startswith("https://") and "localhost" not in host:
        return []
    return [
        Finding(
            "address",
            "warn",
            _lt("Address in mails"),
            _lt(
                "Links in mails lead to %(address)s, which customers cannot open or "
                "which is not encrypted: enter the address they use as web.base.url.",
                address=address or "–",
            ),
            action="base.ir_config_list_action",
            button=_lt("Open system parameters"),
        )
    ]
