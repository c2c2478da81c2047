"""Final ratings side by side, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import Exists, OuterRef, Subquery

from assignments.models import Assignment, Evidence

from .models import (
    READABLE,
    Criterion,
    Level,
    Relation,
    Review,
    ReviewPacket,
    ReviewStatus,
    Score,
    ScoreChange,
    SharedResult,
)
from .scoring import MIN_OBSERVERS, Agreement, agreement


class View(Enum):
    """For whom a result is read: what of the evidence is named, and whether calibrations are told of."""

    PAIR = "pair"
    HR = "hr"
    SPONSOR = "sponsor"
    # For what leaves the house: levels and who gave them, no evidence and no word of a calibration.
    LEVELS = "levels"


@dataclass(frozen=True)
class Rating:
    """One rater's word on one criterion."""

    name: str
    relation: str
    own: bool
    level: int | None
    level_name: str
    not_observed: bool
    note: str
    evidence: tuple[tuple[str, str], ...]
    evidence_private: int
    changes: tuple[ScoreChange, ...] = ()


@dataclass(frozen=True)
class CriterionResult:
    name: str
    ratings: tuple[Rating, ...]
    agreement: Agreement
    # Fewer than two observers gave a level, so none of an observer is shown.
    thin: bool = False

    @property
    def marks(self) -> list[tuple[str, int | None, bool]]:
        """For the dots on the line: name, level or None, whether it is the own rating."""
        return [(rating.name, rating.level, rating.own) for rating in self.ratings]


@dataclass(frozen=True)
class Result:
    """All final reviews of one assignment in one cycle; there is no overall number."""

    key: str
    cycle: str
    rubric: str
    final_at: datetime | None
    criteria: tuple[CriterionResult, ...]
    summaries: tuple[tuple[str, str, str], ...]
    shared: bool = False


def results_of(assignment: Assignment, view: View = View.PAIR) -> list[Result]:
    """The final results of an assignment, the newest cycle first; empty before all have submitted.

    For HR evidence is named only where the mentee shared it for the review. The sponsor gets the cycles that the
    mentee shares with them, the evidence they share, and no word of a calibration.
    """
    shared = Exists(SharedResult.objects.filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle")))
    final = Review.objects.final().filter(assignment=assignment).annotate(is_shared=shared)
    if view == View.SPONSOR:
        final = final.filter(is_shared=True)
    reviews = list(final.select_related("rater", "cycle__rubric").order_by("-cycle__opens_on", "cycle_id", "pk"))
    if not reviews:
        return []
    scores = (
        Score.objects.filter(review__in=reviews)
        .select_related("criterion")
        .prefetch_related("evidence", "changes")
        .order_by("pk")
    )
    by_review = _by_review(scores)
    names = _level_names({review.cycle.rubric_id for review in reviews})
    cycles: dict[int, list[Review]] = defaultdict(list)
    for review in reviews:
        cycles[review.cycle_id].append(review)
    return [_result(panel, names, by_review, view, panel[0].is_shared) for panel in cycles.values()]


def _by_review(scores: Iterable[Score]) -> dict[int, list[Score]]:
    found: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        found[score.review_id].append(score)
    return found


def _level_names(rubrics: Collection[int]) -> dict[Criterion, dict[int, str]]:
    """The criteria of these rubrics in their order, each with what its levels are called; one query."""
    levels = Level.objects.filter(criterion__rubric__in=rubrics).select_related("criterion")
    names: dict[Criterion, dict[int, str]] = defaultdict(dict)
    for level in levels.order_by("criterion__position", "criterion_id", "value"):
        names[level.criterion][level.value] = level.name
    return names


def levels_of(scores: Sequence[Score]) -> list[CriterionResult]:
    """What the final reviews of one panel came to, criterion by criterion, of scores that are at hand."""
    by_review = _by_review(scores)
    panel = in_order({score.review_id: score.review for score in scores}.values())
    criteria = {score.criterion_id: score.criterion for score in scores}.values()
    placed = sorted(criteria, key=lambda criterion: (criterion.position, criterion.pk))
    names = {each: {level.value: level.name for level in each.levels.all()} for each in placed}
    return [_criterion(criterion, panel, by_review, View.LEVELS, names[criterion]) for criterion in placed]


def those_asked(assignment: Assignment) -> list[Review]:
    """Who was asked and where each stands, without any word of theirs; the three, then those who are named."""
    return [review for review in everybody_asked(assignment) if review.status != ReviewStatus.DECLINED]


def everybody_asked(assignment: Assignment) -> list[Review]:
    """The same with those who said no, and each with the code of the newest packet it stands in."""
    order = list(Relation.values)
    reviews = Review.objects.exclude(status=ReviewStatus.WITHDRAWN).filter(assignment=assignment)
    packet = ReviewPacket.objects.newest().filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle"))
    reviews = reviews.annotate(packet=Subquery(packet.values("code")[:1]))
    reviews = reviews.select_related("rater", "cycle").defer("summary")
    return sorted(reviews, key=lambda review: (-review.cycle_id, order.index(review.relation), review.pk))


def _result(
    panel: list[Review],
    names: dict[Criterion, dict[int, str]],
    scores: dict[int, list[Score]],
    view: View,
    shared: bool,
) -> Result:
    cycle = panel[0].cycle
    panel = in_order(panel)
    own = {criterion: called for criterion, called in names.items() if criterion.rubric_id == cycle.rubric_id}
    return Result(
        key=cycle.code,
        cycle=cycle.name,
        rubric=str(cycle.rubric),
        final_at=max((review.final_at for review in panel if review.final_at), default=None),
        criteria=tuple(_criterion(criterion, panel, scores, view, called) for criterion, called in own.items()),
        summaries=tuple(
            (review.name, review.get_relation_display(), review.summary) for review in panel if review.summary
        ),
        shared=shared,
    )


def in_order(panel: Iterable[Review]) -> list[Review]:
    """The self first, then the mentor, the sponsor and those who are named."""
    order = list(Relation.values)
    return sorted(panel, key=lambda review: (order.index(review.relation), review.pk))


def _criterion(
    criterion: Criterion,
    panel: Collection[Review],
    scores: dict[int, list[Score]],
    view: View,
    names: dict[int, str],
) -> CriterionResult:
    given = [
        (review, score) for review in panel for score in scores.get(review.pk, ()) if score.criterion_id == criterion.pk
    ]
    observed = [score.level for review, score in given if score.level and review.relation != Relation.SELF]
    own = next((score.level for review, score in given if review.relation == Relation.SELF), None)
    thin = is_thin(observed)
    ratings = tuple(_rating(review, score, names, view, thin) for review, score in given)
    return CriterionResult(criterion.name, ratings, agreement([] if thin else observed, own), thin)


def is_thin(observed: Collection[int]) -> bool:
    """Whether so few observers gave a level that it would be one person’s word alone."""
    return 0 < len(observed) < MIN_OBSERVERS


def kept_back_in(review: Review) -> set[int]:
    """The criteria of a final panel in which one observer alone gave a level; their word is not shown to others."""
    if review.relation == Relation.SELF:
        return set()
    panel = Review.objects.final().observers().filter(cycle=review.cycle_id, assignment=review.assignment_id)
    given = Score.objects.filter(review__in=panel, level__isnull=False)
    counted = Counter(given.values_list("criterion_id", flat=True))
    return {criterion for criterion, n in counted.items() if is_thin(range(n))}


def _rating(review: Review, score: Score, names: dict[int, str], view: View, thin: bool) -> Rating:
    own = review.relation == Relation.SELF
    kept_back = thin and not own
    linked = [] if kept_back or view == View.LEVELS else list(score.evidence.all())
    named = [each for each in linked if _is_shown(each, view)]
    return Rating(
        name=review.name,
        relation=review.get_relation_display(),
        own=own,
        level=None if kept_back else score.level,
        level_name="" if kept_back else names.get(score.level or 0, ""),
        not_observed=score.not_observed,
        note="" if kept_back else score.note,
        evidence=tuple((str(each.code), each.title) for each in named),
        evidence_private=len(linked) - len(named),
        changes=() if kept_back or view in (View.SPONSOR, View.LEVELS) else tuple(score.changes.all()),
    )


def _is_shown(evidence: Evidence, view: View) -> bool:
    if view == View.SPONSOR:
        return evidence.shared_with_sponsor
    return view == View.PAIR or evidence.shared_at_review


def is_final(panel: Collection[Review]) -> bool:
    return any(review.status in READABLE for review in panel)


def open_panel(asked: Collection[Review]) -> list[Review]:
    """Of those who were asked, the panel that is still being written, if any; with those who said no."""
    writing = [review.cycle_id for review in asked if review.status in (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED)]
    return [review for review in asked if review.cycle_id == writing[0]] if writing else []
