"""How one mentorship's pipeline balances, and what is missing in it: read from its rows, reckoned by the portfolio."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from .assessing import Thinking, think
from .method import Method
from .models import Audience, Contribution, Goal, Mentorship, Option, Provenance, Stage, Status
from .models.option import OPEN
from .option_rows import options_of
from .portfolio import (
    Breadth,
    Coverage,
    Depth,
    Diversity,
    Item,
    Missing,
    Mix,
    Past,
    RiskClass,
    breadth,
    depth,
    diversity,
    gap_coverage,
    missing,
    mix,
    recency_weight,
    risk_class,
)
from .portfolio import covered_by as covered_by_items
from .stretch import Stretch

LIVE = (*OPEN, Stage.ACTIVE)
DAYS_OF_A_MONTH = 365.2425 / 12


@dataclass(frozen=True)
class Finished:
    """An option whose work is done, since when, and how many months ago that was."""

    option: Option
    closed_on: date
    age: float


@dataclass(frozen=True)
class Recent:
    """What finished work in a competency still counts: each piece by its age, and their sum."""

    competency: int
    name: str
    weight: int
    weights: tuple[tuple[str, date, float], ...]

    @property
    def value(self) -> float:
        return sum(counted for _title, _day, counted in self.weights)


@dataclass(frozen=True)
class Spread:
    """The same work seen by audience or by domain: how varied it is, and how much of what is wanted it reaches."""

    diversity: Diversity
    breadth: Breadth
    counts: Mapping[str, float]
    with_finished: Diversity


@dataclass(frozen=True)
class Balance:
    """Everything the balance page says of one pipeline."""

    thinking: Thinking
    options: tuple[Option, ...]
    classes: Mapping[int, RiskClass]
    mix: Mix
    missing: tuple[Missing, ...]
    coverage: Coverage
    competencies: Breadth
    audiences: Spread
    domains: Spread
    depth: Depth
    recent: tuple[Recent, ...]


@dataclass(frozen=True)
class Glance:
    """The strip above a board: the mix, and what is missing first."""

    mix: Mix
    missing: tuple[Missing, ...]
    classes: Mapping[int, RiskClass]
    without_class: tuple[Option, ...]


def live_part(thinking: Thinking) -> Thinking:
    """The same thoughts, about what is open or running alone."""
    live = [(option, item) for option, item in zip(thinking.options, thinking.items, strict=True) if is_live(option)]
    first = spellings(item.domain for _option, item in live)
    return replace(
        thinking,
        options=tuple(option for option, _item in live),
        items=tuple(
            replace(
                _settled(item, thinking.stretches[option.pk], thinking.method),
                domain=first.get(item.domain.casefold(), ""),
            )
            for option, item in live
        ),
    )


def spellings(domains: Iterable[str]) -> dict[str, str]:
    """How each domain was written first: those that differ in capitals alone are one."""
    found: dict[str, str] = {}
    for domain in domains:
        if domain:
            found.setdefault(domain.casefold(), domain)
    return found


def _settled(item: Item, stretch: Stretch, method: Method) -> Item:
    """Where the load is a range but both of its ends are of one class, the high end stands for it."""
    if item.q is not None or stretch.q_high is None:
        return item
    low = replace(item, q=stretch.q_low, load=stretch.load_low, zone=stretch.zone_low)
    high = replace(item, q=stretch.q_high, load=stretch.load_high, zone=stretch.value)
    return high if risk_class(low, method).value == risk_class(high, method).value else item


def is_live(option: Option) -> bool:
    return option.stage in LIVE


def glance(thinking: Thinking, today: date) -> Glance:
    """What the strip above the board says, from what was read already."""
    live = live_part(thinking)
    classes = _classes(live)
    return Glance(
        mix=mix(live.items, live.method),
        missing=_missing(live, today),
        classes=classes,
        without_class=tuple(option for option in live.options if classes[option.pk].value is None),
    )


def read_balance(mentorship: Mentorship, today: date) -> Balance:
    """The balance of one pipeline, by a fixed number of queries."""
    options = options_of(mentorship)
    everything, zone = think(mentorship, today, options), mentorship.mentee.zone
    live = live_part(everything)
    covered = {key for item in live.items for key in item.competencies}
    finished = _finished_ones(options, today, zone)
    return Balance(
        thinking=live,
        options=live.options,
        classes=_classes(live),
        mix=mix(live.items, live.method),
        missing=_missing(live, today),
        coverage=gap_coverage(live.wants, covered_by_items(live.items)),
        competencies=breadth(covered, {want.key for want in live.wants}, live.method),
        audiences=_spread(live, finished, "audience", audiences_wanted(live.goals), Audience.values),
        domains=_spread(live, finished, "domain", domains_wanted(live.goals, live.items), ()),
        depth=_depth(everything, zone),
        recent=_recent(live, finished),
    )


def audiences_wanted(goals: Iterable[Goal]) -> set[str]:
    """The audiences that open goals name."""
    return {name for goal in goals for name in goal.audiences if name in Audience.values}


def domains_wanted(goals: Iterable[Goal], items: Sequence[Item]) -> set[str]:
    """The domains that open goals name, written as the options write them where they do."""
    written = spellings(item.domain for item in items)
    lines = (" ".join(line.split()) for goal in goals for line in goal.domains.splitlines())
    found: dict[str, str] = {}
    for line in lines:
        if line:
            found.setdefault(line.casefold(), written.get(line.casefold(), line))
    return set(found.values())


def current_end(options: Iterable[Option]) -> date | None:
    """The last day of what runs now; None where nothing runs or no end is agreed."""
    ends = [_ends_on(option) for option in options if option.stage == Stage.ACTIVE]
    known = [end for end in ends if end is not None]
    return max(known) if known else None


def _ends_on(option: Option) -> date | None:
    assignment = getattr(option, "assignment", None)
    return (assignment.ends_on if assignment else None) or option.ends_on


def _classes(live: Thinking) -> dict[int, RiskClass]:
    return {option.pk: risk_class(item, live.method) for option, item in zip(live.options, live.items, strict=True)}


def _missing(live: Thinking, today: date) -> tuple[Missing, ...]:
    return missing(
        live.items,
        live.wants,
        audiences_in_scope=Audience.values,
        audiences_wanted=audiences_wanted(live.goals),
        domains_wanted=domains_wanted(live.goals, live.items),
        current_end=current_end(live.options),
        today=today,
        method=live.method,
    )


def _closed_at(option: Option) -> datetime | None:
    """When it was closed after there was work in it; what was withdrawn before it began teaches nothing here."""
    assignment = getattr(option, "assignment", None)
    if assignment is None or assignment.status != Status.CLOSED or assignment.activated_at is None:
        return None
    return assignment.closed_at


def _finished_ones(options: Iterable[Option], today: date, zone: ZoneInfo) -> list[Finished]:
    found = []
    for option in options:
        if (closed_at := _closed_at(option)) is not None:
            closed_on = _day(closed_at, zone)
            found.append(Finished(option, closed_on, (today - closed_on).days / DAYS_OF_A_MONTH))
    return found


def _day(moment: datetime, zone: ZoneInfo) -> date:
    """The day on which it was where the mentee lives."""
    return moment.astimezone(zone).date()


def _spread(live: Thinking, finished: Sequence[Finished], name: str, wanted: set[str], scope: Sequence[str]) -> Spread:
    counts: Counter[str] = Counter(getattr(item, name) for item in live.items if getattr(item, name))
    in_scope = len({*scope, *wanted, *counts})
    weighted: defaultdict[str, float] = defaultdict(float, counts)
    values = [getattr(each.option, name) for each in finished]
    first = spellings([*counts, *values])
    for each, value in zip(finished, values, strict=True):
        if value:
            weighted[first[value.casefold()]] += recency_weight(each.age, live.method)
    return Spread(
        diversity=diversity(counts, in_scope, live.method),
        breadth=breadth(set(counts), wanted, live.method),
        counts=counts,
        with_finished=diversity(
            weighted, len({*scope, *wanted, *weighted}), live.method, items=len(live.items) + len(finished)
        ),
    )


def _depth(everything: Thinking, zone: ZoneInfo) -> Depth:
    """From assignments that ran: what each demanded in all, whatever was shown before it."""
    verified = {
        key: standing.value
        for key, standing in everything.standings.items()
        if standing.value is not None and standing.provenance == Provenance.VERIFIED and not standing.stale
    }
    history = []
    for option in everything.options:
        assignment = getattr(option, "assignment", None)
        if assignment is None or assignment.activated_at is None:
            continue
        demand = everything.profiles[option.pk].demand
        total = None if None in demand else sum(level or 0 for level in demand)
        started = assignment.starts_on or _day(assignment.activated_at, zone)
        history += [Past(row.competency_id, started, total) for row in option.contributions.all()]
    return depth(history, verified, everything.method)


def _recent(live: Thinking, finished: Sequence[Finished]) -> tuple[Recent, ...]:
    """For each competency wanted, the finished assignments that had it as primary."""
    counts: defaultdict[int, list[tuple[str, date, float]]] = defaultdict(list)
    for each in finished:
        weight = recency_weight(each.age, live.method)
        for row in each.option.contributions.all():
            if row.contribution == Contribution.PRIMARY:
                counts[row.competency_id].append((each.option.title, each.closed_on, weight))
    return tuple(
        Recent(want.key, want.name, want.weight, tuple(sorted(counts[want.key], key=lambda each: -each[2])))
        for want in live.wants
    )
