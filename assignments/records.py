"""An assignment as HR reads it: the case, the charter, milestones, how it stands, and check-ins kept or missed.

Nothing that mentee and mentor say to each other is loaded here: of a check-in its day and how many answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .models import Assignment, Brief, BriefStatus, Milestone
from .signals import Kept, Reading, judgement, read
from .status_words import Standing, standing


@dataclass(frozen=True)
class KeptOrMissed:
    """A check-in whose day has come: kept when both answered, missed when the next came first, else open."""

    due_on: date
    word: str
    mark: str


@dataclass(frozen=True)
class Record:
    """Everything HR's page about one assignment shows."""

    assignment: Assignment
    standing: Standing
    milestones: tuple[Milestone, ...]
    check_ins: tuple[KeptOrMissed, ...]
    kept: int
    brief: Brief | None

    @property
    def done(self) -> int:
        return sum(milestone.done_at is not None for milestone in self.milestones)


def record_of(assignment: Assignment, day: date) -> Record:
    """The record as of a day; four queries with the mentee and the charter loaded."""
    reading = read([assignment]).get(assignment.pk, Reading())
    check_ins = kept_or_missed(reading.check_ins, day)
    return Record(
        assignment=assignment,
        standing=standing(assignment, judgement(assignment, reading)),
        milestones=reading.milestones,
        check_ins=check_ins,
        kept=sum(each.mark == "kept" for each in check_ins),
        brief=_brief(assignment),
    )


def kept_or_missed(check_ins: Sequence[Kept], day: date) -> tuple[KeptOrMissed, ...]:
    """Those whose day has come, the newest first; only the last of them can still be open."""
    come = sorted((each for each in check_ins if each.due_on <= day), key=lambda each: each.due_on, reverse=True)
    return tuple(_state(each, is_last=number == 0) for number, each in enumerate(come))


def _state(check_in: Kept, *, is_last: bool) -> KeptOrMissed:
    if check_in.sides == 2:
        return KeptOrMissed(check_in.due_on, _("Kept"), "kept")
    if is_last:
        return KeptOrMissed(check_in.due_on, _("Open"), "due")
    return KeptOrMissed(check_in.due_on, _("Missed"), "paused")


def _brief(assignment: Assignment) -> Brief | None:
    """The brief, once somebody stands behind a version of it."""
    behind = [BriefStatus.ENDORSED, BriefStatus.SPONSOR_ACCEPTED]
    return Brief.objects.filter(option=assignment.option_id, versions__status__in=behind).distinct().first()
