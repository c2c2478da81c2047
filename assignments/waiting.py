"""What waits for a person here, each line with its reason, its day and its one action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.waiting import Waiting

from .models import Status
from .open_work import Work, open_work
from .short_lines import short_lines

EVIDENCE_DAYS = 21


def waiting_for(user: User, work: Iterable[Work] | None = None) -> list[Waiting]:
    """What is written, agreed or logged, has a day, is asked of somebody, or stands still.

    One query, and one for their open work unless it is handed in.
    """
    work = open_work(user) if work is None else work
    day = today(user.zone)
    return [*_charters_and_evidence(user, work, day), *short_lines(user, day)]


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
