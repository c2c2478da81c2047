"""The open options of one mentorship as candidates for the ranking, by a fixed number of queries.

Of people only one thing is read here, on purpose: what the person who has accepted to sponsor an option is called,
to tell whether the ratings are this person's. No department, place, manager, job, seniority or review of anybody's
can change an order that is made of these rows alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from stretchhub.people.models import name_of

from .assessing import CONTRIBUTES, both, load_of, running_hours, stretches, wanted
from .factors import Candidate, SponsorOutlook
from .holdings import Want
from .method import DEFAULT, DEFAULT_WEIGHTS, Method, Weights
from .models import (
    Competency,
    Contribution,
    Goal,
    GoalCompetency,
    Mentorship,
    MethodSettings,
    Option,
    OptionCompetency,
    OptionGoal,
    RankingWeights,
    RequestStatus,
    SponsorRequest,
    SponsorState,
)
from .models.option import OPEN
from .ranking import FACTORS, Ranking, rank
from .stretch import Stretch
from .weighing import RATINGS
from .workload import Workload

# The version of the weights before anybody changed them.
AS_SHIPPED = 0

Goals = tuple[tuple[Goal, ...], tuple[GoalCompetency, ...]]


@dataclass(frozen=True)
class Reading:
    """What the ranking of one mentorship is made of, as it stands now."""

    goals: tuple[Goal, ...]
    options: Mapping[str, Option]
    wants: tuple[Want, ...]
    candidates: tuple[Candidate, ...]
    loads: Mapping[str, Workload]
    stretches: Mapping[str, Stretch]
    weights: Weights
    weights_version: int
    method: Method

    def ranking(self) -> Ranking:
        """The order that follows from it."""
        importance = {goal.pk: goal.weight for goal in self.goals}
        return rank(self.candidates, importance, self.wants, self.weights, self.method)

    @property
    def mark(self) -> str:
        """A short name of exactly these inputs, and so of the order that follows from them."""
        goals = [(goal.pk, goal.title, goal.weight) for goal in self.goals]
        raw = repr((goals, self.wants, self.candidates, self.weights, self.weights_version, self.method))
        return hashlib.sha256(raw.encode()).hexdigest()[:24]


def weights_now(mentorship: Mentorship) -> tuple[Weights, RankingWeights | None]:
    """The weights that hold for a mentorship, and their row where somebody has changed them."""
    row = RankingWeights.objects.filter(mentorship=mentorship).order_by("-version").first()
    if row is None:
        return DEFAULT_WEIGHTS, None
    return Weights(**{factor: getattr(row, factor) for factor in FACTORS}), row


def settled(mentorship: Mentorship) -> tuple[Method, Weights, int]:
    """The method and the weights that hold for a mentorship, and the version of the weights, by one query."""
    newest = MethodSettings.objects.order_by("-version")
    row = (
        Mentorship.objects.filter(pk=mentorship.pk)
        .order_by("-ranking_weights__version")
        .values_list(
            Subquery(newest.values("version")[:1]),
            Subquery(newest.values("values")[:1]),
            "ranking_weights__version",
            *(f"ranking_weights__{factor}" for factor in FACTORS),
        )
        .first()
    )
    version, values, weights_version, *weights = row or (None, None, None)
    method = DEFAULT if version is None else Method.from_values(version, values)
    if weights_version is None:
        return method, DEFAULT_WEIGHTS, AS_SHIPPED
    return method, Weights(**dict(zip(FACTORS, weights, strict=True))), weights_version


def with_accepted(options: QuerySet[Option]) -> QuerySet[Option]:
    """These options, each with the names of whoever has accepted to sponsor it; None where nobody has."""
    requests = SponsorRequest.objects.filter(version__brief__option=OuterRef("pk"), status=RequestStatus.ACCEPTED)
    newest = requests.order_by("-asked_at", "-pk")
    return options.annotate(
        accepted_full_name=Subquery(newest.values("sponsor__full_name")[:1]),
        accepted_preferred_name=Subquery(newest.values("sponsor__preferred_name")[:1]),
    )


def open_options(mentorship: Mentorship) -> list[Option]:
    """Those still to be chosen from, with the sponsor in view of each."""
    rows = Option.objects.filter(mentorship=mentorship, stage__in=OPEN).select_related("sponsor_outlook")
    return list(with_accepted(rows).order_by("pk"))


def open_goals(mentorship: Mentorship) -> Goals:
    """The open goals, the weightiest first, and the targets they name, as far as the ranking asks; one query."""
    goals, targets = {}, []
    rows = Goal.objects.filter(mentorship=mentorship).open().order_by("-weight", "pk", "targets__pk")
    of_goal = ("pk", "code", "title", "weight")
    of_target = ("competency_id", "competency__name", "weight", "level_wanted", "level_now")
    for row in rows.values_list(*of_goal, *(f"targets__{name}" for name in of_target)):
        pk, code, title, weight, competency, name, importance, level_wanted, level_now = row
        goals.setdefault(pk, Goal(pk=pk, code=code, title=title, weight=weight))
        if competency is not None:
            asked = Competency(pk=competency, name=name)
            targets.append(
                GoalCompetency(competency=asked, weight=importance, level_wanted=level_wanted, level_now=level_now)
            )
    return tuple(goals.values()), tuple(targets)


def read(mentorship: Mentorship, today: date, goals: Goals | None = None) -> Reading:
    """Everything the ranking weighs, from the rows as they stand; `goals` where they are read already."""
    method, weights, weights_version = settled(mentorship)
    (wanted_by, targets), options = goals or open_goals(mentorship), open_options(mentorship)
    demonstrated, levels = both(mentorship.mentee_id, today, method)
    reach = stretches(options, demonstrated, method)
    running = running_hours(mentorship.mentee_id)
    loads = {str(option.code): load_of(option, mentorship, method, running=running) for option in options}
    return Reading(
        goals=wanted_by,
        options={str(option.code): option for option in options},
        wants=wanted(targets, levels),
        candidates=_candidates(options, wanted_by, reach, loads),
        loads=loads,
        stretches={str(option.code): reach[option.pk] for option in options},
        weights=weights,
        weights_version=weights_version,
        method=method,
    )


def _candidates(
    options: Sequence[Option], goals: Sequence[Goal], reach: Mapping[int, Stretch], loads: Mapping[str, Workload]
) -> tuple[Candidate, ...]:
    contributions, fits = _said(options, {goal.pk for goal in goals})
    return tuple(
        _candidate(option, contributions[option.pk], fits[option.pk], reach[option.pk], loads[str(option.code)])
        for option in options
    )


def _said(options: Sequence[Option], goals: set[int]) -> tuple[dict[int, dict[int, float]], dict[int, dict[int, int]]]:
    """By option: what it contributes to each competency, and how directly it serves each of the goals; one query."""
    keys = [option.pk for option in options]
    competencies = OptionCompetency.objects.filter(option__in=keys).order_by()
    served = OptionGoal.objects.filter(option__in=keys).order_by()
    rows = competencies.values_list(Value(0), "option_id", "competency_id", "contribution").union(
        served.values_list(Value(1), "option_id", "goal_id", Cast("fit", CharField())), all=True
    )
    contributions: dict[int, dict[int, float]] = {key: {} for key in keys}
    fits: dict[int, dict[int, int]] = {key: {} for key in keys}
    for which, option, other, said in sorted(rows):
        if which == 0:
            contributions[option][other] = CONTRIBUTES[Contribution(said)]
        elif other in goals:
            fits[option][other] = int(said)
    return contributions, fits


def _candidate(
    option: Option, contributions: Mapping[int, float], fits: Mapping[int, int], stretch: Stretch, load: Workload
) -> Candidate:
    assessed = stretch.q_low is not None and stretch.q_high is not None
    return Candidate(
        key=str(option.code),
        title=option.title,
        fits=fits,
        contributions=contributions,
        q_low=stretch.q_low if assessed else None,
        q_high=stretch.q_high if assessed else None,
        sponsor=_outlook(option),
        util=load.value,
    )


def _outlook(option: Option) -> SponsorOutlook:
    """A sponsor who has accepted is there, whatever was said of the search before.

    Ratings count as confirmed where they were given to that very person; those of somebody else say nothing of
    who has accepted, and are left out.
    """
    saved = getattr(option, "sponsor_outlook", None)
    accepted = _accepted(option)
    if saved is not None and saved.state == SponsorState.FOUND and (not accepted or _plain(saved.name) in accepted):
        owns, influences, develops, engaged = (getattr(saved, name) for name in RATINGS)
        return SponsorOutlook("found", (owns, influences, develops, engaged), bool(accepted))
    if accepted:
        return SponsorOutlook("found", None, True)
    return SponsorOutlook("none" if saved is not None and saved.state == SponsorState.NONE_FOUND else "unknown")


def accepted_name(option: Option) -> str:
    """What is shown of whoever has accepted to sponsor an option read by `with_accepted`; empty where nobody has."""
    full_name, preferred_name = option.accepted_full_name, option.accepted_preferred_name  # type: ignore[attr-defined]
    return name_of(full_name, preferred_name or "") if full_name else ""


def _accepted(option: Option) -> set[str]:
    """What that person is called, in full and on screen; nothing where nobody has accepted."""
    shown = accepted_name(option)
    return {_plain(shown), _plain(option.accepted_full_name)} if shown else set()  # type: ignore[attr-defined]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
