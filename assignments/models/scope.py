"""What was agreed at kickoff, and every change of it since, with its reason and who approved it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import RUNNING, Assignment
from .milestone import Milestone


class ScopeBaseline(models.Model):
    """The scope as it stood when the assignment began; written once."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="baseline")
    # The hours of the whole assignment: hours a week times the weeks from start to end.
    hours = models.DecimalField(_("hours in all"), max_digits=7, decimal_places=1)
    hours_per_week = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    objective = models.TextField(_("objective"), blank=True)
    objective_digest = models.CharField(max_length=64)
    # The milestones then: code, title, due day and weight of each.
    items = models.JSONField(default=list)
    taken_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("baseline of the scope")
        ordering = ["assignment_id"]
        constraints = [
            models.CheckConstraint(name="scope_baseline_has_hours", condition=Q(hours__gt=0)),
            models.CheckConstraint(name="scope_baseline_ends_after_start", condition=Q(ends_on__gt=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.taken_at:%Y-%m-%d}"


class ScopeKind(models.TextChoices):
    ADDED = "added", _("Something comes on")
    REMOVED = "removed", _("Something comes off")
    CHANGED = "changed", _("Something gets larger or smaller")
    MOVED = "moved", _("The end moves")
    OBJECTIVE = "objective", _("The objective changes")


class ScopeState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


class ScopeChangeQuerySet(models.QuerySet):
    def visible_to(self, user) -> ScopeChangeQuerySet:
        """The three parties, and the one who has the right to decide."""
        return self.filter(
            Q(assignment__mentee=user)
            | Q(assignment__mentor=user)
            | Q(assignment__sponsor=user)
            | Q(assignment__charter__approver=user)
        )

    def waiting_for(self, user) -> ScopeChangeQuerySet:
        """Those that this person has the right to decide: see `rules.scope.decider_of`."""
        asked_by = F("asked_by")
        approver = Q(assignment__charter__approver__is_active=True) & ~Q(assignment__charter__approver=asked_by)
        sponsor = Q(assignment__sponsor__is_active=True) & ~Q(assignment__sponsor=asked_by)
        mentor = Q(assignment__mentor=user) & ~Q(assignment__mentor=asked_by)
        return self.filter(
            (approver & Q(assignment__charter__approver=user))
            | (~approver & sponsor & Q(assignment__sponsor=user))
            | (~approver & ~sponsor & mentor),
            state=ScopeState.PROPOSED,
            assignment__status__in=RUNNING,
        )

    def standing(self) -> ScopeChangeQuerySet:
        """Those that happened: nobody declined them or took them back."""
        return self.filter(state__in=[ScopeState.PROPOSED, ScopeState.APPROVED])


class ScopeChange(models.Model):
    """One change of what was agreed: how many hours, why, what comes off instead, who decides."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="scope_changes")
    kind = models.CharField(_("kind"), max_length=12, choices=ScopeKind.choices)
    title = models.CharField(_("what changes"), max_length=200)
    # Added hours are above zero, removed ones below it, a change either; a moved end has none.
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=1, default=0)
    why = models.TextField(_("why"), max_length=2000)
    comes_off = models.TextField(_("what comes off instead"), blank=True, max_length=2000)
    ends_on = models.DateField(_("new end"), null=True, blank=True)
    objective = models.TextField(_("new objective"), blank=True, max_length=4000)
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="scope_changes"
    )
    state = models.CharField(max_length=12, choices=ScopeState.choices, default=ScopeState.PROPOSED, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    decision_reason = models.TextField(_("reason"), blank=True, max_length=2000, editable=False)

    objects = ScopeChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of scope")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["assignment", "state", "-asked_at"], name="scope_change_by_state")]
        constraints = [
            models.CheckConstraint(
                name="scope_change_not_approved_by_oneself",
                condition=Q(decided_by__isnull=True) | ~Q(state="approved") | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Somebody else approves a change that you asked for."),
            ),
            models.CheckConstraint(
                name="scope_change_decided_by_somebody",
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanEdit(models.Model):
    """A milestone was added, moved, reworded or taken out while the assignment ran.

    One without a change of scope beside it within a week is silent drift.
    """

    class What(models.TextChoices):
        ADDED = "added", _("Added")
        MOVED = "moved", _("Moved")
        REWORDED = "reworded", _("Reworded")
        REMOVED = "removed", _("Removed")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="plan_edits")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="edits")
    what = models.CharField(max_length=12, choices=What.choices)
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    change = models.ForeignKey(ScopeChange, on_delete=models.SET_NULL, null=True, related_name="edits")

    class Meta:
        verbose_name = _("edit of the plan")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["assignment", "-at"], name="plan_edit_newest")]

    def __str__(self) -> str:
        return f"{self.milestone} {self.what}"
