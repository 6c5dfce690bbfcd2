# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..tools.inside import inside
from ..tools.mail_parsing import begins_with_greeting
from ..tools.text import html_to_words

PREHEADER_LENGTH = 140
#: notices whose words the layout says by itself: a box, the state in the footer
BOXED = "hsp-boxed"
QUIET = "hsp-quiet"


class HelpdeskTicket(models.Model):
    """What a mail says around the words of its message."""

    _inherit = "helpdesk.ticket"

    def _get_mail_parts(self, message, people, to_us=False):
        """Return what the layout of mails prints.

        :param message: a ``mail.message``, as sudo
        :param people: the recipients as the core describes them
        :param bool to_us: the mail goes to the team
        :return: dict with ``from_us`` (our side speaks), ``written`` (by a person),
            ``greeting``, ``bodies`` (words, then notices told along with them),
            ``request`` and ``deadline`` while it is the customer's turn,
            ``extension_url``, ``preheader``, ``gathered`` (about several tickets)
        """
        self.ensure_one()
        written = message.message_type in ("comment", "email")
        from_us = not written or not self._is_customer_message(message)
        reader = self._get_mail_reader(people)
        theirs = from_us and not to_us and self.stage_kind == "waiting_customer"
        request = (self.customer_request or "").strip() if theirs else ""
        bodies = self._get_mail_bodies(message, bool(request))
        words = html_to_words(bodies[0]) if bodies else ""
        greets = from_us and not to_us and not begins_with_greeting(words)
        return {
            "from_us": from_us,
            "written": written,
            "greeting": self._get_greeting(people) if greets else "",
            "bodies": bodies,
            "request": request,
            "deadline": self._get_customer_deadline_text(reader) if theirs else "",
            "extension_url": self._get_extension_url() if theirs else "",
            "gathered": bool(inside(self.env, "helpdesk_gathered_ids")),
            "preheader": (request or words)[:PREHEADER_LENGTH],
        }

    def _get_mail_reader(self, people):
        """Return whose zone is used: the only reader, else the requester."""
        ids = [person["id"] for person in people if person["id"]]
        return self.env["res.partner"].browse(ids) if len(ids) == 1 else self.partner_id

    def _get_mail_bodies(self, message, boxed):
        """Return the words of ``message`` and of the notices its mail takes along.

        :param bool boxed: what we need stands in a box of its own
        """
        words = inside(self.env, "helpdesk_words")
        if words:
            return [words]
        # sudo: mail.message - notices of this ticket, told in the same mail
        Message = self.env["mail.message"].sudo()
        notices = Message.browse(inside(self.env, "helpdesk_notice_ids", ()))
        bodies = []
        for told in message + (notices - message):
            body = told.body or ""
            if boxed and BOXED in body or (told != message and QUIET in body):
                continue
            bodies.append(body)
        return bodies

    def _get_greeting(self, people):
        """Return the greeting; by name where the mail goes to one known person."""
        name = ""
        ids = [person["id"] for person in people if person["id"]]
        if len(people) == len(ids) == 1:
            # sudo: res.partner - the reader's own name
            name = self._get_first_name(self.env["res.partner"].sudo().browse(ids))
        if name:
            return self.env._("Hello, %(name)s:", name=name)
        return self.env._("Hello:")

    def _get_greeting_name(self):
        """Return the first name to greet the requester by; none for a company."""
        self.ensure_one()
        # sudo: res.partner - the requester's name, in a mail to the requester
        return self._get_first_name(self.partner_id.sudo())

    def _get_first_name(self, partner):
        """Return the first name of a person.

        None for a company, a shared mailbox, and who is known by address alone.
        """
        if partner.is_company or (
            "helpdesk_is_shared" in partner._fields and partner.helpdesk_is_shared
        ):
            return ""
        first_name = (partner.name or "").split(" ")[0]
        return "" if "@" in first_name else first_name
