# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from markupsafe import Markup, escape

from odoo import fields, models

from ..tools import dates


class HelpdeskTicket(models.Model):
    """Confidential files that customers send (S4-28), see ``ir.attachment``.

    Who sent one sees who of us opened it, and may delete it until somebody did. Other
    people in the ticket are told that there is one and nothing of it.
    """

    _inherit = "helpdesk.ticket"

    has_confidential = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody sent a confidential file.",
    )

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    def _portal_attach(self, files, pending=None):
        """Confidential files go their own way: nobody finds them by their names."""
        confidential = self._pick_confidential(pending)
        if confidential:
            self._take_confidential(confidential)
            pending -= confidential
        return super()._portal_attach(files, pending)

    def _portal_post(self, body, key=None, files=(), pending=None, **kwargs):
        """Confidential files go their own way: no mail of the message carries them."""
        confidential = self._pick_confidential(pending)
        if not confidential:
            return super()._portal_post(body, key, files, pending, **kwargs)
        pending -= confidential
        if not body and not files and not pending:
            words = self.env._("(A confidential file for the support team.)")
            body = Markup("<p>%s</p>") % words
        message = super()._portal_post(body, key, files, pending, **kwargs)
        # sudo: helpdesk.ticket - the user answered it, the files are their own
        self.sudo()._take_confidential(confidential, message)
        return message

    def _pick_confidential(self, pending):
        """Return the confidential ones among files of a form, as sudo."""
        # sudo: ir.attachment - uploaded by the user for this form
        none = self.env["ir.attachment"].sudo()
        return pending.sudo().filtered("helpdesk_is_confidential") if pending else none

    def _take_confidential(self, files, message=None):
        """Make files confidential ones of this (sudo) ticket and tell the team.

        :param message: what they came with; none for the request
        """
        self.ensure_one()
        files.write(
            {
                "res_model": self._name,
                "res_id": self.id,
                "helpdesk_message_id": message.id if message else False,
                "access_token": False,
            }
        )
        if not self.has_confidential:
            self.with_context(mail_notrack=True).has_confidential = True
        ticket = self._in_words_of_team()
        for file in files:
            link = Markup('<a href="%s" target="_blank">%s</a>') % (
                file._get_confidential_url(),
                file.name,
            )
            words = ticket.env._(
                "%(who)s sent a confidential file: %(file)s. Each opening is noted and "
                "shown to the sender."
            )
            ticket._log_confidential(words, {"file": link})

    def _in_words_of_team(self):
        """Return this ticket in the language in which the team is told things."""
        # sudo: res.company - its language
        lang = (self.company_id or self.env.company).sudo().partner_id.lang
        return self.with_context(lang=lang or self.env.lang)

    def _log_confidential(self, words, values):
        """Write down, for the team alone, what the current user did with a file."""
        author = self.env.user.partner_id
        body = escape(words) % {"who": author.name, **values}
        self._message_log(body=body, author_id=author.id)

    # ------------------------------------------------------------
    # Who opened it, and deleting it
    # ------------------------------------------------------------

    def _get_confidential_rows(self):
        """Return what the page of this (sudo) ticket says of confidential files.

        Nothing is asked where nobody sent one.

        :return: {id of the message, False for the request: [rows]}
        """
        rows = defaultdict(list)
        if not self.has_confidential:
            return rows
        # sudo: ir.attachment - what the page tells of them depends on the reader
        files = self.env["ir.attachment"].sudo()
        files = files.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("helpdesk_is_confidential", "=", True),
            ],
            order="id",
        )
        is_visitor = self.env.user._is_public()
        own = files.filtered(lambda f: f.create_uid == self.env.user and not is_visitor)
        openings = self._get_openings(own)
        for file in files:
            row = {"id": file.id, "is_own": file in own}
            if row["is_own"]:
                row |= {
                    "ticket_id": self.id,
                    "name": file.name,
                    "delete_label": self.env._("Delete: %(file)s", file=file.name),
                    "size": self._portal_size_text(file.file_size),
                    "openings": openings[file.id],
                    "can_delete": not file.helpdesk_opened_date,
                }
            rows[file.helpdesk_message_id.id].append(row)
        return rows

    def _get_openings(self, files):
        """Return {file id: [who opened it, and when, in words]}, oldest first."""
        openings = defaultdict(list)
        if not files:
            return openings
        zone, lang = self._get_reader_zone(), self.env.lang
        # sudo: helpdesk.audit - the sender is shown who opened their own file
        lines = self.env["helpdesk.audit"].sudo()
        lines = lines.search([("attachment_id", "in", files.ids)], order="id")
        shows_names = self.team_id.portal_assignee == "name"
        for line in lines:
            who = line.user_id.name if shows_names else self.team_id.name
            words = self.env._(
                "Opened by %(who)s, %(date)s",
                who=who or self.team_id.name,
                date=dates.deadline_words(line.create_date, zone, lang),
            )
            openings[line.attachment_id.id].append(words)
        return openings

    def _portal_delete_confidential(self, file_id):
        """Delete a confidential file of the current user that nobody opened yet.

        :param file_id: untrusted
        :return: whether it is deleted
        """
        self.ensure_one()
        number = self._portal_parse_id(file_id)
        # who opens it at the same moment changes this row: one of the two comes first
        self.env.cr.execute(
            """
            SELECT id FROM ir_attachment
             WHERE id = %s AND res_model = %s AND res_id = %s AND create_uid = %s
               AND helpdesk_is_confidential IS TRUE AND helpdesk_opened_date IS NULL
               FOR UPDATE
            """,
            [number or None, self._name, self.id, self.env.uid],
        )
        if not self.env.cr.rowcount:
            return False
        # sudo: ir.attachment, helpdesk.ticket - the user's own file, see above
        file, ticket = self.env["ir.attachment"].sudo().browse(number), self.sudo()
        ticket = ticket._in_words_of_team()
        words = ticket.env._(
            "%(who)s deleted the confidential file %(file)s before anybody opened it."
        )
        ticket._log_confidential(words, {"file": file.name})
        file._tell_open_pages()
        file.unlink()
        return True
