"""Hours and cover on Today: the question to whoever answers for them, and their no; part of the short lines' query."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.people.models.person import first_name_of, name_of
from stretchhub.text import first_line
from stretchhub.waiting import NO_DAY, NOBODY, Waiting

from .models import ManagerAgreement, ManagerAnswer, Status


def hours_rows(user: User) -> tuple[QuerySet, ...]:
    return _hours(user), _hours_refused(user)


def _hours(user: User) -> QuerySet:
    """The question of a line manager, or of the mentor in their place, until it is answered."""
    mentee = "charter__assignment__mentee"
    return (
        ManagerAgreement.objects.filter(manager=user, answer=ManagerAnswer.ASKED)
        .exclude(charter__assignment__status=Status.CLOSED)
        .values(
            due=NO_DAY,
            what=Case(When(**{f"{mentee}__manager": user}, then=Value("hours")), default=Value("hours_instead")),
            thing=F("code"),
            words=NOBODY,
        )
        .annotate(
            about=Cast("hours_per_week", CharField()),
            inside=F("code"),
            who=F(f"{mentee}__full_name"),
            called=F(f"{mentee}__preferred_name"),
        )
    )


def _hours_refused(user: User) -> QuerySet:
    """A “not yet” or a no to hours and cover, for mentee and mentor until the charter says something else."""
    pair = Q(charter__assignment__mentee=user) | Q(charter__assignment__mentor=user)
    return (
        ManagerAgreement.objects.filter(pair, answer__in=[ManagerAnswer.NOT_YET, ManagerAnswer.DECLINED])
        .filter(charter__assignment__status__in=[Status.CHARTERING, Status.ACTIVE])
        # A mentor who answers in the place of a line manager knows what they said.
        .exclude(manager=user)
        .values(
            due=NO_DAY,
            what=Case(When(answer=ManagerAnswer.NOT_YET, then=Value("hours_not_yet")), default=Value("hours_declined")),
            thing=F("code"),
            words=F("charter__assignment__title"),
        )
        .annotate(
            about=Cast("reason", CharField()),
            inside=F("charter__assignment__code"),
            who=F("manager__full_name"),
            called=F("manager__preferred_name"),
        )
    )


def _hours_to_answer(row: dict[str, Any], day: date) -> Waiting:
    first = first_name_of(row["who"], row["called"])
    names = {"hours": floatformat(Decimal(row["about"])), "who": name_of(row["who"], row["called"]), "mentee": first}
    return Waiting(
        "hours_to_answer",
        _("Say whether you agree to %(hours)s hours a week for %(who)s") % names,
        _("%(mentee)s would like to take on a stretch assignment; it begins only once you agree.") % names
        if row["what"] == "hours"
        else _("The directory names no line manager for %(mentee)s, so the mentor answers.") % names,
        link("assignments:manager-agreement-own", row["thing"]),
        _("Answer"),
        in_place=True,
    )


def _hours_not_agreed(row: dict[str, Any], day: date) -> Waiting:
    words = {"who": name_of(row["who"], row["called"]), "title": row["words"], "reason": first_line(row["about"], 140)}
    return Waiting(
        "hours_refused",
        _("Find other hours or cover for “%(title)s”") % words,
        _("%(who)s says “not yet”: “%(reason)s”") % words
        if row["what"] == "hours_not_yet"
        else _("%(who)s says no: “%(reason)s”") % words,
        link("assignments:charter", row["inside"]) + "#acknowledgements",
        _("Open the charter"),
    )


HOURS_LINES = {
    "hours": _hours_to_answer,
    "hours_instead": _hours_to_answer,
    "hours_not_yet": _hours_not_agreed,
    "hours_declined": _hours_not_agreed,
}
