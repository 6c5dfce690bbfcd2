# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os

from odoo.tests import tagged

from .figures import FiguresCase
from .processes import ProcessCase

NAME = "hsp_moving_in"
TICKETS = os.environ.get("HELPDESK_MOVING_TICKETS", "300")
#: Odoo's own: a mail of its own to its users, and a call to the maker
FOREIGN_CRONS = (
    "digest.ir_cron_digest_scheduler_action",
    "mail.ir_cron_module_update_notification",
)
#: changes by itself whatever is done: queues of the bus, sessions, signals, ids of
#: runs, what wizards held
RESTLESS = (
    "base_language_install",
    "bus_bus",
    "bus_presence",
    "digest_digest",
    "fetchmail_server",
    "iap_account",
    "ir_actions_todo",
    "ir_cron",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_logging",
    "orm_signaling_assets",
    "orm_signaling_default",
    "orm_signaling_groups",
    "orm_signaling_registry",
    "orm_signaling_routing",
    "orm_signaling_stable",
    "orm_signaling_templates",
    "res_lang_install_rel",
)
#: who must get nothing by an installation
SPOKEN = (
    "mail_mail",
    "mail_message",
    "mail_notification",
    "mail_followers",
    "mail_tracking_value",
    "mail_activity",
)
#: what is created with the module has a chatter
OURS = ("helpdesk.article", "ir.actions.server", "ir.cron")
#: columns of tickets that say what happened to them
STATE = ("stage_id", "user_id", "active", "closed_date", "write_date", "write_uid")

#: as the scheduler does it, all that is there, until nothing is left to be done
CRONS = """
foreign = [env.ref(name, raise_if_not_found=False) for name in %(foreign)r]
env["helpdesk.backfill"]._run_all()
for cron in env["ir.cron"].search([], order="id"):
    if cron not in foreign:
        cron.method_direct_trigger()
tell("sent", [mail[:2] for mail in SENT])
tell("backfill", env["helpdesk.backfill"]._get_progress())
tell("scopes", env["res.partner"]._read_group([], ["helpdesk_scope"], ["__count"]))
Ticket = env["helpdesk.ticket"].with_context(active_test=False)
tell("unsearchable", Ticket.search_count([("search_text", "=", False)]))
tell("tickets", Ticket.search_count([]))
tell("requesters", env["helpdesk.ticket.participant"].search_count(
    [("source", "=", "requester")]))
"""
REHEARSAL = """
team = env["helpdesk.ticket.team"].search([("name", "=", "First line")])
team.rehearsal_email = "rehearsal@desk.example"
laura = env["res.users"].search([("login", "=", "laura@desk.example")])
tickets = env["helpdesk.ticket"].with_user(laura).search(
    [("team_id", "=", team.id), ("stage_kind", "in", ["new", "in_progress"]),
     ("partner_id.email", "!=", False), ("partner_id.active", "=", True)], limit=5)
for ticket in tickets:
    ticket.message_post(
        body="We found it.", message_type="comment", subtype_xmlid="mail.mt_comment")
tickets[:2].action_solve()
env.cr.commit()
# those that wait for more to be said, too
env["mail.mail"].search([("state", "=", "outgoing")]).send()
tell("tickets", tickets.ids)
tell("sent", [mail[:2] for mail in SENT])
tell("customers", sum("hotel" in mail[0] for mail in SENT))
tell("waiting", env["mail.mail"].search_count([("state", "=", "outgoing")]))
team.rehearsal_email = False
"""
GO_LIVE = """
from datetime import timedelta
from unittest.mock import patch
from freezegun import freeze_time
team = env["helpdesk.ticket.team"].search([("name", "=", "First line")])
team.waiting_limit_hours = 96
wizard = env["helpdesk.clock.wizard"].create({"team_id": team.id})
steps = ("remind", "tell", "dormant", "unreachable")
tell("preview", {step: wizard[step + "_count"] for step in (*steps, "solve")})
tickets = {step: set(team._get_clock_tickets(step).ids) for step in steps}
Ticket = env["helpdesk.ticket"].with_context(active_test=False)
others = set(Ticket.search([("team_id", "!=", team.id)]).ids)
stages = {ticket.id: ticket.stage_id.id for ticket in Ticket.search([])}
wizard.action_turn_on()
now = start = env.cr.now()
# forgotten as soon as a ticket is solved
reminded = set()
while now < start + timedelta(days=20):
    now += timedelta(hours=6)
    with freeze_time(now), patch.object(env.cr, "now", lambda: now):
        env["helpdesk.ticket"]._cron_send_reminders()
        env["helpdesk.ticket"]._cron_auto_close()
        env.flush_all()
        reminded |= set(Ticket.search([("reminder_count", ">", 0)]).ids)
        env["mail.mail"].process_email_queue()
        env.invalidate_all()
moved = {ticket.id for ticket in Ticket.search([])
         if ticket.stage_id.id != stages[ticket.id]}
tell("mails", len(SENT))
tell("moved", {step: len(moved & ids) for step, ids in tickets.items()})
tell("moved_elsewhere", sorted(moved - tickets["remind"] - tickets["tell"]))
tell("reminded", len(reminded & tickets["remind"]))
numbers = set(Ticket.browse(sorted(tickets["dormant"])).mapped("number"))
tell("dormant_mailed", [mail[1] for mail in SENT
    if any(f"#{number}]" in mail[1] for number in numbers)])
tell("of_others", len(others & moved))
"""
UNINSTALL = """
env["ir.module.module"].search(
    [("name", "=", "helpdesk_service_portal")]).button_immediate_uninstall()
"""


@tagged("post_install", "-at_install")
class TestMovingIn(FiguresCase, ProcessCase):
    """S9: install, rehearsal, go-live, update and uninstall on a desk that lives."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.drop, NAME)
        self.drop(NAME)

    def test_moving_in(self):
        """One desk moves in and out; the numbers are told at the end of the run."""
        self._move_in()
        self._update()
        self._rehearse()
        self._go_live()
        self._leave()

    # ------------------------------------------------------------

    def _move_in(self):
        """Nothing happens by itself: no mail, no state that changes."""
        told = "".join(self.run_command("db", "base", NAME, "--tickets", TICKETS))
        self.tell(told.strip().splitlines()[-1])
        self.base = self.take_picture(NAME, RESTLESS)
        states = self._get_states()
        self.run_odoo(NAME, "-i", "helpdesk_service_portal")
        installed = self.take_picture(NAME, RESTLESS)
        self.assertFalse(self._get_spoken(installed) - self._get_spoken(self.base))
        self.assertEqual(self._get_states(), states)
        told = self.run_script(NAME, CRONS % {"foreign": FOREIGN_CRONS})
        after = self.take_picture(NAME, RESTLESS)
        # Odoo itself deletes activities that are overdue for years
        self.assertFalse(self._get_spoken(after) - self._get_spoken(self.base))
        self.assertEqual(self._get_states(), states)
        self.assertEqual(told["sent"], [])
        self.assertEqual(told["unsearchable"], 0)
        self.assertEqual(told["requesters"], told["tickets"])
        self.assertTrue(
            all(row[3] == "done" for row in told["backfill"]), told["backfill"]
        )
        self.tell(
            f"Installed, all crons run: {told['tickets']} tickets, 0 mails, 0 states"
            f" changed; contacts see {told['scopes']}; {told['backfill']}"
        )

    @staticmethod
    def _get_spoken(picture):
        """What was said, to whom; that our own records were created is nobody's."""
        return {
            (table, key)
            for table in SPOKEN
            for key, row in picture.rows[table].items()
            if (row.get("model") or row.get("res_model")) not in OURS
        }

    def _get_states(self):
        columns = ", ".join(STATE)
        return self.query(NAME, f"SELECT id, {columns} FROM helpdesk_ticket ORDER BY 1")

    def _update(self):
        """``-u`` twice changes nothing."""
        before = self.take_picture(NAME, RESTLESS)
        for turn in ("first", "second"):
            self.run_odoo(NAME, "-u", "helpdesk_service_portal")
            after = self.take_picture(NAME, RESTLESS)
            changes = [
                row[:3]
                for row in before.compare(after)
                # what Odoo notes of the manifest
                if not row[1].startswith("ir_module_module.")
            ]
            self.assertFalse(changes[:20], f"the {turn} update changed {len(changes)}")
            before = after
        self.tell(f"Updated twice: 0 rows of {len(after.rows)} tables changed")

    def _rehearse(self):
        """A rehearsal writes to one address, and to no customer."""
        told = self.run_script(NAME, REHEARSAL)
        self.assertTrue(told["sent"])
        self.assertEqual(told["customers"], 0, told["sent"])
        outside = [to for to, _subject in told["sent"] if "rehearsal@" in to]
        self.assertTrue(outside)
        for to, subject in told["sent"]:
            # colleagues get theirs
            self.assertIn("@desk.example", to, subject)
        self.tell(
            f"Rehearsal: {len(outside)} mails about {len(told['tickets'])}"
            " tickets, all to rehearsal@desk.example"
        )

    def _go_live(self):
        """What the preview said is what happens, and to nobody else."""
        told = self.run_script(NAME, GO_LIVE)
        preview = told["preview"]
        self.assertEqual(told["reminded"], preview["remind"])
        self.assertEqual(told["moved"]["remind"], preview["solve"])
        self.assertEqual(told["moved"]["tell"], preview["tell"])
        self.assertTrue(preview["remind"] and preview["tell"] and preview["dormant"])
        self.assertEqual(told["moved"]["dormant"], 0)
        self.assertEqual(told["dormant_mailed"], [])
        self.assertEqual(told["of_others"], 0)
        self.assertEqual(told["moved_elsewhere"], [])
        self.tell(
            f"Go-live: preview {preview}; in 20 days {told['mails']} mails,"
            f" moved {told['moved']}"
        )

    def _leave(self):
        """The base is as it was; what happened to tickets meanwhile stays."""
        self.run_script(NAME, UNINSTALL)
        after = self.take_picture(NAME, RESTLESS)
        found = {}
        for sort, table, key, before, now in self.base.compare(after):
            found.setdefault((sort, table), []).append((key, before, now))
        left = {place: len(rows) for place, rows in found.items()}
        self.tell(f"Uninstalled, left: {left}")
        unexplained = [
            (place, rows[:3])
            for place, rows in found.items()
            if place not in LEFT_BEHIND and place[1].split(".")[0] not in SPOKEN
        ]
        self.assertFalse(unexplained)


#: what an uninstalled database has otherwise, and why
LEFT_BEHIND = {
    # links of mails go on working
    ("changed", "helpdesk_ticket.access_token"),
    # tickets that were answered, solved and closed while we were there
    ("changed", "helpdesk_ticket.stage_id"),
    ("changed", "helpdesk_ticket.closed_date"),
    ("changed", "helpdesk_ticket.last_stage_update"),
    ("changed", "helpdesk_ticket.unattended"),
    ("changed", "helpdesk_ticket.user_id"),
    ("changed", "helpdesk_ticket.assigned_date"),
    # what they were given stays where somebody worked with it
    ("changed", "helpdesk_ticket.team_id"),
    ("changed", "helpdesk_ticket.partner_id"),
    ("changed", "helpdesk_ticket.commercial_partner_id"),
    ("new", "res_partner"),
    # "Closed" where tickets are in it
    ("new", "helpdesk_ticket_stage"),
    # the export
    ("new", "ir_attachment"),
    # Odoo's own traces of any module that was there
    ("changed", "ir_module_module.description"),
    ("changed", "ir_module_module.latest_version"),
    ("changed", "ir_module_module.url"),
    ("new", "ir_module_module_dependency"),
    ("new", "ir_model_constraint"),
    # what was said meanwhile, to whom
    ("new", "mail_followers_mail_message_subtype_rel"),
    ("new", "mail_message_res_partner_rel"),
}
