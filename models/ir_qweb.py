# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo import models, tools


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _compile(self, template):
        """Keep the compiled words of notices: compiling takes longer than printing.

        The core keeps those of views only. Other words are another source.
        """
        if not isinstance(template, etree._Element) or (
            not self.env.context.get("helpdesk_keep_compiled")
        ):
            return super()._compile(template)
        source = etree.tostring(template, encoding="unicode")
        return self._compile_source(source, template)

    @tools.ormcache(
        "source",
        "tuple(self.env.context.get(k) or False"
        " for k in self._get_template_cache_keys())",
        cache="templates",
    )
    def _compile_source(self, source, template):
        return self._generate_code_uncached(template)
