"""Final ratings side by side, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from assignments.models import Assignment

from .models import READABLE, Criterion, Relation, Review, Score
from .scoring import Agreement, agreement


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


@dataclass(frozen=True)
class CriterionResult:
    name: str
    ratings: tuple[Rating, ...]
    agreement: Agreement

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


def results_of(assignment: Assignment, *, shared_only: bool = False) -> list[Result]:
    """The final results of an assignment, the newest cycle first; empty before all have submitted.

    With `shared_only` evidence is named only where the mentee shared it for the review.
    """
    reviews = list(
        Review.objects.final()
        .filter(assignment=assignment)
        .select_related("rater", "cycle__rubric")
        .order_by("-cycle__opens_on", "cycle_id", "pk")
    )
    if not reviews:
        return []
    scores = (
        Score.objects.filter(review__in=reviews).select_related("criterion").prefetch_related("evidence").order_by("pk")
    )
    by_review: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        by_review[score.review_id].append(score)
    criteria = list(
        Criterion.objects.filter(rubric__in={review.cycle.rubric_id for review in reviews})
        .prefetch_related("levels")
        .order_by("position", "pk")
    )
    cycles: dict[int, list[Review]] = defaultdict(list)
    for review in reviews:
        cycles[review.cycle_id].append(review)
    return [_result(panel, criteria, by_review, shared_only) for panel in cycles.values()]


def panel_of(assignment: Assignment) -> list[Review]:
    """Who was asked and where each stands, without any word of theirs; self, mentor, sponsor, colleague."""
    order = list(Relation.values)
    reviews = Review.objects.asked().filter(assignment=assignment).select_related("rater", "cycle").defer("summary")
    return sorted(reviews, key=lambda review: (-review.cycle_id, order.index(review.relation), review.pk))


def _result(
    panel: list[Review], criteria: list[Criterion], scores: dict[int, list[Score]], shared_only: bool
) -> Result:
    cycle = panel[0].cycle
    order = list(Relation.values)
    panel = sorted(panel, key=lambda review: (order.index(review.relation), review.pk))
    own = [criterion for criterion in criteria if criterion.rubric_id == cycle.rubric_id]
    return Result(
        key=cycle.code,
        cycle=cycle.name,
        rubric=str(cycle.rubric),
        final_at=max((review.final_at for review in panel if review.final_at), default=None),
        criteria=tuple(_criterion(criterion, panel, scores, shared_only) for criterion in own),
        summaries=tuple(
            (review.name, review.get_relation_display(), review.summary) for review in panel if review.summary
        ),
    )


def _criterion(
    criterion: Criterion, panel: Collection[Review], scores: dict[int, list[Score]], shared_only: bool
) -> CriterionResult:
    names = {level.value: level.name for level in criterion.levels.all()}
    ratings = []
    for review in panel:
        score = next((each for each in scores.get(review.pk, ()) if each.criterion_id == criterion.pk), None)
        if score is not None:
            ratings.append(_rating(review, score, names, shared_only))
    observed = [rating.level for rating in ratings if rating.level is not None and not rating.own]
    own = next((rating.level for rating in ratings if rating.own), None)
    return CriterionResult(criterion.name, tuple(ratings), agreement(observed, own))


def _rating(review: Review, score: Score, names: dict[int, str], shared_only: bool) -> Rating:
    linked = score.evidence.all()
    named = [each for each in linked if each.shared_at_review or not shared_only]
    return Rating(
        name=review.name,
        relation=review.get_relation_display(),
        own=review.relation == Relation.SELF,
        level=score.level,
        level_name=names.get(score.level or 0, ""),
        not_observed=score.not_observed,
        note=score.note,
        evidence=tuple((str(each.code), each.title) for each in named),
        evidence_private=len(linked) - len(named),
    )


def is_final(panel: Collection[Review]) -> bool:
    return any(review.status in READABLE for review in panel)
