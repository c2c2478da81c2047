"""What was late and why, which supports went with good outcomes, and what of it stands where an option is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Assignment, Kind, Option
from reviews.actions.equity import releases_in
from reviews.disclosure import Release
from reviews.rules import PAIR
from stretchhub.pages import panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import words
from ..actions.figures import ask_for_figures
from ..models import QuarterFigures
from ..rules import can_read_programme
from ..supports import GROUPS, KIND, SAME_DEPARTMENT, SPONSORED_BEFORE, SUPPORTS
from ..went_with import support

# So many quarters can be looked back at.
QUARTERS = 12
PAGES = ("stretch", "waiting", "late", "supports")


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """What was due in a quarter and came late, with what is on record beside it."""
    require(can_read_programme(request.user))
    figures, known = _chosen(request, QuarterFigures.objects.visible_to(request.user))
    content = figures.content if figures else {}
    kinds = [_exact(kind, told) for kind, told in content.get("late", {}).items()]
    guarded = content.get("guarded", {})
    kinds += [_guarded(kind, guarded[kind]) for kind in ("asks", "talks") if kind in guarded]
    context = {
        "figures": figures,
        "known": known,
        "kinds": kinds,
        "reasons": content.get("reasons"),
        "codes": _codes(content.get("reasons", {}).get("codes", {})),
        "private": [
            (words.REASONS[code], words.guarded(guarded[code])) for code in ("setback", "ask_waited") if code in guarded
        ],
        "least": settings.EQUITY_LEAST_GROUP,
    }
    return render(request, "insights/late.html", context)


def _exact(kind: str, told: dict[str, Any]) -> dict[str, Any]:
    name, basis = words.LATE[kind]
    due, came_late, still = told["parts"]
    nothing = told["value"] is None
    return {
        "name": name,
        "basis": basis,
        "count": _("none was due") if nothing else words.how_many(came_late, came_late, came_late, due, "exact"),
        "open": "" if nothing else still,
        "days": "–" if kind == "check_ins" else words.days(told["days"]),
    }


def _guarded(kind: str, kept: dict[str, Any]) -> dict[str, Any]:
    name, basis = words.LATE[kind]
    return {"name": name, "basis": basis, "count": words.guarded(kept), "open": "–", "days": words.days(kept["days"])}


def _codes(counted: dict[str, int]) -> list[tuple[Any, int]]:
    """In the order of the codes, which says nothing about which weighs more."""
    return [(name, counted[code]) for code, name in words.REASONS.items() if code in counted]


@require_safe
def supports(request: HttpRequest) -> HttpResponse:
    """How finished work went with and without each support, as description."""
    require(can_read_programme(request.user))
    figures, known = _chosen(request, QuarterFigures.objects.visible_to(request.user).settled())
    shown = releases_in(figures.content, "supports") if figures else {}
    groups = [
        {
            "id": name,
            "name": words.GROUPS[name],
            "rows": words.group_rows(shown[name]),
            "hidden": words.hidden_names(shown[name]),
        }
        for name in GROUPS
        if name in shown
    ]
    context = {
        "figures": figures,
        "known": known,
        "finished": figures.content["finished"] if figures else 0,
        "supports": [words.support_row(name, shown[name]) for name in SUPPORTS if _is_told(shown, name)],
        "untold": words.untold({name: shown[name] for name in SUPPORTS if name in shown}),
        "groups": groups,
        "empty_groups": [group["name"] for group in groups if not group["rows"]],
        "least": settings.EQUITY_LEAST_GROUP,
    }
    return render(request, "insights/supports.html", context)


def _is_told(shown: Mapping[str, Release], name: str) -> bool:
    return name in shown and support(shown[name]).value


def _chosen(request: HttpRequest, every: Any) -> tuple[QuarterFigures | None, list[QuarterFigures]]:
    """The quarter that was chosen, else the newest, and those to choose from."""
    known = list(every[:QUARTERS])
    wanted = request.GET.get("quarter", "")
    return next((each for each in known if each.quarter == wanted), known[0] if known else None), known


@require_POST
@once
def build(request: HttpRequest) -> HttpResponse:
    """Build the figures now instead of tonight."""
    ask_for_figures(by=request.user)
    messages.success(request, _("The figures are being built. Load the page again in a moment."))
    back = request.POST.get("back", "")
    return redirect(f"insights:{back if back in PAGES else PAGES[0]}")


@require_safe
def for_option(request: HttpRequest, code: UUID) -> HttpResponse:
    """For mentee and mentor: how finished work of this option's kind went, where it is enough to say."""
    option = get_object_or_404(Option.objects.visible_to(request.user), code=code)
    figures = QuarterFigures.objects.settled().first()
    shown = releases_in(figures.content, "supports") if figures else {}
    line = words.option_line(option.kind, shown[KIND]) if KIND in shown else ""
    context = {"option": option, "line": line, "figures": figures, "least": settings.EQUITY_LEAST_GROUP}
    return panel(request, "insights/for_option.html", context)


@require_safe
def for_next(request: HttpRequest, code: UUID) -> HttpResponse:
    """For mentee and mentor who choose what is next: how work of these kinds went, with what sponsors and supports."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user), code=code)
    require(assignment.part_of(request.user) in PAIR)
    figures = QuarterFigures.objects.settled().first()
    shown = releases_in(figures.content, "supports") if figures else {}
    kinds = [kind for kind in dict.fromkeys(request.GET.getlist("kind")) if kind in Kind.values]
    context = {
        "assignment": assignment,
        "kinds": words.kind_lines(kinds, shown[KIND]) if KIND in shown else [],
        "sponsors": [
            line
            for name in (SAME_DEPARTMENT, SPONSORED_BEFORE)
            if name in shown
            for line in words.group_lines(shown[name])
        ],
        "supports": [words.support_line(name, shown[name]) for name in SUPPORTS if _is_told(shown, name)],
        "figures": figures,
        "least": settings.EQUITY_LEAST_GROUP,
    }
    return panel(request, "insights/for_next.html", context)
