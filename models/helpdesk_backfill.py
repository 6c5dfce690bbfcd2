# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import sys

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.alerts import alert
from ..tools.batches import run_batches
from .helpdesk_ticket_merge import PEOPLE_TYPES

_logger = logging.getLogger(__name__)

BATCH = 500
#: records of which the error is kept in words
TOLD = 20
STEPS = ("words", "people")
#: stages in which an unanswered message waits for us
WAITING_KINDS = ("new", "in_progress", "waiting_other")


class HelpdeskBackfill(models.Model):
    """What old tickets need beside what the installation itself gave them.

    Each step goes through the tickets from the newest to the oldest, a batch and its
    progress in one transaction: it may be killed at any time and goes on from there.
    Doing a ticket twice changes nothing. A ticket that fails is noted and left out.
    No mail is sent, nobody subscribed, and no ticket's last change moves.
    """

    _name = "helpdesk.backfill"
    _description = "Helpdesk Back-fill"
    _order = "sequence, id"

    name = fields.Char(string="Step", compute="_compute_name")
    code = fields.Char(required=True, readonly=True)
    model = fields.Char(required=True, readonly=True, default="helpdesk.ticket")
    sequence = fields.Integer(readonly=True)
    last_id = fields.Integer(
        readonly=True, help="The record done last; those with smaller ids are left."
    )
    done_count = fields.Integer(string="Done", readonly=True)
    total_count = fields.Integer(string="Of", readonly=True)
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Done, with errors"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    date_start = fields.Datetime(string="Started", readonly=True)
    date_end = fields.Datetime(string="Finished", readonly=True)
    failed_ids = fields.Json(string="Tickets that failed", readonly=True)
    failed_count = fields.Integer(string="Failed", readonly=True)
    error = fields.Text(string="Errors", readonly=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This step is there already.")

    @api.depends_context("lang")
    @api.depends("code")
    def _compute_name(self):
        names = {
            "people": self.env._("People of old tickets"),
            "words": self.env._("Words, counts and dates of old tickets"),
        }
        for step in self:
            step.name = names.get(step.code, step.code)

    # ------------------------------------------------------------
    # Beginning
    # ------------------------------------------------------------

    @api.model
    def _plan(self):
        """Do all steps (again), by the cron.

        :return: the steps
        """
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        vals = {
            "last_id": Ticket.search([], order="id desc", limit=1).id + 1,
            "total_count": Ticket.search_count([]),
            "done_count": 0,
            "state": "waiting",
            "date_start": False,
            "date_end": False,
            "failed_ids": False,
            "failed_count": 0,
            "error": False,
        }
        present = {step.code: step for step in self.search([])}
        for sequence, code in enumerate(STEPS):
            if code in present:
                present[code].write({"sequence": sequence, **vals})
            else:
                self.create({"code": code, "sequence": sequence, **vals})
        self._trigger()
        return self.search([])

    @api.model
    def _trigger(self):
        self.env.ref("helpdesk_service_portal.ir_cron_backfill")._trigger()

    def action_retry(self):
        """Do the tickets that failed once more.

        :raise AccessError: for who does not administrate the helpdesk
        """
        self.check_access("read")
        # sudo: helpdesk.backfill - who may read the steps may have them done
        for step in self.sudo().filtered("failed_ids"):
            failed = step.env[step.model].browse(step.failed_ids).exists()
            step.write({"failed_ids": False, "failed_count": 0, "error": False})
            step._do(failed)
            step.state = "failed" if step.failed_ids else "done"

    # ------------------------------------------------------------
    # Progress
    # ------------------------------------------------------------

    @api.model
    def _get_progress(self):
        """Return [(label, done, total, state)] of the steps, none where none was due.

        ``state`` is ``waiting``, ``running``, ``done`` or ``failed``.
        """
        return [
            (step.name, step.done_count, step.total_count, step.state)
            for step in self.search([])
        ]

    @api.model
    def _is_done(self):
        """Tell whether old tickets have all they need."""
        return not self.search_count([("state", "in", ("waiting", "running"))], limit=1)

    # ------------------------------------------------------------
    # Running
    # ------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Do what is left, a batch and its progress at a time.

        From outside a cron all of it.
        """
        run_batches(self.env, self._run_next)

    @api.model
    def _run_next(self):
        """Do the next batch: how many it did, how many are left."""
        step = self._get_next()
        return step._run() if step else 0, self._count_left()

    @api.model
    def _run_all(self):
        """Do all of it now, committing as the cron does; for the command line."""
        self._cron_run()

    @api.model
    def _do_all_now(self):
        """Do in this transaction those not done yet: for a few tickets."""
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        tickets = Ticket.search([("search_text", "=", False)])
        if tickets:
            for code in STEPS:
                getattr(self, f"_do_{code}")(tickets)

    @api.model
    def _get_next(self):
        return self.search([("state", "in", ("waiting", "running"))], limit=1)

    @api.model
    def _count_left(self):
        steps = self.search([("state", "in", ("waiting", "running"))])
        return sum(max(step.total_count - step.done_count, 1) for step in steps)

    def _run(self, limit=BATCH):
        """Do the next records; the caller commits.

        :return: how many
        """
        self.ensure_one()
        self.lock_for_update()
        Model = self.env[self.model].with_context(active_test=False)
        records = Model.search(
            [("id", "<", self.last_id)], order="id desc", limit=limit
        )
        vals = {
            "state": "running",
            "date_start": self.date_start or fields.Datetime.now(),
        }
        if records:
            self._do(records)
            vals["last_id"] = records[-1].id
            vals["done_count"] = self.done_count + len(records)
        if len(records) < limit:
            vals |= {
                "state": "failed" if self.failed_ids else "done",
                "date_end": fields.Datetime.now(),
                "total_count": vals.get("done_count", self.done_count),
            }
            _logger.info("Back-fill %s: %s done", self.code, vals["total_count"])
        self.write(vals)
        self.env.flush_all()
        self.env.invalidate_all()
        return len(records)

    def _do(self, records):
        """Do some records; where one fails, one by one without those that fail."""
        verb = getattr(self, f"_do_{self.code}")
        try:
            with self.env.cr.savepoint():
                verb(records)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            if len(records) == 1:
                self._note_failure(records)
                return
            for record in records:
                self._do(record)

    def _note_failure(self, record):
        """Keep in words why a record failed; to be called where it did."""
        where = (self.code, record)
        alert(_logger, "backfill_failed", "step %s, %s", *where, exc_info=True)
        failed = [*(self.failed_ids or []), record.id]
        vals = {"failed_ids": failed, "failed_count": len(failed)}
        if len(failed) <= TOLD:
            line = f"{record._name} {record.id}: {_get_words_of_error()}"
            vals["error"] = "\n".join(filter(None, [self.error, line]))
        self.write(vals)

    # ------------------------------------------------------------
    # Step: people
    # ------------------------------------------------------------

    def _do_people(self, tickets):
        """Requesters, followers and authors of old tickets take part in them."""
        ids = tickets.ids
        self._add_requesters(ids)
        self._add_followers(ids)
        self._add_authors(ids)
        self.env["helpdesk.ticket.participant"].invalidate_model()
        tickets.invalidate_recordset(["participant_ids"])

    @api.model
    def _add_requesters(self, ids=None):
        """Who asked takes part.

        :param ids: of tickets; default is all of them, with one statement
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_ticket_participant
                       (ticket_id, partner_id, source, added_by_id, date_added,
                        included)
                SELECT id, partner_id, 'requester', partner_id, create_date, TRUE
                  FROM helpdesk_ticket
                 WHERE partner_id IS NOT NULL AND %s
                    ON CONFLICT DO NOTHING
                """,
                self._narrow("id", ids),
            )
        )

    @api.model
    def _add_followers(self, ids=None):
        """Customers who follow a ticket saw all of it and go on doing so.

        :param ids: as in ``_add_requesters``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_ticket_participant
                       (ticket_id, partner_id, source, date_added, included)
                SELECT ticket.id, person.id, 'history', ticket.create_date, TRUE
                  FROM mail_followers follower
                  JOIN helpdesk_ticket ticket ON ticket.id = follower.res_id
                  JOIN res_partner person ON person.id = follower.partner_id
                 WHERE follower.res_model = 'helpdesk.ticket' AND %s
                   AND person.partner_share IS TRUE AND person.active IS TRUE
                    ON CONFLICT DO NOTHING
                """,
                self._narrow("follower.res_id", ids),
            )
        )

    @api.model
    def _add_authors(self, ids):
        """Customers who wrote in a ticket are listed; colleagues are let in.

        Somebody of elsewhere who only wrote never saw the ticket in the portal: the
        requester may let them in, who then see it from their first message on.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_ticket_participant
                       (ticket_id, partner_id, source, date_added, included, sees_from)
                SELECT ticket.id, person.id, 'history', first.date,
                       person.commercial_partner_id = ticket.commercial_partner_id,
                       CASE WHEN person.commercial_partner_id
                                 <> ticket.commercial_partner_id
                            THEN first.date END
                  FROM (SELECT res_id, author_id, min(date) AS date
                          FROM mail_message
                         WHERE model = 'helpdesk.ticket' AND res_id = ANY(%(ids)s)
                           AND message_type = ANY(%(types)s)
                           AND is_internal IS NOT TRUE AND subtype_id = %(comment)s
                         GROUP BY res_id, author_id) AS first
                  JOIN helpdesk_ticket ticket ON ticket.id = first.res_id
                  JOIN res_partner person ON person.id = first.author_id
                 WHERE person.partner_share IS TRUE AND person.active IS TRUE
                    ON CONFLICT DO NOTHING
                """,
                ids=list(ids),
                types=list(PEOPLE_TYPES),
                comment=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
            )
        )

    @api.model
    def _narrow(self, column, ids):
        if ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL(column), list(ids))

    # ------------------------------------------------------------
    # Step: words, counts and dates
    # ------------------------------------------------------------

    def _do_words(self, tickets):
        """Old tickets are found by their words; they say what was written, and when."""
        tickets = tickets.sudo()  # sudo: the back-fill acts for nobody
        words = tickets._get_search_texts()
        rows = [
            (ticket.id, words[ticket.id], *ticket._get_old_figures(messages))
            for ticket, messages in tickets._get_people_messages().items()
        ]
        self.env.cr.execute(
            """
            UPDATE helpdesk_ticket ticket
               SET search_text = known.search_text,
                   interaction_count = known.interaction_count,
                   last_customer_message_date = known.asked,
                   last_agent_message_date = known.answered,
                   queue_date = known.waiting
              FROM unnest(%s::int[], %s::text[], %s::int[], %s::timestamp[],
                          %s::timestamp[], %s::timestamp[])
                   AS known (id, search_text, interaction_count, asked, answered,
                             waiting)
             WHERE ticket.id = known.id
               AND (ticket.search_text, ticket.interaction_count,
                    ticket.last_customer_message_date, ticket.last_agent_message_date,
                    ticket.queue_date)
                   IS DISTINCT FROM
                   (known.search_text, known.interaction_count, known.asked,
                    known.answered, known.waiting)
            """,
            list(map(list, zip(*rows, strict=True))),
        )
        tickets.invalidate_recordset()


def _get_words_of_error():
    """Return the exception being handled in one line."""
    error = sys.exc_info()[1]
    return f"{type(error).__name__}: {error}".partition("\n")[0][:500]


class HelpdeskTicket(models.Model):
    """What was written in old tickets, read for many at once."""

    _inherit = "helpdesk.ticket"

    def _get_people_messages(self):
        """Return {ticket: public messages of people, oldest first}, as sudo."""
        messages = self._get_public_messages().grouped("res_id")
        none = self.env["mail.message"].sudo()  # sudo: as those
        return {
            ticket: messages.get(ticket.id, none).filtered(
                lambda message: message.message_type in PEOPLE_TYPES
            )
            for ticket in self
        }

    def _get_old_figures(self, messages):
        """Return what ``messages`` of people say about this (sudo) ticket.

        The base's mail gateway posts the request as the first message, too: that one
        is not counted twice.

        :return: (interactions, last message of the customer, of ours, since when a
            message waits for our answer)
        """
        self.ensure_one()
        sides = self._get_author_sides(messages)
        theirs = messages.filtered(lambda message: sides[message.author_id])
        ours = messages - theirs
        is_twice = theirs[:1].message_type == "email" and (
            theirs[:1].create_date == self.create_date
        )
        asked = [*theirs.mapped("date"), self.create_date]
        answered = max(ours.mapped("date"), default=None)
        waiting = [date for date in asked if not answered or date > answered]
        is_waiting = self.stage_kind in WAITING_KINDS
        return (
            len(messages) + (not is_twice),
            max(asked),
            answered,
            min(waiting) if waiting and is_waiting else None,
        )
