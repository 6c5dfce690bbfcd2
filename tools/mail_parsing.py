# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an incoming mail is, and what in it is new: pure functions, no ORM."""

import re

from .text import normalize

GREETINGS = re.compile(
    r"(?:hola|buenas|buenos dias|buen dia|estimad[oa]s?|querid[oa]s?|saludos"
    r"|hello|hi|hey|dear|good (?:morning|afternoon|evening))\b"
)


def begins_with_greeting(words):
    """Tell whether a text greets its reader by itself.

    >>> begins_with_greeting("¡Hola, Ana! Ya está."), begins_with_greeting("Hi Ana")
    (True, True)
    >>> begins_with_greeting("Historial corregido."), begins_with_greeting("")
    (False, False)
    """
    return bool(GREETINGS.match(normalize(words).lstrip("¡! ")))
