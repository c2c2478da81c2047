"""What people said themselves about how the work stands: a status set by hand, and an answer to too much work."""

from __future__ import annotations

from assignments.models import Assignment, StatusOverride, WorkloadResponse

from .cohort import Cohort, Story


def add_standing(cohort: Cohort, assignment: Assignment, told: Story) -> int:
    """Both as far as they are told; how many changes the sponsor has seen."""
    if "too_much" in told:
        _answer_workload(cohort, assignment, told["too_much"])
    if "by_hand" not in told:
        return 0
    _set_by_hand(cohort, assignment, told["by_hand"])
    return 1


def _set_by_hand(cohort: Cohort, assignment: Assignment, row: Story) -> None:
    by = getattr(assignment, row["by"])
    at = cohort.moment(row["at"], 12, by)
    override = StatusOverride.objects.create(
        assignment=assignment,
        value=row["value"],
        reason=row["reason"],
        by=by,
        at=at,
        expires_on=cohort.calendar.day(row["until"]),
    )
    cohort.remember(by, "status.set", override, at, ["expires_on", "reason", "value"])


def _answer_workload(cohort: Cohort, assignment: Assignment, row: Story) -> None:
    by = getattr(assignment, row["by"])
    at = cohort.moment(row["at"], 18, by)
    response = WorkloadResponse.objects.create(
        assignment=assignment, choice=row["choice"], words=row["words"], by=by, at=at
    )
    cohort.remember(by, "workload.answered", response, at, ["choice", "words"])
