"""The chosen values behind every number: everybody reads them, administrators set them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.pages import done
from stretchhub.people.rules import require

from ..actions.method import set_method
from ..assessing import method_now
from ..forms.method import MethodForm
from ..forms.rows import differences
from ..method import DEFAULT, Method
from ..method_words import GROUPS, VALUES, Value
from ..models import MethodSettings
from ..ranking_arithmetic import number
from ..ranking_since import Change
from ..refusals import Refused, Stale
from ..rules import can_set_method
from .ranking import version_sent

MOST_VERSIONS = 20


@dataclass(frozen=True)
class Line:
    """One chosen value as it stands."""

    value: Value
    now: str
    default: str
    range: str
    differs: bool


@dataclass(frozen=True)
class Version:
    """A version that somebody saved, and what it changed."""

    settings: MethodSettings
    changes: tuple[Change, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def method(request: HttpRequest) -> HttpResponse:
    """The values in their groups with their history, and for administrators the form that sets them."""
    held = method_now()
    if request.method != "POST":
        return _page(request, held, MethodForm(method=held))
    require(can_set_method(request.user))
    form = MethodForm(request.POST, method=held)
    if not form.is_valid():
        return _page(request, held, form, version=version_sent(request))
    try:
        set_method(
            by=request.user, version=version_sent(request), values=form.values(), reason=form.cleaned_data["reason"]
        )
    except Stale as stale:
        held = method_now()
        both = differences(_words(held.values()), _words(form.values()))
        return _page(request, held, form, status=409, stale=stale.words, differences=both)
    except Refused as refused:
        return _page(request, held, form, status=409, refused=refused.words)
    return done(request, reverse("assignments:method"), _("Saved. Every number is made from these values from now on."))


def _page(request: HttpRequest, held: Method, form: MethodForm, *, status: int = 0, **more: object) -> HttpResponse:
    context = {
        "method": held,
        "groups": [(group, [_line(value, held) for value in group.values]) for group in GROUPS],
        "form": form if can_set_method(request.user) else None,
        "versions": _versions(),
        "version": held.version,
        **more,
    }
    wrong = form.is_bound and form.errors
    return render(request, "assignments/method.html", context, status=status or (422 if wrong else 200))


def _line(value: Value, held: Method) -> Line:
    now = getattr(held, value.name)
    return Line(
        value=value,
        now=number(now, 4),
        default=number(value.default, 4),
        range=_("%(low)s to %(high)s") % {"low": number(value.low, 4), "high": number(value.high, 4)},
        differs=now != value.default,
    )


def _versions() -> list[Version]:
    """The newest versions, each with what it changed of the one before."""
    saved = list(MethodSettings.objects.select_related("set_by")[: MOST_VERSIONS + 1])
    shipped = MethodSettings(version=DEFAULT.version, values={})
    pairs = pairwise(saved if len(saved) > MOST_VERSIONS else [*saved, shipped])
    return [Version(one, tuple(_changes(before, one))) for one, before in pairs]


def _changes(before: MethodSettings, after: MethodSettings) -> list[Change]:
    shipped = DEFAULT.values()
    old, new = {**shipped, **before.values}, {**shipped, **after.values}
    return [
        Change(str(value.label), number(old[name], 4), number(new[name], 4))
        for name, value in VALUES.items()
        if old[name] != new[name]
    ]


def _words(values: dict) -> list[tuple[str, str]]:
    return [(str(value.label), number(values[name], 4)) for name, value in VALUES.items()]
