"""How long what is kept, for HR and administrators."""

from __future__ import annotations

from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stretchhub.env import now
from stretchhub.people.rules import require

from ..keeping_page import keeping as read
from ..rules import can_read_keeping


@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """Each class of data: how long, why, and how many rows the next run would take."""
    require(can_read_keeping(request.user))
    found = read(now().astimezone(UTC), request.user)
    return render(request, "keeping/keeping.html", {"keeping": found})
