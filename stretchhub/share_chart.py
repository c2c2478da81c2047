"""Geometry of shares of several groups: a bar each, from 0 to all, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 400


@dataclass(frozen=True)
class ShareBar:
    """A bar to `least`, a paler piece on to `most` where only a range is known, and the interval's ends."""

    name: str
    words: str
    least: int
    most: int
    low: int
    high: int
    width: int = WIDTH


def share_bars(rows: Sequence[tuple[str, str, float, float, float, float]]) -> list[ShareBar]:
    """`rows` are (name, share in words, least, most, low, high), each share from 0 to 1."""
    return [ShareBar(name, words, *(round(WIDTH * end) for end in ends)) for name, words, *ends in rows]
