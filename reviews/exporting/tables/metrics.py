"""The table of metrics: what was agreed, and once the reviews are final what it came to."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When

from assignments.models import BriefOutcome, BriefStatus, BriefVersion, Measurement

from ...models import Review
from ..columns import DAY, DECIMAL, ISO_DAY, MAYBE_TEXT, NUMBER, TEXT, TRUTH, Column
from ..scope import Scope
from ..table import Table
from .people import assignment, mentee

OF = "version__brief__option__assignment__"
LATER = BriefVersion.objects.filter(
    brief=OuterRef("version__brief"), status=BriefStatus.SPONSOR_ACCEPTED, number__gt=OuterRef("version__number")
)
SIGNED_OFF = Exists(Review.objects.final().filter(assignment=OuterRef(f"{OF}pk")))
MEASURED = Measurement.objects.standing().filter(outcome=OuterRef("pk"), assignment=OuterRef(f"{OF}pk"))
NOT_MEASURED = "empty before the reviews are final, and where nothing was measured"
OR_NOT_GIVEN = f"{NOT_MEASURED} or none was given"


def chosen(scope: Scope) -> QuerySet:
    """The outcomes of the version the sponsor said yes to; of the latest one where there were several."""
    agreed = BriefOutcome.objects.filter(
        ~Exists(LATER), version__status=BriefStatus.SPONSOR_ACCEPTED, version__brief__option__assignment__isnull=False
    )
    return scope.narrow(agreed, "version__brief__option__assignment")


def latest(field: str) -> Any:
    """The last measurement that stands, which HR reads with the final reviews and not before."""
    return Case(When(SIGNED_OFF, then=Subquery(MEASURED.order_by("-measured_on", "-pk").values(field)[:1])))


METRICS = Table(
    "metrics",
    "Metrics",
    "One row for each measure of the accepted brief.",
    (
        *assignment(OF),
        *mentee(OF),
        Column("metric", TEXT, "What is measured.", source="metric"),
        Column("unit", TEXT, "Unit of the numbers in this row.", empty=MAYBE_TEXT, source="unit"),
        Column("direction", TEXT, "What is wanted: increase, decrease or maintain.", source="direction"),
        Column("baseline", DECIMAL, "Value before the work.", "see unit", source="baseline"),
        Column("baseline_on", DAY, "Day of the baseline.", ISO_DAY, "empty when not given", source="baseline_on"),
        Column("target", DECIMAL, "Value wanted.", "see unit", source="target"),
        Column("target_on", DAY, "Day by which it is wanted.", ISO_DAY, "empty when not given", source="due_on"),
        Column("counter_metric", TEXT, "What must not get worse.", empty=MAYBE_TEXT, source="counter_metric"),
        Column("signed_off", TRUTH, "Whether the reviews of the assignment are final.", source=SIGNED_OFF),
        Column("actual", DECIMAL, "Latest value measured.", "see unit", NOT_MEASURED, source=latest("value")),
        Column("actual_low", DECIMAL, "Lower end of its range.", "see unit", OR_NOT_GIVEN, source=latest("low")),
        Column("actual_high", DECIMAL, "Upper end of its range.", "see unit", OR_NOT_GIVEN, source=latest("high")),
        Column("actual_n", NUMBER, "Number of cases it is of.", "cases", OR_NOT_GIVEN, source=latest("n")),
        Column("actual_on", DAY, "Day on which it was measured.", ISO_DAY, NOT_MEASURED, source=latest("measured_on")),
    ),
    chosen,
)
