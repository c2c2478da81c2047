"""The assignment as its sponsor or HR sees it, for mentee and mentor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stretchhub.env import today
from stretchhub.pages import panel
from stretchhub.people.rules import require

from ..feedback_page import shared_with
from ..models import Assignment
from ..records import record_of
from ..rules import can_see_as_others
from ..seen_as import as_sponsor, at_review
from .assignment import find


@require_safe
def seen_as(request: HttpRequest, code: UUID, who: str) -> HttpResponse:
    """Exactly what they can open, from the same questions that answer their own pages."""
    assignment = find(request, code, "charter")
    require(can_see_as_others(request.user, assignment))
    if who == "sponsor":
        context: dict[str, Any] = {"seen": as_sponsor(assignment) if assignment.sponsor else None}
    elif who == "feedback":
        return _feedback(request, assignment)
    elif who == "hr":
        context = {"record": record_of(assignment, today(request.user.zone)), "evidence": at_review(assignment)}
    else:
        raise Http404
    part = assignment.part_of(request.user)
    return render(request, f"assignments/seen_as_{who}.html", {"assignment": assignment, "part": part, **context})


def _feedback(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """What the sponsor reads on their own page of feedback: a panel of what they see."""
    context = {"assignment": assignment, "part": assignment.part_of(request.user)}
    shared = shared_with(assignment.sponsor, assignment) if assignment.sponsor else []
    return panel(request, "assignments/seen_as_feedback.html", {**context, "shared": shared})
