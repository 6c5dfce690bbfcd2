# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was measured, against what was promised."""

from dataclasses import dataclass, field
from statistics import median

from environment import out


@dataclass
class Result:
    """One line: what, a figure, and the bound it has to keep, if any."""

    what: str
    figure: float
    unit: str = ""
    target: float = None
    stretch: float = None
    #: speed-ups are to be large, everything else small
    larger: bool = False
    note: str = ""

    def keeps(self, bound):
        return self.figure >= bound if self.larger else self.figure <= bound

    @property
    def holds(self):
        return self.target is None or self.keeps(self.target)

    @property
    def verdict(self):
        if self.target is None:
            return ""
        if self.stretch is not None and self.keeps(self.stretch):
            return "PASS, stretch too"
        return "PASS" if self.holds else "miss"

    def bound(self, value):
        sign = "≥" if self.larger else "≤"
        return "" if value is None else f"{sign} {value:g}{self.unit}"

    @property
    def cells(self):
        return (
            self.what,
            f"{self.figure:.2f}{self.unit}"
            if self.unit.strip() == "×"
            else f"{self.figure:.0f}{self.unit}",
            self.bound(self.target),
            self.bound(self.stretch),
            self.verdict,
            self.note,
        )


@dataclass
class Samples:
    """The figures of one request, one a round."""

    cpu: list = field(default_factory=list)
    statements: list = field(default_factory=list)

    @property
    def milliseconds(self):
        return 1000 * median(self.cpu)

    def times(self, other):
        """How many times the CPU of another one, compared round by round."""
        pairs = zip(self.cpu, other.cpu, strict=True)
        return median(mine / theirs for mine, theirs in pairs)


def tell(title, head, rows):
    """Print rows of texts as a table."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    out()
    out(title)
    for row in (head, ["─" * width for width in widths], *rows):
        cells = zip(row, widths, strict=True)
        out("  " + "  ".join(cell.ljust(width) for cell, width in cells).rstrip())


def tell_results(title, results):
    head = ("what", "figure", "target", "stretch", "", "")
    tell(title, head, [result.cells for result in results])
