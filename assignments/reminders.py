"""Which reminders there are: each day that somebody is to be told of, newest first for each assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from stretchhub.notices import planner, wishes
from stretchhub.notices.models import Notice
from stretchhub.notices.planner import near, unwritten
from stretchhub.notices.sources import DAY, Source
from stretchhub.notices.timing import reminder_at
from stretchhub.people.models import User

from . import reminders_ahead
from .messages import decision, escalation, learning, setback
from .messages.check_in import DUE
from .messages.intake import REVISIT
from .messages.milestone import OVERDUE
from .models import CheckIn, CheckInAnswer, Decision, Intake, LearningItem, Milestone, Programme, Setback, Status
from .reminders_idle import pipelines

# So many working days without an answer, and the next person hears of it.
SILENT_DAYS = 2


def plan(now: datetime) -> Counter[str]:
    """Write a notice for everything that has come due by `now` and is not written yet.

    After an outage only the newest slot for each assignment and person is sent; those it
    overtook are written as stale, so that every slot is accounted for.
    """
    counts: Counter[str] = Counter()
    for source in sources(near(now)):
        counts.update(planner.write(source, now))
    return counts


def sources(days: tuple[date, date], *, person: User | None = None) -> Iterator[Source]:
    """Everything there is to be told of on these days; to this person alone, where one is given."""
    yield check_ins(days, "mentee", person)
    yield check_ins(days, "mentor", person)
    yield milestones(days, person)
    yield learning_items(days, person)
    yield revisits(days, "mentee", person)
    yield revisits(days, "mentor", person)
    yield decisions(days, person)
    yield setbacks(days, person)
    yield from silent_check_ins(days, person)
    yield from late_milestones(days, person)
    yield from pipelines(days, person)
    yield from reminders_ahead.sources(days, person)


def check_ins(days: tuple[date, date], part: str, person: User | None = None) -> Source:
    """One side's check-ins that they have not answered."""
    who = f"assignment__{part}_id"
    rows = (
        _about(_open_check_ins(days), person, f"assignment__{part}")
        .filter(~Exists(_answers(part)), unwritten(DUE, who, revision="rhythm_revision"))
        .annotate(went_on=Exists(_answers_later(part)))
    )
    return Source(DUE, rows, who, group="assignment_id", revision="rhythm_revision", overtaken="went_on")


def _open_check_ins(days: tuple[date, date]) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(cancelled_at__isnull=True, assignment__status=Status.ACTIVE, due_on__range=days)


def _about(rows: QuerySet[Any], person: User | None, *ways: str) -> QuerySet[Any]:
    """Those that are about this person in one of these ways; all of them for nobody."""
    if person is None:
        return rows
    mine = Q()
    for way in ways:
        mine |= Q(**{way: person})
    return rows.filter(mine)


def _answers(part: str) -> QuerySet[CheckInAnswer]:
    return CheckInAnswer.objects.filter(check_in=OuterRef("pk"), by=OuterRef(f"assignment__{part}"))


def _answers_later(part: str) -> QuerySet[CheckInAnswer]:
    return CheckInAnswer.objects.filter(
        check_in__assignment=OuterRef("assignment"),
        check_in__due_on__gt=OuterRef("due_on"),
        by=OuterRef(f"assignment__{part}"),
    )


def milestones(days: tuple[date, date], person: User | None = None) -> Source:
    """Open ones, for the mentee on the day after."""
    who = "assignment__mentee_id"
    rows = _about(_open_milestones(days), person, "assignment__mentee").filter(unwritten(OVERDUE, who))
    return Source(OVERDUE, rows, who, group="assignment_id", days_after=1)


def _open_milestones(days: tuple[date, date]) -> QuerySet[Milestone]:
    return Milestone.objects.open().filter(assignment__status=Status.ACTIVE, due_on__range=days)


def learning_items(days: tuple[date, date], person: User | None = None) -> Source:
    """Each item by itself, for the mentee; one written down after its hour needs no reminder any more."""
    who = "mentorship__mentee_id"
    rows = _about(LearningItem.objects.open(), person, "mentorship__mentee").filter(
        unwritten(learning.DUE, who), mentorship__ended_on__isnull=True, due_on__range=days
    )
    return Source(learning.DUE, rows, who, known_since="created_at")


def revisits(days: tuple[date, date], part: str, person: User | None = None) -> Source:
    """The day to look at a conversation again, unless a newer one was begun."""
    who = f"mentorship__{part}_id"
    rows = _about(Intake.objects.latest_kept(), person, f"mentorship__{part}").filter(
        unwritten(REVISIT, who, day="revisit_on", revision="revisit_revision"),
        mentorship__ended_on__isnull=True,
        revisit_on__range=days,
    )
    return Source(REVISIT, rows, who, day="revisit_on", group="mentorship_id", revision="revisit_revision")


def decisions(days: tuple[date, date], person: User | None = None) -> Source:
    """The day that was chosen to look back, for whoever wrote the decision down."""
    one_of_the_two = Q(assignment__mentee=F("logged_by")) | Q(assignment__mentor=F("logged_by"))
    rows = _about(Decision.objects.to_look_back_at(), person, "logged_by").filter(
        one_of_the_two,
        unwritten(decision.LOOK_BACK, "logged_by_id", day="review_on"),
        assignment__status__in=[Status.ACTIVE, Status.REVIEWING],
        review_on__range=days,
    )
    return Source(decision.LOOK_BACK, rows, "logged_by_id", day="review_on")


def setbacks(days: tuple[date, date], person: User | None = None) -> Source:
    """A month after a setback, for its author."""
    rows = _about(Setback.objects.filter(later_at__isnull=True), person, "by").filter(
        unwritten(setback.ASK_AGAIN, "by_id", day="ask_again_on"),
        assignment__status__in=[Status.ACTIVE, Status.REVIEWING],
        ask_again_on__range=days,
    )
    return Source(setback.ASK_AGAIN, rows, "by_id", day="ask_again_on")


def silent_check_ins(days: tuple[date, date], person: User | None = None) -> Iterator[Source]:
    """Where the mentee has not answered for two of their working days the mentor is told, then the programme.

    The programme hears of it where both are silent, two working days of the mentor later. Only the
    newest check-in that has come due counts: what it overtook is over.
    """
    newer = CheckIn.objects.filter(
        assignment=OuterRef("assignment"),
        cancelled_at__isnull=True,
        due_on__gt=OuterRef("due_on"),
        due_on__lte=days[1],
    )
    rows = (
        _open_check_ins(days)
        .filter(~Exists(newer), ~Exists(_answers("mentee")))
        .annotate(mentor_silent=~Exists(_answers("mentor")))
    )
    yield from _silent(rows, escalation.CHECK_IN, after=0, last=days[1], person=person, both=Q(mentor_silent=True))


def late_milestones(days: tuple[date, date], person: User | None = None) -> Iterator[Source]:
    """A milestone still open two working days after the reminder: the mentor is told, then the programme."""
    yield from _silent(_open_milestones(days), escalation.MILESTONE, after=1, last=days[1], person=person, both=Q())


def _silent(
    rows: QuerySet[Any], kind: str, *, after: int, last: date, person: User | None, both: Q
) -> Iterator[Source]:
    """Reminded of so many days after it was due; what cannot be silent for long enough by the last day is not read."""
    silent_since = last - after * DAY - SILENT_DAYS * DAY
    mentee, mentor, sponsor = (f"assignment__{part}_id" for part in ("mentee", "mentor", "sponsor"))
    told = _about(rows, person, "assignment__mentor").filter(unwritten(kind, mentor), due_on__lte=silent_since)
    waits = ((mentee, SILENT_DAYS), (mentor, SILENT_DAYS))
    yield Source(kind, told, mentor, group="assignment_id", days_after=after, waits=waits[:1])
    administrator = Programme.objects.told() if person is None else person.pk
    if administrator is None:
        return
    rows = rows.filter(both, unwritten(kind, administrator), due_on__lte=silent_since - SILENT_DAYS * DAY)
    # Nobody is told by the programme about work that they have a part in.
    rows = rows.exclude(Q(**{mentee: administrator}) | Q(**{mentor: administrator}) | Q(**{sponsor: administrator}))
    if person is not None:
        rows = rows.filter(Exists(Programme.objects.telling().filter(escalate_to=person)))
    yield Source(kind, rows, administrator, group="assignment_id", days_after=after, waits=waits)


def moment(day: date, person: User) -> datetime:
    """The person's own hour on this day or their next working day."""
    return reminder_at(day, wishes.of_one(person).hours)


def sent_for(user: Any, kind: str, ids: Iterable[int]) -> dict[int, Notice]:
    """The reminders about these things that this person has got or is about to get, by thing."""
    rows = Notice.objects.inbox(user).filter(kind=kind, object_id__in=list(ids)).order_by("due_at", "id")
    return {notice.object_id: notice for notice in rows}
