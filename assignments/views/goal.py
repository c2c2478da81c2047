"""Goals: write one, read it, change it, say what became of it."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.goal import add_goal, edit_goal, settle_goal
from ..assessing import as_of, method_now, standings
from ..forms.goal import GoalForm, first_words, target_rows, weight_words, words_of, words_typed
from ..forms.rows import differences
from ..learning_plan import plan_for
from ..mentoring import goals_with_levels, level_rows
from ..models import Audience, Competency, Goal, GoalStatus, Intake, Mentorship, Option
from ..refusals import Refused, Stale
from ..rules import can_edit_goal, can_write_goals


def _mine(request: HttpRequest, code: UUID) -> Goal:
    goals = Goal.objects.visible_to(request.user).select_related("mentorship__mentor", "mentorship__mentee", "intake")
    return get_object_or_404(goals_with_levels(goals), code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _mine(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Write a goal into a mentorship."""
    visible = Mentorship.objects.visible_to(request.user).select_related("mentor", "mentee")
    mentorship = get_object_or_404(visible, code=code)
    require(can_write_goals(request.user, mentorship))
    data = request.POST if request.method == "POST" else None
    intake = _intake(request, mentorship)
    form, rows = GoalForm(data, initial=first_words(intake)), target_rows(data=data)
    if form.is_bound and form.is_valid() and rows.is_valid():
        goal = add_goal(mentorship, by=request.user, words=form.cleaned_data, targets=rows.rows(), intake=intake)
        return done(request, _address(goal), _("The goal is written down."))
    return _form(request, form, rows, mentorship=mentorship, intake=intake)


def _intake(request: HttpRequest, mentorship: Mentorship) -> Intake | None:
    """The conversation of this mentorship that the address names; any other is as if none were named."""
    try:
        code = UUID(request.GET.get("intake", ""))
    except ValueError:
        return None
    return Intake.objects.filter(mentorship=mentorship, code=code).prefetch_related("answers").first()


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change a goal; where somebody was faster, both texts come back."""
    goal = _mine(request, code)
    require(can_edit_goal(request.user, goal))
    data = request.POST if request.method == "POST" else None
    form, rows = GoalForm(data, instance=copy(goal)), target_rows(goal, data)
    if not (form.is_bound and form.is_valid() and rows.is_valid()):
        version = _number(request.POST.get("version"), goal.version)
        return _form(request, form, rows, mentorship=goal.mentorship, goal=goal, version=version)
    version = _number(request.POST.get("version"), 0)
    try:
        edit_goal(goal, by=request.user, version=version, words=form.cleaned_data, targets=rows.rows())
    except Stale as stale:
        goal = _mine(request, code)
        both = {"stale": stale.words, "differences": differences(words_of(goal), words_typed(form, rows))}
        return _form(
            request, form, rows, mentorship=goal.mentorship, goal=goal, version=goal.version, status=409, **both
        )
    return done(request, _address(goal), _("The goal is saved."))


@require_POST
def settle(request: HttpRequest, code: UUID) -> HttpResponse:
    """Mark a goal reached or dropped, or open it again."""
    goal = _mine(request, code)
    require(can_edit_goal(request.user, goal))
    status = request.POST.get("status", "")
    if status not in GoalStatus.values:
        return _page(request, goal, refused=_("Choose what became of the goal."), status=422)
    try:
        settle_goal(goal, by=request.user, status=status)
    except Refused as refused:
        return _page(request, _mine(request, code), refused=refused.words, status=409)
    return done(request, _address(goal), _("The goal is now “%(status)s”.") % {"status": goal.get_status_display()})


def _address(goal: Goal) -> str:
    return reverse("assignments:goal", args=[goal.code])


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 10 else default


def _page(request: HttpRequest, goal: Goal, *, refused: str = "", status: int = 200) -> HttpResponse:
    day = as_of(goal.mentorship, request.user)
    levels = standings(goal.mentorship.mentee_id, day, method_now())
    context = {
        "goal": goal,
        "rows": level_rows(goal, levels),
        "weights": [(target.competency.name, weight_words(target.weight)) for target in goal.targets.all()],
        "weight": weight_words(goal.weight),
        "audiences": [Audience(name).label for name in goal.audiences if name in Audience.values],
        "domains": goal.domains.splitlines(),
        "goal_query": f"?goal={goal.pk}",
        "options": Option.objects.filter(goal=goal).order_by("-stage_changed_at", "-pk"),
        "may_edit": can_edit_goal(request.user, goal),
        "learning": plan_for(goal, day=day, levels=levels),
        "refused": refused,
    }
    return render(request, "assignments/goal.html", context, status=status)


def _form(request: HttpRequest, form: GoalForm, rows, *, status: int = 0, **more: object) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or rows.is_wrong)
    described = Competency.objects.to_explain(rows.form_kwargs["known"].also)
    context = {
        "form": form,
        "rows": rows,
        "all_forms": [form, *rows.forms],
        "wrong": wrong,
        "sets": [rows],
        "competencies": described,
        **more,
    }
    return render(request, "assignments/goal_form.html", context, status=status or (422 if wrong else 200))
