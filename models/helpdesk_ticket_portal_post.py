# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import plaintext2html

from ..tools import rich_text
from ..tools.text import html_to_words

TEXT_MAX_LENGTH = 50_000
HTML_MAX_LENGTH = 500_000


class HelpdeskTicket(models.Model):
    """What customers write in the portal, and answering a ticket there."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # What was written
    # ------------------------------------------------------------

    @api.model
    def _portal_parse_text(self, form, name, kept=None):
        """Return what was written in a field, with the editor or as plain text.

        :param form: posted fields, untrusted
        :param dict kept: addresses by id of pictures that stand in the text already
        :return: dict: ``body`` safe HTML, "" when nothing was written · ``is_long`` ·
            ``pictures`` in it, attachments as sudo · ``is_lost``: one is gone
        """
        text = self._portal_clean_text(form.get(name))
        if form.get(f"{name}_format") != "html":
            return {
                "body": plaintext2html(text) if text else "",
                "is_long": len(text) > TEXT_MAX_LENGTH,
                "pictures": self.env["ir.attachment"].sudo(),  # sudo: none
                "is_lost": False,
            }
        pictures = self._portal_unsent_files(rich_text.find_pictures(text))
        sources = (kept or {}) | {
            picture.id: self._portal_picture_url(picture) for picture in pictures
        }
        body, is_lost = rich_text.clean(text[:HTML_MAX_LENGTH], sources)
        words = html_to_words(body)
        return {
            "body": body if words or "<img" in body else "",
            "is_long": len(text) > HTML_MAX_LENGTH or len(words) > TEXT_MAX_LENGTH,
            "pictures": pictures,
            "is_lost": is_lost,
        }

    @api.model
    def _portal_clean_typed(self, form, name):
        """Return a field's text as its form shows it again, safe for the editor."""
        text = self._portal_clean_text(form.get(name))
        if form.get(f"{name}_format") != "html":
            return text
        return str(self._portal_parse_text(form, name)["body"])

    @api.model
    def _portal_check_message(self, written, files):
        """Return what is wrong with an answer, by field of its form.

        :param dict written: what ``_portal_parse_text`` returned
        """
        if not written["body"] and not files:
            return {"message": self.env._("Write a message.")}
        if written["is_long"]:
            return {
                "message": self.env._(
                    "The message is too long: attach it as a file instead."
                )
            }
        if written["is_lost"]:
            return {"message": self._portal_lost_picture_text()}
        return {}

    @api.model
    def _portal_lost_picture_text(self):
        return self.env._(
            "A picture in the text is no longer here. Insert it again, or send the "
            "text as it is now."
        )

    # ------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------

    @api.model
    def _portal_message_key(self, key):
        """Return a form's key as the id of its message: nobody sends in another's."""
        return key and f"<portal-{self.env.uid}-{key}@{self._name}>"

    @api.model
    def _portal_posted(self, key):
        """Return the message that a form of the current user became, as sudo."""
        # sudo: mail.message - the id starts with the user's own
        Message = self.env["mail.message"].sudo()
        if not key:
            return Message
        message_id = self._portal_message_key(key)
        return Message.search([("message_id", "=", message_id)], limit=1)

    def _portal_post(self, body, key=None, files=(), pending=None, **kwargs):
        """Post the current user's answer; an answer sent twice is one.

        :param body: safe HTML, may be empty where there are files
        :param str key: one-time key of the form
        :param files: pairs of name and bytes that ``_portal_prepare_files`` gave
        :param pending: attachments uploaded before, pictures of the text included
        :param kwargs: further arguments of ``message_post``
        :return: the message
        """
        self.ensure_one()
        # The second of two equal posts waits here, fails as the first changed the
        # row, is repeated by Odoo and then finds the message of the first.
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket WHERE id = %s FOR NO KEY UPDATE",
            [self.id],
            log_exceptions=False,
        )
        posted = self._portal_posted(key)
        if posted:
            return posted
        if pending:
            # sudo: ir.attachment - uploaded by the user for this form; the core takes
            # from share users what waits for a message, and nothing else
            pending.sudo().write({"res_model": "mail.compose.message", "res_id": 0})
        if key:
            kwargs["message_id"] = self._portal_message_key(key)
        # sudo: helpdesk.ticket - the user sees this ticket; the author is the user
        message = self.sudo().message_post(
            body=body,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=files,
            attachment_ids=pending.ids if pending else [],
            **kwargs,
        )
        self.env["helpdesk.ticket.draft"]._forget_sent(key)
        return message
