"""The small cards below Today and in lists: how each piece of work stands, at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.templatetags.words import written

from .models import Assignment, Milestone, Status
from .open_work import Somebody, Work, open_work
from .signal_rows import Planned
from .signals import Reading, judgement, read, read_work
from .status_words import Standing, standing

CARDS = 12
FORTNIGHT = 14
BEHIND = 9


class Day(NamedTuple):
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
    assignment: Assignment | Work
    person: User | Somebody | None
    person_part: str
    standing: Standing
    next_milestone: Milestone | Planned | None
    days: tuple[Day, ...] = ()
    log_url: str = ""


def cards_for(user: User, work: Iterable[Work] | None = None) -> list[Card]:
    """A mentee's own open work first, then what they mentor; one query, and one for open work unless it is known."""
    work = open_work(user) if work is None else work
    me = user.pk
    own = [each for each in work if me in (each.mentee.pk, each.mentor.pk)][:CARDS]
    readings = read_work(own)
    return sorted([_card(each, readings[each.pk], user) for each in own], key=_pressing)


def _pressing(card: Card) -> tuple[bool, int]:
    """A mentee's own work first, then what needs somebody most."""
    order = ("attention", "watch", "waiting", "reviewing", "active", "on_track", "paused")
    return (card.person_part != _("Mentor"), order.index(card.standing.mark))


def cards(assignments: Sequence[Assignment], user: User) -> list[Card]:
    """A card for each, in the order given; mentee, mentor and sponsor should be loaded."""
    readings = read(assignments)
    return [_card(assignment, readings[assignment.pk], user) for assignment in assignments]


def _card(assignment: Assignment | Work, reading: Reading, user: User) -> Card:
    part = assignment.part_of(user)
    other = assignment.mentor if part == "mentee" else assignment.mentee
    return Card(
        title=assignment.title,
        url=link("assignments:detail", assignment.code),
        assignment=assignment,
        person=other,
        person_part=_("Mentor") if part == "mentee" else _("Mentee"),
        standing=standing(assignment, judgement(assignment, reading)),
        next_milestone=reading.next_milestone,
        log_url=link("assignments:evidence-log", assignment.code)
        if part == "mentee" and assignment.status == Status.ACTIVE
        else "",
        days=fortnight(assignment, reading, today(user.zone), mine=part != "sponsor"),
    )


def fortnight(assignment: Assignment | Work, reading: Reading, day: date, *, mine: bool) -> tuple[Day, ...]:
    """Nine days back and four ahead; check-ins are only for the two who hold them."""
    found = _marks(reading, day, mine=mine)
    plain = _plain_days(day, assignment.mentee.working_days, get_language())
    return tuple([_marked(each, *found[on]) if on in found else each for on, each in plain])


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


def _marked(day: Day, tone: str, icon: str, what: str) -> Day:
    return day._replace(words=f"{day.words}: {what}", tone=tone, icon=icon)


@lru_cache(maxsize=512)
def _plain_days(day: date, working_days: str, language: str | None) -> tuple[tuple[date, Day], ...]:
    """The days around this one as they are where nothing falls on them."""
    days = [day + timedelta(days=number - BEHIND) for number in range(FORTNIGHT)]
    return tuple([(on, _day(on, day, working_days)) for on in days])


def _day(on: date, day: date, working_days: str) -> Day:
    words = written(on, "D j M")
    if on == day:
        words = _("today, %(day)s") % {"day": words}
    return Day(written(on, "D")[:1], words, off=str(on.isoweekday()) not in working_days, today=on == day)
