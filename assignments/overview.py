"""The small cards below Today and in lists: how each piece of work stands, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.people.models import User
from stretchhub.templatetags.words import written

from .models import Assignment, Milestone, Status
from .signals import Reading, judgement, read
from .status_words import Standing, standing

CARDS = 12
FORTNIGHT = 14
BEHIND = 9


@dataclass(frozen=True)
class Day:
    """One day of the strip: a letter to see, words to hear, and a mark where something falls on it."""

    letter: str
    words: str
    off: bool = False
    today: bool = False
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Card:
    """One assignment: whose it is, how it stands, what comes next, and the days around today."""

    title: str
    url: str
    assignment: Assignment
    person: User | None
    person_part: str
    standing: Standing
    next_milestone: Milestone | None
    days: tuple[Day, ...] = ()
    log_url: str = ""


def cards_for(user: User) -> list[Card]:
    """The work that is open: a mentee's own first, then what they mentor; three queries."""
    return sorted(cards(_open_work(user), user), key=_pressing)


@compiled
def _open_work(user: User) -> QuerySet:
    return (
        Assignment.objects.filter(Q(mentee=user) | Q(mentor=user))
        .exclude(status=Status.CLOSED)
        .select_related("mentee", "mentor", "sponsor", "charter")
        .order_by("-created_at", "-pk")[:CARDS]
    )


def _pressing(card: Card) -> tuple[bool, int]:
    """A mentee's own work first, then what needs somebody most."""
    order = ("attention", "watch", "waiting", "reviewing", "active", "on_track", "paused")
    return (card.person_part != _("Mentor"), order.index(card.standing.mark))


def cards(assignments: Sequence[Assignment], user: User) -> list[Card]:
    """A card for each, in the order given; mentee, mentor and sponsor should be loaded."""
    readings = read(assignments)
    return [_card(assignment, readings[assignment.pk], user) for assignment in assignments]


def _card(assignment: Assignment, reading: Reading, user: User) -> Card:
    part = assignment.part_of(user)
    other = assignment.mentor if part == "mentee" else assignment.mentee
    return Card(
        title=assignment.title,
        url=reverse("assignments:detail", args=[assignment.code]),
        assignment=assignment,
        person=other,
        person_part=_("Mentor") if part == "mentee" else _("Mentee"),
        standing=standing(assignment, judgement(assignment, reading)),
        next_milestone=reading.next_milestone,
        log_url=reverse("assignments:evidence-log", args=[assignment.code])
        if part == "mentee" and assignment.status == Status.ACTIVE
        else "",
        days=fortnight(assignment, reading, today(user.zone), mine=part != "sponsor"),
    )


def fortnight(assignment: Assignment, reading: Reading, day: date, *, mine: bool) -> tuple[Day, ...]:
    """Nine days back and four ahead; check-ins are only for the two who hold them."""
    found = _marks(reading, day, mine=mine)
    first = day - timedelta(days=BEHIND)
    return tuple(
        _day(first + timedelta(days=number), day, assignment.mentee.working_days, found) for number in range(FORTNIGHT)
    )


def _marks(reading: Reading, day: date, *, mine: bool) -> dict[date, tuple[str, str, str]]:
    """Tone, icon and words by day; a later line overrides an earlier one on the same day."""
    found: dict[date, tuple[str, str, str]] = {}
    if mine:
        found |= {on: ("info", "document-text", _("evidence")) for on in reading.evidence_days}
        for kept in reading.check_ins:
            if kept.sides == 2:
                found[kept.due_on] = ("growth", "chat-bubble-left-right", _("check-in kept"))
            else:
                words = _("check-in planned") if kept.due_on > day else _("check-in open")
                tone = "accent" if kept.due_on >= day else "caution"
                found[kept.due_on] = (tone, "chat-bubble-left-right", words)
    for milestone in reading.milestones:
        if milestone.done_at is not None:
            found[milestone.due_on] = ("growth", "flag", _("milestone done: %s") % milestone.title)
        else:
            tone = "alarm" if milestone.due_on < day else "accent"
            found[milestone.due_on] = (tone, "flag", _("milestone due: %s") % milestone.title)
    return found


def _day(on: date, day: date, working_days: str, found: dict[date, tuple[str, str, str]]) -> Day:
    tone, icon, what = found.get(on, ("", "", ""))
    words = written(on, "D j M")
    if on == day:
        words = _("today, %(day)s") % {"day": words}
    return Day(
        letter=written(on, "D")[:1],
        words=f"{words}: {what}" if what else words,
        off=str(on.isoweekday()) not in working_days,
        today=on == day,
        tone=tone,
        icon=icon,
    )
