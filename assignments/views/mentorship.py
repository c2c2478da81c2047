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

from ..actions.mentorship import accept_offer, decline_offer, end_mentorship, offer_mentorship, withdraw_offer
from ..assessing import as_of, method_now, standings
from ..forms.mentorship import MentorshipForm, OfferAnswerForm
from ..levels import Standing
from ..mentoring import Picture, level_rows, pictures_of
from ..models import Mentorship, MentorshipOffer, OfferStatus
from ..refusals import Refused
from ..rules import can_answer_offer, can_end_mentorship, can_offer_mentorship, can_withdraw_offer, can_write_goals
from .refused import refusals_shown


@require_safe
def mentees(request: HttpRequest) -> HttpResponse:
    """A mentor's mentees: who needs what, the most pressing first."""
    own = Mentorship.objects.filter(mentor=request.user).select_related("mentee").order_by("mentee__full_name", "pk")
    pictures = pictures_of([mentorship for mentorship in own if mentorship.ended_on is None], request.user)
    pictures.sort(key=lambda picture: picture.need.rank)
    ended = [mentorship for mentorship in own if mentorship.ended_on is not None]
    offers = MentorshipOffer.objects.filter(mentor=request.user, status=OfferStatus.OPEN).select_related("mentee")
    context = {"pictures": pictures, "ended": ended, "offers": offers}
    return render(request, "assignments/mentorships.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest) -> HttpResponse:
    """Find a person and offer to be their mentor."""
    require(can_offer_mentorship(request.user))
    mine = Mentorship.objects.running().filter(mentor=request.user).values_list("mentee_id", flat=True)
    form = MentorshipForm(
        request.POST if request.method == "POST" and "find" not in request.POST else None,
        initial=request.POST.dict() if "find" in request.POST else request.GET.dict(),
        without=[request.user.pk, *mine],
    )
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        try:
            offer = offer_mentorship(words["person"], by=request.user, purpose=words["purpose"])
        except Refused as refused:
            form.add_error("person", refused.words)
        else:
            said = _("Offered. You are %(name)s’s mentor once they say yes.") % {"name": offer.mentee.name}
            return done(request, reverse("assignments:mentorships"), said)
    return panel(request, "assignments/mentorship_start.html", {"form": form}, part="found")


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def offer(request: HttpRequest, code: UUID) -> HttpResponse:
    """Who offers what: the mentee says yes or no, whoever offered it may take it back."""
    offers = MentorshipOffer.objects.visible_to(request.user).select_related("mentor", "mentee")
    offered = get_object_or_404(offers, code=code)
    form = OfferAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _answered(request, offered, form.cleaned_data["answer"])
    waits = offered.status == OfferStatus.OPEN
    context = {
        "offer": offered,
        "may_answer": waits and can_answer_offer(request.user, offered),
        "may_withdraw": waits and can_withdraw_offer(request.user, offered),
    }
    return render(request, "assignments/mentorship_offer.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, offered: MentorshipOffer, answer: str) -> HttpResponse:
    if answer == "accept":
        mentorship = accept_offer(offered, by=request.user)
        said = _("%(name)s is now your mentor.") % {"name": mentorship.mentor.name}
        return done(request, reverse("assignments:mentorship", args=[mentorship.code]), said)
    if answer == "decline":
        decline_offer(offered, by=request.user)
        return done(request, reverse("today"), _("Your answer is on its way."))
    withdraw_offer(offered, by=request.user)
    return done(request, reverse("assignments:mentorships"), _("The offer is withdrawn."))


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def end(request: HttpRequest, code: UUID) -> HttpResponse:
    """Either of the two ends it, after reading what that means."""
    mine = Mentorship.objects.visible_to(request.user).select_related("mentor", "mentee")
    mentorship = get_object_or_404(mine, code=code)
    require(can_end_mentorship(request.user, mentorship))
    other = mentorship.other(request.user)
    if request.method == "POST":
        end_mentorship(mentorship, by=request.user)
        said = _("Your mentorship with %(name)s has ended.") % {"name": other.name}
        return done(request, reverse("assignments:mentorship", args=[code]), said)
    return render(request, "assignments/mentorship_end.html", {"mentorship": mentorship, "other": other})


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
