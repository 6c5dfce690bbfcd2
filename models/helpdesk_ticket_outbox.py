# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools.inside import Inside, inside

LAYOUT = "helpdesk_service_portal.mail_layout"
#: so long an answer waits for what happens together with it, in seconds
MERGE_SECONDS = 60
#: so long a mail gathers the acknowledgements of a sender of many tickets
GATHER_SECONDS = 900
GATHERING = "X-Helpdesk-Gathering"
REFERENCES = 3
NOTICE_HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}


class HelpdeskTicket(models.Model):
    """How mails leave: queued, one per person for all that happened together."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Messages of people
    # ------------------------------------------------------------

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Queue the mails: nobody waits for a mail server.

        What the team answers waits a minute for a change of state, and takes along
        the notices that still wait for their mail.
        """
        if not self:
            return super()._notify_thread_by_email(message, recipients_data, **kwargs)
        ticket = self.with_context(mail_notify_force_send=False)
        message_sudo = message.sudo()  # sudo: mail.message - just posted
        if not self._is_answer(message_sudo):
            self._wake_mail_queue(fields.Datetime.now())
            return super(HelpdeskTicket, ticket)._notify_thread_by_email(
                message, recipients_data, **kwargs
            )
        due = fields.Datetime.now() + timedelta(seconds=MERGE_SECONDS)
        self._wake_mail_queue(due)
        waiting = self._get_waiting_mails()
        notices = waiting.mail_message_id.filtered(
            lambda m: m.message_type == "auto_comment"
        )
        ticket = ticket.with_context(
            helpdesk_mail_due=Inside(due), helpdesk_notice_ids=Inside(notices.ids)
        )
        res = super(HelpdeskTicket, ticket)._notify_thread_by_email(
            message, recipients_data, **kwargs
        )
        self._take_along(notices, message_sudo)
        told = self.sudo()  # sudo: the date it tells, whoever answers
        if told.stage_kind in ("waiting_customer", "solved"):
            told._announce_close_date(message_sudo)
        return res

    def _is_answer(self, message):
        """Tell whether our side wrote this public message."""
        return (
            message.message_type in ("comment", "email")
            and self._is_public_message(message)
            and not self._is_customer_message(message)
        )

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        due = inside(self.env, "helpdesk_mail_due")
        return super()._notify_by_email_get_base_mail_values(
            message,
            recipients_data,
            additional_values={
                **(additional_values or {}),
                **({"scheduled_date": due} if due else {}),
            },
        )

    # ------------------------------------------------------------
    # Notices
    # ------------------------------------------------------------

    def _queue_notices(self, messages, langs, delay=0):
        """Queue the mails of notices to the requesters, all in one go.

        Acknowledgements are rendered when they are sent: who sends a form does not
        wait for that.

        :param messages: {ticket id: message}
        :param langs: {ticket id: language}
        :param int delay: seconds they wait for what happens together
        :return: {ticket id: the message whose mail tells it}
        """
        tickets = self.filtered(lambda t: t.id in messages)
        people = tickets._get_requesters_data()
        waiting = tickets._get_waiting_mails() if delay else self.env["mail.mail"]
        carriers = {mail.res_id: mail for mail in reversed(waiting)}
        mails, notifications = [], []
        is_first = bool(self.env.context.get("helpdesk_first_message"))
        links = {} if is_first else tickets._get_portal_links()
        references = tickets._get_references(messages)
        due = fields.Datetime.now() + timedelta(seconds=delay) if delay else False
        for ticket in tickets:
            message, person = messages[ticket.id], people.get(ticket.id)
            if not person or not person["active"]:
                continue
            if person["notif"] == "inbox":
                ticket._notify_thread_by_inbox(message, [person])
                continue
            notification = {
                **ticket._notify_by_email_get_base_notification_values(message),
                "res_partner_id": person["id"],
            }
            notifications.append(notification)
            carrier = carriers.get(ticket.id)
            if carrier:
                notification["mail_mail_id"] = carrier.id
                continue
            notification["mail"] = len(mails)
            mails.append(
                {
                    "mail_message_id": message.id,
                    "references": references[ticket.id],
                    "auto_delete": True,
                    "headers": repr(ticket._get_notice_headers(message)),
                    "recipient_ids": [(4, person["id"])],
                    "scheduled_date": due,
                    "helpdesk_is_pending": is_first,
                    "body_html": not is_first
                    and ticket._render_mail(
                        message, person, langs[ticket.id], links[ticket.id]
                    ),
                }
            )
        created = self.env["mail.mail"].create(mails)
        for values in notifications:
            if "mail" in values:
                values["mail_mail_id"] = created[values.pop("mail")].id
        self.env["mail.notification"].create(notifications)
        for ticket in tickets.filtered(lambda t: t.id in carriers):
            ticket._render_waiting_mails(carriers[ticket.id].mail_message_id)
        if created:
            self._wake_mail_queue(due or fields.Datetime.now())
        return messages | {
            res_id: carrier.mail_message_id for res_id, carrier in carriers.items()
        }

    def _get_requesters_data(self):
        """Return {ticket id: what the core knows of its requester as recipient}."""
        data = self.env["mail.followers"]._get_recipient_data(
            self, "user_notification", False, self.partner_id.ids
        )
        known = {
            pid: person for people in data.values() for pid, person in people.items()
        }
        return {
            ticket.id: data[ticket.id].get(ticket.partner_id.id)
            or known.get(ticket.partner_id.id)
            for ticket in self
        }

    def _get_portal_links(self):
        """Return {ticket id: the address of its button}, which signs nobody in."""
        me = self.env.user.partner_id
        logins = (self.partner_id - me).signup_get_auth_param()
        logins[me.id] = {"auth_login": self.env.user.login}
        return {
            ticket.id: ticket._notify_get_action_link(
                "view",
                access_token=ticket._portal_ensure_token(),
                pid=ticket.partner_id.id,
                hash=ticket._sign_token(ticket.partner_id.id),
                **logins[ticket.partner_id.id],
            )
            for ticket in self
        }

    def _render_pending_mail(self, message):
        """Return the mail of an acknowledgement to the requester as HTML.

        :param message: the acknowledgement, as sudo
        """
        self.ensure_one()
        template = self._get_notice_template("acknowledgement")
        person = self._get_requesters_data()[self.id]
        lang = self._get_notice_langs(template)[self.id]
        link = self._get_portal_links()[self.id]
        return self._render_mail(message, person, lang, link)

    def _get_references(self, messages):
        """Return {ticket id: Message-IDs of its last public messages and the new one}.

        So mail programs show all mails of a ticket as one conversation.
        """
        if self.env.context.get("helpdesk_first_message"):
            return {ticket.id: messages[ticket.id].message_id for ticket in self}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket.id, earlier.message_id
                  FROM unnest(%(tickets)s) AS ticket(id),
                       LATERAL (
                           SELECT message.id, message.message_id
                             FROM mail_message message
                            WHERE message.model = %(model)s
                              AND message.res_id = ticket.id
                              AND message.subtype_id = %(subtype)s
                              AND message.is_internal IS NOT TRUE
                              AND message.message_id IS NOT NULL
                         ORDER BY message.id DESC
                            LIMIT %(count)s
                       ) AS earlier
              ORDER BY earlier.id
                """,
                tickets=self.ids,
                model=self._name,
                subtype=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
                count=REFERENCES + 1,
            )
        )
        references = defaultdict(list)
        for ticket_id, message_id in rows:
            references[ticket_id].append(message_id)
        return {
            ticket.id: " ".join(
                references[ticket.id] or [messages[ticket.id].message_id]
            )
            for ticket in self
        }

    def _get_notice_headers(self, message):
        """Return headers by which machines see that a machine writes."""
        headers = dict(NOTICE_HEADERS)
        bounce = message.record_alias_domain_id.bounce_email
        if bounce:
            headers["Return-Path"] = bounce
        return self._notify_by_email_get_headers(headers=headers)

    def _render_mail(self, message, person, lang, link):
        """Return the mail of a notice to the requester as HTML."""
        ticket = self.with_context(lang=lang)
        return self.env["ir.qweb"]._render(
            LAYOUT,
            {
                "message": message.with_context(lang=lang),
                "subtype": False,  # public, as all notices are
                "tracking_values": [],
                "is_discussion": True,
                "record": ticket,
                "company": (ticket.company_id or self.env.company).sudo(),
                "lang": lang,
                "notification_group_name": "portal_customer",
                "has_button_access": True,
                "button_access": {"url": link},
                "recipients_data": [person],
            },
            minimal_qcontext=True,
            lang=lang,
        )

    def _queue_together(self, messages, langs):
        """Let one mail to the requester of all these tickets deliver ``messages``.

        One that waits already is written again with the new numbers.
        """
        first = self.sorted("id")[:1]
        person = first._get_requesters_data().get(first.id)
        if not person or not person["active"]:
            return
        mail = first._get_gathering_mail()
        if not mail:
            due = fields.Datetime.now() + timedelta(seconds=GATHER_SECONDS)
            headers = first._get_notice_headers(messages[first.id])
            mail = self.env["mail.mail"].create(
                {
                    "mail_message_id": messages[first.id].id,
                    "auto_delete": True,
                    "headers": repr(headers | {GATHERING: "yes"}),
                    "recipient_ids": [(4, person["id"])],
                    "scheduled_date": due,
                }
            )
            self._wake_mail_queue(due)
        Notification = self.env["mail.notification"]
        Notification.create(
            [
                {
                    **ticket._notify_by_email_get_base_notification_values(
                        messages[ticket.id]
                    ),
                    "res_partner_id": person["id"],
                    "mail_mail_id": mail.id,
                }
                for ticket in self
            ]
        )
        gathered = Notification.search([("mail_mail_id", "=", mail.id)])
        carrier, lang = self.browse(mail.res_id), langs[first.id]
        carrier = carrier.with_context(
            helpdesk_gathered_ids=Inside(gathered.mail_message_id.mapped("res_id"))
        )
        template = self._get_notice_template("gathered")
        words = carrier._render_notices(template, {carrier.id: lang})[carrier.id]
        mail.body_html = carrier.with_context(
            helpdesk_words=Inside(words)
        )._render_mail(
            mail.mail_message_id, person, lang, f"{first.get_base_url()}/my/tickets"
        )

    def _get_gathering_mail(self):
        """Return the waiting mail that gathers acknowledgements to the requester."""
        return self.env["mail.mail"].search(
            [
                ("recipient_ids", "=", self.partner_id.id),
                ("state", "=", "outgoing"),
                ("scheduled_date", ">", fields.Datetime.now()),
                ("headers", "like", GATHERING),
            ],
            limit=1,
        )

    # ------------------------------------------------------------
    # One mail per person for all that happened together
    # ------------------------------------------------------------

    def _get_waiting_mails(self):
        """Return the mails to the requester that wait for what happens together.

        Those of answers first, locked; what is being sent right now is left out.
        """
        self.env["mail.mail"].flush_model()
        self.env["mail.message"].flush_model()
        # created in this very transaction, or waiting for their moment
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mail.id
                  FROM mail_message message
                  JOIN mail_mail mail ON mail.mail_message_id = message.id
                  JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
                  JOIN mail_mail_res_partner_rel rel
                    ON rel.mail_mail_id = mail.id
                   AND rel.res_partner_id = ticket.partner_id
                 WHERE message.model = %(model)s AND message.res_id = ANY(%(ids)s)
                   AND mail.state = 'outgoing'
                   AND (mail.scheduled_date > %(now)s OR mail.create_date = %(start)s)
              ORDER BY message.message_type = 'auto_comment', mail.id
                   FOR UPDATE OF mail SKIP LOCKED
                """,
                model=self._name,
                ids=self.ids,
                now=fields.Datetime.now(),
                start=self.env.cr.now(),
            )
        )
        # sudo: mail.mail - the queue of this ticket's mails
        return self.env["mail.mail"].sudo().browse(row[0] for row in rows)

    def _take_along(self, notices, message):
        """Let the mail of ``message`` to the requester deliver notices, too."""
        # sudo: mail.notification - who is told by which mail
        Notification = self.env["mail.notification"].sudo()
        if not notices:
            return
        told = Notification.search([("mail_message_id", "in", notices.ids)])
        answers = Notification.search(
            [
                ("mail_message_id", "=", message.id),
                ("notification_type", "=", "email"),
                ("res_partner_id", "in", told.res_partner_id.ids),
            ]
        )
        carriers = {answer.res_partner_id: answer.mail_mail_id for answer in answers}
        for notification in told.filtered(lambda n: n.res_partner_id in carriers):
            former = notification.mail_mail_id
            notification.mail_mail_id = carriers[notification.res_partner_id]
            former.filtered(lambda mail: mail.state == "outgoing").unlink()

    def _render_waiting_mails(self, message):
        """Write the waiting mails of ``message`` again, as things stand now."""
        self.ensure_one()
        Mail = self.env["mail.mail"]
        mails = Mail.search(
            [("mail_message_id", "=", message.id), ("state", "=", "outgoing")]
        )
        if not mails:
            return
        told = self.env["mail.notification"].search([("mail_mail_id", "in", mails.ids)])
        people = mails.recipient_ids
        data = self.env["mail.followers"]._get_recipient_data(
            self, "user_notification", message.subtype_id.id, people.ids
        )[self.id]
        ticket = self.with_context(
            helpdesk_notice_ids=Inside((told.mail_message_id - message).ids)
        )
        for _lang, values, group in ticket._notify_get_classified_recipients_iterator(
            message,
            [person for pid, person in data.items() if pid in people.ids],
            model_description=self.env._("ticket"),
        ):
            body = ticket._notify_by_email_render_layout(
                message, group, render_values=values
            )
            recipients = set(group["recipients_ids"])
            mails.filtered(
                lambda mail, r=recipients: set(mail.recipient_ids.ids) <= r
            ).write({"body_html": body, "helpdesk_is_pending": False})

    def _message_update_content(self, message, /, **kwargs):
        """What is corrected before its mail left is corrected in the mail, too."""
        res = super()._message_update_content(message, **kwargs)
        message_sudo = message.sudo()  # sudo: checked by super
        if self._is_answer(message_sudo):
            self.sudo()._render_waiting_mails(message_sudo)  # sudo: mails of it
        return res

    def _wake_mail_queue(self, moment):
        """Let the queue run at ``moment``, asked once in a transaction.

        :param datetime moment: naive UTC
        """
        data = self.env.cr.precommit.data
        if "helpdesk.mail_queue" not in data:
            data["helpdesk.mail_queue"] = set()
            self.env.cr.precommit.add(self.env["mail.mail"]._trigger_queue)
        data["helpdesk.mail_queue"].add(moment.replace(microsecond=0))
