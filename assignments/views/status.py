"""How an assignment stands: each signal, the pace of the work, and the status set by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import rules
from assignments.actions import status as actions
from assignments.forms.status import StatusForm
from assignments.models import Assignment, Status
from assignments.momentum_of import momentum_of
from assignments.momentum_words import momentum_sentence, parts_words, signals
from assignments.signals import judgement, read
from assignments.status_words import standing
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def status(request: HttpRequest, code: Any) -> HttpResponse:
    """The signals for all three; the pace for mentee and mentor, who may set the status by hand."""
    assignment = find(request, code, "charter")
    day = today(assignment.mentee.zone)
    form = StatusForm(request.POST or None, today=day)
    if request.method == "POST":
        require(rules.can_set_status(request.user, assignment))
        if form.is_valid():
            actions.set_status(assignment, by=request.user, **form.cleaned_data)
            messages.success(
                request, _("Set. Everybody who sees the status reads your reason and until when it holds.")
            )
            return redirect("assignments:status", assignment.code)
    return render(
        request, "assignments/status.html", _page(request, assignment, form), status=422 if form.errors else 200
    )


def _page(request: HttpRequest, assignment: Assignment, form: StatusForm) -> dict[str, Any]:
    part = assignment.part_of(request.user)
    reading = read([assignment])[assignment.pk]
    judged = judgement(assignment, reading)
    context = {
        "assignment": assignment,
        "part": part,
        "standing": standing(assignment, judged),
        "judged": judged,
        "signals": signals(judged),
        "form": form,
        "may_set": rules.can_set_status(request.user, assignment),
    }
    if part in ("mentee", "mentor") and assignment.status == Status.ACTIVE:
        found = momentum_of(assignment, reading, today(assignment.mentee.zone))
        context |= {
            "momentum": found,
            "momentum_sentence": momentum_sentence(found),
            "momentum_parts": parts_words(found),
        }
    return context


@require_POST
@refusals_shown
def take_back(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    actions.take_back(assignment, by=request.user)
    messages.success(request, _("Taken back. The signals speak again."))
    return redirect("assignments:status", assignment.code)
