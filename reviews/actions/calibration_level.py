"""A level changed with a reason, in a calibration or after it was final; what it was stays on record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import calibration_messages
from ..calibration_rules import can_amend, can_change_level
from ..models import (
    OUTCOME_NEXT,
    READABLE,
    CalibrationItem,
    CalibrationSession,
    ChangeKind,
    Outcome,
    Review,
    ReviewStatus,
    Score,
    ScoreChange,
    SessionStatus,
)
from . import packet as packets


@transaction.atomic
def change_level(
    item: CalibrationItem, *, by: User, score: Score, shown: int | None, level: int | None, reason: str
) -> ScoreChange:
    """Change the level that one rater gave on this item, unless it is not the one shown any more."""
    require(can_change_level(by, item))
    require(score.criterion_id == item.criterion_id and score.review.assignment_id == item.assignment_id)
    require(score.review.cycle_id == item.session.cycle_id)
    _hold(item.session)
    change = _change(score, ChangeKind.CALIBRATION, by=by, shown=shown, level=level, reason=reason)
    _decide(item, Outcome.CHANGED, by=by)
    record(by, "score.calibrated", score, fields=["level"])
    return change


@transaction.atomic
def keep(item: CalibrationItem, *, by: User, note: str) -> None:
    """Say that the levels stay as they were rated, after talking them over."""
    require(can_change_level(by, item))
    _hold(item.session)
    _decide(item, Outcome.KEPT, by=by, note=note)
    record(by, "calibration.kept", item, fields=["note", "outcome"])


def _hold(session: CalibrationSession) -> None:
    """Nothing changes once the session is locked, not even by who was a moment too late."""
    open_still = CalibrationSession.objects.select_for_update().filter(pk=session.pk, status=SessionStatus.OPEN)
    if open_still.first() is None:
        raise Refused(_("This session has been locked. Levels can be amended once they are final."))


def _decide(item: CalibrationItem, outcome: str, *, by: User, **values: str) -> None:
    came_from = [before for before, followers in OUTCOME_NEXT.items() if outcome in followers]
    here = CalibrationItem.objects.filter(pk=item.pk, outcome__in=came_from)
    if not here.update(outcome=outcome, decided_by=by, decided_at=now(), **values):
        raise Stale(_("Meanwhile a level was changed here. Look at it again."))
    item.refresh_from_db()


def _change(score: Score, kind: str, *, by: User, shown: int | None, level: int | None, reason: str) -> ScoreChange:
    errors = {}
    if not reason.strip():
        errors["reason"] = _("Say why the level changes.")
    if level == shown:
        errors["level"] = _("This is the level it has. Choose another, or keep it.")
    if errors:
        raise ValidationError(errors)
    same = Score.objects.filter(pk=score.pk, level=shown)
    if not same.update(level=level, not_observed=level is None):
        raise Stale(_("This level was changed meanwhile."))
    score.refresh_from_db()
    return ScoreChange.objects.create(
        score=score, kind=kind, before=shown, after=level, reason=reason.strip(), changed_by=by, changed_at=now()
    )


@transaction.atomic
def look_at_lone_levels(review: Review, *, by: User) -> None:
    """Write down that somebody who amends looked at levels that one observer alone gave, which nobody else is shown."""
    require(can_amend(by, review))
    record(by, "review.lone_levels_read", review)


@transaction.atomic
def amend(score: Score, *, by: User, shown: int | None, level: int | None, reason: str) -> ScoreChange:
    """Change a level after it was final: the review is amended, a version later, and the two are told."""
    review = score.review
    require(can_amend(by, review))
    change = _change(score, ChangeKind.AMENDMENT, by=by, shown=shown, level=level, reason=reason)
    final = Review.objects.filter(pk=review.pk, status__in=READABLE)
    final.update(status=ReviewStatus.AMENDED, version=F("version") + 1)
    review.refresh_from_db()
    record(by, "review.amended", review, fields=["level", "status", "version"])
    amended(review, change)
    return change


def amended(review: Review, change: ScoreChange) -> None:
    """What follows an amended level, in the same transaction: a new version of what was frozen, and who is told."""
    packets.freeze(review.assignment, review.cycle, by=change.changed_by, reason=change.reason)
    calibration_messages.amended(review)
