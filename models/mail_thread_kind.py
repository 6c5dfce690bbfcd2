# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.mail_auth import is_sender_proven
from ..tools.mail_bounce import get_failed_address, is_final_failure
from ..tools.mail_hold import HeldMail, RefusedMail
from ..tools.mail_incoming import strip_tag
from ..tools.mail_loop import get_fingerprint
from ..tools.mail_parsing import is_answering_machine, is_machine

TICKET = "helpdesk.ticket"


class MailThread(models.AbstractModel):
    """Whose a mail is and what kind of mail, before anything is done with it."""

    _inherit = "mail.thread"

    # ------------------------------------------------------------
    # For the helpdesk?
    # ------------------------------------------------------------

    @api.model
    def _find_helpdesk_place(self, incoming):
        """Return what a mail for the helpdesk came to; nothing for others' mails.

        That is: one of its addresses, an answer to a message of a ticket, or an
        address of ours that nobody has. One query for all that is asked.

        :return: dict with ``alias_ids``, ``team_id``, ``company_id``, ``message_id``
            it answers and ``ticket_id`` of that, ``is_own_sender``, ``is_unknown``
        """
        aliases, domains, parent = self._fetch_mail_places(incoming)
        by_address = {}
        for alias in aliases:
            by_address[alias["address"]] = alias
            if alias["local"]:
                for address in incoming.recipients:
                    if strip_tag(address).partition("@")[0] == alias["name"]:
                        by_address[strip_tag(address)] = alias
        reached = [
            by_address.get(address) or by_address.get(strip_tag(address))
            for address in incoming.recipients
        ]
        reached = list({alias["id"]: alias for alias in reached if alias}.values())
        own = [alias for alias in reached if alias["model"] == TICKET]
        is_ticket = bool(parent and parent["model"] == TICKET)
        if not own and (reached or not self._is_place(incoming, domains, parent)):
            return {}
        team = own[0] if own else parent if is_ticket else {}
        return {
            "alias_ids": [alias["id"] for alias in reached],
            "team_id": team.get("team_id"),
            "company_id": team.get("company_id"),
            "ticket_id": parent["res_id"] if is_ticket else False,
            "message_id": parent["id"] if is_ticket else False,
            "is_own_sender": incoming.sender in by_address,
            "is_unknown": not own and not is_ticket and not incoming.model,
        }

    @api.model
    def _is_place(self, incoming, domains, parent):
        """Tell whether a mail to no alias at all is the helpdesk's."""
        if parent:
            return parent["model"] == TICKET
        if incoming.model:
            return incoming.model == TICKET
        bounce = {domain["bounce"] for domain in domains}
        names = {domain["name"] for domain in domains}
        return any(
            address.partition("@")[2] in names and address not in bounce
            for address in incoming.recipients
        )

    @api.model
    def _fetch_mail_places(self, incoming):
        """Return aliases (of the sender, too), domains and the message answered."""
        full = {incoming.sender, *incoming.recipients}
        full |= set(map(strip_tag, full))
        allowed = self.env["ir.config_parameter"].sudo()  # sudo: a setting
        allowed = allowed.get_param("mail.catchall.domain.allowed") or ""
        allowed = {name.strip() for name in allowed.split(",") if name.strip()}
        names = [
            strip_tag(address).partition("@")[0]
            for address in incoming.recipients
            if not allowed or address.partition("@")[2] in allowed
        ]
        for model in ("mail.alias", "mail.alias.domain", "helpdesk.ticket.team"):
            self.env[model].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT
                (SELECT COALESCE(json_agg(json_build_object(
                            'id', alias.id, 'address', alias.alias_full_name,
                            'name', alias.alias_name,
                            'local', alias.alias_incoming_local,
                            'model', model.model, 'team_id', team.id,
                            'company_id', team.company_id)), '[]')
                   FROM mail_alias alias
                   JOIN ir_model model ON model.id = alias.alias_model_id
              LEFT JOIN helpdesk_ticket_team team ON team.alias_id = alias.id
                  WHERE alias.alias_full_name = ANY(%(full)s)
                     OR (alias.alias_incoming_local
                         AND alias.alias_name = ANY(%(names)s))),
                (SELECT COALESCE(json_agg(json_build_object(
                            'name', name,
                            'bounce', bounce_alias || '@' || name)), '[]')
                   FROM mail_alias_domain),
                (SELECT json_build_object(
                            'id', message.id,
                            'model', message.model, 'res_id', message.res_id,
                            'team_id', ticket.team_id,
                            'company_id', ticket.company_id)
                   FROM mail_message message
              LEFT JOIN helpdesk_ticket ticket
                     ON message.model = 'helpdesk.ticket'
                    AND ticket.id = message.res_id
                  WHERE message.message_id = ANY(%(references)s)
               ORDER BY message.id DESC
                  LIMIT 1)
                """,
                full=list(full),
                names=names,
                references=incoming.references,
            )
        )[0]

    # ------------------------------------------------------------
    # What is known
    # ------------------------------------------------------------

    @api.model
    def _get_mail_facts(self, incoming):
        """Return what the database knows of a mail and its sender, in one query.

        ``line_id``, ``body_hash`` and ``ticket_id`` of the line of its first copy;
        ``is_ours``: one of our messages came back; ``accepts``: what was decided
        about its sender, None for nothing; ``is_internal``, ``is_known``: whose the
        address is; ``repeats``: how many mails that say the same came from it lately.
        """
        values = incoming.values
        fingerprint = get_fingerprint(
            values.get("subject"),
            incoming.text,
            [len(file[1] or "") for file in values.get("attachments") or ()],
            is_answer=bool(incoming.references),
        )
        get_param = self.env["ir.config_parameter"].sudo().get_param  # sudo: settings
        minutes = int(get_param("mail.gateway.loop.minutes", 120))
        most = int(get_param("mail.gateway.loop.threshold", 20))
        self.env["helpdesk.ticket.mail.log"].flush_model()
        self.env["helpdesk.ticket.mail.sender"].flush_model()
        row = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.body_hash, line.ticket_id,
                       EXISTS(SELECT FROM mail_message
                               WHERE message_id = %(message_id)s),
                       (SELECT accepts FROM helpdesk_ticket_mail_sender
                         WHERE address IN (%(sender)s, %(domain)s)
                      ORDER BY address LIKE '@%%' LIMIT 1),
                       EXISTS(SELECT FROM mail_gateway_allowed
                               WHERE email_normalized = %(sender)s),
                       EXISTS(SELECT FROM res_partner partner
                                JOIN res_users ON partner_id = partner.id
                               WHERE email_normalized = %(sender)s
                                 AND res_users.active AND share IS NOT TRUE),
                       EXISTS(SELECT FROM res_partner
                               WHERE email_normalized = %(sender)s AND active),
                       (SELECT count(*)
                          FROM (SELECT FROM helpdesk_ticket_mail_log
                                 WHERE email_normalized = %(sender)s
                                   AND create_date >= %(since)s
                                   AND fingerprint = %(fingerprint)s
                                   AND outcome IS DISTINCT FROM 'duplicate'
                                 LIMIT %(most)s) repeats) >= %(most)s
                  FROM (VALUES (1)) one
             LEFT JOIN helpdesk_ticket_mail_log line
                    ON line.message_key = %(key)s
                """,
                key=incoming.key,
                message_id=values.get("message_id") or incoming.key,
                sender=incoming.sender,
                domain="@" + incoming.sender.rpartition("@")[2],
                fingerprint=fingerprint,
                since=self.env.cr.now() - timedelta(minutes=minutes),
                most=most,
            )
        )[0]
        names = (
            "line_id body_hash ticket_id is_ours accepts is_unlimited is_internal "
            "is_known repeats"
        )
        facts = dict(zip(names.split(), row, strict=True))
        # a message of ours that a mail of ours brought is a copy of that mail
        facts["is_ours"] = facts["is_ours"] and not facts["line_id"]
        return {**facts, "fingerprint": fingerprint}

    # ------------------------------------------------------------
    # The kind
    # ------------------------------------------------------------

    @api.model
    def _classify_mail(self, incoming):
        """Return the kind of a mail, a value of the log's field."""
        facts, kind = incoming.facts, incoming.kind
        if kind == "bounce":
            return kind
        if incoming.place["is_own_sender"]:
            return "loop"
        if kind == "auto_reply":
            return kind
        if facts["is_internal"] and not self._is_mail_proven(incoming):
            return "forged"
        if facts["repeats"] and not facts["is_unlimited"]:
            return "loop"
        return kind

    @api.model
    def _is_mail_proven(self, incoming):
        """Tell whether our mail server says who sent it, or nobody asked it to."""
        company = self.env["res.company"].browse(incoming.place["company_id"] or [])
        # sudo: res.company - a setting
        server = (company or self.env.company).sudo().helpdesk_trusted_authserv
        if not server:
            return True
        values = incoming.message.get_all("Authentication-Results", [])
        return is_sender_proven(map(str, values), server, incoming.sender)

    def _detect_is_bounce(self, message, message_dict):
        """Receipts and machines' answers are no bounces, wherever they are sent to."""
        kind = self.env.context.get("helpdesk_mail_kind")
        if kind:
            return kind == "bounce"
        return super()._detect_is_bounce(message, message_dict)

    # ------------------------------------------------------------
    # What becomes of it
    # ------------------------------------------------------------

    @api.model
    def _check_sender(self, incoming):
        """Refuse whom nobody wants to hear.

        :raise RefusedMail: from a sender somebody decided never to accept
        :raise HeldMail: without a sender
        """
        if incoming.kind == "bounce":
            return
        if not incoming.values.get("email_from"):
            raise HeldMail("no_sender")
        if self.env.context.get("helpdesk_mail_released"):
            return
        if "several_senders" in incoming.message.remarks:
            raise HeldMail("several_senders")
        if incoming.facts["accepts"] is False:
            raise RefusedMail("sender")

    @api.model
    def _check_kind(self, incoming, routes):
        """Return as what a mail is processed; staff's release says as a person's.

        ``person``; ``ruled``, too, whom a rule has to find in it; ``auto_reply``, a
        note in its ticket; ``machine``, which opens nothing.

        :param routes: those of tickets
        :raise HeldMail: when somebody has to decide
        """
        kind, accepts = incoming.kind, incoming.facts["accepts"]
        if kind == "person" or self.env.context.get("helpdesk_mail_released"):
            return "person"
        thread_id = next((route[1] for route in routes if route[1]), False)
        if kind == "forged":
            raise HeldMail(kind, ticket_id=thread_id)
        if kind == "auto_reply" and thread_id:
            return kind
        if accepts:
            return "person"
        if kind == "loop":
            reason = "own_address" if incoming.place["is_own_sender"] else "loop"
            raise HeldMail(reason, ticket_id=thread_id)
        subject = incoming.values.get("subject") or ""
        if thread_id:
            return "auto_reply" if is_machine(incoming.message, subject) else "person"
        if kind == "auto_reply":
            if is_answering_machine(incoming.message):
                return "machine"
            raise HeldMail("machine")
        if kind == "list" and incoming.facts["is_known"]:
            return "person"
        if kind == "no_reply" and self._accepts_no_reply(incoming):
            return "ruled"
        raise HeldMail(kind)

    @api.model
    def _accepts_no_reply(self, incoming):
        """Tell whether a rule of the team says what such a mail is."""
        team = self.env["helpdesk.ticket.team"].browse(incoming.place["team_id"] or [])
        return self.env["helpdesk.ticket.mail.rule"]._accepts_no_reply(
            team, incoming.values
        )

    @api.model
    def _do_bounce(self, incoming, values):
        """Mark an address that a mail could not reach, and tell who has to know.

        :return: as ``_do_mail``
        :raise HeldMail: when it says neither whom it is about nor which mail
        """
        # sudo already: helpdesk.ticket - whose mail came back
        ticket = self.env[TICKET].browse(incoming.place["ticket_id"] or [])
        if not is_final_failure(incoming.message):
            return "bounce", "delayed", ticket
        address = values.get("bounced_email") or get_failed_address(incoming.message)
        if not address and not values.get("bounced_message"):
            raise HeldMail("unknown_bounce")
        if not values.get("bounced_message"):
            values["bounced_message"] = self.env["mail.message"].browse(
                incoming.place["message_id"] or []
            )
        if not values.get("bounced_email"):
            values["bounced_email"] = address
            values["bounced_partner"] = self.env["res.partner"].search(
                [("email_normalized", "=", address)]
            )
        self._routing_handle_bounce(incoming.message, values)
        return "bounce", "", ticket
