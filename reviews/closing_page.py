"""What the steps of a closing are about, read in a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from assignments.assessing import CONTRIBUTES, both, method_now, wants
from assignments.balance import Balance, audiences_wanted, read_balance
from assignments.cadence import months_on
from assignments.level_book import Level, level_of, levels_of
from assignments.levels import Standing
from assignments.mentoring import goals_with_levels
from assignments.method import Method
from assignments.models import (
    Assignment,
    Audience,
    Competency,
    Contribution,
    Goal,
    Intake,
    Kind,
    Mentorship,
    Opportunity,
    Option,
    OptionCompetency,
    Provenance,
)
from assignments.portfolio import Want
from assignments.reach import Moved, moved_by
from stretchhub.env import today
from stretchhub.people.models import User

from .models import Closing, Lesson, NextStep
from .next_challenge import Gap, Offer, Suggestion, next_challenges
from .verifying import Verifying, latest_panel, said_by

# So many on offer are looked through for the two or three that are shown.
LOOKED_THROUGH = 60
# What somebody would practise with each audience, until they say so themselves.
KINDS = {Audience.TEAM: Kind.TECHNICAL, Audience.PEERS: Kind.CROSS_FUNCTIONAL}
# By the schedule a plan is looked at again after so many months.
REVISIT_MONTHS = 3


@dataclass(frozen=True)
class Step:
    """A level of a competency before and after, as reviews verified it."""

    name: str
    before: int | None
    after: int
    note: str


@dataclass(frozen=True)
class Shown:
    """What the work has shown: the levels that moved, and what that rests on."""

    said: Verifying
    components: Sequence[Moved]
    competencies: Sequence[Step]
    method: Method

    @property
    def is_final(self) -> bool:
        return self.said.reason not in ("none", "open")


@dataclass(frozen=True)
class Reach:
    """How far all the work together reaches: what is still thin, who was not met, breadth and depth."""

    balance: Balance
    thin: Sequence[Gap]
    unmet: Sequence[str]
    finished: Mapping[int, int]


@dataclass(frozen=True)
class Handled:
    """The component of challenge that was verified at the highest level."""

    component: int
    level: int


@dataclass(frozen=True)
class Ahead:
    """What could be next, with what is in the pipeline of it already."""

    suggestions: tuple[Suggestion, ...]
    gaps: tuple[Gap, ...]
    added: Mapping[str, Option]
    handled: Handled | None


def shown_by(assignment: Assignment, user: User) -> Shown:
    day, method = today(assignment.mentee.zone), method_now()
    return Shown(
        said=said_by(assignment, latest_panel(assignment), method),
        components=moved_by(assignment),
        competencies=verified_by(assignment, user, day, method),
        method=method,
    )


def reach_of(assignment: Assignment) -> Reach:
    mentorship = assignment.option.mentorship
    balance = read_balance(mentorship, today(assignment.mentee.zone))
    return Reach(
        balance=balance,
        thin=gaps_of(balance.thinking.wants),
        unmet=_unmet(_met(mentorship.mentee_id, assignment)[0], balance.thinking.goals),
        finished={each.competency: len(each.weights) for each in balance.recent},
    )


def verified_by(assignment: Assignment, user: User, day: date, method: Method) -> list[Step]:
    """Each competency that reviews of this assignment verified, with the level that counted before."""
    levels = levels_of(assignment.mentee_id, user, day, method)
    found = [_step(level, assignment, day, method) for level in levels.values()]
    return sorted((step for step in found if step), key=lambda step: step.name.casefold())


def _step(level: Level, assignment: Assignment, day: date, method: Method) -> Step | None:
    here = [row for row in level.history if row.assignment_id == assignment.pk]
    verified = [row for row in here if row.provenance == Provenance.VERIFIED]
    if not verified:
        return None
    newest, first = verified[0], verified[-1]
    before = [row for row in reversed(level.history) if (row.dated_on, row.pk) < (first.dated_on, first.pk)]
    standing = level_of(before, day, method).standing
    return Step(newest.competency.name, standing.value, newest.level, newest.note)


def gaps_of(asked: Iterable[Want]) -> list[Gap]:
    """What open goals want above the level there is, the most weighty first."""
    known = [
        Gap(want.key, want.name, want.weight, want.level, want.target)
        for want in asked
        if want.level is not None and want.level < want.target
    ]
    return sorted(known, key=lambda gap: (-gap.points, gap.name))


def _met(mentee: int, assignment: Assignment) -> tuple[set[str], dict[str, Option]]:
    """The audiences of work that ran, and what was put into the pipeline from this closing; one query."""
    wanted = Q(assignment__activated_at__isnull=False) | Q(suggested__assignment=assignment)
    options = Option.objects.filter(wanted, mentorship__mentee=mentee).select_related("suggested").order_by("pk")
    options = options.annotate(ran=Q(assignment__activated_at__isnull=False))
    met, added = set(), {}
    for option in options:
        if option.ran:
            met.add(option.audience)
        step: NextStep | None = getattr(option, "suggested", None)
        if step is not None and step.assignment_id == assignment.pk:
            added[step.key] = option
    return met, added


def _unmet(met: Container[str], goals: Iterable[Goal]) -> list[str]:
    """The audiences that no work of this mentee has met, those that goals want first."""
    wanted = audiences_wanted(goals)
    return sorted((name for name in Audience.values if name not in met), key=lambda name: name not in wanted)


def ahead_of(assignment: Assignment) -> Ahead:
    """Two or three things to try next, from the shared pool and from the gaps that goals leave."""
    mentorship, day, method = assignment.option.mentorship, today(assignment.mentee.zone), method_now()
    goals = goals_with_levels(Goal.objects.filter(mentorship=mentorship).open())
    demonstrated, levels = both(mentorship.mentee_id, day, method)
    met, added = _met(mentorship.mentee_id, assignment)
    gaps = gaps_of(wants(goals, levels))
    suggestions = next_challenges(_offers(mentorship, added), gaps, _unmet(met, goals))
    return Ahead(suggestions, tuple(gaps), added, _handled(demonstrated))


def _handled(demonstrated: Mapping[int, Standing]) -> Handled | None:
    verified = [
        Handled(component, standing.value)
        for component, standing in sorted(demonstrated.items())
        if standing.value is not None and standing.provenance == Provenance.VERIFIED
    ]
    return max(verified, key=lambda each: each.level, default=None)


def _offers(mentorship: Mentorship, added: Mapping[str, Option]) -> list[Offer]:
    """The newest on offer that this pipeline does not hold; those taken from here stay in sight."""
    held = Option.objects.filter(mentorship=mentorship, origin__isnull=False)
    held = held.exclude(pk__in=[option.pk for option in added.values()])
    offered = Opportunity.objects.offered().exclude(pk__in=held.values("origin")).exclude(offered_by=mentorship.mentee)
    rows = offered.prefetch_related("contributions").order_by("-offered_at", "-pk")[:LOOKED_THROUGH]
    return [
        Offer(
            key=str(each.code),
            title=each.title,
            audience=each.audience,
            contributions={
                row.competency_id: CONTRIBUTES[Contribution(row.contribution)] for row in each.contributions.all()
            },
            kind=each.kind,
        )
        for each in rows
    ]


def audience_of(assignment: Assignment, suggestion: Suggestion) -> Audience:
    """Whom it is for; where it says nobody, whom the work was for."""
    return Audience(suggestion.audience or assignment.option.audience)


def kind_of(assignment: Assignment, suggestion: Suggestion) -> Kind:
    """That of the offer; of a gap what somebody would practise with its audience."""
    return Kind(suggestion.kind or KINDS.get(audience_of(assignment, suggestion), Kind.STAKEHOLDERS))


def key_of(suggestion: Suggestion) -> str:
    """What a suggestion is called in a form and in the row that says it was taken."""
    return f"{suggestion.source}:{suggestion.key}"


def goals_of(assignment: Assignment) -> list[Goal]:
    """The open goals of a mentorship that still runs."""
    mentorship = assignment.option.mentorship
    if mentorship.ended_on is not None:
        return []
    return list(Goal.objects.filter(mentorship=mentorship).open().order_by("-weight", "pk"))


def conversation_of(assignment: Assignment) -> Intake | None:
    """The latest kept conversation, whose day to look at it again the plan goes by."""
    mentorship = assignment.option.mentorship
    if mentorship.ended_on is not None:
        return None
    return Intake.objects.latest_kept().filter(mentorship=mentorship).first()


def look_again_on(conversation: Intake, mentee: User, day: date) -> date:
    """The day that is agreed, or by the schedule three months on where it is over."""
    if conversation.revisit_on is not None and conversation.revisit_on > day:
        return conversation.revisit_on
    return months_on(day, REVISIT_MONTHS, mentee.working_days)


def competencies_of(assignment: Assignment) -> list[Competency]:
    """What the work was to develop: a lesson can be about one of them."""
    rows = OptionCompetency.objects.filter(option=assignment.option_id).select_related("competency").order_by("pk")
    return [row.competency for row in rows]


def lessons_for(closing: Closing, user: User) -> QuerySet[Lesson]:
    return Lesson.objects.visible_to(user).filter(closing=closing).select_related("competency").order_by("position")
