"""Whom one might ask to sponsor an option: the list, a judgement, setting aside, and taking over into the ranking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.assessing import method_now
from assignments.forms.people import PersonForm
from assignments.forms.rows import differences
from assignments.models import Option
from assignments.refusals import Refused, Stale
from assignments.rules import can_weigh_option
from assignments.views.ranking import version_sent
from assignments.weighing import said_of
from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import candidate as actions
from ..finding import finding, with_sponsoring
from ..forms.candidate import CandidateForm, RankForm, words_of
from ..models import SponsorCandidate
from ..rules import can_find_sponsors
from .adding import add_page

ADD = "sponsors/candidate_add.html"
SHOWN_IN_PANEL = 3


def own_option(request: HttpRequest, code: UUID) -> Option:
    options = Option.objects.visible_to(request.user)
    return get_object_or_404(options.select_related("mentorship__mentor", "mentorship__mentee", "brief"), code=code)


def own_candidate(request: HttpRequest, code: UUID) -> SponsorCandidate:
    candidates = with_sponsoring(SponsorCandidate.objects.visible_to(request.user))
    return get_object_or_404(
        candidates.select_related("person", "option__mentorship__mentor", "option__mentorship__mentee"), code=code
    )


def address_of(option: Option) -> str:
    return reverse("sponsors:candidates", args=[option.code])


@require_safe
def candidates(request: HttpRequest, code: UUID) -> HttpResponse:
    """Those in view in their order, each with its arithmetic; numbers inform, people choose."""
    option = own_option(request, code)
    return render(request, "sponsors/candidates.html", _list(request, option))


@require_safe
def for_option(request: HttpRequest, code: UUID) -> HttpResponse:
    """The first few, as a panel of the option's page."""
    option = own_option(request, code)
    context = _list(request, option) | {"most": SHOWN_IN_PANEL, "stakeholders": option.stakeholders.count()}
    return panel(request, "sponsors/for_option.html", context)


def _list(request: HttpRequest, option: Option) -> dict[str, Any]:
    return {
        "option": option,
        "mentorship": option.mentorship,
        "finding": finding(option, today(request.user.zone), method_now()),
        "may_edit": can_find_sponsors(request.user, option),
        "may_rank": can_weigh_option(request.user, option),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Search the directory, choose somebody, and judge as far as one can."""
    option = own_option(request, code)
    require(can_find_sponsors(request.user, option))
    data = request.POST if request.method == "POST" and "find" not in request.POST else None
    initial = request.POST.dict() if request.method == "POST" else request.GET.dict()
    without = [option.mentorship.mentee_id, option.mentorship.mentor_id]
    people = PersonForm(data, initial=initial, without=without)
    form = CandidateForm(data, initial=initial, today=today(request.user.zone))
    if data is None or not (people.is_valid() and form.is_valid()):
        return add_page(request, ADD, option, people, form)
    try:
        added = actions.add_candidate(
            option, by=request.user, person=people.cleaned_data["person"], words=form.cleaned_data
        )
    except Refused as refused:
        return add_page(request, ADD, option, people, form, status=409, refused=refused.words)
    said = _("%(name)s is on the list.") % {"name": added.person.name}
    return done(request, address_of(option), said)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Judge somebody anew; where somebody was faster, both judgements come back."""
    candidate = own_candidate(request, code)
    require(can_find_sponsors(request.user, candidate.option))
    day = today(request.user.zone)
    if request.method != "POST":
        return _edit_page(request, candidate, CandidateForm(instance=candidate, today=day), version=candidate.version)
    form = CandidateForm(request.POST, today=day)
    if not form.is_valid():
        return _edit_page(request, candidate, form, version=version_sent(request), status=422)
    try:
        actions.edit_candidate(candidate, by=request.user, version=version_sent(request), words=form.cleaned_data)
    except Stale as stale:
        candidate = own_candidate(request, code)
        saved = {name: getattr(candidate, name) for name in CandidateForm.Meta.fields}
        more = {"stale": stale.words, "differences": differences(words_of(saved), words_of(form.cleaned_data))}
        return _edit_page(request, candidate, form, version=candidate.version, status=409, **more)
    return done(request, address_of(candidate.option), _("Saved."))


def _edit_page(
    request: HttpRequest, candidate: SponsorCandidate, form: CandidateForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"candidate": candidate, "option": candidate.option, "form": form, "words": form, **more}
    return render(request, "sponsors/candidate_edit.html", context, status=status)


@require_POST
def set_aside(request: HttpRequest, code: UUID) -> HttpResponse:
    """Out of view, and back again."""
    candidate = own_candidate(request, code)
    require(can_find_sponsors(request.user, candidate.option))
    names = {"name": candidate.person.name}
    if "back" in request.POST:
        actions.take_back(candidate, by=request.user)
        return done(request, address_of(candidate.option), _("%(name)s is back in view.") % names)
    actions.set_aside(candidate, by=request.user)
    said = _("%(name)s is set aside. What you said is kept; you can bring them back below.") % names
    return done(request, address_of(candidate.option), said)


@require_http_methods(["GET", "HEAD", "POST"])
def rank(request: HttpRequest, code: UUID) -> HttpResponse:
    """Make this person the sponsor in view of the ranking, beside who stands there now."""
    candidate = own_candidate(request, code)
    option = candidate.option
    require(can_find_sponsors(request.user, option) and can_weigh_option(request.user, option))
    said = said_of(option)
    if request.method != "POST":
        same = said.outlook["name"] == candidate.person.name
        initial = {"engaged": said.outlook["engaged"]} if same else {}
        return _rank_page(request, candidate, RankForm(initial=initial), mark=said.mark)
    form = RankForm(request.POST)
    mark = request.POST.get("mark", "")
    if not form.is_valid():
        return _rank_page(request, candidate, form, mark=mark, status=422)
    try:
        actions.use_in_ranking(candidate, by=request.user, mark=mark, engaged=form.cleaned_data["engaged"])
    except Refused as refused:
        return _rank_page(request, candidate, form, mark=said_of(option).mark, status=409, refused=refused.words)
    words = _("The ranking now counts on %(name)s for this option.") % {"name": candidate.person.name}
    return done(request, address_of(option), words)


def _rank_page(
    request: HttpRequest, candidate: SponsorCandidate, form: RankForm, *, status: int = 200, **more: object
) -> HttpResponse:
    judged = [CandidateForm(instance=candidate, today=None)[name] for name in ("owns", "influences", "develops")]
    context = {
        "candidate": candidate,
        "option": candidate.option,
        "now": said_of(candidate.option).outlook,
        "judged": [(field.label, field.value()) for field in judged],
        "missing": any(field.value() is None for field in judged),
        "form": form,
        **more,
    }
    return render(request, "sponsors/candidate_rank.html", context, status=status)
