"""A plan kept under a name to begin other work from: of one person, or of everybody."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..saved_steps import SavedStep


class SavedPlanQuerySet(models.QuerySet):
    def usable_by(self, user) -> SavedPlanQuerySet:
        """One's own, and those of everybody."""
        return self.filter(Q(made_by=user) | Q(for_everybody=True))

    def visible_to(self, user) -> SavedPlanQuerySet:
        """What this person can use; HR and administrators also read what was offered to everybody."""
        if user.is_hr or user.is_administrator:
            return self.usable_by(user) | self.filter(offered_at__isnull=False)
        return self.usable_by(user)


class SavedPlan(models.Model):
    """Its steps know words, weights, working days after the start and each other; nothing of the work they are from."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("when it fits"), max_length=300, blank=True)
    steps = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    for_everybody = models.BooleanField(default=False, editable=False)
    # Its maker shows it to HR and administrators, who may take a copy for everybody.
    offered_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved plan")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="saved_plan_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="saved_plan_of_everybody_is_not_offered",
                condition=Q(for_everybody=False) | Q(offered_at__isnull=True),
            ),
            models.UniqueConstraint(
                "made_by", Lower("name"), name="saved_plan_own_name_once", condition=Q(for_everybody=False)
            ),
            models.UniqueConstraint(
                Lower("name"), name="saved_plan_everybodys_name_once", condition=Q(for_everybody=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def list_of_steps(self) -> list[SavedStep]:
        return [SavedStep(**{**step, "after": tuple(step["after"])}) for step in self.steps]


def as_kept(steps: list[SavedStep]) -> list[dict[str, object]]:
    """The steps as the row keeps them."""
    return [{**asdict(step), "after": list(step.after)} for step in steps]
