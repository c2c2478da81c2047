"""A ranking as plain JSON and back: what is kept is shown again as it was, never worked out anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any

from .holdings import Want
from .method import Method, Reason, Weights
from .ranking import Candidate, Pair, Part, Ranking, Robustness, Score


def pack_result(ranking: Ranking) -> dict[str, Any]:
    """The result; of the pairs that cannot be separated only neighbours, as the others follow from the ranges."""
    neighbours = {(one.key, other.key) for one, other in pairwise(ranking.value)}
    near = tuple(pair for pair in ranking.cannot_separate if (pair.first, pair.second) in neighbours)
    return _plain(asdict(replace(ranking, cannot_separate=near)))


def pack_inputs(
    candidates: Sequence[Candidate],
    goals: Sequence[Mapping[str, Any]],
    wants: Sequence[Want],
    method: Method,
) -> dict[str, Any]:
    """What it was made from; `goals` are mappings with id, title and weight."""
    return _plain(
        {
            "candidates": [asdict(each) for each in candidates],
            "goals": list(goals),
            "wants": [asdict(each) for each in wants],
            "method": method.values(),
        }
    )


def unpack_result(kept: Mapping[str, Any], weights: Mapping[str, int]) -> Ranking:
    """The ranking as it was when it was kept."""
    robustness = kept["robustness"]
    return Ranking(
        value=tuple(_score(each) for each in kept["value"]),
        reason=_reason(kept["reason"]),
        close_calls=tuple(_pair(each) for each in kept["close_calls"]),
        cannot_separate=tuple(_pair(each) for each in kept["cannot_separate"]),
        robustness=Robustness(**robustness) if robustness else None,
        weights=Weights(**weights),
        version=kept["version"],
    )


def _plain(value: Any) -> Any:
    """As it comes back from JSON: tuples as lists, every key a text."""
    return json.loads(json.dumps(value, allow_nan=False))


def _score(kept: Mapping[str, Any]) -> Score:
    return Score(
        key=kept["key"],
        title=kept["title"],
        value=kept["value"],
        high=kept["high"],
        parts=tuple(_part(each) for each in kept["parts"]),
        unknown=tuple(kept["unknown"]),
        reason=_reason(kept["reason"]),
    )


def _part(kept: Mapping[str, Any]) -> Part:
    rows = tuple((one, two, three) for one, two, three in kept["parts"])
    return Part(**{**kept, "reason": _reason(kept["reason"]), "parts": rows})


def _pair(kept: Mapping[str, Any]) -> Pair:
    return Pair(**{**kept, "factors": tuple(kept["factors"])})


def _reason(kept: Mapping[str, Any]) -> Reason:
    params = {key: tuple(value) if isinstance(value, list) else value for key, value in kept["params"].items()}
    return Reason(kept["code"], params)
