"""What the two put on the agenda of their next check-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import agenda, rules
from assignments.actions import agenda as actions
from assignments.forms.rhythm import AgendaForm
from assignments.models import AgendaItem, Assignment
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .pair import of_the_two
from .refused import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: Any) -> HttpResponse:
    """One more item; a form of its own where something was wrong or there is no script."""
    assignment = of_the_two(request, code)
    require(rules.can_keep_agenda(request.user, assignment))
    form = AgendaForm(request.POST or None)
    if form.is_valid():
        actions.add(assignment, by=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("On the agenda of the next check-in."))
        return redirect(_back(request, assignment))
    context = {"assignment": assignment, "form": form, "agenda": agenda.of(assignment)}
    return render(request, "assignments/agenda_add.html", context, status=422 if form.errors else 200)


@require_POST
@refusals_shown
def settle(request: HttpRequest, code: Any) -> HttpResponse:
    """It was talked about; with `undo` it was not."""
    items = AgendaItem.objects.visible_to(request.user)
    item = get_object_or_404(items.select_related("assignment__mentee", "assignment__mentor"), code=code)
    if "undo" in request.POST:
        actions.take_up(item, by=request.user)
        messages.success(request, _("Back on the agenda."))
    else:
        actions.settle(item, by=request.user)
        messages.success(request, _("Settled."))
    return redirect(_back(request, item.assignment))


def _back(request: HttpRequest, assignment: Assignment) -> str:
    """The page that the agenda was shown on, else the check-ins."""
    sent = request.POST.get("next", "")
    ours = sent.startswith("/") and url_has_allowed_host_and_scheme(sent, {request.get_host()})
    return (sent if ours else reverse("assignments:check-ins", args=[assignment.code])) + "#agenda"
