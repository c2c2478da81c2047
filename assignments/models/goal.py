"""What a mentee wants, in the mentee's words."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .competency import Competency
from .mentorship import Mentorship


class Horizon(models.TextChoices):
    QUARTER = "quarter", _("Within three months")
    HALF_YEAR = "half_year", _("Within half a year")
    YEAR = "year", _("Within a year")
    LONGER = "longer", _("Longer than a year")


class GoalStatus(models.TextChoices):
    OPEN = "open", _("Open")
    REACHED = "reached", _("Reached")
    DROPPED = "dropped", _("Dropped")


class GoalQuerySet(models.QuerySet):
    def visible_to(self, user) -> GoalQuerySet:
        """Goals are the mentee's and the mentor's alone."""
        return self.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor=user))

    def open(self) -> GoalQuerySet:
        return self.filter(status=GoalStatus.OPEN)


class Goal(models.Model):
    """Something the mentee wants to reach, and what success would look like."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="goals")
    title = models.CharField(_("goal"), max_length=200)
    success = models.TextField(
        _("what success looks like"),
        help_text=_("The impact wanted and the skills to prove, in the mentee’s own words."),
    )
    horizon = models.CharField(_("horizon"), max_length=16, choices=Horizon.choices, default=Horizon.HALF_YEAR)
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("How much it counts beside the other goals, 1 to 5."),
    )
    # Where the work should reach: audiences by their value, domains one a line.
    audiences = models.JSONField(_("audiences wanted"), default=list, blank=True)
    domains = models.TextField(_("domains wanted"), blank=True, max_length=600, help_text=_("One a line."))
    # The conversation that this goal came out of.
    intake = models.ForeignKey(
        "assignments.Intake", on_delete=models.PROTECT, null=True, blank=True, related_name="goals", editable=False
    )
    status = models.CharField(max_length=16, choices=GoalStatus.choices, default=GoalStatus.OPEN, editable=False)
    competencies = models.ManyToManyField(Competency, through="GoalCompetency")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(name="goal_weight_1_to_5", condition=Q(weight__range=(1, 5)))]

    def __str__(self) -> str:
        return self.title


class GoalCompetency(models.Model):
    """A competency that a goal asks for: the level now and the level wanted, 1 to 5."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="targets")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    level_now = models.PositiveSmallIntegerField(_("level now"))
    level_wanted = models.PositiveSmallIntegerField(_("level wanted"))
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        verbose_name = _("competency of a goal")
        ordering = ["goal_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "competency"],
                name="goal_competency_once",
                violation_error_message=_("This goal has that competency already."),
            ),
            models.CheckConstraint(
                name="goal_levels_1_to_5",
                condition=Q(level_now__range=(1, 5)) & Q(level_wanted__range=(1, 5)),
            ),
            models.CheckConstraint(name="goal_competency_weight_1_to_5", condition=Q(weight__range=(1, 5))),
            models.CheckConstraint(
                name="goal_level_wanted_not_below_now",
                condition=Q(level_wanted__gte=F("level_now")),
                violation_error_message=_("The level wanted cannot be below the level now."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.level_now} → {self.level_wanted}"
