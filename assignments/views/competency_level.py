"""Levels of competencies: where somebody stands and who says so, and recording one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once
from stretchhub.typed import typed_words

from ..actions.competency_level import record_level
from ..assessing import method_now
from ..forms.competency_level import CompetencyForm, LevelForm
from ..level_book import Level, book_of, level_of, levels_of
from ..level_words import levels_to_choose, what_counts
from ..models import Competency, Mentorship
from ..rules import can_record_level
from .learning import competency_of
from .option import own_mentorship

PAGE, FORM, CHOICE = (f"assignments/level{part}.html" for part in ("s", "_add", "_choose"))


@require_safe
def levels(request: HttpRequest, code: UUID) -> HttpResponse:
    """Every competency of the goals, the options and what was recorded, with who says so and when."""
    mentorship = own_mentorship(request, code)
    context = {
        **_about(request, mentorship),
        "book": book_of(mentorship, request.user, today(mentorship.mentee.zone)),
        "may_record": can_record_level(request.user, mentorship),
    }
    return render(request, PAGE, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Record a level; which competency is asked first unless the address names it."""
    mentorship = own_mentorship(request, code)
    require(can_record_level(request.user, mentorship))
    competency = competency_of((request.POST or request.GET).get("competency", ""))
    if competency is None:
        return _choose(request, mentorship)
    day = today(mentorship.mentee.zone)
    form = LevelForm(request.POST if request.method == "POST" else None, day=day)
    if form.is_valid():
        recorded = record_level(mentorship, by=request.user, competency=competency, **form.cleaned_data)
        level = _level(request, mentorship, competency)
        messages.success(request, what_counts(competency, recorded.level, level.standing))
        return redirect("assignments:levels", mentorship.code)
    context = {
        **_about(request, mentorship),
        "form": form,
        "competency": competency,
        "level": _level(request, mentorship, competency),
        "choices": levels_to_choose(competency),
    }
    return render(request, FORM, context, status=422 if form.errors else 200)


def _choose(request: HttpRequest, mentorship: Mentorship) -> HttpResponse:
    """Which competency: those of the goals to press, any other by its name."""
    form = CompetencyForm(request.GET if "name" in request.GET else request.POST or None)
    if request.method == "GET" and form.is_valid():
        address = f"{request.path}?competency={form.cleaned_data['name'].code}"
        return redirect(address)
    book = book_of(mentorship, request.user, today(mentorship.mentee.zone))
    context = {**_about(request, mentorship), "form": form, "rows": book.rows, "typed": typed_words(request.POST)}
    return render(request, CHOICE, context, status=422 if form.errors else 200)


def _level(request: HttpRequest, mentorship: Mentorship, competency: Competency) -> Level:
    """Where the mentee stands in one competency now."""
    day, method = today(mentorship.mentee.zone), method_now()
    found = levels_of(mentorship.mentee_id, request.user, day, method, [competency.pk])
    return found.get(competency.pk) or level_of((), day, method)


def _about(request: HttpRequest, mentorship: Mentorship) -> dict[str, object]:
    return {"mentorship": mentorship, "is_mentee": request.user.pk == mentorship.mentee_id}
