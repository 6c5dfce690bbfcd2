# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: mails come in, for tickets or for a bare model with a thread."""

import base64
import threading
from email.message import EmailMessage
from email.policy import SMTP
from unittest.mock import patch

from .inside import answer
from .timing_out import cpu_of_all

DOMAIN = "desk.example"
BARE = "x_bench_thread"
WARM = 10
TEXT = "Desde ayer no llegan las reservas de Booking a la recepción.\n" * 8
PAGE = (
    "<html><head><style>p {margin: 0}</style></head><body>{}"
    "<div class='gmail_quote'><blockquote>{}</blockquote></div></body></html>"
)
LINE = (
    "<p style='margin:0in;font-size:11pt'>No llegan las <b>reservas</b>, hab. 12.</p>"
)
QUOTE = "<p>We received your request and will write as soon as we have news.</p>"


def prepare_mail(env, number, sender, to, references=""):
    """A mail as programs write it: text, or text and HTML, one in three with a file."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Guest Núñez {number} <{sender}>"
    mail["To"] = f"Desk <{to}>"
    mail["Subject"] = f"{'Re: ' if references else ''}Sin reservas, habitación {number}"
    mail["Message-ID"] = f"<{number}.{env.cr.now().timestamp()}@hotel.example>"
    mail["Date"] = env.cr.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    if references:
        mail["In-Reply-To"] = mail["References"] = references
    for hop in range(4):
        mail["Received"] = f"from mx{hop}.example by mx.example; {mail['Date']}"
    mail["DKIM-Signature"] = "v=1; a=rsa-sha256; d=hotel.example; b=" + "b" * 300
    mail.set_content(TEXT)
    if number % 3:
        page = PAGE.replace("{}", LINE * 10, 1).replace("{}", QUOTE * 5)
        mail.add_alternative(page, subtype="html")
    else:
        data = base64.b64decode("JVBERi0xLjQK") + bytes(60_000)
        mail.add_attachment(
            data, maintype="application", subtype="pdf", filename="reservas.pdf"
        )
    return mail.as_bytes()


def receive(env, count):
    """Hand in new mails, then an answer to each; what one of either took.

    Nothing is sent: mails end in the queue.
    """
    ours = "helpdesk.ticket.mail.log" in env
    open_door(env, ours)
    guests = env["res.partner"].search([("name", "=like", "Guest %")], order="id")
    found = {}
    with patch.object(env.registry["mail.mail"], "send", lambda *_args, **_kw: True):
        senders = [guests[number % len(guests)].email for number in range(count + WARM)]
        found["new"] = hand_in(env, senders)
        model = "helpdesk.ticket" if ours else BARE
        records = env[model].search([], order="id desc", limit=count + WARM)
        records = records.sorted("id")
        if ours:
            found["acknowledging"] = acknowledge(env, records)
        agent = env["res.users"].search([("login", "=", "agent1")])
        if ours:
            records.write({"user_id": agent.id})
        else:
            records.message_subscribe(agent.partner_id.ids)
        env.cr.commit()
        senders = [
            (sender, get_message_id(record))
            for sender, record in zip(senders, records, strict=True)
        ]
        found["reply"] = hand_in(env, senders)
    # a mail that went elsewhere, was held or told to nobody would be cheap
    newest = env[model].search([], order="id desc", limit=1)
    assert newest == records[-1:], "answers opened records"
    for record in records:
        message = record.message_ids.sorted("id")[-1:]
        told = message.notification_ids.res_partner_id
        assert message.message_type == "email" and not message.is_internal
        assert message.subtype_id == env.ref("mail.mt_comment")
        assert agent.partner_id in told, "nobody was told"
    answer(**found)


def acknowledge(env, tickets):
    """What telling their senders takes, which the cron does; the CPU for one ticket."""
    env.cr.commit()
    started = cpu_of_all(env)
    env["helpdesk.ticket"]._cron_acknowledge()
    env.cr.commit()
    used = cpu_of_all(env) - started
    assert not any(tickets.mapped("acknowledge_date")), "somebody was not told"
    return {"cpu": used / len(tickets)}


def get_message_id(record):
    """The Message-ID of what a customer was sent last."""
    public = record.message_ids.filtered(
        lambda message: message.message_type in ("email", "auto_comment")
    )
    return public.sorted("id")[-1:].message_id


def open_door(env, ours):
    """Have an address: of the desk, or of a bare model with nothing but a thread."""
    domain = env["mail.alias.domain"].search([("name", "=", DOMAIN)])
    domain = domain or env["mail.alias.domain"].create({"name": DOMAIN})
    if ours:
        team = env["helpdesk.ticket.team"].search([("name", "=", "Desk")], limit=1)
        team.write({"alias_name": "support", "alias_domain_id": domain.id})
    elif BARE not in env:
        model = env["ir.model"].create(
            {"name": "Bare thread", "model": BARE, "is_mail_thread": True}
        )
        env["mail.alias"].create(
            {
                "alias_name": "support",
                "alias_domain_id": domain.id,
                "alias_model_id": model.id,
            }
        )
    env["ir.cron"].search([]).active = False
    env.cr.commit()


def hand_in(env, senders):
    """Process one mail of each sender; the CPU and the statements of one."""
    thread = threading.current_thread()
    mails = []
    for number, sender in enumerate(senders):
        sender, references = sender if isinstance(sender, tuple) else (sender, "")
        mails.append(prepare_mail(env, number, sender, f"support@{DOMAIN}", references))
    statements = []
    for number, raw in enumerate(mails):
        if number == WARM:
            started = cpu_of_all(env)
        env.cr.commit()
        thread.query_count, thread.query_time = 0, 0
        record_id = env["mail.thread"].message_process(None, raw)
        env.cr.commit()
        assert record_id, f"mail {number} ended nowhere"
        statements.append(thread.query_count)
    used = cpu_of_all(env) - started
    statements = sorted(statements[WARM:])
    return {
        "cpu": used / (len(mails) - WARM),
        "statements": statements[len(statements) // 2],
        "most": statements[-1],
    }


def read_only(env, count):
    """Read and classify mails, without processing them; the CPU of one."""
    from odoo.addons.helpdesk_service_portal.tools.mail_content import read_mail
    from odoo.addons.helpdesk_service_portal.tools.mail_incoming import IncomingMail

    guest = env["res.partner"].search([("name", "=like", "Guest %")], limit=1).email
    mails = [
        prepare_mail(env, number, guest, f"support@{DOMAIN}")
        for number in range(count + WARM)
    ]
    for number, raw in enumerate(mails):
        if number == WARM:
            started = cpu_of_all(env)
        env["mail.thread"]._parse_incoming(IncomingMail(read_mail(raw), raw))
    answer(cpu=(cpu_of_all(env) - started) / count)
