"""Equity of access: reports of quarters for equity analysts, and everybody's own groups."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.forms.rows import differences, labelled
from assignments.refusals import Stale
from assignments.views.refused import refusals_shown
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import equity, equity_words
from ..actions import equity as actions
from ..eligible import MEASURES
from ..forms.equity import DivisionForm, GroupsForm
from ..models import Division, EquityReport, GroupAnswer
from ..quarters import last_over
from ..rules import can_read_equity


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The reports that were taken, and the divisions that they tell."""
    require(can_read_equity(request.user))
    quarter = last_over(today())
    reports = EquityReport.objects.visible_to(request.user)
    page = pages.page_by_key(reports, request.GET.get("after", ""), by=("-quarter",))
    context = {
        "reports": page,
        "divisions": list(Division.objects.all()),
        "due": None if reports.filter(quarter=quarter.name).exists() else quarter,
        "least": settings.EQUITY_LEAST_GROUP,
    }
    return render(request, "reviews/equity.html", context)


@require_POST
@once
@refusals_shown
def take(request: HttpRequest) -> HttpResponse:
    """Take the report of the last quarter."""
    report = actions.take_report(by=request.user)
    said.success(request, _("The report is taken. It stays as it is."))
    return redirect("reviews:equity-report", report.code)


@require_safe
def report(request: HttpRequest, code: UUID) -> HttpResponse:
    """One quarter; each time it is opened is written down."""
    found = get_object_or_404(EquityReport.objects.visible_to(request.user), code=code)
    if request.method == "GET":
        actions.open_report(found, by=request.user)
    names = dict(Division.objects.values_list("key", "name"))
    measures = [
        {
            "key": measure,
            "name": words,
            "divisions": [
                _division(measure, key, names.get(key, key), equity.read(release))
                for key, release in actions.releases_in(found.content, measure).items()
            ],
        }
        for measure, words in MEASURES.items()
    ]
    return render(request, "reviews/equity_report.html", {"report": found, "measures": measures})


def _division(measure: str, key: str, name: str, told: equity.Report) -> dict[str, Any]:
    rows = [
        {
            "name": equity_words.name_of(group.name),
            "count": equity_words.count(group),
            "rate": equity_words.rate(group),
            "ratio": equity_words.ratio(group),
            "word": equity_words.word_of(group.value)[0],
            "mark": equity_words.word_of(group.value)[1],
            "sentence": equity_words.sentence(group),
            "as_before": group.row.as_before,
            "share": group.share,
        }
        for group in told.parts
    ]
    word, mark = equity_words.word_of(told.value)
    return {
        "id": f"{measure}-{key}",
        "name": name,
        "rows": rows,
        "word": word,
        "mark": mark,
        "summary": equity_words.summary(told),
        "hidden": [equity_words.name_of(group) for group in told.hidden],
        "k": told.k,
        "bars": [(row["name"], row["rate"], row["share"]) for row in rows if row["share"].low is not None],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def division_add(request: HttpRequest) -> HttpResponse:
    require(can_read_equity(request.user))
    form = DivisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_division(by=request.user, **form.words())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said.success(request, _("People are asked from now on; nobody has to answer."))
            return redirect("reviews:equity")
    return _division_form(request, None, form)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def division_edit(request: HttpRequest, key: str) -> HttpResponse:
    require(can_read_equity(request.user))
    division = get_object_or_404(Division, key=key)
    form = DivisionForm(request.POST or None, instance=copy(division))
    if request.method == "POST" and form.is_valid():
        given = form.words() | {"is_active": form.cleaned_data["is_active"]}
        try:
            actions.edit_division(division, by=request.user, edit=form.cleaned_data["edit"] or 0, **given)
        except Stale as stale:
            return _both_texts(request, division, given, stale)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said.success(request, _("The division is saved."))
            return redirect("reviews:equity")
    return _division_form(request, division, form)


def _both_texts(request: HttpRequest, division: Division, given: dict[str, Any], stale: Stale) -> HttpResponse:
    division.refresh_from_db()
    typed = request.POST.copy()
    typed["edit"] = str(division.edit)
    form = DivisionForm(typed, instance=copy(division))
    form.is_valid()
    names = [name for name in form.fields if name != "edit"]
    stored = {name: getattr(division, name) for name in names}
    both = differences(labelled(form, stored, names), labelled(form, given, names))
    return _division_form(request, division, form, stale=stale.words, differences=both)


def _division_form(request: HttpRequest, division: Division | None, form: DivisionForm, **more) -> HttpResponse:
    status = 409 if more else 422 if form.errors else 200
    return render(request, "reviews/division.html", {"division": division, "form": form, **more}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def mine(request: HttpRequest) -> HttpResponse:
    """What one says of oneself; nobody else reads it."""
    divisions = list(Division.objects.asked())
    answers = GroupAnswer.objects.filter(person=request.user).values_list("division", "group")
    form = GroupsForm(request.POST or None, divisions=divisions, mine=dict(answers))
    if request.method == "POST" and form.is_valid():
        for division, group in form.answers():
            actions.answer(division, by=request.user, group=group)
        said.success(request, _("Saved. Only you can read it; reports count it with others."))
        return redirect("reviews:my-groups")
    context = {"form": form, "divisions": divisions, "least": settings.EQUITY_LEAST_GROUP}
    return render(request, "reviews/my_groups.html", context, status=422 if form.errors else 200)
