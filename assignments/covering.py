"""The coverage of one assignment, read from its evidence and from what others said; in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, Q, Subquery

from .coverage import Coverage, Shown, cover
from .feedback_page import shown_by_feedback
from .models import (
    Assignment,
    Competency,
    CompetencyLevel,
    Evidence,
    EvidenceAsk,
    EvidenceFile,
    EvidenceKind,
    EvidenceVerification,
    Measurement,
    Provenance,
    Source,
    Verdict,
)
from .verifications import by_name

SAW = (Verdict.CONFIRMED, Verdict.PARTLY)
MADE = (EvidenceKind.FILE, EvidenceKind.LINK, EvidenceKind.DEMO, EvidenceKind.REPORT)
RATED = {Provenance.SELF_DECLARED: Source.SELF, Provenance.MENTOR_RATED: Source.MENTOR}


@dataclass(frozen=True)
class Covering:
    """Coverage with the competencies by key, and what is asked for already."""

    coverage: Coverage
    competencies: dict[int, Competency]
    asks: dict[tuple[int, str], EvidenceAsk]
    # The newest evidence with a competency that the mentor has not spoken of.
    to_verify: dict[int, Any]


def covering(assignment: Assignment, day: date) -> Covering:
    """Seven queries, however much there is."""
    tags = _tags(assignment)
    wanted = {tag["competency"] for tag in tags}
    option = assignment.option
    suggested = Q(pk__in=option.contributions.values("competency"))
    if option.goal_id:
        suggested |= Q(pk__in=option.goal.targets.values("competency"))
    competencies = {each.pk: each for each in Competency.objects.filter(suggested | Q(pk__in=wanted))}
    zone = assignment.mentee.zone
    shown = [*_brought(tags), *_verified(tags, assignment, zone), *_rated(assignment), *_answered(assignment, zone)]
    asks = EvidenceAsk.objects.open().filter(assignment=assignment)
    until = min(day, assignment.closed_at.astimezone(zone).date()) if assignment.closed_at else day
    return Covering(
        cover(list(competencies), shown, until),
        competencies,
        {(each.competency_id, each.source): each for each in asks},
        {tag["competency"]: tag["code"] for tag in reversed(tags) if not tag["by_mentor"]},
    )


def _tags(assignment: Assignment) -> list[dict[str, Any]]:
    """A row for each competency of each piece of evidence, the newest first."""
    measured = Measurement.objects.standing().filter(outcome=OuterRef("outcome"), assignment=assignment).order_by()
    by_mentor = EvidenceVerification.objects.filter(evidence=OuterRef("pk"), by=assignment.mentor_id)
    rows = (
        Evidence.objects.filter(assignment=assignment, competencies__isnull=False)
        .annotate(
            has_file=Exists(EvidenceFile.objects.filter(evidence=OuterRef("pk"))),
            measured_on=Subquery(measured.values("outcome").annotate(last=Max("measured_on")).values("last")),
            by_mentor=Exists(by_mentor),
        )
        .order_by("-happened_on", "-pk")
    )
    names = ("pk", "code", "kind", "link", "happened_on", "has_file", "measured_on", "by_mentor", "competencies")
    return [{**row, "competency": row["competencies"]} for row in rows.values(*names)]


def _brought(tags: list[dict[str, Any]]) -> Iterator[Shown]:
    """What the mentee says, what can be looked at, and what was measured."""
    for tag in tags:
        competency, on = tag["competency"], tag["happened_on"]
        yield Shown(competency, Source.SELF, on)
        if tag["has_file"] or tag["link"] or tag["kind"] in MADE:
            yield Shown(competency, Source.ARTEFACT, on)
        if tag["measured_on"]:
            yield Shown(competency, Source.METRIC, max(on, tag["measured_on"]))


def _verified(tags: list[dict[str, Any]], assignment: Assignment, zone: ZoneInfo) -> Iterator[Shown]:
    """What others said of a piece counts for each competency it shows; never what was said in confidence."""
    said: dict[int, list[tuple[str, datetime]]] = {}
    rows = by_name().filter(evidence__assignment=assignment, verdict__in=SAW).select_related(None)
    for evidence, source, at in rows.values_list("evidence", "source", "at"):
        said.setdefault(evidence, []).append((source, at))
    for tag in tags:
        for source, at in said.get(tag["pk"], ()):
            yield Shown(tag["competency"], source, at.astimezone(zone).date())


def _rated(assignment: Assignment) -> Iterator[Shown]:
    """Levels that mentee and mentor wrote down since the work began."""
    levels = CompetencyLevel.objects.filter(person=assignment.mentee_id, provenance__in=RATED)
    if assignment.starts_on:
        levels = levels.filter(dated_on__gte=assignment.starts_on)
    for competency, provenance, on in levels.values_list("competency", "provenance", "dated_on"):
        yield Shown(competency, RATED[Provenance(provenance)], on)


def _answered(assignment: Assignment, zone: ZoneInfo) -> Iterator[Shown]:
    """Feedback by name, and of what was given in confidence only groups that are shown by themselves."""
    for each in shown_by_feedback([assignment]).get(assignment.pk, ()):
        yield Shown(each.competency_id, each.source, each.at.astimezone(zone).date())
