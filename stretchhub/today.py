"""Today: what waits for the signed-in person, gathered from every app."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.overview import cards_for
from assignments.waiting import waiting_for as assignments_waiting
from reviews.waiting import waiting_for as reviews_waiting
from sponsors.waiting import waiting_for as sponsors_waiting
from stretchhub.waiting import Waiting

SOURCES = (assignments_waiting, reviews_waiting, sponsors_waiting)


def waiting_for(user) -> list[Waiting]:
    """Everything that waits for this person, most pressing first, in a fixed number of queries."""
    lines = [line for source in SOURCES for line in source(user)]
    return sorted(lines, key=Waiting.urgency)


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "today.html",
        {"waiting": waiting_for(request.user), "cards": cards_for(request.user)},
    )
