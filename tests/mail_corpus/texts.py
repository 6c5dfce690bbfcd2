# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One text, in every charset and encoding, true or not."""

import base64

from .builder import Case, mail, quoted

WORDS = "Habitación 12 sin WiFi"


def text(name, data, charset, says=(WORDS,), encoding="8bit", **options):
    content_type = charset and f"text/plain; charset={charset}"
    return Case(
        name, mail(name, data, content_type, encoding=encoding), says=says, **options
    )


MAILS = [
    text("utf8", WORDS.encode(), "utf-8"),
    text("utf8-quoted", quoted(WORDS), "utf-8", encoding="quoted-printable"),
    text("utf8-base64", base64.b64encode(WORDS.encode()), "utf-8", encoding="base64"),
    text("utf8-bom", b"\xef\xbb\xbf" + WORDS.encode(), "utf-8"),
    text("latin1", WORDS.encode("latin-1"), "iso-8859-1"),
    text("latin1-as-utf8", WORDS.encode("latin-1"), "utf-8"),
    text("latin1-as-ascii", WORDS.encode("latin-1"), "us-ascii"),
    text("utf8-as-ascii", WORDS.encode(), "us-ascii"),
    text("windows-as-latin1", f"{WORDS} – 20 €".encode("cp1252"), "iso-8859-1"),
    text("no-charset-utf8", WORDS.encode(), ""),
    Case(
        "no-charset-latin1",
        mail("no-charset-latin1", WORDS.encode("latin-1"), None, encoding=None),
        says=(WORDS,),
    ),
    text("charset-unknown", WORDS.encode(), "x-unknown"),
    text("charset-garbage", WORDS.encode(), '"utf-8http-equivContent-Type"'),
    text("charset-of-no-text", WORDS.encode(), "zlib"),
    text("charset-slow", WORDS.encode(), "punycode"),
    text("charset-mysql", WORDS.encode(), "utf8mb4"),
    text("charset-empty", WORDS.encode(), '""'),
    text("utf16", WORDS.encode("utf-16"), "utf-16"),
    text("utf7", b"Habitaci+APM-n 12 sin WiFi", "utf-7"),
    text("greek", "Δεν έχουμε WiFi".encode("iso8859-7"), "iso-8859-7", ("έχουμε",)),
    text("russian", "Нет связи".encode("koi8-r"), "koi8-r", ("Нет связи",)),
    text("japanese", "接続できない".encode("iso2022-jp"), "iso-2022-jp", ("接続",)),
    text("chinese", "没有网络".encode("gb18030"), "gb2312", ("没有网络",)),
    text("korean", "인터넷 없음".encode("cp949"), "ks_c_5601-1987", ("인터넷",)),
    text("arabic", "لا يوجد إنترنت".encode("cp1256"), "windows-1256", ("إنترنت",)),
    text("emoji", "WiFi 😡😡 sin".encode(), "utf-8", ("WiFi 😡😡",)),
    text("junk-bytes", b"\xff\xfe\x00\x81 WiFi \xc3\x28", "utf-8", ("WiFi",)),
    text("null-bytes", b"Sin\0 Wi\0Fi \x0112\x08", "utf-8", ("Sin WiFi 12",)),
    text("no-such-encoding", WORDS.encode(), "utf-8", encoding="x-rot13"),
    text("base64-broken", b"SG9sYSBXaUZp!\r\n=x", "utf-8", ("Hola WiFi",), "base64"),
    text("base64-not", WORDS.encode(), "utf-8", (), "base64"),
    text("quoted-broken", b"Sin =ZZ WiFi =", "utf-8", ("WiFi",), "quoted-printable"),
    text(
        "quoted-bomb",
        b"WiFi " + b"=\r\n" * 400_000 + b"fin",
        "utf-8",
        ("WiFi fin",),
        "quoted-printable",
    ),
    text(
        "uuencoded",
        b'begin 644 a.txt\r\n,2&]L82!7:49I("$*\r\n`\r\nend\r\n',
        "utf-8",
        ("Hola WiFi",),
        "x-uuencode",
    ),
    text("one-line", b"WiFi " + b"x" * 150_000, "utf-8", ("WiFi",)),
    text("too-long", b"WiFi " + b"palabra " * 60_000, "utf-8", ("WiFi",)),
    text("line-feeds", WORDS.encode().replace(b" ", b"\n"), "utf-8", ("Habitación",)),
    text("returns-only", b"Sin\rWiFi\r", "utf-8", ("WiFi",)),
    text("only-a-quote", b"> On Monday you wrote\r\n> WiFi", "utf-8", ("WiFi",)),
    Case("no-body", mail("no-body", b""), says=()),
    Case("only-blanks", mail("only-blanks", b" \r\n\t\r\n"), says=()),
    Case("all-lf", mail("all-lf").replace(b"\r\n", b"\n")),
]
