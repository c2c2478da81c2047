"""What somebody outside the pair sees of an introduction: the one request, or the one message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.forms.people import PersonForm
from assignments.refusals import Refused
from assignments.views.refused import way_back
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import introduction as actions
from ..forms.introduction import ReplyForm
from ..models import Introduction, IntroductionState
from ..rules import can_make_introduction

WITH = ("candidate__person", "candidate__option__mentorship__mentee", "candidate__option__mentorship__mentor")


def _mine(request: HttpRequest, code: UUID) -> Introduction:
    put_to_me = Introduction.objects.shown_to_introducer(request.user)
    return get_object_or_404(put_to_me.select_related(*WITH, "introducer", "request"), code=code)


@require_safe
def introduce(request: HttpRequest, code: UUID) -> HttpResponse:
    """Who wants to be introduced to whom, and the words to pass on; nothing else of the option."""
    return render(request, "sponsors/introduce.html", _context(_mine(request, code)))


def _context(introduction: Introduction) -> dict[str, Any]:
    return {
        "introduction": introduction,
        "mentee": introduction.candidate.option.mentorship.mentee,
        "person": introduction.candidate.person,
        "waits": introduction.state == IntroductionState.INTRO_ASKED,
    }


@require_POST
def introduced(request: HttpRequest, code: UUID) -> HttpResponse:
    """“I have introduced them”, from the page or from Today."""
    introduction = _mine(request, code)
    actions.made(introduction, by=request.user)
    said.success(
        request, _("Thank you. %(name)s is told.") % {"name": introduction.candidate.option.mentorship.mentee.name}
    )
    return way_back(request, "sponsors:introduce", introduction.code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def hand_on(request: HttpRequest, code: UUID) -> HttpResponse:
    """Name somebody who knows this person better."""
    introduction = _mine(request, code)
    require(can_make_introduction(request.user, introduction))
    candidate = introduction.candidate
    finding = "find" in request.POST
    form = PersonForm(
        request.POST if request.method == "POST" and not finding else None,
        initial=request.POST.dict() if finding else request.GET.dict(),
        without=[candidate.option.mentorship.mentee_id, candidate.person_id, request.user.pk],
    )
    context = _context(introduction) | {"form": form}
    if form.is_bound and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            actions.hand_on(introduction, by=request.user, introducer=person)
        except Refused as refused:
            context["refused"] = refused.words
            return panel(request, "sponsors/introduce_hand_on.html", context, part="found", status=409)
        # The page is the next one's from now on.
        return done(request, reverse("today"), _("%(name)s is asked instead.") % {"name": person.name})
    return panel(request, "sponsors/introduce_hand_on.html", context, part="found")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def approach(request: HttpRequest, code: UUID) -> HttpResponse:
    """What somebody was written, and their answer; they learn nothing else."""
    sent = Introduction.objects.sent_to(request.user).select_related(*WITH)
    introduction = get_object_or_404(sent, code=code)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    context = _context(introduction) | {"form": form}
    if not (form.is_bound and form.is_valid()):
        return render(request, "sponsors/approach.html", context, status=422 if form.errors else 200)
    try:
        actions.reply(introduction, by=request.user, words=form.cleaned_data["reply"])
    except Refused as refused:
        introduction.refresh_from_db()
        return render(request, "sponsors/approach.html", {**context, "refused": refused.words}, status=409)
    said.success(request, _("%(name)s has your answer.") % {"name": context["mentee"].name})
    return redirect("sponsors:approach", introduction.code)
