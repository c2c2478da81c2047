"""Reminders some days before a day, for those who asked for them; each thing by itself, once for each of its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from stretchhub.notices import ahead
from stretchhub.notices.models.preference import MOST_DAYS_BEFORE
from stretchhub.notices.planner import WINDOW, unwritten
from stretchhub.notices.sources import DAY, Source
from stretchhub.notices.topics import Topic
from stretchhub.people.models import User

from .messages.ahead import CHECK_IN, LEARNING, MILESTONE
from .models import CheckIn, CheckInAnswer, LearningItem, Milestone, Status

# A day on which nobody works is told of on the working day before it: hardly ever are so many off in a row.
OFF = timedelta(days=14)


def sources(days: tuple[date, date], person: User | None = None) -> Iterator[Source]:
    """Nothing but one question where nobody wants to be told before; of one person, none."""
    longest = ahead.longest() if person is None else dict.fromkeys((Topic.CHECK_INS, Topic.PLAN), MOST_DAYS_BEFORE)
    # Days that are over need no reminder before them; somewhere on earth yesterday is still today.
    since = days[0] + WINDOW - DAY
    if most := longest.get(Topic.CHECK_INS):
        due = (since, days[1] + most * DAY + OFF)
        yield check_ins(due, "mentee", person)
        yield check_ins(due, "mentor", person)
    if most := longest.get(Topic.PLAN):
        due = (since, days[1] + most * DAY + OFF)
        yield milestones(due, person)
        yield learning_items(due, person)


def check_ins(due: tuple[date, date], part: str, person: User | None) -> Source:
    """One side's, as long as that side has not answered."""
    who = f"assignment__{part}"
    said = CheckInAnswer.objects.filter(check_in=OuterRef("pk"), by=OuterRef(who))
    rows = CheckIn.objects.filter(
        ~Exists(said),
        unwritten(CHECK_IN, f"{who}_id", revision="rhythm_revision"),
        cancelled_at__isnull=True,
        assignment__status=Status.ACTIVE,
    )
    return _source(rows, CHECK_IN, Topic.CHECK_INS, who, due, person, revision="rhythm_revision")


def milestones(due: tuple[date, date], person: User | None) -> Source:
    """Open ones, for the mentee."""
    who = "assignment__mentee"
    rows = Milestone.objects.open().filter(unwritten(MILESTONE, f"{who}_id"), assignment__status=Status.ACTIVE)
    return _source(rows, MILESTONE, Topic.PLAN, who, due, person)


def learning_items(due: tuple[date, date], person: User | None) -> Source:
    """Open ones, for the mentee."""
    who = "mentorship__mentee"
    rows = LearningItem.objects.open().filter(unwritten(LEARNING, f"{who}_id"), mentorship__ended_on__isnull=True)
    return _source(rows, LEARNING, Topic.PLAN, who, due, person)


def _source(
    rows: QuerySet[Any],
    kind: str,
    topic: str,
    who: str,
    due: tuple[date, date],
    person: User | None,
    *,
    revision: str = "",
) -> Source:
    mine = Q() if person is None else Q(**{who: person})
    rows = ahead.of_those_who_want(rows.filter(mine, due_on__range=due), topic, who)
    return Source(kind, rows, f"{who}_id", revision=revision, days_before="days_before")
