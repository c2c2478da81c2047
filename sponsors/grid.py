"""Where everybody stands towards an option: power by interest, as seen on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assignments.method import Method
from assignments.models import Option
from stretchhub.grid_chart import Mark

from .fit import QUADRANTS, Quadrant, place
from .models import Stakeholder


@dataclass(frozen=True)
class Line:
    """One stakeholder: the number of the mark, what to do about them."""

    number: int
    stakeholder: Stakeholder
    quadrant: Quadrant
    words: str


@dataclass(frozen=True)
class Grid:
    """The marks, their lines, the oldest and the newest day they were seen on."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    labels: dict[str, str]  # as short as the fields of the figure are narrow
    high: int
    first_on: date | None
    last_on: date | None


def quadrant_words() -> dict[str, str]:
    words = (_("Work closely"), _("Keep satisfied"), _("Keep informed, ally"), _("Monitor"))
    return dict(zip(QUADRANTS, words, strict=True))


def grid_of(option: Option, method: Method) -> Grid:
    """The grid of an option, those to work closely with first; one query."""
    words = quadrant_words()
    found = [(place(each.power, each.interest, method).value, each) for each in option.stakeholders.all()]
    found.sort(key=lambda one: (QUADRANTS.index(one[0]), one[1].name, one[1].pk))
    days = [each.placed_on for _quadrant, each in found]
    return Grid(
        tuple(Line(n, each, quadrant, words[quadrant]) for n, (quadrant, each) in enumerate(found, 1)),
        tuple(Mark(n, each.name, each.interest, each.power) for n, (_quadrant, each) in enumerate(found, 1)),
        {**words, "keep_informed": _("Keep informed")},
        method.grid_high,
        min(days, default=None),
        max(days, default=None),
    )
