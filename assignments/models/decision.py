"""The decision log of an assignment: what was decided, why, and later what came of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user) -> DecisionQuerySet:
        """The three parties."""
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(assignment__sponsor=user))

    def to_look_back_at(self) -> DecisionQuerySet:
        """Those whose day of looking back is set and which nobody has looked back at."""
        return self.filter(review_on__isnull=False, looked_back_at__isnull=True)


class Decision(models.Model):
    """One decision; its review date brings it back, and what happened is written beside it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="decisions")
    decided_on = models.DateField(_("decided on"))
    decision = models.CharField(_("decision, in one sentence"), max_length=300)
    options = models.TextField(_("options considered"), blank=True, max_length=4000)
    reason = models.TextField(_("reason and evidence"), max_length=4000)
    decided_by = models.CharField(_("who had the right to decide"), max_length=200)
    heard = models.CharField(_("who was heard"), max_length=500, blank=True)
    reversible = models.BooleanField(_("it can be reversed"), default=True)
    review_on = models.DateField(_("look back on"), null=True, blank=True)
    expected = models.TextField(_("expected result"), blank=True, max_length=2000)
    happened = models.TextField(_("what happened"), blank=True, max_length=4000)
    looked_back_at = models.DateTimeField(null=True, editable=False)
    looked_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    logged_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        ordering = ["-decided_on", "-id"]
        indexes = [
            models.Index(fields=["assignment", "-decided_on", "-id"], name="decision_newest"),
            models.Index(fields=["review_on"], condition=Q(looked_back_at__isnull=True), name="decision_to_look_back"),
        ]
        constraints = [
            models.CheckConstraint(
                name="decision_looked_back_with_words",
                condition=Q(looked_back_at__isnull=True, looked_back_by__isnull=True)
                | (Q(looked_back_at__isnull=False, looked_back_by__isnull=False) & ~Q(happened="")),
                violation_error_message=_("Write what happened."),
            )
        ]

    def __str__(self) -> str:
        return self.decision
