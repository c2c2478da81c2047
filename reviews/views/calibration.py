"""Calibration sessions: what waits for one, planned, opened, locked; and who is asked."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.refusals import Refused, Stale
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import calibration as actions
from ..calibrating import waiting
from ..calibration_page import moves_of, talks
from ..calibration_rules import (
    can_arrange,
    can_facilitate,
    can_plan_calibration,
    can_see_calibrations,
    can_waive_calibration,
)
from ..calibration_words import following_sentence, shift_arithmetic, signed, why_sentence
from ..forms.calibration import LockForm, SessionForm, WaiveForm
from ..models import CalibrationItem, CalibrationSession, Outcome, Relation, Review, ReviewStatus, SessionStatus

A_WEEK = timedelta(days=7)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The sessions, the newest first, and the reviews that wait for one."""
    user = request.user
    require(can_see_calibrations(user))
    sessions = CalibrationSession.objects.visible_to(user).select_related("cycle", "facilitator")
    held = waiting().exclude(assignment__mentee=user).select_related("assignment__mentee", "cycle")
    planned = dict(
        CalibrationItem.objects.filter(locked=False).values_list("assignment_id", "session__name").distinct()
    )
    context = {
        "sessions": pages.page_by_key(sessions, request.GET.get("after", ""), by=("-held_on", "-pk")),
        "waiting": [{"review": review, "on": planned.get(review.assignment_id, "")} for review in held],
        "may_waive": user.is_hr,
        "today": today(user.zone),
    }
    return render(request, "reviews/calibrations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest) -> HttpResponse:
    """Plan a session; what it talks over is put on its agenda next."""
    require(can_plan_calibration(request.user))
    usual = {"held_on": today(request.user.zone) + A_WEEK, "facilitator": request.user.pk}
    form = SessionForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        try:
            session = actions.plan_session(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            to = reverse("reviews:calibration-agenda", args=[session.code])
            return pages.done(request, to, _("The session is planned. Put on its agenda what it is about."))
    return pages.panel(request, "reviews/calibration_form.html", {"form": form, "session": None})


def find(request: HttpRequest, code: UUID) -> CalibrationSession:
    sessions = CalibrationSession.objects.visible_to(request.user).select_related("cycle", "facilitator")
    return get_object_or_404(sessions, code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    """The agenda, who is asked, and for those who may see it what the conversation did to levels."""
    return _page(request, find(request, code))


def _page(request: HttpRequest, session: CalibrationSession, lock: LockForm | None = None) -> HttpResponse:
    agenda = talks(session, request.user)
    attendance = list(session.attendance.select_related("person"))
    moves = moves_of(session, request.user, attendance)
    leads = can_facilitate(request.user, session)
    items = [item for talk in agenda for item in talk.items]
    left = sum(item.outcome == Outcome.OPEN for item in items)
    context = {
        "session": session,
        "agenda": [
            {"talk": talk, "items": [{"item": item, "why": why_sentence(item.why)} for item in talk.items]}
            for talk in agenda
        ],
        "attendance": attendance,
        "leads": leads,
        "may_arrange": can_arrange(request.user, session),
        "may_open": leads and session.status == SessionStatus.PLANNED and bool(items),
        "may_lock": leads and session.status == SessionStatus.OPEN,
        "links": _may_open_items(request, session, attendance),
        "left": left,
        "nobody_here": leads and session.status == SessionStatus.OPEN and actions.is_alone(session, attendance),
        "form": lock or LockForm(),
        "total": len(items),
        "shifts": [
            {
                "shift": each,
                "words": signed(each.value) if each.value is not None else "–",
                "how": shift_arithmetic(each),
            }
            for each in moves.shifts
        ]
        if moves
        else [],
        "alert": following_sentence(moves.following, moves.senior) if moves else "",
        "list_it": can_see_calibrations(request.user),
        "today": today(request.user.zone),
    }
    return render(request, "reviews/calibration.html", context, status=422 if lock else 200)


def _may_open_items(request: HttpRequest, session: CalibrationSession, attendance: list) -> bool:
    """Whether the items of the agenda lead further for this person; each asks its own rule again."""
    user = request.user
    if session.status == SessionStatus.PLANNED:
        return False
    if user.is_hr or (user.is_calibrator and user.pk == session.facilitator_id):
        return True
    here = any(row.person_id == user.pk and row.present for row in attendance)
    return here and (user.is_calibrator or session.status == SessionStatus.OPEN)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Another name, day, facilitator or note; after a stale save what is stored stands beside what was typed."""
    session = find(request, code)
    require(can_arrange(request.user, session))
    form = SessionForm(request.POST or None, instance=copy(session), planned=True)
    version, stored, status = version_of(request) or session.version, None, 0
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_session(session, by=request.user, version=version, words=form.cleaned_data)
            return pages.done(request, reverse("reviews:calibration", args=[session.code]), _("Saved."))
        except ValidationError as error:
            form.add_error(None, error)
        except Stale as stale:
            session = find(request, code)
            stored, status, version = {"words": stale.words, "session": session}, 409, session.version
    context = {"form": form, "session": session, "version": version, "stored": stored}
    return pages.panel(request, "reviews/calibration_form.html", context, status=status)


def version_of(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@require_POST
def begin(request: HttpRequest, code: UUID) -> HttpResponse:
    """Open the session: from now on those who are present see the ratings."""
    session = find(request, code)
    return _moved(request, session, lambda: actions.open_session(session, by=request.user), _("The session is open."))


@require_POST
def lock(request: HttpRequest, code: UUID) -> HttpResponse:
    """Lock the session: what has been talked over becomes final."""
    session, form = find(request, code), LockForm(request.POST)
    form.is_valid()

    def end() -> str:
        n = len(actions.lock_session(session, by=request.user, reason=form.cleaned_data.get("reason", "")))
        words = ngettext(
            "Locked. The reviews of %(n)s assignment are final.",
            "Locked. The reviews of %(n)s assignments are final.",
            n,
        )
        return words % {"n": n}

    try:
        return _moved(request, session, end)
    except ValidationError:
        return _page(request, session, lock=form)


def _moved(request: HttpRequest, session: CalibrationSession, move: Any, words: object = "") -> HttpResponse:
    try:
        said.success(request, str(move() or words))
    except Refused as refused:
        said.warning(request, refused.words)
    return redirect("reviews:calibration", session.code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def waive(request: HttpRequest, code: UUID) -> HttpResponse:
    """HR lets the reviews of an assignment be final as they were handed in, and says why."""
    if not request.user.is_hr:
        raise Http404
    held = Review.objects.filter(relation=Relation.SELF, status=ReviewStatus.CALIBRATING)
    own = get_object_or_404(held.select_related("assignment__mentee", "cycle"), code=code)
    require(can_waive_calibration(request.user, own.assignment))
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.waive(own.assignment, by=request.user, cycle=own.cycle, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            to = reverse("reviews:calibrations")
            return pages.done(request, to, _("The reviews are final. Mentee and mentor are told."))
    return pages.panel(request, "reviews/calibration_waive.html", {"form": form, "own": own})
