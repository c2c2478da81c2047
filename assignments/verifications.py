"""What others have said of a piece of evidence, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from stretchhub.people.models import User

from .models import Evidence, EvidenceVerification, Source, Verdict

MARKS = {
    Verdict.CONFIRMED: "verified",
    Verdict.PARTLY: "watch",
    Verdict.NOT_SEEN: "waiting",
}


@dataclass(frozen=True)
class Said:
    """One person's word, and whether the evidence was changed since."""

    verification: EvidenceVerification
    who: str
    part: str
    mark: str
    before_change: bool


@dataclass(frozen=True)
class SaidOf:
    lines: tuple[Said, ...]
    # The reader has said what they think of it as it is now.
    mine_stands: bool

    @property
    def confirmed(self) -> bool:
        return any(line.verification.verdict == Verdict.CONFIRMED for line in self.lines)


def by_name() -> QuerySet[EvidenceVerification]:
    """Those that say whose word it is; what was said in confidence is read only through the rules of its round."""
    confidential = Q(request__round__confidential=True)
    return EvidenceVerification.objects.exclude(confidential).select_related("by", "request__giver")


def said_of(evidence: Evidence, reader: User) -> SaidOf:
    """In one query."""
    spoken = by_name().filter(evidence=evidence)
    if evidence.assignment.part_of(reader) == "sponsor":
        # What somebody wrote when asked for feedback reaches the sponsor only where the mentee shared it.
        spoken = spoken.filter(Q(request__isnull=True) | Q(request__shared_with_sponsor=True))
    rows = list(spoken.order_by("at", "pk"))
    lines = tuple(_line(evidence, row) for row in rows)
    mine = any(row.by_id == reader.pk and row.evidence_version >= evidence.version for row in rows)
    return SaidOf(lines, mine)


def _line(evidence: Evidence, row: EvidenceVerification) -> Said:
    before = row.evidence_version < evidence.version
    who = row.by.name if row.by else row.request.name if row.request else ""
    return Said(row, who, _part(evidence, row), MARKS[Verdict(row.verdict)], before)


def _part(evidence: Evidence, row: EvidenceVerification) -> str:
    if row.by_id and row.by_id == evidence.assignment.sponsor_id:
        return _("Sponsor")
    return str(Source(row.source).label)
