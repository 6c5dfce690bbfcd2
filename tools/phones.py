# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Phone numbers people type, checked and written one way: pure functions."""

import phonenumbers

_REASONS = {
    phonenumbers.ValidationResult.TOO_SHORT: "short",
    phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "short",
    phonenumbers.ValidationResult.TOO_LONG: "long",
}


class PhoneError(ValueError):
    """A number nobody can call; its text is the reason: country, short, long, wrong."""


def parse_phone(text, country_code=None):
    """Return a number in the international form, with spaces.

    :param str text: as typed
    :param str country_code: two letters, for numbers without a country of their own
    :raise PhoneError: when it is no number of that country

    >>> parse_phone("322 222 1234", "MX"), parse_phone("0034 91 123 45 67", "ES")
    ('+52 322 222 1234', '+34 911 23 45 67')
    >>> parse_phone("+34 911 234 567 ext. 12")
    '+34 911 23 45 67 ext. 12'
    >>> for number in "222 1234", "322 222 1234 5678", "reception", "123 456 7890":
    ...     try:
    ...         parse_phone(number, "MX")
    ...     except PhoneError as error:
    ...         print(error)
    short
    long
    wrong
    wrong
    >>> parse_phone("322 222 1234")
    Traceback (most recent call last):
    odoo.addons.helpdesk_service_portal.tools.phones.PhoneError: country
    """
    try:
        number = phonenumbers.parse(text, country_code or None)
    except phonenumbers.NumberParseException as error:
        unknown = error.error_type == error.INVALID_COUNTRY_CODE
        raise PhoneError(
            "country" if unknown and not country_code else "wrong"
        ) from error
    if not phonenumbers.is_valid_number(number):
        possible = phonenumbers.is_possible_number_with_reason(number)
        raise PhoneError(_REASONS.get(possible, "wrong"))
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def example_phone(country_code):
    """Return a number of that country to show how one is written; "" without one.

    >>> example_phone("MX"), example_phone("XX")
    ('+52 200 123 4567', '')
    """
    number = phonenumbers.example_number(country_code) if country_code else None
    if not number:
        return ""
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
