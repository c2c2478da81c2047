"""The open options of one mentorship as candidates for the ranking, by a fixed number of queries.

Nothing about people is read here, on purpose: no department, place, manager, job, seniority or review of
anybody's can change an order that is made of these rows alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch

from .assessing import CONTRIBUTES, both, load_of, method_now, running_hours, stretches, wants
from .factors import Candidate, SponsorOutlook
from .holdings import Want
from .method import DEFAULT_WEIGHTS, Method, Weights
from .models import (
    Contribution,
    Goal,
    GoalCompetency,
    Mentorship,
    Option,
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


def open_options(mentorship: Mentorship) -> list[Option]:
    """Those still to be chosen from, with what is said of each."""
    accepted = SponsorRequest.objects.filter(version__brief__option=OuterRef("pk"), status=RequestStatus.ACCEPTED)
    return list(
        Option.objects.filter(mentorship=mentorship, stage__in=OPEN)
        .select_related("sponsor_outlook")
        .prefetch_related("contributions", "fits")
        .annotate(confirmed=Exists(accepted))
        .order_by("pk")
    )


def open_goals(mentorship: Mentorship) -> list[Goal]:
    """The open goals with the competencies they ask for."""
    targets = GoalCompetency.objects.select_related("competency").order_by("pk")
    rows = Goal.objects.filter(mentorship=mentorship).open()
    return list(rows.prefetch_related(Prefetch("targets", targets)).order_by("-weight", "pk"))


def read(mentorship: Mentorship, today: date) -> Reading:
    """Everything the ranking weighs, from the rows as they stand."""
    method, (weights, row) = method_now(), weights_now(mentorship)
    goals, options = open_goals(mentorship), open_options(mentorship)
    demonstrated, levels = both(mentorship.mentee_id, today, method)
    reach = stretches(options, demonstrated, method)
    running = running_hours(mentorship.mentee_id)
    loads = {str(option.code): load_of(option, mentorship, method, running=running) for option in options}
    return Reading(
        goals=tuple(goals),
        options={str(option.code): option for option in options},
        wants=wants(goals, levels),
        candidates=_candidates(options, goals, reach, loads),
        loads=loads,
        stretches={str(option.code): reach[option.pk] for option in options},
        weights=weights,
        weights_version=row.version if row else AS_SHIPPED,
        method=method,
    )


def _candidates(
    options: Sequence[Option], goals: Sequence[Goal], reach: Mapping[int, Stretch], loads: Mapping[str, Workload]
) -> tuple[Candidate, ...]:
    known = {goal.pk for goal in goals}
    return tuple(_candidate(option, known, reach[option.pk], loads[str(option.code)]) for option in options)


def _candidate(option: Option, goals: set[int], stretch: Stretch, load: Workload) -> Candidate:
    assessed = stretch.q_low is not None and stretch.q_high is not None
    return Candidate(
        key=str(option.code),
        title=option.title,
        fits={row.goal_id: row.fit for row in option.fits.all() if row.goal_id in goals},
        contributions={
            row.competency_id: CONTRIBUTES[Contribution(row.contribution)] for row in option.contributions.all()
        },
        q_low=stretch.q_low if assessed else None,
        q_high=stretch.q_high if assessed else None,
        sponsor=_outlook(option),
        util=load.value,
    )


def _outlook(option: Option) -> SponsorOutlook:
    """A sponsor who has accepted is there, whatever was said of the search before."""
    saved = getattr(option, "sponsor_outlook", None)
    confirmed = option.confirmed  # type: ignore[attr-defined]
    if saved is not None and saved.state == SponsorState.FOUND:
        owns, influences, develops, engaged = (getattr(saved, name) for name in RATINGS)
        return SponsorOutlook("found", (owns, influences, develops, engaged), confirmed)
    if confirmed:
        return SponsorOutlook("found", None, True)
    return SponsorOutlook("none" if saved is not None and saved.state == SponsorState.NONE_FOUND else "unknown")
