# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import MissingError

from ..tools.attachment_policy import served_type
from .ir_attachment import FILE_MODELS

CONTENT_FIELDS = ("raw", "datas", "db_datas")


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
        """Files of tickets are opened by who sees them on the ticket's page, files of
        articles by who finds the article.

        By their session or by a link of their own; the core's tokens name nobody and
        outlive every right. Confidential ones have a door of their own.

        :raise MissingError: for everybody else
        """
        if not xmlid and res_model == "ir.attachment" and res_id:
            # sudo: ir.attachment - what it belongs to; the right is checked below
            file_sudo = self.env["ir.attachment"].sudo().browse(int(res_id)).exists()
            if file_sudo.helpdesk_is_confidential:
                raise MissingError(self.env._("This file is confidential."))
            if file_sudo._is_of_ticket():
                if file_sudo._is_open_to_reader(access_token):
                    return file_sudo
                access_token = None
            elif file_sudo._is_of_article():
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

    def _record_to_stream(self, record, field_name):
        """Each opening of a confidential file is noted."""
        if record._name == "ir.attachment":
            # what sudo reads is in memory then, and nothing checks it any more
            record.check_access("read")
            file_sudo = record.sudo()  # sudo: ir.attachment - what kind of file it is
            if file_sudo.helpdesk_is_confidential:
                file_sudo._note_opening()
        return super()._record_to_stream(record, field_name)

    def _get_stream_from(self, record, field_name="raw", *args, **kwargs):
        """What browsers could run, SVG and HTML above all, is never shown by them.

        Whatever type it is stored with, or the address asks for.
        """
        stream = super()._get_stream_from(record, field_name, *args, **kwargs)
        if record._name == "ir.attachment" and field_name in CONTENT_FIELDS:
            # sudo: ir.attachment - what it belongs to; the caller checked the right
            file_sudo = record.sudo()
            if file_sudo.res_model in FILE_MODELS:
                stream.mimetype = served_type(file_sudo.mimetype)
        return stream
