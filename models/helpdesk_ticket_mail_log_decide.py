# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64

from markupsafe import Markup

from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError, UserError

from ..tools.mail_content import read_mail
from ..tools.mail_incoming import IncomingMail
from .helpdesk_ticket_mail_log import ACTIVITY, PROCESSED

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"


class HelpdeskTicketMailLog(models.Model):
    """What staff decides about a mail that was held, refused or failed."""

    _inherit = "helpdesk.ticket.mail.log"

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_retry(self):
        """Process these mails again, as if they had just come in."""
        for line in self:
            line._decide()._process_again()
        return self._show_outcome()

    def action_dismiss(self):
        """Nobody wants these mails: they are kept, and nothing waits for them."""
        for line in self:
            line._decide()._finish("refused", "dismissed")

    def action_accept_sender(self):
        """Always accept mails of these senders, and release these."""
        self._set_sender_policy(True)
        return self.action_release()

    def action_refuse_sender(self):
        """Never accept mails of these senders again."""
        self._set_sender_policy(False)
        for line in self:
            line._decide()._finish("refused", "sender")

    def action_release(self):
        """Process these mails as a person's, whatever held them."""
        for line in self:
            line._decide()._process_again(helpdesk_mail_released=True)
        return self._show_outcome()

    def action_move(self, ticket):
        """Process this mail as a message of a ticket that the user may write to."""
        self.ensure_one()
        ticket.check_access("write")
        self._decide()._process_again(
            helpdesk_mail_released=True, helpdesk_mail_ticket_id=ticket.id
        )
        return self._show_outcome()

    def action_preview(self):
        """Open what customers would get, to be released from there."""
        return self._open_release(self.env._("Release this mail"), False)

    def action_preview_move(self):
        """Open the choice of a ticket that the mail is to become a message of."""
        return self._open_release(self.env._("Move to a ticket"), True)

    def _open_release(self, name, is_move):
        self.ensure_one()
        self._check_undecided()
        wizard = self.env["helpdesk.ticket.mail.release"].create(
            {"line_id": self.id, "is_move": is_move}
        )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_download(self):
        """Save the whole mail as it came."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/raw/mail-{self.id}.eml"
            "?download=1",
        }

    def _show_outcome(self):
        """Open the ticket a mail ended in; say what went wrong otherwise.

        :raise UserError: when a single mail failed again
        """
        if len(self) != 1:
            return True
        # sudo: helpdesk.ticket.mail.log - its outcome, just written
        line = self.sudo()
        if line.outcome == "failed":
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._("It failed again: %s", line.reason_text),
                },
            }
        if line.ticket_id and line.ticket_id.with_user(self.env.user).has_access(
            "read"
        ):
            return {
                "type": "ir.actions.act_window",
                "res_model": "helpdesk.ticket",
                "res_id": line.ticket_id.id,
                "views": [(False, "form")],
            }
        return True

    # ------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------

    def _check_undecided(self):
        """Check that the user may decide about a mail that is still there.

        :raise AccessError: for others than agents
        :raise UserError: when the mail was processed or is not kept
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(AGENT):
            raise AccessError(self.env._("Only agents decide about mails."))
        if self.outcome in PROCESSED:
            raise UserError(
                self.env._("This mail was processed: see ticket %s.")
                % (self.ticket_id.number or "–")
            )
        if not self.can_decide:
            raise UserError(self.env._("This mail was not kept."))

    def _decide(self):
        """Note who decides; return the line as nobody's session.

        :raise UserError: when somebody else decided at the same moment
        """
        self._check_undecided()
        # sudo: helpdesk.ticket.mail.log - agents write no lines; they decide, which
        # was checked above
        line = self.sudo()
        line.lock_for_update()
        line.write({"decided_by_id": self.env.uid, "decided_date": self.env.cr.now()})
        # sudo: mail.activity - whoever was to decide, it is done
        line.activity_unlink([ACTIVITY])
        self.env["helpdesk.audit"]._log(
            "held_mail", ticket=line.ticket_id, details=line.subject or ""
        )
        return line.with_user(SUPERUSER_ID)

    def _set_sender_policy(self, accepts):
        for line in self:
            line._check_undecided()
            if line.email_normalized:
                # sudo: helpdesk.ticket.mail.sender - agents decide about senders of
                # mails they see, which was checked above
                Sender = self.env["helpdesk.ticket.mail.sender"].sudo()
                Sender._set_policy(line.email_normalized, accepts)

    def _process_again(self, **context):
        """Do the second half of a mail's way again; the line tells how it ended."""
        self.ensure_one()
        thread = self.env["mail.thread"].with_company(self.company_id)
        thread = thread.with_context(**context)
        thread._work_off(self._load_mail(thread), self)
        if self.outcome not in ("held", "failed", "refused"):
            self.write({"raw": False, "snippet": False, "decide_before": False})

    def _load_mail(self, thread):
        """Return the ``IncomingMail`` of a line."""
        raw = base64.b64decode(self.with_context(bin_size=False).raw or b"")
        incoming = IncomingMail(read_mail(raw), raw, model="helpdesk.ticket")
        incoming.place = thread._find_helpdesk_place(incoming) or {
            "alias_ids": [],
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
            "ticket_id": False,
            "message_id": False,
            "is_own_sender": False,
            "is_unknown": False,
        }
        thread._parse_incoming(incoming)
        incoming.facts = thread._get_mail_facts(incoming)
        incoming.kind = thread._classify_mail(incoming)
        return incoming

    def _ask_to_confirm(self, values):
        """Show the mail of somebody who may not be of our staff to staff alone.

        It stands in its ticket as a note; released, it becomes a message.
        """
        ticket = self.ticket_id
        if not ticket:
            return
        user = ticket._get_responsible()
        local = ticket.with_context(lang=user.lang or self.env.lang)
        words = local.env._(
            "A mail in the name of %(sender)s is held: our mail server could not "
            "confirm who sent it. Customers have not got it.",
            sender=self.email_from,
        )
        body = Markup(
            '<p>%s <a href="#" data-oe-model="%s" data-oe-id="%s">%s</a></p>'
            "<blockquote>%s</blockquote>"
        ) % (
            words,
            self._name,
            self.id,
            local.env._("Confirm to send"),
            Markup(values.get("body") or ""),
        )
        local.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.env.ref("base.partner_root").id,
            partner_ids=user.partner_id.ids,
        )
