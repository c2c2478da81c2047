"""What is on record beside milestones that came late: as codes, never a word of anybody, and not as their cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count

from assignments.models import CheckIn, PlanEdit, RequestStatus, ScopeChange, ScopeKind, Setback, SponsorRequest
from assignments.models.standing import Pause
from sponsors.models import Ask

from .late import Due
from .lateness import AMONG, LateMilestone, next_came

# What counts as beside a milestone: from four weeks before its day until it came.
BEFORE = timedelta(days=28)
# What HR reads of each assignment anyway, in the order in which it is shown.
OPEN_CODES = (
    *(f"scope_{kind}" for kind in ScopeKind.values), "plan_moved", "paused", "handed_over", "check_in_missed",
)  # fmt: skip
PRIVATE_CODES = ("setback", "ask_waited")
Spans = dict[int, list[tuple[date, date]]]


@dataclass(frozen=True)
class Beside:
    """How many late milestones have each code beside them, and how many have none of the open ones.

    `private` is, by code, every late milestone as something that was due, `days` where the code stands beside it: only
    what `late.guarded` leaves of it may be shown.
    """

    late: int
    codes: dict[str, int]
    nothing: int
    private: dict[str, list[Due]]


def beside(late: Sequence[LateMilestone], day: date) -> Beside:
    codes: Counter[str] = Counter()
    nothing = 0
    private: dict[str, list[Due]] = {code: [] for code in PRIVATE_CODES}
    for chunk in _chunks(late):
        spans = _spans({each.assignment for each in chunk}, day)
        for each in chunk:
            found = {code for code, own in spans.items() if _overlaps(own.get(each.assignment, ()), each)}
            codes.update(found & set(OPEN_CODES))
            nothing += not found & set(OPEN_CODES)
            for code in PRIVATE_CODES:
                private[code].append(Due(each.mentee, 1 if code in found else None))
    return Beside(len(late), {code: codes[code] for code in OPEN_CODES if codes[code]}, nothing, private)


def _chunks(late: Sequence[LateMilestone]) -> Iterator[list[LateMilestone]]:
    rows = iter(late)
    while chunk := list(islice(rows, AMONG)):
        yield chunk


def _overlaps(spans: Iterable[tuple[date, date]], late: LateMilestone) -> bool:
    return any(since <= late.end and until >= late.due_on - BEFORE for since, until in spans)


def _spans(assignments: set[int], day: date) -> dict[str, Spans]:
    """By code and assignment, from when to when it was so."""
    found: dict[str, Spans] = defaultdict(lambda: defaultdict(list))
    of = {"assignment__in": assignments}

    def add(code: str, rows: Iterable[tuple[Any, ...]]) -> None:
        for assignment, since, *until in rows:
            first = getattr(since, "date", lambda since=since: since)()
            last = until[0] if until else first
            found[code][assignment].append((first, getattr(last, "date", lambda last=last: last or day)()))

    for kind, *row in ScopeChange.objects.standing().filter(**of).values_list("kind", "assignment_id", "asked_at"):
        add(f"scope_{kind}", [tuple(row)])
    add("plan_moved", PlanEdit.objects.filter(what=PlanEdit.What.MOVED, **of).values_list("assignment_id", "at"))
    add("paused", Pause.objects.filter(**of).values_list("assignment_id", "from_on", "until_on"))
    taken_over = SponsorRequest.objects.filter(status=RequestStatus.ACCEPTED, **of)
    add("handed_over", taken_over.values_list("assignment_id", "answered_at"))
    add("check_in_missed", _missed(assignments, day))
    add("setback", Setback.objects.filter(**of).values_list("assignment_id", "happened_on"))
    waited = Ask.objects.filter(**of).values_list("assignment_id", "needed_by", "answered_at")
    add("ask_waited", (row for row in waited if row[2] is None or row[2].date() > row[1]))
    return found


def _missed(assignments: set[int], day: date) -> Iterable[tuple[Any, ...]]:
    rows = CheckIn.objects.filter(assignment__in=assignments, cancelled_at__isnull=True, due_on__lte=day)
    rows = rows.annotate(sides=Count("answers")).filter(next_came(day), sides__lt=2)
    return rows.values_list("assignment_id", "due_on")
