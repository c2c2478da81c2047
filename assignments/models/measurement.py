"""What an outcome came to, measured during the work."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .brief_part import BriefOutcome


class MeasurementQuerySet(models.QuerySet):
    def visible_to(self, user) -> MeasurementQuerySet:
        """The three parties of the assignment."""
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(assignment__sponsor=user))

    def standing(self) -> MeasurementQuerySet:
        """Those that were not taken back."""
        return self.filter(taken_back_at__isnull=True)


class Measurement(models.Model):
    """One actual value of an outcome, on a day, of so many cases, with its range where there is one."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="measurements")
    outcome = models.ForeignKey(BriefOutcome, on_delete=models.PROTECT, related_name="measurements")
    value = models.DecimalField(_("actual"), max_digits=14, decimal_places=2)
    low = models.DecimalField(_("low"), max_digits=14, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("high"), max_digits=14, decimal_places=2, null=True, blank=True)
    n = models.PositiveIntegerField(_("number of cases"), null=True, blank=True)
    measured_on = models.DateField(_("measured on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        ordering = ["assignment_id", "measured_on", "id"]
        indexes = [models.Index(fields=["assignment", "outcome", "-measured_on"], name="measurement_latest")]
        constraints = [
            models.CheckConstraint(
                name="measurement_range_holds_value",
                condition=Q(low__isnull=True, high__isnull=True) | Q(low__lte=F("value"), high__gte=F("value")),
                violation_error_message=_("The range goes from a low to a high with the value between them."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.measured_on}"
