"""What a sponsor's dashboard is made of: one card an assignment, as it is stored.

What every card has many of is a dict with these names, for it is made and written some hundred thousand times a night.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypedDict

from stretchhub.packed import pack, unpack


class Outcome(TypedDict):
    """One measure of the accepted brief: from its baseline to its target, and what it came to so far.

    `low` and `high` are the range of what was measured, `expected` that of what was hoped for; `progress`
    is the share of the way, with the code of why where there is none.
    """

    metric: str
    unit: str
    direction: str
    baseline: str
    target: str
    due_on: date | None
    counter_metric: str
    expected: tuple[str, str] | None
    actual: str | None
    low: str | None
    high: str | None
    n: int | None
    measured_on: date | None
    early: bool
    progress: float | None
    standing: str
    attribution: str
    other_causes: tuple[str, ...]


class Step(TypedDict):
    title: str
    due_on: date
    progress: str
    late: bool


class Danger(TypedDict):
    """A risk of the accepted brief, how it would be noticed, and what is done about it."""

    risk: str
    trigger: str
    mitigation: str


@dataclass(frozen=True)
class Answer:
    """What was asked of the sponsor before, and what became of it."""

    question: str
    state: str
    by: str
    day: date


class Shared(TypedDict):
    """Evidence that the mentee shared with the sponsor."""

    code: str
    title: str
    changed: str
    happened_on: date


@dataclass(frozen=True)
class Change:
    """What is different from when the sponsor last acknowledged; `code` becomes the sentence."""

    code: str
    words: str = ""
    day: date | None = None


@dataclass(frozen=True)
class ScopeLine:
    """One change of what was agreed at kickoff: who decides while it waits, who decided afterwards.

    `mine` where it waits for the sponsor; `day` is when it was asked for, or decided.
    """

    code: str
    kind: str
    title: str
    hours: str
    why: str
    state: str
    asked_by: str
    whose: str
    mine: bool
    day: date


@dataclass(frozen=True)
class Scope:
    """How far the hours have grown as a share of those agreed (None without a baseline), and the changes."""

    growth: float | None
    waiting: tuple[ScopeLine, ...]
    settled: tuple[ScopeLine, ...]


@dataclass(frozen=True)
class Decided:
    """One entry of the decision log; `review_on` while somebody is still to look back at it."""

    decision: str
    decided_by: str
    decided_on: date
    review_on: date | None
    happened: str


class Card(TypedDict):
    """One assignment as its sponsor reads it."""

    pk: int
    code: str
    revision: int
    title: str
    outcome: str
    mentee: str
    mentor: str
    status: str
    ending: str
    pause_reason: str
    judgement: str | None
    reasons: list[tuple[str, str, float, int]]
    # Who set the status by hand, why and until when: reason, name, day.
    by_hand: tuple[str, str, date] | None
    starts_on: date | None
    ends_on: date | None
    outcomes: list[Outcome]
    next_step: Step | None
    later_steps: list[Step]
    weight_done: int
    weight_total: int
    risks: list[Danger]
    answers: list[Answer]
    scope: Scope | None
    decisions: tuple[Decided, ...]
    next_talk: date | None
    charter_version: int
    charter_changed_at: datetime | None
    evidence: list[Shared]
    evidence_more: int
    changes: tuple[Change, ...]
    acknowledged_at: datetime | None
    acknowledged_revision: int
    charter_to_acknowledge: bool
    facts: dict[str, Any]


class Packed(NamedTuple):
    """A dashboard as it is stored in its snapshot."""

    as_of: datetime
    content: bytes


@dataclass(frozen=True)
class Dashboard:
    """Everything one sponsor's page shows."""

    sponsor: int
    as_of: datetime
    cards: list[Card]

    def packed(self) -> Packed:
        return Packed(self.as_of, pack({"cards": self.cards}))

    def content(self) -> dict[str, Any]:
        """As it is read from the snapshot."""
        return unpack(self.packed().content)
