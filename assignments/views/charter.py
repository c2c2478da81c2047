"""The charter: read by its parties and HR, written by mentee and mentor, acknowledged by all three."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import kickoff, rules
from assignments.actions import charter as actions
from assignments.actions import kickoff as gate
from assignments.assessing import method_now
from assignments.forms.charter import CharterForm
from assignments.forms.charter_first import first_words
from assignments.kickoff_words import sentence
from assignments.models import Assignment, Charter, ManagerAgreement, Part, Status
from assignments.refusals import Refused, Stale
from assignments.stretch_words import week_words
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown, way_back

PEOPLE = ("assignment__mentee__manager", "assignment__mentor", "assignment__sponsor", "approver", "escalate_to")
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
            "agreed_by_all": len(agreed) == len(Part.values),
            **_hours(charter, request, mine),
            **_before(charter, request, mine),
            **_week(charter, mine),
        },
    )


def _hours(charter: Charter, request: HttpRequest, mine: list[str]) -> dict[str, Any]:
    """What the line manager said; why not yet is for mentee and mentor alone."""
    agreement = ManagerAgreement.objects.current().filter(charter=charter).select_related("manager").first()
    pair = bool({Part.MENTEE, Part.MENTOR} & set(mine))
    who = kickoff.answers_for_hours(charter.assignment)
    return {
        "agreement": agreement,
        "stands_in": who.pk != charter.assignment.mentee.manager_id,
        "answers": who,
        "hours_reason": agreement.reason if agreement and pair else "",
        "hours_mine": agreement is not None and agreement.manager_id == request.user.pk,
    }


def _before(charter: Charter, request: HttpRequest, mine: list[str]) -> dict[str, Any]:
    """What still keeps it from beginning; a party's own acknowledgement is asked for further down."""
    assignment = charter.assignment
    if assignment.status != Status.CHARTERING or not mine:
        return {}
    missing = kickoff.missing(assignment, charter)
    stands_in = kickoff.answers_for_hours(assignment).pk != assignment.mentee.manager_id
    return {
        "before": [{"missing": one, "sentence": sentence(one, stands_in=stands_in)} for one in missing],
        "may_begin": not missing and rules.can_edit_charter(request.user, assignment),
    }


def _week(charter: Charter, mine: list[str]) -> dict[str, Any]:
    """How full the week is with it, for mentee and mentor alone and while the charter can still be changed."""
    if charter.assignment.status not in CHANGEABLE or not {Part.MENTEE, Part.MENTOR} & set(mine):
        return {}
    week = kickoff.week_of(charter.assignment, charter)
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
    assignment = find(request, code, "option__goal", "mentee__manager")
    require(rules.can_edit_charter(request.user, assignment))
    charter = Charter.objects.filter(assignment=assignment).select_related("approver", "escalate_to").first()
    instance = copy(charter) or Charter(assignment=assignment)
    first = first_words(assignment) if charter is None else {}
    if "find" in request.POST or "find" in request.GET:
        return _finding(request, assignment, charter, CharterForm(instance=instance, initial=first))
    form = CharterForm(request.POST or None, instance=instance, initial=first)
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


def _finding(request: HttpRequest, assignment: Assignment, charter: Charter | None, form: CharterForm) -> HttpResponse:
    """The search for one of the two people; everything typed so far stays in the form."""
    form.initial |= (request.GET if request.method == "GET" else request.POST).dict()
    wanted = request.GET.get("find") or request.POST.get("find")
    if request.headers.get("HX-Request") and request.method == "GET":
        choice = next((each for each in form.choices if each.name == wanted), form.choices[0])
        return render(request, "assignments/charter_person_found.html", {"choice": choice})
    return _writing(request, assignment, form, charter)


def _writing(request: HttpRequest, assignment: Assignment, form: CharterForm, charter: Charter | None) -> HttpResponse:
    context = {"assignment": assignment, "form": form, "charter": charter}
    return render(request, "assignments/charter_edit.html", context, status=422 if form.errors else 200)


def _both_texts(request: HttpRequest, assignment: Assignment, stale: Stale) -> HttpResponse:
    """What was typed stays in the form; beside it stands what the other saved meanwhile."""
    saved = Charter.objects.select_related("approver", "escalate_to").get(assignment=assignment)
    saved.assignment = assignment
    typed = request.POST.copy()
    typed["version"] = str(saved.version)
    form = CharterForm(typed, instance=copy(saved))
    form.is_valid()
    differences = [
        {"label": field.label, "saved": _shown(saved, field.name), "typed": _typed(form, field.name)}
        for field in form.visible_fields()
        if str(form.cleaned_data.get(field.name)) != str(getattr(saved, field.name))
    ]
    context = {"assignment": assignment, "form": form, "charter": saved, "stale": stale, "differences": differences}
    return render(request, "assignments/charter_edit.html", context, status=409)


def _shown(charter: Charter, name: str) -> Any:
    """A value as people read it: a choice by its label, a person by their name."""
    display = getattr(charter, f"get_{name}_display", None)
    return display() if display else getattr(charter, name)


def _typed(form: CharterForm, name: str) -> Any:
    if name not in form.cleaned_data:
        return form.data.get(name, "")
    # The instance holds what was typed and could be read, so it tells choices and people by their names.
    return _shown(form.instance, name)


@require_POST
@refusals_shown
def acknowledge(request: HttpRequest, code: Any) -> HttpResponse:
    charter = get_object_or_404(_visible(request), assignment__code=code)
    require(rules.can_acknowledge_charter(request.user, charter))
    read = request.POST.get("version", "")
    if read != str(charter.version):
        raise Stale(_("The charter was changed after you opened it. Read the new version, then acknowledge it."))
    waiting = charter.assignment.status == Status.CHARTERING
    actions.acknowledge(charter, by=request.user)
    charter.assignment.refresh_from_db()
    begun = waiting and charter.assignment.status == Status.ACTIVE
    messages.success(
        request,
        _("Acknowledged. Nothing is missing any more: the assignment is active.")
        if begun
        else _("Acknowledged. Thank you."),
    )
    return way_back(request, "assignments:charter", charter.assignment.code)


@require_POST
@refusals_shown
def begin(request: HttpRequest, code: Any) -> HttpResponse:
    """Where nothing is missing any more and nobody has said so: the two begin by themselves."""
    assignment = find(request, code, "mentee__manager")
    require(rules.can_edit_charter(request.user, assignment))
    gate.begin(assignment, by=request.user)
    messages.success(request, _("The assignment is active."))
    return redirect("assignments:detail", assignment.code)
