"""How well each competency is covered by evidence: from which sources, and how lately.

A source that says nothing is a gap and not a judgement: nobody was asked, or there was nothing to see.
The days are those of the status: three weeks are fresh, six are recent, what is older has its day beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

SOURCES = ("self", "mentor", "peer", "end_user", "metric", "artefact")
FRESH_DAYS = 21
RECENT_DAYS = 42


@dataclass(frozen=True)
class Shown:
    """One thing that shows a competency, from a source, on a day."""

    competency: int
    source: str
    on: date


@dataclass(frozen=True)
class Cell:
    """How many things a source shows, the days they are of, and how old the newest is.

    The reason is `none`, `fresh`, `recent` or `older`.
    """

    competency: int
    source: str
    value: int
    parts: tuple[date, ...]
    reason: str

    @property
    def last(self) -> date | None:
        return self.parts[0] if self.parts else None


@dataclass(frozen=True)
class Row:
    """One competency: how many sources show it.

    The reason is `none`, `self_only` where nobody else has said anything, `one_source`, or `several`.
    """

    competency: int
    value: int
    parts: tuple[Cell, ...]
    reason: str


@dataclass(frozen=True)
class Coverage:
    """All competencies; the value is the share of cells that show something, None where there is no competency.

    The reason is `no_competency`, `nothing`, `gaps` or `full`.
    """

    value: float | None
    parts: tuple[Row, ...]
    reason: str
    filled: int = 0
    cells: int = 0


def cover(competencies: Sequence[int], shown: Iterable[Shown], day: date) -> Coverage:
    """Coverage on a day; what is of a competency that is not asked for, or of a later day, does not count."""
    wanted, days = set(competencies), defaultdict(list)
    for each in shown:
        if each.competency in wanted and each.source in SOURCES and each.on <= day:
            days[each.competency, each.source].append(each.on)
    rows = tuple(_row(competency, days, day) for competency in competencies)
    filled, cells = sum(row.value for row in rows), len(rows) * len(SOURCES)
    if not cells:
        return Coverage(None, (), "no_competency")
    reason = "nothing" if not filled else "full" if filled == cells else "gaps"
    return Coverage(filled / cells, rows, reason, filled, cells)


def _row(competency: int, days: dict[tuple[int, str], list[date]], day: date) -> Row:
    cells = tuple(_cell(competency, source, days.get((competency, source), ()), day) for source in SOURCES)
    sources = [cell.source for cell in cells if cell.value]
    return Row(competency, len(sources), cells, _row_reason(sources))


def _row_reason(sources: Collection[str]) -> str:
    if not sources:
        return "none"
    # An artefact and a number were brought by the same person; others have seen none of it yet.
    if not {"mentor", "peer", "end_user"} & set(sources):
        return "self_only"
    return "several" if len(sources) > 1 else "one_source"


def _cell(competency: int, source: str, days: Collection[date], day: date) -> Cell:
    newest_first = tuple(sorted(days, reverse=True))
    return Cell(competency, source, len(newest_first), newest_first, recency(newest_first[:1], day))


def recency(newest: Sequence[date], day: date) -> str:
    """`none`, `fresh`, `recent` or `older`."""
    if not newest:
        return "none"
    age = (day - newest[0]).days
    return "fresh" if age <= FRESH_DAYS else "recent" if age <= RECENT_DAYS else "older"
