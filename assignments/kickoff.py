"""What has to be there before an assignment becomes active, and what of it is still missing."""

from __future__ import annotations

from dataclasses import dataclass

from stretchhub.people.models import User

from .assessing import load_of, method_now, running_hours
from .models import Assignment, Charter, ManagerAgreement, ManagerAnswer, Option, Part
from .workload import Workload

# What has to be written, in the order of the page.
WRITTEN = (
    "outcome",
    "learning_goal",
    "in_scope",
    "out_of_scope",
    "stop_rule",
    "decision_rights",
    "escalation",
    "resources",
    "cover",
    "sponsor_sees",
    "raters",
)
TERMS = ("hours_per_week", "cover", "starts_on", "ends_on")


@dataclass(frozen=True)
class Missing:
    """One thing that keeps the work from beginning: a code, and the field or the person it is about."""

    code: str
    field: str = ""
    person: User | None = None


def missing(assignment: Assignment, charter: Charter | None) -> tuple[Missing, ...]:
    """Everything that is still missing, in the order in which it is best settled; empty when work may begin."""
    if charter is None:
        return (Missing("charter"),)
    return (
        *_unwritten(assignment, charter),
        *_hours(assignment, charter),
        *_week(assignment, charter),
        *_parties(assignment, charter),
    )


def _unwritten(assignment: Assignment, charter: Charter) -> list[Missing]:
    found = [Missing("unwritten", name) for name in WRITTEN if not getattr(charter, name).strip()]
    if not charter.approver.is_active or charter.approver_id == assignment.mentee_id:
        found.append(Missing("approver", "approver", charter.approver))
    if charter.escalate_to is None:
        found.append(Missing("unwritten", "escalate_to"))
    elif not charter.escalate_to.is_active:
        found.append(Missing("escalate_to", "escalate_to", charter.escalate_to))
    return found


def _hours(assignment: Assignment, charter: Charter) -> list[Missing]:
    """The word of whoever answers for hours and cover, on exactly those that the charter names."""
    who = answers_for_hours(assignment)
    agreement = ManagerAgreement.objects.current().filter(charter=charter).first()
    if agreement is None or agreement.manager_id != who.pk or terms(agreement) != terms(charter):
        return [Missing("hours_asked", person=who)]
    if agreement.answer != ManagerAnswer.AGREED:
        return [Missing(f"hours_{agreement.answer}", person=who)]
    return []


def _week(assignment: Assignment, charter: Charter) -> list[Missing]:
    week = week_of(assignment, charter)
    if week.light == "stop":
        return [Missing("week_too_full", "hours_per_week")]
    return [Missing("week_uncovered", "hours_per_week")] if week.needs_backfill else []


def _parties(assignment: Assignment, charter: Charter) -> list[Missing]:
    agreed = agreed_parts(charter)
    found = []
    for part in Part.values:
        person = getattr(assignment, part)
        if person is None or not person.is_active:
            found.append(Missing("party_gone", part, person))
        elif part not in agreed:
            found.append(Missing("acknowledgement", part, person))
    return found


def answers_for_hours(assignment: Assignment) -> User:
    """The mentee's line manager; where the directory names none who is still there, the mentor."""
    manager = assignment.mentee.manager
    return manager if manager is not None and manager.is_active else assignment.mentor


def terms(of: Charter | ManagerAgreement) -> tuple[object, ...]:
    """The hours, the cover and the days that a line manager says yes to."""
    return tuple(getattr(of, name) for name in TERMS)


def agreed_parts(charter: Charter) -> set[str]:
    """Who has acknowledged the current version."""
    rows = charter.acknowledgements.filter(charter_version=charter.version)
    return set(rows.values_list("part", flat=True))


def week_of(assignment: Assignment, charter: Charter) -> Workload:
    """How full the week is with the hours of this charter in it; nothing is made up where hours are unknown."""
    option = Option.objects.select_related("mentorship").get(pk=assignment.option_id)
    running = running_hours(assignment.mentee_id)
    return load_of(option, option.mentorship, method_now(), running=running, agreed=charter.hours_per_week)
