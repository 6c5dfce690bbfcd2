# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an incoming mail is, and what in it is new: pure functions, no ORM."""

import re

from lxml import etree, html

from .text import html_to_words, normalize

THANKS_MAX_LENGTH = 60

# ------------------------------------------------------------
# Person or machine
# ------------------------------------------------------------

#: subjects of answering machines, where no header tells; only at the beginning
VACATION_SUBJECTS = re.compile(
    r"(?:(?:re|fw|fwd|rv|aw)\s*:\s*)*(?:"
    r"auto(?:matic)?[ -]?(?:reply|response)|autoreply|out of (?:the )?office|ooo:"
    r"|(?:on )?vacation (?:reply|notice)|away from (?:my|the) (?:mail|office)"
    r"|respuesta automatica|contestacion automatica|fuera de (?:la )?oficina"
    r"|ausencia (?:temporal|de la oficina)|estoy (?:de vacaciones|fuera de la oficina)"
    r"|resposta automatica|reponse automatique|abwesen|automatische antwort)"
)
BOUNCE_SENDERS = ("mailer-daemon", "postmaster")
SENDER = re.compile(r"([\w.+=-]+)@")
NO_REPLY = re.compile(
    r"^(?:.*[-_.])?(?:no|do[-_.]?not|nao)[-_.]?"
    r"(?:reply|respon[ds][a-z]*|contest[a-z]*)(?:[-_.+].*)?$"
)


def get_kind_of_mail(headers, subject=""):
    """Tell who wrote a mail, as its headers say.

    ``person``, ``auto_reply``, ``bounce``, ``list`` or ``no_reply``; in doubt a
    person: an answer that counts for nothing is worse than a machine's that counts.

    :param headers: a mapping, such as ``email.message.Message``; names in any case
    :param str subject: decoded subject; default is the header's

    >>> get_kind_of_mail({"Subject": "Re: No WiFi"})
    'person'
    >>> get_kind_of_mail({"Auto-Submitted": "auto-replied (vacation)"})
    'auto_reply'
    >>> get_kind_of_mail({"auto-submitted": "no", "Subject": "Out of office"})
    'person'
    >>> get_kind_of_mail({"Precedence": "auto_reply"})
    'auto_reply'
    >>> get_kind_of_mail({"Precedence": "list", "Subject": "Re: No WiFi"})
    'list'
    >>> get_kind_of_mail({"List-Id": "<news.portal.example>", "Precedence": "bulk"})
    'list'
    >>> get_kind_of_mail({"From": "Booking <noreply+55@portal.example>"})
    'no_reply'
    >>> get_kind_of_mail({"From": "reservas-no-responder@hotel.example"})
    'no_reply'
    >>> get_kind_of_mail({"From": "Norely Reply <norely@hotel.example>"})
    'person'
    >>> get_kind_of_mail({"Content-Type": "multipart/report; report-type="
    ...     "disposition-notification; boundary=x"})
    'auto_reply'
    >>> get_kind_of_mail({"X-Autoreply": "yes"})
    'auto_reply'
    >>> get_kind_of_mail({"X-Auto-Response-Suppress": "All"})
    'auto_reply'
    >>> get_kind_of_mail({"X-Auto-Response-Suppress": "DR, NRN"})
    'person'
    >>> get_kind_of_mail({"Subject": "Respuesta automática: Re: Sin WiFi"})
    'auto_reply'
    >>> get_kind_of_mail({"Subject": "The automatic reply of my phone is broken"})
    'person'
    >>> get_kind_of_mail({"X-Failed-Recipients": "ana@hotel.example"})
    'bounce'
    >>> get_kind_of_mail({"Content-Type": "multipart/report; report-type="
    ...     "delivery-status; boundary=x"})
    'bounce'
    >>> get_kind_of_mail({"From": "Mail Delivery <MAILER-DAEMON@mx.example>"})
    'bounce'
    """
    known = _get_known_headers(headers)
    sender = SENDER.search(known.get("from", "").lower())
    sender = sender[1] if sender else ""
    if (
        _has(known, "x-failed-recipients")
        or _has(known, "content-type", "delivery-status")
        or sender in BOUNCE_SENDERS
    ):
        return "bounce"
    if known.get("auto-submitted", "").strip().lower().startswith("no"):
        return "person"
    if is_answering_machine(known):
        return "auto_reply"
    if (
        _has(known, "list-id")
        or _has(known, "list-unsubscribe")
        or _has(known, "precedence", "list")
    ):
        return "list"
    if NO_REPLY.match(sender):
        return "no_reply"
    return "auto_reply" if is_machine(known, subject) else "person"


def _get_known_headers(headers):
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _has(known, name, *words):
    """Tell whether a header is there and says one of these words."""
    value = known.get(name, "").strip().lower()
    return bool(value) and (not words or any(word in value for word in words))


def is_answering_machine(headers):
    """Tell whether headers say that a machine answers a mail: nobody asks anything.

    >>> is_answering_machine({"Auto-Submitted": "auto-replied"})
    True
    >>> is_answering_machine({"Auto-Submitted": "auto-generated"})
    False
    """
    known = _get_known_headers(headers)
    return (
        known.get("auto-submitted", "").strip().lower().startswith("auto-replied")
        or _has(known, "precedence", "auto_reply", "auto-reply")
        or _has(known, "x-autoreply", "yes", "true", "1")
        or _has(known, "x-autorespond")
        or _has(known, "x-autoreply-from")
        or _has(known, "x-mail-autoreply")
        or _has(known, "x-autogenerated", "reply")
        or _has(known, "content-type", "disposition-notification")
    )


def is_machine(headers, subject=""):
    """Tell whether a machine wrote a mail, as its headers or its subject say.

    >>> is_machine({"Auto-Submitted": "auto-generated", "Subject": "PMS offline"})
    True
    >>> is_machine({"Subject": "Re: No WiFi"})
    False
    """
    known = _get_known_headers(headers)
    if (
        is_answering_machine(known)
        or known.get("auto-submitted", "").strip().lower().startswith("auto-")
        or _has(known, "precedence", "bulk", "junk")
        or _has(known, "x-auto-response-suppress", "all", "oof", "autoreply")
        or _has(known, "content-type", "multipart/report")
        or known.get("return-path", "").strip() == "<>"
    ):
        return True
    subject = normalize(subject or known.get("subject", ""))
    return bool(VACATION_SUBJECTS.match(subject))


# ------------------------------------------------------------
# New text
# ------------------------------------------------------------

QUOTE_PATHS = (
    "//blockquote",
    "//*[@data-o-mail-quote]",
    "//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]",
    "//*[contains(concat(' ', @class, ' '), ' gmail_signature ')]",
    "//*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]",
    "//*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]",
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='Signature']",
)
#: from here on a text is an earlier message or a signature
QUOTE_LINES = re.compile(
    r"^(?:>"
    r"|-{2,}\s*$"
    r"|_{8,}\s*$"
    r"|-+\s*(?:mensaje (?:original|reenviado)|original message|forwarded message)"
    r"|(?:on|el)\b.{5,200}\b(?:wrote|escribio)\s*:"
    r"|(?:from|de)\s*:.{3,}"
    r"|(?:enviado|sent|obtener|get|descarga)\s+(?:desde|from|outlook)\b)"
)
#: so much of a line tells whether it begins a quote
QUOTE_LENGTH = 300
LINE_TAGS = ("p", "br", "div", "li", "tr", "pre", "h1", "h2", "h3", "hr", "blockquote")


def _drop_quotes(root):
    """Take out of an HTML tree what mail programs mark as quoted or as signature."""
    for path in QUOTE_PATHS:
        for node in root.xpath(path):
            if node.getparent() is not None:
                node.drop_tree()


def get_new_text(body):
    """Return what the writer of a mail added, without quotes and signature.

    :param str body: HTML of the message

    >>> get_new_text("<p>¡Gracias!</p><blockquote>We are on it</blockquote>")
    '¡Gracias!'
    >>> get_new_text("<div>Ya quedó<br/><br/>El vie, 27 nov 2026, Laura escribió:<br/>"
    ...     "&gt; Pruebe ahora</div>")
    'Ya quedó'
    >>> get_new_text("<pre>Thanks\\n-- \\nAna, Hotel Sol\\n+52 322 1234567</pre>")
    'Thanks'
    >>> get_new_text("<p>Gracias</p><p>Enviado desde mi iPhone</p>")
    'Gracias'
    >>> get_new_text("<p>Sigue igual</p><p>Laura</p>")
    'Sigue igual Laura'
    >>> get_new_text(""), get_new_text(None)
    ('', '')
    """
    if not body or not str(body).strip():
        return ""
    try:
        root = html.fragment_fromstring(str(body), create_parent="div")
    except (etree.ParserError, ValueError):
        return html_to_words(body)
    _drop_quotes(root)
    for node in root.iter(*LINE_TAGS):
        node.text = f"\n{node.text or ''}"
        node.tail = f"\n{node.tail or ''}"
    lines = []
    for line in root.text_content().splitlines():
        words = " ".join(line.split())
        if QUOTE_LINES.match(normalize(words[:QUOTE_LENGTH])):
            break
        if words:
            lines.append(words)
    return " ".join(lines)


# ------------------------------------------------------------
# Greetings and thanks
# ------------------------------------------------------------

GREETINGS = re.compile(
    r"(?:hola|buenas|buenos dias|buen dia|estimad[oa]s?|querid[oa]s?|saludos"
    r"|hello|hi|hey|dear|good (?:morning|afternoon|evening))\b"
)
#: one of these must be said
THANKS = frozenset(
    """
    gracias agradezco agradecemos agradecido agradecida agradecidos agradecidas
    thanks thank thx ty perfecto perfect excelente excellent genial great solucionado
    resuelto solved fixed listo ok okay okey enterado enterada recibido received
    confirmado confirmed confirmo works working funciona funcionando quedo
    """.split()
)
#: and these may; any other word makes it an answer
THANKS_COMPANY = frozenset(
    """
    muchas muchisimas mil infinitas mas de por la el su tu vuestra vuestro apoyo ayuda
    atencion soporte rapidez respuesta rapida tiempo todo toda todos equipo ya esta
    estamos bien muy buen buena buenos buenas dia dias tarde tardes noche noches saludos
    saludo cordial cordiales hola estimado estimada estimados de nuevo nuevamente
    acuerdo a ustedes usted te les le lo y ahora si que tengan tenga excelente
    you so much very many a lot for the your help support quick fast reply response
    it all is now again and have nice good day morning afternoon evening best kind
    regards cheers hi hello dear team yes everything well done appreciated its
    """.split()
)
WORDS = re.compile(r"[^\W\d_]+")


def begins_with_greeting(words):
    """Tell whether a text greets its reader by itself.

    >>> begins_with_greeting("¡Hola, Ana! Ya está."), begins_with_greeting("Hi Ana")
    (True, True)
    >>> begins_with_greeting("Historial corregido."), begins_with_greeting("")
    (False, False)
    """
    return bool(GREETINGS.match(normalize(words).lstrip("¡! ")))


def is_only_thanks(text, has_files=False, names=()):
    """Tell whether a text only says thanks, in Spanish or English; in doubt not.

    At most 60 characters, no question, no digit, no file, and no word that thanks do
    not need.

    :param str text: the new text, see ``get_new_text``
    :param names: of people who may be addressed or may sign

    >>> is_only_thanks("¡Muchas gracias, Laura!", names=["Laura Díaz"])
    True
    >>> is_only_thanks("Ya quedó, mil gracias por su ayuda. Saludos")
    True
    >>> is_only_thanks("Thank you so much, it works now"), is_only_thanks("👍 OK")
    (True, True)
    >>> is_only_thanks("Gracias, pero sigue igual"), is_only_thanks("Ya no funciona")
    (False, False)
    >>> is_only_thanks("Gracias, ¿y la otra?"), is_only_thanks("Gracias, habitación 12")
    (False, False)
    >>> is_only_thanks("Gracias", has_files=True), is_only_thanks("Not working, thanks")
    (False, False)
    >>> is_only_thanks("Hola"), is_only_thanks(""), is_only_thanks("gracias " * 9)
    (False, False, False)
    """
    text = text or ""
    if has_files or len(text) > THANKS_MAX_LENGTH or re.search(r"[?¿\d]", text):
        return False
    words = set(WORDS.findall(normalize(text)))
    people = set(WORDS.findall(normalize(" ".join(name or "" for name in names))))
    return bool(words & THANKS) and words <= THANKS | THANKS_COMPANY | people


# ------------------------------------------------------------
# Failures
# ------------------------------------------------------------

FINAL_REASONS = re.compile(r"\b5[05]\d\b(?!\.)|\b5\.\d\.\d\b")


def is_passing_failure(kind, reason):
    """Tell whether sending a mail may succeed later; in doubt it may.

    Not where the server refuses for good or there is no address.

    :param str kind: failure type of ``mail.notification``
    :param str reason: what the server or the library said

    >>> is_passing_failure("mail_smtp", "")
    True
    >>> is_passing_failure("unknown", "SMTPRecipientsRefused: 451 4.7.1 Greylisted")
    True
    >>> is_passing_failure("unknown", "SMTPRecipientsRefused: 550 5.1.1 Unknown user")
    False
    >>> is_passing_failure("unknown", "timed out")
    True
    >>> is_passing_failure("mail_email_invalid", "")
    False
    """
    if kind not in ("mail_smtp", "unknown"):
        return False
    return not FINAL_REASONS.search(normalize(reason))
