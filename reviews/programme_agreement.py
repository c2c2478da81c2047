"""How far raters agree over a cycle or the whole programme, never per person rated: worked out, kept and read again.

A unit is one criterion of one panel, its ratings are the observers' levels as they were handed in. Of practice a unit
is a case, which everybody rated: there raters are not nested in people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from assignments.method import Reason
from stretchhub.people.models import User
from stretchhub.people.models.person import name_of

from .agreement import Alpha, Interval, Pattern, Reading, alpha_of_patterns, bootstrap_of_patterns, reading
from .agreement_rows import Practised, Rows, practised, rows_of
from .models import RaterSeverity, Review, ReviewCycle, Vignette
from .panels import LEAST_UNITS, Band, Components, Icc, MeanBand, Sem, band, components, icc, mean_band, sem
from .severity import Severity
from .severity_of_many import estimate_many

# How many observers the errors of a mean are shown for.
OBSERVERS = (1, 2, 3, 4, 5)
MIDDLE = 3.0
NESTED = (("ICC(1,1)", "icc_1_1"), ("ICC(1,k)", "icc_1_k"))
CROSSED = (("ICC(2,1)", "icc_2_1"), ("ICC(2,k)", "icc_2_k"))
AT_ONCE = 500
LEAST_PEOPLE = 3


@dataclass(frozen=True)
class AlphaRow:
    """Krippendorff's α of one criterion, or of all; no word and no figure where there are too few units."""

    name: str
    alpha: Alpha
    interval: Interval | None
    reading: Reading

    @property
    def shown(self) -> bool:
        return self.reading.value is not None


@dataclass(frozen=True)
class IccRow:
    """One intraclass correlation: of reviews with one number of raters, or of the cases of practice."""

    name: str
    icc: Icc
    band: Band

    @property
    def shown(self) -> bool:
        return self.icc.value is not None and self.icc.parts[0] >= LEAST_UNITS


@dataclass(frozen=True)
class ErrorRow:
    """How far the mean of so many observers may lie from what all would say, and the band about a mean of 3."""

    observers: int
    sem: Sem
    band: MeanBand


@dataclass(frozen=True)
class ProgrammeAgreement:
    """All figures; `practice` are the correlations over the cases that `practised` people rated.

    Those who have rated some of the cases only are `unfinished`, and `untold` is how many raters share too little work
    for a word on their severity.
    """

    alphas: tuple[AlphaRow, ...]
    iccs: tuple[IccRow, ...]
    practice: tuple[IccRow, ...]
    components: Components | None
    panels: int
    ratings: int
    practised: int
    unfinished: int
    untold: int = 0

    @property
    def errors(self) -> tuple[ErrorRow, ...]:
        """From cases that everybody rated, where there are enough; until then from the fallback, and said so."""
        found = ((k, sem(k, self.components)) for k in OBSERVERS)
        return tuple(ErrorRow(k, error, mean_band(MIDDLE, error)) for k, error in found)


def work_out(cycle: ReviewCycle | None) -> tuple[ProgrammeAgreement, list[RaterSeverity]]:
    """Over one cycle, or over all where there is none; a few queries and bounded memory."""
    rows = rows_of(cycle)
    found = estimate_many(rows.who, rows.unit, rows.mentee, rows.level)
    told = {number: each for number, each in found.items() if each.value is not None}
    cases = practised(list(Vignette.objects.published().order_by("position", "pk").values_list("pk", flat=True)))
    read = ProgrammeAgreement(
        alphas=tuple(_alphas(rows)),
        iccs=tuple(_nested(rows.every)),
        practice=tuple(_crossed(cases)),
        components=components(cases.table) if cases.raters >= LEAST_PEOPLE else None,
        panels=rows.panels,
        ratings=rows.ratings,
        practised=cases.raters,
        unfinished=cases.left_out,
        untold=len(rows.raters) - len(told),
    )
    return read, list(_by_name(told, list(rows.raters)))


def _alphas(rows: Rows) -> Iterator[AlphaRow]:
    yield _alpha("", rows.every)
    for name, own in rows.patterns.items():
        yield _alpha(name, own)


def _alpha(name: str, patterns: Mapping[Pattern, int]) -> AlphaRow:
    found = alpha_of_patterns(patterns)
    word = reading(found)
    return AlphaRow(name, found, bootstrap_of_patterns(patterns) if word.value is not None else None, word)


def _nested(patterns: Mapping[Pattern, int]) -> Iterator[IccRow]:
    """Of the units with the number of ratings that occurs most: a correlation wants rows of one length."""
    lengths: Counter[int] = Counter()
    for pattern, units in patterns.items():
        if len(pattern) > 1:
            lengths[len(pattern)] += units
    if not lengths:
        return
    most = max(lengths, key=lambda length: (lengths[length], length))
    own = {pattern: units for pattern, units in patterns.items() if len(pattern) == most}
    yield from _icc_rows(icc(list(own), list(own.values())), NESTED)


def _crossed(cases: Practised) -> Iterator[IccRow]:
    """What somebody gave in practice is theirs alone: nothing of fewer than three people."""
    if cases.raters >= LEAST_PEOPLE:
        yield from _icc_rows(icc(cases.table), CROSSED)


def _icc_rows(found: Mapping[str, Icc], wanted: Iterable[tuple[str, str]]) -> Iterator[IccRow]:
    return (IccRow(name, found[key], band(found[key])) for name, key in wanted)


def _by_name(found: Mapping[int, Severity], raters: Sequence[int | str]) -> Iterator[RaterSeverity]:
    """Rows to be saved, of people with an account and of outsiders."""
    rows = iter(found.items())
    while some := list(islice(rows, AT_ONCE)):
        keys = [raters[number] for number, _severity in some]
        names = _names([key for key in keys if isinstance(key, int)], [key for key in keys if isinstance(key, str)])
        for key, (_number, severity) in zip(keys, some, strict=True):
            yield RaterSeverity(
                name=names[key],
                rater_id=key if isinstance(key, int) else None,
                email="" if isinstance(key, int) else key,
                value=severity.value,
                raw=severity.raw,
                ratings=severity.ratings,
                mentees=severity.mentees,
            )


def _names(people: list[int], outsiders: list[str]) -> dict[int | str, str]:
    found: dict[int | str, str] = {}
    for pk, full, preferred in User.objects.filter(pk__in=people).values_list("pk", "full_name", "preferred_name"):
        found[pk] = name_of(full, preferred)
    named = Review.objects.filter(rater_email__in=outsiders).order_by("pk").values_list("rater_email", "rater_name")
    return found | dict(named)


def kept(found: ProgrammeAgreement) -> dict[str, Any]:
    """As a document that can be kept."""
    return asdict(found)


def as_kept(content: Mapping[str, Any]) -> ProgrammeAgreement:
    """What was kept, as it was."""
    return ProgrammeAgreement(
        **{
            **content,
            "alphas": tuple(_alpha_row(row) for row in content["alphas"]),
            "iccs": tuple(_icc_row(row) for row in content["iccs"]),
            "practice": tuple(_icc_row(row) for row in content["practice"]),
            "components": _again(Components, content["components"]),
        }
    )


def _alpha_row(row: Mapping[str, Any]) -> AlphaRow:
    return AlphaRow(
        row["name"], _again(Alpha, row["alpha"]), _again(Interval, row["interval"]), _again(Reading, row["reading"])
    )


def _icc_row(row: Mapping[str, Any]) -> IccRow:
    return IccRow(row["name"], _again(Icc, row["icc"]), _again(Band, row["band"]))


def _again(kind: Any, fields: Mapping[str, Any] | None) -> Any:
    """One figure, with its reason and with tuples where JSON has lists."""
    if fields is None:
        return None
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return kind(**{**values, "reason": Reason(**fields["reason"])})
