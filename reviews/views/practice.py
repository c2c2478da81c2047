"""Practising to rate, on cases that HR keeps."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from assignments.refusals import Refused
from stretchhub.people.submissions import once

from ..actions import practice as actions
from ..models import RatingPractice, Vignette
from ..practice_words import lines, minutes, reasons, verdict
from ..practising import Case, Practising, criterion_of, practising, rubric_in_use
from ..rules import can_keep_cases


@require_http_methods(["GET", "HEAD", "POST"])
@once
def overview(request: HttpRequest) -> HttpResponse:
    """What the exercise is, and one's own earlier ones."""
    if request.method == "POST":
        begun = actions.begin_practice(by=request.user)
        return redirect("reviews:practice", begun.code)
    mine = list(RatingPractice.objects.visible_to(request.user)[:20])
    published = Vignette.objects.published().count()
    context = {
        "published": published,
        "minutes": minutes(published),
        "open": next((one for one in mine if one.finished_at is None), None),
        "finished": [one for one in mine if one.finished_at is not None],
        "rubric": rubric_in_use(),
        "may_keep": can_keep_cases(request.user),
    }
    return render(request, "reviews/practice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def exercise(request: HttpRequest, code: UUID) -> HttpResponse:
    """The next case to rate, or what the practice shows."""
    one = get_object_or_404(RatingPractice.objects.visible_to(request.user), code=code)
    if request.method == "POST":
        return _answer(request, one)
    return _page(request, one, practising(one))


def _answer(request: HttpRequest, one: RatingPractice) -> HttpResponse:
    errors: list[str] = []
    try:
        if request.POST.get("do") == "see":
            actions.see_gold(one, by=request.user)
        elif vignette := Vignette.objects.filter(key=_typed(request, "case")).first():
            level = _typed(request, "level")
            number = int(level) if level in set("12345") else 0
            actions.rate_case(one, by=request.user, vignette=vignette, level=number)
    except ValidationError as error:
        errors = error.message_dict["level"]
    except Refused as refused:
        said.warning(request, refused.words)
    if errors:
        return _page(request, one, practising(one), errors=errors)
    return redirect("reviews:practice", one.code)


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:40]


def _page(
    request: HttpRequest, one: RatingPractice, found: Practising, *, errors: list[str] | None = None
) -> HttpResponse:
    case = _case_shown(request, found)
    context = {"practice": one, "found": found, "case": case, "errors": errors}
    if case is not None:
        context |= {"criterion": criterion_of(case.vignette), "left": len(found.unrated)}
        return render(request, "reviews/practice_case.html", context, status=422 if errors else 200)
    context |= {
        "first": (*verdict(found.first), lines(found.first)),
        "second": lines(found.second),
        "cases": [(case, reasons(case.vignette)) for case in found.cases],
        "unconfirmed": [each for each in found.cases if not each.vignette.experts],
    }
    return render(request, "reviews/practice_result.html", context)


def _case_shown(request: HttpRequest, found: Practising) -> Case | None:
    """The one that was asked for where it may still be rated, else the next without a level, once asked to go on."""
    wanted = request.POST.get("case") or request.GET.get("case", "")
    asked = next((case for case in found.to_rate if case.vignette.key == wanted), None)
    if asked is not None:
        return asked
    if found.seen and "again" not in request.GET and not _midway(found):
        return None
    return next(iter(found.unrated), None)


def _midway(found: Practising) -> bool:
    """One of the three is rated again and others are not."""
    return 0 < len(found.to_rate) < len(found.rated_again)
