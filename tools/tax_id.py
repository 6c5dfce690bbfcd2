# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tax numbers, and the personal ones that people write where they have none."""

from stdnum.util import clean, get_cc_module

MAX_LENGTH = 40
SEPARATORS = " -./"
#: by country, what stands on a person's card and serves as tax number
PERSONAL = {
    "AR": ("dni",),
    "BR": ("cpf",),
    "CR": ("cpf", "cr"),
    "DO": ("cedula",),
    "EC": ("ci",),
    "MX": ("curp",),
    "PE": ("cui",),
}


def is_valid(number, country_code):
    """Tell whether a number can be one of that country; unknown countries take all.

    The country's code may stand before it, as in European numbers.

    >>> is_valid("B-58378431", "ES"), is_valid("ESB58378431", "ES")
    (True, True)
    >>> is_valid("54362315K", "ES"), is_valid("B58378430", "ES")
    (True, False)
    >>> is_valid("GODE 561231 GR8", "MX"), is_valid("GODE561231XX", "MX")
    (True, False)
    >>> is_valid("20-05536168-2", "AR"), is_valid("20.123.456", "AR")
    (True, True)
    >>> is_valid("anything", "AQ"), is_valid("anything", False), is_valid("", "MX")
    (True, True, False)
    """
    plain = clean(number or "", SEPARATORS).strip().upper()
    code = (country_code or "").upper()
    if not plain or len(plain) > MAX_LENGTH:
        return False
    modules = [get_cc_module(code, name) for name in ("vat", *PERSONAL.get(code, ()))]
    modules = [module for module in modules if module]
    forms = {plain, plain.removeprefix(code)}
    return not modules or any(
        module.is_valid(form) for module in modules for form in forms
    )
