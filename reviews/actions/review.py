"""Asking for reviews, writing them, and handing them in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.actions.assignment import begin_review
from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..calibrating import needs_calibration, panel_of
from ..evidence import RESTS_ON_SETBACKS, evidence_for, setbacks_for
from ..evidence_rule import judge
from ..models import Criterion, Relation, Review, ReviewCycle, ReviewStatus, Score
from ..rules import can_start_reviews, can_write_review
from ..verdicts import words_for
from .finishing import finalise, hold


@dataclass(frozen=True)
class Answer:
    """What a rater says about one criterion."""

    level: int | None = None
    not_observed: bool = False
    note: str = ""
    evidence: Collection[int] = field(default_factory=tuple)
    setbacks: Collection[int] = field(default_factory=tuple)


@transaction.atomic
def start_reviews(
    assignment: Assignment, *, by: User, cycle: ReviewCycle, colleague: User, due_on: date
) -> list[Review]:
    """Ask mentee, mentor, sponsor and one colleague for their reviews; the assignment is in review."""
    require(can_start_reviews(by, assignment))
    _refuse_wrong_panel(assignment, cycle, colleague, due_on)
    begin_review(assignment, by=by)
    assert assignment.sponsor is not None  # a constraint: what runs has a sponsor
    raters = {
        Relation.SELF: assignment.mentee,
        Relation.MENTOR: assignment.mentor,
        Relation.SPONSOR: assignment.sponsor,
        Relation.COLLEAGUE: colleague,
    }
    asked = []
    for relation, rater in raters.items():
        review = Review.objects.create(
            cycle=cycle,
            assignment=assignment,
            rater=rater,
            relation=relation,
            asked_by=by,
            asked_at=now(),
            due_on=due_on,
        )
        record(by, "review.asked", review, fields=["due_on", "rater", "relation"])
        messages.asked(review)
        asked.append(review)
    return asked


def _refuse_wrong_panel(assignment: Assignment, cycle: ReviewCycle, colleague: User, due_on: date) -> None:
    if assignment.part_of(colleague):
        raise ValidationError({"colleague": _("Choose somebody who is not mentee, mentor or sponsor here.")})
    if not colleague.is_active:
        raise ValidationError({"colleague": _("This person is no longer active. Choose somebody else.")})
    if due_on < today():
        raise ValidationError({"due_on": _("This day has passed. Choose today or a later day.")})
    if cycle.closes_on < today():
        raise ValidationError({"cycle": _("This cycle is closed. Choose one that is open.")})
    if Review.objects.filter(cycle=cycle, assignment=assignment).exists():
        raise ValidationError({"cycle": _("This assignment has been reviewed in this cycle. Choose another.")})


@transaction.atomic
def save_draft(review: Review, *, by: User, edit: int, answers: Mapping[int, Answer], summary: str) -> Review:
    """Keep what the rater has so far; nobody else can read it."""
    require(can_write_review(by, review))
    _write(review, edit=edit, answers=answers, summary=summary)
    record(by, "review.saved", review, fields=["scores", "summary"])
    return review


@transaction.atomic
def submit(review: Review, *, by: User, edit: int, answers: Mapping[int, Answer], summary: str) -> Review:
    """Hand the review in and lock it; with the last one in, all become final together."""
    require(can_write_review(by, review))
    # The panel's rows are held so that two last raters do not each wait for the other.
    list(Review.objects.select_for_update().filter(cycle=review.cycle_id, assignment=review.assignment_id))
    _write(review, edit=edit, answers=answers, summary=summary)
    _refuse_thin_levels(review)
    drafts = Review.objects.filter(pk=review.pk, status=ReviewStatus.DRAFT)
    if not drafts.update(status=ReviewStatus.SUBMITTED, submitted_at=now()):
        raise Stale(_("This review has been handed in already."))
    record(by, "review.submitted", review, fields=["status"])
    finish_panel(review, by=by)
    review.refresh_from_db()
    return review


def _write(review: Review, *, edit: int, answers: Mapping[int, Answer], summary: str) -> None:
    open_still = Review.objects.filter(pk=review.pk, status=ReviewStatus.DRAFT, edit=edit)
    if not open_still.update(edit=F("edit") + 1, summary=summary):
        review.refresh_from_db()
        if review.status == ReviewStatus.WITHDRAWN:
            raise Refused(_("Somebody else has taken over as sponsor; your review is not asked for any more."))
        if review.status != ReviewStatus.DRAFT:
            raise Refused(_("This review has been handed in and is locked."))
        raise Stale(_("This review was saved elsewhere since you opened it."))
    review.refresh_from_db()
    shown = set(evidence_for(review).values_list("pk", flat=True))
    told = set(setbacks_for(review).values_list("pk", flat=True))
    for criterion in Criterion.objects.filter(rubric=review.cycle.rubric_id):
        answer = answers.get(criterion.pk, Answer())
        score, _made = Score.objects.update_or_create(
            review=review,
            criterion=criterion,
            defaults={
                "level": None if answer.not_observed else answer.level,
                "not_observed": answer.not_observed,
                "note": answer.note,
            },
        )
        score.evidence.set(shown & set(answer.evidence) if not answer.not_observed else ())
        if criterion.key == RESTS_ON_SETBACKS:
            score.setbacks.set(told & set(answer.setbacks) if not answer.not_observed else ())


def _refuse_thin_levels(review: Review) -> None:
    """Every level rests on what the evidence rule asks for, said beside its criterion."""
    logged, told = evidence_for(review).count(), setbacks_for(review).count()
    errors = {}
    for score in review.scores.select_related("criterion").prefetch_related("evidence", "setbacks"):
        verdict = judge(
            level=score.level,
            not_observed=score.not_observed,
            note=score.note,
            linked=len(score.evidence.all()) + len(score.setbacks.all()),
            available=logged + (told if score.criterion.key == RESTS_ON_SETBACKS else 0),
        )
        if not verdict.value:
            errors[score.criterion.key] = words_for(verdict)
    if errors:
        raise ValidationError(errors)


def finish_panel(review: Review, *, by: User) -> None:
    """Once nobody has a review of this assignment left to hand in, all are final together, or are talked over first."""
    panel = panel_of(review.cycle_id, review.assignment_id)
    if panel.filter(status=ReviewStatus.DRAFT).exists():
        return
    if needs_calibration(panel):
        hold(panel, by=by)
    else:
        finalise(panel, by=by)
