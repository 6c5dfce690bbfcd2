# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: the clock's cron, ours and the OCA's, and a customer's post."""

import resource
import threading
import time
from unittest.mock import patch

from .inside import answer
from .processor import cpu_seconds
from .seeding import copy_ticket

ANNOUNCEMENTS = """
    WITH message AS (
        INSERT INTO mail_message
               (model, res_id, author_id, message_type, subtype_id, body, date,
                message_id, is_internal, create_date, create_uid)
        SELECT 'helpdesk.ticket', id, 1, 'auto_comment', %(subtype)s, '<p>Until</p>',
               clock_start_date, '<due.' || id || '@desk.example>', FALSE,
               clock_start_date, 1
          FROM helpdesk_ticket WHERE id > %(last)s
     RETURNING id, res_id, date
    ), notification AS (
        INSERT INTO mail_notification
               (mail_message_id, res_partner_id, notification_type,
                notification_status, is_read, delivered_date)
        SELECT message.id, ticket.partner_id, 'email', 'sent', TRUE, message.date
          FROM message JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
    )
    UPDATE helpdesk_ticket ticket
       SET announcement_id = message.id, reminder_id = message.id
      FROM message WHERE ticket.id = message.res_id
"""
SOON = "now() AT TIME ZONE 'UTC' - interval '1 minute'"
LONG_AGO = "now() AT TIME ZONE 'UTC' - interval '9 days'"
OURS = "helpdesk_service_portal.ir_cron_auto_close"
OCA = "helpdesk_ticket_close_inactive.ir_cron_close_inactive_tickets"


def time_out(env, kind, count):
    """Run the clock on so many due tickets; what it took, up to the queue of mails.

    A few that go before fill the caches.

    :param kind: ours: where the tickets stand; "" for the OCA's addon
    """
    desk = env["helpdesk.ticket.team"].search([("name", "=", "Desk")])
    cron = env.ref(OURS if kind else OCA)
    env["ir.cron"].search([]).active = False
    cron.active = True
    run_cron(env, cron, make_due(env, desk, kind, 20), kind)
    found = run_cron(env, cron, make_due(env, desk, kind, count), kind)
    answer(**found, memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def make_due(env, desk, kind, count):
    """Add tickets whose time is up: told, reminded, and the mails arrived."""
    template = env["helpdesk.ticket"].search([("team_id", "=", desk.id)], limit=1)
    contacts = env["res.partner"].search([("name", "=like", "Guest %")])
    stage = desk._get_stage(kind) if kind else make_inactive(env, desk)
    last = copy_ticket(
        env,
        template,
        count,
        contacts,
        desk,
        1,
        stage,
        last_stage_update=LONG_AGO,
        clock_start_date=LONG_AGO,
        auto_close_date=SOON,
        announced_close_date=SOON,
        reminder_count="1",
        solved_date=LONG_AGO if kind == "solved" else "NULL",
    )
    if kind:
        subtype = env.ref("mail.mt_comment").id
        env.cr.execute(ANNOUNCEMENTS, {"last": last, "subtype": subtype})
    env.cr.commit()
    return last


def make_inactive(env, desk):
    """The stage in which the OCA's addon finds what nobody touched for a week."""
    Stage = env["helpdesk.ticket.stage"]
    stage = Stage.search([("name", "=", "Inactive")])
    stage = stage or Stage.create({"name": "Inactive", "sequence": 3})
    desk.write(
        {
            "close_inactive_tickets": True,
            "ticket_stage_ids": [(6, 0, stage.ids)],
            "inactive_tickets_day_limit_warning": 0,
            "inactive_tickets_day_limit_closing": 7,
            "closing_ticket_stage": env.ref(
                "helpdesk_mgmt.helpdesk_ticket_stage_done"
            ).id,
        }
    )
    return stage


def run_cron(env, cron, last, kind):
    """Run a cron as the server does, until nothing is left; what it took.

    Mails stay in the queue: the stage of the base would send its own at once.

    :raise AssertionError: when a ticket was not moved, or has no mail
    """
    thread = threading.current_thread()
    thread.query_count, thread.query_time, thread.perf_t0 = 0, 0, 0
    before = cpu_of_all(env)
    with patch.object(env.registry["mail.mail"], "send", lambda *_args, **_kw: True):
        for _run in range(100):
            cron.method_direct_trigger()
            left = count_left(env, last, kind)
            if not left:
                break
    cpu = cpu_of_all(env) - before
    env.cr.execute("SELECT count(*) FROM helpdesk_ticket WHERE id > %s", [last])
    tickets = env.cr.fetchone()[0]
    env.cr.execute(
        "SELECT count(DISTINCT message.res_id) FROM mail_message message"
        "  JOIN mail_mail mail ON mail.mail_message_id = message.id"
        " WHERE message.model = 'helpdesk.ticket' AND message.res_id > %s",
        [last],
    )
    mailed = env.cr.fetchone()[0]
    assert not left and mailed == tickets, f"{left} left, {mailed} mails of {tickets}"
    return {"cpu": cpu / tickets, "statements": thread.query_count / tickets}


def count_left(env, last, kind):
    env.cr.rollback()
    env.cr.execute(
        "SELECT count(*) FROM helpdesk_ticket ticket"
        "  JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id"
        " WHERE ticket.id > %s"
        + (" AND stage.kind = %s" if kind else " AND stage.name->>'en_US' = %s"),
        [last, kind or "Inactive"],
    )
    return env.cr.fetchone()[0]


def cpu_of_all(env):
    """The CPU of this process and of all its connections' processes, in seconds."""
    env.cr.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    )
    backends = [row[0] for row in env.cr.fetchall()]
    return time.process_time() + sum(map(cpu_seconds, backends))


def count_answer(env):
    """The statements of a customer's answer and of a post on a bare mail.thread."""
    customer = env["res.users"].search([("login", "=", "some@hotel.example")])
    ticket = env["helpdesk.ticket"].search(
        [("partner_id", "=", customer.partner_id.id)], order="id", limit=1
    )
    bare = env["mail.blacklist"].create({"email": "bare@hotel.example"})
    for record in (ticket, bare):
        record.message_subscribe((ticket.user_id.partner_id | customer.partner_id).ids)
    env.cr.commit()
    doors = {
        "ticket": ticket.with_user(customer),
        "bare": bare.with_user(customer).sudo(),
    }
    counts = {}
    for _round in range(3):
        for name, record in doors.items():
            counts[name] = count_post(env, record)
    answer(**counts)


def count_post(env, record):
    """The statements of one post, as a request would do it, up to the queue."""
    env.cr.commit()
    thread = threading.current_thread()
    thread.query_count, thread.query_time = 0, 0
    text = "Still nothing"
    record.with_context(mail_notify_force_send=False).message_post(
        body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
    )
    env.cr.commit()
    return thread.query_count
