"""The administrator's page of messages: what went out, what was held back and why, and what needs a hand."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from stretchhub.pages import page_by_key

from .. import hold
from .. import proof as reading
from ..actions import doubtful
from ..actions import hold as holding
from ..models import Notice
from ..rules import can_look_after_mail

ALL_DEAD = "dead"


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    _require(request)
    states, kinds = reading.states(), reading.kind_choices()
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = state if state in dict(states) else ""
    kind = kind if kind in dict(kinds) else ""
    who = request.GET.get("who", "").replace("\x00", "").strip()[:254]
    page = page_by_key(reading.found(state, kind, who), request.GET.get("after", ""), by=("-pk",))
    filters = {"state": state, "kind": kind, "who": who}
    context = {
        "page": page,
        "lines": [reading.line(notice) for notice in page],
        "standing": reading.standing(),
        "held": hold.held(),
        "states": states,
        "kinds": kinds,
        **filters,
        "filtered": any(filters.values()),
        "keep": urlencode(filters) + "&",
    }
    return render(request, "notices/proof.html", context)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """One of them, or all that could not be sent."""
    _require(request)
    if request.POST.get("all") == ALL_DEAD:
        count = doubtful.send_all_again(by=request.user)
        words = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", count) % {"n": count}
        return _back(request, words)
    one = _one(request)
    sent = one is not None and doubtful.send_again(one, by=request.user)
    return _back(request, _("It is sent again.") if sent else "")


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    _require(request)
    one = _one(request)
    closed = one is not None and doubtful.close(one, by=request.user)
    return _back(request, _("Closed; nothing more is sent.") if closed else "")


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Mail that was held since a restore."""
    _require(request)
    released = holding.release(by=request.user, send_doubtful=bool(request.POST.get("doubtful")))
    if released is None:
        return _back(request, "")
    words = ngettext(
        "Mail is released; %(n)s message waits to be sent.",
        "Mail is released; %(n)s messages wait to be sent.",
        released.waiting,
    )
    return _back(request, words % {"n": released.waiting})


def _one(request: HttpRequest) -> Notice | None:
    one = request.POST.get("notice", "")
    return Notice.objects.filter(pk=int(one) if one.isdecimal() and len(one) < 19 else 0).first()


def _back(request: HttpRequest, said: str) -> HttpResponse:
    if said:
        messages.success(request, said)
    else:
        messages.info(request, _("Somebody has settled it meanwhile."))
    return redirect("notices:proof")


def _require(request: HttpRequest) -> None:
    if not can_look_after_mail(request.user):
        raise PermissionDenied
