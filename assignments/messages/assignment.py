"""What mentee, mentor and sponsor are told about an assignment as a whole."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, Status
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue_many


def active(assignment: Assignment) -> None:
    """Tell all three that the work begins."""
    _tell("assignments.assignment_active", assignment, _parties(assignment))


def paused(assignment: Assignment, *, by: Any) -> None:
    _tell("assignments.assignment_paused", assignment, _parties(assignment, but=by))


def resumed(assignment: Assignment, *, by: Any) -> None:
    _tell("assignments.assignment_resumed", assignment, _parties(assignment, but=by))


def closed(assignment: Assignment, *, by: Any) -> None:
    _tell("assignments.assignment_closed", assignment, _parties(assignment, but=by))


def _parties(assignment: Assignment, but: Any = None) -> list[Any]:
    people = [assignment.mentee, assignment.mentor, assignment.sponsor]
    unique = {person.pk: person for person in people if person is not None}
    return [person for person in unique.values() if but is None or person.pk != but.pk]


def _tell(kind: str, assignment: Assignment, people: list[Any]) -> None:
    queue_many(draft(kind, assignment, recipient=person, revision=assignment.revision) for person in people)


def load(ids: Collection[int]) -> dict[int, Assignment]:
    return Assignment.objects.select_related("mentee", "mentor", "sponsor").in_bulk(ids)


def address(assignment: Assignment) -> str:
    return reverse("assignments:detail", args=[assignment.code])


def _letter(assignment: Assignment, subject: str, *paragraphs: str) -> Letter:
    return Letter(
        subject=subject,
        paragraphs=tuple(text for text in paragraphs if text),
        action=_("Open the assignment"),
        path=address(assignment),
        why=_("you take part in this assignment"),
    )


def _active(notice: Notice, assignment: Assignment) -> Letter:
    names = {"title": assignment.title, "mentee": assignment.mentee.name}
    return _letter(
        assignment,
        _("%(title)s is active") % names,
        _("All three of you have acknowledged the charter, so %(mentee)s can begin.") % names,
        _("The check-ins of mentee and mentor are planned from the rhythm you agreed on."),
    )


def _paused(notice: Notice, assignment: Assignment) -> Letter:
    return _letter(
        assignment,
        _("%(title)s is paused") % {"title": assignment.title},
        _("All clocks stand still: no check-in falls due and nothing gets late."),
        assignment.pause_reason,
    )


def _resumed(notice: Notice, assignment: Assignment) -> Letter:
    return _letter(
        assignment,
        _("%(title)s goes on") % {"title": assignment.title},
        _("The days of open milestones have moved by the length of the pause."),
    )


def _closed(notice: Notice, assignment: Assignment) -> Letter:
    return _letter(
        assignment,
        _("%(title)s is closed: %(ending)s") % {"title": assignment.title, "ending": assignment.get_ending_display()},
        _("What was learned:"),
        assignment.ending_reason,
    )


def takes_part(notice: Notice, assignment: Assignment) -> bool:
    """Whether its recipient is one of the three still: whoever handed over learns no more of it."""
    return notice.recipient_id in (assignment.mentee_id, assignment.mentor_id, assignment.sponsor_id)


def _when(*statuses: str) -> Any:
    return lambda notice, assignment: assignment.status in statuses and takes_part(notice, assignment)


KINDS = (
    Kind("assignments.assignment_active", load, _when(Status.ACTIVE), _active),
    Kind("assignments.assignment_paused", load, _when(Status.PAUSED), _paused),
    Kind("assignments.assignment_resumed", load, _when(Status.ACTIVE), _resumed),
    Kind("assignments.assignment_closed", load, _when(Status.CLOSED), _closed),
)
