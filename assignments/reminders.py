"""Which reminders have fallen due, written once however many planners look and however late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q

from stretchhub.notices.models import Notice, State
from stretchhub.notices.outbox import draft
from stretchhub.people.models import User

from .cadence import REMIND_AT, next_working_day, slot_utc
from .messages import decision, learning, setback
from .messages.check_in import DUE
from .messages.intake import REVISIT
from .messages.milestone import OVERDUE
from .models import CheckIn, CheckInAnswer, Decision, Intake, LearningItem, Milestone, Setback, Status

BATCH = 1000
# No clock on earth is further from UTC than this.
AHEAD = timedelta(hours=14)
# The longest rhythm and a little: what is older was overtaken by a newer one.
WINDOW = timedelta(days=45)


@dataclass(frozen=True)
class Slot:
    """One reminder that has come due for one person; `local_date` is part of what makes it one."""

    kind: str
    thing: Model
    group: int
    recipient: User
    revision: int
    local_date: date
    due_at: datetime
    # The person has answered a later one already.
    overtaken: bool = False


def plan(now: datetime) -> Counter[str]:
    """Write a notice for everything that has come due by `now` and is not written yet.

    After an outage only the newest slot for each assignment and person is sent; those it
    overtook are written as stale, so that every slot is accounted for.
    """
    counts: Counter[str] = Counter()
    for slots in (
        _check_in_slots(now),
        _milestone_slots(now),
        _learning_slots(now),
        _revisit_slots(now),
        _decision_slots(now),
        _setback_slots(now),
    ):
        counts.update(write_slots(slots))
    return counts


def write_slots(slots: Iterable[Slot]) -> Counter[str]:
    """Write a notice for each slot that has none yet, in the order of their groups."""
    counts: Counter[str] = Counter()
    notices = _newest_first(slots)
    while batch := list(islice(notices, BATCH)):
        counts.update(_write(batch))
    return counts


def _write(notices: list[Notice]) -> Counter[str]:
    """Leave out what is there already, then let the unique key decide between planners."""
    keys = [notice.key for notice in notices]
    known = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [notice for notice in notices if notice.key not in known]
    Notice.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    return Counter(str(notice.state) for notice in fresh)


def _newest_first(slots: Iterable[Slot]) -> Iterator[Notice]:
    """The slots come group by group; the newest day of each group and person is sent."""
    for _group, members in groupby(slots, key=lambda slot: slot.group):
        newest: dict[int, date] = {}
        for slot in sorted(members, key=lambda slot: slot.local_date, reverse=True):
            last = newest.setdefault(slot.recipient.pk, slot.local_date)
            yield _notice(slot, stale=slot.overtaken or slot.local_date < last)


def _notice(slot: Slot, *, stale: bool) -> Notice:
    notice = draft(
        slot.kind,
        slot.thing,
        recipient=slot.recipient,
        revision=slot.revision,
        local_date=slot.local_date,
        due_at=slot.due_at,
    )
    if stale:
        notice.state = State.STALE
        notice.reason = "A newer one had come due before it was sent."
    return notice


def _check_in_slots(now: datetime) -> Iterator[Slot]:
    rows = (
        CheckIn.objects.filter(
            cancelled_at__isnull=True,
            assignment__status=Status.ACTIVE,
            due_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .annotate(
            mentee_answered=_answered_by("mentee"),
            mentor_answered=_answered_by("mentor"),
            mentee_went_on=_answered_later("mentee"),
            mentor_went_on=_answered_later("mentor"),
        )
        .exclude(mentee_answered=True, mentor_answered=True)
        .select_related("assignment__mentee", "assignment__mentor")
        .order_by("assignment_id", "due_on")
    )
    for check_in in rows.iterator(chunk_size=BATCH):
        assignment = check_in.assignment
        for person, answered, went_on in (
            (assignment.mentee, check_in.mentee_answered, check_in.mentee_went_on),
            (assignment.mentor, check_in.mentor_answered, check_in.mentor_went_on),
        ):
            due_at = moment(check_in.due_on, person)
            if person.is_active and not answered and due_at <= now:
                revision = check_in.rhythm_revision
                yield Slot(DUE, check_in, assignment.pk, person, revision, check_in.due_on, due_at, went_on)


def _answered_by(part: str) -> Exists:
    return Exists(CheckInAnswer.objects.filter(check_in=OuterRef("pk"), by=OuterRef(f"assignment__{part}")))


def _answered_later(part: str) -> Exists:
    return Exists(
        CheckInAnswer.objects.filter(
            check_in__assignment=OuterRef("assignment"),
            check_in__due_on__gt=OuterRef("due_on"),
            by=OuterRef(f"assignment__{part}"),
        )
    )


def _milestone_slots(now: datetime) -> Iterator[Slot]:
    rows = (
        Milestone.objects.open()
        .filter(
            assignment__status=Status.ACTIVE,
            assignment__mentee__is_active=True,
            due_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .select_related("assignment__mentee")
        .order_by("assignment_id", "due_on", "id")
    )
    for milestone in rows.iterator(chunk_size=BATCH):
        mentee = milestone.assignment.mentee
        due_at = moment(milestone.due_on + timedelta(days=1), mentee)
        if due_at <= now:
            yield Slot(OVERDUE, milestone, milestone.assignment_id, mentee, 0, milestone.due_on, due_at)


def _learning_slots(now: datetime) -> Iterator[Slot]:
    """Each item by itself, for the mentee; one written down after nine on its day needs no reminder any more."""
    rows = (
        LearningItem.objects.open()
        .filter(
            mentorship__ended_on__isnull=True,
            mentorship__mentee__is_active=True,
            due_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .select_related("mentorship__mentee")
        .order_by("id")
    )
    for item in rows.iterator(chunk_size=BATCH):
        mentee = item.mentorship.mentee
        due_at = moment(item.due_on, mentee)
        if item.created_at <= due_at <= now:
            yield Slot(learning.DUE, item, item.pk, mentee, 0, item.due_on, due_at)


def _revisit_slots(now: datetime) -> Iterator[Slot]:
    """The day to look at a conversation again, for both, unless a newer one was begun."""
    rows = (
        Intake.objects.latest_kept()
        .filter(
            mentorship__ended_on__isnull=True,
            revisit_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .select_related("mentorship__mentee", "mentorship__mentor")
        .order_by("mentorship_id")
    )
    for intake in rows.iterator(chunk_size=BATCH):
        for person in (intake.mentorship.mentee, intake.mentorship.mentor):
            due_at = moment(intake.revisit_on, person)
            if person.is_active and due_at <= now:
                revision = intake.revisit_revision
                yield Slot(REVISIT, intake, intake.mentorship_id, person, revision, intake.revisit_on, due_at)


def _decision_slots(now: datetime) -> Iterator[Slot]:
    """The day that was chosen to look back, for whoever wrote the decision down."""
    rows = (
        Decision.objects.to_look_back_at()
        .filter(
            Q(assignment__mentee=F("logged_by")) | Q(assignment__mentor=F("logged_by")),
            assignment__status__in=[Status.ACTIVE, Status.REVIEWING],
            logged_by__is_active=True,
            review_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .select_related("logged_by")
        .order_by("id")
    )
    for each in rows.iterator(chunk_size=BATCH):
        assert each.review_on is not None  # the range asks for it
        due_at = moment(each.review_on, each.logged_by)
        if due_at <= now:
            yield Slot(decision.LOOK_BACK, each, each.pk, each.logged_by, 0, each.review_on, due_at)


def _setback_slots(now: datetime) -> Iterator[Slot]:
    """A month after a setback, for its author."""
    rows = (
        Setback.objects.filter(
            later_at__isnull=True,
            assignment__status__in=[Status.ACTIVE, Status.REVIEWING],
            by__is_active=True,
            ask_again_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .select_related("by")
        .order_by("id")
    )
    for each in rows.iterator(chunk_size=BATCH):
        due_at = moment(each.ask_again_on, each.by)
        if due_at <= now:
            yield Slot(setback.ASK_AGAIN, each, each.pk, each.by, 0, each.ask_again_on, due_at)


def moment(day: date, person: User) -> datetime:
    """Nine o'clock where the person is, on this day or their next working day."""
    return slot_utc(next_working_day(day, person.working_days), REMIND_AT, person.zone)


def sent_for(user: Any, kind: str, ids: Iterable[int]) -> dict[int, Notice]:
    """The reminders about these things that this person has got or is about to get, by thing."""
    rows = Notice.objects.inbox(user).filter(kind=kind, object_id__in=list(ids)).order_by("due_at", "id")
    return {notice.object_id: notice for notice in rows}
