"""The outcomes of a brief as they are read: each with its range, what is summed, what it would be worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import impact_words
from .impact import Costs, Estimate, Return, Total, Worth, percentiles, pert, return_on, total
from .models import BriefOutcome, BriefReturn, BriefVersion, Direction
from .models import Estimate as Given
from .outreach import in_words, number


@dataclass(frozen=True)
class OutcomeLine:
    """One outcome: what it says in one line, and below it how wide, how sure, and what else could move it."""

    outcome: BriefOutcome
    words: str
    estimate: Estimate | None
    range_words: str
    arithmetic: str
    contribution: str
    causes: tuple[str, ...]
    remark: str

    @property
    def low(self) -> float | None:
        """The lower end of the range, as it is drawn."""
        return None if self.estimate is None else impact_words.rounded(self.estimate.low or 0)

    @property
    def high(self) -> float | None:
        return None if self.estimate is None else impact_words.rounded(self.estimate.high or 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands below it: how wide it is, what the work contributes and what else could, what must not suffer."""
        causes = _("Other plausible causes: %(causes)s.") % {"causes": "; ".join(self.causes)} if self.causes else ""
        kept = self.outcome.counter_metric
        worse = _("Must not get worse: %(metric)s.") % {"metric": kept.rstrip(".")} if kept else ""
        told = (self.range_words, self.remark, worse, self.contribution, causes)
        # One paragraph: a page has no room for a line each.
        return tuple(line for line in (self.outcome.why, " ".join(filter(None, told))) if line)


@dataclass(frozen=True)
class TotalLine:
    unit: str
    total: Total
    words: str


@dataclass(frozen=True)
class MoneyLine:
    """What an outcome would be worth, as the owner of its measure agreed."""

    money: BriefReturn
    outcome: BriefOutcome
    found: Return
    words: str
    figures: tuple[tuple[str, str], ...]
    arithmetic: tuple[str, ...]

    @property
    def agreed(self) -> str:
        """Whose measure was converted, and that its owner agrees."""
        names = {"metric": self.outcome.metric, "name": self.money.agreed_by}
        return _("From “%(metric)s”, converted as %(name)s, who owns the measure, agrees.") % names


@dataclass(frozen=True)
class Outcomes:
    lines: tuple[OutcomeLine, ...]
    totals: tuple[TotalLine, ...]
    money: MoneyLine | None


def read(version: BriefVersion) -> Outcomes:
    """The outcomes of one version, in two queries; in none where they and their worth are at hand."""
    lines = tuple(line_of(outcome) for outcome in version.outcomes.all())
    money = _return_of(version) if lines else None
    return Outcomes(lines, tuple(_totals(lines)), _money(money, lines) if money else None)


def _return_of(version: BriefVersion) -> BriefReturn | None:
    if BriefVersion._meta.get_field("money").is_cached(version):
        return getattr(version, "money", None)
    return BriefReturn.objects.filter(version=version).first()


def line_of(outcome: BriefOutcome) -> OutcomeLine:
    """One outcome with everything that can be worked out from its own row."""
    estimate = estimate_of(outcome)
    there = estimate is not None and estimate.value is not None
    return OutcomeLine(
        outcome=outcome,
        words=_sentence(outcome),
        estimate=estimate if there else None,
        range_words=impact_words.range_words(estimate, outcome.unit) if estimate and there else "",
        arithmetic=impact_words.range_arithmetic(estimate) if estimate and there else "",
        contribution=impact_words.contribution_words(outcome),
        causes=tuple(causes_in(outcome.other_causes)),
        remark=_remark(outcome, estimate) if estimate and there else "",
    )


def estimate_of(outcome: BriefOutcome) -> Estimate | None:
    """What to expect by the day it is due; None where nobody gave a range."""
    if not outcome.estimate or outcome.low is None or outcome.high is None or outcome.likely is None:
        return None
    return _worked_out(outcome, float(outcome.low), float(outcome.high), float(outcome.likely))


def gain_of(outcome: BriefOutcome) -> Estimate | None:
    """How much better than the baseline it may get, as a range of its own."""
    if estimate_of(outcome) is None or outcome.direction == Direction.MAINTAIN:
        return None
    start = float(outcome.baseline)
    low, high, likely = (float(each) - start for each in (outcome.low, outcome.high, outcome.likely))
    if outcome.direction == Direction.DECREASE:
        low, high, likely = -high, -low, -likely
    return _worked_out(outcome, low, high, likely)


def causes_in(written: str) -> Iterator[str]:
    """The causes that are listed one a line, each once and without its full stop."""
    seen: set[str] = set()
    for line in written.splitlines():
        cause = line.strip().lstrip("-–*• ").rstrip(". ")
        if cause and cause.casefold() not in seen:
            seen.add(cause.casefold())
            yield cause


def worth_of(money: BriefReturn) -> Worth:
    return Worth(float(money.value_per_unit), float(money.times_a_year), float(money.share), float(money.confidence))


def costs_of(money: BriefReturn) -> Costs:
    return Costs(
        float(money.mentee_hours),
        float(money.mentee_rate),
        float(money.support_hours),
        float(money.support_rate),
        float(money.cash),
        float(money.backfill),
    )


def _worked_out(outcome: BriefOutcome, low: float, high: float, likely: float) -> Estimate:
    way = pert if outcome.estimate == Given.PERT else percentiles
    return way(low, high, likely)


def _sentence(outcome: BriefOutcome) -> str:
    if outcome.direction != Direction.MAINTAIN:
        return in_words(outcome)
    values = {
        "metric": outcome.metric,
        "target": impact_words.with_unit(number(outcome.target), outcome.unit),
        "tolerance": number(outcome.tolerance or outcome.target * 0),
    }
    return _("%(metric)s stays at %(target)s ± %(tolerance)s") % values


def _remark(outcome: BriefOutcome, estimate: Estimate) -> str:
    """Said where somebody's own range does not reach the target they set."""
    target, low, high = float(outcome.target), estimate.low or 0, estimate.high or 0
    short = {Direction.INCREASE: target > high, Direction.DECREASE: target < low}.get(Direction(outcome.direction))
    return _("The target lies beyond this range: it would take luck.") if short else ""


def _totals(lines: Sequence[OutcomeLine]) -> Iterator[TotalLine]:
    """What adds up, by unit, where there is more than one and each has its range."""
    groups: dict[str, list[OutcomeLine]] = defaultdict(list)
    for line in lines:
        if line.outcome.adds_up:
            groups[line.outcome.unit.strip().casefold()].append(line)
    for group in groups.values():
        found = total([line.estimate for line in group if line.estimate])
        if len(group) > 1 and all(line.estimate for line in group):
            start, unit = sum(float(line.outcome.baseline) for line in group), group[0].outcome.unit
            yield TotalLine(unit, found, impact_words.total_words(found, start, unit))


def _money(money: BriefReturn, lines: Sequence[OutcomeLine]) -> MoneyLine | None:
    outcome = next(line.outcome for line in lines if line.outcome.pk == money.outcome_id)
    gain = gain_of(outcome) or pert(0, 0, 0)
    worth, costs = worth_of(money), costs_of(money)
    found = return_on(gain, worth, costs)
    amount = impact_words.with_unit(impact_words.figure(gain.value or 0), outcome.unit)
    return MoneyLine(
        money=money,
        outcome=outcome,
        found=found,
        words=impact_words.return_words(found, money.currency),
        figures=tuple(impact_words.return_figures(found)),
        arithmetic=tuple(impact_words.return_arithmetic(found, amount, worth, costs, money.currency)),
    )
