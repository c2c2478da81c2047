"""Plans kept to begin other work from: listed, read, written, saved from a plan, offered, published and removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import rules
from assignments.actions import saved_plan as actions
from assignments.forms.rows import differences
from assignments.forms.saved_plan import EverybodyForm, SavedPlanForm, step_rows, steps_of, words_of, words_typed
from assignments.models import Assignment, SavedPlan
from assignments.refusals import Stale
from assignments.saved_steps import MOST_STEPS, SavedStep
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .decision import seen_version
from .refused import refusals_shown

FORM = "assignments/saved_plan_form.html"


def _find(request: HttpRequest, code: UUID) -> SavedPlan:
    return get_object_or_404(SavedPlan.objects.visible_to(request.user).select_related("made_by"), code=code)


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """One's own, those of everybody, and for HR and administrators what was offered to them."""
    me = request.user
    rows = list(SavedPlan.objects.visible_to(me).select_related("made_by"))
    context = {
        "mine": [row for row in rows if not row.for_everybody and row.made_by_id == me.pk],
        "everybodys": [row for row in rows if row.for_everybody],
        "offered": [row for row in rows if not row.for_everybody and row.made_by_id != me.pk],
        "keeps_everybodys": rules.can_keep_plans_of_everybody(me),
    }
    return render(request, "assignments/saved_plans.html", context)


@require_safe
def plan(request: HttpRequest, code: UUID) -> HttpResponse:
    found, me = _find(request, code), request.user
    steps = found.list_of_steps
    context = {
        "plan": found,
        "lines": [{"step": step, "after": [steps[each].title for each in step.after]} for step in steps],
        "mine": found.made_by_id == me.pk and not found.for_everybody,
        "may_edit": rules.can_edit_saved_plan(me, found),
        "may_offer": rules.can_offer_saved_plan(me, found) and not rules.can_keep_plans_of_everybody(me),
        "may_publish": rules.can_publish_saved_plan(me, found),
    }
    return render(request, "assignments/saved_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def new(request: HttpRequest) -> HttpResponse:
    """Written from nothing."""
    return _save(request, None, [])


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def save(request: HttpRequest, code: UUID) -> HttpResponse:
    """The plan of one assignment under a name: its words may be changed first, and steps left out."""
    assignment = find(request, code, "charter")
    require(rules.can_save_plan_of(request.user, assignment))
    milestones = list(assignment.milestones.order_by("due_on", "pk").prefetch_related("after"))
    start = assignment.span[0] or (milestones[0].due_on if milestones else None)
    steps = steps_of(milestones, start, assignment.mentee.working_days) if start else []
    return _save(request, assignment, steps, left_out=max(0, len(milestones) - MOST_STEPS))


def _save(
    request: HttpRequest, assignment: Assignment | None, first: Iterable[SavedStep], left_out: int = 0
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    kind = EverybodyForm if rules.can_keep_plans_of_everybody(request.user) else SavedPlanForm
    form, steps = kind(data), step_rows(data, first)
    if data is not None and form.is_valid() & steps.is_valid():
        kept = actions.save(by=request.user, assignment=assignment, steps=steps.steps(), **form.cleaned_data)
        messages.success(request, _("“%(name)s” is saved.") % {"name": kept.name})
        return redirect("assignments:saved-plan", kept.code)
    return _form(request, form, steps, assignment=assignment, left_out=left_out)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change a plan; saved in two windows, both texts come back."""
    found = _find(request, code)
    require(rules.can_edit_saved_plan(request.user, found))
    data = request.POST if request.method == "POST" else None
    form = SavedPlanForm(data, initial={"name": found.name, "note": found.note})
    steps = step_rows(data, found.list_of_steps)
    if data is None or not form.is_valid() & steps.is_valid():
        return _form(request, form, steps, plan=found, version=seen_version(request) or found.version)
    words = {"name": form.cleaned_data["name"], "note": form.cleaned_data["note"], "steps": steps.steps()}
    try:
        actions.change(found, by=request.user, seen=seen_version(request), **words)
    except Stale as stale:
        now_saved = _find(request, code)
        both = differences(words_of(now_saved), words_typed(form, words["steps"]))
        more = {"plan": now_saved, "version": now_saved.version, "stale": stale.words, "differences": both}
        return _form(request, form, steps, status=409, **more)
    messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
    return redirect("assignments:saved-plan", found.code)


def _form(request: HttpRequest, form: Any, steps: Any, *, status: int = 0, **more: Any) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or steps.is_wrong)
    summary = {"all_forms": [form, *steps.forms], "sets": [steps], "wrong": wrong}
    context = {"form": form, "steps": steps, "most": steps.max_num, **summary, **more}
    return render(request, FORM, context, status=status or (422 if wrong else 200))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask first: it is gone for good."""
    found = _find(request, code)
    require(rules.can_edit_saved_plan(request.user, found))
    if request.method != "POST":
        return render(request, "assignments/saved_plan_remove.html", {"plan": found})
    actions.remove(found, by=request.user)
    messages.success(request, _("“%(name)s” is removed. What was begun from it stays.") % {"name": found.name})
    return redirect("assignments:saved-plans")


@require_POST
@refusals_shown
def offer(request: HttpRequest, code: UUID) -> HttpResponse:
    """Show it to HR and administrators, or with `undo` take that back."""
    found = _find(request, code)
    if "undo" in request.POST:
        actions.take_back(found, by=request.user)
        messages.success(request, _("It is not offered any more; only whoever made it can read it."))
    else:
        actions.offer(found, by=request.user)
        messages.success(request, _("HR and administrators can read it now, and may publish a copy for everybody."))
    mine = found.made_by_id == request.user.pk
    return redirect("assignments:saved-plan", found.code) if mine else redirect("assignments:saved-plans")


@require_POST
@refusals_shown
def publish(request: HttpRequest, code: UUID) -> HttpResponse:
    """A copy for everybody, as it was read."""
    copy = actions.publish(_find(request, code), by=request.user, seen=seen_version(request))
    messages.success(request, _("Everybody can begin from “%(name)s” now.") % {"name": copy.name})
    return redirect("assignments:saved-plan", copy.code)
