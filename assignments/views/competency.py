"""The competencies of every framework: to look through, to search, and to name in a form."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stretchhub.pages import page_by_key

from ..forms.competency import CompetencyNames, suggested
from ..models import Competency, Framework
from ..rules import can_manage_frameworks

LONGEST_SEARCH = 200


@require_safe
def competencies(request: HttpRequest) -> HttpResponse:
    """The frameworks with whose work they are, and a search across all of them."""
    words = search_words(request)
    current = Count("competencies", filter=Q(competencies__retired=False))
    context = {
        "words": words,
        "frameworks": Framework.objects.annotate(current=current).order_by("imported_at", "name", "version"),
        "may_manage": can_manage_frameworks(request.user),
    }
    if words:
        found = Competency.objects.current().matching(words).select_related("framework")
        found = found.prefetch_related("level_descriptors")
        context["page"] = page_by_key(found, request.GET.get("after", ""), by=("name", "pk"))
    return render(request, "assignments/competencies.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Names for a field in which a competency is typed; the field sends its words under its own name."""
    words = request.GET.get("q", next(iter(request.GET.values()), ""))
    found = suggested(words.replace("\x00", " "))
    labels = CompetencyNames().labels(found)
    names = [(labels[one.pk], one) for one in found]
    return render(request, "assignments/competency_names.html", {"names": names})


def search_words(request: HttpRequest) -> str:
    """What is searched for, as the address says it."""
    return " ".join(request.GET.get("q", "")[:LONGEST_SEARCH].replace("\x00", " ").split())
