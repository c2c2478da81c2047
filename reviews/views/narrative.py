"""The narrative of a review: written by the mentee, read by the mentor once it is shown to them."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from assignments.views.drafted import drafted, kept_elsewhere
from assignments.views.pair import of_the_two
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import narrative as actions
from ..forms.packet import NarrativeForm
from ..models import Review, ReviewCycle, ReviewNarrative, ReviewPacket
from ..packet_content import PROMPTS
from ..packet_rules import can_write_narrative

FORM = "reviews/narrative.html"
NAMES = (*PROMPTS, "shared_with_mentor")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def narrative(request: HttpRequest, code: UUID) -> HttpResponse:
    """Five questions, in the mentee's own words; kept as they are typed, and frozen with the reviews."""
    assignment = of_the_two(request, code)
    cycle = _cycle(assignment)
    packet = ReviewPacket.objects.newest().filter(assignment=assignment, cycle=cycle).first()
    if packet is not None:
        return redirect("reviews:packet", packet.code)
    found = ReviewNarrative.objects.filter(assignment=assignment, cycle=cycle).first()
    if request.method != "POST" and not can_write_narrative(request.user, assignment):
        return _read(request, assignment, found)
    require(can_write_narrative(request.user, assignment))
    return _write(request, assignment, cycle, found)


def _cycle(assignment: Assignment) -> ReviewCycle:
    """The one in which its reviews were last asked for."""
    newest = Review.objects.asked().filter(assignment=assignment).select_related("cycle").order_by("-asked_at", "-pk")
    review = newest.first()
    if review is None:
        raise Http404
    return review.cycle


def _read(request: HttpRequest, assignment: Assignment, found: ReviewNarrative | None) -> HttpResponse:
    shown = found if found is not None and found.shared_with_mentor else None
    labels = NarrativeForm.Meta.labels
    lines = [(labels[name], getattr(shown, name)) for name in PROMPTS if shown and getattr(shown, name).strip()]
    return render(request, "reviews/narrative_read.html", {"assignment": assignment, "lines": lines, "shown": shown})


def _write(
    request: HttpRequest, assignment: Assignment, cycle: ReviewCycle, found: ReviewNarrative | None
) -> HttpResponse:
    def save(given: dict[str, Any]) -> HttpResponse:
        edit, words = given["edit"], {name: given[name] for name in NAMES}
        try:
            actions.write_narrative(assignment, cycle, by=request.user, edit=edit, words=words)
        except Stale as stale:
            return _both(request, assignment, cycle, stale, words)
        except Refused as refused:
            said.warning(request, refused.words)
            return redirect("reviews:for-assignment", code=assignment.code)
        said.success(request, _("Kept. It is frozen with the reviews, and HR reads it then."))
        return redirect("reviews:narrative", code=assignment.code)

    make = partial(NarrativeForm, instance=copy(found) if found else None)
    return drafted(request, assignment, name="narrative", names=NAMES, make=make, save=save, template=FORM)


def _both(
    request: HttpRequest, assignment: Assignment, cycle: ReviewCycle, stale: Stale, words: dict[str, Any]
) -> HttpResponse:
    found = ReviewNarrative.objects.get(assignment=assignment, cycle=cycle)
    make = partial(NarrativeForm, instance=copy(found))
    return kept_elsewhere(
        request, assignment, make=make, edit=found.edit, saved=found, typed=words, stale=stale, template=FORM
    )
