# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import secrets
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import config
from odoo.tools.mail import email_normalize

SETTINGS = "base.group_system"
HEADER = "X-Helpdesk-Test"
#: also in the subject: some servers drop headers they do not know
TOKEN = re.compile(r"helpdesk-test-[\w-]{20,}")
SEND_CRON = "mail.ir_cron_mail_scheduler_action"
FETCH_CRON = "mail.ir_cron_mail_gateway_action"
#: seconds after which one says what may be wrong
PATIENCE = 180
#: seconds after sending at which the mailbox is looked into
FETCH_AFTER = (5, 20, 45, 90, 150)
FAILED_DAYS = 7
LATE_MINUTES = 15
KEPT_DAYS = 30
REASON_LENGTH = 200
#: of incoming servers that Odoo itself reads
FETCHED = ("imap", "pop", "gmail", "outlook")


class HelpdeskSetupMail(models.Model):
    """A mail that leaves for the address of a team and has to come back.

    It proves the whole way: queue, outgoing server, the provider, alias, incoming
    server. It becomes no ticket and nobody is answered.
    """

    _name = "helpdesk.setup.mail"
    _description = "Helpdesk Test Mail"
    _order = "id desc"

    token = fields.Char(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    team_id = fields.Many2one(
        "helpdesk.ticket.team", required=True, ondelete="cascade", index=True
    )
    address = fields.Char(required=True)
    mail_id = fields.Many2one("mail.mail", ondelete="set null")
    date_sent = fields.Datetime(required=True)
    date_received = fields.Datetime()
    reached_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Came to",
        ondelete="set null",
        help="The team whose address it came back to, as the incoming side sees it.",
    )

    @api.autovacuum
    def _gc_tests(self):
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        later = self.search([("date_sent", ">=", before)]).team_id
        # the last one of a team tells how it stands
        self.search([("date_sent", "<", before), ("team_id", "in", later.ids)]).unlink()

    @api.model
    def _send(self, team, address):
        """Queue a test mail of the company; the jobs that send and fetch are woken."""
        company, now = team.company_id or self.env.company, fields.Datetime.now()
        token = f"helpdesk-test-{secrets.token_urlsafe(18)}"
        sender = company.helpdesk_email or company.email or self.env.user.email
        mail = self.env["mail.mail"].create(
            {
                "subject": self.env._("Test of incoming mail %s", token),
                "body_html": tools.plaintext2html(
                    self.env._(
                        "The set-up of the helpdesk sent this mail to see whether it "
                        "comes back. It becomes no ticket; if you read it in a "
                        "mailbox, you may delete it."
                    )
                ),
                "email_from": tools.formataddr((company.name, sender)),
                "email_to": address,
                "headers": repr({HEADER: token, "Auto-Submitted": "auto-generated"}),
                "auto_delete": False,
            }
        )
        test = self.create(
            {
                "token": token,
                "company_id": company.id,
                "team_id": team.id,
                "address": address,
                "mail_id": mail.id,
                "date_sent": now,
            }
        )
        self.env.ref(SEND_CRON)._trigger()
        self.env.ref(FETCH_CRON)._trigger(
            [now + timedelta(seconds=seconds) for seconds in FETCH_AFTER]
        )
        return test

    @api.model
    def _find(self, message):
        """Return the test that a mail is, if it is one that is waited for."""
        header = f"{message.get(HEADER) or ''} {message.get('Subject') or ''}"
        token = TOKEN.search(header) if "helpdesk-test-" in header else None
        if not token:
            return self.browse()
        return self.search([("token", "=", token[0]), ("date_received", "=", False)])

    def _get_seconds(self):
        """Return how long it took to come back."""
        return max(int((self.date_received - self.date_sent).total_seconds()), 0)


class MailThread(models.AbstractModel):
    """A test mail that came back is logged, and nothing else is done with it."""

    _inherit = "mail.thread"

    @api.model
    def _find_helpdesk_place(self, incoming):
        """A test is the helpdesk's even where no alias takes it: it finds that out."""
        place = super()._find_helpdesk_place(incoming)
        # sudo: helpdesk.setup.mail - mails are nobody's session
        if place or not self.env["helpdesk.setup.mail"].sudo()._find(incoming.message):
            return place
        return {"alias_ids": [], "team_id": False, "company_id": False}

    @api.model
    def _receive_mail(self, incoming):
        # sudo: helpdesk.setup.mail - mails are nobody's session
        test = self.env["helpdesk.setup.mail"].sudo()._find(incoming.message)
        return self._receive_test(incoming, test) or super()._receive_mail(incoming)

    @api.model
    def _receive_test(self, incoming, test):
        """Log a test mail; return its line, or nothing for a copy of one."""
        lines = self.env["helpdesk.ticket.mail.log"]
        if not test:
            return lines
        values = {
            "message_id": incoming.message.get("Message-ID"),
            "email_from": incoming.message.get("From"),
            "recipients": ",".join(incoming.recipients),
            "subject": incoming.message.get("Subject"),
        }
        try:
            with tools.mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                line = lines._open_line(
                    values,
                    incoming.raw,
                    message_key=incoming.key,
                    body_hash=incoming.body_hash,
                    team_id=incoming.place["team_id"],
                    company_id=test.company_id.id,
                )
        except UniqueViolation:
            return lines
        line._finish("test")
        test.write(
            {
                "date_received": fields.Datetime.now(),
                "reached_team_id": incoming.place["team_id"],
            }
        )
        return line


class HelpdeskTicketMailLog(models.Model):
    _inherit = "helpdesk.ticket.mail.log"

    outcome = fields.Selection(
        selection_add=[("test", "Test mail of the set-up")],
        ondelete={"test": "set null"},
    )


class HelpdeskSetup(models.AbstractModel):
    """Mail goes out, and mail comes in."""

    _inherit = "helpdesk.setup"

    @api.model
    def _get_steps(self):
        return super()._get_steps() | {
            "mail_out": {
                "section": "mail",
                "sequence": 10,
                "title": self.env._("Outgoing mail"),
            },
            "alias": {
                "section": "mail",
                "sequence": 20,
                "title": self.env._("The address customers write to"),
            },
            "mail_in": {
                "section": "mail",
                "sequence": 30,
                "title": self.env._("A test mail comes back"),
            },
        }

    # ------------------------------------------------------------
    # Out
    # ------------------------------------------------------------

    def _check_mail_out(self):
        server = self._get_outgoing_server()
        step = {
            "button": self.env._("Outgoing mail servers"),
            "action": "base.action_ir_mail_server_list",
            "group": SETTINGS,
        }
        if not server:
            sentence = self.env._(
                "No server for outgoing mail is set: no customer gets an answer."
            )
            return step | {"state": "todo", "sentence": sentence}
        return self._check_queue(step) or step | self._check_last_sent(server)

    def _get_outgoing_server(self):
        """Return the name of the server that mails leave by, or nothing."""
        server = self.env["ir.mail_server"].search([], limit=1)
        if server:
            return f"{server.name} ({server.smtp_host})"
        host = config["smtp_server"]
        return "" if host in ("", "localhost", False) else host

    def _check_queue(self, step):
        """Return what went wrong with mails that should have left, if anything."""
        now = fields.Datetime.now()
        Mail = self.env["mail.mail"]
        since = now - timedelta(days=FAILED_DAYS)
        failed = [("state", "=", "exception"), ("create_date", ">=", since)]
        late = [
            ("state", "=", "outgoing"),
            ("create_date", "<", now - timedelta(minutes=LATE_MINUTES)),
            ("scheduled_date", "=", False),
        ]
        count = Mail.search_count(failed)
        if count:
            newest = Mail.search(failed, limit=1, order="id desc")
            sentence = self.env._(
                "Not sent in the last %(days)s days: %(count)s. The newest says: "
                "%(reason)s",
                days=FAILED_DAYS,
                count=count,
                reason=self._cut(newest.failure_reason),
            )
            domain = failed
        else:
            oldest = Mail.search(late, limit=1, order="id")
            if not oldest:
                return {}
            sentence = self.env._(
                "Mails have been waiting to be sent since %s. Scheduled jobs may not "
                "be running.",
                self._when(oldest.create_date),
            )
            domain = late
        return step | {
            "state": "warn",
            "sentence": sentence,
            "button": self.env._("See these mails"),
            "action": {
                "type": "ir.actions.act_window",
                "name": self.env._("Mails not sent"),
                "res_model": "mail.mail",
                "views": [[False, "list"], [False, "form"]],
                "domain": domain,
            },
        }

    @api.model
    def _cut(self, reason):
        """Return what a server says as far as it is read."""
        return (reason or "")[:REASON_LENGTH]

    def _check_last_sent(self, server):
        sent = self.env["mail.notification"].search(
            [("notification_type", "=", "email"), ("notification_status", "=", "sent")],
            order="id desc",
            limit=1,
        )
        tests = self.env["helpdesk.setup.mail"]
        test = tests.search([("mail_id.state", "=", "sent")], limit=1)
        moments = [sent.mail_message_id.date, test.date_sent]
        last = max(filter(None, moments), default=None)
        if not last:
            sentence = self.env._(
                "%s is set. No mail has left yet: send the test mail below.", server
            )
            return {"state": "doing", "sentence": sentence}
        sentence = self.env._(
            "Mails leave by %(server)s; the last one %(when)s.",
            server=server,
            when=self._when(last),
        )
        return {"state": "done", "sentence": sentence}

    # ------------------------------------------------------------
    # The address
    # ------------------------------------------------------------

    def _get_teams(self):
        """Return the teams of this company, the default one first."""
        company = self.env.company
        teams = self.env["helpdesk.ticket.team"].search(
            [("company_id", "in", [False, company.id])]
        )
        default = company.helpdesk_team_id & teams
        return default | teams

    def _get_address(self, team):
        """Return the full address of a team, or nothing."""
        alias = team.alias_id
        return (
            alias.alias_full_name if alias.alias_name and alias.alias_domain_id else ""
        )

    def _check_alias(self):
        company = self.env.company
        team = company.helpdesk_team_id
        address = self._get_address(team)
        step = {
            "button": self.env._("Open the team"),
            "action": self._open_team(team),
        }
        if not company.alias_domain_id and not team.alias_domain_id:
            sentence = self.env._(
                "Odoo does not know the domain of your addresses, the part after the @."
            )
            return {
                "state": "todo",
                "sentence": sentence,
                "button": self.env._("Domains of addresses"),
                "action": "mail.mail_alias_domain_action",
                "group": SETTINGS,
            }
        if not address:
            sentence = self.env._(
                "The team %s has no address: with one, mails to it open tickets.",
                team.name,
            )
            return step | {"state": "todo", "sentence": sentence}
        public = email_normalize(company.helpdesk_email or "")
        known = {self._get_address(one) for one in self._get_teams()}
        if public and public not in known:
            sentence = self.env._(
                "Customers read %(public)s, which is the address of no team: it has to "
                "be forwarded to %(address)s.",
                public=public,
                address=address,
            )
            return step | {"state": "note", "sentence": sentence}
        sentence = self.env._(
            "Mails to %(address)s open tickets of the team %(team)s.",
            address=address,
            team=team.name,
        )
        return step | {"state": "done", "sentence": sentence}

    @api.model
    def _open_team(self, team):
        return {
            "type": "ir.actions.act_window",
            "name": team.name,
            "res_model": "helpdesk.ticket.team",
            "res_id": team.id,
            "views": [[False, "form"]],
        }

    # ------------------------------------------------------------
    # In
    # ------------------------------------------------------------

    @api.model
    def setup_send_test(self, team_id):
        """Send a test mail to the address of a team.

        :raise AccessError: for who does not administrate the helpdesk
        :raise UserError: when the team has no address
        """
        self._check_manager()
        # sudo: helpdesk.setup - a test mail to an address of ours, for managers
        setup = self.sudo()
        team = setup._get_teams().filtered(lambda one: one.id == team_id)
        address = setup._get_address(team)
        if not address:
            raise UserError(self.env._("This team has no address to send a test to."))
        last = setup._get_last_test(team)
        if last and not last.date_received and setup._get_age(last) < FETCH_AFTER[0]:
            return  # a second click
        setup.env["helpdesk.setup.mail"]._send(team, address)

    def _get_last_test(self, teams):
        return self.env["helpdesk.setup.mail"].search(
            [("team_id", "in", teams.ids)], limit=1
        )

    def _get_age(self, test):
        """Return how many seconds ago a test was sent."""
        return (fields.Datetime.now() - test.date_sent).total_seconds()

    def _check_mail_in(self):
        teams = [
            {"id": team.id, "name": team.name, "address": self._get_address(team)}
            for team in self._get_teams()
            if self._get_address(team)
        ]
        if not teams:
            sentence = self.env._("As soon as a team has an address, test it here.")
            return {"state": "todo", "sentence": sentence}
        test = self._get_last_test(self._get_teams())
        step = {
            "button": self.env._("Send again")
            if test
            else self.env._("Send a test mail"),
            "action": {"test": True},
            "teams": teams,
            "team_id": test.team_id.id or teams[0]["id"],
        }
        return step | self._check_test(test)

    def _check_test(self, test):
        """Tell how a test mail fares."""
        if not test:
            sentence = self.env._(
                "Nobody has tried yet whether a mail to your address arrives here."
            )
            return {"state": "todo", "sentence": sentence}
        if test.date_received:
            return self._check_received(test)
        mail, seconds = test.mail_id, int(self._get_age(test))
        if mail.state in ("exception", "cancel"):
            reason = self._cut(mail.failure_reason)
            sentence = self.env._("The test mail could not be sent: %s", reason)
            return {"state": "warn", "sentence": sentence}
        if seconds < PATIENCE:
            words = {"address": test.address, "seconds": seconds}
            if mail.state == "outgoing":
                sentence = self.env._(
                    "The mail to %(address)s waits to be sent: %(seconds)s s.", **words
                )
            else:
                sentence = self.env._(
                    "The mail to %(address)s has left and has not come back yet: "
                    "%(seconds)s s.",
                    **words,
                )
            return {"state": "doing", "sentence": sentence}
        sentence = self.env._(
            "The test mail of %(when)s to %(address)s has not come back. What may be "
            "wrong:",
            when=self._when(test.date_sent),
            address=test.address,
        )
        items = self._get_suspects(test)
        return {"state": "warn", "sentence": sentence, "items": items}

    def _check_received(self, test):
        words = {
            "seconds": test._get_seconds(),
            "address": test.address,
            "when": self._when(test.date_received),
        }
        if test.reached_team_id != test.team_id:
            sentence = self.env._(
                "The mail to %(address)s came back after %(seconds)s s, but not to the "
                "team's address: your mail server delivers it under another one, which "
                "no team has.",
                **words,
            )
            return {"state": "warn", "sentence": sentence}
        sentence = self.env._(
            "The mail to %(address)s came back after %(seconds)s s, %(when)s.", **words
        )
        return {"state": "done", "sentence": sentence}

    def _get_suspects(self, test):
        """Return what may keep a test mail from coming back, the likeliest first."""
        if test.mail_id.state == "outgoing":
            return [
                self.env._(
                    "It still waits to be sent: scheduled jobs do not seem to run. "
                    "The server needs cron threads (max_cron_threads)."
                )
            ]
        servers = self.env["fetchmail.server"].search(
            [("server_type", "in", FETCHED), ("state", "=", "done")]
        )
        drafts = self.env["fetchmail.server"].search_count([("state", "=", "draft")])
        found = []
        for server in servers:
            found += self._get_suspects_of_server(server, test)
        if not servers and drafts:
            found.append(
                self.env._(
                    "An incoming mail server is set up, but not confirmed: open it and "
                    "press “Test & Confirm”."
                )
            )
        elif not servers:
            found.append(
                self.env._(
                    "No incoming mail server is set: unless your mail server hands "
                    "mails over by tools/mailgate.py, nobody fetches them."
                )
            )
        found.append(
            self.env._(
                "The mailbox or forwarding for %s may not exist: look whether the mail "
                "came back undelivered to the sender, or lies in its spam folder.",
                test.address,
            )
        )
        return found

    def _get_suspects_of_server(self, server, test):
        if server.error_date:
            return [
                self.env._(
                    "%(server)s cannot be read since %(when)s: %(reason)s",
                    server=server.name,
                    when=self._when(server.error_date),
                    reason=self._cut(server.error_message),
                )
            ]
        if not server.date or server.date < test.date_sent:
            return [
                self.env._(
                    "%(server)s has not been read since the test was sent (last: "
                    "%(when)s): scheduled jobs do not seem to run.",
                    server=server.name,
                    when=self._when(server.date) if server.date else "–",
                )
            ]
        return [
            self.env._(
                "%(server)s was read last %(when)s, and the mail was not there: its "
                "mailbox %(user)s may not be the one that gets mails to %(address)s.",
                server=server.name,
                when=self._when(server.date),
                user=server.user or "–",
                address=test.address,
            )
        ]
