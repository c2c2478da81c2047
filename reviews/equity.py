"""Who gets stretch work: how the share of one group compares with that of the best, and what of it may be shown.

`compare` works everything out from exact numbers. Its result is for tests and for nobody's eyes: a ratio, a p or a
verdict of a small group tells of single people. A page, a file or a mail is made from `report` alone, or for several
divisions of the same people from `reports`, which know only the rows of a `disclosure.Release`; keep that release, and
pass the last one, so that no two reports give away what neither does. The page may print everything in a `Report` and
nothing else:

- of each row the group, its people, and `row.value`, `row.low` to `row.high`, or in words fewer than three, all but
  fewer than three; its rate as `row.band` where that is not None, otherwise as `share`;
- a figure with `value`, or where that is None the range from `least` to `most`, and its interval;
- the names of hidden groups without a reason for each; totals and the overall rate only as the report has them.

One division at a time, four times a year, without filters. “No signal” is never “fair”: it is the absence of proof,
and what follows is a question about how work was offered, never a quota.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from assignments.method import Reason
from assignments.pilot import Interval, newcombe, wilson

from .disclosure import EXACT, LEAST, WITHHELD, Disclosure, Release, Row, check, disclose, release, renew, together
from .rates import FOUR_FIFTHS, fisher, holm, ratio, swap

__all__ = [
    "Comparison",
    "Disclosure",
    "Figure",
    "Group",
    "Report",
    "compare",
    "disclose",
    "release",
    "renew",
    "report",
    "reports",
]

TOO_FEW, INQUIRE, LOOK, NO_SIGNAL = "too_few_to_read", "inquire_now", "look_closer", "no_signal"
# What is most pressing first: the word for a division is that of its most pressing group.
WORDS = (INQUIRE, LOOK, TOO_FEW, NO_SIGNAL)
SIGNIFICANT = 0.05
NOTHING = 1e-9


@dataclass(frozen=True)
class Figure:
    """A figure between two ends, which are the same where it is exact (`value`), and its 95 % interval.

    Where a number of people is a range, so is what follows from it: `low` and `high` are then the outermost ends of
    the intervals. Everything is None where the figure is undefined or withheld.
    """

    least: float | None = None
    most: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        return self.least if self.least == self.most else None


@dataclass(frozen=True)
class Group:
    """One group beside the one with the highest rate, and the word for it (`value`, None for that one itself).

    `row` says how many people it has and how many of them were chosen. `ratio` is to the highest rate, `difference`
    its own rate less the highest, `p` Fisher's and `p_holm` what it is among several comparisons, `shortfall` how many
    choices it lacks of what the overall rate would give, and `swapped` the ratio if one choice were moved. The reason
    is `highest_rate`, `alone`, `withheld`, `small_group`, `one_person_turns_it`, `nobody_chosen`, `depends` (on what
    is not shown), or `below_four_fifths`, `unlikely_by_chance`, both as `below_and_unlikely`, or `within_chance`.
    """

    name: str
    value: str | None
    reason: Reason
    row: Row
    share: Figure = Figure()
    ratio: Figure = Figure()
    difference: Figure = Figure()
    p: Figure = Figure()
    p_holm: Figure = Figure()
    shortfall: Figure = Figure()
    swapped: Figure = Figure()


@dataclass(frozen=True)
class Comparison:
    """All groups of a division (`parts`), and the most pressing of their words (`value`, None for a single group).

    `reference` is the group with the highest rate among those of at least `k`. The reason is `compared`, `one_group`,
    `nothing_shown` or `withheld`. `overall` is the rate of the groups in `parts`, `chosen` and `eligible` their people.
    """

    value: str | None
    reason: Reason
    parts: tuple[Group, ...]
    reference: str | None
    overall: Figure
    eligible: int
    chosen: int | None
    k: int

    def of(self, name: str) -> Group:
        return next(group for group in self.parts if group.name == name)


@dataclass(frozen=True)
class Report(Comparison):
    """A comparison of what may be shown, from nothing else, and the names of the groups that are hidden."""

    hidden: tuple[str, ...]
    release: Release


@dataclass(frozen=True)
class _Case:
    """One of the possible pairs of a group's number and that of the highest rate, and all that follows from it."""

    word: str
    code: str
    ratio: tuple[float | None, float | None, float | None]
    difference: tuple[float | None, float | None, float | None]
    p: float
    shortfall: float
    swapped: float | None


def compare(selected: Mapping[str, int], eligible: Mapping[str, int], *, k: int = LEAST) -> Comparison:
    """The exact figures of all groups that anybody is in. Never to be shown: see `report`."""
    check(selected, eligible)
    numbers = [(name, n, selected.get(name, 0)) for name, n in sorted(eligible.items()) if n]
    rows = [Row(name, n, hits, hits, EXACT) for name, n, hits in numbers]
    return _compared(rows, sum(row.low for row in rows), k)


def report(
    selected: Mapping[str, int], eligible: Mapping[str, int], *, k: int = LEAST, earlier: Release | None = None
) -> Report:
    """What may be shown of a division; `earlier` is the release of the last report on it, if there was one."""
    shown = release(selected, eligible, k)
    return read(shown if earlier is None else renew(earlier, shown))


def reports(
    divisions: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]],
    *,
    k: int = LEAST,
    earlier: Mapping[str, Release] | None = None,
) -> Mapping[str, Report]:
    """What may be shown of several divisions of the same people side by side, each given as (selected, eligible)."""
    last = earlier or {}
    now = {name: release(selected, eligible, k) for name, (selected, eligible) in divisions.items()}
    fresh = {name: renew(last[name], shown) if name in last else shown for name, shown in now.items()}
    return {name: read(shown) for name, shown in together(fresh).items()}


def read(shown: Release) -> Report:
    """The figures that follow from what may be shown."""
    found = _compared(shown.value, shown.parts[1], shown.k)
    return Report(**vars(found), hidden=shown.hidden, release=shown)


def _compared(rows: Sequence[Row], chosen: int | None, k: int) -> Comparison:
    people = sum(row.eligible for row in rows)
    if not rows or any(row.reason == WITHHELD for row in rows):
        code = "withheld" if rows else "nothing_shown"
        untold = tuple(Group(row.group, TOO_FEW, Reason("withheld"), row) for row in rows)
        return Comparison(TOO_FEW if rows else None, Reason(code), untold, None, Figure(), people, None, k)
    least, most = (chosen, chosen) if chosen is not None else (sum(r.low for r in rows), sum(r.high for r in rows))
    overall = Figure(least / people, most / people)
    if len(rows) == 1:
        alone = Group(rows[0].group, None, Reason("alone"), rows[0], _share(rows[0]))
        return Comparison(None, Reason("one_group"), (alone,), None, overall, people, chosen, k)
    best = max(rows, key=lambda row: (row.eligible >= k, row.middle / row.eligible, row.eligible, row.group))
    others = [row for row in rows if row is not best]
    raised = _raised([_probabilities(best, row) for row in others])
    groups = {row.group: _group(best, row, p, overall, k) for row, p in zip(others, raised, strict=True)}
    groups[best.group] = Group(best.group, None, Reason("highest_rate"), best, _share(best))
    parts = tuple(groups[row.group] for row in rows)
    word = min((group.value for group in parts if group.value), key=WORDS.index)
    return Comparison(word, Reason("compared"), parts, best.group, overall, people, chosen, k)


def _group(best: Row, row: Row, p_holm: Figure, overall: Figure, k: int) -> Group:
    cases = list(_cases(best, row, p_holm, overall, k))
    words, codes = {case.word for case in cases}, {case.code for case in cases}
    sure = len(words) == 1
    code = cases[0].code if len(codes) == 1 else "depends"
    return Group(
        name=row.group,
        value=cases[0].word if sure else TOO_FEW,
        reason=Reason(code if sure else "depends", {"k": k}),
        row=row,
        share=_share(row),
        ratio=_hull(case.ratio for case in cases),
        difference=_hull(case.difference for case in cases),
        p=_hull((case.p, None, None) for case in cases),
        p_holm=p_holm,
        shortfall=_hull((case.shortfall, None, None) for case in cases),
        swapped=_hull((case.swapped, None, None) for case in cases),
    )


def _cases(best: Row, row: Row, p_holm: Figure, overall: Figure, k: int) -> Iterator[_Case]:
    """Everything that the two numbers may be, with both ends of what else decides the word."""
    pairs = product(range(best.low, best.high + 1), range(row.low, row.high + 1))
    ends = list(product({p_holm.least, p_holm.most}, {overall.least, overall.most}))
    for hits, few in pairs:
        for p, rate in ends:
            yield _case((hits, best.eligible), (few, row.eligible), p or 0.0, rate or 0.0, k)


def _case(best: tuple[int, int], other: tuple[int, int], p: float, overall: float, k: int) -> _Case:
    found, moved = ratio(best, other), swap(best, other)
    shortfall = other[1] * overall - other[0]
    if min(best[1], other[1]) < k:
        word, code = TOO_FEW, "small_group"
    elif moved.reverses:
        word, code = TOO_FEW, "one_person_turns_it"
    else:
        word, code = _word(found.value, p, shortfall)
    apart = newcombe(wilson(*best), wilson(*other))
    return _Case(
        word,
        code,
        (found.value, found.low, found.high),
        (apart.value, apart.low, apart.high),
        fisher(best, other),
        shortfall,
        moved.value,
    )


def _word(value: float | None, p: float, shortfall: float) -> tuple[str, str]:
    if value is None:
        return TOO_FEW, "nobody_chosen"
    below, unlikely = value < FOUR_FIFTHS, p < SIGNIFICANT
    if below and unlikely:
        return (INQUIRE if shortfall >= 1 - NOTHING else LOOK), "below_and_unlikely"
    if below or unlikely:
        return LOOK, "below_four_fifths" if below else "unlikely_by_chance"
    return NO_SIGNAL, "within_chance"


def _share(row: Row) -> Figure:
    ends: list[Interval] = [wilson(hits, row.eligible) for hits in (row.low, row.high)]
    return Figure(ends[0].value, ends[1].value, ends[0].low, ends[1].high)


def _probabilities(best: Row, row: Row) -> tuple[float, float]:
    pairs = product(range(best.low, best.high + 1), range(row.low, row.high + 1))
    found = [fisher((hits, best.eligible), (few, row.eligible)) for hits, few in pairs]
    return min(found), max(found)


def _raised(ends: Sequence[tuple[float, float]]) -> list[Figure]:
    lows, highs = holm([low for low, _ in ends]), holm([high for _, high in ends])
    return [Figure(low, high) for low, high in zip(lows, highs, strict=True)]


def _hull(cases: Iterable[tuple[float | None, float | None, float | None]]) -> Figure:
    """The outermost ends of all cases; what is undefined in one of them is undefined."""
    values, lows, highs = zip(*cases, strict=True)
    if None in values:
        return Figure()
    interval = (None, None) if None in lows else (min(lows), max(highs))
    return Figure(min(values), max(values), *interval)
