"""Capability over time: for the mentee, for a mentor what they mentored, for HR what is on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assignments.models import Assignment, Mentorship
from assignments.results import results_of
from stretchhub.env import today
from stretchhub.people.models import User

from ..growing import Growth, growth_of, work_of
from ..growth_page import card_of, lead_of
from ..growth_words import basis_sentence, load_sentence


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own, over all mentorships."""
    user = request.user
    return _page(request, user, work_of(user), who="mentee", with_load=True)


@require_safe
def of_mentorship(request: HttpRequest, code: UUID) -> HttpResponse:
    """The same for both of a mentorship: the mentor reads of the work that they mentored.

    How far work reached is for a mentor while the mentorship runs, as everything is that the mentee has shown.
    """
    found = Mentorship.objects.visible_to(request.user).select_related("mentee", "mentor")
    mentorship = get_object_or_404(found, code=code)
    mine = request.user.pk == mentorship.mentee_id
    work = work_of(mentorship.mentee, None if mine else request.user)
    who = "mentee" if mine else "mentor"
    running = mentorship.ended_on is None
    return _page(request, mentorship.mentee, work, who=who, with_load=mine or running, mentorship=mentorship)


@require_safe
def on_record(request: HttpRequest, code: UUID) -> HttpResponse:
    """What HR reads: final ratings and what reviewed work came to; neither loads nor anything between the two."""
    if not request.user.is_hr:
        raise Http404
    person = get_object_or_404(User, code=code)
    return _page(request, person, work_of(person), who="hr", with_load=False)


def _page(
    request: HttpRequest,
    person: User,
    work: list[Assignment],
    *,
    who: str,
    with_load: bool,
    mentorship: Mentorship | None = None,
) -> HttpResponse:
    growth = growth_of(person, work, today(person.zone), with_load=with_load)
    context = {
        "person": person,
        "who": who,
        "mentorship": mentorship,
        "growth": growth,
        "with_load": with_load,
        "lead": lead_of(growth),
        "cards": [card_of(line, growth) for line in growth.lines],
        "load": load_sentence(growth),
        "basis": basis_sentence(),
        "outcomes": _outcomes(growth, work, who),
    }
    return render(request, "reviews/growth.html", context)


def _outcomes(growth: Growth, work: list[Assignment], who: str) -> list[tuple[Assignment, Any]]:
    """By assignment, the newest first; HR reads what work came to once it is reviewed, as in an export."""
    reviewed = {panel.assignment.pk for panel in growth.panels}
    found = results_of([each for each in work if who != "hr" or each.pk in reviewed])
    return [(each, found[each.pk]) for each in reversed(work) if found.get(each.pk)]
