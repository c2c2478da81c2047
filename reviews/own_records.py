"""Everything that the records say of one piece of work, for what is written about it: a fixed few queries.

What is told in words alone comes as one row of JSON; outcomes and scores are reckoned with, and come as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from orjson import loads

from assignments.assessing import PROFILED, by_key, profiles_in
from assignments.levels import Standing
from assignments.method import DEFAULT, Method
from assignments.models import (
    Assignment,
    BriefStatus,
    BriefVersion,
    CompetencyLevel,
    Decision,
    DemonstratedLevel,
    Evidence,
    FeedbackRequest,
    FeedbackState,
    MethodSettings,
    OptionCompetency,
    Provenance,
    Setback,
    StretchProfile,
)
from assignments.results import Result, results
from assignments.stretch import Profile
from stretchhub.gathered import Gathered, Listed
from stretchhub.plain import Plain

from .models import READABLE, Review, ReviewNarrative, Score

LEVEL = ("level", "provenance", "dated_on")
NAMES = ("full_name", "preferred_name")


class Rows(NamedTuple):
    """As JSON has them; by the names of what they are rows of."""

    method: list[list[Any]]
    shown: list[list[Any]]
    levels: list[list[Any]]
    demands: list[list[Any]]
    contributions: list[list[Any]]
    verified: list[list[Any]]
    evidence: list[list[Any]]
    decisions: list[list[Any]]
    setbacks: list[list[Any]]
    answers: list[list[Any]]
    briefs: list[list[Any]]
    narratives: list[list[Any]]
    raters: list[list[Any]]
    givers: list[list[Any]]


def _of(model: Any, *order: str, **where: Any) -> QuerySet:
    return model.objects.filter(**where).order_by(*order, "pk")


def _gathered() -> list[Gathered]:
    """In the order of `Rows`."""
    work, mentee, first_day = OuterRef("pk"), OuterRef("mentee"), OuterRef("starts_on")
    option = OuterRef("option")
    counted = {"person": mentee, "dated_on__lte": first_day}
    verified = {"person": mentee, "assignment": work, "provenance": Provenance.VERIFIED}
    cited = Exists(Score.objects.filter(evidence=OuterRef("pk"), review__status__in=READABLE))
    evidence = _of(Evidence, "happened_on", assignment=work).filter(Q(shared_at_review=True) | cited)
    answered = {"round__assignment": work, "round__confidential": False, "state": FeedbackState.SUBMITTED}
    accepted = {"brief__option": option, "status": BriefStatus.SPONSOR_ACCEPTED, "written_by": mentee}
    givers = _of(FeedbackRequest, round__assignment=work)
    return [
        Gathered(MethodSettings.objects.order_by("-version"), "version", "values"),
        Gathered(_of(DemonstratedLevel, "dated_on", **counted), "component", *LEVEL),
        Gathered(_of(CompetencyLevel, "dated_on", **counted), "competency", *LEVEL),
        Gathered(_of(StretchProfile, option=option), *PROFILED),
        Gathered(_of(OptionCompetency, option=option), "competency", "competency__name"),
        Gathered(_of(CompetencyLevel, **verified), "competency", "competency__name", "level", "dated_on"),
        Gathered(evidence, "title", "happened_on", "shared_at_review"),
        Gathered(_of(Decision, "decided_on", assignment=work), Plain("code"), "decision", "reason", "happened"),
        Gathered(
            _of(Setback, "happened_on", assignment=work, by=mentee),
            *(Plain("code"), "title", "assumed", "happened", "did", "changed", "later"),
        ),
        Gathered(_of(FeedbackRequest, **answered).exclude(changed_because=""), Plain("code"), "changed_because"),
        Gathered(BriefVersion.objects.filter(**accepted).order_by("-number"), "problem"),
        Gathered(
            ReviewNarrative.objects.filter(assignment=work).order_by("-pk"), "before", "changed", "differently", "ready"
        ),
        Gathered(_of(Review, assignment=work), "relation", "rater_name", *(f"rater__{name}" for name in NAMES)),
        Gathered(givers, "giver_name", *(f"giver__{name}" for name in NAMES)),
    ]


class Record:
    """The records of one assignment; each kind is read when it is first asked for, and once."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    @cached_property
    def rows(self) -> Rows:
        [found] = Assignment.objects.filter(pk=self.assignment.pk).values_list(Plain(Listed(*_gathered())), flat=True)
        return Rows(*(part or [] for part in loads(found)))

    @cached_property
    def outcomes(self) -> tuple[Result, ...]:
        return results(self.assignment)

    @cached_property
    def scores(self) -> list[Score]:
        """Of all final reviews of the mentee, also of other work; the levels of each criterion are at hand."""
        rows = Score.objects.filter(review__assignment__mentee=self.assignment.mentee_id, review__status__in=READABLE)
        related = ("criterion", "review__rater", "review__assignment", "review__cycle__rubric")
        return list(rows.select_related(*related).prefetch_related("criterion__levels").order_by("review_id", "pk"))

    @property
    def own_scores(self) -> list[Score]:
        return [score for score in self.scores if score.review.assignment_id == self.assignment.pk]

    @cached_property
    def method(self) -> Method:
        if not self.rows.method:
            return DEFAULT
        version, values = self.rows.method[0]
        return Method.from_values(version, loads(values) if isinstance(values, str) else values)

    @property
    def profile(self) -> Profile:
        """What the option demands beside what had been shown by the first day."""
        option = self.assignment.option_id
        return profiles_in(self.rows.demands, [option], self._counted(self.rows.shown))[option]

    @property
    def standings(self) -> dict[int, Standing]:
        """The level that counted on the first day, in each competency."""
        return self._counted(self.rows.levels)

    @property
    def support(self) -> Mapping[str, int | None]:
        """How much of each support there was, where a profile says."""
        names = PROFILED[1 : PROFILED.index("confidence")]
        return dict(zip(names, self.rows.demands[0][1:], strict=False)) if self.rows.demands else {}

    def _counted(self, rows: list[list[Any]]) -> dict[int, Standing]:
        first_day = self.assignment.starts_on
        if first_day is None:
            return {}
        entries = ((key, level, provenance, date.fromisoformat(on)) for key, level, provenance, on in rows)
        return by_key(entries, first_day, self.method)
