"""What others have learned from work that is over, offered to everybody here."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.models import Competency, Kind
from assignments.pipeline import KIND_ICONS
from stretchhub.pages import page_by_key

from ..models import Lesson


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The newest first; by kind of work and by competency."""
    offered = Lesson.objects.offered()
    about = Competency.objects.filter(pk__in=offered.order_by().values("competency")).order_by("name", "pk")
    competencies = [(str(pk), name) for pk, name in about.values_list("pk", "name")]
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    competency = request.GET.get("competency", "")
    competency = competency if competency in dict(competencies) else ""
    chosen = {name: value for name, value in (("kind", kind), ("competency", competency)) if value}
    found = offered.filter(**chosen).select_related("competency", "closing__assignment__mentee")
    page = page_by_key(found, request.GET.get("after", ""), by=("-said_at", "-pk"))
    context = {
        "page": page,
        "lines": [{"lesson": lesson, "icon": KIND_ICONS[lesson.kind]} for lesson in page.items],
        "kinds": [(value, label, value == kind) for value, label in Kind.choices],
        "competencies": [(key, name, key == competency) for key, name in competencies],
        "narrowed": bool(chosen),
        "keep": urlencode(chosen) + "&" if chosen else "",
    }
    return render(request, "reviews/lessons.html", context)
