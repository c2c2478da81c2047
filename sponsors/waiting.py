"""What waits for a sponsor, and for those whose sponsor needs attention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, RequestStatus, SponsorRequest, Status
from assignments.models.assignment import RUNNING
from stretchhub.env import today
from stretchhub.text import first_line
from stretchhub.waiting import Waiting

from .attention import has_no_sponsor, looked_after_by
from .models import Ask, AskState, DashboardAcknowledgement, SponsorCheckIn
from .reaching import introductions_waiting


def waiting_for(user) -> list[Waiting]:
    """Asks, dashboards to read, sponsors who have left, talks with a sponsor, introductions; four queries."""
    return [*_asks(user), *_changed_or_left(user), *_talks(user), *introductions_waiting(user)]


def _asks(user) -> Iterator[Waiting]:
    """What this person has to answer; and, for a mentor, what a sponsor has not answered three times."""
    answer = Q(state=AskState.OPEN, addressee=user) | Q(state=AskState.DELEGATED, delegated_to=user)
    looks_after = Q(assignment__mentor=user) | Q(assignment__mentee=user, assignment__mentor__is_active=False)
    # Whoever is asked to take over answers next; until then nothing more is to be done.
    asked = SponsorRequest.objects.filter(assignment=OuterRef("assignment"), status=RequestStatus.ASKED)
    attention = Q(state=AskState.OPEN, attention_at__isnull=False) & looks_after & ~Exists(asked)
    asks = (
        Ask.objects.filter(answer | attention)
        .exclude(assignment__status__in=[Status.CLOSED, Status.PAUSED])
        .select_related("assignment", "asked_by", "addressee")
        .order_by("needed_by", "pk")
    )
    for ask in asks:
        yield _attention(ask) if ask.addressee_id != user.pk and ask.state == AskState.OPEN else _ask(ask)


def _ask(ask: Any) -> Waiting:
    names = {"who": ask.asked_by.name, "title": ask.assignment.title}
    return Waiting(
        "sponsors.ask",
        ask.question,
        _("%(who)s needs this of you for “%(title)s”.") % names,
        reverse("sponsors:ask", args=[ask.code]),
        _("Answer"),
        due_on=ask.needed_by,
        person=ask.asked_by,
    )


def _attention(ask: Any) -> Waiting:
    names = {"who": ask.addressee.name, "question": ask.question}
    return Waiting(
        "sponsors.attention",
        _("Sponsor needs attention: “%(title)s”") % {"title": ask.assignment.title},
        _("%(who)s has not answered three times: “%(question)s”") % names,
        reverse("sponsors:ask", args=[ask.code]),
        _("See what to do"),
        due_on=ask.needed_by,
        person=ask.addressee,
    )


def _changed_or_left(user) -> Iterator[Waiting]:
    """Dashboards that show something their sponsor has not acknowledged, and work whose sponsor has left."""
    said = DashboardAcknowledgement.objects.filter(assignment=OuterRef("pk"), sponsor=user).order_by("-revision")
    unread = Q(said__isnull=True) | Q(said__lt=F("built_revision"))
    changed = Q(sponsor=user, status__in=RUNNING, built_revision__gt=0) & unread
    assignments = (
        Assignment.objects.annotate(said=Subquery(said.values("revision")[:1]))
        .filter(changed | has_no_sponsor() & looked_after_by(user))
        .select_related("mentee", "sponsor")
        .order_by("pk")
    )
    for assignment in assignments:
        yield _changed(assignment) if assignment.sponsor_id == user.pk else _left(assignment)


def _changed(assignment: Any) -> Waiting:
    return Waiting(
        kind="sponsors.changed",
        title=_("Read how “%(title)s” stands") % {"title": assignment.title},
        reason=_reason(assignment),
        url=f"{reverse('sponsors:dashboard')}#assignment-{assignment.code}",
        action=_("Read"),
        person=assignment.mentee,
    )


def _reason(assignment) -> str:
    if assignment.said is None:
        return _("You have not acknowledged it yet. It takes two minutes.")
    return _("Something has changed since you last acknowledged.")


def _left(assignment: Any) -> Waiting:
    return Waiting(
        "sponsors.attention",
        _("Sponsor needs attention: “%(title)s”") % {"title": assignment.title},
        _("%(sponsor)s has left. The work goes on; somebody else has to stand behind it.")
        % {"sponsor": assignment.sponsor.name},
        reverse("sponsors:continuity", args=[assignment.code]),
        _("Find another sponsor"),
        person=assignment.sponsor,
    )


def _talks(user) -> Iterator[Waiting]:
    """The newest check-in with a sponsor that is due, for mentee and sponsor, and what another wrote to acknowledge."""
    day = today(user.zone)
    overtaken = SponsorCheckIn.objects.filter(
        assignment=OuterRef("assignment"), cancelled_at__isnull=True, due_on__gt=OuterRef("due_on"), due_on__lte=day
    )
    own = Q(sponsor=user, assignment__sponsor=user)
    due = Q(Q(assignment__mentee=user) | own, ~Exists(overtaken), recorded_at__isnull=True, due_on__lte=day)
    # The one who was not writing: the sponsor, and where the sponsor or the mentor wrote, the mentee.
    theirs = Q(recorded_at__isnull=False, acknowledged_at__isnull=True) & ~Q(recorded_by=user)
    by_mentee = Q(recorded_by=F("assignment__mentee"))
    to_read = theirs & ((own & by_mentee) | (Q(assignment__mentee=user) & ~by_mentee))
    talks = (
        SponsorCheckIn.objects.filter(cancelled_at__isnull=True)
        .filter(Q(due, assignment__status=Status.ACTIVE) | to_read)
        .exclude(assignment__status=Status.CLOSED)
        .select_related("assignment__mentee", "sponsor", "recorded_by")
        .order_by("due_on", "pk")
    )
    for talk in talks:
        yield _to_acknowledge(talk) if talk.recorded_at else _due(talk, user)


def _due(talk: Any, user) -> Waiting:
    assignment = talk.assignment
    other = talk.sponsor if assignment.mentee_id == user.pk else assignment.mentee
    return Waiting(
        "sponsors.check_in_due",
        _("Fifteen minutes with %(who)s") % {"who": other.first_name},
        _("%(title)s: the check-in with the sponsor is due; four lines afterwards.") % {"title": assignment.title},
        reverse("sponsors:check-in", args=[talk.code]),
        _("Open"),
        due_on=talk.due_on,
        person=other,
    )


def _to_acknowledge(talk: Any) -> Waiting:
    return Waiting(
        "sponsors.check_in_to_acknowledge",
        _("Read what %(who)s wrote down of your talk") % {"who": talk.recorded_by.first_name},
        f"{talk.assignment.title}: “{first_line(talk.result, 140)}”",
        reverse("sponsors:check-in", args=[talk.code]),
        _("Acknowledge"),
        post_url=reverse("sponsors:check-in-acknowledge", args=[talk.code]),
        person=talk.recorded_by,
    )
