# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Texts in parts, parts in parts, parts that are none."""

import base64

from asn1crypto import cms

from .builder import PDF, PNG, Case, file, inner, join, mail, multipart, part

HTML = "text/html; charset=utf-8"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Visita técnica\r\n"
    "DTSTART:20261130T160000Z\r\nLOCATION:Lobby\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def _html(name):
    return part(f"<p>Sin <b>WiFi</b> {name}</p>", HTML)


def _picture(cid, name='name="a.png"', disposition="inline"):
    return part(
        PNG,
        f"image/png; {name}".rstrip("; "),
        f"Content-ID: <{cid}>\nContent-Disposition: {disposition}\n",
        coded=True,
    )


def _nested(name, depth):
    body = part(f"WiFi {name}")
    for number in range(depth):
        body = inner([body], "mixed", f"n{number}")
    return body


def _envelope(kind, content):
    """An S/MIME envelope; nobody verifies it here."""
    if kind == "signed_data":
        value = {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": content},
            "signer_infos": [],
        }
    else:
        value = {
            "version": "v0",
            "recipient_infos": [],
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": {
                    "algorithm": "aes256_cbc",
                    "parameters": b"0" * 16,
                },
                "encrypted_content": content,
            },
        }
    return cms.ContentInfo({"content_type": kind, "content": value}).dump()


def _smime(name, kind, word):
    inside = (
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + f"WiFi {name}".encode()
    )
    body = part(_envelope(kind, inside), coded=True).partition(b"\r\n\r\n")[2]
    return mail(
        name,
        body,
        f"application/pkcs7-mime; smime-type={word}; name=smime.p7m",
        encoding="base64",
    )


FORWARDED = mail("inside", "El correo de dentro\r\n", subject="Factura de noviembre")

MAILS = [
    Case(
        "alternative",
        multipart(
            "alternative",
            [part("Sin WiFi en texto"), _html("alternative")],
            "alternative",
        ),
        lacks=("en texto",),
    ),
    Case(
        "alternative-empty-html",
        multipart(
            "alternative-empty-html",
            [part("Sin WiFi alternative-empty-html"), part("", HTML)],
            "alternative",
        ),
    ),
    Case(
        "alternative-html-first",
        multipart(
            "alternative-html-first",
            [_html("alternative-html-first"), part("en texto")],
            "alternative",
        ),
    ),
    Case(
        "alternative-watch",
        multipart(
            "alternative-watch",
            [part("text"), part("{}", "text/watch-html"), _html("alternative-watch")],
            "alternative",
        ),
    ),
    Case("html-only", mail("html-only", "<p>WiFi html-only</p>", HTML)),
    Case(
        "html-xhtml",
        mail(
            "html-xhtml",
            '<?xml version="1.0" encoding="utf-8"?>'
            "<html><body><p>WiFi html-xhtml</p></body></html>",
            HTML,
        ),
    ),
    Case("html-empty", mail("html-empty", "<html><body></body></html>", HTML), says=()),
    Case(
        "html-latin1",
        mail("html-latin1", "<p>Habitación</p>".encode("latin-1"), "text/html"),
        says=("Habitación",),
    ),
    Case("two-texts", multipart("two-texts", [part("WiFi"), part("two-texts")])),
    Case(
        "inline-picture",
        multipart(
            "inline-picture",
            [
                part('<p>inline-picture<img src="cid:one@x"></p>', HTML),
                _picture("one@x"),
            ],
            "related",
        ),
        files=("a.png",),
    ),
    Case(
        "inline-escaped",
        multipart(
            "inline-escaped",
            [
                part('<p>inline-escaped<img src="cid:one%40x"></p>', HTML),
                _picture("one@x"),
            ],
            "related",
        ),
        files=("a.png",),
    ),
    Case(
        "inline-nameless",
        multipart(
            "inline-nameless",
            [
                part('<p>inline-nameless<img src="cid:n@x"></p>', HTML),
                _picture("n@x", ""),
            ],
            "related",
        ),
        files=("attachment.png",),
    ),
    Case(
        "apple",
        multipart(
            "apple",
            [
                part("text"),
                inner(
                    [
                        _html("apple"),
                        file("hoja.pdf", PDF, "application/pdf"),
                        part("<p>y más</p>", HTML),
                    ],
                    "mixed",
                    "in",
                ),
            ],
            "alternative",
        ),
        says=("apple", "y más"),
        files=("hoja.pdf",),
    ),
    Case(
        "outlook",
        multipart(
            "outlook",
            [
                inner(
                    [
                        inner([part("text"), _html("outlook")], "alternative", "in2"),
                        _picture("o@x"),
                    ],
                    "related",
                    "in1",
                ),
                file("lista.pdf", PDF),
            ],
        ),
        files=("lista.pdf", "a.png"),
    ),
    Case(
        "data-picture",
        mail(
            "data-picture",
            "<p>data-picture"
            f'<img src="data:image/png;base64,{base64.b64encode(PNG).decode()}"></p>',
            HTML,
        ),
        files=("picture1.png",),
        lacks=("base64,",),
    ),
    Case(
        "digest",
        multipart(
            "digest", [part(FORWARDED, "message/rfc822"), part("WiFi digest")], "digest"
        ),
    ),
    Case(
        "forwarded",
        multipart(
            "forwarded",
            [part("Vean esto: forwarded"), part(FORWARDED, "message/rfc822")],
        ),
        lacks=("El correo de dentro",),
    ),
    Case(
        "forwarded-broken",
        multipart(
            "forwarded-broken",
            [part("forwarded-broken"), part(b"\0\xff no headers", "message/rfc822")],
        ),
    ),
    Case(
        "forwarded-only",
        multipart("forwarded-only", [part(FORWARDED, "message/rfc822")]),
        says=(),
    ),
    Case(
        "partial",
        mail("partial", "WiFi", 'message/partial; number=1; total=3; id="x"'),
        says=(),
    ),
    Case(
        "external-body",
        multipart(
            "external-body",
            [
                part("external-body"),
                part(
                    "Content-Type: image/png\r\n\r\n",
                    'message/external-body; access-type="URL"',
                ),
            ],
        ),
    ),
    Case("deep", multipart("deep", [_nested("deep", 20)])),
    Case("deeper", multipart("deeper", [_nested("deeper", 150)]), says=()),
    Case("deepest", multipart("deepest", [_nested("deepest", 900)]), says=("deepest",)),
    Case("many-parts", multipart("many-parts", [part("many-parts")] * 2_000)),
    Case(
        "no-boundary",
        mail("no-boundary", join([part("no-boundary")]), "multipart/mixed"),
    ),
    Case(
        "other-boundary",
        mail(
            "other-boundary",
            join([part("other-boundary")]),
            'multipart/mixed; boundary="zz"',
        ),
    ),
    Case(
        "never-closed",
        mail(
            "never-closed",
            join([part("never-closed")])[:-8],
            'multipart/mixed; boundary="=_b"',
        ),
    ),
    Case("no-parts", mail("no-parts", "", 'multipart/mixed; boundary="=_b"'), says=()),
    Case("empty-parts", multipart("empty-parts", [b"", b"\r\n", part("empty-parts")])),
    Case("odd-multipart", multipart("odd-multipart", [part("odd-multipart")], "x-odd")),
    Case(
        "multipart-base64",
        mail(
            "multipart-base64",
            join([part("multipart-base64")]),
            'multipart/mixed; boundary="=_b"',
            encoding="base64",
        ),
    ),
    Case("star-type", multipart("star-type", [part("star-type"), part("x", "*/*")])),
    Case(
        "binary-type",
        multipart(
            "binary-type", [part("binary-type"), part("x", "binary/octet-stream")]
        ),
    ),
    Case("no-type", mail("no-type", content_type="text")),
    Case("garbage-type", mail("garbage-type", content_type=';;;="')),
    Case(
        "params-garbage",
        mail("params-garbage", content_type="text/plain; charset*=x'y; =; charset"),
    ),
    Case(
        "calendar-only",
        mail("calendar-only", CALENDAR, "text/calendar; method=REQUEST; charset=utf-8"),
        says=("Visita técnica", "Lobby"),
    ),
    Case(
        "calendar",
        multipart(
            "calendar",
            [part("WiFi calendar"), part(CALENDAR, "text/calendar; method=REQUEST")],
            "alternative",
        ),
    ),
    Case(
        "report-read",
        multipart(
            "report-read",
            [
                part("Su mensaje fue leído"),
                part(
                    "Disposition: manual-action/x; displayed",
                    "message/disposition-notification",
                ),
            ],
            "report; report-type=disposition-notification",
        ),
        "auto_reply,held,bounce",
        says=(),
    ),
    Case(
        "smime-signed",
        multipart(
            "smime-signed",
            [
                part("WiFi smime-signed"),
                file("smime.p7s", b"0\x80", "application/pkcs7-signature"),
            ],
            "signed",
        ),
        lacks=("p7s",),
    ),
    Case("smime-opaque", _smime("smime-opaque", "signed_data", "signed-data")),
    Case(
        "smime-encrypted",
        _smime("smime-encrypted", "enveloped_data", "enveloped-data"),
        says=("encrypted",),
    ),
    Case(
        "smime-broken",
        mail("smime-broken", b"MIIB", "application/pkcs7-mime", encoding="base64"),
        says=(),
    ),
    Case(
        "pgp-signed",
        multipart(
            "pgp-signed",
            [
                part("WiFi pgp-signed"),
                part("-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),
            ],
            "signed",
        ),
    ),
    Case(
        "pgp-encrypted",
        multipart(
            "pgp-encrypted",
            [
                part("Version: 1", "application/pgp-encrypted"),
                part("-----BEGIN PGP MESSAGE-----", "application/octet-stream"),
            ],
            "encrypted",
        ),
        says=("encrypted",),
    ),
    Case("pgp-inline", mail("pgp-inline", "-----BEGIN PGP MESSAGE-----\r\npgp-inline")),
]
