"""The order of options: a sum whose every part stays visible, and a range where something is unknown."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from assignments.factors import FACTORS as FACTORS
from assignments.factors import Candidate as Candidate
from assignments.factors import Factor, Reach, reaches
from assignments.factors import SponsorOutlook as SponsorOutlook
from assignments.holdings import Want as Want
from assignments.method import DEFAULT, DEFAULT_WEIGHTS, Method, Reason, Weights

SWAYS = (0.5, 1.5)
# Scores are compared as they would be written out, so that the last bit of a sum decides nothing.
DIGITS = 9


@dataclass(frozen=True)
class Part:
    """What one factor adds: its worst and best value (0–1), and both times its weight.

    `parts` for goals: (goal, weight, fit); for gaps: (competency, weight × gap or None, contribution).
    """

    factor: Factor
    low: float
    high: float
    contribution_low: float
    contribution_high: float
    weight: int
    reason: Reason
    parts: tuple[tuple[int, float | None, float | None], ...] = ()


@dataclass(frozen=True)
class Score:
    """What is known of an option adds up to `value`; it may come to `high` once the `unknown` factors are known."""

    key: str
    title: str
    value: float
    high: float
    parts: tuple[Part, ...]
    unknown: tuple[Factor, ...]
    reason: Reason


@dataclass(frozen=True)
class Pair:
    """Two options by key, the one ahead first; the factors that would tell them apart."""

    first: str
    second: str
    factors: tuple[Factor, ...] = ()
    difference: float = 0


@dataclass(frozen=True)
class Robustness:
    """In how many of the runs with one weight halved or raised by half the leader stays first."""

    runs: int
    leader_first: int


@dataclass(frozen=True)
class Ranking:
    """Options by what is known of them (`value`, highest first); `robustness` is None under two options."""

    value: tuple[Score, ...]
    reason: Reason
    close_calls: tuple[Pair, ...] = ()
    cannot_separate: tuple[Pair, ...] = ()
    robustness: Robustness | None = None
    weights: Weights = DEFAULT_WEIGHTS
    version: int = 1


def rank(
    candidates: Sequence[Candidate],
    goals: Mapping[int, int],
    wants: Sequence[Want],
    weights: Weights = DEFAULT_WEIGHTS,
    method: Method = DEFAULT,
) -> Ranking:
    """Put options in order by what is known; what is unknown adds nothing and is never shared out."""
    known = {each.key: reaches(each, goals, wants, method) for each in candidates}
    if len(known) < len(candidates):
        raise ValueError("two candidates have one key")
    scores = tuple(sorted((_score(each, known[each.key], weights) for each in candidates), key=_place))
    return Ranking(
        value=scores,
        reason=Reason("ranked" if scores else "no_options", {"options": len(scores)}),
        close_calls=_close_calls(scores, method),
        cannot_separate=_cannot_separate(scores),
        robustness=_robustness(scores, weights),
        weights=weights,
        version=method.version,
    )


def _place(score: Score) -> tuple[float, str, str]:
    return -round(score.value, DIGITS), score.title, score.key


def _score(candidate: Candidate, known: Mapping[Factor, Reach], weights: Weights) -> Score:
    parts = tuple(_part(factor, known[factor], getattr(weights, factor)) for factor in FACTORS)
    unknown = tuple(part.factor for part in parts if part.contribution_low < part.contribution_high)
    return Score(
        key=candidate.key,
        title=candidate.title,
        value=sum(part.contribution_low for part in parts),
        high=sum(part.contribution_high for part in parts),
        parts=parts,
        unknown=unknown,
        reason=Reason("partly_known" if unknown else "all_known", {"unknown": unknown}),
    )


def _part(factor: Factor, reach: Reach, weight: int) -> Part:
    low, high = reach.value, reach.high
    return Part(factor, low, high, weight * low, weight * high, weight, reach.reason, reach.parts)


def _close_calls(scores: Sequence[Score], method: Method) -> tuple[Pair, ...]:
    pairs = [(a, b, round(a.value - b.value, DIGITS)) for a, b in pairwise(scores)]
    return tuple(Pair(a.key, b.key, difference=gap) for a, b, gap in pairs if gap < method.close_call)


def best_index(scores: Sequence[Score], index: int) -> int:
    """The index up to which this one could come in the order, were everything unknown of it known at its best."""
    best = round(scores[index].high, DIGITS)
    return bisect_left(scores, -best, hi=index, key=lambda ahead: -round(ahead.value, DIGITS))


def _cannot_separate(scores: Sequence[Score]) -> tuple[Pair, ...]:
    """Ranges that touch, where knowing more could part them; two known scores alike are a close call only.

    Of all such pairs only the neighbours, and for each option the foremost: there are up to twice as many as options.
    """
    unsure = _next_unknown(scores)
    pairs = set()
    for place in range(1, len(scores)):
        first = best_index(scores, place)
        for ahead in (first if scores[place].unknown else unsure[first], place - 1):
            if first <= ahead < place and (scores[ahead].unknown or scores[place].unknown):
                pairs.add((ahead, place))
    return tuple(_pair(scores[one], scores[other]) for one, other in sorted(pairs))


def _next_unknown(scores: Sequence[Score]) -> list[int]:
    """For each place the next from there on of which something is unknown."""
    found = [len(scores)]
    for place in range(len(scores) - 1, -1, -1):
        found.append(place if scores[place].unknown else found[-1])
    return found[::-1]


def _pair(one: Score, other: Score) -> Pair:
    return Pair(one.key, other.key, _either(one.unknown, other.unknown), round(one.value - other.value, DIGITS))


def _either(one: Collection[Factor], other: Collection[Factor]) -> tuple[Factor, ...]:
    return tuple(factor for factor in FACTORS if factor in one or factor in other)


def _robustness(scores: Sequence[Score], weights: Weights) -> Robustness | None:
    """Sharing the swayed weights out to 100 again would move all scores alike, and so nobody's place."""
    if len(scores) < 2:
        return None
    runs = [{**asdict(weights), factor: getattr(weights, factor) * sway} for factor in FACTORS for sway in SWAYS]
    return Robustness(len(runs), sum(_leads(scores, run) for run in runs))


def _leads(scores: Sequence[Score], weights: Mapping[str, float]) -> bool:
    totals = [round(sum(weights[part.factor] * part.low for part in each.parts), DIGITS) for each in scores]
    return totals[0] == max(totals)
