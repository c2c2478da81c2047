"""How far the way to somebody has come: its five steps, and what waits because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    DateTimeField,
    F,
    IntegerField,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.cadence import working_days_after
from assignments.method import DEFAULT
from assignments.models import MethodSettings
from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.people.models.person import name_of
from stretchhub.waiting import NO_DAY, Waiting

from .models import Introduction, IntroductionState

# What stands in a column of `sponsors.waiting` where a kind of line has no such thing.
NO_MOMENT = Cast(Value(None), DateTimeField())
NO_NUMBER = Cast(Value(None), IntegerField())
NO_WORDS = Value("", output_field=TextField())


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
    return _day_after(since, days, introduction.candidate.option.mentorship.mentee)


def _day_after(since: datetime, days: int, mentee: Any) -> date:
    """So many of the mentee's working days later."""
    return working_days_after(timezone.localtime(since, mentee.zone).date(), days, mentee.working_days)


def introductions_to_make(user: Any) -> QuerySet:
    """Those that this person is asked to make: who asks for it, and as `words` and `titled` to whom they lead.

    The columns are those of `sponsors.waiting`.
    """
    return (
        Introduction.objects.to_be_made_by(user)
        .values(thing=F("code"), what=Value("introduce"), due=NO_DAY, words=F("candidate__person__preferred_name"))
        .annotate(
            titled=F("candidate__person__full_name"),
            who=F("candidate__option__mentorship__mentee__full_name"),
            called=F("candidate__option__mentorship__mentee__preferred_name"),
            number=F("pk"),
            since=NO_MOMENT,
            days=NO_NUMBER,
        )
    )


def introductions_unanswered(user: Any) -> QuerySet:
    """Those that this mentee has heard nothing of: of whom, since when, and how many working days the method waits."""
    chosen = MethodSettings.objects.order_by("-version").annotate(
        days=Cast(KeyTextTransform("follow_up_days", "values"), IntegerField())
    )
    return (
        Introduction.objects.unanswered()
        .filter(
            candidate__option__mentorship__mentee=user,
            candidate__option__mentorship__ended_on__isnull=True,
            replied_at__isnull=True,
        )
        .values(thing=F("candidate__code"), what=Value("follow_up"), due=NO_DAY, words=NO_WORDS)
        .annotate(
            titled=NO_WORDS,
            who=F("candidate__person__full_name"),
            called=F("candidate__person__preferred_name"),
            number=F("pk"),
            since=Coalesce("sent_at", "introduced_at"),
            days=Subquery(chosen.values("days")[:1]),
        )
    )


def to_introduce(row: dict[str, Any], user: Any) -> Waiting:
    names = {"mentee": name_of(row["who"], row["called"]), "person": name_of(row["titled"], row["words"])}
    return Waiting(
        "sponsors.introduce",
        _("Make this introduction: %(mentee)s to %(person)s") % names,
        _("%(mentee)s asks you to bring them together; the words are there.") % names,
        link("sponsors:introduce", row["thing"]),
        _("I have introduced them"),
        post_url=link("sponsors:introduce-done", row["thing"]),
    )


def to_follow_up(row: dict[str, Any], user: Any) -> Waiting | None:
    """Nothing before its day has come for this mentee."""
    days = row["days"] or DEFAULT.follow_up_days
    day = _day_after(row["since"], days, user)
    if day > today(user.zone):
        return None
    names = {"person": name_of(row["who"], row["called"]), "n": days}
    return Waiting(
        "sponsors.follow_up",
        _("No word from %(person)s yet") % names,
        _("%(n)s working days have passed. Ask once more, or leave it.") % names,
        link("sponsors:introduction", row["thing"]) + "#follow-up",
        _("Send or leave"),
        due_on=day,
        in_place=True,
    )
