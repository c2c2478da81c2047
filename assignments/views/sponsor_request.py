"""Asking a sponsor with the brief in hand, and the sponsor's answer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import sponsor_request as actions
from ..brief_page import read_page
from ..forms.sponsor_request import AskForm, DeclineForm
from ..models import Assignment, BriefStatus, RequestStatus, SponsorRequest
from ..outreach import draft
from ..refusals import Refused
from ..rules import can_answer_request, can_ask_sponsor, can_withdraw_request
from .brief import latest, visible_brief


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest, code: UUID) -> HttpResponse:
    """Choose a sponsor and send them the endorsed brief with a few words."""
    brief = visible_brief(request, code)
    version = latest(request, brief)
    require(can_ask_sponsor(request.user, version))
    if request.method != "POST" and version.status != BriefStatus.ENDORSED:
        return redirect("assignments:brief", brief.code)
    finding = "find" in request.POST
    mentorship = brief.option.mentorship
    form = AskForm(
        request.POST if request.method == "POST" and not finding else None,
        initial=request.POST.dict() if finding else {"message": draft(version), **request.GET.dict()},
        without=[mentorship.mentee_id, mentorship.mentor_id],
    )
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        try:
            asked = actions.ask_sponsor(version, by=request.user, sponsor=words["person"], message=words["message"])
        except Refused as refused:
            form.add_error(None, refused.words)
            context = {"form": form, "brief": brief, "version": version}
            return panel(request, "assignments/sponsor_ask.html", context, part="found", status=409)
        said = _("%(name)s has been asked.") % {"name": asked.sponsor.name}
        return done(request, reverse("assignments:sponsor-request", args=[asked.code]), said)
    context = {"form": form, "brief": brief, "version": version}
    return panel(request, "assignments/sponsor_ask.html", context, part="found")


def _visible(request: HttpRequest, code: UUID) -> SponsorRequest:
    requests = SponsorRequest.objects.visible_to(request.user)
    return get_object_or_404(
        requests.select_related(
            "sponsor",
            "asked_by",
            "version__decided_by",
            "version__brief__option__mentorship__mentor",
            "version__brief__option__mentorship__mentee",
        ),
        code=code,
    )


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _visible(request, code)
    if asked.assignment_id is not None:
        return redirect("sponsors:hand-over", code)
    return _page(request, asked)


@require_POST
def accept(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _visible(request, code)
    require(can_answer_request(request.user, asked))
    try:
        actions.accept(asked, by=request.user)
    except Refused as refused:
        return _page(request, _visible(request, code), refused=refused.words, status=409)
    said = _("Thank you. The charter is written next; you will be asked to acknowledge it.")
    return done(request, reverse("assignments:sponsor-request", args=[code]), said)


@require_POST
def decline(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _visible(request, code)
    require(can_answer_request(request.user, asked))
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form=form, status=422)
    try:
        actions.decline(asked, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _page(request, _visible(request, code), refused=refused.words, form=form, status=409)
    return done(request, reverse("assignments:sponsor-request", args=[code]), _("Your answer is on its way."))


@require_POST
def withdraw(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _visible(request, code)
    require(can_withdraw_request(request.user, asked))
    try:
        actions.withdraw(asked, by=request.user)
    except Refused as refused:
        return _page(request, _visible(request, code), refused=refused.words, status=409)
    said = _("The request is withdrawn. You can ask somebody else.")
    return done(request, reverse("assignments:brief", args=[asked.version.brief.code]), said)


def _page(request: HttpRequest, asked: SponsorRequest, *, status: int = 200, **more: object) -> HttpResponse:
    option = asked.version.brief.option
    is_pair = request.user.pk in (option.mentorship.mentee_id, option.mentorship.mentor_id)
    is_open = asked.status == RequestStatus.ASKED
    # Who said no, or was let off, reads the case no longer: only what was asked and answered.
    reads_on = is_pair or asked.status in (RequestStatus.ASKED, RequestStatus.ACCEPTED)
    assignment = None
    if asked.status == RequestStatus.ACCEPTED:
        assignment = Assignment.objects.visible_to(request.user).filter(option=option).first()
    context = {
        "asked": asked,
        "brief": asked.version.brief,
        "version": asked.version if reads_on else None,
        "sections": [{"part": part} for part in read_page(asked.version).sections] if reads_on else [],
        "mentorship": option.mentorship,
        "is_pair": is_pair,
        "may_answer": is_open and can_answer_request(request.user, asked),
        "may_withdraw": is_open and can_withdraw_request(request.user, asked),
        "assignment": assignment,
        "form": DeclineForm(),
        **more,
    }
    return render(request, "assignments/sponsor_request.html", context, status=status)
