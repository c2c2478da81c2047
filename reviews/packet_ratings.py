"""Who rated, and what each said of each criterion, as it is frozen in a packet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .canonical import figure, moment
from .models import Relation, Review, Score
from .result import is_thin
from .scoring import agreement


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """The own review first, then mentor, sponsor and whoever is named."""
    order = list(Relation.values)
    return sorted(reviews, key=lambda review: (order.index(review.relation), review.pk))


def rater_of(number: int, review: Review) -> dict[str, Any]:
    return {
        "number": number,
        "name": review.name,
        "relation": review.relation,
        "asked_at": moment(review.asked_at),
        "submitted_at": moment(review.submitted_at),
        "final_at": moment(review.final_at),
        "version": review.version,
        "summary": review.summary,
    }


def ratings_of(reviews: list[Review], shown: Mapping[int, str]) -> list[dict[str, Any]]:
    numbers = {review.pk: number for number, review in enumerate(reviews, start=1)}
    scores = (
        Score.objects.filter(review__in=reviews)
        .select_related("criterion")
        .prefetch_related("evidence", "setbacks", "changes__changed_by")
        .order_by("criterion__position", "criterion_id")
    )
    given = sorted(scores, key=lambda score: _place(score, numbers))
    own = {review.pk for review in reviews if review.relation == Relation.SELF}
    observed = Counter(score.criterion_id for score in given if score.level and score.review_id not in own)
    return [
        _kept_back(numbers[each.review_id], each)
        if each.review_id not in own and is_thin(range(observed[each.criterion_id]))
        else _rating(numbers[each.review_id], each, shown)
        for each in given
    ]


def _kept_back(rater: int, score: Score) -> dict[str, Any]:
    """Where one observer alone gave a level, none of the observers' words stand there, as in the result."""
    return {
        "criterion": score.criterion.key,
        "rater": rater,
        "kept_back": True,
        "level": None,
        "not_observed": score.not_observed,
        "handed_in": None,
        "note": "",
        "changes": [],
        "evidence": [],
        "evidence_not_shared": 0,
        "setbacks": 0,
    }


def _place(score: Score, numbers: Mapping[int, int]) -> tuple[int, int, int]:
    return (score.criterion.position, score.criterion_id, numbers[score.review_id])


def _rating(rater: int, score: Score, shown: Mapping[int, str]) -> dict[str, Any]:
    changes = sorted(score.changes.all(), key=lambda change: (change.changed_at, change.pk))
    cited = [each.pk for each in score.evidence.all()]
    return {
        "criterion": score.criterion.key,
        "rater": rater,
        "kept_back": False,
        "level": score.level,
        "not_observed": score.not_observed,
        "handed_in": changes[0].before if changes else score.level,
        "note": score.note,
        "changes": [
            {
                "kind": change.kind,
                "before": change.before,
                "after": change.after,
                "reason": change.reason,
                "by": change.changed_by.name,
                "at": moment(change.changed_at),
            }
            for change in changes
        ],
        "evidence": [label for key, label in shown.items() if key in cited],
        "evidence_not_shared": sum(key not in shown for key in cited),
        "setbacks": len(score.setbacks.all()),
    }


def agreements_of(ratings: Iterable[Mapping[str, Any]], *, own: int | None) -> list[dict[str, Any]]:
    """Criterion by criterion how the observers’ levels lie; the own level, of the rater `own`, stands beside."""
    levels: dict[str, dict[int, int]] = {}
    for each in ratings:
        given = levels.setdefault(each["criterion"], {})
        if each["level"]:
            given[each["rater"]] = each["level"]
    return [_agreement(criterion, given, own) for criterion, given in levels.items()]


def _agreement(criterion: str, given: Mapping[int, int], own: int | None) -> dict[str, Any]:
    observed = [level for rater, level in given.items() if rater != own]
    found = agreement(observed)
    return {
        "criterion": criterion,
        "observers": len(observed),
        "median": figure(found.median),
        "low": min(observed, default=None),
        "high": max(observed, default=None),
        "word": found.value,
    }
