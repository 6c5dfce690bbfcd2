# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from ..tools import attachment_policy, dates


class HelpdeskTicket(models.Model):
    """The files of forms, before and after they are sent."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_check_files(self, files, pending=None):
        """Split files into those that may be attached and sentences about the rest.

        :param files: pairs of name and bytes
        :param pending: attachments the form carries already
        :return: (good, problems)
        """
        good, problems = [], []
        count = len(pending or ())
        total = sum(pending.mapped("file_size")) if pending else 0
        for name, content in files:
            clean = attachment_policy.clean_name(name)
            reason = attachment_policy.refusal(clean, content)
            count += 1
            total += len(content)
            if count > attachment_policy.MAX_FILES:
                reason = "count"
            elif total > attachment_policy.MAX_TOTAL_BYTES:
                reason = reason or "total"
            if reason:
                problems.append(self._portal_refusal_text(reason, clean, len(content)))
            else:
                good.append((clean, content))
        return good, problems

    @api.model
    def _check_customer_files(self, files):
        """Check files that come by another door than our forms.

        :param files: pairs of name and bytes
        :raise UserError: saying why a file is refused
        """
        problems = self._portal_check_files(files)[1]
        if problems:
            raise UserError("\n".join(problems))

    @api.model
    def _portal_refusal_text(self, reason, name, size):
        if reason == "size":
            return self.env._(
                "The file “%(name)s” has %(size)s; the maximum is %(max)s.",
                name=name,
                size=self._portal_size_text(size),
                max=self._portal_size_text(attachment_policy.MAX_FILE_BYTES),
            )
        if reason == "empty":
            return self.env._("The file “%(name)s” is empty.", name=name)
        if reason == "count":
            return self.env._(
                "The file “%(name)s” is one too many: at most %(max)s can be sent at "
                "once. Put several into a ZIP file.",
                name=name,
                max=attachment_policy.MAX_FILES,
            )
        if reason == "total":
            return self.env._(
                "The file “%(name)s” makes the files too big together; the maximum is "
                "%(max)s.",
                name=name,
                max=self._portal_size_text(attachment_policy.MAX_TOTAL_BYTES),
            )
        return self.env._(
            "The file “%(name)s” cannot be attached. Formats: %(formats)s.",
            name=name,
            formats=attachment_policy.ACCEPTED_WORDS,
        )

    @api.model
    def _portal_size_text(self, size):
        """Return a number of bytes as the reader writes it."""
        return dates.size_words(size or 0, self.env.lang)

    @api.model
    def _portal_store_pending(self, files):
        """Keep files of a form that was not accepted yet; they die after a day."""
        return self._portal_create_files(files, 0)

    @api.model
    def _portal_pending_token(self, attachment):
        """Return the name under which a form carries a pending file."""
        message = (attachment.id, self.env.uid)
        return f"{attachment.id}-{hmac(self.env(su=True), 'helpdesk-pending', message)}"

    @api.model
    def _portal_pending_files(self, tokens):
        """Return the pending files, as sudo, that the user's form carries."""
        ids = [self._portal_parse_id(token.partition("-")[0]) for token in tokens]
        # sudo: ir.attachment - uploaded by this user, the token proves it
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("id", "in", [id_ for id_ in ids if id_]),
                    ("res_model", "=", "helpdesk.ticket"),
                    ("res_id", "=", 0),
                    ("create_uid", "=", self.env.uid),
                ],
                order="id",
            )
            if any(ids)
            else self.env["ir.attachment"].sudo()
        )
        return attachments.filtered(
            lambda attachment: any(
                consteq(self._portal_pending_token(attachment), token)
                for token in tokens
                if token.isascii()
            )
        )
