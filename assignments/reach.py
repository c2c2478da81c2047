"""How far one option reaches, as its page shows it; a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from . import assessing
from .method import Method
from .models import Assignment, DemonstratedLevel, Option, StretchDemand
from .models.competency import Provenance
from .models.stretch import Component
from .stretch import COMPONENTS, LEAP, Lever, Profile, Stretch, assess, what_if
from .stretch_words import (
    LIGHTS,
    band_word,
    gate_words,
    hours_missing,
    lever_name,
    lever_words,
    load_words,
    named,
    plain,
    row_words,
    sentence,
    week_words,
    zone_mark,
    zone_word,
)
from .workload import Workload

FIRST_LEVERS = 5


@dataclass(frozen=True)
class Reach:
    """One option's stretch beside what was shown, what to settle first, and what would move it."""

    who: str
    stretch: Stretch
    profile: Profile
    week: Workload
    method: Method
    levers: tuple[Lever, ...]
    demands: tuple[StretchDemand, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has said anything about this option yet."""
        said = (*self.profile.demand, *self.profile.support, self.profile.confidence)
        return all(level is None for level in said)

    @property
    def rows(self) -> list[tuple[str, int | None, int | None, str]]:
        """What the chart draws: a challenge, shown, demanded, and both in words."""
        found = zip(COMPONENTS, self.profile.demonstrated, self.profile.demand, self.stretch.points, strict=True)
        leaps = self.stretch.leaps
        return [
            (str(Component(i).label), shown, asked, row_words(shown, asked, points, i in leaps))
            for i, shown, asked, points in found
        ]

    @property
    def gates(self) -> list[str]:
        sure = self.profile.confidence
        return [gate_words(gate, self.stretch, self.who, sure) for gate in self.stretch.gates]

    @property
    def one_lever(self) -> str:
        return lever_name(self.levers[0]) if self.levers else ""

    @property
    def first_levers(self) -> list[tuple[str, str]]:
        return [lever_words(lever) for lever in self.levers[:FIRST_LEVERS]]

    @property
    def more_levers(self) -> list[tuple[str, str]]:
        return [lever_words(lever) for lever in self.levers[FIRST_LEVERS:]]

    @property
    def said(self) -> list[StretchDemand]:
        """The demands about which there is more to read than a figure."""
        return [demand for demand in self.demands if demand.reason or demand.support_person]

    @property
    def week_sentence(self) -> str:
        return week_words(self.week)

    @property
    def hours_missing(self) -> str:
        return hours_missing(self.week)

    @property
    def lacks_own_hours(self) -> bool:
        return "stretch" in self.week.reason.params.get("missing", ())

    @property
    def lacks_week(self) -> bool:
        return bool({"base", "contracted"} & set(self.week.reason.params.get("missing", ())))

    @property
    def zone(self) -> str:
        return zone_word(self.stretch)

    @property
    def zone_mark(self) -> str:
        return zone_mark(self.stretch)

    @property
    def band(self) -> str:
        return band_word(self.stretch)

    @property
    def sentence(self) -> str:
        return sentence(self.stretch)

    @property
    def load(self) -> str:
        return load_words(self.stretch)

    @property
    def ceiling(self) -> str:
        return plain(self.stretch.ceiling)

    @property
    def unknown(self) -> str:
        return named(self.stretch.unknown)

    @property
    def week_light(self) -> str:
        return str(LIGHTS[self.week.light]).capitalize() if self.week.light else ""

    @property
    def usual_share(self) -> int:
        """The share of the week from which somebody has to take something over."""
        return round(self.method.share_high * 100)


def reach_of(option: Option, today: date) -> Reach:
    """Everything about the stretch of one option, by five queries."""
    method = assessing.method_now()
    shown = assessing.shown(option.mentorship.mentee_id, today, method)
    profile = assessing.profiles([option], shown)[option.pk]
    demands = StretchDemand.objects.filter(profile__option=option).order_by("component")
    return Reach(
        who=option.mentorship.mentee.first_name,
        stretch=assess(profile, method),
        profile=profile,
        week=assessing.load_of(
            option, option.mentorship, method, running=assessing.running_hours(option.mentorship.mentee_id)
        ),
        method=method,
        levers=what_if(profile, method),
        demands=tuple(demands),
    )


def may_read_reach(option: Option, user: Any) -> bool:
    """After the mentorship what the mentee has shown is for the mentee again."""
    return option.mentorship.ended_on is None or user.pk == option.mentorship.mentee_id


def worth_showing(option: Option, today: date) -> list[Component]:
    """The challenges of an option in which more is demanded than was shown: evidence can be tagged to these."""
    shown = assessing.shown(option.mentorship.mentee_id, today, assessing.method_now())
    profile = assessing.profiles([option], shown)[option.pk]
    rows = zip(COMPONENTS, profile.demonstrated, profile.demand, strict=True)
    return [Component(i) for i, level, asked in rows if asked is not None and asked > (level or 1)]


@dataclass(frozen=True)
class Moved:
    """A step that a reviewed assignment has shown."""

    label: str
    before: int
    after: int


def moved_by(assignment: Assignment) -> list[Moved]:
    """What the final reviews of an assignment have moved; each is one step by the rule."""
    rows = DemonstratedLevel.objects.filter(assignment=assignment, provenance=Provenance.VERIFIED)
    return [
        Moved(str(row.get_component_display()), row.level - 1, row.level)
        for row in rows.filter(person=assignment.mentee_id).order_by("component")
    ]


def is_leap(shown: int | None, demanded: int) -> bool:
    """Whether this would be a leap, taking what nobody has said as not shown yet."""
    return demanded - (shown or 1) >= LEAP
