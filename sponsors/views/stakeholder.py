"""The grid of power and interest: a dated snapshot between mentee and mentor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.assessing import method_now
from assignments.forms.rows import differences
from assignments.models import Option
from assignments.refusals import Refused, Stale
from assignments.views.ranking import version_sent
from stretchhub.env import today
from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import stakeholder as actions
from ..forms.stakeholder import PlacedPersonForm, PlaceForm, StakeholderForm, words_of
from ..grid import grid_of
from ..models import Stakeholder
from ..rules import can_find_sponsors
from .adding import add_page
from .candidate import own_option

ADD = "sponsors/stakeholder_add.html"
FIELDS = ("power", "interest", "placed_on", "note")


def address_of(option: Option) -> str:
    return reverse("sponsors:grid", args=[option.code])


def own_stakeholder(request: HttpRequest, code: UUID) -> Stakeholder:
    visible = Stakeholder.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("person", "option__mentorship__mentor", "option__mentorship__mentee"), code=code
    )


@require_safe
def grid(request: HttpRequest, code: UUID) -> HttpResponse:
    """Everybody who was placed, as a figure and as its table."""
    option = own_option(request, code)
    context = {
        "option": option,
        "grid": grid_of(option, method_now()),
        "may_edit": can_find_sponsors(request.user, option),
    }
    return render(request, "sponsors/grid.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Place somebody from the directory, or a name or group beside it."""
    option = own_option(request, code)
    require(can_find_sponsors(request.user, option))
    day = today(request.user.zone)
    data = request.POST if request.method == "POST" and "find" not in request.POST else None
    initial = request.POST.dict() if request.method == "POST" else {"placed_on": day, **request.GET.dict()}
    people = PlacedPersonForm(data, initial=initial, without=[option.mentorship.mentee_id])
    form = PlaceForm(data, initial=initial, today=day)
    if data is None or not _is_whole(people, form):
        return add_page(request, ADD, option, people, form)
    person = people.cleaned_data["person"]
    try:
        placed = actions.place_stakeholder(option, by=request.user, person=person, words=form.cleaned_data)
    except Refused as refused:
        return add_page(request, ADD, option, people, form, status=409, refused=refused.words)
    return done(request, address_of(option), _("%(name)s is on the grid.") % {"name": placed.name})


def _is_whole(people: PlacedPersonForm, form: PlaceForm) -> bool:
    both = [people.is_valid(), form.is_valid()]
    if all(both) and not people.cleaned_data["person"] and not form.cleaned_data["name"]:
        form.add_error("name", _("Choose somebody from the directory, or write who it is."))
        return False
    return all(both)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Say where somebody stands now; where somebody was faster, both come back."""
    stakeholder = own_stakeholder(request, code)
    require(can_find_sponsors(request.user, stakeholder.option))
    day = today(request.user.zone)
    if request.method != "POST":
        form = StakeholderForm(initial=_said(stakeholder) | {"placed_on": day}, today=day, named=True)
        return _edit_page(request, stakeholder, form, version=stakeholder.version)
    form = StakeholderForm(request.POST, today=day, named=True)
    if not form.is_valid():
        return _edit_page(request, stakeholder, form, version=version_sent(request), status=422)
    try:
        actions.move_stakeholder(stakeholder, by=request.user, version=version_sent(request), words=form.cleaned_data)
    except Stale as stale:
        stakeholder = own_stakeholder(request, code)
        both = differences(words_of(_said(stakeholder)), words_of(form.cleaned_data))
        more = {"stale": stale.words, "differences": both, "version": stakeholder.version}
        return _edit_page(request, stakeholder, form, status=409, **more)
    return done(request, address_of(stakeholder.option), _("Saved."))


def _said(stakeholder: Stakeholder) -> dict[str, Any]:
    return {name: getattr(stakeholder, name) for name in FIELDS}


def _edit_page(
    request: HttpRequest, stakeholder: Stakeholder, form: StakeholderForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"stakeholder": stakeholder, "option": stakeholder.option, "form": form, **more}
    return render(request, "sponsors/stakeholder_edit.html", context, status=status)


@require_POST
def remove(request: HttpRequest, code: UUID) -> HttpResponse:
    """Off the grid."""
    stakeholder = own_stakeholder(request, code)
    require(can_find_sponsors(request.user, stakeholder.option))
    option, name = stakeholder.option, stakeholder.name
    actions.remove_stakeholder(stakeholder, by=request.user)
    return done(request, address_of(option), _("%(name)s is off the grid.") % {"name": name})
