"""How a rater's practice on written cases compares with the levels that experts agreed on.

Practice for the rater and nobody's judgement of them: who does not pass yet practises on, and may rate all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from assignments.method import Reason

PASSED, PRACTICE = "passed", "practice"
# A pass: nearly all within one level, no strong lean to one side, and the cases put in much the same order.
WITHIN_ONE, BIAS, KAPPA = 0.9, 0.5, 0.6
LEAST_CASES = 6
# How many experts agree on the level of a case before anybody practises on it.
LEAST_EXPERTS = 3
# How many cases of no bias are added before a rater's own bias is believed.
SHRINKAGE = 6


@dataclass(frozen=True)
class Practice:
    """Whether a rater passed (`value`, `passed` or `practice`); None where too few cases were rated.

    `parts` are the pairs of expert level and own level. `bias` is above 0 where the rater is more lenient than the
    experts; `kappa` is None where both used one and the same level. The reason is `passed`, `too_few`, or `practice`
    with the `missed` among `within_one`, `bias` and `kappa`.
    """

    value: str | None
    reason: Reason
    parts: tuple[tuple[int, int], ...]
    bias: float | None = None
    mae: float | None = None
    exact: float | None = None
    within_one: float | None = None
    kappa: float | None = None
    shrunk_bias: float | None = None


def practice(
    gold: Sequence[int], given: Sequence[int | None], *, least: int = LEAST_CASES, shrinkage: float = SHRINKAGE
) -> Practice:
    """The figures of the cases that were rated; None stands for one that was not."""
    parts = tuple((expert, own) for expert, own in zip(gold, given, strict=True) if own is not None)
    if not parts:
        return Practice(None, Reason("too_few", {"cases": 0, "least": least}), parts)
    gaps = [own - expert for expert, own in parts]
    n, bias, kappa = len(parts), fmean(gaps), weighted_kappa(parts)
    within = sum(abs(gap) <= 1 for gap in gaps) / n
    return Practice(
        *_verdict(within, bias, kappa, n, least),
        parts,
        bias=bias,
        mae=fmean(abs(gap) for gap in gaps),
        exact=gaps.count(0) / n,
        within_one=within,
        kappa=kappa,
        shrunk_bias=bias * n / (n + shrinkage),
    )


def people_named(text: str) -> tuple[str, ...]:
    """The names in a text, between commas or on lines of their own, each once."""
    names = (" ".join(name.split()) for name in text.replace(";", ",").replace("\n", ",").split(","))
    return tuple({name.casefold(): name for name in names if name}.values())


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's κ with quadratic weights; None where both sides use one and the same level throughout."""
    by_chance = fmean((one - other) ** 2 for one, _ in pairs for _, other in pairs)
    return 1 - fmean((one - other) ** 2 for one, other in pairs) / by_chance if by_chance else None


def _verdict(within: float, bias: float, kappa: float | None, n: int, least: int) -> tuple[str | None, Reason]:
    if n < least:
        return None, Reason("too_few", {"cases": n, "least": least})
    held = {"within_one": within >= WITHIN_ONE, "bias": abs(bias) <= BIAS, "kappa": (kappa or 0) >= KAPPA}
    missed = tuple(name for name, holds in held.items() if not holds)
    return (PRACTICE, Reason("practice", {"missed": missed})) if missed else (PASSED, Reason("passed"))
