"""Setbacks: written down, read, changed, shared, and looked at again."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import setback as actions
from ..forms.rows import differences
from ..forms.setback import WORDS, LaterForm, SetbackForm, words_of, words_typed
from ..log_book import setback_state
from ..models import Setback
from ..refusals import Stale
from ..rules import can_edit_setback, can_own_setback, can_write_setback
from .assignment import find
from .decision import seen_version
from .drafted import drafted
from .refused import refusals_shown, way_back

FORM, LATER = "assignments/setback_form.html", "assignments/setback_later.html"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Write a setback down; the mentor reads it, the sponsor only where it is shared."""
    assignment = find(request, code)
    require(can_write_setback(request.user, assignment))

    def save(words: dict[str, Any]) -> HttpResponse:
        setback = actions.write_setback(assignment, by=request.user, words=words)
        messages.success(request, _("It is written down. In 30 days you are asked whether the change held."))
        return redirect("assignments:setback", setback.code)

    make = partial(SetbackForm, today=today(request.user.zone))
    names = (*WORDS, "shared_with_sponsor")
    return drafted(request, assignment, name="setback", names=names, make=make, save=save, template=FORM)


def _mine(request: HttpRequest, code: UUID) -> Setback:
    people = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "by")
    return get_object_or_404(Setback.objects.visible_to(request.user).select_related(*people), code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    setback = _mine(request, code)
    word, mark = setback_state(setback, today(request.user.zone))
    context = {
        "setback": setback,
        "assignment": setback.assignment,
        "is_sponsor": setback.assignment.part_of(request.user) == "sponsor",
        "word": word,
        "mark": mark,
        "audiences": ["mentor", "sponsor"] if setback.shared_with_sponsor else ["mentor"],
        "may_edit": can_edit_setback(request.user, setback),
        "may_share": can_own_setback(request.user, setback),
    }
    return render(request, "assignments/setback.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change the card; where it was saved in another window, both texts come back."""
    setback = _mine(request, code)
    require(can_edit_setback(request.user, setback))
    data = request.POST if request.method == "POST" else None
    form = SetbackForm(data, instance=copy(setback), today=today(request.user.zone))
    version = seen_version(request)
    if not form.is_valid():
        return _page(request, FORM, setback, form, version=version or setback.version)
    try:
        actions.edit_setback(setback, by=request.user, version=version, words=form.cleaned_data)
    except Stale as stale:
        setback = _mine(request, code)
        both = differences(words_of(setback), words_typed(form.cleaned_data))
        more = {"stale": stale.words, "differences": both, "version": setback.version}
        return _page(request, FORM, setback, form, status=409, **more)
    messages.success(request, _("The setback is saved."))
    return redirect("assignments:setback", setback.code)


@require_POST
def share(request: HttpRequest, code: UUID) -> HttpResponse:
    setback = _mine(request, code)
    shared = request.POST.get("shared") == "1"
    actions.share_setback(setback, by=request.user, shared=shared)
    messages.success(request, _("Shared.") if shared else _("No longer shared."))
    return redirect("assignments:setback", setback.code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def later(request: HttpRequest, code: UUID) -> HttpResponse:
    """About a month on: did the change hold?"""
    setback = _mine(request, code)
    require(can_own_setback(request.user, setback))
    form = LaterForm(request.POST if request.method == "POST" else None, initial={"later": setback.later})
    version = seen_version(request)
    if not form.is_valid():
        return _page(request, LATER, setback, form, version=version or setback.version)
    try:
        actions.answer_later(setback, by=request.user, version=version, later=form.cleaned_data["later"])
    except Stale as stale:
        setback = _mine(request, code)
        label = str(form.fields["later"].label)
        both = differences([(label, setback.later)], [(label, form.cleaned_data["later"])])
        more = {"stale": stale.words, "differences": both, "version": setback.version}
        return _page(request, LATER, setback, form, status=409, **more)
    messages.success(request, _("Saved. That is what makes a setback worth its price."))
    return way_back(request, "assignments:setback", setback.code)


def _page(request: HttpRequest, template: str, setback: Setback, form: Any, *, status: int = 0, **more: Any):
    context = {"assignment": setback.assignment, "setback": setback, "form": form, **more}
    return render(request, template, context, status=status or (422 if form.errors else 200))
