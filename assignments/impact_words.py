"""The sentences of impact: how far along, how wide a range is, what was contributed, what it would be worth."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .impact import Costs, Estimate, Progress, Return, Total, Worth, two_figures
from .models import Attribution, BriefOutcome
from .outreach import number
from .pilot import Shift

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
COSTS = {
    "mentee": gettext_lazy("hours of the mentee"),
    "support": gettext_lazy("hours of others"),
    "cash": gettext_lazy("spent"),
    "backfill": gettext_lazy("cover"),
}
# Only a comparison says that the work brought something about; all else is “contributed to”, never “caused”.
CLAIMABLE = {
    Attribution.COMPARISON: gettext_lazy("To be reported as “brought about”, against a group that goes on as before."),
    Attribution.TREND: gettext_lazy("To be reported as “contributed to”, against the trend."),
    Attribution.BEFORE_AFTER: gettext_lazy("To be reported as “contributed to”, comparing before and after."),
    Attribution.OWNER: gettext_lazy("To be reported as “contributed to”, as the owner of the measure estimates."),
}
CLAIMED = {
    Attribution.COMPARISON: gettext_lazy("This work brought it about, against a group that goes on as before."),
    Attribution.TREND: gettext_lazy("This work contributed to it, against the trend."),
    Attribution.BEFORE_AFTER: gettext_lazy("This work contributed to it, comparing before and after."),
    Attribution.OWNER: gettext_lazy("This work contributed to it, as the owner of the measure estimates."),
}


def rounded(value: float) -> float:
    """A computed number with no more digits than it can carry: 53.8, 185, 6.87."""
    size = abs(value)
    return round(value, 0 if size >= 99.95 else 1 if size >= 9.995 else 2)


def figure(value: float) -> str:
    """The same as people read it, without a sign before nought."""
    return number(Decimal(str(rounded(value))) + 0)


def signed(value: float) -> str:
    """“+7.9”, “−35”: a difference that may go either way."""
    words = figure(abs(value))
    return words if words == "0" else f"{'−' if value < 0 else '+'}{words}"


def with_unit(words: str, unit: str) -> str:
    """“21 days”; a sign that belongs to the number stands beside it: “34 %”."""
    return f"{words} {unit}" if unit else words


def percent(share: float) -> str:
    return formats.number_format(round(share * 100))


def money(amount: float, currency: str) -> str:
    """“£21,000”, “CHF 450”, “−€80”: whole from 100 on."""
    size = abs(amount)
    exact = Decimal(str(round(size, 0 if size >= 100 else 2)))
    sign = "−" if amount < 0 and exact else ""
    words = formats.number_format(exact, 0 if exact == exact.to_integral() else 2, force_grouping=True)
    mark = SYMBOLS.get(currency)
    return f"{sign}{mark}{words}" if mark else f"{currency} {sign}{words}"


def about(amount: float, currency: str) -> str:
    """Money as a letter says it, to two figures."""
    return money(two_figures(amount), currency)


def progress_words(found: Progress) -> str:
    """How far the way was gone, in one sentence."""
    code = found.reason.code
    if code in ("kept", "not_kept"):
        off = found.reason.params
        values = {"off": figure(abs(off["off"])), "tolerance": figure(off["tolerance"])}
        if code == "kept":
            return _("Kept: %(off)s off, within the ± %(tolerance)s that were agreed.") % values
        return _("Not kept: %(off)s off, beyond the ± %(tolerance)s that were agreed.") % values
    if found.value is None:
        return {
            "not_measured": _("Not measured yet."),
            "no_way": _("Baseline and target are the same, so there is no way to go."),
        }[code]
    share = {"percent": percent(abs(found.value))}
    return {
        "moved_away": _("Moved away from the target, by %(percent)s %% of the way."),
        "not_moved": _("Still at its baseline: %(percent)s %% of the way."),
        "on_the_way": _("%(percent)s %% of the way."),
        "reached": _("Target reached: %(percent)s %% of the way."),
    }[code] % share


def range_words(found: Estimate, unit: str) -> str:
    """“Between 53.8 and 98 hours eight times in ten; 75 on average.”"""
    values = {
        "low": figure(found.low or 0),
        "high": with_unit(figure(found.high or 0), unit),
        "mean": figure(found.value or 0),
    }
    if found.reason.code == "pert":
        return _("Between %(low)s and %(high)s eight times in ten; %(mean)s on average.") % values
    return _("Between %(low)s and %(high)s nine times in ten; %(mean)s on average.") % values


def range_arithmetic(found: Estimate) -> str:
    """How the average and its spread came about, with the numbers that were given."""
    low, likely, high = (figure(part) for part in found.parts)
    values = {
        "low": low,
        "likely": likely,
        "high": high,
        "mean": figure(found.value or 0),
        "sd": figure(found.sd or 0),
    }
    if found.reason.code == "pert":
        return _("(%(low)s + 4 × %(likely)s + %(high)s) ÷ 6 = %(mean)s, give or take %(sd)s.") % values
    return _("0.63 × %(likely)s + 0.185 × (%(low)s + %(high)s) = %(mean)s, give or take %(sd)s.") % values


def contribution_words(outcome: BriefOutcome, *, measured: bool = False) -> str:
    """What the work may be credited with, before and after there is something to credit."""
    if not outcome.attribution:
        return ""
    return str((CLAIMED if measured else CLAIMABLE)[Attribution(outcome.attribution)])


def total_words(found: Total, baseline: float, unit: str) -> str:
    """Several outcomes together, with the wider spread."""
    values = {
        "from": figure(baseline),
        "to": with_unit(figure(found.value or 0), unit),
        "sd": figure(found.sd or 0),
        "narrow": figure(found.sd_independent or 0),
    }
    return (
        _(
            "Together from %(from)s to %(to)s, give or take %(sd)s if what is uncertain in one is so in all "
            "(%(narrow)s if they have nothing to do with each other)."
        )
        % values
    )


def return_words(found: Return, currency: str) -> str:
    """What it would be worth, to two figures, with its range."""
    if found.value is None or found.adjusted is None:
        return {
            "no_cost": _("No cost is named, so a return cannot be worked out."),
            "range_missing": _("The outcome has no range yet, so a return cannot be worked out."),
        }[found.reason.code]
    values = {
        "benefit": about(found.adjusted, currency),
        "cost": about(found.cost, currency),
        "low": percent_words(found.quantiles[0][1]),
        "high": percent_words(found.quantiles[-1][1]),
    }
    return _("About %(benefit)s in the first year for about %(cost)s; a return of %(low)s to %(high)s.") % values


def return_figures(found: Return) -> list[tuple[str, str]]:
    """The key figures of a return, each with its name."""
    if found.value is None or found.bcr is None:
        return []
    months = _("never") if found.payback_months is None else _("%(n)s months") % {"n": figure(found.payback_months)}
    return [
        (_("Return in the first year"), percent_words(found.value)),
        (_("Benefit for each unit of cost"), figure(found.bcr)),
        (_("The cost has come back after"), months),
    ]


def return_arithmetic(found: Return, amount: str, worth: Worth, costs: Costs, currency: str) -> list[str]:
    """Every step from the amount to the net benefit, each as one line."""
    if found.gross is None or found.adjusted is None:
        return []
    lines = [
        _("%(amount)s × %(times)s a year × %(worth)s = %(gross)s.")
        % {
            "amount": amount,
            "times": figure(worth.times_a_year),
            "worth": money(worth.value_per_unit, currency),
            "gross": money(found.gross, currency),
        },
        _("× %(share)s contributed × %(sure)s sure = %(adjusted)s.")
        % {
            "share": figure(worth.share),
            "sure": figure(worth.confidence),
            "adjusted": money(found.adjusted, currency),
        },
    ]
    spent = [(COSTS[name], part) for name, part in costs.parts if part]
    if spent:
        listed = " + ".join(f"{money(part, currency)} ({name})" for name, part in spent)
        lines.append(_("Cost: %(parts)s = %(cost)s.") % {"parts": listed, "cost": money(found.cost, currency)})
    if found.net is not None:
        lines.append(_("Net benefit: %(net)s.") % {"net": money(found.net, currency)})
    return lines


def percent_words(value: float) -> str:
    """“75 %”, “−20 %”."""
    rounded = round(value)
    return f"{'−' if rounded < 0 else ''}{formats.number_format(abs(rounded))} %"


def shift_words(found: Shift) -> str:
    """Whether a row of measurements has moved, in one sentence; nothing while it is short."""
    if not found.value:
        return ""
    values = {"n": found.length, "median": figure(found.median or 0)}
    if found.side == "above":
        return _("%(n)s values in a row above the median of %(median)s: it has shifted.") % values
    return _("%(n)s values in a row below the median of %(median)s: it has shifted.") % values
