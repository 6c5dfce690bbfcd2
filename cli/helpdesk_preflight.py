# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import importlib.util
import sys
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config

CHECKS = "odoo.addons.helpdesk_service_portal.tools.preflight"
SIGNS = {"stop": "STOP", "warn": "WARN", "note": "note", "good": "ok"}


class Helpdesk_Preflight(Command):
    """Tell what stands in the way of the Helpdesk Service Portal in a database.

    Reads only. The exit status is 1 when something stops the installation.
    """

    name = "helpdesk_preflight"

    def run(self, args):
        parser = self.parser
        parser.add_argument("-c", "--config", help="Odoo's configuration file")
        parser.add_argument("-d", "--database", required=True)
        parser.add_argument("--addons-path", help="folders of addons, by commas")
        parser.add_argument("--html", type=Path, help="write a page to this file")
        parser.add_argument(
            "--lang", help="language of the report, as es or en_US; default: yours"
        )
        options = parser.parse_args(args)
        settings = ["--no-http", "-d", options.database]
        for name in ("config", "addons_path"):
            if value := getattr(options, name):
                settings += [f"--{name.replace('_', '-')}", value]
        config.parse_config(settings, setup_logging=True)
        preflight = load_checks()
        with Registry(options.database).cursor() as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            env = api.Environment(cr, SUPERUSER_ID, {})
            lang = options.lang or env.ref("base.user_admin").lang or "en_US"
            findings = preflight.run(env, lang=lang)
            address = env["ir.config_parameter"].get_param("web.base.url") or ""
            cr.rollback()
        self._tell(preflight, findings, lang)
        if options.html:
            page = preflight.render(findings, options.database, address, lang)
            options.html.write_text(page, encoding="utf-8")
            _out(str(options.html.absolute()))
        sys.exit(int(any(found.level == "stop" for found in findings)))

    def _tell(self, preflight, findings, lang):
        for found in findings:
            _out(f"{SIGNS[found.level]:<5} {found.title}: {found.text}")
            if found.items:
                _out(f"      {' · '.join(found.items)}")
            if found.command:
                _out(f"      $ {found.command}")
            elif found.action:
                _out(f"      → /odoo/action-{found.action}")
        _out(preflight.translated(preflight.get_verdict(findings), lang))


def load_checks():
    """The checks, without the module around them, which may not be importable yet."""
    if CHECKS in sys.modules:
        return sys.modules[CHECKS]
    folder = Path(__file__).resolve().parent.parent / "tools/preflight"
    spec = importlib.util.spec_from_file_location(
        CHECKS, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = sys.modules[CHECKS] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _out(line):
    sys.stdout.write(f"{line}\n")
