# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a check found: one sentence, and one button or command.

Nothing here, nor in the neighbours, imports the module: the checks run before it is
installed, when its own Python packages may be missing.
"""

from dataclasses import dataclass, field, replace

from odoo.tools.translate import LazyGettext, LazyTranslate

MODULE = "helpdesk_service_portal"
#: worst first
LEVELS = ("stop", "warn", "note", "good")
#: as many names as a sentence bears; the others are counted
NAMED = 5

_lt = LazyTranslate(MODULE)


@dataclass
class Finding:
    """One line of the preflight.

    ``level``: ``stop`` (the installation is refused or would fail), ``warn`` (do
    something, soon), ``note`` (good to know), ``good``.
    """

    code: str
    level: str
    title: str
    text: str
    #: examples: logins, stages, views
    items: list = field(default_factory=list)
    #: one line for a shell, or none
    command: str = ""
    #: what opens the page that mends it: the xmlid of an action, and its button
    action: str = ""
    button: str = ""

    def translated(self, lang):
        """The same in a language, which need not be loaded in the database."""
        return replace(
            self,
            title=translated(self.title, lang),
            text=translated(self.text, lang),
            button=translated(self.button, lang),
            items=[translated(item, lang) for item in self.items],
        )


def translated(term, lang):
    # pylint: disable=protected-access
    return term._translate(lang) if isinstance(term, LazyGettext) else term


def named(names):
    """A few of the names, for a sentence; the rest as a number."""
    names = [str(name) for name in names]
    if len(names) <= NAMED:
        return names
    return [*names[: NAMED - 1], _lt("%(count)s more", count=len(names) - NAMED + 1)]
