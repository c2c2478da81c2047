"""What a session talks over, and who is asked to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from stretchhub.people.models import Role, User
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import calibration_agenda as actions
from ..calibrating import open_points, waiting
from ..calibration_page import talks
from ..calibration_rules import can_arrange, can_facilitate
from ..calibration_words import why_sentence
from ..forms.calibration import AskForm
from ..models import CalibrationItem, CalibrationSession, Criterion, Review
from .calibration import find, version_of


@require_http_methods(["GET", "HEAD", "POST"])
@once
def agenda(request: HttpRequest, code: UUID) -> HttpResponse:
    """Put on the agenda what waits, and take off it what has not been talked over."""
    session = find(request, code)
    require(can_arrange(request.user, session))
    if request.method == "POST":
        work = _assignment(request, session)
        if work is None:
            said.warning(request, _("These reviews do not wait here any more. Choose from the list as it is now."))
            return _agenda(request, session, status=422)
        action = actions.take_off if request.POST.get("do") == "take_off" else actions.put_on
        stale = _done(
            request,
            lambda: action(session, by=request.user, version=version_of(request), assignment=work),
        )
        return _agenda(request, find(request, code), stale) if stale else redirect("reviews:calibration-agenda", code)
    return _agenda(request, session)


def _assignment(request: HttpRequest, session: CalibrationSession) -> Assignment | None:
    """One that is on this agenda, or waits in this cycle."""
    try:
        code = UUID(request.POST.get("assignment", ""))
    except ValueError:
        code = UUID(int=0)
    on_it = CalibrationItem.objects.visible_to(request.user).filter(session=session)
    held = waiting().filter(cycle=session.cycle_id).exclude(assignment__mentee=request.user)
    either = Q(pk__in=on_it.values("assignment_id")) | Q(pk__in=held.order_by().values("assignment_id"))
    return Assignment.objects.filter(either, code=code).first()


def _agenda(request: HttpRequest, session: CalibrationSession, stale: str = "", status: int = 200) -> HttpResponse:
    held = waiting().filter(cycle=session.cycle_id).exclude(assignment__mentee=request.user)
    taken = set(CalibrationItem.objects.filter(locked=False).values_list("assignment_id", flat=True))
    free = [each for each in held.select_related("assignment__mentee") if each.assignment_id not in taken]
    points = open_points([each.assignment_id for each in free], session.cycle)
    names = dict(Criterion.objects.filter(rubric=session.cycle.rubric_id).values_list("pk", "name"))
    context = {
        "session": session,
        "stale": stale,
        "on": talks(session, request.user),
        "free": [
            {
                "assignment": each.assignment,
                "points": [
                    (names[criterion], why_sentence(point.reason))
                    for criterion, point in points.get(each.assignment_id, {}).items()
                ],
            }
            for each in free
        ],
    }
    return render(request, "reviews/calibration_agenda.html", context, status=409 if stale else status)


def _done(request: HttpRequest, act: Callable[[], Any], words: object = "") -> str:
    """Do it and say so; the words of a stale save come back, to be shown on the page as it is now."""
    try:
        act()
    except Stale as stale:
        return stale.words
    except Refused as refused:
        said.warning(request, refused.words)
    else:
        said.success(request, str(words or _("Saved.")))
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@once
def people(request: HttpRequest, code: UUID) -> HttpResponse:
    """Who speaks when, who is here, and who else is asked."""
    session = find(request, code)
    require(can_arrange(request.user, session))
    if request.method != "POST":
        return _people(request, session)
    return _people_changed(request, session)


def _people_changed(request: HttpRequest, session: CalibrationSession) -> HttpResponse:
    do, version, by = request.POST.get("do"), version_of(request), request.user
    form = AskForm(request.POST if do == "ask" else None, people=_askable(session))
    if do == "ask" and not form.is_valid():
        return _people(request, session, form=form)
    if do == "ask":
        person = form.cleaned_data["person"]
        stale = _done(request, lambda: actions.ask_to(session, by=by, version=version, person=person))
    elif do == "remove":
        person = get_object_or_404(User.objects.filter(calibrations__session=session), code=_code(request))
        stale = _done(request, lambda: actions.ask_no_more(session, by=by, version=version, person=person))
    else:
        said_so = _typed(request, session)
        stale = _done(request, lambda: actions.note_attendance(session, by=by, version=version, said=said_so))
    if stale:
        return _people(request, find(request, session.code), stale=stale)
    return redirect("reviews:calibration-people", session.code)


def _code(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("person", ""))
    except ValueError:
        return UUID(int=0)


def _typed(request: HttpRequest, session: CalibrationSession) -> dict[int, tuple[int, bool]]:
    """The numbers and ticks as they were sent; what is no number keeps the place it has."""
    found = {}
    for row in session.attendance.select_related("person"):
        given = request.POST.get(f"speaks_{row.person.code}", "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else row.speaks
        found[row.person_id] = (number, f"present_{row.person.code}" in request.POST)
    return found


def _askable(session: CalibrationSession):
    """Calibrators and raters of what is on the agenda, without those who are asked, lead, or are its mentees."""
    on_agenda = session.items.values("assignment_id")
    raters = Review.objects.asked().filter(cycle=session.cycle_id, assignment__in=on_agenda).values("rater_id")
    found = User.objects.active().filter(Q(role_grants__role=Role.CALIBRATOR) | Q(pk__in=raters))
    mentees = Assignment.objects.filter(pk__in=on_agenda).values("mentee_id")
    found = found.exclude(pk__in=mentees).exclude(pk__in=session.attendance.values("person_id"))
    return found.exclude(pk=session.facilitator_id).distinct().order_by("full_name", "pk")


def _people(
    request: HttpRequest, session: CalibrationSession, *, form: AskForm | None = None, stale: str = ""
) -> HttpResponse:
    typed = _typed(request, session) if stale else {}
    rows = [
        {"row": row, "speaks": speaks, "present": present}
        for row in session.attendance.select_related("person")
        for speaks, present in [typed.get(row.person_id, (row.speaks, row.present))]
    ]
    context = {
        "session": session,
        "rows": rows,
        "form": form or AskForm(people=_askable(session)),
        "leads": can_facilitate(request.user, session),
        "stale": stale,
    }
    status = 409 if stale else 422 if form is not None else 200
    return render(request, "reviews/calibration_people.html", context, status=status)
