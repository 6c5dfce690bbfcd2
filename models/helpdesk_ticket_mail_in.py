# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree, html
from markupsafe import Markup, escape

from odoo import api, models, tools

from ..tools import attachment_policy, mail_labels, mail_subject
from ..tools.mail_addresses import domain_of_company, split_addresses
from ..tools.mail_hold import HeldMail
from ..tools.mail_parsing import get_new_text
from ..tools.mail_plain import lay_out
from ..tools.text import html_to_words

#: a mail to more people than this adds only those we know; the rest is written down
MAX_NEW_COPIES = 20
MAX_COPIES = 60
#: so much of a mail is the subject of a ticket that has none
SUBJECT_FROM_TEXT = 60
SUBJECT_LENGTH = 300
#: what of a mail is written down for staff
NOTED = ("refused", "hint", "changed_subject_of", "unknown_sender", "other_team_ids")
#: parts that programs add and nobody sent: signatures of mails and the like
TECHNICAL = {"p7s", "p7m", "asc", "sig", "dat"}


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
            "helpdesk_answered_mail": "".join((msg.get("message_id") or "").split()),
            "helpdesk_refused_files": [
                refused for refused in mail["refused"] if refused["told"]
            ],
            "helpdesk_changed_subject_of": changed and changed.number,
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

    # ------------------------------------------------------------
    # Who asks
    # ------------------------------------------------------------

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

    @api.model
    def _take_requester(self, msg, mail, company):
        """Find or create who asks; the message is theirs."""
        if self.env.context.get("helpdesk_mail_no_reply"):
            self._take_named_customer(msg, mail, company)
            return
        requester = mail["author"]
        if not requester or requester.company_id not in (
            requester.company_id.browse(),
            company,
        ):
            requester = self._create_mail_requester(mail, company)
        mail["requester"] = requester
        msg["author_id"] = requester.id

    @api.model
    def _create_mail_requester(self, mail, company):
        """Create the contact of who writes for the first time.

        :raise HeldMail: when the mail does not say who that is
        """
        if not mail["address"]:
            raise HeldMail("no_sender")
        return self._create_mail_people([(mail["name"], mail["address"])], company)

    @api.model
    def _create_mail_people(self, people, company):
        """Create contacts, all in one go.

        They belong to the company whose people have the same domain, if it is one
        company, and never for a public provider.

        :param people: pairs of name and address
        """
        # sudo: res.partner - who writes to the helpdesk is known as a contact
        Partner = self.env["res.partner"].sudo()
        firms = self._find_companies_of_domains(
            {domain_of_company(address) for _name, address in people}, company
        )
        lang = company.sudo().partner_id.lang  # sudo: res.company - its language
        vals_list = []
        for name, address in people:
            firm = Partner.browse(firms.get(domain_of_company(address)) or [])
            vals_list.append(
                {
                    "name": name or address,
                    "email": address,
                    "parent_id": firm.id,
                    "lang": firm.lang or lang,
                    "company_id": firm.company_id.id,
                }
            )
        partners = Partner.with_context(tracking_disable=True).create(vals_list)
        return partners.with_env(Partner.env)

    @api.model
    def _find_companies_of_domains(self, domains, company):
        """Return {domain: id of the only company whose people share it}."""
        domains = list(domains - {""})
        if not domains:
            return {}
        self.env["res.partner"].flush_model(
            ["email_normalized", "commercial_partner_id", "is_company", "active"]
        )
        self.env.cr.execute(
            """
            SELECT split_part(partner.email_normalized, '@', 2), MIN(firm.id)
              FROM res_partner partner
              JOIN res_partner firm ON firm.id = partner.commercial_partner_id
             WHERE split_part(partner.email_normalized, '@', 2) = ANY(%s)
               AND partner.email_normalized IS NOT NULL
               AND partner.active IS TRUE AND firm.active IS TRUE
               AND firm.is_company IS TRUE
               AND (firm.company_id IS NULL OR firm.company_id = %s)
               AND firm.id NOT IN (SELECT partner_id FROM res_company)
             GROUP BY 1 HAVING MIN(firm.id) = MAX(firm.id)
            """,
            [domains, company.id],
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _take_named_customer(self, msg, mail, company):
        """A machine's mail asks for the customer whose location it names.

        :raise HeldMail: when it names none, or several
        """
        # sudo: helpdesk.ticket.location - mails are received in nobody's name
        places = (
            self.env["helpdesk.ticket.location"]
            .sudo()
            .search_fetch(
                [("partner_id", "!=", False), ("company_id", "in", [False, company.id])]
            )
        )
        text = f"{msg.get('subject') or ''} {html_to_words(msg.get('body'))}"
        place = self._find_named_place(places, text)
        if not place and self.env.context.get("helpdesk_mail_released"):
            mail["requester"] = mail["author"] or self._create_mail_requester(
                mail, company
            )
            msg["author_id"] = mail["requester"].id
            return
        if not place:
            raise HeldMail("no_hotel")
        mail["place"] = place
        mail["requester"] = place.manager_ids.sorted("id")[:1] or place.partner_id
        mail |= {"name": "", "address": ""}
        msg["author_id"] = mail["author"].id

    # ------------------------------------------------------------
    # Where it happened
    # ------------------------------------------------------------

    @api.model
    def _find_mail_location(self, requester, labels, subject, body):
        """Return the location a mail names by name or code, among the sender's own.

        Who has one only needs not name it. Two that are named are none.
        """
        # sudo: helpdesk.ticket.location - those offered to who asks
        places = self.env["helpdesk.ticket.location"].sudo()._get_offered(requester)
        if len(places) < 2:
            return places
        for text in (labels.get("location"), subject, get_new_text(body)):
            place = text and self._find_named_place(places, text)
            if place:
                return place
        return places.browse()

    @api.model
    def _find_named_place(self, places, text):
        """Return the one of ``places`` that a text names, none if not exactly one."""
        names = [(place.id, place.name) for place in places]
        names += [(place.id, place.code) for place in places if place.code]
        found = mail_labels.find_named(text, names)
        return places.browse(found) if len(found) == 1 else places.browse()

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    @api.model
    def _split_mail_files(self, files):
        """Split the files of a mail by the rules for attachments.

        :param files: tuples of name, content and maybe a dict with the ``cid``
        :return: (good, refused): triples of clean name, bytes and dict · dicts of
            ``name``, ``size``, ``reason`` and whether the sender is ``told``
        """
        good, refused, total = [], [], 0
        for name, content, *info in files or []:
            info = (info and info[0]) or {}
            if hasattr(content, "as_bytes"):
                content = content.as_bytes()
            elif isinstance(content, str):
                content = content.encode("utf-8", "replace")
            name = attachment_policy.clean_name(name)
            reason = attachment_policy.refusal(name, content)
            if not reason and len(good) >= attachment_policy.MAX_FILES:
                reason = "count"
            if not reason and total + len(content) > attachment_policy.MAX_TOTAL_BYTES:
                reason = "total"
            if not reason:
                total += len(content)
                good.append((name, content, info))
                continue
            technical = attachment_policy.extension_of(name) in TECHNICAL
            told = not (technical or info.get("cid"))
            refused.append(
                {"name": name, "size": len(content), "reason": reason, "told": told}
            )
        return good, refused

    def _get_refusals(self, refused):
        """Return sentences about refused files, naming what is accepted."""
        return [
            self._portal_refusal_text(file["reason"], file["name"], file["size"])
            for file in refused
        ]

    def _add_first_files(self, msg, files):
        """Make the files of the first mail those of the request, pictures in place."""
        msg["attachments"] = []
        if not files:
            if "cid:" in (msg.get("body") or ""):
                self._write_mail_body(msg, {})
            return
        created = self._portal_create_files(
            [(name, content) for name, content, _info in files], self.id
        )
        sources = {}
        for attachment, (name, _content, info) in zip(created, files, strict=True):
            url = self._portal_picture_url(attachment)
            if url:
                sources.setdefault(info.get("cid") or name, url)
        if "cid:" in (msg.get("body") or ""):
            self._write_mail_body(msg, sources)

    def _write_mail_body(self, msg, sources):
        """Show the pictures of a mail in its text and in the request.

        :param dict sources: address by Content-ID or name
        """
        same = self.description and "cid:" in self.description
        msg["body"] = self._replace_pictures(msg["body"], sources)
        if same:
            ticket = self.with_context(mail_notrack=True)  # nothing is tracked here
            ticket.description = self._replace_pictures(self.description, sources)

    @api.model
    def _replace_pictures(self, body, sources):
        """Return a text whose pictures come from ``sources``; others are left out."""
        root = html.fragment_fromstring(str(body), create_parent="div")
        for image in list(root.iter("img")):
            source = image.get("src") or ""
            if not source.startswith("cid:"):
                continue
            url = sources.get(source[4:]) or sources.get(image.get("data-filename"))
            if url:
                image.set("src", url)
            else:
                image.drop_tree()
        parts = [escape(root.text or "")]
        for child in root:
            parts.append(Markup(etree.tostring(child, encoding="unicode", method="html")))
        return Markup("").join(parts)

    # ------------------------------------------------------------
    # People in copy
    # ------------------------------------------------------------

    def _add_mail_copies(self, mail, since=None):
        """People in To and Cc take part: those of the customer, or all (S1-06).

        Colleagues of ours follow. Foreign people are listed as not included, unless
        the team lets everybody in.

        :param datetime since: from when outsiders see the ticket; empty: all of it
        """
        self.ensure_one()
        copies = mail["copies"][:MAX_COPIES]
        if not copies:
            return
        # sudo: participants - who sends a mail may put people in copy
        ticket = self.sudo()
        listed = ticket.participant_ids.partner_id | ticket.partner_id
        known = [mail["people"].get(address) for _name, address in copies]
        partners = self.env["res.partner"].sudo().union(*filter(None, known))
        unknown = [copy for copy in copies if copy[1] not in mail["people"]]
        if unknown and len(mail["copies"]) <= MAX_NEW_COPIES:
            company = ticket.company_id or self.env.company
            partners |= self._create_mail_people(unknown, company)
        partners -= listed
        staff = partners.filtered(lambda partner: not partner.partner_share)
        if staff:
            ticket.message_subscribe(staff.ids)
        firm = ticket.partner_id.commercial_partner_id
        everybody = ticket.team_id.copies == "all"
        ticket.env["helpdesk.ticket.participant"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "partner_id": partner.id,
                    "source": "mail_copy",
                    "added_by_id": mail["author"].id or ticket.partner_id.id,
                    "included": everybody or partner.commercial_partner_id == firm,
                    "sees_from": partner.commercial_partner_id != firm and since,
                }
                for partner in partners - staff
            ]
        )

    @api.model
    def _get_unlisted_copies(self, mail):
        """Return the addresses in copy that are not made contacts, as text."""
        if len(mail["copies"]) <= MAX_NEW_COPIES:
            return False
        left = [
            address
            for number, (_name, address) in enumerate(mail["copies"])
            if number >= MAX_COPIES or address not in mail["people"]
        ]
        return ", ".join(left) or False

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
        """Take an answer: its files by the rules, new people in copy as the team says."""
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

    def _lets_in_by_mail(self, partner, address):
        """Tell whether who writes may join this thread by naming it.

        Our staff, the requester's address, who takes part, and who sees the ticket in
        the portal by their scope.

        :param partner: the sender, maybe nobody known
        :param str address: normalised
        """
        self.ensure_one()
        ticket = self.sudo()  # sudo: who takes part, whoever asks
        if address and address == ticket.partner_email_normalized:
            return True
        if not partner:
            return False
        if not partner.partner_share or partner == ticket.partner_id:
            return True
        if partner in ticket.participant_ids.filtered("included").partner_id:
            return True
        if partner.helpdesk_scope == "company":
            return partner.commercial_partner_id == ticket.commercial_partner_id
        return partner.helpdesk_scope == "location" and (
            ticket.location_id in partner.helpdesk_location_ids
        )
