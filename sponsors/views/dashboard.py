"""The sponsor's page: one stored row, read in two minutes, and its acknowledgement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Assignment, Evidence
from assignments.refusals import Refused
from stretchhub import pages
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.people.submissions import once
from stretchhub.wake import wake

from ..actions import acknowledgement
from ..asked import Question, asked_of
from ..reading import PORTFOLIO_FROM, Part, codes_of, is_stale, parts_of
from ..rules import can_acknowledge_dashboard, can_see_as_sponsor
from ..stored import stored_for
from .answering import urls
from .place import Place

TEMPLATE = "sponsors/dashboard.html"


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What the signed-in person sponsors, as of the last build, and what they are asked to sponsor."""
    return show(request, Place())


def show(request: HttpRequest, place: Place) -> HttpResponse:
    """The dashboard behind either door.

    Before the first build the page says so, wakes the worker and looks again by itself; it never
    builds in the request, so that opening a page changes nothing.
    """
    return pages.panel(request, TEMPLATE, context(request, place))


def context(request: HttpRequest, place: Place) -> dict[str, Any]:
    user: Any = request.user
    snapshot = stored_for(user)
    built = snapshot is not None and snapshot.as_of is not None
    preparing = not built and Assignment.objects.filter(sponsor=user).exists()
    if preparing and not request.headers.get("HX-Request"):
        wake("sponsors.tasks.build_dashboards")
    questions = asked_of(user)
    asks = [each for each in questions if not each.is_request]
    parts = parts_of(snapshot, _still_shared(user, snapshot), asks)
    return {
        "place": place,
        "layout": place.layout,
        "snapshot": snapshot if built else None,
        "stale": built and is_stale(snapshot, now()),
        "preparing": preparing,
        "parts": [_addressed(part, place) for part in parts],
        "portfolio": len(parts) >= PORTFOLIO_FROM,
        "asked": [each for each in questions if each.is_request],
        "waiting": len(asks),
        "others": [_answered_at(each, place) for each in _beside(asks, parts)],
    }


def _beside(asks: list[Question], parts: list[Part]) -> list[Question]:
    """What is asked of this person about work that is not on their own dashboard."""
    own = {part.code for part in parts}
    return [each for each in asks if str(each.assignment) not in own]


def _answered_at(ask: Question, place: Place) -> dict[str, Any]:
    return {"ask": ask, "urls": urls(ask, place)}


def _addressed(part: Part, place: Place) -> dict[str, Any]:
    """A card with the addresses of its buttons behind this door; a mailed link leads nowhere else."""
    return {
        "part": part,
        "asks": [_answered_at(each, place) for each in part.asks],
        "acknowledge_url": place.url("acknowledge", part.code),
        "links": not place.token,
    }


def _still_shared(user: User, snapshot: Any) -> set[str] | None:
    """What may still be named of a dashboard that is behind; one that is not names nothing else."""
    if snapshot is None or not snapshot.behind:
        return None
    named = Evidence.objects.filter(code__in=codes_of(snapshot), shared_with_sponsor=True, assignment__sponsor=user)
    return {str(code) for code in named.values_list("code", flat=True)}


@require_POST
@once
def acknowledge(request: HttpRequest, code: UUID) -> HttpResponse:
    """The sponsor has read how this assignment stands."""
    return read(request, code, Place())


def read(request: HttpRequest, code: UUID, place: Place) -> HttpResponse:
    """Keep that the sponsor has read it, whichever door they came through."""
    user: Any = request.user
    assignment = get_object_or_404(Assignment.objects.visible_to(user), code=code)
    require(can_acknowledge_dashboard(user, assignment))
    given = request.POST.get("revision", "")
    revision = int(given) if given.isdecimal() and len(given) < 10 else 0
    try:
        acknowledgement.acknowledge(assignment, by=user, revision=revision)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect(place.home)
    words = _("Acknowledged. %(mentee)s and %(mentor)s are told.") % {
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
    }
    if request.headers.get("HX-Request"):
        return pages.done(request, place.home, words, template=TEMPLATE, context=context(request, place))
    return pages.done(request, f"{place.home}#assignment-{assignment.code}", words)


@require_safe
def preview(request: HttpRequest, code: UUID) -> HttpResponse:
    """What the sponsor sees of this assignment, for the two who work on it: the stored card itself."""
    people = Assignment.objects.visible_to(request.user).select_related("sponsor", "mentee", "mentor")
    assignment = get_object_or_404(people, code=code)
    require(can_see_as_sponsor(request.user, assignment))
    sponsor = assignment.sponsor
    snapshot = stored_for(sponsor) if sponsor else None
    asks = [each for each in asked_of(sponsor) if each.assignment == assignment.code] if sponsor else []
    parts = parts_of(snapshot, _still_shared(sponsor, snapshot) if sponsor else None, asks)
    shown = next((part for part in parts if part.code == str(assignment.code)), None)
    about = {"assignment": assignment, "sponsor": sponsor, "snapshot": snapshot}
    cards = [{"part": shown, "asks": [{"ask": each} for each in asks], "preview": True}] if shown else []
    return render(request, "sponsors/preview.html", about | {"parts": cards})
