"""Up to which change the check-ins with a sponsor are planned."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment


class CheckInPlan(models.Model):
    """The revision of an assignment that its check-ins with the sponsor were planned for."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="sponsor_plan")
    revision = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("plan of check-ins with a sponsor")
        ordering = ["assignment_id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.revision}"
