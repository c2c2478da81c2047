"""The charter: read by its parties and HR, written by mentee and mentor, acknowledged by all three."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import rules
from assignments.actions import charter as actions
from assignments.assessing import method_now
from assignments.forms.charter import CharterForm
from assignments.models import Assignment, Charter, Part, Status
from assignments.refusals import Refused, Stale
from assignments.stretch_words import week_words
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown, way_back

PEOPLE = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")
WEEKS = 12
CHANGEABLE = (Status.CHARTERING, Status.ACTIVE, Status.PAUSED)


@require_safe
def detail(request: HttpRequest, code: Any) -> HttpResponse:
    charter = _visible(request).filter(assignment__code=code).first()
    if charter is None:
        return _unwritten(request, code)
    assignment = charter.assignment
    agreed = {a.part: a for a in charter.acknowledgements.all() if a.charter_version == charter.version}
    parties = [
        {"part": Part(part).label, "person": getattr(assignment, part), "agreed": agreed.get(part)}
        for part in Part.values
    ]
    mine = [part for part in Part.values if getattr(assignment, f"{part}_id") == request.user.pk]
    return render(
        request,
        "assignments/charter.html",
        {
            "charter": charter,
            "assignment": assignment,
            "parties": parties,
            "is_party": bool(mine),
            "to_acknowledge": any(part not in agreed for part in mine) and assignment.status != Status.CLOSED,
            "missing": [party["person"] for party in parties if not party["agreed"] and party["person"]],
            "may_edit": rules.can_edit_charter(request.user, assignment),
            "changed": charter.version > 1,
            **_week(charter, mine),
        },
    )


def _week(charter: Charter, mine: list[str]) -> dict[str, Any]:
    """How full the week is with it, for mentee and mentor alone and while the charter can still be changed."""
    if charter.assignment.status not in CHANGEABLE or not {Part.MENTEE, Part.MENTOR} & set(mine):
        return {}
    week = actions.week_of(charter.assignment, charter)
    return {"week": week, "week_sentence": week_words(week), "usual_share": round(method_now().share_high * 100)}


def _visible(request: HttpRequest) -> Any:
    charters = Charter.objects.visible_to(request.user)
    return charters.select_related(*PEOPLE).prefetch_related("acknowledgements")


def _unwritten(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    context = {"assignment": assignment, "may_edit": rules.can_edit_charter(request.user, assignment)}
    return render(request, "assignments/charter_unwritten.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def edit(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code, "option")
    require(rules.can_edit_charter(request.user, assignment))
    charter = Charter.objects.filter(assignment=assignment).first()
    form = CharterForm(request.POST or None, instance=copy(charter), initial=_first_words(assignment, charter))
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            actions.write(assignment, by=request.user, version=version, words=form.words())
        except Stale as stale:
            return _both_texts(request, assignment, stale)
        except Refused as refused:
            form.add_error("hours_per_week", refused.words)
            return _writing(request, assignment, form, charter)
        messages.success(request, _("Saved. All three of you are asked to acknowledge this version."))
        return redirect("assignments:charter", assignment.code)
    return _writing(request, assignment, form, charter)


def _writing(request: HttpRequest, assignment: Assignment, form: CharterForm, charter: Charter | None) -> HttpResponse:
    context = {"assignment": assignment, "form": form, "charter": charter}
    return render(request, "assignments/charter_edit.html", context, status=422 if form.errors else 200)


def _first_words(assignment: Assignment, charter: Charter | None) -> dict[str, Any]:
    """A new charter begins with what the option already says."""
    if charter is not None:
        return {}
    option = assignment.option
    start = max(option.starts_on or today(assignment.mentee.zone), today(assignment.mentee.zone))
    end = option.ends_on if option.ends_on and option.ends_on > start else start + timedelta(weeks=WEEKS)
    return {"hours_per_week": option.hours_per_week, "starts_on": start, "ends_on": end, "review_on": end}


def _both_texts(request: HttpRequest, assignment: Assignment, stale: Stale) -> HttpResponse:
    """What was typed stays in the form; beside it stands what the other saved meanwhile."""
    saved = Charter.objects.get(assignment=assignment)
    typed = request.POST.copy()
    typed["version"] = str(saved.version)
    form = CharterForm(typed, instance=copy(saved))
    form.is_valid()
    differences = [
        {"label": field.label, "saved": _shown(saved, field.name), "typed": typed.get(field.name, "")}
        for field in CharterForm(instance=saved).visible_fields()
        if str(form.cleaned_data.get(field.name)) != str(getattr(saved, field.name))
    ]
    context = {"assignment": assignment, "form": form, "charter": saved, "stale": stale, "differences": differences}
    return render(request, "assignments/charter_edit.html", context, status=409)


def _shown(charter: Charter, name: str) -> Any:
    return charter.get_rhythm_display() if name == "rhythm" else getattr(charter, name)


@require_POST
@refusals_shown
def acknowledge(request: HttpRequest, code: Any) -> HttpResponse:
    charter = get_object_or_404(_visible(request), assignment__code=code)
    require(rules.can_acknowledge_charter(request.user, charter))
    read = request.POST.get("version", "")
    if read != str(charter.version):
        raise Stale(_("The charter was changed after you opened it. Read the new version, then acknowledge it."))
    actions.acknowledge(charter, by=request.user)
    charter.assignment.refresh_from_db()
    begun = charter.assignment.status == Status.ACTIVE and charter.version == 1
    messages.success(
        request,
        _("Acknowledged. All three of you agree: the assignment is active.")
        if begun and actions.agreed_parts(charter) >= set(Part.values)
        else _("Acknowledged. Thank you."),
    )
    return way_back(request, "assignments:charter", charter.assignment.code)
