"""What of feedback waits for a person on Today: a question to answer, an answer to close, a round to read.

Each is a part of the one query of the short lines, so its columns are theirs, in their order.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.people.models.person import name_of
from stretchhub.waiting import NO_DAY, NOBODY, Waiting

from .models import FeedbackRequest, FeedbackRound, FeedbackState


def feedback_rows(user: User, day: date) -> tuple[QuerySet, ...]:
    return _asked(user, day), _given(user), _published(user), _outside(user, day)


def _asked(user: User, day: date) -> QuerySet:
    """Questions of others to this person, in rounds that are open."""
    mentee = "round__assignment__mentee"
    return (
        FeedbackRequest.objects.visible_to(user)
        .filter(state=FeedbackState.ASKED, round__closed_at__isnull=True, round__closes_on__gte=day)
        .values(due=F("round__closes_on"), what=Value("feedback_asked"), thing=F("code"), words=F("round__about"))
        .annotate(about=NOBODY, inside=F("code"), who=F(f"{mentee}__full_name"), called=F(f"{mentee}__preferred_name"))
    )


def _given(user: User) -> QuerySet:
    """Answers by name that the mentee has not closed yet by what changed."""
    return (
        FeedbackRequest.objects.filter(round__assignment__mentee=user, round__confidential=False)
        .filter(state=FeedbackState.SUBMITTED, thanked_at__isnull=True, round__purged_at__isnull=True)
        .values(due=NO_DAY, what=Value("feedback_given"), thing=F("code"), words=F("round__about"))
        .annotate(
            about=NOBODY,
            inside=F("round__code"),
            who=Coalesce("giver__full_name", "giver_name"),
            called=Coalesce("giver__preferred_name", NOBODY),
        )
    )


def _published(user: User) -> QuerySet:
    """Confidential answers that can be read and are not closed yet."""
    return (
        FeedbackRound.objects.filter(assignment__mentee=user, confidential=True, publication__gt=0)
        .filter(thanked_at__isnull=True, purged_at__isnull=True)
        .values(due=NO_DAY, what=Value("feedback_published"), thing=F("code"), words=F("about"))
        # Under another name, because the round has a column of that one; in a union the place counts.
        .annotate(subject=NOBODY, inside=F("code"), who=NOBODY, called=NOBODY)
    )


def _outside(user: User, day: date) -> QuerySet:
    """Open confidential rounds with outsiders of whom this mentor has not said whether they know them."""
    mentee = "assignment__mentee"
    return (
        FeedbackRound.objects.open()
        .filter(Exists(FeedbackRequest.objects.unknown().filter(round=OuterRef("pk"))))
        .filter(assignment__mentor=user, closes_on__gte=day)
        .values(due=F("closes_on"), what=Value("feedback_outside"), thing=F("code"), words=F("about"))
        .annotate(
            subject=NOBODY, inside=F("code"), who=F(f"{mentee}__full_name"), called=F(f"{mentee}__preferred_name")
        )
    )


def _to_give(row: dict[str, Any], day: date) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "title": row["words"]}
    return Waiting(
        "feedback_asked",
        _("Give %(who)s feedback") % names,
        _("On “%(title)s”: three questions at most, about three minutes.") % names,
        link("assignments:feedback-own", row["thing"]),
        _("Answer"),
        due_on=row["due"],
        in_place=True,
    )


def _to_close(row: dict[str, Any], day: date) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "title": row["words"]}
    return Waiting(
        "feedback_given",
        _("Read what %(who)s said, and say what you changed") % names,
        _("Feedback on “%(title)s”; a sentence back closes it.") % names,
        link("assignments:feedback-thank", row["thing"]),
        _("Read and close"),
        in_place=True,
    )


def _to_read(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "feedback_published",
        _("Read the confidential feedback on “%(title)s”") % {"title": row["words"]},
        _("The round is closed. Say what you changed; everybody who was asked is told."),
        link("assignments:feedback-round", row["thing"]),
        _("Read and close"),
    )


def _to_vouch(row: dict[str, Any], day: date) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "title": row["words"]}
    return Waiting(
        "feedback_outside",
        _("Say whether you know whom %(who)s asks from outside") % names,
        _("On “%(title)s”, in confidence: whom nobody knows of does not count.") % names,
        link("assignments:feedback-round", row["thing"]),
        _("See who is asked"),
        due_on=row["due"],
    )


FEEDBACK_LINES = {
    "feedback_asked": _to_give,
    "feedback_given": _to_close,
    "feedback_published": _to_read,
    "feedback_outside": _to_vouch,
}
