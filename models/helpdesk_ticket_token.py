# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import consteq, hmac

from .helpdesk_ticket_history import READER, Reader

PERSONAL = re.compile(r"(\d{1,10})_([0-9a-f]{32})$", re.ASCII)
HASH_LENGTH = 32


class HelpdeskTicket(models.Model):
    """The links of mails: each is one person's, as long as they may see the ticket.

    They end when the person is taken out of the ticket, when somebody revokes the
    links, and a set time after closing. The core's own token, which names nobody,
    stands for the requester; it is changed whenever somebody is taken out.
    """

    _inherit = "helpdesk.ticket"

    mail_link_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Changed to end all links that mails of this ticket hold.",
    )

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _get_mail_token(self, partner_id):
        """Return what opens this ticket for one contact without signing in."""
        self.ensure_one()
        return f"{partner_id}_{self._sign_for('helpdesk-link', self.id, partner_id)}"

    def _get_file_token(self, attachment_id, partner_id=None):
        """Return what opens one file of this ticket for one contact.

        :param int partner_id: default is who reads, or the requester they stand for
        """
        self.ensure_one()
        partner_id = partner_id or self._get_reader_id()
        if not partner_id:
            user = self.env.user
            reader = self.partner_id if user._is_public() else user.partner_id
            partner_id = reader.id
        signed = self._sign_for("helpdesk-file", attachment_id, partner_id)
        return f"{partner_id}_{signed}"

    def _sign_for(self, scope, *values):
        # sudo: helpdesk.ticket, ir.config_parameter - the keys that sign
        key = self.sudo().mail_link_key or ""
        signed = hmac(self.env(su=True), scope, (self.id, key, *values))
        return signed[:HASH_LENGTH]

    def _notify_get_action_link(self, link_type, **kwargs):
        """Mails hold a link of their reader's own instead of the ticket's token."""
        if len(self) == 1 and kwargs.get("access_token") and kwargs.get("pid"):
            kwargs["access_token"] = self._get_mail_token(kwargs["pid"])
            kwargs.pop("hash", None)
        return super()._notify_get_action_link(link_type, **kwargs)

    # ------------------------------------------------------------
    # What a link opens
    # ------------------------------------------------------------

    def _with_reader(self, partner_id):
        """Return this ticket as a contact reads it by a link, see ``_get_reader_id``.

        :param partner_id: none for who stands for the requester
        """
        if not partner_id:
            return self
        return self.with_context(**{READER: Reader(int(partner_id))})

    def _open_by_token(self, token):
        """Return this (sudo) ticket as a link's holder reads it; none if it ended.

        :param token: untrusted
        """
        self.ensure_one()
        if not isinstance(token, str) or not token.isascii() or self._is_link_over():
            return self.browse()
        if self.access_token and consteq(self.access_token, token):
            return self
        match = PERSONAL.match(token)
        partner_id = int(match[1]) if match else 0
        if not match or not consteq(self._get_mail_token(partner_id), token):
            return self.browse()
        return self._open_for(partner_id)

    def _open_by_file_token(self, attachment_id, token):
        """Return this (sudo) ticket as the holder of a file's link reads it.

        :param token: untrusted
        """
        match = isinstance(token, str) and PERSONAL.match(token)
        partner_id = int(match[1]) if match else 0
        if (
            not match
            or self._is_link_over()
            or not consteq(self._get_file_token(attachment_id, partner_id), token)
        ):
            return self.browse()
        return self._open_for(partner_id)

    def _open_for(self, partner_id):
        """Return this (sudo) ticket as a contact reads it, none if they may not."""
        if not self._is_open_to(partner_id):
            return self.browse()
        return self._with_reader(partner_id)

    def _is_open_to(self, partner_id):
        """Tell whether a contact may see this ticket, with or without account."""
        partner = self.env["res.partner"].sudo().browse(partner_id).exists()
        if not partner.active:
            return False
        # sudo: res.users - theirs; who was removed is out, by whatever link
        users = partner.with_context(active_test=False).user_ids
        active = users.filtered("active")
        if users and not active:
            return False
        if self._filter_visible_to(partner.id):
            return True
        # an account of ours, by whose own right it is decided
        ours = active.filtered(lambda user: not user.share)
        return any(self._is_read_by(user) for user in ours)

    def _is_read_by(self, user):
        """Tell whether a user reads this ticket by their own right, in any company."""
        ticket = self.with_user(user).sudo(False)
        companies = {"allowed_company_ids": user.company_ids.ids}
        return ticket.with_context(**companies).has_access("read")

    def _is_link_over(self):
        """Tell whether links ended, the company's number of days after closing.

        A solved ticket of a team that never closes counts as closed.
        """
        days = self.company_id.helpdesk_link_days
        ended = self.closed_date
        if not (self.team_id.clock_on and self.team_id.solved_limit_hours):
            ended = ended or self.solved_date
        return bool(days and ended) and ended + timedelta(days=days) < self._now()

    # ------------------------------------------------------------
    # The core's doors
    # ------------------------------------------------------------

    @api.model
    def _get_thread_with_access(
        self,
        thread_id,
        *,
        hash=None,  # noqa: A002 - the core's names
        pid=None,
        token=None,
        **kwargs,
    ):
        """The core's tokens and hashes end as our links do."""
        if hash or token:
            # sudo: helpdesk.ticket - whether what was given still opens anything
            ticket = self.sudo().browse(thread_id).exists()
            if not ticket or ticket._is_link_over():
                hash = token = None  # noqa: A001
            elif hash and not (str(pid).isdecimal() and ticket._is_open_to(int(pid))):
                hash = None  # noqa: A001
        return super()._get_thread_with_access(
            thread_id, hash=hash, pid=pid, token=token, **kwargs
        )

    # ------------------------------------------------------------
    # Ending links
    # ------------------------------------------------------------

    def action_revoke_links(self):
        """End all links that mails of these tickets hold, files included.

        Who may see the ticket goes on seeing it signed in, and by later mails.
        """
        self.check_access("write")
        for ticket in self:
            # sudo: helpdesk.ticket - the key alone, of a ticket the user may write
            ticket.sudo().write(
                {"access_token": str(uuid4()), "mail_link_key": uuid4().hex}
            )
            self.env["helpdesk.audit"]._log("token_revoked", ticket=ticket)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The links of all mails sent so far open nothing any more."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _drop_shared_link(self):
        """Change the token that names nobody: somebody who had it is out."""
        for ticket in self.exists():
            # sudo: helpdesk.ticket - whoever may remove people ends what they held
            ticket.sudo().access_token = str(uuid4())
