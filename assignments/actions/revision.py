"""What the sponsor may see has changed."""

from __future__ import annotations

from django.db.models import F

from assignments.models import Assignment, DashboardChange
from stretchhub.wake import wake


def raise_revision(assignment: Assignment) -> None:
    """Something that the sponsor may see has changed: their dashboard is built anew."""
    Assignment.objects.filter(pk=assignment.pk).update(revision=F("revision") + 1)
    now_so = Assignment.objects.filter(pk=assignment.pk).values_list("revision", "sponsor_id")
    assignment.revision, sponsor = now_so.get()
    DashboardChange.objects.note([sponsor])
    wake("sponsors.tasks.build_dashboards")
