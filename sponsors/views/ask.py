"""Asking the sponsor for one thing, and the page on which it is read and answered."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import ask as actions
from ..forms.ask import AskForm
from ..models import Ask
from ..rules import can_put_ask, can_withdraw_ask
from . import answering
from .place import Place

PEOPLE = ("addressee", "delegated_to", "answered_by", "asked_by")
NEWEST = 5


def _assignment(request: HttpRequest, code: UUID) -> Assignment:
    related = Assignment.objects.visible_to(request.user).select_related("mentee", "mentor", "sponsor")
    return get_object_or_404(related, code=code)


def _find(request: HttpRequest, code: UUID) -> Ask:
    related = (*PEOPLE, "assignment__mentee", "assignment__mentor", "assignment__sponsor")
    return get_object_or_404(Ask.objects.visible_to(request.user).select_related(*related), code=code)


@require_safe
def asks(request: HttpRequest, code: UUID) -> HttpResponse:
    """What was asked of the sponsor of this assignment, the newest first: a panel of its page."""
    assignment = _assignment(request, code)
    rows = Ask.objects.visible_to(request.user).filter(assignment=assignment).select_related(*PEOPLE)
    found = list(rows[:NEWEST])
    waits = any(ask.waits for ask in found)
    may_put = can_put_ask(request.user, assignment) and assignment.sponsor is not None and not waits
    return panel(request, "sponsors/asks.html", {"assignment": assignment, "asks": found, "may_put": may_put})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask for one decision, unblock or introduction."""
    assignment = _assignment(request, code)
    require(can_put_ask(request.user, assignment))
    form = AskForm(request.POST or None)
    context = {"form": form, "assignment": assignment}
    if form.is_bound and form.is_valid():
        try:
            ask = actions.put(assignment, by=request.user, **form.cleaned_data)
        except Refused as refused:
            return panel(request, "sponsors/ask_form.html", context | {"refused": refused.words}, status=409)
        said = _("%(name)s is asked and gets a mail.") % {"name": ask.addressee.name}
        return done(request, reverse("sponsors:ask", args=[ask.code]), said)
    return panel(request, "sponsors/ask_form.html", context)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return answering.page(request, _find(request, code), Place())


@require_POST
@once
def accept(request: HttpRequest, code: UUID) -> HttpResponse:
    return answering.accept(request, _find(request, code), Place())


@require_http_methods(["GET", "HEAD", "POST"])
@once
def delegate(request: HttpRequest, code: UUID) -> HttpResponse:
    return answering.delegate(request, _find(request, code), Place())


@require_POST
@once
def decline(request: HttpRequest, code: UUID) -> HttpResponse:
    return answering.decline(request, _find(request, code), Place())


@require_POST
@once
def withdraw(request: HttpRequest, code: UUID) -> HttpResponse:
    ask = _find(request, code)
    require(can_withdraw_ask(request.user, ask))
    try:
        actions.withdraw(ask, by=request.user)
    except Refused as refused:
        return answering.page(request, ask, Place(), refused=refused.words, status=409)
    return done(request, reverse("sponsors:ask", args=[ask.code]), _("Taken back. You can ask for something else."))
