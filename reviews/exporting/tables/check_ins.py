"""The table of check-ins: kept or missed, never a word of them."""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When
from django.db.models.lookups import Exact

from assignments.models import CheckIn, CheckInAnswer

from ..columns import DAY, ISO_DAY, TEXT, Column
from ..scope import Scope
from ..table import Table, counted
from .people import assignment, mentee

OF = "assignment__"
SIDES = counted(CheckInAnswer.objects.filter(check_in=OuterRef("pk")), "check_in")


def come(scope: Scope) -> QuerySet:
    """Those that stand and whose day has come."""
    return CheckIn.objects.filter(cancelled_at__isnull=True, due_on__lte=scope.until_day)


def chosen(scope: Scope) -> QuerySet:
    return scope.narrow(come(scope), "assignment")


def state(scope: Scope) -> Case:
    """As on HR's page of an assignment: only the last that has come can still be open."""
    later = come(scope).filter(assignment=OuterRef("assignment"), due_on__gt=OuterRef("due_on"))
    return Case(
        When(Exact(SIDES, 2), then=Value("kept")),
        When(Exists(later), then=Value("missed")),
        default=Value("open"),
        output_field=CharField(),
    )


CHECK_INS = Table(
    "check_ins",
    "Check-ins",
    "One row for each check-in whose day has come.",
    (
        *assignment(OF),
        *mentee(OF),
        Column("mentor_email", TEXT, "E-mail address of the mentor.", source=f"{OF}mentor__email"),
        Column("due_on", DAY, "Day on which it was due.", ISO_DAY, source="due_on"),
        Column(
            "state", TEXT, "kept when both answered, missed when the next came first, open until then.", source=state
        ),
    ),
    chosen,
)
