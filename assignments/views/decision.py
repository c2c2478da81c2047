"""The decision log: added to, read, put in better words, looked back at."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import decision as actions
from ..forms.decision import WORDS, DecisionForm, LookBackForm, words_of, words_typed
from ..forms.rows import differences
from ..log_book import decision_state
from ..models import Decision
from ..refusals import Stale
from ..rules import can_edit_decision, can_log_decision, can_look_back
from .assignment import find
from .drafted import drafted
from .refused import refusals_shown, way_back

FORM, LOOK_BACK = "assignments/decision_form.html", "assignments/decision_look_back.html"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Log a decision; the address may bring its words from a check-in."""
    assignment = find(request, code)
    require(can_log_decision(request.user, assignment))

    def save(words: dict[str, Any]) -> HttpResponse:
        decision = actions.log_decision(assignment, by=request.user, words=words)
        messages.success(request, _("The decision is in the log."))
        return redirect("assignments:decision", decision.code)

    make = partial(DecisionForm, today=today(request.user.zone))
    return drafted(request, assignment, name="decision", names=WORDS, make=make, save=save, template=FORM)


def _mine(request: HttpRequest, code: UUID) -> Decision:
    decisions = Decision.objects.visible_to(request.user)
    people = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "logged_by", "looked_back_by")
    return get_object_or_404(decisions.select_related(*people), code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    decision = _mine(request, code)
    word, mark = decision_state(decision, today(request.user.zone))
    context = {
        "decision": decision,
        "assignment": decision.assignment,
        "word": word,
        "mark": mark,
        "may_edit": can_edit_decision(request.user, decision),
        "may_look_back": can_look_back(request.user, decision),
    }
    return render(request, "assignments/decision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change the words; where somebody was faster, both texts come back."""
    decision = _mine(request, code)
    require(can_edit_decision(request.user, decision))
    data = request.POST if request.method == "POST" else None
    form = DecisionForm(data, instance=copy(decision), today=today(request.user.zone))
    version = seen_version(request)
    if not form.is_valid():
        return _edit(request, decision, form, version=version or decision.version)
    try:
        actions.edit_decision(decision, by=request.user, version=version, words=form.cleaned_data)
    except Stale as stale:
        decision = _mine(request, code)
        both = differences(words_of(decision), words_typed(form.cleaned_data))
        more = {"stale": stale.words, "differences": both, "version": decision.version}
        return _edit(request, decision, form, status=409, **more)
    messages.success(request, _("The decision is saved."))
    return redirect("assignments:decision", decision.code)


def _edit(request: HttpRequest, decision: Decision, form: DecisionForm, *, status: int = 0, **more: Any):
    context = {"assignment": decision.assignment, "decision": decision, "form": form, **more}
    return render(request, FORM, context, status=status or (422 if form.errors else 200))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def look_back(request: HttpRequest, code: UUID) -> HttpResponse:
    """Say what happened, or choose a later day."""
    decision = _mine(request, code)
    require(can_look_back(request.user, decision))
    data = request.POST if request.method == "POST" else None
    form = LookBackForm(data, today=today(request.user.zone), initial={"happened": decision.happened})
    version = seen_version(request)
    if not form.is_valid():
        return _ask(request, decision, form, version=version or decision.version)
    try:
        words = _looked_back(request, decision, form.cleaned_data, version)
    except Stale as stale:
        decision = _mine(request, code)
        label = str(form.fields["happened"].label)
        both = differences([(label, decision.happened)], [(label, form.cleaned_data["happened"])])
        more = {"stale": stale.words, "differences": both, "version": decision.version}
        return _ask(request, decision, form, status=409, **more)
    messages.success(request, words)
    return way_back(request, "assignments:decision", decision.code)


def _looked_back(request: HttpRequest, decision: Decision, words: dict[str, Any], version: int) -> str:
    if words["happened"]:
        actions.look_back(decision, by=request.user, version=version, happened=words["happened"])
        return _("It stands beside the decision now.")
    actions.look_back_later(decision, by=request.user, version=version, on=words["again_on"])
    return _("It comes back on that day.")


def _ask(request: HttpRequest, decision: Decision, form: LookBackForm, *, status: int = 0, **more: Any):
    context = {"assignment": decision.assignment, "decision": decision, "form": form, **more}
    return render(request, LOOK_BACK, context, status=status or (422 if form.errors else 200))


def seen_version(request: HttpRequest, name: str = "version") -> int:
    """The version that the page was opened with, 0 where it says none."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and sent.isascii() and len(sent) < 10 else 0


def log_address(assignment: Any, part: str) -> str:
    return reverse("assignments:log", args=[assignment.code]) + f"#{part}"
