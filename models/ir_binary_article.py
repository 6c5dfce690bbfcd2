# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        """Files of articles are opened by who finds the article."""
        if not xmlid and res_model == "ir.attachment" and res_id:
            # sudo: ir.attachment - what it belongs to; the right is checked below
            file_sudo = self.env["ir.attachment"].sudo().browse(int(res_id)).exists()
            if file_sudo._is_of_article():
                if file_sudo.sudo(False)._is_open_to_article_reader():
                    return file_sudo
                access_token = None
        return super()._find_record(
            xmlid=xmlid,
            res_model=res_model,
            res_id=res_id,
            access_token=access_token,
            field=field,
        )
