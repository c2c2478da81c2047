"""How often finished work reached its targets with and without something, as description and never as a cause.

Made from nothing but the rows of a `disclosure.Release`: what may not be shown is not in here. Nothing of Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assignments.method import Reason
from assignments.pilot import wilson
from reviews.disclosure import LEAST, WITHHELD, Release, Row, release, renew, together

WITH, WITHOUT, UNKNOWN = "with", "without", "not_assessed"
Counts = tuple[Mapping[str, int], Mapping[str, int]]


@dataclass(frozen=True)
class Share:
    """How many of a group reached their targets: exactly (`value`), or only that it lies between `low` and `high`.

    `parts` are the ends of Wilson's 95 % interval, the outermost where the number is a range. The reason is that of the
    row.
    """

    value: int | None
    reason: Reason
    n: int
    low: int
    high: int
    parts: tuple[float, float]
    group: str = ""
    as_before: bool = False


@dataclass(frozen=True)
class Support:
    """Both shares of one support (`value` says whether both may be shown), and why not where they may not.

    The reason is `shown`, `too_few` or `withheld`; `parts` are the shares with it and without it.
    """

    value: bool
    reason: Reason
    parts: tuple[Share, ...]


def released(
    divisions: Mapping[str, Counts], *, k: int = LEAST, earlier: Mapping[str, Release] | None = None
) -> Mapping[str, Release]:
    """What may be shown of several divisions of the same work, after what the last quarter showed."""
    last = earlier or {}
    now = {name: release(reached, finished, k) for name, (reached, finished) in divisions.items()}
    fresh = {name: renew(last[name], shown) if name in last else shown for name, shown in now.items()}
    return together(fresh)


def share_of(row: Row) -> Share | None:
    """The share of one row; None where it is withheld."""
    if row.reason == WITHHELD:
        return None
    ends = [wilson(hits, row.eligible) for hits in (row.low, row.high)]
    low, high = ends[0].low or 0.0, ends[1].high or 0.0
    reason = Reason(row.reason)
    return Share(row.value, reason, row.eligible, row.low, row.high, (low, high), row.group, row.as_before)


def shares(shown: Release) -> tuple[Share, ...]:
    """Every group that may be shown, by name and not by share."""
    found = (share_of(row) for row in shown.value)
    return tuple(each for each in found if each is not None)


def support(shown: Release) -> Support:
    """Both sides of one support; one of them alone would say nothing."""
    found = {each.group: each for each in shares(shown)}
    if shown.reason.code == "withheld":
        return Support(False, Reason("withheld", {"k": shown.k}), ())
    if WITH not in found or WITHOUT not in found:
        return Support(False, Reason("too_few", {"k": shown.k}), ())
    return Support(True, Reason("shown", {"k": shown.k}), (found[WITH], found[WITHOUT]))
