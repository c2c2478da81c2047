"""The competencies and what each level looks like."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Framework
from ..models.competency import Competency


@require_safe
def competencies(request: HttpRequest) -> HttpResponse:
    """Every framework with its competencies and level descriptors, and whose work it is."""
    current = Competency.objects.current().select_related("framework").prefetch_related("level_descriptors")
    found: dict[Framework, list[Competency]] = {}
    for competency in current.order_by("framework__name", "framework__version", "name", "pk"):
        found.setdefault(competency.framework, []).append(competency)
    return render(request, "assignments/competencies.html", {"frameworks": list(found.items())})
