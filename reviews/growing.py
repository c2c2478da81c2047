"""Capability over time: what final reviews of one person came to, criterion by criterion, and what the work demanded.

Nobody is compared with anybody else. Reviews are compared with each other only where the criterion reads the same,
and whoever reads is given what they may read of them, in a fixed number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean
from typing import Any

from assignments.load_then import loads_then
from assignments.models import Assignment
from assignments.stretch import Stretch
from stretchhub.people.models import User

from .growth import Change, Slope, change, slope
from .models import READABLE, Criterion, Relation, Review, Score
from .panels import MeanBand, Sem, mean_band, sem
from .result import is_thin

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Panel:
    """All final reviews of one assignment in one cycle."""

    assignment: Assignment
    cycle: str
    rubric: str
    day: date
    amended: bool


@dataclass(frozen=True)
class Given:
    """What one rater said on a criterion; None is not observed, or one observer's word that stands alone."""

    name: str
    relation: str
    level: int | None
    own: bool
    not_observed: bool


@dataclass(frozen=True)
class Point:
    """One review on one criterion: the observers' mean with its band, the own level beside it, never in it."""

    panel: Panel
    given: tuple[Given, ...]
    levels: tuple[int, ...]
    raters: frozenset[str]
    band: MeanBand
    own: int | None
    thin: bool

    @property
    def mean(self) -> float | None:
        return self.band.value

    @property
    def day(self) -> date:
        return self.panel.day


@dataclass(frozen=True)
class Line:
    """One criterion over time, as far as its anchors read the same; `earlier` where they were rewritten since."""

    key: str
    name: str
    rubrics: tuple[str, ...]
    points: tuple[Point, ...]
    change: Change | None
    slope: Slope
    earlier: bool = False

    @property
    def rated(self) -> tuple[Point, ...]:
        """The reviews in which at least two observers gave a level."""
        return tuple(point for point in self.points if point.mean is not None)

    @property
    def first(self) -> Point:
        return self.rated[0]

    @property
    def latest(self) -> Point:
        return self.rated[-1]

    @property
    def same_raters(self) -> bool:
        return self.first.raters == self.latest.raters


@dataclass(frozen=True)
class Work:
    """An assignment and how far it reached when it began; until its end, or until today while it runs."""

    assignment: Assignment
    start: date
    end: date
    stretch: Stretch


@dataclass(frozen=True)
class Growth:
    lines: tuple[Line, ...]
    panels: tuple[Panel, ...]
    works: tuple[Work, ...]

    @property
    def has_open_load(self) -> bool:
        """Whether something of what the work demanded is not known."""
        return any(work.stretch.load is None for work in self.works)


def work_of(person: User, mentor: User | None = None) -> list[Assignment]:
    """All assignments of somebody, the oldest first; for a mentor those that they mentor."""
    found = Assignment.objects.filter(mentee=person)
    if mentor is not None:
        found = found.filter(mentor=mentor)
    related = ("option__mentorship", "mentee", "mentor", "sponsor")
    return list(found.select_related(*related).order_by("starts_on", "pk"))


def growth_of(person: User, assignments: Sequence[Assignment], today: date, *, with_load: bool) -> Growth:
    """What the final reviews of these assignments say; five queries, two where the load is not for this reader."""
    growth = growth_in(_scores(assignments), {each.pk: each for each in assignments}, person)
    return replace(growth, works=_works(person, assignments, today)) if with_load else growth


def growth_in(scores: Sequence[Score], by_key: Mapping[int, Assignment], person: User) -> Growth:
    """The same, without the load, of scores that are at hand with the levels of their criteria."""
    panels: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for score in scores:
        panels[score.review.assignment_id, score.review.cycle_id].append(score)
    told = [(_panel(by_key[key[0]], given, person), given) for key, given in panels.items()]
    told.sort(key=lambda each: each[0].day)
    return Growth(
        lines=tuple(_lines(told)),
        panels=tuple(panel for panel, _given in told),
        works=(),
    )


def _scores(assignments: Iterable[Assignment]) -> list[Score]:
    keys = [each.pk for each in assignments]
    found = Score.objects.filter(review__assignment__in=keys, review__status__in=READABLE)
    related = ("criterion", "review__rater", "review__cycle__rubric")
    return list(found.select_related(*related).prefetch_related("criterion__levels").order_by("review_id", "pk"))


def _panel(assignment: Assignment, scores: Sequence[Score], person: User) -> Panel:
    reviews = {score.review_id: score.review for score in scores}.values()
    cycle = scores[0].review.cycle
    final = max(review.final_at for review in reviews if review.final_at)
    return Panel(
        assignment=assignment,
        cycle=cycle.name,
        rubric=str(cycle.rubric),
        day=final.astimezone(person.zone).date(),
        amended=any(review.version > 1 for review in reviews),
    )


def _lines(told: Sequence[tuple[Panel, list[Score]]]) -> list[Line]:
    """By the order of the newest rubric; of one key the wording in use now first, those before it after."""
    points: dict[tuple[str, Any], list[Point]] = defaultdict(list)
    named: dict[tuple[str, Any], Criterion] = {}
    for panel, scores in told:
        by_criterion: dict[int, list[Score]] = defaultdict(list)
        for score in scores:
            by_criterion[score.criterion_id].append(score)
        for given in by_criterion.values():
            wording = (given[0].criterion.key, _wording(given[0].criterion))
            named[wording] = given[0].criterion
            points[wording].append(_point(panel, given))
    latest: dict[str, date] = {}
    for (key, _words), found in points.items():
        latest[key] = max(latest.get(key, date.min), found[-1].day)
    lines = [
        _line(named[wording], found, earlier=found[-1].day < latest[wording[0]]) for wording, found in points.items()
    ]
    places = {wording[0]: criterion.position for wording, criterion in named.items()}
    return sorted(lines, key=lambda line: (places[line.key], line.key, -line.points[-1].day.toordinal()))


def _wording(criterion: Criterion) -> tuple[tuple[int, str], ...]:
    """What its five levels say: whoever rated by other words rated something else."""
    return tuple(sorted((level.value, " ".join(level.anchor.split())) for level in criterion.levels.all()))


def _line(criterion: Criterion, points: Sequence[Point], *, earlier: bool) -> Line:
    rated = [point for point in points if point.mean is not None]
    months = [((point.day - rated[0].day).days / DAYS_A_MONTH, point.mean or 0) for point in rated]
    return Line(
        key=criterion.key,
        name=criterion.name,
        rubrics=tuple(dict.fromkeys(point.panel.rubric for point in points)),
        points=tuple(points),
        change=change_between(rated[0], rated[-1]) if len(rated) > 1 else None,
        slope=slope(months),
        earlier=earlier,
    )


def change_between(before: Point, after: Point) -> Change:
    """From one review to another, each with at least two observers."""
    same = before.raters == after.raters
    errors = (sem(len(point.levels), same_raters=same) for point in (before, after))
    return change(before.mean, after.mean, *errors)


def _point(panel: Panel, scores: Sequence[Score]) -> Point:
    order = list(Relation.values)
    scores = sorted(scores, key=lambda score: (order.index(score.review.relation), score.review_id))
    seen = [score for score in scores if score.level and score.review.relation != Relation.SELF]
    levels = tuple(score.level for score in seen if score.level)
    thin = is_thin(levels)
    own = next((score.level for score in scores if score.review.relation == Relation.SELF), None)
    return Point(
        panel=panel,
        given=tuple(_given(score, thin) for score in scores),
        levels=() if thin else levels,
        raters=frozenset() if thin else frozenset(_known(score.review) for score in seen),
        band=_band(() if thin else levels),
        own=own,
        thin=thin,
    )


def _given(score: Score, thin: bool) -> Given:
    own = score.review.relation == Relation.SELF
    return Given(
        name=score.review.name,
        relation=score.review.get_relation_display(),
        level=None if thin and not own else score.level,
        own=own,
        not_observed=score.not_observed,
    )


def _known(review: Review) -> str:
    """The same for one person in every review: somebody here, or an outsider by their address."""
    return str(review.rater_id) if review.rater_id else review.rater_email.casefold()


def _band(levels: Sequence[int]) -> MeanBand:
    return mean_band(fmean(levels) if levels else None, error_of(len(levels)))


def error_of(observers: int) -> Sem:
    """How far the mean of so many observers may lie from what all would say.

    From the fallback until the programme has cases or panels that the same people rated: raters nested in people
    give no error of their own.
    """
    return sem(observers)


def _works(person: User, assignments: Sequence[Assignment], today: date) -> tuple[Work, ...]:
    begun = [each for each in assignments if each.activated_at and each.starts_on and each.starts_on <= today]
    loads = loads_then(person.pk, begun)
    return tuple(
        Work(each, each.starts_on, _end(each, today), loads[each.pk]) for each in begun if each.starts_on is not None
    )


def _end(assignment: Assignment, today: date) -> date:
    assert assignment.starts_on is not None  # it has begun
    ends = [today, assignment.ends_on or today]
    if assignment.closed_at is not None:
        ends.append(assignment.closed_at.astimezone(assignment.mentee.zone).date())
    return max(assignment.starts_on, min(ends))
