# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words that were improved arrive; what people translated otherwise stays.

Odoo keeps terms that are there unless it is told to overwrite; records people may
edit (noupdate) are left even then.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    codes = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms(
        ["helpdesk_service_portal"], codes, overwrite=True
    )
