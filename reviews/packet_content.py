"""What is frozen of a final review: what HR may read, and a count with a reason for what was left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import override

from assignments.assessing import method_now
from assignments.feedback_page import cells_of
from assignments.models import Assignment, Evidence, FeedbackRequest, FeedbackRound, FeedbackState, FileState
from assignments.results import Result, results
from stretchhub.people.models import User

from .canonical import canonical
from .models import NOT_ASKED, Criterion, Relation, Review, ReviewCycle, ReviewNarrative, ReviewPacket, Score
from .result import is_thin

FORMAT = "stretchhub-review-packet/1"
PROMPTS = ("before", "did", "changed", "ready", "differently")


def fill(packet: ReviewPacket) -> None:
    """Write what a packet holds, and its SHA-256, before it is saved."""
    # The words of the site, not of whoever happened to hand in last.
    with override(settings.LANGUAGE_CODE):
        text = canonical(content_of(packet.assignment, packet.cycle) | _version(packet))
    packet.content, packet.sha256 = text.value, text.sha256


def _version(packet: ReviewPacket) -> dict[str, Any]:
    """What tells one version from another."""
    last = packet.supersedes
    return {
        "code": str(packet.code),
        "version": packet.version,
        "frozen_at": moment(packet.frozen_at),
        "reason": packet.reason,
        "supersedes": {"version": last.version, "sha256": last.sha256} if last else None,
    }


def content_of(assignment: Assignment, cycle: ReviewCycle) -> dict[str, Any]:
    """Everything but what tells one version from another; nothing that HR may not read."""
    reviews = _in_order(Review.objects.final().filter(assignment=assignment, cycle=cycle).select_related("rater"))
    evidence = list(assignment.evidence.prefetch_related("files").order_by("happened_on", "pk"))
    shown = {each.pk: f"E{number}" for number, each in enumerate((e for e in evidence if e.shared_at_review), start=1)}
    ratings = _ratings(reviews, shown)
    kept_back = sum(each["kept_back"] for each in ratings)
    return {
        "format": FORMAT,
        "assignment": _assignment(assignment),
        "cycle": {"code": cycle.code, "name": cycle.name},
        "rubric": _rubric(cycle),
        "raters": [_rater(number, review) for number, review in enumerate(reviews, start=1)],
        "ratings": ratings,
        "narrative": _narrative(assignment, cycle),
        "outcomes": [_outcome(each) for each in results(assignment)],
        "evidence": [_evidence(shown[each.pk], each) for each in evidence if each.pk in shown],
        "feedback": _feedback(assignment),
        "left_out": _left_out(assignment, cycle, unshared=len(evidence) - len(shown), kept_back=kept_back),
        "method": {"version": method_now().version},
    }


def moment(value: datetime | None) -> str | None:
    """To the second and in UTC, as “2026-11-29T03:00:00Z”."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def figure(value: Decimal | float | None) -> str | None:
    """A number as text, without noughts that say nothing."""
    if value is None:
        return None
    written = format(Decimal(str(value)), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _name(person: User | None) -> str | None:
    return None if person is None else person.name


def _in_order(reviews: Iterable[Review]) -> list[Review]:
    order = list(Relation.values)
    return sorted(reviews, key=lambda review: (order.index(review.relation), review.pk))


def _assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "code": str(assignment.code),
        "title": assignment.title,
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
        "sponsor": _name(assignment.sponsor),
        "status": assignment.status,
        "ending": assignment.ending or None,
        "starts_on": _day(assignment.starts_on),
        "ends_on": _day(assignment.ends_on),
        "milestones": [
            {"title": each.title, "due_on": _day(each.due_on), "done_at": moment(each.done_at)}
            for each in assignment.milestones.order_by("due_on", "pk")
        ],
    }


def _rubric(cycle: ReviewCycle) -> dict[str, Any]:
    rubric = cycle.rubric
    criteria = Criterion.objects.filter(rubric=rubric).prefetch_related("levels").order_by("position", "pk")
    return {
        "code": str(rubric.code),
        "name": rubric.name,
        "version": rubric.version,
        "criteria": [
            {
                "key": criterion.key,
                "name": criterion.name,
                "levels": [
                    {"value": level.value, "name": level.name, "anchor": level.anchor}
                    for level in criterion.levels.all()
                ],
            }
            for criterion in criteria
        ],
    }


def _rater(number: int, review: Review) -> dict[str, Any]:
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


def _ratings(reviews: list[Review], shown: Mapping[int, str]) -> list[dict[str, Any]]:
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
                "by": _name(change.changed_by),
                "at": moment(change.changed_at),
            }
            for change in changes
        ],
        "evidence": [label for key, label in shown.items() if key in cited],
        "evidence_not_shared": sum(key not in shown for key in cited),
        "setbacks": len(score.setbacks.all()),
    }


def _narrative(assignment: Assignment, cycle: ReviewCycle) -> dict[str, Any] | None:
    found = ReviewNarrative.objects.filter(assignment=assignment, cycle=cycle).first()
    if found is None or not any(getattr(found, name).strip() for name in PROMPTS):
        return None
    return {name: getattr(found, name) for name in PROMPTS} | {"saved_at": moment(found.saved_at)}


def _outcome(result: Result) -> dict[str, Any]:
    """What was agreed beside what was measured; what was noted with a measurement stays with the three parties."""
    agreed, latest = result.outcome, result.latest
    progress = result.progress.value
    return {
        "metric": agreed.metric,
        "unit": agreed.unit,
        "direction": agreed.direction,
        "tolerance": figure(agreed.tolerance),
        "baseline": figure(agreed.baseline),
        "baseline_on": _day(agreed.baseline_on),
        "target": figure(agreed.target),
        "due_on": _day(agreed.due_on),
        "method": agreed.method,
        "progress": None if progress is None else figure(round(progress, 4)),
        "measured": None
        if latest is None
        else {
            "value": figure(latest.value),
            "low": figure(latest.low),
            "high": figure(latest.high),
            "n": latest.n,
            "on": _day(latest.measured_on),
            "early": result.early,
        },
    }


def _evidence(label: str, piece: Evidence) -> dict[str, Any]:
    ready = [each for each in piece.files.all() if each.state == FileState.READY]
    return {
        "label": label,
        "code": str(piece.code),
        "title": piece.title,
        "happened_on": _day(piece.happened_on),
        "kind": piece.kind,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in ready],
    }


def _feedback(assignment: Assignment) -> list[dict[str, Any]]:
    """The numbers of confidential rounds over three people and more, as they were published; nobody's own words."""
    rounds = FeedbackRound.objects.filter(assignment=assignment, confidential=True, publication__gt=0)
    found = []
    for each in cells_of(rounds.prefetch_related("questions").order_by("created_at", "pk")):
        by_question: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for batch in each.published:
            for question in batch.questions:
                by_question[question.question.text] += [
                    {
                        "publication": batch.number,
                        "group": cell.label,
                        "people": cell.people,
                        "middle": figure(cell.middle),
                    }
                    for cell in question.numbers
                ]
        questions = [{"question": text, "cells": cells} for text, cells in by_question.items() if cells]
        if questions:
            about = {"about": each.round.about, "published_at": moment(each.round.published_at)}
            found.append(about | {"questions": questions})
    return found


def _left_out(assignment: Assignment, cycle: ReviewCycle, *, unshared: int, kept_back: int) -> list[dict[str, Any]]:
    """What exists and does not stand here: how much, and why, by codes."""
    named = FeedbackRequest.objects.filter(
        round__assignment=assignment, round__confidential=False, state=FeedbackState.SUBMITTED
    ).count()
    states = Review.objects.filter(assignment=assignment, cycle=cycle, status__in=NOT_ASKED)
    asked = Counter(states.values_list("status", flat=True))
    counted = {
        "evidence_not_shared": unshared,
        "feedback_by_name": named,
        "rating_kept_back": kept_back,
        "review_declined": asked["declined"],
        "review_withdrawn": asked["withdrawn"],
    }
    return [{"what": what, "count": count} for what, count in counted.items() if count]
