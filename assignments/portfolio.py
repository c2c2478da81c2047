"""How somebody's options and assignments balance, and what is missing among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from assignments.method import DEFAULT, Method, Reason

Risk = Literal["safe", "core", "bold"]
RISKS: tuple[Risk, ...] = ("safe", "core", "bold")
EXTERNAL = ("customers", "partners")


@dataclass(frozen=True)
class Item:
    """A live option or assignment; `competencies` by key with 1 for primary and .5 for secondary."""

    key: str
    title: str
    zone: str | None = None
    q: float | None = None
    load: int | None = None
    stakes: int | None = None
    domain: str = ""
    audience: str = ""
    role: str = ""
    kind: str = ""
    competencies: Mapping[int, float] = field(default_factory=dict)
    running: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    sponsor: str = ""


@dataclass(frozen=True)
class Want:
    """A competency somebody wants: weight 1–5, the level aimed at, and the level now (None where unknown)."""

    key: int
    name: str
    weight: int
    target: int
    level: int | None = None

    @property
    def gap(self) -> int | None:
        """Levels still to go."""
        return None if self.level is None else max(0, self.target - self.level)


@dataclass(frozen=True)
class RiskClass:
    """Bold, core or safe; None where what decides it is unknown. `parts` are the figures looked at."""

    value: Risk | None
    reason: Reason
    parts: tuple[tuple[str, float | str | None], ...] = ()


@dataclass(frozen=True)
class Share:
    """How many of a class there are, their share and the share aimed at."""

    risk: Risk
    count: int
    share: float
    target: float


@dataclass(frozen=True)
class Mix:
    """ "ok", "amber" (shares far from the target) or "few_missing" (few options, something absent or too much bold).

    `value` is None where nothing is classified. `tvd` is None under four classified options.
    """

    value: Literal["ok", "amber", "few_missing"] | None
    reason: Reason
    counts: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    tvd: float | None = None
    absent: tuple[Risk, ...] = ()
    bold_running: int = 0
    too_many_bold: bool = False
    parts: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Diversity:
    """How many categories' worth the work reaches (`value`, Hill's effective number); None under three items."""

    value: float | None
    reason: Reason
    h: float | None = None
    j: float | None = None
    simpson: float | None = None
    coverage: float | None = None
    n: float = 0
    indicative: bool = False
    amber: bool = False
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Breadth:
    """The share of what is wanted that is covered; None where nothing is wanted yet."""

    value: float | None
    reason: Reason
    covered: tuple[Any, ...] = ()
    lacking: tuple[Any, ...] = ()
    amber: bool = False
    parts: tuple[tuple[Any, bool], ...] = ()


@dataclass(frozen=True)
class Past:
    """An assignment's place in the history of a competency, and the load it asked for."""

    competency: int
    started_on: date
    load: int | None = None


@dataclass(frozen=True)
class Depth:
    """Competencies gone into deeply (`value` says how many); `parts` are their loads in order of time."""

    value: int
    reason: Reason
    deep: tuple[int, ...] = ()
    parts: tuple[tuple[int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True)
class Coverage:
    """The share of weighted gaps that a live option takes on; None where no gap is known.

    `parts` are (key, weight × gap, covered); `unknown` the wants without a level, left out of both sums.
    """

    value: float | None
    reason: Reason
    total: int = 0
    covered: int = 0
    parts: tuple[tuple[int, int, bool], ...] = ()
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the rule's number, what to start (`params` prefill a new option) and the `why`.

    code and params: 1 competency {competency, name} · 2 risk_class or risk_unclear {risk, absent} ·
    3 audience {audience} or domain {domain} · 4 owner {role} · 5 external {external, audience} ·
    6 next_challenge {starts_by, starts_from} · 7 one_sponsor {sponsor}.
    """

    rule: int
    code: str
    params: Mapping[str, Any]
    why: Mapping[str, Any]


def risk_class(item: Item, method: Method = DEFAULT) -> RiskClass:
    """Bold where it asks nearly all or the stakes are high, tested first; safe where little is asked; else core."""
    raise NotImplementedError


def mix(items: Sequence[Item], method: Method = DEFAULT) -> Mix:
    """How the live options spread over safe, core and bold."""
    raise NotImplementedError


def diversity(
    counts: Mapping[str, float], in_scope: int, method: Method = DEFAULT, *, items: int | None = None
) -> Diversity:
    """How evenly work spreads over the categories in scope. Give `items` where the counts are weighted."""
    raise NotImplementedError


def breadth(covered: Collection[Any], wanted: Collection[Any], method: Method = DEFAULT) -> Breadth:
    """How much of what is wanted the work covers."""
    raise NotImplementedError


def depth(history: Sequence[Past], verified: Mapping[int, int], method: Method = DEFAULT) -> Depth:
    """Competencies with two assignments, the later asking more, and a verified level of four or more."""
    raise NotImplementedError


def recency_weight(age_months: float, method: Method = DEFAULT) -> float:
    """What past work still counts: half after every half-life."""
    raise NotImplementedError


def gap_coverage(wants: Sequence[Want], covered: Collection[int]) -> Coverage:
    """How much of the weighted gaps is taken on by a live option as its primary competency."""
    raise NotImplementedError


def covered_by(items: Sequence[Item]) -> frozenset[int]:
    """The competencies that some item has as primary."""
    raise NotImplementedError


def missing(
    items: Sequence[Item],
    wants: Sequence[Want],
    *,
    audiences_in_scope: Collection[str],
    audiences_wanted: Collection[str],
    domains_wanted: Collection[str],
    current_end: date | None,
    today: date,
    method: Method = DEFAULT,
) -> tuple[Missing, ...]:
    """What to add next, by seven rules in their order, each at most once."""
    raise NotImplementedError
