"""What waits for a person here, each line with its reason, its day and its one action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.notices.models import Notice, State
from stretchhub.people.models import User
from stretchhub.templatetags.words import moment
from stretchhub.waiting import Waiting

from .messages.check_in import DUE
from .models import (
    BriefStatus,
    BriefVersion,
    CheckIn,
    CheckInAnswer,
    RequestStatus,
    SponsorRequest,
    Stage,
    Status,
)
from .models.option import OPEN
from .open_work import Work, open_work
from .short_lines import short_lines

EVIDENCE_DAYS = 21


def waiting_for(user: User, work: Iterable[Work] | None = None) -> list[Waiting]:
    """What is written, agreed or logged, has a day, is asked of somebody, or stands still.

    Three queries, and one for their open work unless it is handed in.
    """
    work = open_work(user) if work is None else work
    day = today(user.zone)
    return [
        *_briefs(user),
        *_charters_and_evidence(user, work, day),
        *_check_ins(user, day),
        *short_lines(user, day),
    ]


def _briefs(user: User) -> Iterator[Waiting]:
    for version in _versions(user):
        yield _brief(version)


@compiled
def _versions(user: User) -> QuerySet:
    """Briefs that wait for a word of the mentor, for another version, or to be sent to somebody."""
    newer = BriefVersion.objects.filter(brief=OuterRef("brief"), number__gt=OuterRef("number"))
    asked = SponsorRequest.objects.filter(
        version=OuterRef("pk"), status__in=[RequestStatus.ASKED, RequestStatus.ACCEPTED]
    )
    mentee = Q(brief__option__mentorship__mentee=user)
    return (
        BriefVersion.objects.filter(
            Q(status=BriefStatus.SUBMITTED, brief__option__mentorship__mentor=user)
            | mentee & Q(status=BriefStatus.CHANGES_REQUESTED) & ~Exists(newer)
            | mentee & Q(status=BriefStatus.ENDORSED) & ~Exists(asked) & Q(brief__option__assignment=None),
            brief__option__mentorship__ended_on__isnull=True,
            brief__option__stage__in=[*OPEN, Stage.ACTIVE],
        )
        .select_related("brief__option__mentorship__mentee", "brief__option__mentorship__mentor")
        .order_by("pk")
    )


def _brief(version: BriefVersion) -> Waiting:
    option = version.brief.option
    mentorship = option.mentorship
    url = link("assignments:brief", version.brief.code)
    names = {"title": option.title, "mentee": mentorship.mentee.first_name, "mentor": mentorship.mentor.first_name}
    if version.status == BriefStatus.SUBMITTED:
        return Waiting(
            "brief_submitted",
            _("Say whether you stand behind “%(title)s”") % names,
            _("%(mentee)s handed in the brief and cannot go on without you.") % names,
            url,
            _("Read the brief"),
            person=mentorship.mentee,
        )
    if version.status == BriefStatus.CHANGES_REQUESTED:
        return Waiting(
            "brief_changes",
            _("Write the next version of “%(title)s”") % names,
            _("%(mentor)s asked for changes.") % names,
            url,
            _("See what to change"),
            person=mentorship.mentor,
        )
    return Waiting(
        "brief_endorsed",
        _("Ask a sponsor for “%(title)s”") % names,
        _("%(mentor)s stands behind the brief; now somebody has to want the result.") % names,
        link("assignments:sponsor-ask", version.brief.code),
        _("Ask a sponsor"),
        person=mentorship.mentor,
    )


def _charters_and_evidence(user: User, work: Iterable[Work], day: date) -> Iterator[Waiting]:
    """What is to be agreed of their work and what to be logged, the oldest first."""
    begun = [each for each in work if each.status in (Status.CHARTERING, Status.ACTIVE)]
    for each in sorted(begun, key=lambda each: each.pk):
        yield from _charter(each, user)
        yield from _evidence(each, user, day)


def _charter(assignment: Work, user: User) -> Iterator[Waiting]:
    title = {"title": assignment.title}
    if assignment.rhythm is None:
        if assignment.status == Status.CHARTERING and assignment.part_of(user) != "sponsor":
            yield Waiting(
                "charter_to_write",
                _("Write the charter of “%(title)s”") % title,
                _("The sponsor said yes. A page of agreements, and it can begin."),
                link("assignments:charter-edit", assignment.code),
                _("Write the charter"),
            )
    elif not assignment.agreed:
        running = assignment.status == Status.ACTIVE
        yield Waiting(
            "charter_to_acknowledge",
            _("Acknowledge the charter of “%(title)s”") % title,
            _("It has changed; the work goes on meanwhile.") if running else _("It begins when all three have agreed."),
            link("assignments:charter", assignment.code),
            _("Read and acknowledge"),
        )


def _evidence(assignment: Work, user: User, day: date) -> Iterator[Waiting]:
    if assignment.mentee.pk != user.pk or assignment.status != Status.ACTIVE:
        return
    known = (assignment.starts_on, assignment.resumed_on, assignment.evidence_on)
    since = max((d for d in known if d), default=day)
    if (day - since).days > EVIDENCE_DAYS:
        yield Waiting(
            "evidence_missing",
            _("Log what shows progress in “%(title)s”") % {"title": assignment.title},
            ngettext("Nothing was logged for %(n)s day.", "Nothing was logged for %(n)s days.", (day - since).days)
            % {"n": (day - since).days},
            link("assignments:evidence-log", assignment.code),
            _("Log evidence"),
        )


def _check_ins(user: User, day: date) -> Iterator[Waiting]:
    """What is due to answer, and what the other side wrote to acknowledge; one query for both."""
    for check_in in _to_answer_or_read(user, day):
        assignment = check_in.assignment
        other = assignment.mentor if assignment.mentee_id == user.pk else assignment.mentee
        if check_in.is_due:
            yield _due(check_in, other)
        if check_in.theirs_code:
            yield _to_acknowledge(check_in, other)


@compiled
def _to_answer_or_read(user: User, day: date) -> QuerySet:
    """Only the newest of each assignment that has come due is asked for: what it overtook is over."""
    answers = CheckInAnswer.objects.filter(check_in=OuterRef("pk"))
    theirs = answers.exclude(by=user).filter(acknowledged_by__isnull=True)
    newer = CheckIn.objects.filter(
        assignment=OuterRef("assignment"),
        cancelled_at__isnull=True,
        due_on__gt=OuterRef("due_on"),
        due_on__lte=day,
    )
    reminded = Notice.objects.filter(recipient=user, kind=DUE, object_id=OuterRef("pk"), state=State.SENT)
    to_answer = Q(
        ~Exists(newer),
        ~Exists(answers.filter(by=user)),
        assignment__status=Status.ACTIVE,
        cancelled_at__isnull=True,
        due_on__lte=day,
    )
    return (
        CheckIn.objects.visible_to(user)
        .exclude(assignment__status=Status.CLOSED)
        .annotate(
            is_due=Case(When(to_answer, then=True), default=False, output_field=BooleanField()),
            theirs_code=Subquery(theirs.values("code")[:1]),
            theirs_moved=Subquery(theirs.values("moved")[:1]),
            reminded_at=Subquery(reminded.values("sent_at")[:1]),
        )
        .filter(Q(is_due=True) | Q(theirs_code__isnull=False))
        .select_related("assignment__mentee", "assignment__mentor")
        .order_by("due_on", "pk")
    )


def _due(check_in: Any, other: User) -> Waiting:
    return Waiting(
        "check_in_due",
        _("Check in with %(who)s") % {"who": other.first_name},
        _reminded(check_in.assignment.title, check_in.reminded_at),
        link("assignments:check-in", check_in.code),
        _("Answer"),
        due_on=check_in.due_on,
        person=other,
        in_place=True,
    )


def _reminded(title: str, at: Any) -> str:
    if at is None:
        return title
    return _("%(title)s · reminder sent %(moment)s") % {"title": title, "moment": moment(at)}


def _to_acknowledge(check_in: Any, other: User) -> Waiting:
    return Waiting(
        "answer_to_acknowledge",
        _("Read what %(who)s wrote for the check-in") % {"who": other.first_name},
        f"{check_in.assignment.title}: “{_start_of(check_in.theirs_moved)}”",
        link("assignments:check-in", check_in.code),
        _("Acknowledge"),
        post_url=link("assignments:check-in-acknowledge", check_in.theirs_code),
        person=other,
    )


def _start_of(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 140 else line[:140].rsplit(" ", 1)[0] + "…"
