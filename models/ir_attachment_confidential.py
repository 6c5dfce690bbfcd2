# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class IrAttachment(models.Model):
    """Confidential files (S4-28): the team opens them, each opening is noted.

    They belong to their ticket and to no message, so that no mail carries them. Reading
    and searching files passes them by, whatever somebody's rights: they are opened by a
    POST to an address of their own, so that no link and no GET does it unnoticed.
    """

    _inherit = "ir.attachment"

    helpdesk_is_confidential = fields.Boolean(
        string="Confidential",
        readonly=True,
        help="Only the support team opens this file, and each opening is noted.",
    )
    helpdesk_message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Came with",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The message a confidential file came with; empty: with the request.",
    )
    helpdesk_opened_date = fields.Datetime(
        string="First opened on",
        readonly=True,
        help="When our team first opened this confidential file.",
    )

    def _check_access(self, operation):
        """Nobody reads, changes or deletes confidential files over the doors of all."""
        res = super()._check_access(operation)
        forbidden = res[0] if res else self.browse()
        # sudo: ir.attachment - what kind of file it is, and nothing else: what is in
        # memory is read without another check
        rest = (self - forbidden).sudo()
        rest.fetch(["helpdesk_is_confidential"])
        confidential = rest.filtered("helpdesk_is_confidential")
        if not confidential:
            return res
        confidential.invalidate_recordset(["helpdesk_is_confidential"])
        error = res[1] if res else self._make_confidential_error
        return forbidden | confidential.sudo(False), error

    def _make_confidential_error(self):
        return AccessError(
            self.env._("This file is confidential: open it in its ticket.")
        )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Searches of people pass confidential files by."""
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & Domain("helpdesk_is_confidential", "=", False)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _find_confidential(self, file_id):
        """Return a confidential file that the user may open, as sudo; none is none."""
        # sudo: ir.attachment - what it belongs to; the right is checked here
        file_sudo = self.sudo().browse(file_id).exists()
        if file_sudo.helpdesk_is_confidential and file_sudo._is_open_to_team():
            return file_sudo
        return self.sudo().browse()

    def _get_confidential_values(self):
        """Return what the page of this (sudo) file says before it is opened."""
        self.ensure_one()
        ticket = self.env["helpdesk.ticket"].browse(self.res_id)
        return {
            "url": self._get_confidential_url(),
            "name": self.name,
            "size": ticket._portal_size_text(self.file_size),
            "sender": self.create_uid.name,
            "ticket": ticket.display_name,
            "ticket_url": f"/odoo/helpdesk.ticket/{ticket.id}",
        }

    def _get_confidential_url(self):
        """Return where the team opens this file."""
        self.ensure_one()
        return f"/helpdesk/confidential/{self.id}"

    def _is_open_to_team(self):
        """Tell whether the user is of the team that opens this (sudo) file."""
        self.ensure_one()
        # as the user, whose own right it is
        ticket = self.env["helpdesk.ticket"].browse(self.res_id)
        return (
            self.res_model == ticket._name
            and self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
            and bool(ticket.sudo(False).exists())
            and ticket._is_read_by_staff()
        )

    def _note_opening(self):
        """Note in the audit who opens this (sudo) file; its sender sees it."""
        self.ensure_one()
        self.env["helpdesk.audit"]._log(
            "confidential_file",
            partner=self.create_uid.partner_id,
            ticket=self.env["helpdesk.ticket"].browse(self.res_id),
            details=self.name,
            attachment=self,
        )
        if not self.helpdesk_opened_date:
            self.helpdesk_opened_date = fields.Datetime.now()
        self._tell_open_pages()

    def _tell_open_pages(self):
        """Let open pages show what became of these (sudo) files."""
        self.helpdesk_message_id.write({})  # moves its date, by which pages go
        self.env["helpdesk.ticket"].browse(set(self.mapped("res_id")))._live_changed()
