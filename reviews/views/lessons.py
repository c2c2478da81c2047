"""What others have learned from work that is over, offered to everybody here."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Assignment, Competency, Kind
from assignments.pipeline import KIND_ICONS
from stretchhub.pages import page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import lesson as actions
from ..models import Lesson
from ..models.closing import MOST_LESSONS
from ..rules import can_close_with_care

PLACES = {str(number): number for number in range(1, MOST_LESSONS + 1)}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest first; by kind of work and by competency."""
    offered = Lesson.objects.offered()
    about = Competency.objects.filter(pk__in=offered.order_by().values("competency")).order_by("name", "pk")
    competencies = [(str(pk), name) for pk, name in about.values_list("pk", "name")]
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    competency = request.GET.get("competency", "")
    competency = competency if competency in dict(competencies) else ""
    chosen = {name: value for name, value in (("kind", kind), ("competency", competency)) if value}
    found = offered.filter(**chosen).select_related("competency", "closing__assignment__mentee")
    page = page_by_key(found, request.GET.get("after", ""), by=("-said_at", "-pk"))
    context = {
        "page": page,
        "lines": [
            {"lesson": each, "icon": KIND_ICONS[each.kind], "mine": each.closing.assignment.mentee == request.user}
            for each in page.items
        ],
        "kinds": [(value, label, value == kind) for value, label in Kind.choices],
        "competencies": [(key, name, key == competency) for key, name in competencies],
        "narrowed": bool(chosen),
        "keep": urlencode(chosen) + "&" if chosen else "",
    }
    return render(request, "reviews/lessons.html", context)


@require_POST
@once
def take_back(request: HttpRequest, code: UUID, place: str) -> HttpResponse:
    lesson = _own(request, code, place)
    actions.take_back_lesson(lesson, by=request.user)
    said.success(request, _("Taken back: only you read it now. You can offer it again here."))
    return redirect("reviews:closing", code)


@require_POST
@once
def offer(request: HttpRequest, code: UUID, place: str) -> HttpResponse:
    lesson = _own(request, code, place)
    actions.offer_lesson(lesson, by=request.user)
    said.success(request, _("Offered to everybody here, without your name."))
    return redirect("reviews:closing", code)


def _own(request: HttpRequest, code: UUID, place: str) -> Lesson:
    """One's own; the others, who know the assignment, are told that it is not theirs to offer."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user), code=code)
    require(can_close_with_care(request.user, assignment))
    found = Lesson.objects.select_related("closing__assignment__mentee")
    return get_object_or_404(found, closing__assignment=assignment, position=PLACES.get(place))
