"""Today: what waits for the signed-in person, gathered from every app; the daily mail lists the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.open_work import Work, open_work
from assignments.overview import cards_for
from assignments.waiting import waiting_for as assignments_waiting
from reviews.waiting import waiting_for as reviews_waiting
from sponsors.waiting import waiting_for as sponsors_waiting
from stretchhub import env
from stretchhub.keeping.waiting import waiting_for as keeping_waiting
from stretchhub.localtime import next_working_day
from stretchhub.navigation import parts_of
from stretchhub.notices.actions import snooze as actions
from stretchhub.people.models import User
from stretchhub.templatetags.words import day
from stretchhub.waiting import PUT_OFF, Waiting

SOURCES = (reviews_waiting, sponsors_waiting, keeping_waiting)
# Nothing is put off for longer; what takes longer wants another day of its own.
LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class PutOff:
    line: Waiting
    until_on: date | None


@dataclass(frozen=True)
class Later:
    """A day that a line is put off to by one press: as the form sends it, as a word, and as it is read."""

    value: str
    word: str
    day: str


@dataclass(frozen=True)
class Lines:
    """What waits, most pressing first, and what the person has put off until a later day."""

    waiting: list[Waiting]
    put_off: list[PutOff]


def lines_for(user: User, work: list[Work] | None = None) -> Lines:
    """Everything that waits for this person, in a fixed number of queries; `work` is what is open, if known."""
    # The rail asks the same, and some sources want the roles: asked once for all.
    parts_of(user)
    gathered = [*assignments_waiting(user, work), *(line for source in SOURCES for line in source(user))]
    until = {line.title: line.due_on for line in gathered if line.kind == PUT_OFF}
    found = sorted((line for line in gathered if line.kind != PUT_OFF), key=Waiting.urgency)
    return Lines(
        [line for line in found if line.subject not in until],
        [PutOff(line, until[line.subject]) for line in found if line.subject in until],
    )


def waiting_for(user: User) -> list[Waiting]:
    """The lines of Today and of the daily mail."""
    return lines_for(user).waiting


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    work = open_work(request.user)
    lines, here = lines_for(request.user, work), env.today(request.user.zone)
    context = {
        "waiting": lines.waiting,
        "put_off": lines.put_off,
        "here": here,
        "later": _later(request.user, here),
        "earliest": (here + timedelta(days=1)).isoformat(),
        "latest": (here + LONGEST).isoformat(),
        "cards": cards_for(request.user, work),
    }
    return render(request, "today.html", context)


def _later(user: User, here: date) -> list[Later]:
    """Tomorrow, and the next day on which this person works where that is another."""
    tomorrow = here + timedelta(days=1)
    working_day = next_working_day(tomorrow, user.working_days)
    found = [(_("Tomorrow"), tomorrow)]
    if working_day != tomorrow:
        found.append((_("Next working day"), working_day))
    return [Later(on.isoformat(), word, day(on)) for word, on in found]


@require_POST
def put_off(request: HttpRequest) -> HttpResponse:
    """Put a line off until the day that was chosen."""
    line = _line(request, lines_for(request.user).waiting)
    until = _until(request)
    if line is None:
        messages.info(request, _("That no longer waits for you."))
    elif until is None:
        messages.error(request, _("Choose a day from tomorrow on, within three months."))
    else:
        actions.put_off(by=request.user, subject=line.subject, until_on=until)
        messages.success(request, _("“%(title)s” comes back on %(day)s.") % {"title": line.title, "day": day(until)})
    return redirect("today")


def _until(request: HttpRequest) -> date | None:
    """The day that was chosen: from tomorrow on, and not too far."""
    here = env.today(request.user.zone)
    try:
        chosen = parse_date(request.POST.get("until", ""))
    except ValueError:
        return None
    return chosen if chosen and here < chosen <= here + LONGEST else None


@require_POST
def take_up(request: HttpRequest) -> HttpResponse:
    """Let a line wait again that was put off."""
    line = _line(request, [each.line for each in lines_for(request.user).put_off])
    if line is None:
        messages.info(request, _("That no longer waits for you."))
    else:
        actions.take_up(by=request.user, subject=line.subject)
        messages.success(request, _("“%(title)s” waits for you again.") % {"title": line.title})
    return redirect("today")


def _line(request: HttpRequest, lines: list[Waiting]) -> Waiting | None:
    """The line that is meant, of the person’s own; what was answered elsewhere is not there any more."""
    subject = request.POST.get("subject", "")
    return next((line for line in lines if line.subject == subject), None)
