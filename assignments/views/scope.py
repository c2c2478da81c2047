"""Changes of scope: asked for by mentee or mentor, read by the parties, decided by whoever has the right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import rules
from assignments.actions import scope as actions
from assignments.forms.scope import ScopeChangeForm, ScopeDecisionForm
from assignments.models import ScopeChange, ScopeState
from assignments.refusals import Refused
from assignments.scope_words import STATES, change_words
from assignments.scoping import scope_of
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown

PEOPLE = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "assignment__charter__approver")


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def ask(request: HttpRequest, code: Any) -> HttpResponse:
    """Write down a change of what was agreed, with its reason and what comes off."""
    assignment = find(request, code, "charter__approver")
    require(rules.can_change_scope(request.user, assignment))
    scope = scope_of(assignment, today(assignment.mentee.zone))
    if scope.baseline is None:
        raise Refused(_("There is no baseline: this assignment began before scopes were kept."))
    first = {"kind": request.GET.get("kind", ""), "ends_on": assignment.ends_on}
    form = ScopeChangeForm(request.POST or None, assignment=assignment, initial=first)
    if form.is_valid():
        explained = scope.silent if request.POST.get("explains") == "1" else ()
        change = actions.ask_change(assignment, by=request.user, edits=explained, **form.cleaned_data)
        decider = rules.decider_of(change)
        told = _("Written down. %(who)s is asked to decide.") % {"who": decider.name} if decider else _("Written down.")
        messages.success(request, told)
        return redirect("assignments:plan", assignment.code)
    context = {
        "assignment": assignment,
        "part": assignment.part_of(request.user),
        "form": form,
        "silent": scope.silent,
        "explains": request.POST.get("explains", "1") == "1" if request.method == "POST" else bool(scope.silent),
    }
    return render(request, "assignments/scope_ask.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, code: Any) -> ScopeChange:
    changes = ScopeChange.objects.visible_to(request.user).distinct()
    return get_object_or_404(changes.select_related("asked_by", "decided_by", "milestone", *PEOPLE), code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def change(request: HttpRequest, code: Any) -> HttpResponse:
    """One change, and the decision of the one whose right it is."""
    found = _find(request, code)
    mine = rules.can_decide_scope(request.user, found)
    form = ScopeDecisionForm(request.POST or None)
    if request.method == "POST":
        if found.state != ScopeState.PROPOSED:
            raise Refused(_("This change was decided or taken back meanwhile. Look at where it stands now."))
        require(mine)
        if form.is_valid():
            return _decide(request, found, form)
    context = {
        "change": found,
        "assignment": found.assignment,
        "words": change_words(found),
        "mark": STATES[found.state],
        "decider": rules.decider_of(found),
        "may_decide": mine,
        "may_withdraw": found.state == ScopeState.PROPOSED and rules.can_withdraw_scope(request.user, found),
        # An approver from outside reads this one page and not the plan.
        "is_party": found.assignment.part_of(request.user) != "",
        "form": form,
    }
    return render(request, "assignments/scope_change.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, found: ScopeChange, form: ScopeDecisionForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["decision"] == "approve":
        actions.approve(found, by=request.user, reason=reason)
        messages.success(request, _("Agreed. The two of them are told."))
    else:
        actions.decline(found, by=request.user, reason=reason)
        messages.success(request, _("Declined, with your reason. The two of them are told."))
    return redirect("assignments:scope-decide", found.code)


@require_POST
@refusals_shown
def withdraw(request: HttpRequest, code: Any) -> HttpResponse:
    found = _find(request, code)
    actions.withdraw(found, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect("assignments:plan", found.assignment.code)
