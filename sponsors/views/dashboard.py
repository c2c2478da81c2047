"""The sponsor's page: one stored row, read in two minutes, and its acknowledgement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Assignment, Evidence, RequestStatus, SponsorRequest
from assignments.refusals import Refused
from stretchhub import pages
from stretchhub.env import now
from stretchhub.people.rules import require
from stretchhub.people.submissions import once
from stretchhub.wake import wake

from ..actions import acknowledgement
from ..models import DashboardSnapshot
from ..reading import codes_of, is_stale, parts_of
from ..rules import can_acknowledge_dashboard

TEMPLATE = "sponsors/dashboard.html"


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What the signed-in person sponsors, as of the last build, and what they are asked to sponsor.

    Before the first build the page says so, wakes the worker and looks again by itself; it never
    builds in the request, so that opening a page changes nothing.
    """
    return pages.panel(request, TEMPLATE, _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    behind = Assignment.objects.dashboard_behind().filter(sponsor=OuterRef("sponsor"))
    snapshot = DashboardSnapshot.objects.visible_to(request.user).annotate(behind=Exists(behind)).first()
    built = snapshot is not None and snapshot.as_of is not None
    preparing = not built and Assignment.objects.filter(sponsor=request.user).exists()
    if preparing and not request.headers.get("HX-Request"):
        wake("sponsors.tasks.build_dashboards")
    return {
        "snapshot": snapshot if built else None,
        "parts": parts_of(snapshot, _still_shared(request.user, snapshot)),
        "stale": built and is_stale(snapshot, now()),
        "preparing": preparing,
        "asked": _asked(request.user),
    }


def _still_shared(user, snapshot) -> set[str] | None:
    """What may still be named of a dashboard that is behind; one that is not names nothing else."""
    if snapshot is None or not snapshot.behind:
        return None
    named = Evidence.objects.visible_to(user).filter(code__in=codes_of(snapshot))
    return {str(code) for code in named.values_list("code", flat=True)}


def _asked(user) -> list[SponsorRequest]:
    waiting = SponsorRequest.objects.filter(sponsor=user, status=RequestStatus.ASKED)
    return list(waiting.select_related("version__brief__option__mentorship__mentee").order_by("asked_at", "pk"))


@require_POST
@once
def acknowledge(request: HttpRequest, code: UUID) -> HttpResponse:
    """The sponsor has read how this assignment stands."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user), code=code)
    require(can_acknowledge_dashboard(request.user, assignment))
    given = request.POST.get("revision", "")
    revision = int(given) if given.isdecimal() and len(given) < 10 else 0
    try:
        acknowledgement.acknowledge(assignment, by=request.user, revision=revision)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect("sponsors:dashboard")
    words = _("Acknowledged. %(mentee)s and %(mentor)s are told.") % {
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
    }
    to = reverse("sponsors:dashboard")
    if request.headers.get("HX-Request"):
        return pages.done(request, to, words, template=TEMPLATE, context=_context(request))
    return pages.done(request, f"{to}#assignment-{assignment.code}", words)
