"""What of a panel's ratings is worth talking over; levels and pieces of evidence in, reasons out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .evidence_rule import STRONG_CLAIMS
from .scoring import agreement

# From here on two observers saw something different, not the same thing a little differently.
APART = 2
# What the lowest and the two highest levels ask for; one piece and a note are enough to hand in, not to agree on.
PIECES = 2
RANGE, EVIDENCE, BOTH = "range", "evidence", "both"
NO_PIECE, ONE_PIECE = "no_piece", "one_piece"


@dataclass(frozen=True)
class Given:
    """One observer's word on one criterion: the level, or None for not observed, and what it rests on."""

    rater: int
    level: int | None
    pieces: int


@dataclass(frozen=True)
class Point:
    """`value` is range, evidence or both, and None where there is nothing to talk over.

    `thin` names each rater whose level rests on too little, and why.
    """

    value: str | None
    reason: str
    range: int | None
    thin: tuple[tuple[int, str], ...]


def thin(given: Given) -> str:
    """Why a level rests on too little: a 1, 4 or 5 on fewer than two pieces of evidence; empty where it does not.

    Only these levels are looked at, because they say most; a 2 or a 3 without a second piece is no reason to meet.
    """
    if given.level not in STRONG_CLAIMS or given.pieces >= PIECES:
        return ""
    return ONE_PIECE if given.pieces else NO_PIECE


def point(given: Iterable[Given]) -> Point:
    """Whether observers lie two levels apart on a criterion, or one of them says much and rests it on little."""
    given = tuple(given)
    spread = agreement(each.level for each in given if each.level is not None).range
    weak = tuple((each.rater, why) for each in given if (why := thin(each)))
    apart = spread is not None and spread >= APART
    value = BOTH if apart and weak else RANGE if apart else EVIDENCE if weak else None
    return Point(value, value or "agreed", spread, weak)
