"""What the two want to talk about: what is open and from when it was carried over, and what was settled lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, OuterRef, Q, Subquery

from stretchhub.env import today

from .models import AgendaItem, Assignment, CheckIn

SETTLED = 3


@dataclass(frozen=True)
class Line:
    """One item; `carried_from` is the last check-in day that has passed since it was added."""

    item: AgendaItem
    carried_from: date | None


@dataclass(frozen=True)
class Agenda:
    open: tuple[Line, ...]
    settled: tuple[AgendaItem, ...]


def of(assignment: Assignment) -> Agenda:
    """By one query: everything open, the oldest first, and the few settled last."""
    items = AgendaItem.objects.filter(assignment=assignment)
    newest = items.filter(settled_at__isnull=False).order_by("-settled_at", "-pk").values("pk")[:SETTLED]
    held = CheckIn.objects.filter(
        assignment=OuterRef("assignment"),
        cancelled_at__isnull=True,
        due_on__lt=today(assignment.mentee.zone),
        due_on__gte=OuterRef("added_at__date"),
    )
    latest = held.order_by().values("assignment").annotate(last=Max("due_on")).values("last")
    rows = items.filter(Q(settled_at__isnull=True) | Q(pk__in=newest))
    rows = (
        rows.select_related("added_by", "check_in").annotate(carried_from=Subquery(latest)).order_by("added_at", "pk")
    )
    found = list(rows)
    return Agenda(
        open=tuple(Line(each, each.carried_from) for each in found if each.settled_at is None),
        settled=tuple(sorted((e for e in found if e.settled_at), key=lambda e: e.settled_at, reverse=True)),
    )
