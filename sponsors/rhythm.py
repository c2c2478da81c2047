"""The talks with a sponsor as the page shows them: held, missed, due, to come, and whether the contact holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assignments.cadence import sponsor_interval
from assignments.models import Assignment, Status
from stretchhub.templatetags.words import day as day_words

from .fit import Ratio, contact_ratio
from .models import SponsorCheckIn

NEWEST = 5


@dataclass(frozen=True)
class Talk:
    """One check-in with what its day means for the reader today."""

    check_in: SponsorCheckIn
    mark: str
    to_acknowledge: bool

    @property
    def word(self) -> str:
        return {
            "held": _("Written down"),
            "acknowledged": _("Acknowledged"),
            "due": _("Due"),
            "missed": _("Missed"),
            "planned": _("Planned"),
            "cancelled": _("Taken back"),
        }[self.mark]

    @property
    def look(self) -> str:
        """The name of its badge."""
        marks = {"held": "waiting", "cancelled": "closed"}
        return marks.get(self.mark, self.mark)


@dataclass(frozen=True)
class Rhythm:
    """What the panel shows: what is due, what comes next, the last ones, and the contact in one sentence."""

    due: Talk | None
    ahead: Talk | None
    ahead_count: int
    past: tuple[Talk, ...]
    contact: Ratio | None


def of(assignment: Assignment, rows: list[SponsorCheckIn], user, day: date) -> Rhythm:
    """The rows come by day and are what this person may see of this assignment."""
    talks = [talk(row, rows, user, day) for row in rows]
    due = next((each for each in reversed(talks) if each.mark == "due"), None)
    ahead = [each for each in talks if each.mark == "planned"]
    past = [each for each in reversed(talks) if each.mark not in ("planned", "due")]
    return Rhythm(due, ahead[0] if ahead else None, len(ahead), tuple(past[:NEWEST]), contact(assignment, rows, day))


def talk(row: SponsorCheckIn, rows: list[SponsorCheckIn], user, day: date) -> Talk:
    written = row.recorded_at is not None
    to_acknowledge = written and row.acknowledged_at is None and row.recorded_by_id != user.pk
    return Talk(row, _mark(row, rows, day), to_acknowledge)


def _mark(row: SponsorCheckIn, rows: list[SponsorCheckIn], day: date) -> str:
    if row.cancelled_at is not None:
        return "cancelled"
    if row.recorded_at is not None:
        return "held" if row.acknowledged_at is None else "acknowledged"
    if row.due_on > day:
        return "planned"
    # What a later one has overtaken is not asked for any more.
    overtaken = any(row.due_on < other.due_on <= day for other in rows if other.cancelled_at is None)
    return "missed" if overtaken else "due"


def contact(assignment: Assignment, rows: list[SponsorCheckIn], day: date) -> Ratio | None:
    """Days since the last talk against what was agreed; nothing while the work does not run."""
    charter = getattr(assignment, "charter", None)
    if charter is None or assignment.status != Status.ACTIVE or assignment.starts_on is None:
        return None
    spoken = [row.held_on for row in rows if row.held_on is not None]
    begun = max(d for d in (assignment.starts_on, assignment.resumed_on) if d is not None)
    return contact_ratio(max(spoken, default=None), day, sponsor_interval(charter.sponsor_rhythm, begun, day))


def contact_sentence(ratio: Ratio, last_on: date | None) -> str:
    """The contact in words: days since the last talk beside what was agreed."""
    if ratio.value is None or last_on is None:
        return _("No talk with the sponsor is written down yet.")
    words = {"day": day_words(last_on), "days": ratio.reason.params["days"], "agreed": ratio.reason.params["agreed"]}
    if ratio.value > 1:
        return _("The last talk was on %(day)s, %(days)s days ago; every %(agreed)s days was agreed.") % words
    return _("The last talk was on %(day)s; every %(agreed)s days was agreed, so it is in rhythm.") % words
