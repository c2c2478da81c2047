"""What a piece of work may bring about: how far along, how wide the estimate, what it would be worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from assignments.method import Reason

# Progress is kept as it is and drawn no further than this.
SHOWN_UP_TO = 1.5
# Extended Pearson–Tukey (Keefer and Bodily 1983): the weight of the middle, and of each of the two ends.
MIDDLE, END = 0.63, 0.185
TENTH, HALF, NINE_TENTHS = 10, 50, 90


@dataclass(frozen=True)
class Progress:
    """The share of the way from baseline to target (`value`); None where there is no way or nothing was measured.

    A measure that is to be kept has no way: its reason says whether it was kept.
    """

    value: float | None
    reason: Reason
    parts: tuple[float | None, float, float] = (None, 0, 0)

    @property
    def shown(self) -> float | None:
        """What is drawn: between nothing and half as much again as was wanted."""
        return None if self.value is None else min(max(self.value, 0.0), SHOWN_UP_TO)


@dataclass(frozen=True)
class Estimate:
    """What to expect of a range (`value`, its mean) and how wide it is; None where it is no range.

    `parts` are (low, likely, high) as they were given; `quantiles` (percent, value) in order.
    """

    value: float | None
    reason: Reason
    parts: tuple[float, float, float]
    sd: float | None = None
    sd_beta: float | None = None
    alpha: float | None = None
    beta: float | None = None
    quantiles: tuple[tuple[int, float], ...] = ()

    @property
    def low(self) -> float | None:
        return self.quantiles[0][1] if self.quantiles else None

    @property
    def high(self) -> float | None:
        return self.quantiles[-1][1] if self.quantiles else None


@dataclass(frozen=True)
class Total:
    """The sum of means; `sd` is the wider spread, as if what is uncertain in one were so in all."""

    value: float | None
    reason: Reason
    parts: tuple[tuple[float, float], ...] = ()
    sd_independent: float | None = None
    sd_dependent: float | None = None

    @property
    def sd(self) -> float | None:
        return self.sd_dependent


@dataclass(frozen=True)
class Costs:
    """What the work takes: hours with their rates, money spent, and cover."""

    mentee_hours: float = 0
    mentee_rate: float = 0
    support_hours: float = 0
    support_rate: float = 0
    cash: float = 0
    backfill: float = 0

    @property
    def parts(self) -> tuple[tuple[Literal["mentee", "support", "cash", "backfill"], float], ...]:
        return (
            ("mentee", self.mentee_hours * self.mentee_rate),
            ("support", self.support_hours * self.support_rate),
            ("cash", self.cash),
            ("backfill", self.backfill),
        )

    @property
    def total(self) -> float:
        return math.fsum(amount for _, amount in self.parts)


@dataclass(frozen=True)
class Worth:
    """How an amount becomes money a year, and what of it this work may claim."""

    value_per_unit: float
    times_a_year: float
    share: float
    confidence: float

    def __post_init__(self) -> None:
        for name in ("share", "confidence"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is not between 0 and 1")

    def gross(self, amount: float) -> float:
        return amount * self.times_a_year * self.value_per_unit

    def adjusted(self, amount: float) -> float:
        return self.gross(amount) * self.share * self.confidence


@dataclass(frozen=True)
class Return:
    """Net benefit of the first year in percent of the cost (`value`); None where nothing is spent or expected.

    `parts` are the costs; `quantiles` the same percentage at the ends and the middle of the estimate.
    `payback_months` is None where the cost never comes back.
    """

    value: float | None
    reason: Reason
    parts: tuple[tuple[str, float], ...] = ()
    gross: float | None = None
    adjusted: float | None = None
    cost: float = 0
    net: float | None = None
    bcr: float | None = None
    payback_months: float | None = None
    quantiles: tuple[tuple[int, float], ...] = ()


def progress(
    baseline: float, target: float, actual: float | None, *, keep: bool = False, tolerance: float = 0
) -> Progress:
    """How far the way from baseline to target was gone, whichever of the two is larger.

    A measure to `keep` is held while it is no further than `tolerance` from its target.
    """
    parts = (actual, baseline, target)
    if actual is None:
        return Progress(None, Reason("not_measured"), parts)
    if keep:
        off = actual - target
        code = "kept" if abs(off) <= tolerance else "not_kept"
        return Progress(None, Reason(code, {"off": off, "tolerance": tolerance}), parts)
    if target == baseline:
        return Progress(None, Reason("no_way"), parts)
    value = (actual - baseline) / (target - baseline)
    return Progress(value, Reason(_standing(value)), parts)


def pert(low: float, high: float, likely: float) -> Estimate:
    """The lowest, the highest and the most likely value, as a beta distribution."""
    parts = (low, likely, high)
    if found := _no_range(parts):
        return Estimate(None, found, parts)
    from scipy.special import betaincinv  # noqa: PLC0415 (takes longer to load than most commands run)

    width = high - low
    alpha, beta = 1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width
    points = tuple(
        (percent, low + width * float(betaincinv(alpha, beta, percent / 100))) for percent in (TENTH, HALF, NINE_TENTHS)
    )
    return Estimate(
        value=(low + 4 * likely + high) / 6,
        reason=Reason("pert", {"low": low, "likely": likely, "high": high}),
        parts=parts,
        sd=width / 6,
        sd_beta=width * math.sqrt(alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1))),
        alpha=alpha,
        beta=beta,
        quantiles=points,
    )


def percentiles(p5: float, p95: float, p50: float) -> Estimate:
    """The extended Pearson–Tukey mean of a value with one chance in twenty below `p5`, and one above `p95`."""
    parts = (p5, p50, p95)
    if found := _no_range(parts):
        return Estimate(None, found, parts)
    mean = MIDDLE * p50 + END * (p5 + p95)
    variance = MIDDLE * (p50 - mean) ** 2 + END * ((p5 - mean) ** 2 + (p95 - mean) ** 2)
    reason = Reason("percentiles", {"low": p5, "likely": p50, "high": p95})
    return Estimate(mean, reason, parts, sd=math.sqrt(variance), quantiles=((5, p5), (50, p50), (95, p95)))


def total(estimates: Sequence[Estimate]) -> Total:
    """Several estimates together: means add up, and the spread lies between two ways to add it.

    The sum of some of them would not be the sum, so one without a range leaves the whole without.
    """
    if not estimates:
        return Total(None, Reason("nothing_to_add"))
    parts = tuple((each.value, each.sd) for each in estimates if each.value is not None and each.sd is not None)
    if len(parts) < len(estimates):
        return Total(None, Reason("range_missing", {"missing": len(estimates) - len(parts)}), parts)
    return Total(
        value=math.fsum(mean for mean, _ in parts),
        reason=Reason("added", {"count": len(parts)}),
        parts=parts,
        sd_independent=math.sqrt(math.fsum(sd**2 for _, sd in parts)),
        sd_dependent=math.fsum(sd for _, sd in parts),
    )


def return_on(estimate: Estimate, worth: Worth, costs: Costs) -> Return:
    """What the first year would bring for what it takes, at the mean of the estimate and along its range."""
    cost = costs.total
    if estimate.value is None:
        return Return(None, Reason("range_missing"), costs.parts, cost=cost)
    gross, adjusted = worth.gross(estimate.value), worth.adjusted(estimate.value)
    if cost <= 0:
        return Return(None, Reason("no_cost"), costs.parts, gross, adjusted, cost)
    return Return(
        value=_percent(adjusted, cost),
        reason=Reason("gains" if adjusted > cost else "loses" if adjusted < cost else "even"),
        parts=costs.parts,
        gross=gross,
        adjusted=adjusted,
        cost=cost,
        net=adjusted - cost,
        bcr=adjusted / cost,
        payback_months=cost / (adjusted / 12) if adjusted > 0 else None,
        quantiles=tuple((percent, _percent(worth.adjusted(amount), cost)) for percent, amount in estimate.quantiles),
    )


def two_figures(value: float) -> int | float:
    """A number as a letter says it: rounded to two significant figures, halves away from nothing."""
    if not value:
        return 0
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), rounding=ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _standing(value: float) -> str:
    if value < 0:
        return "moved_away"
    if value == 0:
        return "not_moved"
    return "reached" if value >= 1 else "on_the_way"


def _no_range(parts: tuple[float, float, float]) -> Reason | None:
    low, likely, high = parts
    if not low <= likely <= high:
        return Reason("out_of_order", {"low": low, "likely": likely, "high": high})
    return Reason("no_width") if low == high else None


def _percent(benefit: float, cost: float) -> float:
    return (benefit - cost) / cost * 100
