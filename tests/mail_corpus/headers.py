# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever stands above a mail: missing, twice, too long, in no known charset."""

from .builder import DESK, Case, mail, to_bytes


def head(name, outcome="ticket", says=None, **options):
    return Case(name, mail(name, **options), outcome, says)


MAILS = [
    head("no-subject", subject=None),
    head("empty-subject", subject=""),
    head("subject-utf8", subject="Habitación sin WiFi", says=("Habitación",)),
    head(
        "subject-latin1", subject="Habitación".encode("latin-1"), says=("Habitación",)
    ),
    head("subject-coded", subject="=?utf-8?B?SGFiaXRhY2nDs24=?=", says=("Habitación",)),
    head(
        "subject-split",
        subject="=?utf-8?Q?Habi?=\r\n =?utf-8?Q?taci=C3=B3n?=",
        says=("Habitación",),
    ),
    head(
        "subject-no-charset", subject="=?x-what?Q?Habitaci=F3n?=", says=("Habitación",)
    ),
    head("subject-broken", subject="=?utf-8?B?!!!?= WiFi", says=("WiFi",)),
    head("subject-injects", subject="=?utf-8?Q?WiFi=0D=0ABcc:_x@x.example?="),
    head("subject-null", subject=b"Sin\0 WiFi"),
    head("subject-long", subject="WiFi " * 3_000),
    head("subject-tabs", subject="Sin\r\n\tWiFi\r\n \r\n\t!"),
    head("no-message-id", message_id=None),
    head("message-id-empty", message_id=""),
    head("message-id-bare", message_id="bare-id.hotel"),
    head("message-id-spaces", message_id="<a b c@hotel.example> (comment)"),
    head("message-id-long", message_id="<" + "0123456789abcdef" * 300 + "@h.example>"),
    head("message-id-8bit", message_id="<ñ@hotel.example>".encode("latin-1")),
    head("no-date", date=None),
    head("date-1970", date="Thu, 01 Jan 1970 00:00:00 +0000"),
    head("date-2099", date="Thu, 31 Dec 2099 23:59:59 -0600"),
    head("date-garbage", date="ayer por la tarde"),
    head("date-no-zone", date="Sun, 22 Nov 2026 05:00:00"),
    head("date-year-0", date="Mon, 00 Foo 0000 99:99:99 +9999"),
    head(
        "nothing-but-from",
        subject=None,
        message_id=None,
        date=None,
        content_type=None,
        encoding=None,
    ),
    head(
        "two-from",
        "held,ticket",
        sender="Rosa <rosa@hotel-{name}.example>\r\n"
        "From: Eva <eva@hotel-{name}.example>",
    ),
    head("two-in-from", sender="rosa@hotel-{name}.example, eva@hotel-{name}.example"),
    head("from-empty", "held", sender="", says=()),
    head("no-from", "held", sender=None, says=()),
    head("from-no-address", "held", sender="Rosa Sol", says=()),
    head("from-empty-sender", sender="", extra="Sender: rosa@hotel-sender.example\n"),
    head("from-null-path", "held", sender="<>", says=()),
    head("from-comma", sender="=?utf-8?Q?Sol=2C_Rosa?= <rosa@hotel-{name}.example>"),
    head(
        "from-latin1", sender="Rosa Núñez <rosa@hotel-latin1.example>".encode("latin-1")
    ),
    head("from-idn", sender="rosa@hotel-mañana.example"),
    head("from-quotes", sender='"Rosa \\"la jefa\\" <x@y.example>" <rosa@q.example>'),
    head("from-injects", sender="=?utf-8?Q?Rosa=0ABcc:_x@x.example?= <rosa@i.example>"),
    head("from-long-name", sender="R" * 5_000 + " <rosa@hotel-{name}.example>"),
    head("from-comment", sender="rosa@hotel-{name}.example (Rosa)"),
    head("reply-to-elsewhere", extra="Reply-To: evil@elsewhere.example\n"),
    head(
        "many-recipients",
        to=DESK + "," + ",\r\n ".join(f"P{n} <p{n}@many.example>" for n in range(1000)),
    ),
    head("undisclosed", to="undisclosed-recipients:;", extra=f"Delivered-To: {DESK}\n"),
    head("group-syntax", to=f"Desk: {DESK}, a@b.example;"),
    head("to-quoted", to=f"'{DESK}' <{DESK}>"),
    head("to-upper", to=DESK.upper()),
    head(
        "many-references",
        extra="References: "
        + "\n ".join(f"<{n}@old.example>" for n in range(2000))
        + "\n",
    ),
    head("references-garbage", extra="References: ;;;<<>><@>\nIn-Reply-To: ñ\0\n"),
    head("long-header", extra="X-Long: " + "x" * 300_000 + "\n"),
    head("many-headers", extra="".join(f"X-H{n}: {n}\n" for n in range(5_000))),
    head("header-no-colon", extra="This is no header\n", says=()),
    head("header-8bit", extra=to_bytes("X-Ünï: ñ\n")),
    head("content-type-twice", extra="Content-Type: text/html\n"),
    head("mime-version-2", extra="MIME-Version: 2.0 (what?)\n"),
    head(
        "received-many",
        extra="".join(
            f"Received: from a{n} by b{n}; Sun, 22 Nov 2026 05:00:00 +0000\n"
            for n in range(60)
        ),
    ),
]
