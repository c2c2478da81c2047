"""The learning plan: read, added to, done with what it changed, dropped and brought back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.pages import done as answer
from stretchhub.pages import panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import learning as actions
from ..assessing import as_of, method_now, standings
from ..forms.learning import DoneForm, LearningForm, words_of, words_typed
from ..forms.rows import differences
from ..learning_plan import ICONS, goals_of, plan_of
from ..models import Competency, LearningItem, LearningKind, Mentorship
from ..refusals import Refused, Stale
from ..rules import can_edit_learning, can_plan_learning
from .decision import seen_version
from .option import own_mentorship
from .refused import refusals_shown

PAGE, FORM, DONE = (f"assignments/learning{part}.html" for part in ("", "_form", "_done"))


def _mine(request: HttpRequest, code: UUID) -> LearningItem:
    items = LearningItem.objects.visible_to(request.user)
    related = ("mentorship__mentor", "mentorship__mentee", "goal", "competency")
    return get_object_or_404(items.select_related(*related), code=code)


@require_safe
def plan(request: HttpRequest, code: UUID) -> HttpResponse:
    """What is open, soonest first, what is done and what it changed, and what is dropped."""
    mentorship = own_mentorship(request, code)
    return panel(request, PAGE, _plan(request, mentorship), part="plan")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Put something on the plan; the address may name a goal and a competency to begin with."""
    mentorship = own_mentorship(request, code)
    require(can_plan_learning(request.user, mentorship))
    data = request.POST if request.method == "POST" else None
    form = LearningForm(data, mentorship=mentorship, goals=goals_of(mentorship), initial=_wished(request))
    if form.is_valid():
        actions.add_learning(mentorship, by=request.user, words=form.cleaned_data)
        messages.success(request, _("It is on the learning plan."))
        return redirect("assignments:learning", mentorship.code)
    return _form(request, form, mentorship=mentorship)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change an item; where somebody was faster, both texts come back."""
    item = _mine(request, code)
    mentorship = item.mentorship
    require(can_edit_learning(request.user, item))
    data = request.POST if request.method == "POST" else None
    form = LearningForm(data, mentorship=mentorship, goals=goals_of(mentorship), item=item)
    version = seen_version(request)
    if not form.is_valid():
        return _form(request, form, mentorship=mentorship, item=item, version=version or item.version)
    try:
        actions.edit_learning(item, by=request.user, version=version, words=form.cleaned_data)
    except Stale as stale:
        item = _mine(request, code)
        both = {"stale": stale.words, "differences": _differences(item, form)}
        return _form(request, form, mentorship=mentorship, item=item, version=item.version, status=409, **both)
    messages.success(request, _("“%(title)s” is saved.") % {"title": item.title})
    return redirect("assignments:learning", mentorship.code)


def _differences(item: LearningItem, form: LearningForm) -> list[Any]:
    """Both texts, field by field; what it changed is compared only where both say it."""
    saved, typed = words_of(item), words_typed(form)
    most = min(len(saved), len(typed))
    return differences(saved[:most], typed[:most])


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def done(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask what it changed, then mark it as done; with `undo` take that back."""
    item = _mine(request, code)
    require(can_edit_learning(request.user, item))
    if "undo" in request.POST:
        actions.reopen_learning(item, by=request.user)
        return _moved(request, item, _("“%(title)s” is open again."))
    form = DoneForm(request.POST if request.method == "POST" else None, initial={"changed": item.changed})
    if not form.is_valid():
        return _ask(request, item, form)
    actions.finish_learning(item, by=request.user, changed=form.cleaned_data["changed"])
    return _moved(request, item, _("“%(title)s” is done."), undo="done")


@require_POST
@refusals_shown
def drop(request: HttpRequest, code: UUID) -> HttpResponse:
    """Take it off the plan, or with `undo` bring it back."""
    item = _mine(request, code)
    if "undo" in request.POST:
        actions.bring_back_learning(item, by=request.user)
        return _moved(request, item, _("“%(title)s” is back on the plan."))
    actions.drop_learning(item, by=request.user)
    return _moved(request, item, _("“%(title)s” is dropped."), undo="drop")


def _ask(request: HttpRequest, item: LearningItem, form: DoneForm) -> HttpResponse:
    """The question where it was asked: in the list, or on its own page without script."""
    if item.done_on or item.dropped_at:
        raise Refused(_("“%(title)s” is not open. Open it again on the plan first.") % {"title": item.title})
    if getattr(request, "htmx", False) and request.method == "POST":
        context = _plan(request, item.mentorship) | {"asked": item.pk, "form": form}
        return panel(request, PAGE, context, part="plan")
    context = {"item": item, "mentorship": item.mentorship, "form": form}
    return render(request, DONE, context, status=422 if form.errors else 200)


def _moved(request: HttpRequest, item: LearningItem, words: str, *, undo: str = "") -> HttpResponse:
    """The plan as it stands now; by htmx with a way back for ten seconds."""
    said = words % {"title": item.title}
    if not getattr(request, "htmx", False):
        messages.success(request, said)
        return redirect("today" if request.POST.get("from") == "today" else _address(request, item.mentorship))
    toast = {"said": said, "undo_url": reverse(f"assignments:learning-{undo}", args=[item.code]) if undo else ""}
    context = _plan(request, item.mentorship) | toast
    return answer(request, _address(request, item.mentorship), template=PAGE, context=context, part="plan")


def _address(request: HttpRequest, mentorship: Mentorship) -> str:
    goal = _goal(request)
    address = reverse("assignments:learning", args=[mentorship.code])
    return f"{address}?{urlencode({'goal': goal})}" if goal else address


def _goal(request: HttpRequest) -> str:
    """The goal that the plan is looked at for: in the address, and kept by the forms of the list."""
    return (request.POST.get("goal") or request.GET.get("goal") or "")[:36]


def _plan(request: HttpRequest, mentorship: Mentorship) -> dict[str, Any]:
    day = as_of(mentorship, request.user)
    levels = standings(mentorship.mentee_id, day, method_now())
    found = plan_of(mentorship, day=day, levels=levels, goal=_goal(request), after=request.GET.get("after", ""))
    return {
        "mentorship": mentorship,
        "plan": found,
        "is_mentee": request.user.pk == mentorship.mentee_id,
        "may_edit": can_plan_learning(request.user, mentorship),
    }


def _wished(request: HttpRequest) -> dict[str, Any]:
    """What the address asks to begin with; what does not exist is left out."""
    competency = competency_of(request.GET.get("competency", ""))
    return {"kind": "reading", "goal": request.GET.get("goal", ""), "competency": competency}


def competency_of(code: str) -> Competency | None:
    """The competency with this code that can still be chosen."""
    try:
        return Competency.objects.current().select_related("framework").get(code=UUID(code))
    except (ValueError, Competency.DoesNotExist):
        return None


def _form(request: HttpRequest, form: LearningForm, *, status: int = 0, **more: object) -> HttpResponse:
    kinds = [(kind.value, kind.label, ICONS[kind]) for kind in LearningKind]
    return render(request, FORM, {"form": form, "kinds": kinds, **more}, status=status or (422 if form.errors else 200))
