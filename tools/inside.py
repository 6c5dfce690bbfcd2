# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What only the program says in a context: callers over RPC say there what they like,
but they send text, numbers, lists and no objects."""


class Inside:
    """A value that came from the program."""

    def __init__(self, value):
        self.value = value


def inside(env, name, default=None):
    """Return what the program said in the context; ``default`` for anybody else's."""
    said = env.context.get(name)
    return said.value if isinstance(said, Inside) else default
