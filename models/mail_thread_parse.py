# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models, tools
from odoo.tools.mail import append_content_to_html, email_split_and_format

from ..tools.mail_content import (
    MAX_HTML,
    MAX_TEXT,
    Mail,
    clean_text,
    read_content,
    text_of_html,
)
from ..tools.mail_html import is_tangled, take_pictures, tame_html

#: what a sender's clock may say of the past; mail servers try for some days
OLDEST = timedelta(days=3)
MAX_SUBJECT = 500
#: an index takes no more than 2,700 bytes
MAX_MESSAGE_ID = 500


class MailThread(models.AbstractModel):
    """Mails of ours are read whatever is in them: a ``Mail`` never raises here.

    What other models receive, the core reads in its own way.
    """

    _inherit = "mail.thread"

    @api.private
    @api.model
    def message_parse(self, message, save_original=False):
        """Read a mail; a sender is looked for, dates and lengths are bounded."""
        if not isinstance(message, Mail):
            return super().message_parse(message, save_original=save_original)
        if len(str(message.get("Message-Id", ""))) > MAX_MESSAGE_ID:
            key = sha256(str(message["Message-Id"]).encode()).hexdigest()
            message.replace_header("Message-Id", f"<{key}@shortened.invalid>")
        values = super().message_parse(message, save_original=save_original)
        if values.get("subject"):
            values["subject"] = clean_text(values["subject"])[:MAX_SUBJECT].strip()
        sender = self._find_sender(message, values.get("email_from"))
        values.update({"email_from": sender, "from": sender})
        if values.get("date"):
            values["date"] = self._bound_date(values["date"])
        return values

    @api.model
    def _find_sender(self, message, email_from):
        """Return the first address of From, else of who sent it for somebody."""
        for value in (email_from, message["Sender"], message["Return-Path"]):
            found = email_split_and_format(str(value or "").strip("<>"))
            if found and len(found[0]) < MAX_SUBJECT:
                return found[0]
            if found and tools.email_normalize(found[0]):
                return tools.email_normalize(found[0])[:MAX_SUBJECT]
        return ""

    @api.model
    def _bound_date(self, date):
        """Return a date as text that is neither long ago nor to come."""
        now = fields.Datetime.now()
        try:
            moment = fields.Datetime.to_datetime(date)
        except ValueError:
            moment = now
        if not now - OLDEST <= moment <= now:
            moment = now
        return fields.Datetime.to_string(moment)

    def _message_parse_extract_bounce(self, email_message, message_dict):
        """A bounce that is not as it should be is one without an address."""
        try:
            return super()._message_parse_extract_bounce(email_message, message_dict)
        except (AttributeError, IndexError, KeyError, LookupError, TypeError):
            if not isinstance(email_message, Mail):
                raise
        return {
            "is_bounce": True,
            "bounced_email": False,
            "bounced_partner": self.env["res.partner"],
            "bounced_msg_ids": False,
            "bounced_message": self.env["mail.message"],
        }

    def _message_parse_extract_payload(
        self, message, message_dict, save_original=False
    ):
        """Return body and files of a mail of ours, see ``read_content``."""
        if not isinstance(message, Mail):
            return super()._message_parse_extract_payload(
                message, message_dict, save_original=save_original
            )
        content = read_content(message, bool(message_dict.get("is_bounce")))
        body, pictures = self._prepare_mail_body(content)
        message.remarks |= content.remarks
        files = [
            self._Attachment(name, data, {"cid": cid} if cid else {})
            for name, data, cid in [*content.files, *pictures]
        ]
        if save_original:
            files.insert(
                0, self._Attachment("original_email.eml", message.as_bytes(), {})
            )
        return self._message_parse_extract_payload_postprocess(
            message, {"body": body, "attachments": files}
        )

    def _message_parse_extract_payload_postprocess(self, message, payload_dict):
        """Spare what the core would read HTML for, where there is nothing of it."""
        body = payload_dict["body"]
        if isinstance(message, Mail) and not (
            "cid:" in body or "o_mail_notification" in body
        ):
            return payload_dict
        return super()._message_parse_extract_payload_postprocess(message, payload_dict)

    @api.model
    def _prepare_mail_body(self, content):
        """Return the body and the pictures that were written into its HTML."""
        body, pictures = "", []
        for kind, text in content.texts:
            if kind == "html":
                text, taken = take_pictures(text)
                pictures += taken
                if len(text) > MAX_HTML:
                    content.remarks.add("shortened")
                if len(text) > MAX_HTML or is_tangled(text):
                    kind, text = "plain", text_of_html(text)[:MAX_TEXT]
            if kind == "html":
                part = tools.html_sanitize(
                    text, sanitize_tags=False, strip_classes=True
                )
                part = tame_html(part)
            else:
                part = append_content_to_html("", text, preserve=True)
            body = append_content_to_html(body, part, plaintext=False) if body else part
        if not body and "encrypted" in content.remarks:
            body = self.env._(
                "This mail is encrypted and cannot be read here. Please ask for it "
                "again without encryption."
            )
            body = append_content_to_html("", body)
        return body, pictures
