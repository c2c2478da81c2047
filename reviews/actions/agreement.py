"""Working out how far raters agree: each night, and when somebody who reads it asks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Max, Sum

from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.wake import wake

from ..calibration_rules import can_see_agreement
from ..models import (
    AgreementReading,
    CaseStatus,
    RaterSeverity,
    RatingPractice,
    Review,
    ReviewCycle,
    ScoreChange,
    Vignette,
)
from ..programme_agreement import kept, work_out

BATCH = 2000


@transaction.atomic
def ask_for_agreement(*, by: User) -> None:
    """Let the figures be worked out now instead of tonight."""
    require(can_see_agreement(by))
    wake("reviews.tasks.work_out_agreement")


def work_out_behind() -> int:
    """All cycles together and each by itself, where something came since; how many were worked out."""
    cycles: list[ReviewCycle | None] = [None, *ReviewCycle.objects.order_by("pk")]
    return sum(_work_out(cycle) for cycle in cycles)


@transaction.atomic
def _work_out(cycle: ReviewCycle | None) -> bool:
    """Two at once: the second finds what it would have worked out, or replaces it by the same."""
    every, basis = cycle is None, _built_from(cycle)
    if AgreementReading.objects.filter(all_cycles=every, cycle=cycle, built_from=basis).exists():
        return False
    found, severities = work_out(cycle)
    values = {"as_of": now(), "built_from": basis, "content": kept(found)}
    row, _made = AgreementReading.objects.update_or_create(all_cycles=every, cycle=cycle, defaults=values)
    row.severities.all().delete()
    for each in severities:
        each.reading = row
    RaterSeverity.objects.bulk_create(severities, batch_size=BATCH)
    return True


def _built_from(cycle: ReviewCycle | None) -> str:
    """Changes with everything that the figures rest on."""
    reviews = Review.objects.final()
    changes = ScoreChange.objects.all()
    if cycle is not None:
        reviews, changes = reviews.filter(cycle=cycle), changes.filter(score__review__cycle=cycle)
    finals, newest = reviews.order_by().aggregate(n=Count("pk"), newest=Max("final_at")).values()
    practices = RatingPractice.objects.filter(seen_at__isnull=False)
    seen, last = practices.aggregate(n=Count("pk"), last=Max("seen_at")).values()
    changed = changes.aggregate(Count("pk"))["pk__count"]
    # Every step of a case after its draft raises this.
    cases = Vignette.objects.exclude(status=CaseStatus.DRAFT).aggregate(Sum("edit"))["edit__sum"]
    return " ".join(map(str, (finals, newest, changed, seen, last, cases)))
