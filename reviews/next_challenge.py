"""What to try next after an assignment: from work on offer and from open gaps, one step at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

# As many are offered at once; more would be a list, no choice.
MOST = 3
# A contribution from here on is what the work is about.
PRIMARY = 1.0


@dataclass(frozen=True)
class Gap:
    """A competency that goals want above the level there is: its weight, the level now and the level wanted."""

    key: int
    name: str
    weight: int
    level: int
    target: int

    @property
    def points(self) -> int:
        return self.weight * (self.target - self.level)


@dataclass(frozen=True)
class Offer:
    """Work on offer: for whom it is, and how much it is about which competency (1 primary, ½ secondary)."""

    key: str
    title: str
    audience: str
    contributions: Mapping[int, float]
    kind: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One thing to try next. `value` is weight × levels to go × contribution, summed; `parts` say of which gaps.

    `steps` counts the gaps it is about: one is a step, several at once are not. The reason is one_step, several
    or audience: nothing but a new audience. `source` is offer, with the key and the kind of the offer, or gap.
    """

    source: Literal["offer", "gap"]
    key: str
    title: str
    audience: str
    value: float
    parts: tuple[tuple[Gap, float, float], ...]
    steps: int
    new_audience: bool
    reason: Literal["one_step", "several", "audience"]
    kind: str = ""


def next_challenges(
    offers: Iterable[Offer], gaps: Sequence[Gap], unmet: Sequence[str], most: int = MOST
) -> tuple[Suggestion, ...]:
    """At most so many: offers that work on a gap, those about one gap first; then gaps that none of them is about.

    `unmet` are the audiences not met yet, those that goals want first. An offer that helps no gap and reaches no
    new audience is left out.
    """
    found = [_weighed(offer, gaps, unmet) for offer in offers]
    helping = [each for each in found if each.value or each.new_audience]
    chosen = sorted(helping, key=_order)[:most]
    taken = {gap.key for each in chosen for gap, share, _points in each.parts if share >= PRIMARY}
    rest = [_own(gap, unmet) for gap in sorted(gaps, key=lambda gap: (-gap.points, gap.name)) if gap.key not in taken]
    return tuple([*chosen, *rest][:most])


def _order(each: Suggestion) -> tuple[bool, float, bool, str, str]:
    return (each.steps != 1, -each.value, not each.new_audience, each.title, each.key)


def _weighed(offer: Offer, gaps: Iterable[Gap], unmet: Collection[str]) -> Suggestion:
    shares = [(gap, offer.contributions[gap.key]) for gap in gaps if gap.key in offer.contributions]
    parts = tuple((gap, share, gap.points * share) for gap, share in shares)
    steps = sum(share >= PRIMARY for _gap, share in shares)
    return Suggestion(
        source="offer",
        key=offer.key,
        title=offer.title,
        audience=offer.audience,
        value=sum(points for _gap, _share, points in parts),
        parts=parts,
        steps=steps,
        new_audience=offer.audience in unmet,
        reason="audience" if not parts else "several" if steps > 1 else "one_step",
        kind=offer.kind,
    )


def _own(gap: Gap, unmet: Sequence[str]) -> Suggestion:
    """Something of one's own about a gap, for the first audience not met yet."""
    audience = unmet[0] if unmet else ""
    points = float(gap.points)
    return Suggestion(
        "gap", str(gap.key), gap.name, audience, points, ((gap, 1.0, points),), 1, bool(unmet), "one_step"
    )
