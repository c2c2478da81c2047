"""What waits for a person in short lines: what has a day, and what somebody asks of them; all by one query."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from stretchhub.compiled import compiled
from stretchhub.linking import link
from stretchhub.notices.models import Snooze
from stretchhub.people.models import User
from stretchhub.people.models.person import first_name_of, name_of
from stretchhub.text import first_line
from stretchhub.waiting import NO_DAY, NOBODY, PUT_OFF, Waiting

from .brief_lines import BRIEF_LINES, brief_rows
from .check_in_lines import CHECK_IN_LINES, check_in_rows
from .feedback_lines import FEEDBACK_LINES, feedback_rows
from .hours_lines import HOURS_LINES, hours_rows
from .idle import standing_still
from .models import (
    Decision,
    EvidenceAsk,
    Intake,
    LearningItem,
    LearningKind,
    Mentorship,
    Milestone,
    RequestStatus,
    Setback,
    SponsorRequest,
    Status,
)
from .offer_lines import OFFER_LINES, offer_rows
from .scope_lines import SCOPE_LINES, scope_rows

SOON = timedelta(days=3)


def short_lines(user: User, day: date) -> Iterator[Waiting]:
    """What has come due or does within three days, what is asked of somebody, and what they have put off."""
    for row in _rows(user, day):
        yield LINES[row["what"]](row, day)


@compiled
def _rows(user: User, day: date) -> QuerySet:
    soon = [rows.filter(due__lte=day + SOON) for rows in (_milestones(user), _learning_items(user), _revisits(user))]
    come = [rows.filter(due__lte=day) for rows in (_decisions(user), _setbacks(user), _idle(user))]
    asked = (offer_rows(user), _requests(user), *hours_rows(user), _evidence_asks(user))
    asked = (*asked, *feedback_rows(user, day), scope_rows(user), _put_off(user, day))
    by_words = [each.order_by().annotate(number=Value(0)) for each in (*soon, *come, *asked)]
    by_age = [each.order_by().annotate(number=F("pk")) for each in (brief_rows(user), *check_in_rows(user, day))]
    return by_words[0].union(*by_words[1:], *by_age, all=True).order_by("due", "what", "number", "words")


def _milestones(user: User) -> QuerySet:
    return (
        Milestone.objects.open()
        .filter(assignment__mentee=user, assignment__status=Status.ACTIVE)
        .values(due=F("due_on"), what=Value("milestone"), thing=F("code"), words=F("title"))
        .annotate(about=F("assignment__title"), inside=F("assignment__code"), who=NOBODY, called=NOBODY)
    )


def _learning_items(user: User) -> QuerySet:
    return (
        LearningItem.objects.open()
        .filter(mentorship__mentee=user, mentorship__ended_on__isnull=True)
        .values(due=F("due_on"), what=Value("learning"), thing=F("code"), words=F("title"))
        .annotate(about=F("kind"), inside=F("mentorship__code"), who=NOBODY, called=NOBODY)
    )


def _revisits(user: User) -> QuerySet:
    return (
        Intake.objects.latest_kept()
        .visible_to(user)
        .filter(mentorship__ended_on__isnull=True)
        .values(due=F("revisit_on"), what=Value("revisit"), thing=F("code"), words=NOBODY)
        .annotate(
            about=NOBODY, inside=F("mentorship__code"), who=_other(user, "full"), called=_other(user, "preferred")
        )
    )


# While the work rests or is over, nobody is asked.
UNDER_WAY = {"assignment__status__in": [Status.ACTIVE, Status.REVIEWING]}


def _decisions(user: User) -> QuerySet:
    """Those to look back at, for whoever wrote them down."""
    pair = Q(assignment__mentee=user) | Q(assignment__mentor=user)
    return (
        Decision.objects.to_look_back_at()
        .filter(pair, logged_by=user, **UNDER_WAY)
        .values(due=F("review_on"), what=Value("look_back"), thing=F("code"), words=F("decision"))
        .annotate(about=F("assignment__title"), inside=F("assignment__code"), who=NOBODY, called=NOBODY)
    )


def _setbacks(user: User) -> QuerySet:
    """Those written down a month ago."""
    return (
        Setback.objects.filter(by=user, later_at__isnull=True, **UNDER_WAY)
        .values(due=F("ask_again_on"), what=Value("setback"), thing=F("code"), words=F("title"))
        .annotate(about=F("assignment__title"), inside=F("assignment__code"), who=NOBODY, called=NOBODY)
    )


def _idle(user: User) -> QuerySet:
    """Pipelines of this mentee that stand still."""
    return (
        standing_still(Mentorship.objects.filter(mentee=user))
        .values(due=F("due_on"), what=Value("pipeline_idle"), thing=F("code"), words=NOBODY)
        .annotate(about=NOBODY, inside=F("code"), who=NOBODY, called=NOBODY)
    )


def _other(user: User, which: str) -> Case:
    """A name of the other one of the two."""
    mentor, mentee = F(f"mentorship__mentor__{which}_name"), F(f"mentorship__mentee__{which}_name")
    return Case(When(mentorship__mentee=user, then=mentor), default=mentee)


def _requests(user: User) -> QuerySet:
    """Briefs this person was asked to sponsor, and running work they were asked to take over."""
    return (
        SponsorRequest.objects.filter(sponsor=user, status=RequestStatus.ASKED)
        .values(
            due=NO_DAY,
            what=Case(When(assignment__isnull=True, then=Value("request")), default=Value("hand_over")),
            thing=F("code"),
            words=F("version__brief__option__title"),
        )
        .annotate(about=NOBODY, inside=F("code"), who=F("asked_by__full_name"), called=F("asked_by__preferred_name"))
    )


def _evidence_asks(user: User) -> QuerySet:
    """Gaps in what is covered by evidence that the other one of the two asks this person to fill."""
    return (
        EvidenceAsk.objects.open()
        .filter(asked_of=user, assignment__status__in=[Status.ACTIVE, Status.REVIEWING])
        .values(due=NO_DAY, what=Value("evidence_ask"), thing=F("code"), words=F("competency__name"))
        .annotate(
            about=F("assignment__title"),
            inside=F("code"),
            who=F("asked_by__full_name"),
            called=F("asked_by__preferred_name"),
        )
    )


def _put_off(user: User, day: date) -> QuerySet:
    """What this person wants to see later; whoever gathers the lines leaves those out."""
    return (
        Snooze.objects.filter(user=user, until_on__gt=day)
        .values(due=F("until_on"), what=Value(PUT_OFF), thing=F("user__code"), words=F("subject"))
        .annotate(about=NOBODY, inside=F("user__code"), who=NOBODY, called=NOBODY)
    )


def _until(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(PUT_OFF, row["words"], "", "", "", due_on=row["due"])


def _milestone(row: dict[str, Any], day: date) -> Waiting:
    late = row["due"] < day
    return Waiting(
        "milestone_overdue" if late else "milestone_soon",
        _("Finish “%(title)s”") % {"title": row["words"]},
        _("Its day has passed: finish it, or move it to a day that can hold.")
        if late
        else _("A milestone of “%(title)s”.") % {"title": row["about"]},
        link("assignments:detail", row["inside"]) + "#milestones",
        _("Mark as done"),
        due_on=row["due"],
        post_url=link("assignments:milestone-done", row["thing"]),
    )


def _standing(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "pipeline_idle",
        _("Say what you would like next"),
        _("Nothing runs, and no option has changed for a while. “Not now” is an answer, too."),
        link("assignments:idle", row["thing"]),
        _("Answer"),
    )


def _learning(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "learning_due",
        _("Finish “%(title)s”") % {"title": row["words"]},
        _("%(kind)s in your learning plan: say in a sentence what it changed.")
        % {"kind": LearningKind(row["about"]).label},
        link("assignments:learning-done", row["thing"]),
        _("Say what it changed"),
        due_on=row["due"],
        in_place=True,
    )


def _revisit(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "intake_revisit",
        _("Talk again with %(who)s about where it is going") % {"who": name_of(row["who"], row["called"])},
        _("You chose this day when you last talked; the next conversation begins with the last words."),
        link("assignments:intakes", row["inside"]),
        _("Open the conversation"),
        due_on=row["due"],
    )


def _look_back(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "decision_look_back",
        _("Say what came of “%(decision)s”") % {"decision": first_line(row["words"], 90)},
        _("You chose this day when it was decided, in “%(title)s”.") % {"title": row["about"]},
        link("assignments:decision-look-back", row["thing"]),
        _("Look back"),
        due_on=row["due"],
        in_place=True,
    )


def _setback(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "setback_again",
        _("“%(title)s”: did the change hold?") % {"title": row["words"]},
        _("A month after the setback in “%(title)s”, one sentence is enough.") % {"title": row["about"]},
        link("assignments:setback-later", row["thing"]),
        _("Look again"),
        due_on=row["due"],
        in_place=True,
    )


def _request(row: dict[str, Any], day: date) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "title": row["words"]}
    return Waiting(
        "sponsor_asked",
        _("Decide whether to sponsor “%(title)s”") % names,
        _("%(who)s asks you; the brief is one page.") % names,
        link("assignments:sponsor-request", row["thing"]),
        _("Read and answer"),
    )


def _hand_over(row: dict[str, Any], day: date) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "title": row["words"]}
    return Waiting(
        "hand_over_asked",
        _("Decide whether to take over as sponsor of “%(title)s”") % names,
        _("%(who)s asks you; the work is under way, and the hand-over is one page.") % names,
        link("sponsors:hand-over", row["thing"]),
        _("Read and answer"),
    )


def _evidence_asked(row: dict[str, Any], day: date) -> Waiting:
    words = {"who": first_name_of(row["who"], row["called"]), "title": row["about"], "competency": row["words"]}
    return Waiting(
        "evidence_asked",
        _("Show what you know of “%(competency)s”") % words,
        _("%(who)s asks for evidence that is missing in “%(title)s”.") % words,
        link("assignments:evidence-ask", row["thing"]),
        _("See what is missing"),
        in_place=True,
    )


LINES = {
    "pipeline_idle": _standing,
    PUT_OFF: _until,
    "evidence_ask": _evidence_asked,
    "milestone": _milestone,
    "learning": _learning,
    "revisit": _revisit,
    "look_back": _look_back,
    "setback": _setback,
    "request": _request,
    "hand_over": _hand_over,
    **BRIEF_LINES,
    **CHECK_IN_LINES,
    **FEEDBACK_LINES,
    **HOURS_LINES,
    **OFFER_LINES,
    **SCOPE_LINES,
}
