"""Which reminders there are: each day that somebody is to be told of, newest first for each assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from stretchhub.notices import planner, wishes
from stretchhub.notices.models import Notice
from stretchhub.notices.planner import BATCH, Slot, near, unwritten
from stretchhub.notices.timing import reminder_at
from stretchhub.people.models import User

from . import reminders_ahead
from .messages import decision, escalation, learning, setback
from .messages.check_in import DUE
from .messages.intake import REVISIT
from .messages.milestone import OVERDUE
from .models import CheckIn, CheckInAnswer, Decision, Intake, LearningItem, Milestone, Programme, Setback, Status

# So many working days without an answer, and the next person hears of it.
SILENT_DAYS = 2
DAY = timedelta(days=1)


def plan(now: datetime) -> Counter[str]:
    """Write a notice for everything that has come due by `now` and is not written yet.

    After an outage only the newest slot for each assignment and person is sent; those it
    overtook are written as stale, so that every slot is accounted for.
    """
    counts: Counter[str] = Counter()
    for source in sources(near(now)):
        counts.update(planner.write(source, now))
    return counts


def slots(days: tuple[date, date], *, person: User) -> Iterator[Slot]:
    """This person's, for days ahead."""
    mine = (slot for source in sources(days, person=person) for slot in source)
    return (slot for slot in mine if slot.recipient == person.pk)


def sources(days: tuple[date, date], *, person: User | None = None) -> Iterator[Iterable[Slot]]:
    yield check_ins(days, "mentee", person)
    yield check_ins(days, "mentor", person)
    yield milestones(days, person)
    yield learning_items(days, person)
    yield revisits(days, "mentee", person)
    yield revisits(days, "mentor", person)
    yield decisions(days, person)
    yield setbacks(days, person)
    yield silent_check_ins(days, person)
    yield late_milestones(days, person)
    yield from reminders_ahead.sources(days, person)


def check_ins(days: tuple[date, date], part: str, person: User | None = None) -> Iterator[Slot]:
    """One side's check-ins that they have not answered."""
    who = f"assignment__{part}_id"
    rows = (
        _about(_open_check_ins(days), person, f"assignment__{part}")
        .filter(~Exists(_answers(part)), unwritten(DUE, who, revision="rhythm_revision"))
        .annotate(went_on=Exists(_answers_later(part)))
        .order_by("assignment_id", "-due_on")
        .values_list("pk", "assignment_id", who, "rhythm_revision", "due_on", "went_on")
    )
    name = CheckIn._meta.label_lower
    for pk, assignment, recipient, revision, due_on, went_on in rows.iterator(chunk_size=BATCH):
        yield Slot(DUE, name, pk, assignment, recipient, revision, due_on, due_on, overtaken=went_on)


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


def milestones(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """Open ones, for the mentee on the day after."""
    rows = (
        _about(_open_milestones(days), person, "assignment__mentee")
        .filter(unwritten(OVERDUE, "assignment__mentee_id"))
        .order_by("assignment_id", "-due_on", "id")
        .values_list("pk", "assignment_id", "assignment__mentee_id", "due_on")
    )
    name = Milestone._meta.label_lower
    for pk, assignment, mentee, due_on in rows.iterator(chunk_size=BATCH):
        yield Slot(OVERDUE, name, pk, assignment, mentee, 0, due_on, due_on + DAY)


def _open_milestones(days: tuple[date, date]) -> QuerySet[Milestone]:
    return Milestone.objects.open().filter(assignment__status=Status.ACTIVE, due_on__range=days)


def learning_items(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """Each item by itself, for the mentee; one written down after its hour needs no reminder any more."""
    rows = (
        _about(LearningItem.objects.open(), person, "mentorship__mentee")
        .filter(unwritten(learning.DUE, "mentorship__mentee_id"), mentorship__ended_on__isnull=True, due_on__range=days)
        .order_by("id")
        .values_list("pk", "mentorship__mentee_id", "due_on", "created_at")
    )
    name = LearningItem._meta.label_lower
    for pk, mentee, due_on, created_at in rows.iterator(chunk_size=BATCH):
        yield Slot(learning.DUE, name, pk, pk, mentee, 0, due_on, due_on, not_before=created_at)


def revisits(days: tuple[date, date], part: str, person: User | None = None) -> Iterator[Slot]:
    """The day to look at a conversation again, unless a newer one was begun."""
    who = f"mentorship__{part}_id"
    rows = (
        _about(Intake.objects.latest_kept(), person, f"mentorship__{part}")
        .filter(
            unwritten(REVISIT, who, day="revisit_on", revision="revisit_revision"),
            mentorship__ended_on__isnull=True,
            revisit_on__range=days,
        )
        .order_by("mentorship_id")
        .values_list("pk", "mentorship_id", who, "revisit_revision", "revisit_on")
    )
    name = Intake._meta.label_lower
    for pk, mentorship, recipient, revision, day in rows.iterator(chunk_size=BATCH):
        yield Slot(REVISIT, name, pk, mentorship, recipient, revision, day, day)


def decisions(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """The day that was chosen to look back, for whoever wrote the decision down."""
    one_of_the_two = Q(assignment__mentee=F("logged_by")) | Q(assignment__mentor=F("logged_by"))
    rows = _about(Decision.objects.to_look_back_at(), person, "logged_by").filter(
        one_of_the_two,
        unwritten(decision.LOOK_BACK, "logged_by_id", day="review_on"),
        assignment__status__in=[Status.ACTIVE, Status.REVIEWING],
        review_on__range=days,
    )
    yield from _by_themselves(rows, decision.LOOK_BACK, "logged_by_id", "review_on")


def setbacks(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """A month after a setback, for its author."""
    rows = _about(Setback.objects.filter(later_at__isnull=True), person, "by").filter(
        unwritten(setback.ASK_AGAIN, "by_id", day="ask_again_on"),
        assignment__status__in=[Status.ACTIVE, Status.REVIEWING],
        ask_again_on__range=days,
    )
    yield from _by_themselves(rows, setback.ASK_AGAIN, "by_id", "ask_again_on")


def _by_themselves(rows: QuerySet[Any], kind: str, who: str, day: str) -> Iterator[Slot]:
    """Each for one person, none overtaking another."""
    name = rows.model._meta.label_lower
    for pk, recipient, on in rows.order_by("id").values_list("pk", who, day).iterator(chunk_size=BATCH):
        yield Slot(kind, name, pk, pk, recipient, 0, on, on)


def silent_check_ins(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
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


def late_milestones(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """A milestone still open two working days after the reminder: the mentor is told, then the programme."""
    yield from _silent(_open_milestones(days), escalation.MILESTONE, after=1, last=days[1], person=person, both=Q())


def _silent(rows: QuerySet[Any], kind: str, *, after: int, last: date, person: User | None, both: Q) -> Iterator[Slot]:
    """Reminded of so many days after it was due; what cannot be silent for long enough by the last day is not read."""
    silent_since = last - after * DAY - SILENT_DAYS * DAY
    ordered = rows.order_by("assignment_id", "-due_on", "id")
    parts = ("assignment__mentee_id", "assignment__mentor_id")
    parties = (*parts, "assignment__sponsor_id")
    name = rows.model._meta.label_lower
    told = _about(ordered, person, "assignment__mentor").filter(
        unwritten(kind, "assignment__mentor_id"), due_on__lte=silent_since
    )
    for pk, assignment, due_on, mentee, mentor in told.values_list("pk", "assignment_id", "due_on", *parts).iterator(
        chunk_size=BATCH
    ):
        waits = ((mentee, SILENT_DAYS),)
        yield Slot(kind, name, pk, assignment, mentor, 0, due_on, due_on + after * DAY, waits=waits)
    administrator = _administrator(person)
    if administrator is None:
        return
    for pk, assignment, due_on, mentee, mentor, sponsor in (
        ordered.filter(both, unwritten(kind, administrator), due_on__lte=silent_since - SILENT_DAYS * DAY)
        .values_list("pk", "assignment_id", "due_on", *parties)
        .iterator(chunk_size=BATCH)
    ):
        if administrator not in (mentee, mentor, sponsor):
            waits = ((mentee, SILENT_DAYS), (mentor, SILENT_DAYS))
            yield Slot(kind, name, pk, assignment, administrator, 0, due_on, due_on + after * DAY, waits=waits)


def _administrator(person: User | None) -> int | None:
    """Who is told when both are silent; nobody unless the programme says so."""
    chosen = Programme.objects.told()
    return chosen if person is None or chosen == person.pk else None


def moment(day: date, person: User) -> datetime:
    """The person's own hour on this day or their next working day."""
    return reminder_at(day, wishes.of_one(person).hours)


def sent_for(user: Any, kind: str, ids: Iterable[int]) -> dict[int, Notice]:
    """The reminders about these things that this person has got or is about to get, by thing."""
    rows = Notice.objects.inbox(user).filter(kind=kind, object_id__in=list(ids)).order_by("due_at", "id")
    return {notice.object_id: notice for notice in rows}
