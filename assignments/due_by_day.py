"""What waits for a person because of its day: milestones, learning, conversations to look at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.waiting import Waiting

from .models import Intake, LearningItem, LearningKind, Milestone, Status

SOON = timedelta(days=3)


def due_by_day(user: User, day: date) -> Iterator[Waiting]:
    """What has come due or does within three days, by one query for all three."""
    milestones = (
        Milestone.objects.open()
        .filter(assignment__mentee=user, assignment__status=Status.ACTIVE)
        .values(due=F("due_on"), what=Value("milestone"), thing=F("code"), words=F("title"))
        .annotate(about=F("assignment__title"), inside=F("assignment__code"))
    )
    learning = (
        LearningItem.objects.open()
        .filter(mentorship__mentee=user, mentorship__ended_on__isnull=True)
        .values(due=F("due_on"), what=Value("learning"), thing=F("code"), words=F("title"))
        .annotate(about=F("kind"), inside=F("mentorship__code"))
    )
    revisits = (
        Intake.objects.latest_kept()
        .visible_to(user)
        .filter(mentorship__ended_on__isnull=True)
        .values(due=F("revisit_on"), what=Value("revisit"), thing=F("code"), words=_other_name(user))
        .annotate(about=Value(""), inside=F("mentorship__code"))
    )
    soon = [rows.filter(due__lte=day + SOON).order_by() for rows in (milestones, learning, revisits)]
    for row in soon[0].union(*soon[1:], all=True).order_by("due", "what", "words"):
        yield DUE_LINES[row["what"]](row, day)


def _other_name(user: User) -> Case:
    """The full name of the other one of the two."""
    mentor, mentee = F("mentorship__mentor__full_name"), F("mentorship__mentee__full_name")
    return Case(When(mentorship__mentee=user, then=mentor), default=mentee)


def _milestone(row: dict[str, Any], day: date) -> Waiting:
    late = row["due"] < day
    return Waiting(
        "milestone_overdue" if late else "milestone_soon",
        _("Finish “%(title)s”") % {"title": row["words"]},
        _("Its day has passed: finish it, or move it to a day that can hold.")
        if late
        else _("A milestone of “%(title)s”.") % {"title": row["about"]},
        reverse("assignments:detail", args=[row["inside"]]) + "#milestones",
        _("Mark as done"),
        due_on=row["due"],
        post_url=reverse("assignments:milestone-done", args=[row["thing"]]),
    )


def _learning(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "learning_due",
        _("Finish “%(title)s”") % {"title": row["words"]},
        _("%(kind)s in your learning plan: say in a sentence what it changed.")
        % {"kind": LearningKind(row["about"]).label},
        reverse("assignments:learning-done", args=[row["thing"]]),
        _("Say what it changed"),
        due_on=row["due"],
    )


def _revisit(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "intake_revisit",
        _("Talk again with %(who)s about where it is going") % {"who": row["words"]},
        _("You chose this day when you last talked; the next conversation begins with the last words."),
        reverse("assignments:intakes", args=[row["inside"]]),
        _("Open the conversation"),
        due_on=row["due"],
    )


DUE_LINES = {"milestone": _milestone, "learning": _learning, "revisit": _revisit}
