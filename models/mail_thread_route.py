# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import ast

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from ..tools import mail_forward, mail_subject
from ..tools.mail_addresses import split_addresses, untag
from ..tools.mail_hold import RefusedMail

TICKET = "helpdesk.ticket"
#: so many addresses of a mail are looked up, however many it has
MAX_PEOPLE = 100


class MailThread(models.AbstractModel):
    """Which ticket a mail belongs to: threading by trust.

    Who holds a mail of ours may answer it. Who quotes somebody else's Message-ID or a
    ticket number has to take part in that ticket; else their mail opens a new one.
    """

    _inherit = "mail.thread"

    @api.private
    @api.model
    def message_parse(self, message, save_original=False):
        thread = self
        if "helpdesk_mail_kind" in self.env.context:
            thread = self.with_context(helpdesk_mail_parsing=True)
        return super(MailThread, thread).message_parse(
            message, save_original=save_original
        )

    @api.private
    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Return where a mail goes; what is not the helpdesk's, the core decides."""
        if message_dict.get("is_bounce") or thread_id:
            return super().message_route(
                message, message_dict, model, thread_id, custom_values
            )
        aliases = self._find_mail_aliases(message, message_dict)
        model_id = self.env["ir.model"]._get_id(TICKET)
        own = [alias for alias in aliases if alias.alias_model_id.id == model_id]
        others = len(own) < len(aliases)
        parent = self._get_mail_parent(message_dict)
        if not own and (others or not (parent or model == TICKET)):
            return super().message_route(
                message, message_dict, model, thread_id, custom_values
            )
        mail = self._read_helpdesk_mail(message, message_dict, aliases)
        routes = self._get_ticket_routes(
            message, message_dict, mail, own, parent, custom_values
        )
        if others:
            routes += [
                route
                for route in super().message_route(
                    message, dict(message_dict), model, thread_id, custom_values
                )
                if route[0] != TICKET
            ]
        return routes

    def _message_parse_post_process(self, message, message_dict, routes):
        """The people of a mail for tickets are known since it was routed.

        Recipients are no addressees of the message: who is let in takes part.
        """
        if not any(route[0] == TICKET for route in routes or ()):
            return super()._message_parse_post_process(message, message_dict, routes)
        if "helpdesk_mail" not in message_dict:
            aliases = self._find_mail_aliases(message, message_dict)
            self._read_helpdesk_mail(message, message_dict, aliases)
        return {"author_id": message_dict.get("author_id"), "partner_ids": []}

    # ------------------------------------------------------------
    # What the mail says
    # ------------------------------------------------------------

    @api.model
    def _find_mail_aliases(self, message, message_dict):
        """Return the aliases a mail was sent to: those in To first, then those in Cc.

        ``support+anything@`` is ``support@``.
        """
        addresses = self._get_mail_addresses(message, message_dict)
        # sudo: mail.alias - mails are received in nobody's name
        Alias = self.env["mail.alias"].sudo()
        ids = self.env.context.get("helpdesk_mail_alias_ids")
        if ids is None:
            names = {address for _name, address in addresses}
            names |= set(map(untag, names))
            local = {name.partition("@")[0] for name in names}
            aliases = Alias.search_fetch(
                Domain("alias_full_name", "in", list(names))
                | Domain("alias_name", "in", list(local))
                & Domain("alias_incoming_local", "=", True),
                order="id",
            )
        else:
            aliases = Alias.browse(ids)
        found = {}
        for _name, address in addresses:
            for alias in aliases:
                if alias not in found and self._is_alias_address(alias, address):
                    found[alias] = address
        return [*found, *(alias for alias in aliases if alias not in found)]

    @api.model
    def _is_alias_address(self, alias, address):
        """Tell whether an address, with or without a tag, is an alias's."""
        names = {address, untag(address)}
        return alias.alias_full_name in names or (
            alias.alias_incoming_local
            and alias.alias_name in {name.partition("@")[0] for name in names}
        )

    @api.model
    def _get_mail_addresses(self, message, message_dict):
        """Return who a mail was sent to, as the heads have it: To, Cc, the rest."""
        to_all = message.get_all("To") or [message_dict.get("to")]
        cc_all = message.get_all("Cc") or [message_dict.get("cc")]
        heads = [*to_all, *cc_all, message_dict.get("recipients")]
        return split_addresses(",".join(str(head) for head in heads if head))

    @api.model
    def _get_mail_parent(self, message_dict):
        """Return the message of a ticket that a mail answers, if any."""
        # sudo: mail.message - asked for its ticket, in nobody's name
        parent = self.env["mail.message"].sudo().browse(message_dict.get("parent_id"))
        return parent if parent and parent.model == TICKET and parent.res_id else None

    @api.model
    def _read_helpdesk_mail(self, message, message_dict, aliases):
        """Add to a parsed mail who wrote it to whom, as ``helpdesk_mail``.

        :return: dict: ``name``, ``address`` and ``author`` (sudo, maybe none) of its
            sender; ``copies``, pairs of name and address without our own; ``people``,
            {address: contact as sudo} of those we know
        """
        sender = split_addresses(message_dict.get("email_from"))[:1] or [("", "")]
        name, address = sender[0]
        copies = [
            (other_name, other)
            for other_name, other in self._get_mail_addresses(message, message_dict)
            if other != address
            and not any(self._is_alias_address(alias, other) for alias in aliases)
        ]
        ours = self._find_own_addresses([other for _name, other in copies])
        copies = [copy for copy in copies if not {copy[1], untag(copy[1])} & ours]
        addresses = [address, *(other for _name, other in copies[:MAX_PEOPLE])]
        people = self._find_mail_people(filter(None, addresses))
        mail = {
            "name": name,
            "address": address,
            "author": people.get(address, self.env["res.partner"].sudo()),
            "copies": copies,
            "people": people,
        }
        message_dict["helpdesk_mail"] = mail
        message_dict["author_id"] = mail["author"].id
        # who got the mail by itself is not sent it again
        kept = {other for _name, other in copies}
        for head in ("to_filtered", "cc_filtered"):
            message_dict[head] = ",".join(
                other
                for _name, other in split_addresses(message_dict.get(head))
                if other in kept
            )
        self._reset_helpdesk_bounce(mail["author"])
        return mail

    @api.model
    def _find_own_addresses(self, addresses):
        """Return which of these addresses are ours without being an alias."""
        if not addresses:
            return set()
        names = list({*addresses, *map(untag, addresses)})
        for model in ("res.company", "mail.alias.domain", "mail.alias"):
            self.env[model].flush_model()
        self.env.cr.execute(
            """
            SELECT lower(helpdesk_email) FROM res_company
             WHERE lower(helpdesk_email) = ANY(%(names)s)
             UNION
            SELECT lower(alias_full_name) FROM mail_alias
             WHERE alias_full_name = ANY(%(names)s)
             UNION
            SELECT lower(address) FROM (
                SELECT unnest(ARRAY[
                    catchall_alias || '@' || name,
                    bounce_alias || '@' || name,
                    CASE WHEN default_from LIKE '%%@%%' THEN default_from
                         ELSE default_from || '@' || name END
                ]) AS address FROM mail_alias_domain) AS system
             WHERE lower(address) = ANY(%(names)s)
             UNION
            SELECT lower("user") FROM fetchmail_server
             WHERE active IS TRUE AND lower("user") = ANY(%(names)s)
            """,
            {"names": names},
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _find_mail_people(self, addresses):
        """Return {address: contact as sudo} of those we know, in one statement.

        Known by the contact's address or one of several that stand there, by the login
        of their user, and without a plus-tag. Of several contacts with one address, our
        staff goes first, then who has an account, then the oldest.
        """
        # sudo: res.partner - who wrote a mail, in nobody's name
        Partner = self.env["res.partner"].sudo()
        wanted = {address: {address, untag(address)} for address in addresses}
        names = sorted(set().union(*wanted.values()))
        if not names:
            return {}
        Partner.flush_model(["email", "email_normalized", "active", "partner_share"])
        self.env["res.users"].flush_model(["login", "active", "partner_id"])
        self.env.cr.execute(
            r"""
            SELECT partner.id, known.name, known.how,
                   partner.partner_share, users.id IS NULL
              FROM (
                SELECT id, email_normalized AS name, 0 AS how FROM res_partner
                 WHERE email_normalized = ANY(%(names)s)
                 UNION ALL
                SELECT partner_id, login, 1 FROM res_users
                 WHERE active IS TRUE AND login = ANY(%(names)s)
                 UNION ALL
                SELECT id, part, 2 FROM res_partner,
                       regexp_split_to_table(lower(email), '[,;<>\s]+') AS part
                 WHERE email ~ '[,;]' AND part = ANY(%(names)s)
              ) AS known
              JOIN res_partner partner ON partner.id = known.id
              LEFT JOIN res_users users
                ON users.partner_id = partner.id AND users.active IS TRUE
             WHERE partner.active IS TRUE
             ORDER BY 4, 5, 3, 1
            """,
            {"names": names},
        )
        ids = {}
        for row in self.env.cr.fetchall():
            ids.setdefault(row[1], row[0])
        # read together when one of them is
        Partner = Partner.with_prefetch(set(ids.values()))
        return {
            address: Partner.browse(ids.get(address) or ids[untag(address)])
            for address, forms in wanted.items()
            if forms & ids.keys()
        }

    @api.model
    def _reset_helpdesk_bounce(self, partner):
        """Who writes can be written to."""
        if partner.message_bounce:
            partner.message_bounce = 0

    # ------------------------------------------------------------
    # Where it goes
    # ------------------------------------------------------------

    @api.model
    def _get_ticket_routes(
        self, message, message_dict, mail, aliases, parent, custom_values
    ):
        """Return the one route of a mail for tickets.

        :raise RefusedMail: when an alias does not take mails of this sender
        """
        alias = aliases[0] if aliases else None
        named = self._find_ticket_of_mail(message_dict, mail, parent)
        ticket = named._lead_mail_on(mail)
        is_person = self.env.context.get("helpdesk_mail_kind", "person") == "person"
        if ticket and ticket.stage_kind == "closed" and is_person:
            if not mail["author"] or ticket._is_customer_side(mail["author"]):
                values = {"helpdesk_follow_up_of": ticket.id}
                return [(TICKET, False, values, SUPERUSER_ID, alias)]
        if ticket and is_person and self._is_new_topic(named, message_dict, mail):
            mail["changed_subject_of"] = ticket
            values = {"team_id": ticket.team_id.id}
            return [(TICKET, False, values, SUPERUSER_ID, alias)]
        if ticket:
            if ticket != named:
                message_dict.pop("parent_id", None)  # stayed in the merged thread
            return [(TICKET, ticket.id, {}, SUPERUSER_ID, alias)]
        # no thread: nothing of the message it answers counts
        message_dict.pop("parent_id", None)
        message_dict.pop("is_internal", None)
        if not alias:
            values = dict(custom_values or {})
            return [(TICKET, False, values, SUPERUSER_ID, alias)]
        self._check_alias_contact(message, message_dict, alias)
        team_ids = [self._get_alias_values(other).get("team_id") for other in aliases]
        mail["other_team_ids"] = [
            team_id
            for team_id in dict.fromkeys(team_ids[1:])
            if team_id and team_id != team_ids[0]
        ]
        if mail["author"] and not mail["author"].partner_share:
            mail["forwarded"] = self._read_forwarded(message, message_dict)
        thread_id = alias.alias_force_thread_id or False
        values = self._get_alias_values(alias)
        return [(TICKET, thread_id, values, SUPERUSER_ID, alias)]

    @api.model
    def _get_alias_values(self, alias):
        return dict(ast.literal_eval(alias.alias_defaults or "{}"))

    @api.model
    def _check_alias_contact(self, message, message_dict, alias):
        """Check that an alias takes mails of this sender.

        :raise RefusedMail: otherwise
        """
        if alias.alias_contact == "everyone":
            return
        team = self.env["helpdesk.ticket.team"].sudo()  # sudo: its own alias
        team = team.browse(alias.alias_parent_thread_id or [])
        if team._alias_get_error(message, message_dict, alias):
            raise RefusedMail("alias_contact", alias.alias_full_name)

    @api.model
    def _find_ticket_of_mail(self, message_dict, mail, parent):
        """Return the ticket a mail may join, as sudo; note one it may not.

        Our own Message-ID was sent to who quotes it. Somebody else's, or a number in
        the subject, counts where the sender takes part.
        """
        Ticket = self.env[TICKET].sudo()  # sudo: mails are received in nobody's name
        named = Ticket.browse(parent.res_id if parent else []).exists()
        if named:
            author = parent.author_id
            is_ours = parent.message_type != "email" or (
                author and not named._is_customer_side(author)
            )
            lets_in = named._lets_in_by_mail(mail["author"], mail["address"])
            if is_ours or lets_in:
                mail["parent"] = parent
                if lets_in and named._is_customer_side(mail["author"]):
                    # a customer's words are no note, even in answer to one
                    message_dict.pop("is_internal", None)
                return named
        # the thread is another's
        numbers = mail_subject.find_numbers(message_dict.get("subject"))
        if numbers:
            message_dict.pop("parent_id", None)
            message_dict.pop("is_internal", None)
            for ticket in Ticket.search([("number", "in", numbers)], limit=5):
                if ticket._lets_in_by_mail(mail["author"], mail["address"]):
                    return ticket
                named = named or ticket
        mail["hint"] = named
        return Ticket

    @api.model
    def _is_new_topic(self, ticket, message_dict, mail):
        """Tell whether an answer with another subject is a ticket of its own (S0-23).

        Only where the team says so, and never when our side writes.
        """
        if ticket.team_id.subject_change != "new":
            return False
        if mail["author"] and not ticket._is_customer_side(mail["author"]):
            return False
        known = [ticket.name]
        if mail.get("parent"):
            known.append(mail["parent"].subject)
        return not mail_subject.is_same_subject(message_dict.get("subject"), known)

    @api.model
    def _read_forwarded(self, message, message_dict):
        """Return what somebody of our staff passed on, None where nothing was.

        :return: dict, see ``split_forward``; ``files`` where the mail was attached
        """
        attached = mail_forward.read_attached(message)
        if attached:
            inner = self._message_parse_extract_payload(attached.pop("message"), {})
            return attached | {
                "words": message_dict.get("body") or "",
                "body": inner["body"],
                "files": inner["attachments"],
            }
        found = mail_forward.split_forward(message_dict.get("body"))
        subject = message_dict.get("subject")
        if found and (found["marked"] or mail_subject.is_forward(subject)):
            return found
        return None
