"""Saying what the ranking needs to know: how an option serves the goals, a sponsor in view, the hours."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.pages import done
from stretchhub.people.rules import require

from ..actions.weighing import set_hours, weigh_option
from ..assessing import as_of
from ..forms.rows import differences
from ..forms.weighing import HoursForm, WeighForm, words_of
from ..models import Mentorship, Option
from ..ranking import Score
from ..ranking_arithmetic import number
from ..ranking_of import Goals, accepted_name, open_goals, read, with_accepted
from ..ranking_ways import Ways
from ..ranking_words import Names, Row, rows
from ..refusals import Refused, Stale
from ..rules import can_rank_options, can_weigh_option
from ..weighing import said_of
from .option import own_mentorship


@require_http_methods(["GET", "HEAD", "POST"])
def weigh(request: HttpRequest, code: UUID) -> HttpResponse:
    """How directly an option serves each open goal, and who might sponsor it."""
    options = Option.objects.visible_to(request.user).select_related("mentorship__mentor", "mentorship__mentee")
    option = get_object_or_404(with_accepted(options), code=code)
    require(can_weigh_option(request.user, option))
    asked = open_goals(option.mentorship)
    goals, said = asked[0], said_of(option)
    form = WeighForm(request.POST if request.method == "POST" else None, goals=goals, said=said)
    if not form.is_bound:
        return _weigh_page(request, option, form, asked, mark=said.mark)
    mark = request.POST.get("mark", "")
    if not form.is_valid():
        return _weigh_page(request, option, form, asked, mark=mark)
    before = _score(request, option, asked)
    try:
        weigh_option(option, by=request.user, mark=mark, fits=form.fits(), outlook=form.outlook())
    except Stale as stale:
        said = said_of(option)
        saved = words_of(goals, said.fits, said.outlook)
        both = differences(saved, words_of(goals, form.fits(), form.outlook()))
        more = {"mark": said.mark, "stale": stale.words, "differences": both}
        return _weigh_page(request, option, form, asked, status=409, **more)
    except Refused as refused:
        return _weigh_page(request, option, form, asked, status=409, mark=mark, refused=refused.words)
    words = _what_came(before, _score(request, option, asked))
    return done(request, reverse("assignments:option-weigh", args=[option.code]), words)


def _score(request: HttpRequest, option: Option, asked: Goals) -> Score | None:
    """What the option scores now; nothing where it is not one of those to choose from."""
    found = read(option.mentorship, as_of(option.mentorship, request.user), asked).ranking()
    return next((score for score in found.value if score.key == str(option.code)), None)


def _what_came(before: Score | None, after: Score | None) -> str:
    if before is None or after is None:
        return _("Saved.")
    words = {"now": number(after.value, 1), "before": number(before.value, 1), "high": number(after.high, 1)}
    if before.value == after.value and before.high == after.high:
        return _("Saved. The score stays at %(now)s.") % words
    if after.unknown:
        return _("Saved. The score is %(now)s now (%(before)s before), and may come to %(high)s.") % words
    return _("Saved. The score is %(now)s now (%(before)s before).") % words


def _weigh_page(
    request: HttpRequest, option: Option, form: WeighForm, asked: Goals, *, status: int = 0, **more: object
) -> HttpResponse:
    context = {
        "option": option,
        "mentorship": option.mentorship,
        "form": form,
        "row": _row(request, option, asked),
        "accepted": accepted_name(option),
        **more,
    }
    wrong = form.is_bound and form.errors
    return render(request, "assignments/option_weigh.html", context, status=status or (422 if wrong else 200))


def _row(request: HttpRequest, option: Option, asked: Goals) -> Row | None:
    """The option's line of the ranking."""
    reading = read(option.mentorship, as_of(option.mentorship, request.user), asked)
    names = Names({goal.pk: goal.title for goal in reading.goals}, {want.key: want.name for want in reading.wants})
    found = reading.ranking()
    place = next((place for place, score in enumerate(found.value) if score.key == str(option.code)), len(found.value))
    ways = Ways(option.mentorship, reading)
    return next(iter(rows(found, names, reading.method.values(), ways, slice(place, place + 1))), None)


@require_http_methods(["GET", "HEAD", "POST"])
def working_hours(request: HttpRequest, code: UUID) -> HttpResponse:
    """The hours of the contract and of the present work, from which the load of every option is reckoned."""
    mentorship = own_mentorship(request, code)
    require(can_rank_options(request.user, mentorship))
    seen = (mentorship.contracted_hours, mentorship.base_hours)
    data = request.POST if request.method == "POST" else None
    form = HoursForm(data, instance=Mentorship(contracted_hours=seen[0], base_hours=seen[1]))
    here: dict[str, Any] = {"mentorship": mentorship, "form": form, "seen": seen}
    if not (form.is_bound and form.is_valid()):
        here["seen"] = _seen(request) if form.is_bound else seen
        return _hours_page(request, **here)
    hours = {"contracted": form.cleaned_data["contracted_hours"], "base": form.cleaned_data["base_hours"]}
    try:
        set_hours(mentorship, by=request.user, seen=_seen(request), **hours)
    except Stale as stale:
        here["seen"] = (mentorship.contracted_hours, mentorship.base_hours)
        both = differences(_words(*here["seen"]), _words(*hours.values()))
        return _hours_page(request, status=409, **here, stale=stale.words, differences=both)
    return done(request, reverse("assignments:ranking", args=[mentorship.code]), _("The hours are saved."))


def _seen(request: HttpRequest) -> tuple[Decimal | None, Decimal | None]:
    """The hours that stood in the form when it was opened."""
    return _hours(request.POST.get("seen_contracted", "")), _hours(request.POST.get("seen_base", ""))


def _hours(sent: str) -> Decimal | None:
    try:
        hours = Decimal(sent[:8]) if sent else None
    except InvalidOperation:
        return Decimal(-1)
    return hours if hours is None or (hours.is_finite() and abs(hours) < 1000) else Decimal(-1)


def _words(contracted: Decimal | None, base: Decimal | None) -> list[tuple[str, str]]:
    labels = [str(Mentorship._meta.get_field(name).verbose_name).capitalize() for name in HoursForm.Meta.fields]
    values = ["" if hours is None else number(float(hours)) for hours in (contracted, base)]
    return list(zip(labels, values, strict=True))


def _hours_page(request: HttpRequest, *, status: int = 0, **context: Any) -> HttpResponse:
    wrong = context["form"].is_bound and context["form"].errors
    context["is_mentee"] = context["mentorship"].mentee_id == request.user.pk
    return render(request, "assignments/working_hours.html", context, status=status or (422 if wrong else 200))
