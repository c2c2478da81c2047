"""Mentee and mentor answer the same short facts on a rhythm, each for themselves."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .milestone import Milestone


class CheckInQuerySet(models.QuerySet):
    def visible_to(self, user) -> CheckInQuerySet:
        """What the two write is theirs alone."""
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user))


class CheckIn(models.Model):
    """One check-in of an assignment, due on a local date of each person."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="check_ins")
    due_on = models.DateField(_("due on"))
    # Where the rhythm goes by milestones, the one that it belongs to.
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, related_name="check_ins", editable=False
    )
    # Raised when the rhythm changes: slots of an older rhythm are then no longer due.
    rhythm_revision = models.PositiveIntegerField(default=1, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on", "id"], name="check_in_by_due_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "due_on"],
                condition=Q(cancelled_at__isnull=True),
                name="check_in_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.due_on}"


class CheckInAnswerQuerySet(models.QuerySet):
    def visible_to(self, user) -> CheckInAnswerQuerySet:
        return self.filter(Q(check_in__assignment__mentee=user) | Q(check_in__assignment__mentor=user))


class CheckInAnswer(models.Model):
    """One side's answer; the other side acknowledges it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    moved = models.TextField(_("what moved since last time, and what shows it"), max_length=4000)
    avoided = models.TextField(_("what is being avoided"), max_length=4000, blank=True)
    decision_missing = models.TextField(_("where a decision was needed and not made"), max_length=4000, blank=True)
    scope = models.TextField(_("what changed in scope, and what came off"), max_length=4000, blank=True)
    load = models.PositiveSmallIntegerField(
        _("how the load feels"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 light, 5 too much. Only the two of you see this."),
    )
    hours = models.DecimalField(
        _("hours a week it took"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(80)],
        help_text=_("About how many. Only the two of you see this."),
    )
    next_try = models.TextField(_("what to try before the next one"), max_length=4000)
    feedback_from = models.CharField(_("whose feedback to get"), max_length=300, blank=True)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    acknowledged_at = models.DateTimeField(null=True, editable=False)

    objects = CheckInAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a check-in")
        ordering = ["check_in_id", "answered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_in", "by"],
                name="check_in_answered_once",
                violation_error_message=_("You have answered this check-in already."),
            ),
            models.CheckConstraint(
                name="check_in_not_acknowledged_by_oneself",
                condition=Q(acknowledged_by__isnull=True) | ~Q(acknowledged_by=F("by")),
                violation_error_message=_("The other side acknowledges what you wrote."),
            ),
            models.CheckConstraint(
                name="check_in_acknowledged_at_a_moment",
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="check_in_load_1_to_5",
                condition=Q(load__isnull=True) | Q(load__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="check_in_hours_of_a_week", condition=Q(hours__isnull=True) | Q(hours__range=(0, 80))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_in}: {self.by}"
