"""What the outcomes of an assignment came to: the values that were measured, and the form of the next."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stretchhub.env import today
from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import measurement as actions
from ..forms.measurement import MeasurementForm
from ..models import Assignment, Measurement
from ..results import results
from ..rules import can_record_measurement
from .assignment import find
from .refused import refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def measurements(request: HttpRequest, code: UUID) -> HttpResponse:
    """Each outcome beside what was measured of it; for mentee and mentor also the form of the next value."""
    assignment = find(request, code)
    may_record = can_record_measurement(request.user, assignment)
    if request.method == "POST":
        require(may_record)
    found = results(assignment)
    outcomes = [result.outcome for result in found]
    form = MeasurementForm(request.POST or None, outcomes=outcomes, today=today(request.user.zone))
    if form.is_bound and form.is_valid():
        actions.record_measurement(assignment, by=request.user, **form.cleaned_data)
        return done(request, _page(assignment), _("The measurement is recorded."))
    context = {"assignment": assignment, "results": found, "form": form, "may_record": may_record}
    return render(request, "assignments/measurements.html", context, status=422 if form.errors else 200)


@require_POST
@refusals_shown
def take_back(request: HttpRequest, code: UUID) -> HttpResponse:
    """Count a value no longer, or with `undo` count it again."""
    rows = Measurement.objects.visible_to(request.user)
    related = rows.select_related("outcome", "assignment__mentee", "assignment__mentor", "assignment__sponsor")
    measurement = get_object_or_404(related, code=code)
    if "undo" in request.POST:
        actions.put_back(measurement, by=request.user)
        return done(request, _page(measurement.assignment), _("The measurement counts again."))
    actions.take_back(measurement, by=request.user)
    return done(request, _page(measurement.assignment), _("The measurement counts no more; it can be put back."))


def _page(assignment: Assignment) -> str:
    return reverse("assignments:measurements", args=[assignment.code])
