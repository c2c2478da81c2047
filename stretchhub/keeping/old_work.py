"""Work that ended long ago: what was written in its evidence and check-ins goes, and that it was there stays.

The rows stay with their days, so that no count changes, no figure of the programme becomes another one, and no page or
frozen packet leads nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from assignments.models import Assignment, DashboardChange, EvidenceFile, Status
from reviews.models import Review, ReviewStatus
from stretchhub.env import now, today
from stretchhub.personal import LET_GO, Holding

from . import files
from .erasing import delete_rows
from .holdings import emptied, model_of

# A rater still reads the evidence, or may.
UNDER_WAY = (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED, ReviewStatus.CALIBRATING)
# What is emptied, each by its way to the assignment.
WORDS = (
    Holding("assignments.Evidence", "assignment"),
    Holding("assignments.EvidenceVerification", "evidence__assignment"),
    Holding("assignments.CheckInAnswer", "check_in__assignment", to={"load": None, "hours": None}),
    Holding("assignments.AgendaItem", "assignment"),
    Holding("sponsors.SponsorCheckIn", "assignment"),
)


def over(cut: datetime) -> models.QuerySet:
    """Assignments that closed before this moment and still hold their words; none that a cycle still reviews."""
    reviewed = Review.objects.filter(assignment=OuterRef("pk"), status__in=UNDER_WAY, cycle__closes_on__gte=today())
    found = Assignment.objects.filter(status=Status.CLOSED, closed_at__lt=cut, let_go_at__isnull=True)
    return found.filter(~Exists(reviewed)).order_by("pk")


def go(keys: Sequence[int]) -> Counter[str]:
    """The words of these assignments now, and their files once that is committed."""
    done = Counter(rows=len(keys))
    for holding in WORDS:
        found = models.QuerySet(model=model_of(holding)).filter(**{f"{holding.of}__in": keys}).order_by()
        done[model_of(holding)._meta.model_name or ""] = found.update(**emptied(holding, LET_GO))
    done["files"] = _let_files_go(keys)
    mine = Assignment.objects.filter(pk__in=keys)
    mine.update(let_go_at=now())
    # What sponsors read holds words of what was shared with them.
    DashboardChange.objects.note(mine.order_by().values_list("sponsor_id", flat=True).distinct())
    return done


def _let_files_go(keys: Sequence[int]) -> int:
    """Their rows, which say how people called them; how many there were stays with the assignment."""
    found = EvidenceFile.objects.filter(evidence__assignment__in=keys).order_by("pk")
    names = files.named(found)
    for assignment, number in Counter(found.values_list("evidence__assignment", flat=True)).items():
        Assignment.objects.filter(pk=assignment).update(files_let_go=number)
    delete_rows(EvidenceFile, list(found.values_list("pk", flat=True)))
    # Killed before that, they belong to no row, and are swept away within a day.
    transaction.on_commit(partial(files.remove, names))
    return len(names)
