"""What stays when an assignment is closed with care: outcomes, lessons, what became of goals, and what comes next."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, BriefOutcome, Competency, Goal, Kind, Option

MOST_LESSONS = 3


class Audience(models.TextChoices):
    """Who reads a lesson; widening is the mentee's alone."""

    PRIVATE = "private", _("Only me")
    MENTOR = "mentor", _("Mentor and me")
    TEAM = "team", _("Offered to everybody here")


class GoalVerdict(models.TextChoices):
    KEPT = "kept", _("Kept")
    CHANGED = "changed", _("Changes")
    REACHED = "reached", _("Reached")


class Closing(models.Model):
    """One for each assignment, written by its mentee; there is none before it is finished."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="closing")
    finished_at = models.DateTimeField(default=timezone.now, editable=False)
    # When to look at what comes next, where it was not chosen yet.
    not_now_until = models.DateField(_("not now, but on"), null=True, blank=True)
    # When the mentee has read what final reviews say was shown; none while they were not final.
    levels_read_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("closing")
        ordering = ["-finished_at", "-id"]

    def __str__(self) -> str:
        return str(self.assignment)


class ClosingOutcome(models.Model):
    """What an agreed outcome came to in the end, or why nobody measured it."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="outcomes")
    outcome = models.ForeignKey(BriefOutcome, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("actual"), max_digits=14, decimal_places=2, null=True)
    measured_on = models.DateField(_("measured on"), null=True)
    n = models.PositiveIntegerField(_("number of cases"), null=True)
    source = models.CharField(_("where the value comes from"), max_length=200, blank=True)
    causes = models.CharField(_("other causes"), max_length=500, blank=True)
    unmeasured = models.CharField(_("not measured, because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("outcome of a closing")
        ordering = ["closing_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "outcome"], name="closing_outcome_once"),
            models.CheckConstraint(
                name="closing_outcome_measured_or_why_not",
                condition=Q(value__isnull=False, measured_on__isnull=False, unmeasured="")
                | (Q(value__isnull=True, measured_on__isnull=True) & ~Q(unmeasured="")),
                violation_error_message=_("An outcome has an actual value with its day, or a reason why it has none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing}: {self.outcome}"


class LessonQuerySet(models.QuerySet):
    def visible_to(self, user) -> LessonQuerySet:
        """The mentee all, the mentor those for the mentor, everybody who may sign in those that are offered."""
        if not user.is_active:
            return self.none()
        own = Q(closing__assignment__mentee=user)
        shown = Q(closing__assignment__mentor=user, audience=Audience.MENTOR)
        return self.filter(own | shown | Q(audience=Audience.TEAM))

    def offered(self) -> LessonQuerySet:
        return self.filter(audience=Audience.TEAM)


class Lesson(models.Model):
    """One thing that was learned; offered to everybody without a name unless the mentee says so."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("lesson"), max_length=2000)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.PRIVATE)
    named = models.BooleanField(_("with my name"), default=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        ordering = ["closing_id", "position"]
        indexes = [
            models.Index(fields=["-said_at", "-id"], name="lesson_newest", condition=Q(audience="team")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["closing", "position"], name="lesson_position_once"),
            models.CheckConstraint(name="lesson_at_most_three", condition=Q(position__range=(1, MOST_LESSONS))),
            models.CheckConstraint(
                name="lesson_named_only_where_offered",
                condition=Q(named=False) | Q(audience="team"),
                violation_error_message=_("A name stands only beside a lesson that is offered to everybody."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closing}: {self.position}"


class ClosingGoal(models.Model):
    """What became of an open goal when the plan was looked at again."""

    closing = models.ForeignKey(Closing, on_delete=models.CASCADE, related_name="goals")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=GoalVerdict.choices)
    note = models.CharField(_("what changes"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("goal of a closing")
        ordering = ["closing_id", "id"]
        constraints = [models.UniqueConstraint(fields=["closing", "goal"], name="closing_goal_once")]

    def __str__(self) -> str:
        return f"{self.goal}: {self.get_verdict_display()}"


class NextStep(models.Model):
    """A suggestion for what comes next that was put into the pipeline, once."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="next_steps")
    key = models.CharField(max_length=80)
    option = models.OneToOneField(Option, on_delete=models.PROTECT, related_name="suggested")

    class Meta:
        verbose_name = _("next step")
        ordering = ["assignment_id", "id"]
        constraints = [models.UniqueConstraint(fields=["assignment", "key"], name="next_step_once")]

    def __str__(self) -> str:
        return str(self.option)
