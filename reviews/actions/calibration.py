"""A calibration session: planned, opened, and locked, which makes the reviews talked over in it final together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import calibration_messages
from ..calibrating import open_points, panel_of
from ..calibration_rules import can_arrange, can_facilitate, can_plan_calibration, can_waive_calibration, has_part
from ..models import (
    SESSION_NEXT,
    CalibrationAttendance,
    CalibrationItem,
    CalibrationSession,
    CalibrationWaiver,
    ReviewCycle,
    ReviewStatus,
    SessionStatus,
)
from .asking import lock_panel
from .finishing import finalise

FIELDS = ("name", "facilitator", "held_on", "note")


@transaction.atomic
def plan_session(*, by: User, cycle: ReviewCycle, name: str, facilitator: User, held_on: date, note: str = ""):
    """Set a day and somebody who leads the conversation."""
    require(can_plan_calibration(by))
    _refuse_wrong_plan(facilitator, held_on, on_agenda=())
    session = CalibrationSession.objects.create(
        cycle=cycle, name=name, facilitator=facilitator, held_on=held_on, note=note, planned_by=by
    )
    record(by, "calibration.planned", session, fields=["cycle", *FIELDS])
    calibration_messages.invited(session, [facilitator])
    return session


@transaction.atomic
def edit_session(session: CalibrationSession, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Change name, day, facilitator or note, unless somebody else has since `version`; all hear of a new day."""
    require(can_arrange(by, session))
    touched = [name for name in FIELDS if getattr(session, name) != words[name]]
    moved = "held_on" in touched
    _refuse_wrong_plan(
        words["facilitator"],
        words["held_on"] if moved else None,
        on_agenda=session.items.values_list("assignment_id", flat=True),
    )
    save(session, version, **{name: words[name] for name in FIELDS})
    record(by, "calibration.edited", session, fields=touched)
    people = [session.facilitator]
    if moved:
        people += [row.person for row in session.attendance.select_related("person")]
    calibration_messages.invited(session, people)


def _refuse_wrong_plan(facilitator: User, held_on: date | None, *, on_agenda: Iterable[int]) -> None:
    errors = {}
    if not facilitator.is_calibrator:
        errors["facilitator"] = _("Choose somebody who may calibrate.")
    elif has_part(facilitator, on_agenda):
        errors["facilitator"] = _("This person has a part in work on the agenda. Choose somebody who has none.")
    if held_on is not None and held_on < today():
        errors["held_on"] = _("This day has passed. Choose today or a later day.")
    if errors:
        raise ValidationError(errors)


def save(session: CalibrationSession, version: int, **values: Any) -> None:
    """Write to a session that is not locked, unless somebody else has since `version`."""
    same = CalibrationSession.objects.ahead().filter(pk=session.pk, version=version)
    if not same.update(**values, version=F("version") + 1):
        raise Stale(_("This session was changed by somebody else since you opened the page."))
    session.refresh_from_db()


def move(session: CalibrationSession, to: str, **values: Any) -> None:
    """Change the status if the table allows it and nobody was faster."""
    came_from = [status for status, followers in SESSION_NEXT.items() if to in followers]
    here = CalibrationSession.objects.filter(pk=session.pk, status__in=came_from)
    if not here.update(status=to, version=F("version") + 1, **values):
        raise Refused(_("This session has moved on meanwhile. Look at where it stands now."))
    session.refresh_from_db()


@transaction.atomic
def open_session(session: CalibrationSession, *, by: User) -> None:
    """Begin: from now on those who are present see what each rater gave."""
    require(can_facilitate(by, session))
    if not session.items.exists():
        raise Refused(_("Nothing is on the agenda yet. Put reviews on it first."))
    move(session, SessionStatus.OPEN, opened_at=now())
    record(by, "calibration.opened", session, fields=["status"])


@transaction.atomic
def lock_session(session: CalibrationSession, *, by: User, reason: str = "") -> list[Assignment]:
    """End: panels with nothing left to talk over become final together, the others wait for another session.

    It takes two to talk: where nobody but the facilitator is noted as here, there is a reason on record.
    """
    require(can_facilitate(by, session))
    alone = is_alone(session, session.attendance.all())
    if alone and not reason.strip():
        raise ValidationError({"reason": _("Note who is here, or say why one person decided alone.")})
    move(session, SessionStatus.LOCKED, locked_at=now(), alone_reason=reason.strip() if alone else "")
    record(by, "calibration.locked", session, fields=["alone_reason", "status"] if alone else ["status"])
    session.items.update(locked=True)
    talked_over = Assignment.objects.filter(pk__in=session.items.values("assignment_id")).order_by("pk")
    left = open_points([assignment.pk for assignment in talked_over], session.cycle)
    elsewhere = CalibrationItem.objects.filter(locked=False, session__cycle=session.cycle_id)
    elsewhere_too = set(elsewhere.values_list("assignment_id", flat=True))
    finished = [each for each in talked_over if each.pk not in left and each.pk not in elsewhere_too]
    for assignment in finished:
        _finish(session.cycle_id, assignment.pk, by=by)
    return finished


def is_alone(session: CalibrationSession, attendance: Iterable[CalibrationAttendance]) -> bool:
    """Whether fewer than two people are here: the facilitator, and nobody else that was noted."""
    return not any(row.present for row in attendance if row.person_id != session.facilitator_id)


def _finish(cycle_id: int, assignment_id: int, *, by: User) -> None:
    panel = panel_of(cycle_id, assignment_id)
    if panel.filter(status=ReviewStatus.CALIBRATING).exists():
        finalise(panel, by=by)


@transaction.atomic
def waive(assignment: Assignment, *, by: User, cycle: ReviewCycle, reason: str) -> None:
    """Let the reviews of an assignment become final without a calibration; what was planned of it is off the agenda."""
    require(can_waive_calibration(by, assignment))
    # Held as by whoever hands in or locks, so that the panel becomes final once.
    held = lock_panel(cycle.pk, assignment.pk)
    if not any(review.status == ReviewStatus.CALIBRATING for review in held):
        raise Refused(_("These reviews do not wait for a calibration any more."))
    items = CalibrationItem.objects.filter(assignment=assignment, session__cycle=cycle, locked=False)
    if items.filter(session__status=SessionStatus.OPEN).exists():
        raise Refused(_("These reviews are being talked over now. They become final when that session is locked."))
    items.delete()
    waiver = CalibrationWaiver.objects.create(
        cycle=cycle, assignment=assignment, reason=reason, waived_by=by, waived_at=now()
    )
    record(by, "calibration.waived", waiver, fields=["reason"])
    finalise(panel_of(cycle.pk, assignment.pk), by=by)
