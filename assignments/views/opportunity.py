"""The shared pool: looked through, added to, and taken from."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.env import today
from stretchhub.markup import format_html_join
from stretchhub.pages import done, page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.opportunity import close_opportunity, edit_opportunity, offer_opportunity, take_opportunity
from ..forms.competency import CompetencyInput, CompetencyNames
from ..forms.opportunity import CloseForm, OpportunityForm, TakeForm
from ..forms.option import contribution_rows, words_of, words_typed
from ..forms.rows import differences
from ..models import Audience, Kind, Mentorship, Opportunity, OptionRole, Stage
from ..outreach import number
from ..pipeline import KIND_ICONS
from ..pool import (
    Copy,
    Pipeline,
    Search,
    chosen_pipeline,
    copies_of,
    found,
    gaps_of,
    lines,
    pipeline_label,
    pipelines_of,
    time_frame,
)
from ..refusals import Refused, Stale
from ..rules import can_close_opportunity, can_edit_opportunity, can_offer_opportunity
from .decision import seen_version
from .refused import refusals_shown


@require_safe
def opportunities(request: HttpRequest) -> HttpResponse:
    """What is on offer, the newest first."""
    search, pipelines = Search.read(request.GET), pipelines_of(request.user)
    for_gaps = chosen_pipeline(search.gaps, pipelines)
    wanted = gaps_of(for_gaps, today(for_gaps.zone)) if for_gaps else None
    named_so = CompetencyNames().find(search.competency) if search.competency else []
    offered = found(request.user, search, wanted=wanted, named=[one.pk for one in named_so])
    page = page_by_key(offered, request.GET.get("after", ""), by=("-offered_at", "-pk"))
    context = {
        "search": search,
        "page": page,
        # A template finds the words of a row faster by key than as attributes.
        "lines": [vars(line) for line in lines(page.items, request.user)],
        "gaps": [pipeline for pipeline in pipelines if pipeline.has_goals],
        "gap_names": len(wanted) if wanted is not None else None,
        "filters": _filters(search),
        "competency": CompetencyInput(attrs={"class": "form-control", "placeholder": _("Competency")}).render(
            "competency", search.competency, {"id": "competency"}
        ),
        "mentorship": pipelines[0] if len(pipelines) == 1 else None,
        "paired": bool(pipelines),
    }
    return render(request, "assignments/opportunities.html", context)


def _filters(search: Search) -> list[dict[str, Any]]:
    """The lists to choose from: name, label, and the choices with the one chosen."""
    named_lists = [
        ("kind", _("Kind"), _("Any kind"), Kind.choices),
        ("audience", _("Audience"), _("Any audience"), Audience.choices),
        ("role", _("Role"), _("Any role"), OptionRole.choices),
    ]
    return [
        {"name": name, "label": label, "options": _options([("", every), *choices], getattr(search, name))}
        for name, label, every, choices in named_lists
    ]


def _options(choices: list[tuple[str, Any]], chosen: str) -> SafeString:
    rows = ((value, " selected" if value == chosen else "", label) for value, label in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def offer(request: HttpRequest) -> HttpResponse:
    """Put work on offer."""
    require(can_offer_opportunity(request.user))
    data = request.POST if request.method == "POST" else None
    form, rows = OpportunityForm(data), contribution_rows(data=data)
    if form.is_bound and form.is_valid() and rows.is_valid():
        opportunity = offer_opportunity(by=request.user, words=form.cleaned_data, contributions=rows.rows())
        return done(request, _address(opportunity), _("It is in the pool, where everybody can find it."))
    return _form(request, form, rows)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _visible(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change what is offered; where it was saved from another page meanwhile, both texts come back."""
    opportunity = _visible(request, code)
    require(can_edit_opportunity(request.user, opportunity))
    if opportunity.is_closed:
        raise Refused(_("This opportunity is closed and cannot be changed any more. Offer it anew instead."))
    data = request.POST if request.method == "POST" else None
    form, rows = OpportunityForm(data, instance=copy(opportunity)), contribution_rows(opportunity, data)
    version = seen_version(request)
    if not (form.is_bound and form.is_valid() and rows.is_valid()):
        return _form(request, form, rows, opportunity=opportunity, version=version or opportunity.version)
    words = form.cleaned_data
    try:
        edit_opportunity(opportunity, by=request.user, version=version, words=words, contributions=rows.rows())
    except Stale as stale:
        opportunity = _visible(request, code)
        both = differences(words_of(opportunity, OpportunityForm.Meta.fields), words_typed(form, rows))
        more = {"stale": stale.words, "differences": both, "version": opportunity.version}
        return _form(request, form, rows, status=409, opportunity=opportunity, **more)
    return done(request, _address(opportunity), _("The opportunity is saved."))


@require_POST
@refusals_shown
def close(request: HttpRequest, code: UUID) -> HttpResponse:
    """Take it off offer, with a reason."""
    opportunity = _visible(request, code)
    require(can_close_opportunity(request.user, opportunity))
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, opportunity, status=422, close_form=form)
    close_opportunity(opportunity, by=request.user, reason=form.cleaned_data["reason"])
    own = can_edit_opportunity(request.user, opportunity)
    to = _address(opportunity) if own else reverse("assignments:opportunities")
    return done(request, to, _("“%(title)s” is closed.") % {"title": opportunity.title})


@require_POST
@once
@refusals_shown
def take(request: HttpRequest, code: UUID) -> HttpResponse:
    """Put a copy into a pipeline; where there are several, the form says which."""
    opportunity = _visible(request, code)
    pipelines = pipelines_of(request.user)
    require(bool(pipelines))
    form = TakeForm(request.POST, pipelines=pipelines)
    if not form.is_valid():
        return _page(request, opportunity, status=422, take_form=form)
    mentorship = Mentorship.objects.get(pk=form.cleaned_data["mentorship"].pk)
    option = take_opportunity(opportunity, by=request.user, mentorship=mentorship)
    said = _("“%(title)s” is on the board as an idea. Make it yours: change what does not fit.")
    return done(request, reverse("assignments:option", args=[option.code]), said % {"title": option.title})


def _visible(request: HttpRequest, code: UUID) -> Opportunity:
    visible = Opportunity.objects.visible_to(request.user).select_related("offered_by")
    return get_object_or_404(visible, code=code)


def _address(opportunity: Opportunity) -> str:
    return reverse("assignments:opportunity", args=[opportunity.code])


def _page(request: HttpRequest, opportunity: Opportunity, *, status: int = 200, **more: Any) -> HttpResponse:
    pipelines, copies = pipelines_of(request.user), copies_of([opportunity.pk], request.user)
    may_edit = can_edit_opportunity(request.user, opportunity)
    context = {
        "opportunity": opportunity,
        "kind_icon": KIND_ICONS[opportunity.kind],
        "contributions": opportunity.contributions.select_related("competency"),
        "hours": number(opportunity.hours_per_week) if opportunity.hours_per_week is not None else "",
        "time_frame": time_frame(opportunity),
        "copies": _labelled(copies),
        "may_edit": may_edit and not opportunity.is_closed,
        "may_close": can_close_opportunity(request.user, opportunity) and not opportunity.is_closed,
        "is_mine": may_edit,
        "take_form": None if opportunity.is_closed else _take_form(pipelines, copies),
        "close_form": CloseForm(),
        **more,
    }
    return render(request, "assignments/opportunity.html", context, status=status)


def _labelled(copies: list[Copy]) -> list[tuple[Copy, str, Any]]:
    """Each copy with its pipeline and the stage it is in."""
    alone = sum(copy.is_mine for copy in copies) == 1
    return [
        (copy, pipeline_label(copy.mentee, copy.mentor, is_mine=copy.is_mine, alone=alone), Stage(copy.stage).label)
        for copy in copies
    ]


def _take_form(pipelines: list[Pipeline], copies: list[Copy]) -> TakeForm | None:
    """A form for the pipelines it is not in yet; nothing where there is none."""
    taken = {copy.mentorship_id for copy in copies}
    free = [pipeline for pipeline in pipelines if pipeline.pk not in taken]
    return TakeForm(pipelines=free) if free else None


def _form(request: HttpRequest, form: OpportunityForm, rows: Any, *, status: int = 0, **more: Any) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or rows.is_wrong)
    context = {"form": form, "rows": rows, "all_forms": [form, *rows.forms], "wrong": wrong, "sets": [rows], **more}
    return render(request, "assignments/opportunity_form.html", context, status=status or (422 if wrong else 200))
