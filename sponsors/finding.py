"""Whom one might ask to sponsor an option: in order, with the arithmetic, and what to talk about first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assignments.method import Method
from assignments.models import Assignment, Option, Status
from assignments.ranking_arithmetic import number

from .fit import CRITERIA, Candidate, Facts, Fit, order
from .fit_words import QUESTIONS, TONES, flag_words, pair_words, part_words, points
from .models import SponsorCandidate


@dataclass(frozen=True)
class Row:
    """One possible sponsor as the page shows them; `between` is said between this and the next."""

    place: int
    candidate: Any
    score: str
    high: str
    bar: tuple[tuple[str, float, float, str, str], ...]
    parts: tuple[tuple[str, str, str], ...]
    flags: tuple[str, ...]
    between: str = ""

    @property
    def is_assessed(self) -> bool:
        return bool(self.score)


@dataclass(frozen=True)
class Finding:
    """Those in view in their order, and those set aside."""

    rows: tuple[Row, ...]
    aside: tuple[Any, ...]
    version: int


def with_sponsoring(candidates: QuerySet) -> QuerySet:
    """With how many other assignments each person sponsors that are not over."""
    theirs = Assignment.objects.filter(sponsor=OuterRef("person")).exclude(status=Status.CLOSED)
    others = theirs.exclude(option=OuterRef("option")).order_by().values("sponsor").annotate(n=Count("pk"))
    return candidates.annotate(sponsoring=Coalesce(Subquery(others.values("n")), 0))


def finding(option: Option, today: date, method: Method) -> Finding:
    """The possible sponsors of an option; one query."""
    found = SponsorCandidate.objects.filter(option=option).select_related("person", "introduction__request")
    everybody = list(with_sponsoring(found).order_by(F("set_aside_at").desc(), "pk"))
    in_view = [each for each in everybody if each.set_aside_at is None]
    by_key = {str(each.code): each for each in in_view}
    found_order = order([as_candidate(each, option) for each in in_view], today, method)
    between = {pair.first: pair_words(pair) for pair in found_order.parts}
    return Finding(
        tuple(
            _row(place, fit, by_key[fit.key], between.get(fit.key, ""))
            for place, fit in enumerate(found_order.value, 1)
        ),
        tuple(each for each in everybody if each.set_aside_at is not None),
        found_order.version,
    )


def as_candidate(row: Any, option: Option) -> Candidate:
    """What the reckoning needs to know of somebody."""
    judged = {name: getattr(row, name) for name in CRITERIA if getattr(row, name) is not None}
    facts = Facts(
        is_manager=option.mentorship.mentee.manager_id == row.person_id,
        conflict=row.conflict,
        sponsoring=row.sponsoring,
        last_contact_on=row.last_contact_on,
        same_network=row.same_network,
        is_active=row.person.is_active,
    )
    return Candidate(str(row.code), row.person.name, judged, facts)


def _row(place: int, fit: Fit, candidate: Any, between: str) -> Row:
    return Row(
        place=place,
        candidate=candidate,
        score="" if fit.value is None else number(fit.value),
        high=number(fit.high) if fit.unknown else "",
        bar=tuple(
            (
                str(QUESTIONS[part.criterion]),
                part.value or 0,
                part.weight if part.value is None else part.value,
                TONES[part.criterion],
                points(part),
            )
            for part in fit.parts
        ),
        parts=tuple((str(QUESTIONS[part.criterion]), part_words(part), points(part)) for part in fit.parts),
        flags=tuple(flag_words(flag, candidate.conflict) for flag in fit.flags),
        between=between,
    )
