"""Closing with care: five short steps whose words are kept as a draft, and what stays of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.models import Assignment
from assignments.results import results
from assignments.views.refused import refusals_shown
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people import drafts
from stretchhub.people.actions import draft as draft_rows
from stretchhub.people.models import Draft
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import closing as actions
from ..closing_page import competencies_of, conversation_of, goals_of, lessons_for, look_again_on, reach_of
from ..closing_words import STEPS, TITLES
from ..forms.closing import LessonsForm, NextForm, OutcomesForm, PlanForm
from ..models import Closing
from ..rules import PAIR, can_close_with_care, is_over
from .closing_steps import page_of, reach_page

PEOPLE = ("mentee", "mentor", "sponsor", "option__mentorship__mentee", "closing")
# What is asked again after the end: levels once reviews are final, and what is next when its day has come.
AFTERWARDS = ("shown", "next")
# The words of a step as they were when it was gone on from, beside its draft.
CHECKED = {each: f"{each}-checked" for each in STEPS}


class ReadForm(forms.Form):
    """A step that is read; that it was is all that is kept."""

    read = forms.CharField(required=False, widget=forms.HiddenInput())


def _find(request: HttpRequest, code: UUID) -> Assignment:
    return get_object_or_404(Assignment.objects.visible_to(request.user).select_related(*PEOPLE), code=code)


@require_safe
def closing(request: HttpRequest, code: UUID) -> HttpResponse:
    """What stays, for each party as far as they may read it; before that the way into the steps."""
    assignment = _find(request, code)
    found: Closing | None = getattr(assignment, "closing", None)
    part = assignment.part_of(request.user)
    context = {"assignment": assignment, "part": part, "may": can_close_with_care(request.user, assignment)}
    if found is None:
        own = _drafts(request, assignment) if context["may"] else {}
        steps = steps_of(assignment, own)
        first = next((each for each in steps if each["state"] != "done"), steps[-1])
        context |= {"steps": steps, "first": first, "begun": bool(own)}
        return render(request, "reviews/closing_begin.html", context)
    goals = found.goals.select_related("goal") if part != "sponsor" else []
    context |= {
        "closing": found,
        "outcomes": found.outcomes.select_related("outcome"),
        "lessons": lessons_for(found, request.user),
        "goals": goals,
        "next_steps": assignment.next_steps.select_related("option") if part != "sponsor" else [],
    }
    return render(request, "reviews/closing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def step(request: HttpRequest, code: UUID, step: str) -> HttpResponse:
    """One step: saved while somebody types, forward with a check, back without."""
    assignment = _find(request, code)
    require(can_close_with_care(request.user, assignment))
    if step not in STEPS:
        raise Http404
    found: Closing | None = getattr(assignment, "closing", None)
    if found is not None:
        return _afterwards(request, assignment, found, step)
    if request.method == "POST":
        return _sent(request, assignment, step)
    kept = _drafts(request, assignment)
    draft = kept.get(step)
    checked = "check" in request.GET and draft is not None
    data = draft.content if draft and checked else None
    form = form_of(step, assignment, data=data, initial=draft.content if draft else None)
    return _page(request, assignment, step, form, kept)


def _sent(request: HttpRequest, assignment: Assignment, step: str) -> HttpResponse:
    form = form_of(step, assignment, data=request.POST)
    labels = {name: field.label for name, field in form.fields.items()}
    name, about = _name(step), assignment.code
    if "X-Autosave" in request.headers:
        return drafts.autosaved(request, name, about, fields=labels)
    words = drafts.typed(request, list(labels))
    try:
        draft_rows.keep(request.user, name, about, content=words, edit=drafts.edit_of(request))
    except draft_rows.Overtaken as overtaken:
        both = drafts.both_texts(request, overtaken.draft, labels)
        kept = _drafts(request, assignment)
        unsaved = str(drafts.edit_of(request))
        return _page(request, assignment, step, form, kept, status=409, unsaved=unsaved, **both)
    go, here = request.POST.get("go", ""), STEPS.index(step)
    if go == "back":
        return redirect(_address(assignment, STEPS[here - 1]) if here else reverse("reviews:closing", args=[about]))
    if go == "stay":
        said.success(request, _("Kept. Only you can see it until you finish."))
        return redirect(_address(assignment, step))
    if not form.is_valid():
        return _page(request, assignment, step, form, _drafts(request, assignment), status=422)
    draft_rows.put(request.user, _name(CHECKED[step]), about, content=words)
    return redirect(_address(assignment, STEPS[here + 1])) if here + 1 < len(STEPS) else _finish(request, assignment)


def _finish(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """With everything that was kept; a step that does not hold is shown with what it lacks."""
    kept = _drafts(request, assignment)
    filled: dict[str, Any] = {}
    for each in STEPS:
        draft = kept.get(each)
        filled[each] = form_of(each, assignment, data=draft.content if draft else {})
        if not filled[each].is_valid():
            draft_rows.forget(request.user, _name(CHECKED[each]), assignment.code)
            said.error(request, _("One step is not complete yet: please look at this."))
            return redirect(_address(assignment, each) + ("?check=1" if draft else ""))
    plan = filled["plan"]
    actions.finish(
        assignment,
        by=request.user,
        outcomes=filled["outcomes"].said(),
        lessons=filled["lessons"].said(),
        goals=plan.goals,
        conversation=conversation_of(assignment),
        plan=actions.Plan(
            plan.said(), plan.cleaned_data.get("revisit_on"), filled["next"].cleaned_data["not_now_until"]
        ),
    )
    for each in (*STEPS, *CHECKED.values()):
        draft_rows.forget(request.user, _name(each), assignment.code)
    said.success(request, _("Closed with care. Your mentor can read what you shared, and your sponsor is thanked."))
    return redirect("reviews:closing", assignment.code)


def _afterwards(request: HttpRequest, assignment: Assignment, found: Closing, step: str) -> HttpResponse:
    """What can still be done once it is finished."""
    if step not in AFTERWARDS:
        return redirect("reviews:closing", assignment.code)
    if step == "shown":
        if request.method == "POST":
            actions.read_levels(found, by=request.user)
            return redirect("reviews:closing", assignment.code)
        return _page(request, assignment, step, ReadForm(), {}, closing=found)
    sent = request.POST if request.method == "POST" else None
    form = NextForm(sent, today=today(request.user.zone), needed=True, initial={"not_now_until": found.not_now_until})
    if form.is_valid():
        actions.not_now(found, by=request.user, until=form.cleaned_data["not_now_until"])
        said.success(request, _("The day is kept. Today asks you again that morning."))
        return redirect("reviews:closing", assignment.code)
    return _page(request, assignment, step, form, {}, closing=found, status=422 if form.errors else 200)


@require_safe
def reach(request: HttpRequest, code: UUID) -> HttpResponse:
    """What is thin, who was not met, breadth and depth; a part of the step about what was shown."""
    assignment = _find(request, code)
    require(assignment.part_of(request.user) in PAIR and is_over(assignment))
    return pages.panel(
        request, "reviews/closing_reach.html", {"assignment": assignment, **reach_page(reach_of(assignment))}
    )


@require_POST
@once
@refusals_shown
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Put a suggestion into the pipeline."""
    assignment = _find(request, code)
    require(can_close_with_care(request.user, assignment))
    option = actions.add_next(assignment, by=request.user, key=request.POST.get("key", "").replace("\x00", "")[:80])
    words = _("“%(title)s” is on your board as an idea. Make it yours: change what does not fit.")
    said.success(request, words % {"title": option.title})
    return redirect(_address(assignment, "next"))


def form_of(step: str, assignment: Assignment, *, data: Any = None, initial: Mapping[str, Any] | None = None) -> Any:
    """The form of a step with what it asks about."""
    day = today(assignment.mentee.zone)
    if step == "outcomes":
        return OutcomesForm(data, results=results(assignment), today=day, initial=initial)
    if step == "lessons":
        return LessonsForm(data, competencies=competencies_of(assignment), initial=initial)
    if step == "shown":
        return ReadForm(data, initial=initial)
    if step == "next":
        return NextForm(data, today=day, initial=initial)
    conversation = conversation_of(assignment)
    revisit_on = look_again_on(conversation, assignment.mentee, day) if conversation else None
    return PlanForm(data, goals=goals_of(assignment), revisit_on=revisit_on, today=day, initial=initial)


def steps_of(assignment: Assignment, kept: Mapping[str, Draft], here: str = "") -> list[dict[str, Any]]:
    return [
        {
            "title": TITLES[each],
            "state": "now" if each == here else _state(each, kept),
            "url": _address(assignment, each),
        }
        for each in STEPS
    ]


def _state(step: str, kept: Mapping[str, Draft]) -> str:
    """Done is what was gone on from with a check and has not been touched since."""
    draft, checked = kept.get(step), kept.get(CHECKED[step])
    if draft is None:
        return "next"
    return "done" if checked is not None and checked.content == draft.content else "kept"


def _drafts(request: HttpRequest, assignment: Assignment) -> dict[str, Draft]:
    """What is kept of each step, and what of it was checked, by one query."""
    names = {_name(each): each for each in (*STEPS, *CHECKED.values())}
    rows = Draft.objects.filter(owner=request.user, about=str(assignment.code), form__in=names)
    return {names[row.form]: row for row in rows}


def _name(step: str) -> str:
    return f"closing-{step}"


def _address(assignment: Assignment, step: str) -> str:
    return reverse("reviews:closing-step", args=[assignment.code, step])


def _page(
    request: HttpRequest,
    assignment: Assignment,
    step: str,
    form: Any,
    kept: Mapping[str, Draft],
    *,
    status: int = 200,
    closing: Closing | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "assignment": assignment,
        "step": step,
        "form": form,
        "draft": kept.get(step),
        "came_back": status != 200,
        "closing": closing,
        "steps": [] if closing else steps_of(assignment, kept, step),
        "number": STEPS.index(step) + 1,
        "is_last": step == STEPS[-1],
        **page_of(step, assignment, request.user, form),
        **more,
    }
    return render(request, f"reviews/closing_{step}.html", context, status=status)
