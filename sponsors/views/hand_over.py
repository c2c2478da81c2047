"""The page that finds another sponsor, and the page on which they answer."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.brief_page import read_page
from assignments.forms.sponsor_request import DeclineForm
from assignments.models import Assignment, RequestStatus
from assignments.refusals import Refused
from assignments.rules import can_answer_request, can_hand_over
from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import continuity
from ..actions import hand_over as actions
from ..forms.hand_over import HandOverForm
from ..models import Ask, HandOver

WIZARD, PAGE = "sponsors/continuity.html", "sponsors/hand_over.html"
AGENDA = (
    (5, gettext_lazy("why this matters to each of you")),
    (5, gettext_lazy("outcome and measure, read aloud")),
    (5, gettext_lazy("what is in and out of bounds, and when you stop")),
    (5, gettext_lazy("who decides what, and who is asked when nobody answers")),
    (5, gettext_lazy("time, cover, resources")),
    (3, gettext_lazy("what is shared with whom")),
    (2, gettext_lazy("the dates")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def wizard(request: HttpRequest, code: UUID) -> HttpResponse:
    """Why, whom, what they should know, and when to begin anew: one page, one question at the end."""
    related = ("mentee", "mentor", "sponsor")
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).select_related(*related), code=code)
    require(can_hand_over(request.user, assignment))
    before = _latest(assignment)
    if before is not None and before.request.status == RequestStatus.ASKED:
        return redirect("sponsors:hand-over", before.request.code)
    form = _form(request, assignment, before)
    context = {"assignment": assignment, "form": form, "before": before, "agenda": AGENDA}
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        try:
            asked = actions.ask_to_take_over(
                assignment,
                by=request.user,
                sponsor=words["person"],
                reason=words["reason"],
                note=words["note"],
                kickoff_on=words["kickoff_on"],
            )
        except Refused as refused:
            form.add_error(None, refused.words)
            return panel(request, WIZARD, context, part="found", status=409)
        said = _("%(name)s has been asked.") % {"name": asked.request.sponsor.name}
        return done(request, reverse("sponsors:hand-over", args=[asked.request.code]), said)
    return panel(request, WIZARD, context, part="found")


def _latest(assignment: Assignment) -> HandOver | None:
    asked = HandOver.objects.filter(request__assignment=assignment)
    return asked.select_related("request__sponsor").first()


def _form(request: HttpRequest, assignment: Assignment, before: HandOver | None) -> HandOverForm:
    finding = "find" in request.POST
    posted = request.POST if request.method == "POST" and not finding else None
    return HandOverForm(
        posted,
        initial=request.POST.dict() if finding else {**_drafted(assignment, before, posted), **request.GET.dict()},
        without=[pk for pk in (assignment.mentee_id, assignment.mentor_id, assignment.sponsor_id) if pk],
        offered=continuity.offered(assignment),
        earliest=today(request.user.zone),
        latest=_latest_kickoff(assignment, today(request.user.zone)),
    )


def _latest_kickoff(assignment: Assignment, day: date) -> date | None:
    """The end, unless the work has gone on past it: then somebody may begin whenever they can."""
    return assignment.ends_on if assignment.ends_on and assignment.ends_on >= day else None


def _drafted(assignment: Assignment, before: HandOver | None, posted: object) -> dict[str, object]:
    """What the page begins with; of an answer that was accepted nothing is used again."""
    if posted is not None:
        return {}
    ask = Ask.objects.open().filter(assignment=assignment).first()
    used = before is not None and before.request.status in (RequestStatus.ACCEPTED, RequestStatus.HANDED_OVER)
    return {
        "reason": continuity.reason_for(assignment, ask),
        "note": continuity.draft(assignment, ask, None if used else before),
        "kickoff_on": continuity.kickoff_day(assignment),
    }


def _visible(request: HttpRequest, code: UUID) -> HandOver:
    related = (
        "outgoing",
        "request__sponsor",
        "request__asked_by",
        "request__assignment__mentee",
        "request__assignment__mentor",
        "request__version__brief__option__mentorship__mentor",
        "request__version__brief__option__mentorship__mentee",
    )
    return get_object_or_404(HandOver.objects.visible_to(request.user).select_related(*related), request__code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _visible(request, code))


@require_POST
@once
def accept(request: HttpRequest, code: UUID) -> HttpResponse:
    hand_over = _visible(request, code)
    require(can_answer_request(request.user, hand_over.request))
    try:
        assignment = actions.accept(hand_over, by=request.user)
    except Refused as refused:
        return _page(request, _visible(request, code), refused=refused.words, status=409)
    said = _("Thank you: you are the sponsor now. Read the charter and acknowledge it; the work goes on meanwhile.")
    return done(request, reverse("assignments:charter", args=[assignment.code]), said)


@require_POST
@once
def decline(request: HttpRequest, code: UUID) -> HttpResponse:
    hand_over = _visible(request, code)
    require(can_answer_request(request.user, hand_over.request))
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, hand_over, form=form, status=422)
    try:
        actions.decline(hand_over, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _page(request, _visible(request, code), refused=refused.words, form=form, status=409)
    return done(request, reverse("sponsors:hand-over", args=[code]), _("Your answer is on its way."))


@require_POST
@once
def withdraw(request: HttpRequest, code: UUID) -> HttpResponse:
    hand_over = _visible(request, code)
    require(can_hand_over(request.user, hand_over.request.assignment))
    try:
        actions.withdraw(hand_over, by=request.user)
    except Refused as refused:
        return _page(request, _visible(request, code), refused=refused.words, status=409)
    said = _("The question is withdrawn. You can ask somebody else.")
    return done(request, reverse("sponsors:continuity", args=[hand_over.request.assignment.code]), said)


def _page(request: HttpRequest, hand_over: HandOver, *, status: int = 200, **more: object) -> HttpResponse:
    asked, me = hand_over.request, request.user
    is_pair = me.pk in (asked.assignment.mentee_id, asked.assignment.mentor_id)
    is_open = asked.status == RequestStatus.ASKED
    # Who said no, or whose part is over, reads the case no longer.
    reads_on = is_pair or asked.status in (RequestStatus.ASKED, RequestStatus.ACCEPTED)
    context = {
        "hand_over": hand_over,
        "asked": asked,
        "assignment": asked.assignment,
        "brief": asked.version.brief,
        "version": asked.version if reads_on else None,
        "sections": [{"part": part} for part in read_page(asked.version).sections] if reads_on else [],
        "mentorship": asked.version.brief.option.mentorship,
        "reads_on": reads_on,
        "is_pair": is_pair,
        "is_open": is_open,
        "may_answer": is_open and can_answer_request(me, asked),
        "may_withdraw": is_open and can_hand_over(me, asked.assignment),
        "may_ask_again": not is_open and asked.status != RequestStatus.ACCEPTED and is_pair,
        "agenda": AGENDA,
        "form": DeclineForm(),
        **more,
    }
    return render(request, PAGE, context, status=status)
