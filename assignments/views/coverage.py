"""Which competencies are covered by evidence from whom, and asking for what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments import coverage_words, rules
from assignments.actions import evidence_ask as actions
from assignments.coverage import FRESH_DAYS, RECENT_DAYS
from assignments.covering import covering
from assignments.forms.files import is_code
from assignments.models import Competency, Evidence, EvidenceAsk, Source
from assignments.refusals import Refused
from stretchhub.env import today
from stretchhub.people.rules import require

from .assignment import find
from .refused import refusals_shown, way_back

SHOWN = 10


@require_safe
def coverage(request: HttpRequest, code: Any) -> HttpResponse:
    """What someone wants to learn is between the two: the sponsor is not shown where it is thin."""
    assignment = find(request, code, "option__goal", "option__mentorship")
    require(rules.can_see_coverage(request.user, assignment))
    found = covering(assignment, today(assignment.mentee.zone))
    may_ask = rules.can_ask_for_evidence(request.user, assignment)
    context = {
        "assignment": assignment,
        "part": assignment.part_of(request.user),
        "coverage": found.coverage,
        "sentence": coverage_words.sentence(found.coverage),
        "rows": coverage_words.rows(found, assignment, request.user),
        "sources": Source.labels,
        "may_ask": may_ask,
        "fresh_days": FRESH_DAYS,
        "recent_days": RECENT_DAYS,
    }
    return render(request, "assignments/coverage.html", context)


@require_POST
@refusals_shown
def ask(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    require(rules.can_ask_for_evidence(request.user, assignment))
    wanted, source = request.GET.get("competency", ""), request.GET.get("source", "")
    competency = Competency.objects.filter(code=wanted).first() if is_code(wanted) else None
    if competency is None or source not in Source:
        raise Refused(_("Ask from the page of what is covered, by the button in the empty place."))
    asked = actions.ask(assignment, by=request.user, competency=competency, source=source)
    messages.success(request, _("%(name)s is asked.") % {"name": asked.asked_of.first_name})
    return redirect("assignments:coverage", assignment.code)


def _find(request: HttpRequest, code: Any) -> EvidenceAsk:
    asks = EvidenceAsk.objects.visible_to(request.user)
    people = ("asked_by", "asked_of", "assignment__mentee", "assignment__mentor")
    return get_object_or_404(asks.select_related("competency", "assignment__option__mentorship", *people), code=code)


@require_safe
def asked(request: HttpRequest, code: Any) -> HttpResponse:
    """Who asks for what, what there is already, and the first step."""
    found = _find(request, code)
    assignment, mine = found.assignment, found.asked_of_id == request.user.pk
    tagged = Evidence.objects.visible_to(request.user).filter(assignment=assignment, competencies=found.competency)
    context = {
        "ask": found,
        "assignment": assignment,
        "mine": mine,
        "tagged": tagged.select_related("milestone").with_marks().order_by("-happened_on", "-pk")[:SHOWN],
        "step": coverage_words.step_of(found) if mine else None,
    }
    return render(request, "assignments/evidence_ask.html", context)


@require_POST
@refusals_shown
def settle(request: HttpRequest, code: Any) -> HttpResponse:
    found = _find(request, code)
    actions.settle(found, by=request.user)
    messages.success(request, _("It waits for you no more."))
    return way_back(request, "assignments:coverage", found.assignment.code)
