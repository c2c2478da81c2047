"""How broad, how deep, how varied and how recent somebody's work is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from assignments.holdings import Want
from assignments.method import DEFAULT, Method, Reason


@dataclass(frozen=True)
class Diversity:
    """How many categories' worth the work reaches (`value`, Hill's effective number); None under three items."""

    value: float | None
    reason: Reason
    h: float | None = None
    j: float | None = None
    simpson: float | None = None
    coverage: float | None = None
    n: float = 0
    indicative: bool = False
    amber: bool = False
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Breadth:
    """The share of what is wanted that is covered; None where nothing is wanted yet."""

    value: float | None
    reason: Reason
    covered: tuple[Any, ...] = ()
    lacking: tuple[Any, ...] = ()
    amber: bool = False
    parts: tuple[tuple[Any, bool], ...] = ()


@dataclass(frozen=True)
class Past:
    """An assignment's place in the history of a competency, and the load it asked for."""

    competency: int
    started_on: date
    load: int | None = None


@dataclass(frozen=True)
class Depth:
    """Competencies gone into deeply (`value` says how many); `parts` are their loads in order of time."""

    value: int
    reason: Reason
    deep: tuple[int, ...] = ()
    parts: tuple[tuple[int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Coverage:
    """The share of weighted gaps that a live option takes on; None where no gap is known.

    `parts` are (key, weight × gap, covered); `unknown` the wants without a level, left out of both sums.
    """

    value: float | None
    reason: Reason
    total: int = 0
    covered: int = 0
    parts: tuple[tuple[int, int, bool], ...] = ()
    unknown: tuple[int, ...] = ()


def diversity(
    counts: Mapping[str, float], in_scope: int, method: Method = DEFAULT, *, items: int | None = None
) -> Diversity:
    """How evenly work spreads over the categories in scope. Give `items` where the counts are weighted.

    More categories seen than in scope widen the scope; where there is only one, evenness means nothing.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts are below 0")
    seen = sorted((name, count) for name, count in counts.items() if count)
    total = math.fsum(count for _, count in seen)
    number = total if items is None else items
    if number < method.diversity_needs or not seen:
        return Diversity(None, Reason("too_few", {"n": number, "needs": method.diversity_needs}), n=number)
    shares = tuple((name, count / total) for name, count in seen)
    scope = max(in_scope, len(seen))
    h = abs(math.fsum(share * math.log(share) for _, share in shares))
    j = h / math.log(scope) if scope > 1 else None
    effective = math.exp(h)
    amber = j is not None and (j < method.evenness_amber or effective < method.effective_amber)
    return Diversity(
        value=effective,
        reason=Reason("narrow" if amber else "varied", {"effective": effective, "scope": scope}),
        h=h,
        j=j,
        simpson=1 - math.fsum(share**2 for _, share in shares),
        coverage=len(seen) / scope,
        n=number,
        indicative=number < method.indicative_below,
        amber=amber,
        parts=shares,
    )


def breadth(covered: Collection[Any], wanted: Collection[Any], method: Method = DEFAULT) -> Breadth:
    """How much of what is wanted the work covers."""
    if not wanted:
        return Breadth(None, Reason("nothing_wanted"))
    parts = tuple((each, each in covered) for each in sorted(set(wanted)))
    found = tuple(each for each, there in parts if there)
    lacking = tuple(each for each, there in parts if not there)
    value = len(found) / len(parts)
    amber = value < method.breadth_amber
    reason = Reason("narrow" if amber else "broad", {"covered": len(found), "wanted": len(parts)})
    return Breadth(value, reason, found, lacking, amber, parts)


def depth(history: Sequence[Past], verified: Mapping[int, int], method: Method = DEFAULT) -> Depth:
    """Competencies with two assignments, the later asking more, and a verified level of four or more.

    An assignment whose load nobody knows shows no rise.
    """
    loads: dict[int, list[tuple[date, int]]] = {}
    for past in history:
        if past.load is not None:
            loads.setdefault(past.competency, []).append((past.started_on, past.load))
    parts = tuple((key, tuple(load for _, load in sorted(found))) for key, found in sorted(loads.items()))
    risen = {key for key, found in loads.items() if _rises(found)}
    deep = tuple(key for key, _ in parts if key in risen and verified.get(key, 0) >= method.depth_level)
    return Depth(len(deep), Reason("deep" if deep else "not_deep", {"level": method.depth_level}), deep, parts)


def recency_weight(age_months: float, method: Method = DEFAULT) -> float:
    """What past work still counts: half after every half-life. What lies ahead counts in full."""
    return float(0.5 ** (max(age_months, 0) / method.half_life_months))


def gap_coverage(wants: Sequence[Want], covered: Collection[int]) -> Coverage:
    """How much of the weighted gaps is taken on by a live option as its primary competency."""
    unknown = tuple(want.key for want in wants if want.gap is None)
    parts = tuple((want.key, want.weight * want.gap, want.key in covered) for want in wants if want.gap is not None)
    total = sum(points for _, points, _ in parts)
    taken = sum(points for _, points, there in parts if there)
    if not total:
        code = "no_wants" if not wants else "levels_missing" if unknown else "no_gaps"
        return Coverage(None, Reason(code), parts=parts, unknown=unknown)
    reason = Reason("covered", {"covered": taken, "total": total, "unknown": unknown})
    return Coverage(taken / total, reason, total, taken, parts, unknown)


def _rises(found: Sequence[tuple[date, int]]) -> bool:
    return any(a[0] < b[0] and a[1] < b[1] for a, b in combinations(sorted(found), 2))
