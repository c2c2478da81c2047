"""Whether the words of a brief still fit on one printed page: an honest estimate. Nothing of Django in here.

The page is counted in lines of its smallest type. A text takes as many lines as it has when it is broken at the
edge, a section the room around it besides. A4 is the narrower paper and Letter the shorter one; the smaller of both
counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

# What the printed sheet (templates/documents/brief.typ) holds in its smallest type; a test sets pages and counts them.
LINES = 76
LETTERS = 100
# In lines: the head of the page, and the room around a section.
HEAD = 5.0
ROOM = 1.2
LONGEST = 3


@dataclass(frozen=True)
class Length:
    """How much of one page is used: `value` is 1.0 where it is full; `parts` are lines by section."""

    value: float
    parts: Mapping[str, float]
    reason: str

    @property
    def fits(self) -> bool:
        return self.value <= 1.0

    @property
    def percent(self) -> int:
        """Rounded up, so that 100 is never more than a page."""
        return ceil(round(self.value * 100, 6))

    @property
    def longest(self) -> tuple[str, ...]:
        """The sections that take most room, the longest first."""
        return tuple(sorted(self.parts, key=lambda name: -self.parts[name])[:LONGEST])


def length(sections: Mapping[str, Sequence[str]]) -> Length:
    """The room that these texts take, section by section."""
    parts = {name: ROOM + sum(_lines(text) for text in texts) for name, texts in sections.items()}
    value = (HEAD + sum(parts.values())) / LINES
    return Length(value, parts, "fits" if value <= 1.0 else "too_long")


def _lines(text: str) -> int:
    """Lines as printed: each line typed is broken where the paper ends; empty ones count as well."""
    return sum(max(1, ceil(_width(line) / LETTERS)) for line in text.strip().split("\n"))


def _width(line: str) -> int:
    """Letters across; East Asian ones are twice as wide, marks above a letter take no room."""
    return sum(_letter(letter) for letter in line)


def _letter(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
