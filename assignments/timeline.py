"""The story of one assignment: where its check-ins stand, and everything as marks on one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.charts import Mark

from .models import Assignment, CheckIn, CheckInAnswer, Milestone, Status
from .story import Entry


@dataclass(frozen=True)
class Meeting:
    """One check-in as one of the two sees it."""

    check_in: CheckIn
    word: str
    mark: str
    mine: CheckInAnswer | None
    theirs: CheckInAnswer | None
    note: str = ""

    @property
    def look(self) -> str:
        """A day that went by is no alarm: nobody comes back to be told off."""
        return {"late": "due", "missed": "paused"}.get(self.mark, self.mark)

    @property
    def to_answer(self) -> bool:
        return self.mine is None and self.mark in ("due", "late")

    @property
    def to_acknowledge(self) -> bool:
        return self.theirs is not None and self.theirs.acknowledged_at is None


def meetings(check_ins: Iterable[CheckIn], user: Any, day: date, *, older: bool = False) -> list[Meeting]:
    """Where each stands; `check_ins` come by day, with their answers loaded.

    Only the last that has come due can still be late: an earlier one is over, and nobody is
    asked to make up for it. `older` says that the last one is not among these.
    """
    rows = [check_in for check_in in check_ins if check_in.cancelled_at is None]
    last_due = None if older else max((row.due_on for row in rows if row.due_on <= day), default=None)
    return [_meeting(row, user, day, row.due_on == last_due) for row in rows]


def _meeting(check_in: CheckIn, user: Any, day: date, last_due: bool) -> Meeting:
    answers = list(check_in.answers.all())
    mine = next((a for a in answers if a.by_id == user.pk), None)
    theirs = next((a for a in answers if a.by_id != user.pk), None)
    word, mark, note = _state(check_in, mine, theirs, day, last_due)
    return Meeting(check_in, word, mark, mine, theirs, note)


def cancelled(check_in: CheckIn, user: Any) -> Meeting:
    """One that was taken back when the plan changed; nothing is asked any more."""
    answers = list(check_in.answers.all())
    mine = next((a for a in answers if a.by_id == user.pk), None)
    theirs = next((a for a in answers if a.by_id != user.pk), None)
    return Meeting(check_in, _("Taken back"), "closed", mine, theirs, _("The plan changed, so this one is not held."))


def _state(
    check_in: CheckIn, mine: CheckInAnswer | None, theirs: CheckInAnswer | None, day: date, last_due: bool
) -> tuple[str, str, str]:
    if mine and theirs:
        return _("Kept"), "kept", ""
    if check_in.due_on > day:
        return _("Planned"), "planned", ""
    if not last_due:
        note = _("It was not held by both. That happens; the next one counts.")
        return _("Missed"), "missed", note
    if mine:
        return _("Waiting for the other side"), "waiting", ""
    if check_in.due_on == day:
        return _("Due today"), "due", ""
    return _("Late"), "late", _("Its day has passed; it still helps, and takes five minutes.")


def marks(
    assignment: Assignment,
    day: date,
    *,
    milestones: Iterable[Milestone],
    held: Sequence[Meeting] = (),
    happened: Iterable[Entry] = (),
) -> list[Mark]:
    """Everything the reader may see, as marks; what is planned is drawn hollow."""
    found = [_milestone_mark(milestone, day) for milestone in milestones]
    found += [_meeting_mark(meeting) for meeting in held]
    found += [_entry_mark(entry) for entry in happened]
    found += _edges(assignment, day)
    return sorted(found, key=lambda mark: mark.day)


def _milestone_mark(milestone: Milestone, day: date) -> Mark:
    done = milestone.done_at is not None
    tone = "growth" if done else "alarm" if milestone.due_on < day else "accent"
    label = _("Milestone “%(title)s”") % {"title": milestone.title}
    return Mark(milestone.due_on, label, "flag", tone, planned=not done, url="#milestones")


TONES = {"kept": "growth", "planned": "muted", "missed": "muted", "late": "caution", "due": "accent", "waiting": "info"}


def _meeting_mark(meeting: Meeting) -> Mark:
    label = _("Check-in: %(state)s") % {"state": meeting.word.lower()}
    url = reverse("assignments:check-in", args=[meeting.check_in.code])
    planned = meeting.mark in ("planned", "due", "late", "waiting")
    return Mark(meeting.check_in.due_on, label, "chat-bubble-left-right", TONES[meeting.mark], planned, url)


LABELS = {
    "decision": gettext_lazy("Decision “%(title)s”"),
    "evidence": gettext_lazy("Evidence “%(title)s”"),
    "setback": gettext_lazy("Setback “%(title)s”"),
    "scope": gettext_lazy("Change of scope “%(title)s”"),
}


def _entry_mark(entry: Entry) -> Mark:
    label = str(LABELS[entry.kind]) % {"title": entry.title}
    if entry.kind == "scope":
        label = _("%(change)s: %(state)s") % {"change": label, "state": entry.more.lower()}
    return Mark(entry.day, label, entry.icon, entry.tone, url=entry.url)


def _edges(assignment: Assignment, day: date) -> list[Mark]:
    edges = []
    if assignment.starts_on:
        edges.append(Mark(assignment.starts_on, _("Start"), "play", "muted", assignment.starts_on > day))
    if assignment.ends_on:
        ended = assignment.status in (Status.REVIEWING, Status.CLOSED)
        edges.append(Mark(assignment.ends_on, _("End"), "stop", "muted", not ended))
    if assignment.closed_at:
        edges.append(Mark(_day_of(assignment.closed_at, assignment), _("Closed"), "archive-box", "muted"))
    return edges


def _day_of(moment: datetime, assignment: Assignment) -> date:
    return moment.astimezone(assignment.mentee.zone).date()
