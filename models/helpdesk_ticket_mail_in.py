# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup, escape

from odoo import api, models, tools

from ..tools import attachment_policy, mail_labels, mail_subject
from ..tools.mail_addresses import split_addresses
from ..tools.mail_parsing import get_new_text
from ..tools.mail_plain import lay_out
from ..tools.text import html_to_words
from .helpdesk_ticket_mail_in_people import MAX_COPIES

#: so much of a mail is the subject of a ticket that has none
SUBJECT_FROM_TEXT = 60
SUBJECT_LENGTH = 300
#: what of a mail is written down for staff
NOTED = ("refused", "hint", "changed_subject_of", "unknown_sender", "other_team_ids")


class HelpdeskTicket(models.Model):
    """Mails that come in: a new ticket, or what answers one."""

    _inherit = "helpdesk.ticket"

    # a number in a subject is looked for among all tickets
    _number_idx = models.Index("(number)")

    # ------------------------------------------------------------
    # New tickets
    # ------------------------------------------------------------

    @api.model
    def message_new(self, msg, custom_values=None):
        """Open a ticket from a mail: nobody is assigned, its sender asks.

        What a colleague passed on is asked by who wrote it first (S1-02). Who is in To
        or Cc takes part as the team says. The text of the mail, its pictures and its
        files are the request; the message keeps subject and text as they came.

        :raise HeldMail: when a machine's mail does not say whom it is about
        """
        # mails come in as sudo; nobody else opens or changes tickets by this door
        self.check_access("create")
        values = dict(custom_values or {})
        mail = self._take_mail(msg)
        closed = self.browse(values.pop("helpdesk_follow_up_of", None) or [])
        # sudo: helpdesk.ticket.team - mails are received in nobody's name
        team = self.env["helpdesk.ticket.team"].sudo()
        team = closed.team_id or team.browse(values.get("team_id") or [])
        company = team.company_id or self.env.company
        self._take_forwarded(msg, mail)
        msg["body"] = lay_out(msg.get("body"))
        self._take_requester(msg, mail, company)
        good, mail["refused"] = self._split_mail_files(msg.get("attachments"))
        ticket = self.with_context(**self._get_first_mail_context(msg, mail))
        if closed:
            ticket = ticket._open_mail_follow_up(closed, msg, mail)
        else:
            ticket = ticket.create(ticket._prepare_mail_vals(msg, mail, team, values))
        ticket = ticket.with_env(self.env)
        ticket._add_first_files(msg, good)
        ticket._add_mail_copies(mail)
        ticket._note_first_mail(mail)
        return ticket

    @api.model
    def _get_first_mail_context(self, msg, mail):
        """Return what the acknowledgement says about the mail, which it answers."""
        changed = mail.get("changed_subject_of")
        return {
            "helpdesk_first_mail": {
                "answers": "".join((msg.get("message_id") or "").split()),
                "refused": [file for file in mail["refused"] if file["told"]],
                "changed_subject_of": changed and changed.number,
            },
        }

    @api.model
    def _take_mail(self, msg):
        """Take what routing read of a mail out of its values; else read it here."""
        mail = msg.pop("helpdesk_mail", None)
        if mail:
            return mail
        name, address = (split_addresses(msg.get("email_from")) or [("", "")])[0]
        heads = f"{msg.get('to') or ''},{msg.get('cc') or ''}"
        copies = [copy for copy in split_addresses(heads) if copy[1] != address]
        thread = self.env["mail.thread"]
        ours = thread._find_own_addresses([other for _name, other in copies])
        copies = [copy for copy in copies if copy[1] not in ours]
        wanted = [address, *(other for _name, other in copies[:MAX_COPIES])]
        people = thread._find_mail_people(filter(None, wanted))
        author = self.env["res.partner"].sudo()  # sudo: found above
        author = author.browse(msg.get("author_id") or []) or people.get(address)
        return {
            "name": name,
            "address": address,
            "author": author or self.env["res.partner"].sudo(),
            "copies": copies,
            "people": people,
        }

    def _prepare_mail_vals(self, msg, mail, team, values):
        """Return the values of a new ticket: what sender, text and subject say."""
        requester, body = mail["requester"], msg.get("body") or ""
        # sudo: res.company - what customers call a location
        word = (team.company_id or self.env.company).sudo()._get_location_word()
        labels = mail_labels.read_labels(body, [word])
        place = mail.get("place") or self._find_mail_location(
            requester, labels, msg.get("subject"), body
        )
        changed = mail.get("changed_subject_of")
        vals = {
            "user_id": False,
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "helpdesk_mgmt.helpdesk_ticket_channel_email"
            ),
            "partner_id": requester.id,
            "partner_name": mail["name"] or requester.name,
            "partner_email": mail["address"] or requester.email,
            "sent_by_id": mail["sent_by"].id if mail.get("sent_by") else False,
            "partner_area": labels.get("area"),
            "partner_extension": labels.get("extension"),
            "location_id": place.id,
            "previous_ticket_id": changed and changed.id,
            "email_cc": self._get_unlisted_copies(mail),
            "description": self._get_mail_description(body, labels, msg),
            **values,
        }
        subject = msg.get("subject")
        vals |= self.env["helpdesk.ticket.mail.rule"]._apply(team, subject, vals)
        if not vals["name"]:
            words = get_new_text(body) or html_to_words(body)
            vals["name"] = (
                words
                if len(words) <= SUBJECT_FROM_TEXT
                else f"{words[:SUBJECT_FROM_TEXT].rsplit(' ', 1)[0]} …"
            ) or self.env._("(no subject)")
        vals["name"] = vals["name"][:SUBJECT_LENGTH]
        return vals

    @api.model
    def _get_mail_description(self, body, labels, msg):
        """Return the request: the labelled detail, or all of the mail."""
        if labels.get("detail") and "<img" not in body:
            blocks = labels["detail"].split("\n\n")
            lines = (Markup("<br>").join(block.split("\n")) for block in blocks)
            return Markup("").join(map(Markup("<p>%s</p>").__mod__, lines))
        if html_to_words(body) or "<img" in body:
            return body
        return escape(msg.get("subject") or "-")

    def _open_mail_follow_up(self, closed, msg, mail):
        """Open a ticket that continues a closed one."""
        return closed.with_context(**self.env.context)._open_follow_up(
            {
                "body": msg.get("body"),
                "author_id": mail["requester"].id,
                "email_from": msg.get("email_from"),
            }
        )

    @api.model
    def _take_forwarded(self, msg, mail):
        """Let a mail that was passed on be one of who wrote it first (S1-02)."""
        found = mail.get("forwarded")
        if not found:
            return
        if not found["email"]:
            # only a name stands there: staff has to say who that is
            mail["unknown_sender"] = found["name"]
            return
        mail["sent_by"], mail["words"] = mail["author"], found["words"]
        address = tools.email_normalize(found["email"])
        people = self.env["mail.thread"]._find_mail_people([address])
        mail["people"] |= people
        mail |= {
            "name": found["name"] if found["name"] != found["email"] else "",
            "address": address,
            "author": people.get(address, self.env["res.partner"].sudo()),
        }
        msg |= {
            "body": found["body"],
            "subject": found["subject"] or mail_subject.clean_subject(msg["subject"]),
            "email_from": tools.formataddr((mail["name"], address)),
        }
        if "files" in found:
            others = [
                file
                for file in msg.get("attachments") or []
                if attachment_policy.extension_of(file[0]) != "eml"
            ]
            msg["attachments"] = others + found["files"]

    # ------------------------------------------------------------
    # What staff is told
    # ------------------------------------------------------------

    def _note_first_mail(self, mail):
        """Write down for staff what the mail itself does not show."""
        if any(mail.get(key) for key in NOTED):
            company = self.company_id or self.env.company
            lang = company.sudo().partner_id.lang  # sudo: res.company - its language
            ticket = self.with_context(lang=lang or self.env.lang)
            lines = ticket._get_first_mail_hints(mail)
            lines += map(escape, ticket._get_refusals(mail.get("refused") or []))
            body = Markup("").join(map(Markup("<p>%s</p>").__mod__, lines))
            self._message_log(body=body)
        words = mail.get("words")
        if words and html_to_words(words):
            # what a colleague wrote above a mail they passed on is for colleagues
            self._message_log(
                body=words, author_id=mail["sent_by"].id, message_type="comment"
            )

    def _get_first_mail_hints(self, mail):
        """Return lines about where a mail came from, as markup."""
        lines = []
        hint, changed = mail.get("hint"), mail.get("changed_subject_of")
        if hint:
            lines.append(
                escape(
                    self.env._(
                        "The mail refers to ticket %(ticket)s, in which its sender "
                        "does not take part. So it became a ticket of its own."
                    )
                )
                % {"ticket": hint._get_html_link(title=f"#{hint.number}")}
            )
        if changed:
            lines.append(
                escape(
                    self.env._("It answered ticket %(ticket)s with another subject.")
                )
                % {"ticket": changed._get_html_link(title=f"#{changed.number}")}
            )
            # sudo: helpdesk.ticket - in nobody's name
            changed.sudo()._message_log(
                body=escape(
                    changed.with_env(self.env).env._(
                        "An answer with another subject became ticket %(ticket)s."
                    )
                )
                % {"ticket": self._get_html_link(title=f"#{self.number}")}
            )
        if mail.get("unknown_sender"):
            lines.append(
                escape(
                    self.env._(
                        "Passed on from %(name)s, whose address the mail does not "
                        "hold. Please choose the requester.",
                        name=mail["unknown_sender"],
                    )
                )
            )
        # sudo: helpdesk.ticket.team - teams this mail was sent to as well
        teams = self.env["helpdesk.ticket.team"].sudo()
        teams = teams.browse(mail.get("other_team_ids") or [])
        if teams:
            users = teams.user_id | teams.filtered(lambda t: not t.user_id).user_ids
            self.sudo().message_subscribe(users.partner_id.ids)  # sudo: as above
            names = ", ".join(teams.mapped("name"))
            words = self.env._("Also sent to: %(teams)s. They follow.", teams=names)
            lines.append(escape(words))
        return lines

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def message_update(self, msg, update_vals=None):
        """Take an answer: files by the rules, new people in copy as the team says."""
        self.ensure_one()
        self.check_access("write")
        mail = self._take_mail(msg)
        if update_vals:
            self.write(update_vals)
        msg["body"] = lay_out(msg.get("body"))
        good, refused = self._split_mail_files(msg.get("attachments"))
        msg["attachments"] = good
        if refused:
            self._tell_refused_files(mail, refused)
        if mail["copies"] and self._lets_in_by_mail(mail["author"], mail["address"]):
            self._add_mail_copies(mail, since=self._now())
        return True

    def _tell_refused_files(self, mail, refused):
        """Tell staff, and who answered, which files were not taken."""
        mail = {"refused": refused}
        self._note_first_mail(mail)
