"""Talking over ratings that lie apart: a session, what is on its agenda, and who was there."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment

from .review import Review, ReviewCycle
from .rubric import Criterion


class SessionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    LOCKED = "locked", _("Locked")


# A session is opened once and locked once; what is locked stays as it is.
SESSION_NEXT: dict[str, set[str]] = {
    SessionStatus.PLANNED: {SessionStatus.OPEN},
    SessionStatus.OPEN: {SessionStatus.LOCKED},
    SessionStatus.LOCKED: set(),
}


class Why(models.TextChoices):
    """Why a criterion is talked over; nothing else comes on an agenda."""

    RANGE = "range", _("Levels lie apart")
    EVIDENCE = "evidence", _("A strong level rests on little")
    BOTH = "both", _("Levels lie apart, and a strong one rests on little")


class Outcome(models.TextChoices):
    OPEN = "open", _("Not talked over yet")
    KEPT = "kept", _("Kept as rated")
    CHANGED = "changed", _("Changed")


# What was kept may be changed later in the same session; what was changed has its steps on record.
OUTCOME_NEXT: dict[str, set[str]] = {
    Outcome.OPEN: {Outcome.KEPT, Outcome.CHANGED},
    Outcome.KEPT: {Outcome.KEPT, Outcome.CHANGED},
    Outcome.CHANGED: {Outcome.CHANGED},
}


class CalibrationSessionQuerySet(models.QuerySet):
    def visible_to(self, user) -> CalibrationSessionQuerySet:
        """Calibrators and HR know of every session, others of those they are asked to."""
        if user.is_hr or user.is_calibrator:
            return self
        if not user.is_active:
            return self.none()
        invited = CalibrationAttendance.objects.filter(person=user)
        return self.filter(Q(facilitator=user) | Q(pk__in=invited.values("session_id")))

    def asking(self, user) -> CalibrationSessionQuerySet:
        """Those that somebody leads or is asked to, and that are not locked."""
        invited = CalibrationAttendance.objects.filter(person=user)
        return self.ahead().filter(Q(facilitator=user) | Q(pk__in=invited.values("session_id")))

    def ahead(self) -> CalibrationSessionQuerySet:
        """Those that are not locked yet."""
        return self.exclude(status=SessionStatus.LOCKED)


class CalibrationSession(models.Model):
    """One conversation of a cycle about the ratings that lie apart, led by a calibrator without a part in them."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="calibrations")
    name = models.CharField(_("name"), max_length=120)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="calibrations_led",
        verbose_name=_("facilitator"),
    )
    held_on = models.DateField(_("held on"))
    note = models.TextField(_("note"), blank=True, max_length=2000)
    status = models.CharField(
        max_length=16, choices=SessionStatus.choices, default=SessionStatus.PLANNED, editable=False
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    locked_at = models.DateTimeField(null=True, editable=False)
    # Why it was locked though nobody but the facilitator was noted as here.
    alone_reason = models.CharField(max_length=500, blank=True, editable=False)
    # Raised with every change of what is planned, so that a stale page cannot overwrite a newer one.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CalibrationSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration session")
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["-held_on", "-id"], name="calibration_by_day")]
        constraints = [
            models.CheckConstraint(
                name="calibration_status_has_moments",
                condition=Q(status="planned", opened_at__isnull=True, locked_at__isnull=True)
                | Q(status="open", opened_at__isnull=False, locked_at__isnull=True)
                | Q(status="locked", opened_at__isnull=False, locked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="calibration_has_name",
                condition=~Q(name=""),
                violation_error_message=_("Give the session a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalibrationItemQuerySet(models.QuerySet):
    def visible_to(self, user) -> CalibrationItemQuerySet:
        """All to calibrators and HR, but never those of their own work; to others what they rated themselves."""
        found = self.filter(session__in=CalibrationSession.objects.visible_to(user)).exclude(assignment__mentee=user)
        if user.is_hr or user.is_calibrator:
            return found
        rated = Review.objects.asked().filter(rater=user)
        return found.filter(assignment__in=rated.values("assignment_id"))


class CalibrationItem(models.Model):
    """One criterion of one assignment on the agenda of a session."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(CalibrationSession, on_delete=models.PROTECT, related_name="items")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=16, choices=Why.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN, editable=False)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    # Whether its session is locked: only then may the same criterion come on another agenda.
    locked = models.BooleanField(default=False, editable=False)

    objects = CalibrationItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a calibration")
        ordering = ["session_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "criterion"],
                condition=Q(locked=False),
                name="calibration_item_on_one_agenda",
                violation_error_message=_("This is on the agenda of a session that is not locked yet."),
            ),
            models.UniqueConstraint(fields=["session", "assignment", "criterion"], name="calibration_item_once"),
            models.CheckConstraint(
                name="calibration_item_decided_by_somebody",
                condition=Q(outcome="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["kept", "changed"], decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.criterion}"


class CalibrationAttendance(models.Model):
    """Who is asked to a session, when they speak, and whether they came; the lowest number speaks first."""

    session = models.ForeignKey(CalibrationSession, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calibrations")
    speaks = models.PositiveSmallIntegerField(_("speaks"))
    present = models.BooleanField(_("present"), default=False)

    class Meta:
        verbose_name = _("attendance")
        ordering = ["session_id", "speaks", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="calibration_attends_once"),
            models.UniqueConstraint(fields=["session", "speaks"], name="calibration_speaks_in_turn"),
            models.CheckConstraint(name="calibration_speaks_from_1", condition=Q(speaks__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.speaks}. {self.person}"


class CalibrationWaiver(models.Model):
    """HR let the reviews of an assignment become final without a calibration, and why."""

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=2000)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    waived_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("waived calibration")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "assignment"], name="calibration_waived_once"),
            models.CheckConstraint(
                name="calibration_waiver_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why no calibration is needed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.cycle}"
