"""One ask and its answers, whichever door the person came through."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from assignments.models import Part, Status
from assignments.refusals import Refused
from stretchhub.pages import done, panel
from stretchhub.people.rules import require

from ..actions import ask as actions
from ..forms.ask import DeclineForm, DelegateForm
from ..models import Ask, AskState
from ..rules import can_answer_ask, can_withdraw_ask
from .place import Place

TEMPLATE = "sponsors/ask.html"


def page(request: HttpRequest, ask: Ask, place: Place, *, status: int = 200, **more: Any) -> HttpResponse:
    """The ask as it stands, with whatever this person may do about it."""
    user: Any = request.user
    ended = ask.assignment.status == Status.CLOSED
    is_theirs = ask.waits and user.pk == ask.waits_for.pk
    context = {
        "ask": ask,
        "place": place,
        "layout": place.layout,
        # Behind a mailed link somebody answers; what else they may do waits until they sign in.
        "is_pair": ask.assignment.part_of(user) in (Part.MENTEE, Part.MENTOR) and not place.token,
        "may_answer": is_theirs and not ended,
        "may_delegate": is_theirs and ask.state == AskState.OPEN and not ended,
        "may_withdraw": ask.waits and not ended and not place.token and can_withdraw_ask(user, ask),
        "is_mentor": user.pk == ask.assignment.mentor_id,
        "urls": urls(ask, place),
        "form": DeclineForm(),
        **more,
    }
    return render(request, TEMPLATE, context, status=status)


def urls(ask: Any, place: Place) -> dict[str, str]:
    """Where its three answers go."""
    return {name: place.url(f"ask-{name}", ask.code) for name in ("accept", "delegate", "decline")}


def accept(request: HttpRequest, ask: Ask, place: Place) -> HttpResponse:
    require(can_answer_ask(_user(request), ask))
    try:
        actions.accept(ask, by=_user(request))
    except Refused as refused:
        return page(request, ask, place, refused=refused.words, status=409)
    return _answered(request, ask, place, _("Accepted."))


def decline(request: HttpRequest, ask: Ask, place: Place) -> HttpResponse:
    require(can_answer_ask(_user(request), ask))
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return page(request, ask, place, form=form, status=422)
    try:
        actions.decline(ask, by=_user(request), reason=form.cleaned_data["reason"])
    except Refused as refused:
        return page(request, ask, place, form=form, refused=refused.words, status=409)
    return _answered(request, ask, place, _("Declined, with your reason."))


def delegate(request: HttpRequest, ask: Ask, place: Place) -> HttpResponse:
    """Find the person who answers instead; without script the search is a button."""
    require(can_answer_ask(_user(request), ask))
    finding = "find" in request.POST
    form = DelegateForm(
        request.POST if request.method == "POST" and not finding else None,
        initial=request.POST.dict() if finding else request.GET.dict(),
        without=[ask.addressee_id, ask.asked_by_id, ask.assignment.mentee_id],
    )
    refused, status = "", 0
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        try:
            actions.delegate(ask, by=_user(request), to=words["person"], reason=words["reason"])
        except Refused as wrong:
            refused, status = wrong.words, 409
        else:
            said = _("Passed on. %(name)s is told.") % {"name": words["person"].name}
            return _answered(request, ask, place, said)
    back = place.url("ask", ask.code)
    context = {"ask": ask, "form": form, "place": place, "layout": place.layout, "back": back, "refused": refused}
    return panel(request, "sponsors/ask_delegate.html", context, part="found", status=status)


def _answered(request: HttpRequest, ask: Ask, place: Place, words: str) -> HttpResponse:
    told = _("%(mentee)s and %(mentor)s are told.") % {
        "mentee": ask.assignment.mentee.first_name,
        "mentor": ask.assignment.mentor.first_name,
    }
    sponsors_it = _user(request).pk == ask.assignment.sponsor_id
    to = f"{place.home}#assignment-{ask.assignment.code}" if sponsors_it else place.url("ask", ask.code)
    return done(request, to, f"{words} {told}")


def _user(request: HttpRequest) -> Any:
    return request.user
