"""The arithmetic behind each factor of a score, written out with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from .ranking import Part

DIRECT = 3
EXACT = 9
# Longer sums are told by their total; each term stands in the list beside it.
MOST_TERMS = 6


@dataclass(frozen=True)
class Names:
    """What goals and competencies are called, by their keys."""

    goals: Mapping[int, str] = field(default_factory=dict)
    competencies: Mapping[int, str] = field(default_factory=dict)

    def goal(self, key: int) -> str:
        return self.goals.get(key, _("a goal"))

    def competency(self, key: int) -> str:
        return self.competencies.get(key, _("a competency"))


def number(value: float, digits: int = 2) -> str:
    """Rounded, without zeros that say nothing: 3, 0.5, 74.76."""
    # Half is rounded up, as on paper; the last bits of a sum are no half.
    exact = Decimal(str(round(float(value), EXACT)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP).normalize()
    return formats.number_format(rounded, max(0, -int(rounded.as_tuple().exponent)))


def span(low: float, high: float) -> str:
    """One number, or the two that it lies between."""
    one, other = number(low), number(high)
    return one if one == other else f"{one}–{other}"


def arithmetic(part: Part, figures: Mapping[str, float]) -> str:
    """“(5 × 3 + 3 × 2) ÷ (3 × 8) = 0.88; × 30 = 26.25”; `figures` are the method's values by name."""
    worked = _WORKED.get(part.reason.code)
    if worked is None:
        return _("Not known: %(points)s of %(weight)s points.") % {
            "points": span(part.contribution_low, part.contribution_high),
            "weight": part.weight,
        }
    return _("%(sum)s = %(value)s; × %(weight)s = %(points)s") % {
        "sum": worked(part, figures),
        "value": span(part.low, part.high),
        "weight": part.weight,
        "points": span(part.contribution_low, part.contribution_high),
    }


def _goal(part: Part, figures: Mapping[str, float]) -> str:
    terms = [f"{number(weight or 0)} × {'?' if fit is None else number(fit)}" for _key, weight, fit in part.parts]
    total = sum(weight or 0 for _key, weight, _fit in part.parts)
    return f"{_sum(terms)} ÷ ({DIRECT} × {number(total)})"


def _gap(part: Part, figures: Mapping[str, float]) -> str:
    terms = [
        f"{'?' if points is None else number(points)} × {number(share or 0)}"
        for _key, points, share in part.parts
        if share and points != 0
    ]
    unknown = any(points is None for _key, points, _share in part.parts)
    total = number(sum(points or 0 for _key, points, _share in part.parts))
    return f"{_sum(terms)} ÷ {f'({total} + ?)' if unknown else total}"


def _sum(terms: list[str]) -> str:
    if not terms:
        return "0"
    shown = terms if len(terms) <= MOST_TERMS else [*terms[: MOST_TERMS - 1], "…"]
    return f"({' + '.join(shown)})"


def _no_gaps(part: Part, figures: Mapping[str, float]) -> str:
    return _("Every level wanted is reached")


def _stretch(part: Part, figures: Mapping[str, float]) -> str:
    low, high = part.reason.params["q_low"], part.reason.params["q_high"]
    if low != high:
        return _("Load ÷ ceiling between %(low)s and %(high)s: the fit") % {"low": number(low), "high": number(high)}
    return _("Load ÷ ceiling is %(q)s: %(fit)s") % {"q": number(low), "fit": _fit(low, figures)}


def _fit(q: float, figures: Mapping[str, float]) -> str:
    full_from, full_to = figures["fit_full_from"], figures["fit_full_to"]
    half, none = figures["fit_half_at"], figures["fit_none_at"]
    if q < full_from:
        return f"{number(q)} ÷ {number(full_from)}"
    if q <= full_to:
        return _("full from %(low)s to %(high)s") % {"low": number(full_from), "high": number(full_to)}
    if q <= half:
        return f"1 − 0.5 × ({number(q)} − {number(full_to)}) ÷ ({number(half)} − {number(full_to)})"
    if q <= none:
        return f"0.5 × ({number(none)} − {number(q)}) ÷ ({number(none)} − {number(half)})"
    return _("nothing above %(none)s") % {"none": number(none)}


def _sponsor(part: Part, figures: Mapping[str, float]) -> str:
    ratings, factor = part.reason.params["ratings"], part.reason.params["factor"]
    mean = f"(({' + '.join(number(each) for each in ratings)}) ÷ {len(ratings)} − 1) ÷ 4"
    if part.reason.code == "sponsor_rated":
        return mean
    return _("%(mean)s × %(factor)s until confirmed") % {"mean": mean, "factor": number(factor)}


def _no_sponsor(part: Part, figures: Mapping[str, float]) -> str:
    return _("Looked, and nobody found")


def _workload(part: Part, figures: Mapping[str, float]) -> str:
    none, width = number(figures["workload_none_at"]), number(figures["workload_span"])
    util = part.reason.params["util"]
    worked = f"({none} − {number(util)}) ÷ {width}"
    raw = (figures["workload_none_at"] - util) / figures["workload_span"]
    if raw > 1:
        return _("%(sum)s, at most 1") % {"sum": worked}
    if raw < 0:
        return _("%(sum)s, at least 0") % {"sum": worked}
    return worked


_WORKED = {
    "goal_fit": _goal,
    "goal_partly": _goal,
    "goal_unknown": _goal,
    "gap_fit": _gap,
    "gap_partly": _gap,
    "no_gaps": _no_gaps,
    "stretch_fit": _stretch,
    "stretch_range": _stretch,
    "sponsor_rated": _sponsor,
    "sponsor_unconfirmed": _sponsor,
    "no_sponsor": _no_sponsor,
    "workload_fit": _workload,
}
