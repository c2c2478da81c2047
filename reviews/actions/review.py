"""Writing reviews and handing them in; with the last one in, all become final together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..calibrating import needs_calibration, panel_of
from ..evidence import RESTS_ON_SETBACKS, evidence_for, setbacks_for
from ..models import NOT_ASKED, Criterion, Review, ReviewStatus, Score
from ..observers import minimum_of
from ..rating import UNSAID, Answer, answers_of, sheet_of
from ..rules import can_write_review
from .asking import lock_panel
from .finishing import finalise, hold


@transaction.atomic
def save_draft(
    review: Review,
    *,
    by: User | None,
    edit: int,
    answers: Mapping[int, Answer],
    summary: str | None = None,
    trail: bool = True,
) -> Review:
    """Keep what the rater has so far, of the criteria that are answered here; nobody else can read it.

    What an open form saves by itself leaves no trail, and the same words again write nothing.
    """
    require(can_write_review(by, review))
    if _write(review, edit=edit, answers=answers, summary=summary) and trail:
        record(by, "review.saved", review, fields=["scores", "summary"])
    return review


@transaction.atomic
def submit(
    review: Review,
    *,
    by: User | None,
    edit: int,
    answers: Mapping[int, Answer],
    summary: str | None = None,
    looked: str | None = None,
) -> Review:
    """Hand the review in and lock it; with the last one in, all become final together.

    `looked` is the seal of what was looked over: what another window changed of it since is read first.
    """
    require(can_write_review(by, review))
    # The panel's rows are held so that two last raters do not each wait for the other.
    held = {each.pk: each.edit for each in lock_panel(review.cycle_id, review.assignment_id)}
    if looked is not None and edit != held[review.pk] and looked != sheet_of(review).seal:
        _refuse(review)
    _write(review, edit=edit, answers=answers, summary=summary)
    if thin := _thin_levels(review):
        raise ValidationError(thin)
    drafts = Review.objects.filter(pk=review.pk, status=ReviewStatus.DRAFT)
    handed_in = drafts.update(status=ReviewStatus.SUBMITTED, submitted_at=now())
    assert handed_in  # held since it was written to as a draft
    record(by, "review.submitted", review, fields=["status"])
    finish_panel(review, by=by)
    review.refresh_from_db()
    return review


def _write(review: Review, *, edit: int, answers: Mapping[int, Answer], summary: str | None) -> bool:
    """Write what is new; False where everything was there already."""
    stored = answers_of(review)
    given = _allowed(review, answers)
    changed = {pk: answer for pk, answer in given.items() if answer != stored.get(pk, UNSAID)}
    waiting = Review.objects.filter(pk=review.pk, status=ReviewStatus.DRAFT)
    words = {} if summary is None else {"summary": summary}
    if not changed and waiting.filter(**words).exists():
        review.refresh_from_db()
        return False
    if not waiting.filter(edit=edit).update(edit=F("edit") + 1, **words):
        _refuse(review)
    review.refresh_from_db()
    for pk, answer in changed.items():
        _keep(review, pk, answer)
    return True


def _refuse(review: Review) -> NoReturn:
    review.refresh_from_db()
    if review.status in NOT_ASKED:
        raise Refused(_("This review is not asked for any more, so nothing was saved."))
    if review.status != ReviewStatus.DRAFT:
        raise Refused(_("This review has been handed in and is locked."))
    raise Stale(_("This review was saved elsewhere since you opened it."))


def _allowed(review: Review, answers: Mapping[int, Answer]) -> dict[int, Answer]:
    """The answers, resting on nothing that this rater is not shown; what was not observed rests on nothing."""
    shown = frozenset(evidence_for(review).values_list("pk", flat=True))
    told = frozenset(setbacks_for(review).values_list("pk", flat=True))
    criteria = Criterion.objects.filter(rubric=review.cycle.rubric_id, pk__in=answers).values_list("pk", "key")
    found = {}
    for pk, key in criteria:
        answer = answers[pk]
        unseen = answer.not_observed
        found[pk] = Answer(
            level=None if unseen else answer.level,
            not_observed=unseen,
            note=answer.note,
            evidence=frozenset() if unseen else shown & set(answer.evidence),
            setbacks=told & set(answer.setbacks) if key == RESTS_ON_SETBACKS and not unseen else frozenset(),
        )
    return found


def _keep(review: Review, criterion: int, answer: Answer) -> None:
    said = {"level": answer.level, "not_observed": answer.not_observed, "note": answer.note}
    score, _made = Score.objects.update_or_create(review=review, criterion_id=criterion, defaults=said)
    score.evidence.set(answer.evidence)
    score.setbacks.set(answer.setbacks)


def _thin_levels(review: Review) -> dict[str, str]:
    """By the key of its criterion, what each level still wants by the evidence rule."""
    sheet = sheet_of(review)
    return {criterion.key: words for criterion in sheet.criteria if (words := sheet.missing(criterion))}


def finish_panel(review: Review, *, by: User | None) -> None:
    """Once nobody has one left and enough have seen the work, all are final together, or are talked over first."""
    panel = panel_of(review.cycle_id, review.assignment_id)
    if panel.filter(status=ReviewStatus.DRAFT).exists() or not minimum_of(panel).value:
        return
    if not panel.filter(status=ReviewStatus.SUBMITTED).exists():
        return
    if needs_calibration(panel):
        hold(panel, by=by)
    else:
        finalise(panel, by=by)
