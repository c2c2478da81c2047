"""How live options spread over safe, core and bold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assignments.holdings import Item
from assignments.method import DEFAULT, Method, Reason

Risk = Literal["safe", "core", "bold"]
RISKS: tuple[Risk, ...] = ("safe", "core", "bold")


@dataclass(frozen=True)
class RiskClass:
    """Bold, core or safe; None where what decides it is unknown. `parts` are the figures looked at."""

    value: Risk | None
    reason: Reason
    parts: tuple[tuple[str, float | str | None], ...] = ()


@dataclass(frozen=True)
class Share:
    """How many of a class there are, their share and the share aimed at."""

    risk: Risk
    count: int
    share: float
    target: float


@dataclass(frozen=True)
class Mix:
    """ "ok", "amber" (shares far from the target) or "few_missing" (few options, something absent or too much bold).

    `value` is None where nothing is classified. `tvd` is None under `few_options` classified options.
    """

    value: Literal["ok", "amber", "few_missing"] | None
    reason: Reason
    counts: Mapping[Risk, int] = field(default_factory=dict)
    unknown: int = 0
    tvd: float | None = None
    absent: tuple[Risk, ...] = ()
    bold_running: int = 0
    too_many_bold: bool = False
    parts: tuple[Share, ...] = ()
    few_options: int = DEFAULT.few_options
    bold_running_max: int = DEFAULT.bold_running_max


def risk_class(item: Item, method: Method = DEFAULT) -> RiskClass:
    """Bold where it asks nearly all or the stakes are high, tested first; safe where little is asked; else core."""
    value, reason = _class(item, method)
    parts = (("zone", item.zone), ("q", item.q), ("load", item.load), ("stakes", item.stakes))
    return RiskClass(value, reason, parts)


def mix(items: Sequence[Item], method: Method = DEFAULT) -> Mix:
    """How the live options spread over safe, core and bold."""
    classes = [(risk_class(item, method).value, item.running) for item in items]
    counts = {risk: sum(value == risk for value, _ in classes) for risk in RISKS}
    classified = sum(counts.values())
    unknown = len(items) - classified
    if not classified:
        return Mix(None, Reason("not_classified" if items else "no_options"), counts, unknown)
    parts = tuple(
        Share(risk, counts[risk], counts[risk] / classified, getattr(method, f"target_{risk}")) for risk in RISKS
    )
    running = sum(value == "bold" and live for value, live in classes)
    spread = Mix(
        value="ok",
        reason=Reason("classified"),
        counts=counts,
        unknown=unknown,
        absent=tuple(risk for risk in RISKS if not counts[risk]),
        bold_running=running,
        too_many_bold=running > method.bold_running_max,
        parts=parts,
        few_options=method.few_options,
        bold_running_max=method.bold_running_max,
    )
    return _few(spread) if classified < method.few_options else _many(spread, method)


def _class(item: Item, method: Method) -> tuple[Risk | None, Reason]:
    if item.stakes is not None and item.stakes >= method.bold_stakes:
        return "bold", Reason("high_stakes")
    if item.q is not None and item.q > method.bold_q:
        return "bold", Reason("near_the_ceiling")
    if item.q is None or item.stakes is None:
        lacking = tuple(name for name in ("q", "stakes") if getattr(item, name) is None)
        return None, Reason("unknown", {"missing": lacking})
    return _below_bold(item, item.stakes, method)


def _below_bold(item: Item, stakes: int, method: Method) -> tuple[Risk | None, Reason]:
    if item.zone == "familiar":
        return "safe", Reason("familiar")
    small = None if item.load is None else item.load <= method.safe_load
    if small and stakes <= method.safe_stakes:
        return "safe", Reason("little_asked")
    if item.zone is None:
        return None, Reason("unknown", {"missing": ("zone",)})
    if small is None and stakes <= method.safe_stakes:
        return None, Reason("unknown", {"missing": ("load",)})
    return "core", Reason("between")


def _few(spread: Mix) -> Mix:
    """Few options have no shares worth the name: one safe, one core, and not too much bold at once."""
    absent = tuple(risk for risk in spread.absent if risk != "bold")
    figures = {"absent": absent, "bold_running": spread.bold_running}
    if absent or spread.too_many_bold:
        return replace(spread, value="few_missing", absent=absent, reason=Reason("few_missing", figures))
    return replace(spread, absent=absent, reason=Reason("few_enough", figures))


def _many(spread: Mix, method: Method) -> Mix:
    tvd = round(sum(abs(part.share - part.target) for part in spread.parts) / 2, 9)
    figures = {"tvd": tvd, "most": method.tvd_amber}
    if tvd > method.tvd_amber:
        return replace(spread, value="amber", tvd=tvd, reason=Reason("far_from_target", figures))
    return replace(spread, tvd=tvd, reason=Reason("near_target", figures))
