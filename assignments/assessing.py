"""What the rows say, put into the pure modules: profiles, levels, wants, what a pipeline holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Value

from stretchhub.among import Among
from stretchhub.beside import put_beside
from stretchhub.compiled import compiled
from stretchhub.env import today as today_in
from stretchhub.people.models import User

from .levels import Entry, Standing, current
from .method import DEFAULT, Method
from .models import (
    Charter,
    CompetencyLevel,
    Contribution,
    DemonstratedLevel,
    Goal,
    GoalCompetency,
    Mentorship,
    MethodSettings,
    Option,
    StretchProfile,
)
from .models.assignment import RUNNING
from .models.stretch import Component
from .option_rows import live_options
from .portfolio import Item, Want
from .stretch import COMPONENTS, SUPPORTS, Profile, Stretch, assess
from .workload import Workload, workload

CONTRIBUTES = {Contribution.PRIMARY: 1.0, Contribution.SECONDARY: 0.5}
UNKNOWN = (None,) * len(COMPONENTS)
NO_SUPPORT = (None,) * len(SUPPORTS)
# The columns of a profile, of which there is a row for each challenge that it names.
PROFILED = (
    *("option_id", *SUPPORTS, "confidence"),
    *("demands__component", "demands__level", "demands__support_person"),
)


@dataclass(frozen=True)
class Thinking:
    """One mentorship's live options with everything that is reckoned from them."""

    mentorship: Mentorship
    method: Method
    goals: tuple[Goal, ...]
    options: tuple[Option, ...]
    stretches: Mapping[int, Stretch]
    standings: Mapping[int, Standing]
    wants: tuple[Want, ...]
    items: tuple[Item, ...]
    profiles: Mapping[int, Profile] = field(default_factory=dict)


def method_now() -> Method:
    """The chosen values that hold now: the shipped ones, or the newest version an administrator saved."""
    for newest in _newest_values():
        return Method.from_values(*newest)
    return DEFAULT


@compiled
def _newest_values() -> QuerySet:
    return MethodSettings.objects.order_by("-version").values_list("version", "values")[:1]


def as_of(mentorship: Mentorship, user: User) -> date:
    """The day on which this reader sees the mentee's levels: today where the mentee lives.

    After the end of a mentorship it is the last day for everybody but the mentee: what somebody goes on to
    show is no longer for a mentor they had.
    """
    if mentorship.ended_on is not None and user.pk != mentorship.mentee_id:
        return mentorship.ended_on
    return today_in(mentorship.mentee.zone)


def standings(person_id: int, today: date, method: Method = DEFAULT) -> dict[int, Standing]:
    """The level that counted on a day for each competency this person had one in by then."""
    rows = CompetencyLevel.objects.filter(person_id=person_id, dated_on__lte=today)
    return _current(rows.values_list("competency_id", "level", "provenance", "dated_on"), today, method)


def shown(person_id: int, today: date, method: Method = DEFAULT) -> dict[int, Standing]:
    """The level that counted on a day for each component of challenge this person had handled by then."""
    rows = DemonstratedLevel.objects.filter(person_id=person_id, dated_on__lte=today)
    return _current(rows.values_list("component", "level", "provenance", "dated_on"), today, method)


def _current(rows: Any, today: date, method: Method) -> dict[int, Standing]:
    return by_key(rows.order_by("dated_on", "pk"), today, method)


def by_key(rows: Iterable[tuple[int, int, Any, date]], today: date, method: Method) -> dict[int, Standing]:
    """The level that counts on a day, of rows (key, level, provenance, day) with the oldest first."""
    entries = defaultdict(list)
    for key, level, provenance, dated_on in rows:
        entries[key].append(Entry(level, provenance, dated_on))
    return {key: current(found, today, method.stale_months) for key, found in entries.items()}


def both(person_id: int, today: date, method: Method) -> tuple[dict[int, Standing], dict[int, Standing]]:
    """`shown` and `standings` of one person by one query."""
    found: tuple[list[Any], list[Any]] = ([], [])
    rows = sorted(_both(person_id, today), key=lambda row: row[2:4])
    for which, key, dated_on, _pk, level, provenance in rows:
        found[which].append((key, level, provenance, dated_on))
    return by_key(found[0], today, method), by_key(found[1], today, method)


@compiled
def _both(person_id: int, today: date) -> QuerySet:
    names = ("dated_on", "pk", "level", "provenance")
    components = DemonstratedLevel.objects.filter(person_id=person_id, dated_on__lte=today).order_by()
    competencies = CompetencyLevel.objects.filter(person_id=person_id, dated_on__lte=today).order_by()
    return components.values_list(Value(0), "component", *names).union(
        competencies.values_list(Value(1), "competency_id", *names), all=True
    )


def profiles(options: Iterable[Option], demonstrated: Mapping[int, Standing]) -> dict[int, Profile]:
    """What each option of one mentee demands beside what the mentee has shown; one query."""
    keys = [option.pk for option in options]
    return profiles_in(_profiles(keys) if keys else (), keys, demonstrated)


@compiled
def _profiles(options: list[int]) -> QuerySet:
    return StretchProfile.objects.filter(Among("option", options)).values_list(*PROFILED)


def profiles_in(
    rows: Iterable[Sequence[Any]], keys: Sequence[int], demonstrated: Mapping[int, Standing]
) -> dict[int, Profile]:
    """The same of rows that are at hand, each as `PROFILED` names it."""
    known = tuple(demonstrated[i].value if i in demonstrated else None for i in COMPONENTS)
    saved: dict[int, tuple[tuple[int | None, ...], int | None, dict[int, int], set[int]]] = {}
    for key, *support, confidence, component, level, person in rows:
        _support, _confidence, levels, named = saved.setdefault(key, (tuple(support), confidence, {}, set()))
        if component is not None:
            levels[component] = level
            if person:
                named.add(component)
    nothing = Profile(demand=UNKNOWN, demonstrated=known, support=NO_SUPPORT)
    return {key: _profile(*saved[key], known) if key in saved else nothing for key in keys}


def _profile(
    support: tuple[int | None, ...],
    confidence: int | None,
    levels: Mapping[int, int],
    named: Iterable[int],
    known: tuple[int | None, ...],
) -> Profile:
    return Profile(
        demand=tuple(levels.get(i) for i in COMPONENTS),
        demonstrated=known,
        support=support,
        named_support=frozenset(named),
        confidence=confidence,
    )


def stretches(
    options: Iterable[Option], demonstrated: Mapping[int, Standing], method: Method = DEFAULT
) -> dict[int, Stretch]:
    """How far each option of one mentee reaches, by the option's primary key; one query."""
    return {key: assess(profile, method) for key, profile in profiles(options, demonstrated).items()}


def wants(goals: Iterable[Goal], levels: Mapping[int, Standing]) -> tuple[Want, ...]:
    """The competencies that open goals ask for, once each with the highest weight and target.

    The level is the one that counts now; where nobody recorded any, the one the goal was written with.
    """
    return wanted((target for goal in goals for target in goal.targets.all()), levels)


def wanted(targets: Iterable[GoalCompetency], levels: Mapping[int, Standing]) -> tuple[Want, ...]:
    """What these targets ask for, as `wants` puts it together."""
    found: dict[int, Want] = {}
    for target in targets:
        want = _want(target, levels)
        former = found.get(want.key)
        found[want.key] = _higher(former, want) if former else want
    return tuple(found.values())


def _want(target: GoalCompetency, levels: Mapping[int, Standing]) -> Want:
    standing = levels.get(target.competency_id)
    level = standing.value if standing and standing.value is not None else target.level_now
    return Want(target.competency_id, target.competency.name, target.weight, target.level_wanted, level)


def _higher(one: Want, other: Want) -> Want:
    weight, target = max(one.weight, other.weight), max(one.target, other.target)
    level = max(one.level or 1, other.level or 1)
    return Want(one.key, one.name, weight, target, level)


def items(options: Iterable[Option], found: Mapping[int, Stretch], demands: Mapping[int, Profile]) -> tuple[Item, ...]:
    """The options as a portfolio weighs them; contributions, assignment and sponsor in view read beforehand."""
    return tuple(_item(option, found[option.pk], demands[option.pk]) for option in options)


def _item(option: Option, stretch: Stretch, profile: Profile) -> Item:
    return Item(
        key=str(option.code),
        title=option.title,
        zone=stretch.value,
        q=stretch.q,
        load=stretch.load,
        stakes=profile.demand[Component.STAKES - 1],
        domain=option.domain,
        audience=option.audience,
        role=option.role,
        kind=option.kind,
        competencies={row.competency_id: CONTRIBUTES[Contribution(row.contribution)] for row in _rows(option)},
        running=option.stage == "active",
        starts_on=option.starts_on,
        ends_on=option.ends_on,
        sponsor=_sponsor(option),
    )


def _rows(option: Option) -> Any:
    return option.contributions.all()


def _sponsor(option: Option) -> str:
    """Who stands behind it, or is in view to; empty where nobody is."""
    assignment = getattr(option, "assignment", None)
    if assignment is not None:
        return assignment.sponsor.name if assignment.sponsor else ""
    outlook = getattr(option, "sponsor_outlook", None)
    return outlook.name if outlook else ""


def running_hours(person_id: int) -> dict[int, Decimal]:
    """What each running assignment of this mentee takes of the week, by its option, whoever the mentor is.

    The hours of its charter, less what others take over; an assignment without a charter has none agreed.
    """
    rows = Charter.objects.filter(assignment__mentee=person_id, assignment__status__in=RUNNING).order_by("pk")
    hours = rows.values_list("assignment__option_id", "hours_per_week", "assignment__option__backfill_hours")
    return {option: agreed - min(covered or 0, agreed) for option, agreed, covered in hours}


def load_of(
    option: Option,
    mentorship: Mentorship,
    method: Method = DEFAULT,
    *,
    running: Mapping[int, Decimal],
    agreed: Decimal | None = None,
) -> Workload:
    """How full the mentee's week would be with this option beside the others that are `running`.

    Hours `agreed` in a charter go before the option's; nobody takes over more than the option takes.
    """
    more, covered = agreed or option.hours_per_week, option.backfill_hours
    if more is not None and covered is not None:
        covered = min(covered, more)
    beside = sum(float(hours) for key, hours in running.items() if key != option.pk)
    hours = (mentorship.base_hours, more, covered, mentorship.contracted_hours)
    base, stretch, backfill, contracted = (None if each is None else float(each) for each in hours)
    return workload(base, stretch, backfill, contracted, method, running=beside)


def think(mentorship: Mentorship, today: date, options: Sequence[Option] | None = None) -> Thinking:
    """Everything for the live options of one mentorship, or for those given, by a fixed number of queries."""
    method = method_now()
    goals = _open_goals(mentorship)
    put_beside(goals, "targets", _targets)
    options = live_options(mentorship) if options is None else options
    demonstrated, levels = both(mentorship.mentee_id, today, method)
    asked = profiles(options, demonstrated)
    found = {key: assess(profile, method) for key, profile in asked.items()}
    return Thinking(
        mentorship=mentorship,
        method=method,
        goals=tuple(goals),
        options=tuple(options),
        stretches=found,
        standings=levels,
        wants=wants(goals, levels),
        items=items(options, found, asked),
        profiles=asked,
    )


@compiled
def _open_goals(mentorship: Mentorship) -> QuerySet[Goal]:
    return Goal.objects.filter(mentorship=mentorship).open()


@compiled
def _targets(goals: list[int]) -> QuerySet[GoalCompetency]:
    return GoalCompetency.objects.filter(Among("goal", goals)).select_related("competency").order_by("pk")
