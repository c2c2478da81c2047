"""What a calibration did to levels: by how much each rater's moved, and whether all went to one voice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

# Fewer changes than this show no pattern.
ENOUGH = 3


@dataclass(frozen=True)
class Moved:
    """One level of one rater before and after; None is not observed.

    `senior` is what the one who speaks last had given on the same criterion, None where they gave nothing.
    """

    rater: str
    # Tells two of one name apart.
    key: str
    before: int | None
    after: int | None
    senior: int | None = None
    # Whether the level is that of the one who speaks last: their own changes follow nobody.
    own: bool = False


@dataclass(frozen=True)
class Shift:
    """The mean of after − before over the levels of one rater that are numbers on both sides."""

    value: float | None
    reason: str
    rater: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class Following:
    """`value` is True when every changed level landed where the one who speaks last had theirs; None is too few.

    `people` are those of whom it holds alone, by three changes of their own.
    """

    value: bool | None
    reason: str
    changed: int
    landed: int
    people: tuple[str, ...]


def shifts(moved: Iterable[Moved]) -> list[Shift]:
    """One for each rater, by name: there is no order by figure."""
    by_rater: dict[tuple[str, str], list[int]] = {}
    for each in moved:
        steps = by_rater.setdefault((each.rater, each.key), [])
        if each.before is not None and each.after is not None:
            steps.append(each.after - each.before)
    return [_shift(rater, steps) for (rater, _key), steps in sorted(by_rater.items())]


def _shift(rater: str, steps: Sequence[int]) -> Shift:
    if not steps:
        return Shift(None, "no_levels", rater, ())
    return Shift(fmean(steps), "mean", rater, tuple(steps))


def following(moved: Iterable[Moved]) -> Following:
    """Whether all changed levels, three at least, landed on the level of the one who speaks last."""
    changed = [each for each in moved if each.before != each.after and not each.own]
    landed = [each for each in changed if _landed(each)]
    by_rater: dict[tuple[str, str], list[Moved]] = {}
    for each in changed:
        by_rater.setdefault((each.rater, each.key), []).append(each)
    people = tuple(
        rater
        for (rater, _key), own in sorted(by_rater.items())
        if len(own) >= ENOUGH and all(_landed(each) for each in own)
    )
    if len(changed) < ENOUGH:
        return Following(None, "too_few", len(changed), len(landed), people)
    every = len(landed) == len(changed)
    return Following(every, "all_landed" if every else "mixed", len(changed), len(landed), people)


def _landed(moved: Moved) -> bool:
    return moved.after is not None and moved.after == moved.senior
