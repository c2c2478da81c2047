"""Hours and load, between mentee and mentor alone, and what they do when it is too much."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assignments import rules
from assignments.actions import workload as actions
from assignments.forms.workload import WorkloadForm
from assignments.models import WorkloadResponse
from assignments.stretch_words import week_words
from assignments.workload_of import load_on
from assignments.workload_words import load_sentence, prompts
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .pair import of_the_two
from .refused import refusals_shown

RELATED = ("charter", "option__mentorship")
# Where each answer is carried out.
LEADS_TO = {
    WorkloadResponse.Choice.RESCOPE: "assignments:scope-change",
    WorkloadResponse.Choice.PAUSE: "assignments:pause",
    WorkloadResponse.Choice.COVER: "assignments:charter-edit",
    WorkloadResponse.Choice.CARRY_ON: "assignments:check-ins",
}


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def workload(request: HttpRequest, code: Any) -> HttpResponse:
    """The panel, a page of its own without script; a post answers the guard."""
    assignment = of_the_two(request, code, *RELATED)
    form = WorkloadForm(request.POST or None)
    if request.method == "POST":
        require(rules.can_respond_to_workload(request.user, assignment))
        if form.is_valid():
            actions.respond(assignment, by=request.user, **form.cleaned_data)
            leads_to = LEADS_TO[WorkloadResponse.Choice(form.cleaned_data["choice"])]
            return done(request, reverse(leads_to, args=[assignment.code]), _("Noted, between the two of you."))
    load = load_on(assignment)
    context = {
        "assignment": assignment,
        "load": load,
        "sentence": load_sentence(load.guard),
        "week_sentence": week_words(load.week) if load.week.value is not None else "",
        "prompts": prompts(load.guard),
        "form": form,
        "may_respond": rules.can_respond_to_workload(request.user, assignment),
    }
    return panel(request, "assignments/workload.html", context)
