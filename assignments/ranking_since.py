"""What has been chosen otherwise since a ranking was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .method import Method, Weights
from .method_words import VALUES
from .ranking import FACTORS
from .ranking_arithmetic import number
from .ranking_words import FACTOR_NAMES


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    now: str


def weights_since(kept: Mapping[str, int], now: Weights) -> list[Change]:
    """The weights that differ."""
    return [
        Change(str(FACTOR_NAMES[factor]), number(kept[factor]), number(getattr(now, factor)))
        for factor in FACTORS
        if kept[factor] != getattr(now, factor)
    ]


def method_since(kept: Mapping[str, float], now: Method) -> list[Change]:
    """The chosen values that differ, of those there still are."""
    held = now.values()
    return [
        Change(str(value.label), number(kept[name], 4), number(held[name], 4))
        for name, value in VALUES.items()
        if name in kept and kept[name] != held[name]
    ]
