"""Where somebody stands in each competency: the level that counts, who says so, and all that was said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from stretchhub.people.models import User

from .assessing import method_now
from .learning_plan import in_order, worked_on
from .levels import Entry, Standing, current
from .method import Method
from .models import (
    Competency,
    CompetencyLevel,
    Framework,
    Goal,
    GoalCompetency,
    GoalStatus,
    LearningItem,
    Mentorship,
    OptionCompetency,
    Provenance,
    Stage,
)


@dataclass(frozen=True)
class Level:
    """The level that counts for one competency, the entry that says so, and every entry, newest first."""

    standing: Standing
    entry: CompetencyLevel | None = None
    history: tuple[CompetencyLevel, ...] = ()


@dataclass(frozen=True)
class Row:
    """One competency of a person: where they stand, what a goal wants, what works on it."""

    competency: Competency
    level: Level
    # What the goal was written with, where nobody has recorded a level.
    written: int | None = None
    goal: Goal | None = None
    wanted: int | None = None
    learning: tuple[LearningItem, ...] = ()
    worked_on: bool = False

    @property
    def now(self) -> int | None:
        return self.written if self.level.standing.value is None else self.level.standing.value

    @property
    def threshold(self) -> int:
        return self.competency.framework.proficiency_threshold

    @property
    def proficient(self) -> bool:
        """By a level that somebody recorded; what a goal was written with proves nothing."""
        recorded = self.level.standing.value
        return recorded is not None and recorded >= self.threshold

    @property
    def is_gap(self) -> bool:
        """Wanted above the level now, and nothing works on it."""
        return self.wanted is not None and self.wanted > (self.now or 0) and not self.worked_on

    @property
    def mark(self) -> tuple[str, int | None, int | None]:
        """What the chart of levels draws."""
        return (self.competency.name, self.now, self.wanted)


@dataclass(frozen=True)
class Book:
    """The competencies that goals ask for, the others, and the frameworks they come from."""

    wanted: tuple[Row, ...]
    others: tuple[Row, ...]
    frameworks: tuple[Framework, ...]
    method: Method

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.wanted, *self.others)

    @property
    def marks(self) -> list[tuple[str, int | None, int | None]]:
        return [row.mark for row in self.rows]


def book_of(mentorship: Mentorship, user: User, day: date) -> Book:
    """Every competency of the mentee's goals and options here, and of the levels that this reader may see."""
    method = method_now()
    levels = levels_of(mentorship.mentee_id, user, day, method)
    targets = _targets(mentorship)
    written = {target.competency_id: target for target in reversed(targets)}
    wanted = _wanted(targets)
    known = {target.competency_id: target.competency for target in targets}
    known |= {each.competency_id: each.competency for each in _contributions(mentorship)}
    known |= {key: level.history[0].competency for key, level in levels.items()}
    learning, worked = _learning(mentorship), worked_on(mentorship)
    rows = [
        Row(
            competency=competency,
            level=levels.get(key) or Level(current((), day)),
            written=written[key].level_now if key in written else None,
            goal=wanted[key].goal if key in wanted else None,
            wanted=wanted[key].level_wanted if key in wanted else None,
            learning=tuple(learning[key]),
            worked_on=key in worked,
        )
        for key, competency in known.items()
    ]
    rows.sort(key=lambda row: (row.competency.name.casefold(), row.competency.pk))
    frameworks = {row.competency.framework_id: row.competency.framework for row in rows}
    return Book(
        wanted=tuple(row for row in rows if row.wanted is not None),
        others=tuple(row for row in rows if row.wanted is None),
        frameworks=tuple(sorted(frameworks.values(), key=str)),
        method=method,
    )


def levels_of(
    person_id: int, user: User, day: date, method: Method, competencies: Sequence[int] | None = None
) -> dict[int, Level]:
    """Each competency's level with what was recorded of it and this reader may see; one query."""
    rows = CompetencyLevel.objects.visible_to(user).filter(person_id=person_id)
    if competencies is not None:
        rows = rows.filter(competency__in=competencies)
    rows = rows.select_related("competency__framework", "recorded_by", "assignment").order_by("dated_on", "pk")
    found: defaultdict[int, list[CompetencyLevel]] = defaultdict(list)
    for row in rows:
        found[row.competency_id].append(row)
    return {key: level_of(entries, day, method) for key, entries in found.items()}


def level_of(entries: Sequence[CompetencyLevel], day: date, method: Method) -> Level:
    """The level that counts among entries of one competency, oldest first."""
    standing = current([_entry(row) for row in entries], day, method.stale_months)
    newest = tuple(reversed(entries))
    says_so = next((row for row in newest if standing.parts and _entry(row) == standing.parts[0]), None)
    return Level(standing, says_so, newest)


def _entry(row: CompetencyLevel) -> Entry:
    return Entry(row.level, Provenance(row.provenance).value, row.dated_on)


def _targets(mentorship: Mentorship) -> list[GoalCompetency]:
    """What the goals that are not dropped ask for, the newest goal first."""
    goals = Goal.objects.filter(mentorship=mentorship).exclude(status=GoalStatus.DROPPED)
    asked = GoalCompetency.objects.select_related("competency__framework").order_by("pk")
    goals = goals.prefetch_related(Prefetch("targets", asked)).order_by("-created_at", "-pk")
    return [_with_goal(target, goal) for goal in goals for target in goal.targets.all()]


def _with_goal(target: GoalCompetency, goal: Goal) -> GoalCompetency:
    target.goal = goal
    return target


def _wanted(targets: Iterable[GoalCompetency]) -> dict[int, GoalCompetency]:
    """For each competency the open goal that wants the highest level."""
    found: dict[int, GoalCompetency] = {}
    for target in targets:
        former = found.get(target.competency_id)
        higher = former is None or target.level_wanted > former.level_wanted
        if target.goal.status == GoalStatus.OPEN and higher:
            found[target.competency_id] = target
    return found


def _contributions(mentorship: Mentorship) -> Iterable[OptionCompetency]:
    options = mentorship.options.exclude(stage__in=[Stage.PARKED, Stage.DECLINED])
    return OptionCompetency.objects.filter(option__in=options).select_related("competency__framework")


def _learning(mentorship: Mentorship) -> defaultdict[int | None, list[Any]]:
    items = LearningItem.objects.open().filter(mentorship=mentorship, competency__isnull=False)
    found: defaultdict[int | None, list[Any]] = defaultdict(list)
    for item in in_order(items):
        found[item.competency_id].append(item)
    return found
