"""One story of an assignment, filtered by kind and loading by key."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stretchhub.env import today

from ..story import kinds_for, looks, story_of
from .assignment import find


@require_safe
def story(request: HttpRequest, code: UUID) -> HttpResponse:
    assignment = find(request, code)
    part, kind = assignment.part_of(request.user), request.GET.get("kind", "")
    kind = kind if kind in kinds_for(part) else ""
    day = max(today(request.user.zone), today(assignment.mentee.zone))
    page = story_of(assignment, request.user, day, kind=kind, after=request.GET.get("after", ""))
    context = {
        "assignment": assignment,
        "part": part,
        "page": page,
        "kind": kind,
        "kinds": [(name, looks()[name][0], looks()[name][1]) for name in kinds_for(part)],
        "keep": f"kind={kind}&" if kind else "",
    }
    return render(request, "assignments/story.html", context)
