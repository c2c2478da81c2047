"""A step of an assignment, with words for what counts as progress."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class MilestoneQuerySet(models.QuerySet):
    def visible_to(self, user) -> MilestoneQuerySet:
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(assignment__sponsor=user))

    def open(self) -> MilestoneQuerySet:
        return self.filter(done_at__isnull=True)


class MilestoneManager(models.Manager.from_queryset(MilestoneQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> MilestoneQuerySet:
        return super().get_queryset().filter(removed_at__isnull=True)


class Milestone(models.Model):
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200)
    definition_of_progress = models.TextField(
        _("definition of progress"), help_text=_("What somebody else could see when it is done.")
    )
    due_on = models.DateField(_("due on"))
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 for a small step, 5 for the heart of the assignment."),
    )
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    # What has to be done before; shown, never enforced.
    after = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="before")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    # What was taken out of the plan stays on record and is left out everywhere but there.
    objects = MilestoneManager()
    with_removed = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="milestone_weight_1_to_5", condition=Q(weight__range=(1, 5))),
            models.CheckConstraint(
                name="milestone_done_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title
