"""Adding, changing, finishing, taking out and putting back milestones."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import rules
from assignments.actions import milestone as actions
from assignments.actions import scope as scopes
from assignments.forms.milestone import MilestoneForm
from assignments.forms.rows import Difference, differences
from assignments.models import Milestone, PlanEdit, ScopeBaseline, ScopeKind
from assignments.refusals import Stale
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown

TEMPLATE = "assignments/milestone_form.html"
PEOPLE = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "assignment__charter__approver")


def _find(request: HttpRequest, code: Any, *, removed: bool = False) -> Milestone:
    milestones = (Milestone.with_removed if removed else Milestone.objects).visible_to(request.user)
    return get_object_or_404(milestones.select_related(*PEOPLE), code=code)


def _plan(milestone_or_assignment: Any) -> str:
    return reverse("assignments:plan", args=[milestone_or_assignment.code]) + "#milestones"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code, "charter__approver")
    require(rules.can_edit_plan(request.user, assignment))
    form = MilestoneForm(request.POST or None, assignment=assignment)
    if form.is_valid():
        with transaction.atomic():
            milestone = actions.add(assignment, by=request.user, **form.words())
            _explain(milestone, form, ScopeKind.ADDED, request.user)
        messages.success(request, _("Milestone added."))
        if "another" in request.POST:
            return redirect("assignments:milestone-add", assignment.code)
        return redirect(_plan(assignment))
    return render(request, TEMPLATE, {"assignment": assignment, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def edit(request: HttpRequest, code: Any) -> HttpResponse:
    milestone = _find(request, code)
    require(rules.can_edit_plan(request.user, milestone.assignment))
    form = _form(milestone, request.POST or None)
    stale: dict[str, Any] = {}
    if form.is_valid():
        try:
            _save(request, milestone, form)
        except Stale as changed:
            milestone = _find(request, code)
            stale = {"stale": changed.words, "differences": _differences(form, milestone)}
        else:
            messages.success(request, _("Milestone saved."))
            return redirect(_plan(milestone.assignment))
    context = {"assignment": milestone.assignment, "form": form, "milestone": milestone, **stale}
    # A form with errors keeps what its page had seen; after both texts were shown, the saved one was.
    context["seen"] = ("" if stale else request.POST.get("seen", "")) or milestone.version
    return render(request, TEMPLATE, context, status=409 if stale else 422 if form.errors else 200)


def _form(milestone: Milestone, data: Any = None) -> MilestoneForm:
    moves = actions.followers_of(milestone)
    return MilestoneForm(data, instance=copy(milestone), assignment=milestone.assignment, moves=moves)


def _save(request: HttpRequest, milestone: Milestone, form: MilestoneForm) -> None:
    seen = request.POST.get("seen", "")
    with transaction.atomic():
        saved = actions.change(
            milestone,
            by=request.user,
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
            follow=form.cleaned_data.get("follow") or actions.ONLY,
            **form.words(),
        )
        _explain(saved, form, ScopeKind.CHANGED, request.user)


def _explain(milestone: Milestone, form: MilestoneForm, kind: str, by: User) -> None:
    """Where somebody said why, a change of scope goes with the edits that have none yet."""
    reason = form.reason()
    if reason is None or not ScopeBaseline.objects.filter(assignment=milestone.assignment_id).exists():
        return
    if kind == ScopeKind.ADDED and reason["hours"] <= 0:
        kind = ScopeKind.CHANGED
    edits = PlanEdit.objects.filter(assignment=milestone.assignment_id, by=by, change__isnull=True)
    if kind == ScopeKind.ADDED or edits.filter(milestone=milestone).exists():
        scopes.ask_change(
            milestone.assignment,
            by=by,
            edits=list(edits.filter(milestone=milestone)),
            kind=kind,
            title=milestone.title,
            milestone=milestone,
            **reason,
        )


def _differences(form: MilestoneForm, milestone: Milestone) -> list[Difference]:
    """What is saved now beside what was typed, field by field."""
    saved = _form(milestone)
    names = [name for name in ("title", "definition_of_progress", "due_on", "weight") if name in form.fields]
    return differences(
        [(str(saved[name].label), str(saved[name].value())) for name in names],
        [(str(form[name].label), str(form[name].value())) for name in names],
    )


@require_POST
@refusals_shown
def take_out(request: HttpRequest, code: Any) -> HttpResponse:
    """Take it out of the plan; it stands below the plan and can be put back."""
    milestone = _find(request, code)
    actions.take_out(milestone, by=request.user)
    messages.success(
        request, _("“%(title)s” is out of the plan. You can put it back below.") % {"title": milestone.title}
    )
    return redirect(_plan(milestone.assignment))


@require_POST
@refusals_shown
def put_back(request: HttpRequest, code: Any) -> HttpResponse:
    milestone = _find(request, code, removed=True)
    actions.put_back(milestone, by=request.user)
    messages.success(request, _("“%(title)s” is back in the plan.") % {"title": milestone.title})
    return redirect(_plan(milestone.assignment))


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
    if request.POST.get("from") == "plan":
        return redirect(_plan(milestone.assignment))
    return redirect(reverse("assignments:detail", args=[milestone.assignment.code]) + "#milestones")
