"""What waits for a sponsor, and for those whose sponsor needs attention."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, RequestStatus, SponsorRequest, Status
from assignments.models.assignment import RUNNING
from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.people.models.person import first_name_of, name_of
from stretchhub.text import first_line
from stretchhub.waiting import NO_DAY, Waiting

from .attention import has_no_sponsor, looked_after_by
from .models import Ask, AskState, DashboardAcknowledgement, DashboardSnapshot, SponsorCheckIn
from .reaching import (
    NO_MOMENT,
    NO_NUMBER,
    introductions_to_make,
    introductions_unanswered,
    to_follow_up,
    to_introduce,
)

Row = dict[str, Any]


def waiting_for(user) -> list[Waiting]:
    """Asks and talks, dashboards to read and sponsors who have left, introductions; one query."""
    lines = [LINES[row["what"]](row, user) for row in _rows(user, today(user.zone))]
    return [line for line in lines if line is not None]


@compiled
def _rows(user, day: date) -> QuerySet:
    parts = (_talks(user, day), _unread_or_left(user), introductions_to_make(user), introductions_unanswered(user))
    rows = _asks(user).order_by().union(*[part.order_by() for part in parts], all=True)
    return rows.order_by("due", "what", "number", "thing")


def _asks(user) -> QuerySet:
    """What this person has to answer; and, for a mentor, what nobody has answered three times."""
    answer = Q(state=AskState.OPEN, addressee=user) | Q(state=AskState.DELEGATED, delegated_to=user)
    named = Q(state=AskState.DELEGATED) & ~Q(delegated_to=user)
    looks_after = Q(assignment__mentor=user) | Q(assignment__mentee=user, assignment__mentor__is_active=False)
    # Whoever is asked to take over answers next; until then nothing more is to be done.
    asked = SponsorRequest.objects.filter(assignment=OuterRef("assignment"), status=RequestStatus.ASKED)
    attention = Q(attention_at__isnull=False) & looks_after & (Q(state=AskState.OPEN) & ~Exists(asked) | named)
    unanswered = When(Q(state=AskState.OPEN) & ~Q(addressee=user), then=Value("attention"))
    not_by_named = When(named, then=Value("attention_of_named"))
    return (
        Ask.objects.filter(answer | attention)
        .exclude(assignment__status__in=[Status.CLOSED, Status.PAUSED])
        .values(
            thing=F("code"),
            what=Case(unanswered, not_by_named, default=Value("ask")),
            due=F("needed_by"),
            words=_text("question"),
        )
        .annotate(
            titled=F("assignment__title"),
            who=_silent_or_asking(user, "full"),
            called=_silent_or_asking(user, "preferred"),
            number=NO_NUMBER,
            since=NO_MOMENT,
            days=NO_NUMBER,
        )
    )


def _silent_or_asking(user, which: str) -> Case:
    """A name: of whom no answer comes, else of who asks."""
    silent = When(Q(state=AskState.OPEN) & ~Q(addressee=user), then=F(f"addressee__{which}_name"))
    named = When(Q(state=AskState.DELEGATED) & ~Q(delegated_to=user), then=F(f"delegated_to__{which}_name"))
    return Case(silent, named, default=F(f"asked_by__{which}_name"))


def _text(name: str) -> Cast:
    """As plain text, so that both halves of the question have the same kind of column."""
    return Cast(name, TextField())


def _ask(row: Row, user) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "title": row["titled"]}
    return Waiting(
        "sponsors.ask",
        row["words"],
        _("%(who)s needs this of you for “%(title)s”.") % names,
        link("sponsors:ask", row["thing"]),
        _("Answer"),
        due_on=row["due"],
        in_place=True,
    )


def _attention(row: Row, user) -> Waiting:
    names = {"who": name_of(row["who"], row["called"]), "question": row["words"], "title": row["titled"]}
    named = row["what"] == "attention_of_named"
    title = _("Somebody else has to answer: “%(title)s”") if named else _("Sponsor needs attention: “%(title)s”")
    reason = (
        _("%(who)s, whom the sponsor named, has not answered three times: “%(question)s”")
        if named
        else _("%(who)s has not answered three times: “%(question)s”")
    )
    return Waiting(
        "sponsors.attention",
        title % names,
        reason % names,
        link("sponsors:ask", row["thing"]),
        _("See what to do"),
        due_on=row["due"],
    )


def _unread_or_left(user) -> QuerySet:
    """Dashboards that show something their sponsor has not acknowledged, and work whose sponsor has left."""
    said = DashboardAcknowledgement.objects.filter(assignment=OuterRef("pk"), sponsor=user).order_by("-revision")
    unread = Q(said__isnull=True) | Q(said__lt=F("revision"))
    built = Exists(DashboardSnapshot.objects.filter(sponsor=user, as_of__isnull=False))
    changed = Q(built, sponsor=user, status__in=RUNNING) & unread
    return (
        Assignment.objects.annotate(said=Subquery(said.values("revision")[:1]))
        .filter(changed | has_no_sponsor() & looked_after_by(user))
        .values(
            thing=F("code"),
            what=Case(When(sponsor=user, then=Value("dashboard")), default=Value("left")),
            due=NO_DAY,
            words=Case(When(said__isnull=True, then=Value("never")), default=Value("before"), output_field=TextField()),
        )
        .annotate(
            titled=F("title"),
            who=F("sponsor__full_name"),
            called=F("sponsor__preferred_name"),
            number=F("pk"),
            since=NO_MOMENT,
            days=NO_NUMBER,
        )
    )


def _changed(row: Row, user) -> Waiting:
    return Waiting(
        kind="sponsors.changed",
        title=_("Read how “%(title)s” stands") % {"title": row["titled"]},
        reason=_("You have not acknowledged it yet. It takes two minutes.")
        if row["words"] == "never"
        else _("Something has changed since you last acknowledged."),
        url=f"{reverse('sponsors:dashboard')}#assignment-{row['thing']}",
        action=_("Read"),
    )


def _left(row: Row, user) -> Waiting:
    return Waiting(
        "sponsors.attention",
        _("Sponsor needs attention: “%(title)s”") % {"title": row["titled"]},
        _("%(sponsor)s has left. The work goes on; somebody else has to stand behind it.")
        % {"sponsor": name_of(row["who"], row["called"])},
        link("sponsors:continuity", row["thing"]),
        _("Find another sponsor"),
    )


def _talks(user, day: date) -> QuerySet:
    """The newest check-in with a sponsor that is due, for mentee and sponsor, and what another wrote to acknowledge."""
    overtaken = SponsorCheckIn.objects.filter(
        assignment=OuterRef("assignment"), cancelled_at__isnull=True, due_on__gt=OuterRef("due_on"), due_on__lte=day
    )
    own = Q(sponsor=user, assignment__sponsor=user)
    due = Q(Q(assignment__mentee=user) | own, ~Exists(overtaken), recorded_at__isnull=True, due_on__lte=day)
    # The one who was not writing: the sponsor, and where the sponsor or the mentor wrote, the mentee.
    theirs = Q(recorded_at__isnull=False, acknowledged_at__isnull=True) & ~Q(recorded_by=user)
    by_mentee = Q(recorded_by=F("assignment__mentee"))
    to_read = theirs & ((own & by_mentee) | (Q(assignment__mentee=user) & ~by_mentee))
    written = When(recorded_at__isnull=False, then=Value("talk_to_read"))
    return (
        SponsorCheckIn.objects.filter(cancelled_at__isnull=True)
        .filter(Q(due, assignment__status=Status.ACTIVE) | to_read)
        .exclude(assignment__status=Status.CLOSED)
        .values(thing=F("code"), what=Case(written, default=Value("talk")), due=F("due_on"), words=_text("result"))
        .annotate(
            titled=F("assignment__title"),
            who=_partner(user, "full"),
            called=_partner(user, "preferred"),
            number=NO_NUMBER,
            since=NO_MOMENT,
            days=NO_NUMBER,
        )
    )


def _partner(user, which: str) -> Case:
    """A name: of who wrote it down, and before that of the other one in the talk."""
    return Case(
        When(recorded_at__isnull=False, then=F(f"recorded_by__{which}_name")),
        When(assignment__mentee=user, then=F(f"sponsor__{which}_name")),
        default=F(f"assignment__mentee__{which}_name"),
    )


def _talk(row: Row, user) -> Waiting:
    return Waiting(
        "sponsors.check_in_due",
        _("Fifteen minutes with %(who)s") % {"who": first_name_of(row["who"], row["called"])},
        _("%(title)s: the check-in with the sponsor is due; four lines afterwards.") % {"title": row["titled"]},
        link("sponsors:check-in", row["thing"]),
        _("Open"),
        due_on=row["due"],
        in_place=True,
    )


def _talk_to_read(row: Row, user) -> Waiting:
    return Waiting(
        "sponsors.check_in_to_acknowledge",
        _("Read what %(who)s wrote down of your talk") % {"who": first_name_of(row["who"], row["called"])},
        f"{row['titled']}: “{first_line(row['words'], 140)}”",
        link("sponsors:check-in", row["thing"]),
        _("Acknowledge"),
        post_url=link("sponsors:check-in-acknowledge", row["thing"]),
    )


LINES = {
    "ask": _ask,
    "attention": _attention,
    "attention_of_named": _attention,
    "talk": _talk,
    "talk_to_read": _talk_to_read,
    "dashboard": _changed,
    "left": _left,
    "introduce": to_introduce,
    "follow_up": to_follow_up,
}
