"""Mentees of a mentor, one mentorship, and a mentee's own growth."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.mentorship import start_mentorship
from ..assessing import as_of, method_now, standings
from ..forms.mentorship import MentorshipForm
from ..levels import Standing
from ..mentoring import Picture, level_rows, pictures_of
from ..models import Mentorship
from ..refusals import Refused
from ..rules import can_start_mentorship, can_write_goals


@require_safe
def mentees(request: HttpRequest) -> HttpResponse:
    """A mentor's mentees: who needs what, the most pressing first."""
    own = Mentorship.objects.filter(mentor=request.user).select_related("mentee").order_by("mentee__full_name", "pk")
    pictures = pictures_of([mentorship for mentorship in own if mentorship.ended_on is None], request.user)
    pictures.sort(key=lambda picture: picture.need.rank)
    ended = [mentorship for mentorship in own if mentorship.ended_on is not None]
    return render(request, "assignments/mentorships.html", {"pictures": pictures, "ended": ended})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest) -> HttpResponse:
    """Find a person and become their mentor."""
    require(can_start_mentorship(request.user))
    mine = Mentorship.objects.running().filter(mentor=request.user).values_list("mentee_id", flat=True)
    form = MentorshipForm(
        request.POST if request.method == "POST" and "find" not in request.POST else None,
        initial=request.POST.dict() if "find" in request.POST else request.GET.dict(),
        without=[request.user.pk, *mine],
    )
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        try:
            mentorship = start_mentorship(words["person"], by=request.user, purpose=words["purpose"])
        except Refused as refused:
            form.add_error("person", refused.words)
        else:
            said = _("You are now %(name)s’s mentor.") % {"name": mentorship.mentee.name}
            return done(request, reverse("assignments:mentorship", args=[mentorship.code]), said)
    return panel(request, "assignments/mentorship_start.html", {"form": form}, part="found")


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    """Goals, pipeline and assignments of one mentorship, for the two of them."""
    mentorship = get_object_or_404(
        Mentorship.objects.visible_to(request.user).select_related("mentor", "mentee"), code=code
    )
    picture = pictures_of([mentorship], request.user)[0]
    levels = standings(mentorship.mentee_id, as_of(mentorship, request.user), method_now())
    context = {"other": mentorship.other(request.user), **_shown(request, picture, levels)}
    return render(request, "assignments/mentorship.html", context)


@require_safe
def growth(request: HttpRequest) -> HttpResponse:
    """A mentee's own goals, pipeline and running assignment, with each of their mentors."""
    mentorships = list(
        Mentorship.objects.filter(mentee=request.user).running().select_related("mentor", "mentee").order_by("pk")
    )
    levels = standings(request.user.pk, today(request.user.zone), method_now())
    shown = [_shown(request, picture, levels) for picture in pictures_of(mentorships, request.user)]
    return render(request, "assignments/growth.html", {"shown": shown, "several": len(shown) > 1})


def _shown(request: HttpRequest, picture: Picture, levels: dict[int, Standing]) -> dict[str, object]:
    return {
        "picture": picture,
        "mentorship": picture.mentorship,
        "goals": [(goal, level_rows(goal, levels)) for goal in picture.open_goals],
        "settled": picture.settled_goals,
        "may_write": can_write_goals(request.user, picture.mentorship),
    }
