# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models
from odoo.fields import Domain

DRAFT_HOURS = 24
MAX_FORM_LENGTH = 300_000
#: What one user may have uploaded without sending it: files, bytes.
MAX_UNSENT_FILES = 60
MAX_UNSENT_BYTES = 300 * 1024 * 1024


class HelpdeskTicketDraft(models.Model):
    """What a person writes and has not sent yet: text and files, for a day (D-12).

    Nobody has rights on it: the routes below ``/my/draft`` reach the current user's.
    """

    _name = "helpdesk.ticket.draft"
    _description = "Draft of a Ticket or an Answer"
    _order = "date desc, id desc"
    _rec_name = "key"
    _log_access = False

    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="cascade"
    )
    key = fields.Char(required=True, help="One-time key of the form that is filled in.")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        ondelete="cascade",
        index="btree_not_null",
        help="The ticket that is being answered; empty for a new ticket.",
    )
    device = fields.Char(
        help="Browser it was written in: who share an account do not share drafts."
    )
    form = fields.Json(help="What was typed, by field of the form.")
    date = fields.Datetime(required=True, index=True)

    _user_key_uniq = models.UniqueIndex("(user_id, key)")

    # ------------------------------------------------------------
    # The current user's
    # ------------------------------------------------------------

    @api.model
    def _keep(self, key, device, ticket=None, form=None):
        """Keep what was typed so far and return the draft, as sudo.

        Saving and uploading may come at the same time: one statement decides.

        :param str key: clean key of the form
        :param ticket: the ticket that is answered, seen by the user
        :param dict form: text by field; None leaves the text as it is
        """
        self.env.cr.execute(
            """
            INSERT INTO helpdesk_ticket_draft AS draft
                        (user_id, key, ticket_id, device, form, date)
                 VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (user_id, key) DO UPDATE
                    SET form = COALESCE(EXCLUDED.form, draft.form),
                        device = EXCLUDED.device,
                        date = EXCLUDED.date
              RETURNING id
            """,
            [
                self.env.uid,
                key,
                ticket.id if ticket else None,
                device,
                None if form is None else json.dumps(form),
                fields.Datetime.now(),
            ],
        )
        # sudo: helpdesk.ticket.draft - the current user's own, see above
        return self.sudo().browse(self.env.cr.fetchone()[0])

    @api.model
    def _get_own_domain(self, device):
        """Return the drafts that the person at this device may see again."""
        domain = Domain("user_id", "=", self.env.uid)
        if self._is_account_shared():
            domain &= Domain("device", "=", device or "")
        return domain

    @api.model
    def _is_account_shared(self):
        """Tell whether several people sign in as the current user."""
        # sudo: res.partner - one's own
        return self.env.user.partner_id.sudo().helpdesk_is_shared

    @api.model
    def _find_own(self, device, ticket=None):
        """Return the user's latest draft of a ticket or of an answer, as sudo."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=DRAFT_HOURS)
        # sudo: helpdesk.ticket.draft - the current user's own
        return self.sudo().search(
            self._get_own_domain(device)
            & Domain("ticket_id", "=", ticket.id if ticket else False)
            & Domain("date", ">=", limit),
            limit=1,
        )

    @api.model
    def _find_by_key(self, key):
        """Return the current user's draft of a form, as sudo."""
        # sudo: helpdesk.ticket.draft - the current user's own
        Draft = self.sudo()
        if not key:
            return Draft
        return Draft.search([("user_id", "=", self.env.uid), ("key", "=", key)])

    @api.model
    def _forget_sent(self, key):
        """Forget the draft of a form that was sent; its files are the ticket's now."""
        if key:
            self.env.cr.execute(
                "DELETE FROM helpdesk_ticket_draft WHERE user_id = %s AND key = %s",
                [self.env.uid, key],
            )

    @api.model
    def _wipe(self, device):
        """Forget what the user, who signs out, wrote and uploaded and did not send."""
        # sudo: helpdesk.ticket.draft - the current user's own
        self.sudo().search(self._get_own_domain(device)).unlink()
        if not self._is_account_shared():
            self.env["helpdesk.ticket"]._portal_unsent_files().unlink()

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def _get_files(self):
        """Return the files of this draft, as sudo, in the order they were added."""
        # sudo: ir.attachment - files of a draft the caller found as the user's own
        Attachment = self.env["ir.attachment"].sudo()
        if not self:
            return Attachment
        return Attachment.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id"
        )

    def _is_empty(self):
        """Tell whether there is nothing worth keeping."""
        self.ensure_one()
        form = self.form or {}
        typed = (form.get(name) for name in ("subject", "description", "message"))
        return not any(typed) and not self._get_files()

    @api.autovacuum
    def _gc_drafts(self):
        """Drafts nobody sent die after 24 hours, with their files."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=DRAFT_HOURS)
        # sudo: helpdesk.ticket.draft - run by the system
        self.sudo().search([("date", "<", limit)], limit=1000).unlink()
