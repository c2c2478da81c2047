"""Who has stretch work now: a page of running assignments with how each stands and its next day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assignments.models import Assignment, Status
from assignments.signals import Reading, judgement, read
from assignments.status_words import Standing, standing
from stretchhub.env import today


@dataclass(frozen=True)
class Stretch:
    """One line: whose work it is, how it stands, and what day comes next."""

    assignment: Assignment
    standing: Standing
    next_on: date | None
    next_words: str
    is_past: bool

    @property
    def since(self) -> date | None:
        return self.assignment.starts_on


def stretches(assignments: Sequence[Assignment]) -> list[Stretch]:
    """Two queries however many they are, with people and charters loaded."""
    readings = read(assignments)
    return [_stretch(each, readings.get(each.pk, Reading())) for each in assignments]


def _stretch(assignment: Assignment, reading: Reading) -> Stretch:
    day = today(assignment.mentee.zone)
    next_on, words = _next(assignment, reading)
    shown = standing(assignment, judgement(assignment, reading, day))
    return Stretch(assignment, shown, next_on, words, next_on is not None and next_on < day)


def _next(assignment: Assignment, reading: Reading) -> tuple[date | None, str]:
    """The next milestone, else the end; while it is paused or reviewed no day of the plan is next."""
    if assignment.status == Status.PAUSED:
        return None, _("When the pause is over")
    if assignment.status == Status.REVIEWING:
        return None, _("When the reviews are final")
    if reading.next_milestone is not None:
        return reading.next_milestone.due_on, reading.next_milestone.title
    return assignment.ends_on, _("End of the work")
