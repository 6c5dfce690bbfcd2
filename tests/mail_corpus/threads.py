# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Answers, true and false, and mails to several of our addresses."""

from .builder import DESK, Case, mail

ANA = "Ana Pérez <ana@test.example>"


def answer(name, outcome="reply", **options):
    """A mail which says that it answers the ticket."""

    def build(test):
        extra = f"In-Reply-To: {test.get_message_id()}\n"
        return mail(name, extra=extra, **{"sender": ANA, **options})

    return Case(name, build, outcome)


def quoting(name, outcome, **options):
    """A mail whose subject has the ticket's number."""

    def build(test):
        subject = f"RE: [#{test.ticket.number}] No reservations"
        return mail(name, subject=subject, **{"sender": ANA, **options})

    return Case(name, build, outcome)


MAILS = [
    answer("answer", subject="Re: No reservations from Booking"),
    answer("answer-upper", sender="ANA@TEST.EXAMPLE", subject="Re: No reservations"),
    answer("answer-of-stranger", "ticket,reply,held", sender="eve@evil.example"),
    quoting("number-of-requester", "reply"),
    quoting("number-of-stranger", "ticket,held", sender="eve@evil.example"),
    Case("number-of-nothing", mail("number-of-nothing", subject="[#999999999] Hola")),
    Case("plus-tag", mail("plus-tag", to="support+booking@desk.example")),
    Case("two-aliases", mail("two-aliases", to=f"{DESK}, ventas@desk.example")),
    Case("in-copy", mail("in-copy", to="x@hotel.example", extra=f"Cc: {DESK}\n")),
    Case(
        "blind-copy",
        mail("blind-copy", to="x@hotel.example", extra=f"Delivered-To: {DESK}\n"),
    ),
    Case(
        "unknown-address",
        mail("unknown-address", to="nobody@desk.example"),
        "held,refused,failed",
        (),
    ),
    Case(
        "forwarded-by-staff",
        mail(
            "forwarded-by-staff",
            "Para ustedes\r\n\r\n---------- Forwarded message "
            "---------\r\nFrom: Eva <eva@test.example>\r\nDate: Sun, 22 Nov 2026\r\n"
            "Subject: WiFi\r\nTo: laura@test.example\r\n\r\nNo hay. forwarded-by-staff",
            sender="laura@test.example",
            subject="Fwd: WiFi",
        ),
        "ticket,held",
        (),
    ),
]
