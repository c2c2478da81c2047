"""An assignment through the eyes of its sponsor or of HR, for the two who work on it.

Everything is asked of the querysets that answer those people's own pages, for those people themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .models import Assignment, Decision, Evidence, Milestone, ScopeChange, Setback
from .results import results
from .signals import judgement, read
from .status_words import Standing, standing


@dataclass(frozen=True)
class AsSponsor:
    """What the sponsor can open of one assignment."""

    standing: Standing
    results: Any
    milestones: tuple[Milestone, ...]
    scope: tuple[ScopeChange, ...]
    decisions: tuple[Decision, ...]
    setbacks: tuple[Setback, ...]
    evidence: tuple[Evidence, ...]


def as_sponsor(assignment: Assignment) -> AsSponsor:
    """For whoever sponsors it now; the assignment comes with its people and its charter."""
    sponsor = assignment.sponsor

    def seen(model: Any) -> tuple[Any, ...]:
        return tuple(model.objects.visible_to(sponsor).filter(assignment=assignment))

    reading = read([assignment])[assignment.pk]
    return AsSponsor(
        standing=standing(assignment, judgement(assignment, reading)),
        results=results(assignment),
        # As on the sponsor's own page of the assignment: all of the plan is theirs to read.
        milestones=reading.milestones,
        scope=seen(ScopeChange),
        decisions=seen(Decision),
        setbacks=seen(Setback),
        evidence=seen(Evidence),
    )


def at_review(assignment: Assignment) -> tuple[Evidence, ...]:
    """Evidence that HR reads once the reviews are final: what the mentee shared for that."""
    return tuple(Evidence.objects.filter(assignment=assignment, shared_at_review=True))
