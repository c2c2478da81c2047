"""The log of an assignment: what was decided, what went wrong, and what the mentee makes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stretchhub.env import today

from ..log_book import PARTS, decision_state, log_of, setback_state
from ..rules import can_log_decision, can_reflect, can_write_setback
from .assignment import find


@require_safe
def log(request: HttpRequest, code: UUID) -> HttpResponse:
    """A few of each part, or with `show` all of one."""
    assignment = find(request, code)
    user, part = request.user, request.GET.get("show", "")
    read = log_of(assignment, user, part=part if part in PARTS else "", after=request.GET.get("after", ""))
    day = today(user.zone)
    context: dict[str, Any] = {
        "assignment": assignment,
        "part": assignment.part_of(user),
        "log": read,
        "decisions": [(each, *decision_state(each, day)) for each in read.decisions],
        "setbacks": [(each, *setback_state(each, day)) for each in read.setbacks],
        "may_decide": can_log_decision(user, assignment),
        "may_write_setback": can_write_setback(user, assignment),
        "may_reflect": can_reflect(user, assignment),
        "keep": f"show={read.part}&",
    }
    return render(request, "assignments/log.html", context)
