# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What nobody wrote: none of them is answered, none opens a ticket by itself."""

from .builder import DESK, Case, mail, multipart, part


def machine(name, outcome, extra="", says=(), **options):
    return Case(name, mail(name, extra=extra, **options), outcome, says)


def bounce(name, address, report=True):
    parts = [part("550 5.1.1 no such user")]
    if report:
        parts.append(
            part(
                f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {address}\r\n"
                "Action: failed\r\nStatus: 5.1.1\r\n",
                "message/delivery-status",
            )
        )
    return multipart(
        name,
        parts,
        "report; report-type=delivery-status",
        sender="MAILER-DAEMON@mx.example",
    )


ANYWAY = "auto_reply,held,refused,bounce"

MAILS = [
    machine("vacation", ANYWAY, "Auto-Submitted: auto-replied\n"),
    machine("vacation-outlook", ANYWAY, "X-Auto-Response-Suppress: All\n"),
    machine("vacation-precedence", ANYWAY, "Precedence: auto_reply\n"),
    machine("vacation-subject", ANYWAY, subject="Respuesta automática: Sin WiFi"),
    machine("vacation-gmail", ANYWAY, "X-Autoreply: yes\n", subject="Fuera de oficina"),
    machine("person-after-all", "ticket", "Auto-Submitted: no\n", None),
    machine(
        "newsletter",
        ANYWAY,
        "List-Id: <news.shop.example>\nPrecedence: bulk\n"
        "List-Unsubscribe: <https://shop.example/u>\n",
    ),
    machine("no-reply", "held", sender="no-reply@bank.example"),
    machine("mailer-daemon", ANYWAY, sender="MAILER-DAEMON@mx.example"),
    machine("null-return-path", ANYWAY, "Return-Path: <>\n"),
    machine("from-the-desk", "held,refused,duplicate", sender=DESK),
    machine("from-staff", "held,ticket", sender="laura@test.example"),
    Case(
        "bounce-unknown",
        bounce("bounce-unknown", "nobody@nowhere.example"),
        "bounce,held",
        (),
    ),
    Case("bounce-known", bounce("bounce-known", "ana@test.example"), "bounce,held", ()),
    Case("bounce-no-report", bounce("bounce-no-report", "", False), "bounce,held", ()),
    Case(
        "bounce-odd",
        multipart(
            "bounce-odd",
            [
                part("failed"),
                part("", "message/rfc822"),
                part("x", "message/delivery-status"),
            ],
            "report; report-type=delivery-status",
            sender="postmaster@mx.example",
        ),
        "bounce,held",
        (),
    ),
    Case(
        "complaint",
        multipart(
            "complaint",
            [
                part("This is a complaint"),
                part("Feedback-Type: abuse", "message/feedback-report"),
            ],
            "report; report-type=feedback-report",
        ),
        "ticket," + ANYWAY,
        (),
    ),
    Case(
        "ping-pong",
        lambda test: mail(
            "ping-pong",
            extra=f"Auto-Submitted: auto-replied\nIn-Reply-To: "
            f"{test.get_message_id()}\n",
            sender="ana@test.example",
        ),
        "auto_reply",
    ),
    Case(
        "our-own",
        lambda test: mail("our-own", message_id=test.get_message_id(), sender=DESK),
        "duplicate",
        (),
    ),
]
