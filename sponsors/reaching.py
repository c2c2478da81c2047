"""How far the way to somebody has come: its five steps, and what waits because of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.cadence import working_days_after
from assignments.method import DEFAULT
from assignments.models import MethodSettings
from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.waiting import Waiting

from .models import Introduction, IntroductionState


@dataclass(frozen=True)
class Step:
    """One entry of the ledger: its name, whether it is done, when, and by whom or how."""

    label: str
    state: str
    at: datetime | date | None
    note: str


def ledger(introduction: Introduction | None) -> tuple[Step, ...]:
    """Drafted, introduction asked, introduced, replied, kickoff; each with its moment where there is one."""
    facts = _facts(introduction) if introduction else []
    last = max((n for n, (_state, at, _note) in enumerate(facts) if at), default=-1)
    steps = []
    for n, state in enumerate(IntroductionState):
        at, note = facts[n][1:] if facts else (None, "")
        mark = "done" if at else "passed" if n < last else "now" if n == last + 1 else "next"
        steps.append(Step(str(state.label), mark, at, note))
    return tuple(steps)


def _facts(one: Introduction) -> list[tuple[str, datetime | date | None, str]]:
    sent = _("sent from StretchHub") if one.sent_at else ""
    brief = _("with the brief") if one.request_id else ""
    introducer = one.introducer.name if one.introducer and one.asked_at else ""
    return [
        (IntroductionState.DRAFTED, one.drafted_at, ""),
        (IntroductionState.INTRO_ASKED, one.asked_at, introducer),
        (IntroductionState.INTRODUCED, one.introduced_at, ", ".join(filter(None, [sent, brief]))),
        (IntroductionState.REPLIED, one.answered_at, ""),
        (IntroductionState.KICKOFF, one.kickoff_on, ""),
    ]


def follow_up_from(introduction: Introduction, days: int) -> date | None:
    """From which day on a follow-up is suggested, so many working days later; None where nothing is waited for."""
    since = introduction.sent_at or introduction.introduced_at
    waits = introduction.state == IntroductionState.INTRODUCED and introduction.answered_at is None
    if since is None or not waits or introduction.followed_up_at or introduction.left_alone_at:
        return None
    mentee = introduction.candidate.option.mentorship.mentee
    day = timezone.localtime(since, mentee.zone).date()
    return working_days_after(day, days, mentee.working_days)


def introductions_waiting(user: Any) -> Iterator[Waiting]:
    """Introductions to make, and for a mentee who has not answered; one query, the method's days in it."""
    for introduction in _to_make_or_unanswered(user):
        if introduction.state == IntroductionState.INTRO_ASKED:
            yield _to_make(introduction)
            continue
        days = introduction.follow_up_days or DEFAULT.follow_up_days
        day = follow_up_from(introduction, days)
        if day is not None and day <= today(user.zone):
            yield _to_follow_up(introduction, days, day)


@compiled
def _to_make_or_unanswered(user: Any) -> QuerySet:
    to_make = Q(introducer=user, state=IntroductionState.INTRO_ASKED)
    unheard = Introduction.objects.unanswered().filter(
        candidate__option__mentorship__mentee=user, candidate__option__mentorship__ended_on__isnull=True
    )
    chosen = MethodSettings.objects.order_by("-version").values("values__follow_up_days")[:1]
    return (
        Introduction.objects.filter(to_make | Q(pk__in=unheard.values("pk")))
        .annotate(follow_up_days=Subquery(chosen))
        .select_related("candidate__person", "candidate__option__mentorship__mentee", "request")
        .order_by("pk")
    )


def _to_make(introduction: Introduction) -> Waiting:
    mentee = introduction.candidate.option.mentorship.mentee
    names = {"mentee": mentee.name, "person": introduction.candidate.person.name}
    return Waiting(
        "sponsors.introduce",
        _("Make this introduction: %(mentee)s to %(person)s") % names,
        _("%(mentee)s asks you to bring them together; the words are there.") % names,
        link("sponsors:introduce", introduction.code),
        _("I have introduced them"),
        post_url=link("sponsors:introduce-done", introduction.code),
        person=mentee,
    )


def _to_follow_up(introduction: Introduction, days: int, day: date) -> Waiting:
    names = {"person": introduction.candidate.person.name, "n": days}
    return Waiting(
        "sponsors.follow_up",
        _("No word from %(person)s yet") % names,
        _("%(n)s working days have passed. Ask once more, or leave it.") % names,
        link("sponsors:introduction", introduction.candidate.code) + "#follow-up",
        _("Send or leave"),
        due_on=day,
        person=introduction.candidate.person,
        in_place=True,
    )
