"""The cases that rating is practised on, for HR: written, read as a rater sees them, published, retired."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.forms.rows import differences
from assignments.refusals import Stale
from assignments.views.decision import seen_version
from assignments.views.refused import refusals_shown
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import practice_case as actions
from ..forms.practice import CaseForm, ExpertsForm
from ..models import CaseStatus, Criterion, RubricStatus, Vignette
from ..panels import LEAST_UNITS
from ..practice_words import reasons
from ..practising import criterion_of
from ..rules import can_keep_cases

EDIT = "reviews/practice_case_edit.html"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Drafts, what is practised on, and what is retired."""
    require(can_keep_cases(request.user))
    order = list(CaseStatus)
    cases = sorted(Vignette.objects.all(), key=lambda case: order.index(CaseStatus(case.status)))
    published = sum(case.status == CaseStatus.PUBLISHED for case in cases)
    names = dict(Criterion.objects.order_by("rubric__version", "pk").values_list("key", "name"))
    context = {
        "cases": [(case, names.get(case.criterion_key, case.criterion_key.capitalize())) for case in cases],
        "published": published,
        "more": max(LEAST_UNITS - published, 0),
    }
    return render(request, "reviews/practice_cases.html", context)


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One case as a rater sees it, and what is read of it afterwards."""
    return _read(request, _find(request, key))


def _find(request: HttpRequest, key: str) -> Vignette:
    require(can_keep_cases(request.user))
    return get_object_or_404(Vignette, key=key)


def _read(request: HttpRequest, case: Vignette, form: ExpertsForm | None = None, **more: Any) -> HttpResponse:
    context = {
        "case": case,
        "criterion": criterion_of(case),
        "reasons": reasons(case),
        "used": case.practices.count(),
        "form": form or ExpertsForm(instance=copy(case)),
        **more,
    }
    status = 409 if more else 422 if form is not None else 200
    return render(request, "reviews/practice_case_read.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def write(request: HttpRequest) -> HttpResponse:
    """A new draft; with `from`, one that begins with the words of another case."""
    require(can_keep_cases(request.user))
    if request.method == "POST":
        form = CaseForm(request.POST)
        if form.is_valid():
            case = actions.draft_case(by=request.user, words=actions.CaseWords(**form.words()))
            said.success(request, _("The draft is kept. This is how raters would see it."))
            return redirect("reviews:practice-case", case.key)
        return _form(request, None, form)
    like = Vignette.objects.filter(key=request.GET.get("from", "").replace("\x00", "")[:40]).first()
    return _form(request, None, CaseForm(initial=model_to_dict(like, fields=CaseForm.Meta.fields) if like else None))


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The draft; what is published is read and not changed."""
    case = _find(request, key)
    if request.method != "POST":
        if case.status != CaseStatus.DRAFT:
            return redirect("reviews:practice-case", case.key)
        return _form(request, case, CaseForm(instance=copy(case)))
    form = CaseForm(request.POST, instance=copy(case))
    if not form.is_valid():
        return _form(request, case, form)
    try:
        words = actions.CaseWords(**form.words())
        actions.save_case(case, by=request.user, edit=form.cleaned_data["edit"], words=words)
    except Stale as stale:
        return _both_texts(request, key, stale)
    said.success(request, _("The draft is kept. This is how raters would see it."))
    return redirect("reviews:practice-case", case.key)


def _form(request: HttpRequest, case: Vignette | None, form: CaseForm, *, status: int = 0, **more: Any) -> HttpResponse:
    rated = Criterion.objects.filter(rubric__status=RubricStatus.PUBLISHED).select_related("rubric")
    context = {
        "case": case,
        "form": form,
        "criteria": list(rated.prefetch_related("levels").order_by("rubric__name", "position", "pk")),
        "chosen": form["criterion_key"].value(),
        **more,
    }
    return render(request, EDIT, context, status=status or (422 if form.errors else 200))


def _both_texts(request: HttpRequest, key: str, stale: Stale) -> HttpResponse:
    """Somebody was faster: what they saved stands beside what was typed here, which stays in the form."""
    case = _find(request, key)
    typed = request.POST.copy()
    typed["edit"] = str(case.edit)
    form = CaseForm(typed, instance=copy(case))
    form.is_valid()
    both = differences(form.lines(model_to_dict(case)), form.lines(form.cleaned_data))
    return _form(request, case, form, status=409, stale=stale.words, differences=both)


@require_POST
@once
@refusals_shown
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Let exercises begin with it; where something is missing, the draft comes back with each place named."""
    case = _find(request, key)
    try:
        actions.publish_case(case, by=request.user, edit=seen_version(request, "edit"))
    except Stale as stale:
        said.warning(request, stale.words)
    except ValidationError as error:
        case = _find(request, key)
        form = CaseForm({**model_to_dict(case), "edit": case.edit}, instance=copy(case))
        for name, words in error.message_dict.items():
            form.add_error(name, words)
        return _form(request, case, form, kept=True)
    else:
        said.success(request, _("Published. Exercises that begin from now on have it; those that run keep theirs."))
    return redirect("reviews:practice-case", key)


@require_POST
@once
@refusals_shown
def retire(request: HttpRequest, key: str) -> HttpResponse:
    actions.retire_case(_find(request, key), by=request.user)
    said.success(request, _("Retired. No exercise begins with it any more; those that run keep it."))
    return redirect("reviews:practice-case", key)


@require_POST
@once
@refusals_shown
def bring_back(request: HttpRequest, key: str) -> HttpResponse:
    actions.bring_back_case(_find(request, key), by=request.user)
    said.success(request, _("It is published again."))
    return redirect("reviews:practice-case", key)


@require_POST
@once
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Name the experts here who give a published case its level."""
    case = _find(request, key)
    form = ExpertsForm(request.POST, instance=copy(case))
    if not form.is_valid():
        return _read(request, case, form)
    given = form.cleaned_data
    try:
        actions.confirm_case(case, by=request.user, edit=given["edit"] or 0, experts=given["experts"])
    except ValidationError as error:
        form.add_error("experts", error.message_dict["experts"])
        return _read(request, case, form)
    except Stale as stale:
        case = _find(request, key)
        again = ExpertsForm({"experts": given["experts"], "edit": case.edit}, instance=copy(case))
        label = str(again.fields["experts"].label)
        both = differences([(label, case.experts)], [(label, given["experts"])])
        return _read(request, case, again, stale=stale.words, differences=both)
    said.success(request, _("The names stand beside the level now."))
    return redirect("reviews:practice-case", key)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Ask once, then throw the draft away."""
    case = _find(request, key)
    if case.status != CaseStatus.DRAFT:
        return redirect("reviews:practice-case", case.key)
    if request.method == "POST":
        actions.discard_case(case, by=request.user, edit=seen_version(request, "edit"))
        said.success(request, _("The draft is thrown away."))
        return redirect("reviews:practice-cases")
    return render(request, "reviews/practice_case_discard.html", {"case": case})
