"""The five factors of an option's score, each from 0 to 1, as a range where something is unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from assignments.holdings import Want
from assignments.method import Method, Reason

Factor = Literal["goal", "gap", "stretch", "sponsor", "workload"]
FACTORS: tuple[Factor, ...] = get_args(Factor)
DIRECT = 3
LOWEST_LEVEL = 1


@dataclass(frozen=True)
class SponsorOutlook:
    """What is known of a sponsor; ratings 1–5 are owns, influences, develops, engaged."""

    state: Literal["unknown", "none", "found"] = "unknown"
    ratings: tuple[int, int, int, int] | None = None
    confirmed: bool = False

    def __post_init__(self) -> None:
        if self.ratings is not None and not all(1 <= rating <= 5 for rating in self.ratings):
            raise ValueError("ratings")


@dataclass(frozen=True)
class Candidate:
    """An option to be ranked, by what is known of the work; nothing here says who does it.

    `fits` per goal: 0 none … 3 direct, None or left out unknown. `contributions` per competency: 1 primary, .5
    secondary, left out none. No q: not assessed.
    """

    key: str
    title: str
    fits: Mapping[int, int | None] = field(default_factory=dict)
    contributions: Mapping[int, float] = field(default_factory=dict)
    q_low: float | None = None
    q_high: float | None = None
    sponsor: SponsorOutlook = SponsorOutlook()
    util: float | None = None

    def __post_init__(self) -> None:
        if not all(fit is None or 0 <= fit <= 3 for fit in self.fits.values()):
            raise ValueError("fits")
        if not all(0 <= k <= 1 for k in self.contributions.values()):
            raise ValueError("contributions")
        if (self.q_low is None) != (self.q_high is None):
            raise ValueError("q_low and q_high")


@dataclass(frozen=True)
class Reach:
    """A factor's value at its worst (`value`) and best; the same where all is known. `parts` are what it came from."""

    value: float
    high: float
    reason: Reason
    parts: tuple[tuple[int, float | None, float | None], ...] = ()


def reaches(
    candidate: Candidate, goals: Mapping[int, int], wants: Sequence[Want], method: Method
) -> dict[Factor, Reach]:
    """Every factor of an option, in the order of FACTORS."""
    return {
        "goal": _goal(candidate, goals),
        "gap": _gap(candidate, wants),
        "stretch": _stretch(candidate, method),
        "sponsor": _sponsor(candidate.sponsor, method),
        "workload": _workload(candidate, method),
    }


def stretch_fit(q: float, method: Method) -> float:
    """Full within the productive band, less beside it, nothing far above the ceiling."""
    if q < method.fit_full_from:
        return q / method.fit_full_from
    if q <= method.fit_full_to:
        return 1.0
    if q <= method.fit_half_at:
        return 1 - 0.5 * (q - method.fit_full_to) / (method.fit_half_at - method.fit_full_to)
    if q <= method.fit_none_at:
        return 0.5 * (method.fit_none_at - q) / (method.fit_none_at - method.fit_half_at)
    return 0.0


def _unknown(code: str) -> Reach:
    return Reach(0.0, 1.0, Reason(code))


def _goal(candidate: Candidate, goals: Mapping[int, int]) -> Reach:
    most = DIRECT * sum(goals.values())
    if not most:
        return _unknown("no_goals")
    rows = tuple((goal, weight, candidate.fits.get(goal)) for goal, weight in sorted(goals.items()))
    lacking = tuple(goal for goal, _, fit in rows if fit is None)
    low = sum(weight * (fit or 0) for _, weight, fit in rows) / most
    high = sum(weight * (DIRECT if fit is None else fit) for _, weight, fit in rows) / most
    code = "goal_fit" if not lacking else "goal_partly" if len(lacking) < len(rows) else "goal_unknown"
    return Reach(low, high, Reason(code, {"goals": lacking}), rows)


def _gap(candidate: Candidate, wants: Sequence[Want]) -> Reach:
    """The share of weighted gaps; a want without a level may be nothing to go or all the way from the lowest."""
    if not wants:
        return _unknown("no_wants")
    wants = sorted(wants, key=lambda each: each.key)
    rows = []
    for want in wants:
        k = candidate.contributions.get(want.key, 0)
        most = max(0, want.target - LOWEST_LEVEL) if want.gap is None else want.gap
        rows.append((k, want.weight * (want.gap or 0), want.weight * most))
    if not any(most for _, _, most in rows):
        return Reach(0.0, 0.0, Reason("no_gaps"))
    # The worst case has the unknown gaps wide where the option adds little, the best where it adds much.
    steps = {-1.0, *(k for k, _, _ in rows), 2.0}
    low = min(_share([(k, most if k <= step else least) for k, least, most in rows]) for step in steps)
    high = max(_share([(k, most if k >= step else least) for k, least, most in rows]) for step in steps)
    lacking = tuple(want.key for want in wants if want.gap is None)
    code = "gap_partly" if lacking else "gap_fit"
    parts = tuple(
        (want.key, None if want.gap is None else want.weight * want.gap, candidate.contributions.get(want.key, 0))
        for want in wants
    )
    return Reach(low, high, Reason(code, {"competencies": lacking}), parts)


def _share(rows: Sequence[tuple[float, float]]) -> float:
    total = math.fsum(points for _, points in rows)
    return math.fsum(k * points for k, points in rows) / total if total else 0.0


def _stretch(candidate: Candidate, method: Method) -> Reach:
    low, high = candidate.q_low, candidate.q_high
    if low is None or high is None:
        return _unknown("stretch_not_assessed")
    ends = stretch_fit(low, method), stretch_fit(high, method)
    # The fit rises to a flat top and falls again, so between two ends it may be full.
    crosses = low <= method.fit_full_to and high >= method.fit_full_from
    code = "stretch_fit" if low == high else "stretch_range"
    return Reach(min(ends), 1.0 if crosses else max(ends), Reason(code, {"q_low": low, "q_high": high}))


def _sponsor(sponsor: SponsorOutlook, method: Method) -> Reach:
    if sponsor.state == "none":
        return Reach(0.0, 0.0, Reason("no_sponsor"))
    if sponsor.state == "unknown":
        return _unknown("sponsor_not_looked")
    factor = 1.0 if sponsor.confirmed else method.unconfirmed_factor
    if sponsor.ratings is None:
        return Reach(0.0, factor, Reason("sponsor_unrated", {"factor": factor}))
    value = (sum(sponsor.ratings) / len(sponsor.ratings) - 1) / 4 * factor
    code = "sponsor_rated" if sponsor.confirmed else "sponsor_unconfirmed"
    return Reach(value, value, Reason(code, {"ratings": sponsor.ratings, "factor": factor}))


def _workload(candidate: Candidate, method: Method) -> Reach:
    if candidate.util is None:
        return _unknown("workload_unknown")
    value = min(max((method.workload_none_at - candidate.util) / method.workload_span, 0.0), 1.0)
    return Reach(value, value, Reason("workload_fit", {"util": candidate.util}))
