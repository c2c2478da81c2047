"""The index of evidence: every piece by its code; what it is only where HR may read it.

HR reads a piece once a final review rests on it and the mentee shared it for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assignments.models import Evidence
from stretchhub.among import Among

from ...models import READABLE, Score
from ..columns import DAY, ISO_DAY, NUMBER, TEXT, TRUTH, Column
from ..credits import credit_of
from ..scope import Scope
from ..table import MadeTable, Row
from .people import assignment, mentee

OF = "assignment__"
UNREAD = "empty unless readable"
RESTS = Score.objects.filter(evidence=OuterRef("pk"), review__status__in=READABLE)
PLACE = (*assignment(OF), *mentee(OF))
CONFIRMED = Q(verifications__verdict="confirmed") & ~Q(verifications__request__round__confidential=True)


def chosen(scope: Scope) -> QuerySet:
    return scope.narrow(Evidence.objects.all(), "assignment")


def make(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    """Three queries a stretch: the pieces, the competencies they show, and who confirmed them."""
    rows = (
        Evidence.objects.filter(Among("pk", keys))
        .order_by("pk")
        .annotate(readable=Exists(RESTS) & Q(shared_at_review=True))
        .values_list("pk", "readable", "code", *(column.source for column in PLACE), "kind", "title", "happened_on")
    )
    found = list(rows)
    readable = [pk for pk, may, *_rest in found if may]
    named, credited = _competencies(readable)
    confirmed = _confirmed(readable)
    for pk, may, code, *place, kind, title, day in found:
        shown = (kind, title, day, "; ".join(named[pk]), " ".join(credited[pk]), confirmed.get(pk, 0))
        yield (code, *place, may, *(shown if may else (None,) * len(shown)))


def _competencies(keys: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The names, and the credit of the frameworks they are from, by piece."""
    names: dict[int, list[str]] = defaultdict(list)
    credits: dict[int, list[str]] = defaultdict(list)
    links = Evidence.competencies.through.objects.filter(Among("evidence", keys))
    for link in links.select_related("competency__framework").order_by("competency__name", "competency_id"):
        names[link.evidence_id].append(link.competency.name)
        credit = credit_of(link.competency.framework)
        if credit not in credits[link.evidence_id]:
            credits[link.evidence_id].append(credit)
    return names, credits


def _confirmed(keys: Sequence[int]) -> dict[int, int]:
    rows = Evidence.objects.filter(Among("pk", keys)).order_by()
    return dict(rows.values_list("pk").annotate(n=Count("verifications", filter=CONFIRMED)))


EVIDENCE = MadeTable(
    "evidence",
    "Evidence",
    "One row for each piece of evidence; what it is only where a final review rests on it and it was shared for that.",
    (
        Column("evidence_code", TEXT, "Code of the piece of evidence.", "UUID"),
        *PLACE,
        Column("readable", TRUTH, "Whether a final review rests on it and the mentee shared it with HR at review."),
        Column("kind", TEXT, "What it is: text, link, file, demo or report.", empty=UNREAD),
        Column("title", TEXT, "Its title.", empty=UNREAD),
        Column("happened_on", DAY, "When it happened.", ISO_DAY, UNREAD),
        Column("competencies", TEXT, "Names of the competencies it shows, parted by “; ”.", empty=UNREAD),
        Column("framework_credit", TEXT, "Licence and credit of the frameworks they are from.", empty=UNREAD),
        Column("confirmed_by", NUMBER, "How many people said by name that it is as it says.", "people", UNREAD),
    ),
    chosen,
    make,
)
