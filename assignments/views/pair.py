"""What only mentee and mentor of an assignment may open."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assignments.models import Assignment


def of_the_two(request: HttpRequest, code: Any, *related: str) -> Assignment:
    """The assignment for one of the two who do the work; for everybody else the 404 of one that does not exist."""
    mine = Assignment.objects.filter(Q(mentee=request.user) | Q(mentor=request.user))
    return get_object_or_404(mine.select_related("mentee", "mentor", "sponsor", *related), code=code)
