# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The desks that can be had ready-made: one file each in data/desks.

A text is ``{"en": …, "es": …}``: English is the source, as everywhere.
"""

import json
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "desks"
#: what a file may hold, and what its lists may
KEYS = {
    "reference",
    "name",
    "summary",
    "alias",
    "team",
    "promises",
    "stages",
    "types",
    "categories",
    "form",
    "examples",
    "mail_rules",
}


@lru_cache(maxsize=1)
def read_templates():
    """Return the templates by the names of their files, in the order of the desks."""
    files = sorted(FOLDER.glob("*.json"))
    templates = {
        file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files
    }
    return dict(sorted(templates.items(), key=lambda item: item[1]["reference"]))


def is_text(value):
    """Tell whether a value of a template is a text in two languages.

    >>> is_text({"en": "Open", "es": "Abierto"}), is_text("Open")
    (True, False)
    """
    return isinstance(value, dict) and value.keys() == {"en", "es"}


def in_language(text, lang):
    """Return a text as readers of ``lang`` read it.

    >>> in_language({"en": "Open", "es": "Abierto"}, "es_MX")
    'Abierto'
    >>> in_language({"en": "Open", "es": "Abierto"}, "fr_FR")
    'Open'
    """
    return text["es" if (lang or "").startswith("es") else "en"]
