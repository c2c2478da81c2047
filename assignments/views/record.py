"""The assignments of the organisation as HR reads them: a list, and one record."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from stretchhub.env import today
from stretchhub.pages import page_by_key
from stretchhub.people.rules import require

from ..models import Assignment
from ..records import record_of
from ..rules import can_read_records

PEOPLE = ("mentee", "mentor", "sponsor")
MOST_WORDS = 8


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Every assignment, the newest first, narrowed by the name of whoever takes part or by its title."""
    require(can_read_records(request.user))
    words = request.GET.get("q", "").replace("\x00", "")[:200].split()[:MOST_WORDS]
    rows = _found(Assignment.objects.on_record_for(request.user).select_related(*PEOPLE), words)
    typed = " ".join(words)
    context = {
        "page": page_by_key(rows, request.GET.get("after", ""), by=("-created_at", "-pk")),
        "q": typed,
        "keep": f"{urlencode({'q': typed})}&" if typed else "",
    }
    return render(request, "assignments/records.html", context)


@require_safe
def record(request: HttpRequest, code: UUID) -> HttpResponse:
    """One assignment; who is not HR meets the same 404 as for one that does not exist."""
    assignments = Assignment.objects.on_record_for(request.user).select_related(*PEOPLE, "charter")
    assignment = get_object_or_404(assignments, code=code)
    context = {"record": record_of(assignment, today(request.user.zone)), "assignment": assignment}
    return render(request, "assignments/record.html", context)


def _found(rows: QuerySet, words: list[str]) -> QuerySet:
    """Each word stands in the title or in the name of the mentee, the mentor or the sponsor."""
    for word in words:
        anywhere = Q(title__icontains=word)
        for part in PEOPLE:
            anywhere |= Q(**{f"{part}__full_name__icontains": word})
        rows = rows.filter(anywhere)
    return rows
