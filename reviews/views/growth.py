"""Capability over time: for the mentee, for a mentor what they mentored, for HR what is on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assignments.assessing import as_of
from assignments.models import Assignment, Mentorship
from assignments.results import results_of
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.models import User

from ..growing import Growth, growth_of, work_of
from ..growth_page import card_of, lead_of
from ..growth_said import levels_towards, words_of
from ..growth_words import basis_sentence, load_sentence


@dataclass(frozen=True)
class Place:
    """Whose growth it is, who reads, of which work, and where its pages are."""

    person: User
    who: str
    work: list[Assignment]
    home: str
    with_load: bool = False
    mentorship: Mentorship | None = None

    @property
    def words(self) -> str:
        return f"{self.home}words/"

    @property
    def levels(self) -> str:
        """What goals ask for is between the two."""
        return "" if self.who == "hr" else f"{self.home}levels/"


# Whose growth an address is about; each part of the page is asked for with one of the three below.
Finder = Callable[..., Place]


def own(request: HttpRequest) -> Place:
    """One's own, over all mentorships."""
    user = request.user
    return Place(user, "mentee", work_of(user), reverse("reviews:growth-own"), with_load=True)


def of_mentorship(request: HttpRequest, code: UUID) -> Place:
    """The same for both of a mentorship: the mentor reads of the work that they mentored.

    How far work reached is for a mentor while the mentorship runs, as everything is that the mentee has shown.
    """
    found = Mentorship.objects.visible_to(request.user).select_related("mentee", "mentor")
    mentorship = get_object_or_404(found, code=code)
    mine = request.user.pk == mentorship.mentee_id
    return Place(
        person=mentorship.mentee,
        who="mentee" if mine else "mentor",
        work=work_of(mentorship.mentee, None if mine else request.user),
        home=reverse("reviews:growth", args=[code]),
        with_load=mine or mentorship.ended_on is None,
        mentorship=mentorship,
    )


def on_record(request: HttpRequest, code: UUID) -> Place:
    """What HR reads: final ratings and what reviewed work came to; neither loads nor anything between the two."""
    if not request.user.is_hr:
        raise Http404
    person = get_object_or_404(User, code=code)
    return Place(person, "hr", work_of(person), reverse("reviews:growth-on-record", args=[code]))


@require_safe
def figures(request: HttpRequest, find: Finder, **about: UUID) -> HttpResponse:
    place = find(request, **about)
    growth = growth_of(place.person, place.work, today(place.person.zone), with_load=place.with_load)
    context = {
        "place": place,
        "growth": growth,
        "lead": lead_of(growth),
        "cards": [card_of(line, growth) for line in growth.lines],
        "load": load_sentence(growth),
        "basis": basis_sentence(),
        "outcomes": _outcomes(growth, place),
    }
    return render(request, "reviews/growth.html", context)


@require_safe
def words(request: HttpRequest, find: Finder, **about: UUID) -> HttpResponse:
    """The mentee's own words and what others said, beside the figures."""
    place = find(request, **about)
    context = {"place": place, "words": words_of(place.work, request.user, place.who)}
    return pages.panel(request, "reviews/growth_said.html", context)


@require_safe
def levels(request: HttpRequest, find: Finder, **about: UUID) -> HttpResponse:
    """Where the mentee stands in what the goals ask for, and what that rests on."""
    place = find(request, **about)
    day = as_of(place.mentorship, request.user) if place.mentorship else today(place.person.zone)
    towards = levels_towards(place.person, request.user, place.mentorship, day)
    return pages.panel(request, "reviews/growth_levels.html", {"place": place, "towards": towards})


def _outcomes(growth: Growth, place: Place) -> list[tuple[Assignment, Any]]:
    """By assignment, the newest first; HR reads what work came to once it is reviewed, as in an export."""
    reviewed = {panel.assignment.pk for panel in growth.panels}
    found = results_of([each for each in place.work if place.who != "hr" or each.pk in reviewed])
    return [(each, found[each.pk]) for each in reversed(place.work) if found.get(each.pk)]
