# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq, hmac

from ..tools import attachment_policy, dates, images
from .helpdesk_ticket_draft import MAX_UNSENT_BYTES, MAX_UNSENT_FILES


class HelpdeskTicket(models.Model):
    """The files of forms, before and after they are sent."""

    _inherit = "helpdesk.ticket"

    def _get_file_policy(self):
        """Return the formats and limits in force for this ticket, or where we are."""
        # sudo: res.company - settings of the helpdesk
        return (self.company_id or self.env.company).sudo()._get_file_policy()

    def _get_files_size(self):
        """Return how many bytes the files of this ticket have; 0 for a new one."""
        if not self.id:
            return 0
        # sudo: ir.attachment - their sizes alone
        sizes = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return sizes._read_group(domain, aggregates=["file_size:sum"])[0][0] or 0

    def _portal_check_files(self, files, pending=None, others=()):
        """Split files into those that may be attached and sentences about the rest.

        Called on the ticket they go to, on none for a new one.

        :param files: pairs of name and bytes
        :param pending: attachments the form carries already
        :param others: pairs that the form brings along, too
        :return: (good, problems)
        """
        files = list(files)
        if not files:
            return [], []
        sizes = [len(content) for _name, content in others]
        sizes += pending.mapped("file_size") if pending else []
        policy = self._get_file_policy()
        checked = policy.check(files, len(sizes), sum(sizes), self._get_files_size())
        return [(name, content) for name, content, reason in checked if not reason], [
            self._portal_refusal_text(reason, name, len(content))
            for name, content, reason in checked
            if reason
        ]

    def _portal_prepare_files(self, files, pending=None, others=()):
        """Check files of a form and draw its pictures anew; the same one is kept once.

        :param files: pairs of name and bytes
        :param pending: attachments the form carries already
        :param others: pairs that the form brings along, too
        :return: (good, problems): pairs as they are to be stored, sentences
        """
        files = list(dict.fromkeys(files))
        checked, problems = self._portal_check_files(files, pending, others)
        max_bytes = self._get_file_policy().max_file_bytes
        good = []
        for name, content in checked:
            reason, original = None, len(content)
            if images.is_picture(name):
                try:
                    name, content = images.redraw(name, content)
                except images.PictureError as error:
                    reason = str(error)
            if len(content) > max_bytes:
                reason = "size"
            if reason:
                problems.append(self._portal_refusal_text(reason, name, original))
            else:
                good.append((name, content))
        return good, problems

    def _check_ticket_files(self, files):
        """Check files that come by another door than our forms.

        :param files: pairs of name and bytes
        :raise UserError: saying why a file is refused
        """
        problems = self._portal_check_files(files)[1]
        if problems:
            raise UserError("\n".join(problems))

    @api.model
    def _portal_limits_text(self, policy):
        """Return the limits of files as forms say them, before one is chosen."""
        megabytes = (
            policy.max_file_bytes,
            policy.max_message_bytes,
            policy.max_ticket_bytes,
        )
        each, message, ticket = map(self._portal_size_text, megabytes)
        return self.env._(
            "Up to %(each)s each; at most %(count)s files and %(message)s at once, "
            "%(ticket)s in one ticket.",
            each=each,
            count=policy.max_files,
            message=message,
            ticket=ticket,
        )

    def _portal_refusal_text(self, reason, name, size):
        """Return why a file is refused, and what can be done.

        :param str reason: see ``tools/attachment_policy.py`` and ``tools/images.py``
        :param int size: bytes
        """
        policy = self._get_file_policy()
        if reason == "size":
            return self.env._(
                "The file “%(name)s” has %(size)s; the maximum is %(max)s.",
                name=name,
                size=self._portal_size_text(size),
                max=self._portal_size_text(policy.max_file_bytes),
            )
        if reason == "empty":
            return self.env._("The file “%(name)s” is empty.", name=name)
        if reason == "count":
            return self.env._(
                "The file “%(name)s” is one too many: at most %(max)s can be sent at "
                "once. Put several into a ZIP file.",
                name=name,
                max=policy.max_files,
            )
        if reason == "total":
            return self.env._(
                "The file “%(name)s” makes the files too big together; the maximum is "
                "%(max)s.",
                name=name,
                max=self._portal_size_text(policy.max_message_bytes),
            )
        if reason == "ticket":
            return self.env._(
                "The file “%(name)s” was not added: the files of one ticket may have "
                "%(max)s together. Send a link to it, or ask us.",
                name=name,
                max=self._portal_size_text(policy.max_ticket_bytes),
            )
        if reason == "content":
            return self.env._(
                "The file “%(name)s” cannot be attached: its content is not what its "
                "name says. Formats: %(formats)s.",
                name=name,
                formats=policy.words,
            )
        if reason == "broken":
            return self.env._(
                "The picture “%(name)s” cannot be read: it may be damaged. Take it "
                "again, or save it as JPG.",
                name=name,
            )
        if reason == "pixels":
            return self.env._(
                "The picture “%(name)s” has too many pixels. Save it smaller.",
                name=name,
            )
        if reason == "unsent":
            return self.env._(
                "The file “%(name)s” was not added: too much is waiting to be sent. "
                "Send or discard your other drafts.",
                name=name,
            )
        return self.env._(
            "The file “%(name)s” cannot be attached. Formats: %(formats)s.",
            name=name,
            formats=policy.words,
        )

    @api.model
    def _portal_size_text(self, size):
        """Return a number of bytes as the reader writes it."""
        return dates.size_words(size or 0, self.env.lang)

    # ------------------------------------------------------------
    # Files of forms that were not sent yet
    # ------------------------------------------------------------

    @api.model
    def _portal_create_files(
        self, files, res_id, res_model="helpdesk.ticket", confidential=False
    ):
        """Store checked files, given as pairs of clean name and bytes.

        Pictures may stand in the text: their address works for who sees the ticket.

        :param bool confidential: only our team is to open them (S4-28)
        """
        # sudo: ir.attachment - portal users have no access; checked by the policy
        Attachment = self.env["ir.attachment"].sudo()
        vals_list = []
        for name, content in files:
            vals = {
                "name": attachment_policy.clean_name(name),
                "raw": content,
                "mimetype": attachment_policy.mimetype_of(name),
                "res_model": res_model,
                "res_id": res_id,
                "helpdesk_is_confidential": confidential,
            }
            if images.is_picture(name) and not confidential:
                vals["access_token"] = Attachment._generate_access_token()
            vals_list.append(vals)
        return Attachment.create(vals_list)

    @api.model
    def _portal_store_pending(self, files, confidential=False):
        """Keep files of a form that was not accepted yet; they die after a day."""
        return self._portal_create_files(files, 0, confidential=confidential)

    @api.model
    def _portal_upload(self, draft, file, confidential=False):
        """Add one file to a draft.

        :param draft: the current user's, as sudo
        :param file: name and bytes, untrusted
        :param bool confidential: only our team is to open it
        :return: (attachment as sudo, sentence): none and why it is refused
        """
        Attachment = self.env["ir.attachment"].sudo()  # sudo: none yet
        good, problems = draft.ticket_id._portal_prepare_files(
            [file], draft._get_files()
        )
        unsent = self._portal_unsent_files()
        size = sum(unsent.mapped("file_size")) + len(file[1])
        if good and (len(unsent) >= MAX_UNSENT_FILES or size > MAX_UNSENT_BYTES):
            name = good[0][0]
            problems = [self._portal_refusal_text("unsent", name, len(file[1]))]
        if problems:
            return Attachment, problems[0]
        files = self._portal_create_files(good, draft.id, draft._name, confidential)
        return files, ""

    @api.model
    def _portal_unsent_files(self, ids=None):
        """Return what the current user uploaded and did not send yet, as sudo.

        :param list ids: only these
        """
        # sudo: ir.attachment - uploaded by this user
        Attachment = self.env["ir.attachment"].sudo()
        domain = Domain("create_uid", "=", self.env.uid) & (
            Domain("res_model", "=", "helpdesk.ticket.draft")
            | Domain("res_model", "=", "helpdesk.ticket") & Domain("res_id", "=", 0)
        )
        if ids is not None:
            if not ids:
                return Attachment
            domain &= Domain("id", "in", ids)
        return Attachment.search(domain, order="id")

    @api.model
    def _portal_pending_token(self, file_id):
        """Return the name under which a form carries a pending file."""
        message = (file_id, self.env.uid)
        return f"{file_id}-{hmac(self.env(su=True), 'helpdesk-pending', message)}"

    @api.model
    def _portal_pending_ids(self, tokens):
        """Return the ids of the files that tokens of the user's own form name."""
        ids = {
            token: self._portal_parse_id(token.partition("-")[0])
            for token in tokens
            if token.isascii()
        }
        return [
            file_id
            for token, file_id in ids.items()
            if file_id and consteq(self._portal_pending_token(file_id), token)
        ]

    @api.model
    def _portal_pending_files(self, tokens):
        """Return the pending files, as sudo, that the user's form carries."""
        return self._portal_unsent_files(self._portal_pending_ids(tokens))

    @api.model
    def _portal_check_pending(self, tokens, pending):
        """Return sentences about files that a form carries and that are gone.

        They die after a day, at sign-out, and when another page sent them.
        """
        if len(self._portal_pending_ids(tokens)) == len(pending):
            return []
        return [
            self.env._("A file that you had added is no longer here. Add it again.")
        ]

    @api.model
    def _portal_picture_url(self, attachment):
        """Return the address of a picture for texts, "" for what is no picture."""
        if not attachment.access_token:
            return ""
        return f"/web/image/{attachment.id}?access_token={attachment.access_token}"
