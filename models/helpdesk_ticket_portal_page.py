# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import consteq, html2plaintext, plaintext2html

from ..tools import dates
from .helpdesk_ticket_portal import TEXT_MAX_LENGTH
from .helpdesk_ticket_stage import FINAL_KINDS


class HelpdeskTicket(models.Model):
    """The page of a ticket: what it shows and what is done there."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_find(self, ticket_id, access_token=None):
        """Return a ticket the current user may see, as sudo; none is none.

        A token from a mail opens its one ticket without signing in. Whether a ticket
        does not exist or is not theirs, nobody is told.
        """
        number = self._portal_parse_id(ticket_id)
        if not number:
            return self.sudo()
        if not self.env.user._is_public():
            ticket = self.search([("id", "=", number)])
            if ticket:
                return ticket.sudo()  # sudo: found under the user's own rules
        if not isinstance(access_token, str) or not access_token.isascii():
            return self.sudo()
        # sudo: helpdesk.ticket - the token is checked on the next line
        ticket_sudo = self.sudo().search([("id", "=", number)])
        token = ticket_sudo.access_token
        return ticket_sudo if token and consteq(token, access_token) else self.sudo()

    def _portal_close(self):
        """Close, in the customer's words: solved, and reopened by an answer."""
        self.filtered(lambda ticket: ticket._portal_can_close()).action_solve()

    def _portal_post(self, text, key=None, files=(), pending=None):
        """Post the current user's answer; an answer sent twice is one.

        :param str text: clean text, may be empty where there are files
        :param str key: one-time key of the form
        :return: the message
        """
        self.ensure_one()
        message_id = key and f"<portal-{self.env.uid}-{key}@{self._name}>"
        # The second of two equal posts waits here, fails as the first changed the
        # row, is repeated by Odoo and then finds the message of the first.
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket WHERE id = %s FOR NO KEY UPDATE",
            [self.id],
            log_exceptions=False,
        )
        if message_id:
            # sudo: mail.message - the id starts with the user's own
            posted = self.env["mail.message"].sudo()
            posted = posted.search([("message_id", "=", message_id)], limit=1)
            if posted:
                return posted
        if pending:
            # sudo: ir.attachment - uploaded by the user for this form; the core takes
            # from share users what waits for a message, and nothing else
            pending.sudo().write({"res_model": "mail.compose.message"})
        # sudo: helpdesk.ticket - the user sees this ticket; the author is the user
        return self.sudo().message_post(
            body=plaintext2html(text) if text else "",
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=files,
            attachment_ids=pending.ids if pending else [],
            **({"message_id": message_id} if message_id else {}),
        )

    def _get_portal_assignee(self):
        """Return who handles the ticket, as the team wants customers to see it."""
        self.ensure_one()
        return self._get_portal_assignees().get(self.id, "")

    @api.model
    def _get_portal_meaning(self, stage):
        """Return what a status means to customers, as plain text."""
        return stage._get_meaning()

    def _portal_can_close(self):
        """Tell whether the current user may close this ticket: a visible, open one."""
        self.ensure_one()
        return self.stage_kind not in FINAL_KINDS

    @api.model
    def _portal_check_message(self, text, files):
        """Return what is wrong with an answer, by field of its form."""
        if not text and not files:
            return {"message": self.env._("Write a message.")}
        if len(text) > TEXT_MAX_LENGTH:
            return {
                "message": self.env._(
                    "The message is too long: attach it as a file instead."
                )
            }
        return {}

    def _portal_page_values(self):
        """Return what the page of this (sudo) ticket shows, in words."""
        self.ensure_one()
        zone, lang, now = self._get_reader_zone(), self.env.lang, self._now()
        labels = dict(self._fields["priority"]._description_selection(self.env))
        return {
            "turn_text": self._get_turn_text(),
            "meaning": self._get_portal_meaning(self.stage_id),
            "reported_on": dates.deadline_words(self.create_date, zone, lang),
            "assignee": self._get_portal_assignee(),
            "priority_label": labels.get(self.priority, ""),
            "files": self._portal_file_rows(self._get_public_attachments()),
            "thread": self._portal_thread(zone, lang, now),
            "promise": self._get_answer_promise_text(),
            "hours_text": self.team_id._get_hours_text(),
        }

    def _portal_thread(self, zone, lang, now):
        """Return the thread as rows, oldest first: people's messages and notices."""
        messages = self._get_public_messages()
        messages.author_id.mapped("partner_share")  # one query for all authors
        reader = self.env.user.partner_id
        return [
            {
                "id": message.id,
                "body": message.body,
                "summary": self._get_notice_summary(message),
                "is_notice": message.message_type not in ("comment", "email"),
                "is_customer": self._is_customer_message(message),
                "is_mine": message.author_id == reader,
                "author": self._get_portal_author(message),
                "when": dates.relative_words(message.date, now, zone, lang),
                "exact": dates.deadline_words(message.date, zone, lang),
                "files": self._portal_file_rows(message.attachment_ids),
            }
            for message in messages
        ]

    @api.model
    def _get_notice_summary(self, message):
        """Return what a notice says in one line: its text after the greeting."""
        text = html2plaintext(message.body or "", include_references=False)
        lines = text.replace("*", "").split("\n")
        lines = [line.strip() for line in lines if line.strip()]
        return lines[1] if len(lines) > 1 else (lines[:1] or [""])[0]

    def _get_portal_author(self, message):
        """Return who wrote a message, as the team wants customers to see it."""
        ours = not self._is_customer_message(message)
        if ours and self.team_id.portal_assignee == "team":
            return self.team_id.name
        return message.author_id.name or message.email_from or ""

    @api.model
    def _portal_file_rows(self, attachments):
        """Return files as rows; their links work without rights and write nothing."""
        return [
            {
                "name": attachment.name,
                "size": self._portal_size_text(attachment.file_size),
                "is_image": (attachment.mimetype or "").startswith("image/"),
                "url": f"/web/content/{attachment.id}?download=true"
                f"&access_token={attachment._get_raw_access_token()}",
            }
            for attachment in attachments
        ]
