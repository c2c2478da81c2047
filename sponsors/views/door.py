"""The link of a mail: a page that says nothing, six digits, then the sponsor's dashboard and nothing else.

Opening the link changes nothing. With the right digits this browser may, for twelve hours, read the
dashboard of the link's person, acknowledge and answer; it is signed in to no other page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.people import links
from stretchhub.people.models import MailLink, Purpose
from stretchhub.people.submissions import once

from ..actions import door as actions
from ..forms.door import CodeForm
from ..models import Ask
from . import answering
from . import dashboard as page
from .place import Place

LANDING = "sponsors/door.html"


def _found(token: str) -> MailLink:
    """The living link, or the same 404 as one that never was."""
    link = links.find(token, Purpose.SPONSOR_DASHBOARD)
    if link is None:
        raise Http404
    return link


def behind_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only with an open door: the view then acts for the link's person, in their time zone.

    A closed door leads to the page that mails a code; whoever is signed in as that person to the usual page.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        link = _found(token)
        if not links.is_open(request, link):
            return redirect("sponsors:door", token)
        # For this request alone; the session stays that of nobody.
        request.user = link.person
        with timezone.override(link.person.zone):
            return view(request, *args, place=Place(token), **kwargs)

    return login_not_required(wrapper)


@login_not_required
@require_safe
def door(request: HttpRequest, token: str) -> HttpResponse:
    """The dashboard where the door is open, else the page that asks for the digits."""
    link = _found(token)
    if request.user.is_authenticated and request.user.pk == link.person_id:
        return redirect("sponsors:dashboard")
    if links.is_open(request, link):
        return _dashboard(request, token)
    return _landing(request, token, asked="code" in request.GET)


@behind_the_door
def _dashboard(request: HttpRequest, *, place: Place) -> HttpResponse:
    return page.show(request, place)


def _landing(request: HttpRequest, token: str, *, asked: bool, status: int = 200, **more: Any) -> HttpResponse:
    context = {"token": token, "asked": asked, "form": CodeForm(), **more}
    return render(request, LANDING, context, status=status)


@login_not_required
@require_POST
def code(request: HttpRequest, token: str) -> HttpResponse:
    """Mail six digits to the link's own person, five times an hour at the most."""
    link = _found(token)
    if not actions.send_code(link):
        said.warning(request, _("Five codes were mailed within an hour. Use the last one, or wait a while."))
    return redirect(f"{Place(token).home}?code")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The digits were typed: a right code opens the door, once."""
    link = _found(token)
    if request.method != "POST":
        return redirect(f"{Place(token).home}?code")
    form = CodeForm(request.POST)
    if form.is_valid() and actions.enter(link, form.cleaned_data["code"]):
        links.open_door(request, link)
        return redirect("sponsors:door", token)
    if form.is_valid():
        form.add_error("code", _("These are not the digits mailed last, or they are too old. Try again, or ask anew."))
    return _landing(request, token, asked=True, form=form, status=422)


@login_not_required
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Close the door again on this browser."""
    links.close_door(request, _found(token))
    said.success(request, _("Closed. The link in your mail opens it again, with a new code."))
    return redirect("sponsors:door", token)


@require_POST
@behind_the_door
@once
def acknowledge(request: HttpRequest, code: UUID, *, place: Place) -> HttpResponse:
    return page.read(request, code, place)


def _mine(request: HttpRequest, code: UUID) -> Ask:
    """What this person has or had to answer; the asks of their own mentees are not behind this door."""
    user: Any = request.user
    people = ("addressee", "delegated_to", "answered_by", "asked_by")
    assignment = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")
    return get_object_or_404(Ask.objects.put_to(user).select_related(*people, *assignment), code=code)


@require_safe
@behind_the_door
def ask(request: HttpRequest, code: UUID, *, place: Place) -> HttpResponse:
    return answering.page(request, _mine(request, code), place)


@require_POST
@behind_the_door
@once
def accept(request: HttpRequest, code: UUID, *, place: Place) -> HttpResponse:
    return answering.accept(request, _mine(request, code), place)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_the_door
@once
def delegate(request: HttpRequest, code: UUID, *, place: Place) -> HttpResponse:
    return answering.delegate(request, _mine(request, code), place)


@require_POST
@behind_the_door
@once
def decline(request: HttpRequest, code: UUID, *, place: Place) -> HttpResponse:
    return answering.decline(request, _mine(request, code), place)
