"""Check-ins on Today: what is due to answer, and what the other side wrote to acknowledge.

Parts of the one query of the short lines, so their columns are theirs, in their order.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from stretchhub import plain
from stretchhub.linking import link
from stretchhub.notices.models import Notice, State
from stretchhub.people.models import User
from stretchhub.people.models.person import first_name_of
from stretchhub.templatetags.words import moment
from stretchhub.waiting import Waiting

from .messages.check_in import DUE
from .models import CheckIn, CheckInAnswer, Status


def check_in_rows(user: User, day: date) -> tuple[QuerySet, ...]:
    return _to_answer(user, day), _to_acknowledge(user)


def _to_answer(user: User, day: date) -> QuerySet:
    """Only the newest of each assignment that has come due: what it overtook is over. With when they were reminded."""
    newer = CheckIn.objects.filter(
        assignment=OuterRef("assignment"),
        cancelled_at__isnull=True,
        due_on__gt=OuterRef("due_on"),
        due_on__lte=day,
    )
    answered = CheckInAnswer.objects.filter(check_in=OuterRef("pk"), by=user)
    reminded = Notice.objects.filter(recipient=user, kind=DUE, object_id=OuterRef("pk"), state=State.SENT)
    at = plain.Plain(Subquery(reminded.values("sent_at")[:1]))
    return (
        _with_other(user)
        .filter(
            ~Exists(newer),
            ~Exists(answered),
            assignment__status=Status.ACTIVE,
            cancelled_at__isnull=True,
            due_on__lte=day,
        )
        .values(due=F("due_on"), what=Value("check_in_due"), thing=F("code"), words=F("assignment__title"))
        .annotate(
            about=Coalesce(at, Value(""), output_field=TextField()),
            inside=F("code"),
            who=_other("full"),
            called=_other("preferred"),
        )
    )


def _to_acknowledge(user: User) -> QuerySet:
    """Of each check-in what another wrote; its day says which comes first."""
    theirs = CheckInAnswer.objects.filter(check_in=OuterRef("pk"), acknowledged_by__isnull=True).exclude(by=user)
    return (
        _with_other(user)
        .exclude(assignment__status=Status.CLOSED)
        .annotate(theirs=Subquery(theirs.values("code")[:1]))
        .filter(theirs__isnull=False)
        .values(
            due=F("due_on"),
            what=Value("answer_to_acknowledge"),
            thing=F("code"),
            words=Subquery(theirs.values("moved")[:1]),
        )
        .annotate(
            about=F("assignment__title"),
            inside=F("theirs"),
            who=_other("full"),
            called=_other("preferred"),
        )
    )


def _with_other(user: User) -> QuerySet:
    """What this person sees of check-ins, with the key of the other one of the two."""
    mentor, mentee = F("assignment__mentor_id"), F("assignment__mentee_id")
    other = Case(When(assignment__mentee=user, then=mentor), default=mentee)
    return CheckIn.objects.visible_to(user).annotate(other_id=other)


def _other(which: str) -> Subquery:
    """A name of the other one of the two, looked up by their key for each row: for a join all people would be read."""
    return Subquery(User.objects.filter(pk=OuterRef("other_id")).order_by().values(f"{which}_name")[:1])


def _due(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "check_in_due",
        _("Check in with %(who)s") % {"who": first_name_of(row["who"], row["called"])},
        _reminded(row["words"], row["about"]),
        link("assignments:check-in", row["thing"]),
        _("Answer"),
        due_on=row["due"],
        in_place=True,
    )


def _reminded(title: str, at: str) -> str:
    if not at:
        return title
    return _("%(title)s · reminder sent %(moment)s") % {"title": title, "moment": moment(plain.moment(at))}


def _written(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "answer_to_acknowledge",
        _("Read what %(who)s wrote for the check-in") % {"who": first_name_of(row["who"], row["called"])},
        f"{row['about']}: “{_start_of(row['words'])}”",
        link("assignments:check-in", row["thing"]),
        _("Acknowledge"),
        post_url=link("assignments:check-in-acknowledge", row["inside"]),
    )


def _start_of(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 140 else line[:140].rsplit(" ", 1)[0] + "…"


CHECK_IN_LINES = {"check_in_due": _due, "answer_to_acknowledge": _written}
