"""One framework: its tree, its details, and its export."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.db.models import Count, Q
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub.pages import done, page_by_key, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.framework import edit_framework
from ..exporting import framework_lines
from ..forms.framework import FrameworkForm, details_in_words
from ..forms.rows import differences
from ..models import Competency, Framework
from ..refusals import Stale
from ..rules import can_manage_frameworks
from .competency import search_words

SHOWN = 50
# As deep as a way back is shown; deeper ones begin in the middle.
STEPS_BACK = "parent__parent__parent__parent__parent"


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    """The framework's competencies, one floor of the tree at a time, or those that a search finds."""
    framework = get_object_or_404(Framework, code=code)
    words, top = search_words(request), _top(request, framework)
    rows = framework.competencies.all()
    rows = rows.matching(words) if words else rows.filter(parent=top)
    rows = rows.annotate(inside=Count("children")).prefetch_related("level_descriptors")
    context = {
        "framework": framework,
        "words": words,
        "top": top,
        "way": _way(top),
        "page": page_by_key(rows, request.GET.get("after", ""), by=("name", "pk"), size=SHOWN),
        "keep": _keep(request),
        "counts": framework.competencies.aggregate(all=Count("pk"), retired=Count("pk", filter=Q(retired=True))),
        "may_manage": can_manage_frameworks(request.user),
    }
    return render(request, "assignments/framework.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Its name, credit, licence and from which level somebody counts as proficient.

    Where somebody was faster, both texts come back.
    """
    framework = get_object_or_404(Framework, code=code)
    require(can_manage_frameworks(request.user))
    form = FrameworkForm(request.POST if request.method == "POST" else None, instance=copy(framework))
    mark = request.POST.get("mark", "") if form.is_bound else framework.mark
    if not (form.is_bound and form.is_valid()):
        return _form(request, framework, form, mark=mark)
    try:
        edit_framework(framework, by=request.user, mark=mark, words=form.cleaned_data)
    except Stale as stale:
        framework = get_object_or_404(Framework, code=code)
        saved, typed = (details_in_words(each) for each in (model_to_dict(framework), form.cleaned_data))
        both = {"stale": stale.words, "differences": differences(saved, typed)}
        return _form(request, framework, form, mark=framework.mark, status=409, **both)
    return done(request, _address(framework), _("The framework is saved."))


def _form(
    request: HttpRequest, framework: Framework, form: FrameworkForm, *, mark: str, status: int = 0, **more: object
) -> HttpResponse:
    context = {"form": form, "framework": framework, "seen_mark": mark, "cancel": _address(framework), **more}
    return panel(request, "assignments/framework_form.html", context, status=status)


@require_safe
def export(request: HttpRequest, code: UUID) -> StreamingHttpResponse:
    """The framework as CSV, licence and credit on each row."""
    framework = get_object_or_404(Framework, code=code)
    answer = StreamingHttpResponse(framework_lines(framework), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(str(framework))[:80] or "framework"}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _address(framework: Framework) -> str:
    return reverse("assignments:framework", args=[framework.code])


def _top(request: HttpRequest, framework: Framework) -> Competency | None:
    """The competency whose parts are asked for; an address typed wrongly shows the top of the tree."""
    try:
        code = UUID(request.GET.get("inside", ""))
    except ValueError:
        return None
    return framework.competencies.select_related(STEPS_BACK).filter(code=code).first()


def _way(top: Competency | None) -> list[Competency]:
    way: list[Competency] = []
    step = top
    while step is not None and len(way) <= STEPS_BACK.count("parent"):
        way.insert(0, step)
        step = step.parent if "parent" in step._state.fields_cache else None
    return way


def _keep(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("after", None)
    return f"{kept.urlencode()}&" if kept else ""
