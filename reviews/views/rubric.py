"""Rubrics: read by everybody, drafted and published by HR."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.forms.rows import Difference, differences
from assignments.refusals import Refused, Stale
from assignments.views.decision import seen_version
from assignments.views.refused import refusals_shown
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import rubric as actions
from ..forms.rubric import RubricForm, RubricNameForm
from ..models import Criterion, Level, Rubric, RubricStatus
from ..rubric_changes import changes_between
from ..rules import can_manage_rubrics

EDIT = "reviews/rubric_edit.html"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All versions, the newest of each name first, with how many cycles use each."""
    require(can_manage_rubrics(request.user))
    rubrics = Rubric.objects.visible_to(request.user).annotate(
        cycles_of=Count("cycles", distinct=True), size=Count("criteria", distinct=True)
    )
    rubrics = rubrics.order_by("name", "-version")
    return render(request, "reviews/rubrics.html", {"rubrics": list(rubrics)})


def _find(request: HttpRequest, code: UUID) -> Rubric:
    levels = Prefetch("levels", Level.objects.order_by("value"))
    criteria = Prefetch("criteria", Criterion.objects.order_by("position", "pk").prefetch_related(levels))
    return get_object_or_404(Rubric.objects.visible_to(request.user).prefetch_related(criteria), code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    """One version with all its anchors; with `compare`, what it says otherwise than the version before."""
    return _read(request, _find(request, code), RubricNameForm())


def _read(request: HttpRequest, rubric: Rubric, form: RubricNameForm, *, status: int = 200) -> HttpResponse:
    versions = list(Rubric.objects.visible_to(request.user).filter(name=rubric.name).order_by("-version"))
    before = next((one for one in versions if one.version < rubric.version), None)
    comparing = before is not None and "compare" in request.GET
    context = {
        "rubric": rubric,
        "versions": versions,
        "before": before,
        "changes": changes_between(_find(request, before.code), rubric) if before and comparing else None,
        "may_manage": can_manage_rubrics(request.user),
        "draft": next((one for one in versions if one.status == RubricStatus.DRAFT), None),
        "form": form,
    }
    return render(request, "reviews/rubric.html", context, status=status)


@require_POST
@once
@refusals_shown
def draft(request: HttpRequest, code: UUID) -> HttpResponse:
    """Begin the next version, or a rubric of another name."""
    rubric = _find(request, code)
    require(can_manage_rubrics(request.user))
    form = RubricNameForm(request.POST if "name" in request.POST else {"name": rubric.name})
    if form.is_valid():
        try:
            begun = actions.begin_draft(rubric, by=request.user, name=form.cleaned_data["name"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("reviews:rubric-edit", begun.code)
    return _read(request, rubric, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """The draft; every button keeps what was typed first."""
    rubric = _find(request, code)
    require(can_manage_rubrics(request.user))
    if rubric.status != RubricStatus.DRAFT:
        return redirect("reviews:rubric", rubric.code)
    form = RubricForm(request.POST or None, rubric=rubric, criteria=list(rubric.criteria.all()))
    if request.method != "POST" or not form.is_valid():
        return _form(request, rubric, form)
    try:
        actions.save_draft(rubric, by=request.user, edit=form.cleaned_data["edit"], words=form.words())
        return _then(request, rubric)
    except Stale as stale:
        return _both_texts(request, code, stale)
    except ValidationError as error:
        return _blame(request, code, error)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect("reviews:rubric-edit", rubric.code)


def _then(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    """What the button asks for, once the words are kept."""
    wanted, _colon, which = request.POST.get("do", "save").partition(":")
    order = {"by": request.user, "edit": rubric.edit}
    if wanted == "publish":
        actions.publish(rubric, **order)
        said.success(request, _("Published. New cycles use it; running ones keep theirs."))
        return redirect("reviews:rubric", rubric.code)
    if wanted == "add":
        added = actions.add_criterion(rubric, **order)
        return redirect(_at(rubric, added.pk))
    criterion = next((one for one in rubric.criteria.all() if str(one.pk) == which), None)
    if wanted == "remove" and criterion is not None:
        actions.remove_criterion(rubric, criterion=criterion, **order)
        said.success(request, _("“%(name)s” is out of this draft.") % {"name": criterion.name})
        return redirect("reviews:rubric-edit", rubric.code)
    if wanted == "raise" and criterion is not None:
        actions.raise_criterion(rubric, criterion=criterion, **order)
        return redirect(_at(rubric, criterion.pk))
    said.success(request, _("Draft saved."))
    return redirect("reviews:rubric-edit", rubric.code)


def _at(rubric: Rubric, pk: int) -> str:
    return redirect("reviews:rubric-edit", rubric.code)["Location"] + f"#criterion-{pk}"


def _form(request: HttpRequest, rubric: Rubric, form: RubricForm, *, status: int = 0, **more) -> HttpResponse:
    context = {"rubric": rubric, "form": form, "sections": list(form.sections()), **more}
    return render(request, EDIT, context, status=status or (422 if form.errors else 200))


def _typed_again(request: HttpRequest, code: UUID) -> tuple[Rubric, RubricForm]:
    """The draft as it stands now, and what was typed as a form that can be sent against it."""
    rubric = _find(request, code)
    data = request.POST.copy()
    data["edit"] = str(rubric.edit)
    form = RubricForm(data, rubric=rubric, criteria=list(rubric.criteria.all()))
    form.is_valid()
    return rubric, form


def _both_texts(request: HttpRequest, code: UUID, stale: Stale) -> HttpResponse:
    """Somebody was faster: what they saved stands beside what was typed here, which stays in the form."""
    rubric, form = _typed_again(request, code)
    both = differences(form.lines(), form.lines(form.data)) + _of_gone_criteria(form, form.data)
    return _form(request, rubric, form, status=409, stale=stale.words, differences=both)


def _of_gone_criteria(form: RubricForm, data: QueryDict) -> list[Difference]:
    """What was typed about a criterion that somebody took out meanwhile has no field any more."""
    gone = [name for name in data if name.startswith(("name_", "anchor_")) and name not in form.fields]
    return [Difference(_("A criterion that was taken out"), "", data[name]) for name in gone if data[name].strip()]


def _blame(request: HttpRequest, code: UUID, error: ValidationError) -> HttpResponse:
    """Not published: the draft is kept, and each missing place is named."""
    rubric, form = _typed_again(request, code)
    for name, words in error.message_dict.items():
        form.add_error(name, words)
    return _form(request, rubric, form, kept=True)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def discard(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask once, then throw the draft away."""
    rubric = _find(request, code)
    require(can_manage_rubrics(request.user))
    if rubric.status != RubricStatus.DRAFT:
        return redirect("reviews:rubric", rubric.code)
    if request.method == "POST":
        actions.discard(rubric, by=request.user, edit=seen_version(request, "edit"))
        said.success(request, _("The draft is thrown away."))
        return redirect("reviews:rubrics")
    return render(request, "reviews/rubric_discard.html", {"rubric": rubric})
