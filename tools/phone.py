# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Phone numbers: one form to compare them by, one to read them, links to dial them."""

import re

from odoo.addons.phone_validation.tools import phone_validation

LEAST_DIGITS = 5
#: Mexico's mobile numbers as WhatsApp still writes them: +52 1 and ten digits
OLD_MEXICAN = re.compile(r"^\+521(\d{10})$")


def digits(number):
    """Return the digits of ``number``.

    >>> digits("+52 (322) 555-0110 ext. 4")
    '5232255501104'
    """
    return re.sub(r"\D", "", number or "")


def plain(number):
    """Return ``number`` without what people write between its digits.

    >>> plain("00 52 322 555 0110"), plain("+52 1 322 555 0110"), plain("322-555")
    ('+523225550110', '+523225550110', '322555')
    """
    text = (number or "").strip()
    text = ("+" if text.startswith("+") else "") + digits(text)
    if text.startswith("00"):
        text = f"+{text[2:]}"
    return OLD_MEXICAN.sub(r"+52\1", text)


def sanitize(number, country_code=None):
    """Return ``number`` in the form numbers are compared by (E.164), else False.

    :param str country_code: of the country a national number is dialled in, e.g. "MX"

    >>> sanitize("322 555 0110", "MX"), sanitize("+34 958 555 010")
    ('+523225550110', '+34958555010')
    >>> sanitize("101", "MX"), sanitize("")
    (False, False)
    """
    text = plain(number)
    if len(digits(text)) < LEAST_DIGITS:
        return False
    code = None if text.startswith("+") else country_code
    formatted = phone_validation.phone_format(
        text, code, None, force_format="E164", raise_exception=False
    )
    return formatted if formatted.startswith("+") else False


def readable(number, country_code=None):
    """Return ``number`` in groups, as it is read aloud.

    >>> readable("+523225550110")
    '+52 322 555 0110'
    >>> readable("101")
    '101'
    """
    text = plain(number)
    code = None if text.startswith("+") else country_code
    formatted = text and phone_validation.phone_format(
        text, code, None, force_format="INTERNATIONAL", raise_exception=False
    )
    return formatted if formatted != text else (number or "").strip()


def dial_link(number):
    """Return the link that dials ``number``; extensions are left out.

    >>> dial_link("+52 (55) 5550-0100 ext. 4")
    'tel:+525555500100'
    """
    return f"tel:{plain(_without_extension(number))}"


def whatsapp_link(number, country_code=None):
    """Return the link that opens a chat with ``number``.

    WhatsApp wants the international number in digits alone.

    >>> whatsapp_link("+52 55 5550 0101"), whatsapp_link("55 5550 0101", "MX")
    ('https://wa.me/525555500101', 'https://wa.me/525555500101')
    """
    number = _without_extension(number)
    return f"https://wa.me/{digits(sanitize(number, country_code) or plain(number))}"


def _without_extension(number):
    return re.split(r"(?i)\s*(?:ext|x|#|;|,)", number or "", maxsplit=1)[0]
