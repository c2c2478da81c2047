"""Adding, changing and finishing milestones."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import rules
from assignments.actions import milestone as actions
from assignments.forms.milestone import MilestoneForm
from assignments.forms.rows import Difference, differences
from assignments.models import Milestone
from assignments.refusals import Stale
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown

TEMPLATE = "assignments/milestone_form.html"


def _find(request: HttpRequest, code: Any) -> Milestone:
    milestones = Milestone.objects.visible_to(request.user)
    return get_object_or_404(milestones.select_related("assignment__mentee", "assignment__mentor"), code=code)


def _panel(milestone_or_assignment: Any) -> str:
    return reverse("assignments:detail", args=[milestone_or_assignment.code]) + "#milestones"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    require(rules.can_edit_plan(request.user, assignment))
    form = MilestoneForm(request.POST or None)
    if form.is_valid():
        actions.add(assignment, by=request.user, **form.cleaned_data)
        messages.success(request, _("Milestone added."))
        if "another" in request.POST:
            return redirect("assignments:milestone-add", assignment.code)
        return redirect(_panel(assignment))
    return render(request, TEMPLATE, {"assignment": assignment, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def edit(request: HttpRequest, code: Any) -> HttpResponse:
    milestone = _find(request, code)
    require(rules.can_edit_plan(request.user, milestone.assignment))
    form = MilestoneForm(request.POST or None, instance=copy(milestone))
    stale: dict[str, Any] = {}
    if form.is_valid():
        try:
            actions.change(milestone, by=request.user, seen=request.POST.get("seen", ""), **form.cleaned_data)
        except Stale as changed:
            milestone = _find(request, code)
            stale = {"stale": changed.words, "differences": _differences(form, milestone)}
        else:
            messages.success(request, _("Milestone saved."))
            return redirect(_panel(milestone.assignment))
    context = {"assignment": milestone.assignment, "form": form, "milestone": milestone, **stale}
    # A form with errors keeps what its page had seen; after both texts were shown, the saved one was.
    seen = "" if stale else request.POST.get("seen", "")
    context["seen"] = seen or actions.fingerprint(milestone)
    return render(request, TEMPLATE, context, status=409 if stale else 422 if form.errors else 200)


def _differences(form: MilestoneForm, milestone: Milestone) -> list[Difference]:
    """What is saved now beside what was typed, field by field."""
    saved = MilestoneForm(instance=milestone)
    return differences(
        [(str(field.label), str(field.value())) for field in saved],
        [(str(field.label), str(field.value())) for field in form],
    )


@require_POST
@refusals_shown
def done(request: HttpRequest, code: Any) -> HttpResponse:
    """Mark as done, or with `undo` take it back."""
    milestone = _find(request, code)
    if "undo" in request.POST:
        actions.reopen(milestone, by=request.user)
        messages.success(request, _("“%(title)s” is open again.") % {"title": milestone.title})
    else:
        actions.finish(milestone, by=request.user)
        messages.success(request, _("“%(title)s” is done.") % {"title": milestone.title})
    if request.POST.get("from") == "today":
        return redirect("today")
    return redirect(_panel(milestone.assignment))
