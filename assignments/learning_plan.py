"""The learning plan of one mentorship: what is open, what is done, and the gaps nothing works on yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.db.models import F, QuerySet

from stretchhub.pages import Page, page_by_key

from .levels import Standing
from .mentoring import goals_with_levels
from .models import Competency, Goal, LearningItem, LearningKind, Mentorship, OptionCompetency

ICONS = {
    LearningKind.READING: "book-open",
    LearningKind.COURSE: "academic-cap",
    LearningKind.MICRO_CREDENTIAL: "check-badge",
    LearningKind.SHADOWING: "eye",
    LearningKind.PRACTICE: "puzzle-piece",
}


@dataclass(frozen=True)
class Line:
    """One item as a list shows it."""

    item: LearningItem
    icon: str
    host: str
    late: bool


@dataclass(frozen=True)
class Gap:
    """A competency that an open goal asks for and that neither an option nor the plan works on."""

    goal: Goal
    competency: Competency
    now: int
    wanted: int


@dataclass(frozen=True)
class Plan:
    """The whole plan, or what of it belongs to `goal`."""

    goals: tuple[Goal, ...]
    goal: Goal | None
    open: tuple[Line, ...]
    done: Page
    dropped: tuple[Line, ...]
    gaps: tuple[Gap, ...]

    @property
    def late(self) -> int:
        return sum(line.late for line in self.open)

    @property
    def done_lines(self) -> list[Line]:
        return [line_of(item) for item in self.done]

    @property
    def is_empty(self) -> bool:
        return not (self.open or len(self.done) or self.dropped)


@dataclass(frozen=True)
class ForGoal:
    """What of the plan serves one goal, in short; `query` names the goal in an address."""

    open: tuple[Line, ...]
    done: int
    gaps: tuple[Gap, ...]
    query: str


def plan_of(
    mentorship: Mentorship, *, day: date, levels: Mapping[int, Standing], goal: str = "", after: str = ""
) -> Plan:
    """The plan of one mentorship in a fixed number of queries; `goal` is the code of one to look at alone."""
    goals = goals_of(mentorship)
    chosen = next((each for each in goals if str(each.code) == goal), None)
    items = LearningItem.objects.filter(mentorship=mentorship).select_related("goal", "competency")
    if chosen:
        items = items.filter(goal=chosen)
    opened = tuple(line_of(item, day) for item in in_order(items.open()))
    return Plan(
        goals=goals,
        goal=chosen,
        open=opened,
        done=page_by_key(items.filter(done_on__isnull=False), after, by=("-done_on", "-pk")),
        dropped=tuple(line_of(item) for item in items.filter(dropped_at__isnull=False).order_by("-dropped_at", "-pk")),
        gaps=() if mentorship.ended_on else gaps_of([chosen] if chosen else goals, levels, worked_on(mentorship)),
    )


def plan_for(goal: Goal, *, day: date, levels: Mapping[int, Standing]) -> ForGoal:
    """What the plan holds for a goal whose levels are read; three queries."""
    items = LearningItem.objects.filter(goal=goal).select_related("competency")
    return ForGoal(
        open=tuple(line_of(item, day) for item in in_order(items.open())),
        done=items.filter(done_on__isnull=False).count(),
        gaps=gaps_of([goal], levels, worked_on(goal.mentorship)),
        query=f"?goal={goal.code}",
    )


def goals_of(mentorship: Mentorship) -> tuple[Goal, ...]:
    """The open goals with the levels they ask for; two queries."""
    return tuple(goals_with_levels(Goal.objects.filter(mentorship=mentorship).open()))


def in_order(items: QuerySet[LearningItem]) -> QuerySet[LearningItem]:
    """The soonest first; those without a day after them."""
    return items.order_by(F("due_on").asc(nulls_last=True), "pk")


def worked_on(mentorship: Mentorship) -> set[int]:
    """The competencies that a live option develops or an open item of the plan is about; one query."""
    options = OptionCompetency.objects.filter(option__in=mentorship.options.live())
    planned = LearningItem.objects.open().filter(mentorship=mentorship, competency__isnull=False)
    both = options.order_by().values_list("competency_id").union(planned.order_by().values_list("competency_id"))
    return {competency for (competency,) in both}


def gaps_of(goals: Iterable[Goal], levels: Mapping[int, Standing], worked: set[int]) -> tuple[Gap, ...]:
    """What the goals ask for above the level now, where nothing works on it yet; each competency once."""
    found: dict[int, Gap] = {}
    for goal in goals:
        for target in goal.targets.all():
            now = level_now(target.competency_id, target.level_now, levels)
            if target.level_wanted > now and target.competency_id not in worked:
                found.setdefault(target.competency_id, Gap(goal, target.competency, now, target.level_wanted))
    return tuple(found.values())


def level_now(competency: int, written: int, levels: Mapping[int, Standing]) -> int:
    """The level that counts; where nobody recorded one, the one the goal was written with."""
    standing = levels.get(competency)
    return written if standing is None or standing.value is None else standing.value


def line_of(item: LearningItem, day: date | None = None) -> Line:
    late = bool(day and item.due_on and item.due_on < day)
    return Line(item, ICONS[LearningKind(item.kind)], urlsplit(item.link).hostname or "", late)
