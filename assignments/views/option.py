"""One option: put on the board, read, changed."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.option import add_option, edit_option
from ..forms.option import OptionForm, contribution_rows, words_of, words_typed
from ..forms.prefill import prefilled, prefilled_competency
from ..forms.rows import differences
from ..models import BriefStatus, Mentorship, Option, Stage
from ..models.option import NEEDS_REASON
from ..notebook import leaves_of
from ..option_rows import with_brief_status
from ..outreach import number
from ..pipeline import BRIEF_MARKS, KIND_ICONS, move_choices
from ..reach import may_read_reach, reach_of
from ..refusals import Stale
from ..rules import can_add_option, can_edit_option, can_edit_stretch
from .decision import seen_version


def own_option(request: HttpRequest, code: UUID) -> Option:
    options = Option.objects.visible_to(request.user).select_related(
        "mentorship__mentor", "mentorship__mentee", "goal", "origin__offered_by", "brief", "assignment"
    )
    return get_object_or_404(with_brief_status(options), code=code)


def own_mentorship(request: HttpRequest, code: UUID) -> Mentorship:
    for mentorship in _own(request.user, code):
        return mentorship
    raise Http404


@compiled
def _own(user: Any, code: UUID) -> QuerySet[Mentorship]:
    return Mentorship.objects.visible_to(user).filter(code=code).select_related("mentor", "mentee")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Put an option on the board."""
    mentorship = own_mentorship(request, code)
    require(can_add_option(request.user, mentorship))
    data = request.POST if request.method == "POST" else None
    form = OptionForm(data, mentorship=mentorship, initial=prefilled(request.GET, mentorship))
    rows = contribution_rows(data=data, first=None if data else prefilled_competency(request.GET))
    if form.is_bound and form.is_valid() and rows.is_valid():
        option = add_option(mentorship, by=request.user, words=form.cleaned_data, contributions=rows.rows())
        return done(request, address_of(option), _("The option is on the board."))
    return _form(request, form, rows, mentorship=mentorship)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return option_page(request, own_option(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change an option; where somebody was faster, both texts come back."""
    option = own_option(request, code)
    require(can_edit_option(request.user, option))
    data = request.POST if request.method == "POST" else None
    form = OptionForm(data, instance=copy(option), mentorship=option.mentorship)
    rows = contribution_rows(option, data)
    here = {"mentorship": option.mentorship, "option": option}
    version_seen = seen_version(request)
    if not (form.is_bound and form.is_valid() and rows.is_valid()):
        return _form(request, form, rows, version=version_seen or option.version, **here)
    words = form.cleaned_data
    try:
        edit_option(option, by=request.user, version=version_seen, words=words, contributions=rows.rows())
    except Stale as stale:
        here["option"] = option = own_option(request, code)
        both = {
            "stale": stale.words,
            "differences": differences(words_of(option, OptionForm.Meta.fields), words_typed(form, rows)),
        }
        return _form(request, form, rows, version=option.version, status=409, **here, **both)
    return done(request, address_of(option), _("The option is saved."))


def address_of(option: Option) -> str:
    return reverse("assignments:option", args=[option.code])


def option_page(request: HttpRequest, option: Option, *, status: int = 200, **more: object) -> HttpResponse:
    mentee = option.mentorship.mentee
    following = [choice for choice in move_choices(option) if not choice.current]
    context = {
        "option": option,
        "mentorship": option.mentorship,
        "kind_icon": KIND_ICONS[option.kind],
        "contributions": option.contributions.select_related("competency"),
        "brief": getattr(option, "brief", None),
        "brief_mark": BRIEF_MARKS.get(option.brief_status or "", ""),
        "brief_word": BriefStatus(option.brief_status).label if option.brief_status else "",
        "hours": number(option.hours_per_week) if option.hours_per_week is not None else "",
        "assignment": getattr(option, "assignment", None),
        "reach": reach_of(option, today(mentee.zone)) if may_read_reach(option, request.user) else None,
        "experiments": leaves_of(option, today(request.user.zone)),
        "on_the_way": [choice for choice in following if choice.value not in NEEDS_REASON],
        "aside": [choice for choice in following if choice.value in NEEDS_REASON],
        "may_edit": can_edit_option(request.user, option),
        "may_edit_stretch": can_edit_stretch(request.user, option),
        "steps": _steps(option),
        **more,
    }
    return render(request, "assignments/option.html", context, status=status)


def _steps(option: Option) -> list[dict[str, str]]:
    """The six stages as steps, those passed and the one it is in."""
    stages = [stage for stage in Stage if stage not in NEEDS_REASON]
    here = option.left_stage or option.stage
    at = stages.index(Stage(here)) if here in stages else -1
    states = ["done" if n < at else "now" if n == at else "next" for n in range(len(stages))]
    return [{"label": str(stage.label), "state": state} for stage, state in zip(stages, states, strict=True)]


def _form(request: HttpRequest, form: OptionForm, rows, *, status: int = 0, **more: object) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or rows.is_wrong)
    context = {"form": form, "rows": rows, "all_forms": [form, *rows.forms], "wrong": wrong, "sets": [rows], **more}
    return render(request, "assignments/option_form.html", context, status=status or (422 if wrong else 200))
