"""What the sponsor may see has changed."""

from __future__ import annotations

from assignments.models import Assignment, DashboardChange
from stretchhub.prepared import run
from stretchhub.wake import wake

RAISE = "UPDATE assignments_assignment SET revision = revision + 1 WHERE id = %(pk)s RETURNING revision, sponsor_id"


def raise_revision(assignment: Assignment) -> None:
    """Something that the sponsor may see has changed: their dashboard is built anew."""
    [(assignment.revision, sponsor)] = run(RAISE, {"pk": assignment.pk})
    DashboardChange.objects.note([sponsor])
    wake("sponsors.tasks.build_dashboards")


def count_anew(assignment: Assignment) -> None:
    """Something that the judgement of it counts has changed, of which the sponsor sees no more than that: their
    dashboard is built anew with the next look for such."""
    DashboardChange.objects.note([assignment.sponsor_id])
