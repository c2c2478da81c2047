"""Geometry of a score that is a sum: what is known laid end to end, then what may still be added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 600
HEIGHT = 18


@dataclass(frozen=True)
class Piece:
    x: int
    width: int
    tone: str


@dataclass(frozen=True)
class ScoreBar:
    """Known pieces from the left, open ones dashed behind them; the whole width is the most there is."""

    known: tuple[Piece, ...]
    open: tuple[Piece, ...]
    ticks: tuple[int, ...]
    width: int = WIDTH
    height: int = HEIGHT


def score_bar(parts: Sequence[tuple[float, float, str]], most: float = 100) -> ScoreBar:
    """`parts` are (known points, points at best, tone)."""
    known = _laid([(low, tone) for low, _high, tone in parts], 0, most)
    start = sum(low for low, _high, _tone in parts)
    more = _laid([(high - low, tone) for low, high, tone in parts], start, most)
    return ScoreBar(known, more, tuple(round(WIDTH * share) for share in (0.25, 0.5, 0.75)))


def _laid(lengths: Sequence[tuple[float, str]], start: float, most: float) -> tuple[Piece, ...]:
    """Pieces end to end, each edge rounded from the running sum, so that no gap opens between two."""
    pieces, run, edge = [], start, round(WIDTH * start / most)
    for length, tone in lengths:
        run += length
        end = round(WIDTH * run / most)
        if end > edge:
            pieces.append(Piece(edge, end - edge, tone))
        edge = end
    return tuple(pieces)
