"""The demo's cohort many times over: a large organisation with years of stretch work behind it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Model

from assignments.models import Assignment, DashboardChange, Evidence, FeedbackRequest, Mentorship, Status
from reviews.models import Review, ReviewCycle, Score
from sponsors.actions.dashboard import rebuild_behind
from stretchhub import env
from stretchhub.audit.trail import record
from stretchhub.people.models import User

from .copied_people import Crowd, add_copied_people
from .copying import Graph, Span, copied_models, people_span, spans
from .copying_sql import HALF_YEAR_DAYS, a_day, chosen_by, day_moved, insert, numbers, one_of, values_of
from .loading import analyze, at_once, set_sequences
from .reference import half_year

ASSIGNMENTS_EACH = 20
EVIDENCE_EACH = 200
HALF_YEARS = 20


@dataclass(frozen=True)
class Plan:
    """How many copies of the cohort, and how often the closed assignments of each are copied into earlier years.

    Each such turn lies another half year back, in a circle of `half_years`, and lets other people of the copy do it.
    """

    copies: int
    turns: int
    half_years: int = HALF_YEARS
    evidence: int = 0

    @classmethod
    def of(cls, people: int, own: int, assignments: int, closed: int) -> Plan:
        """So many people and more, with twenty assignments and two hundred pieces of evidence each."""
        copies = max(1, math.ceil(people / own) - 1)
        left = people * ASSIGNMENTS_EACH - (copies + 1) * assignments
        return cls(copies, max(1, math.ceil(left / (copies * closed))), evidence=people * EVIDENCE_EACH)


Say = Callable[[str], None]


def scale(people: int, say: Say) -> dict[str, int]:
    """Fill a database that holds the cohort alone up to this many people and what goes with them."""
    span = people_span()
    all_of_them, closed = Assignment.objects.count(), Assignment.objects.filter(status=Status.CLOSED).count()
    plan = Plan.of(people, span.stride, all_of_them, closed)
    return multiply(plan, say)


def multiply(plan: Plan, say: Say) -> dict[str, int]:
    """Write the copies in one transaction, then build the dashboards; how many rows there are of each kind now."""
    with transaction.atomic():
        written = Copies(plan).write(say)
        counts = _counts()
        facts = {"rows_written": written, "copies": plan.copies, "half_years": plan.half_years, **counts}
        record(None, "demo.scaled", facts=facts)
    say(f"{written} rows written; dashboards next.")
    analyze()
    rebuild_behind()
    return counts


def _counts() -> dict[str, int]:
    kinds = {"people": User, "assignments": Assignment, "evidence": Evidence, "ratings": Score}
    return {name: model._base_manager.count() for name, model in kinds.items()}


class Copies:
    """One organisation's rows under other numbers: a copy lies a table's width further on, the past beyond them all."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.people = people_span()
        self.spans = spans(copied_models())
        closed = list(Assignment.objects.filter(status=Status.CLOSED))
        self.past = Graph(self.spans).hanging_on(closed)
        self.last_sponsor = Assignment.objects.aggregate(last=Max("sponsor"))["last"]
        self.cycles = _earlier_cycles(plan.half_years)

    def write(self, say: Say) -> int:
        models = list(self.spans)
        add_copied_people(Crowd(self.people, self.plan.copies, self.plan.half_years))
        with at_once(models):
            rows = sum(self._organisation(model) for model in models)
            say(f"{self.plan.copies} copies of the organisation: {rows} rows.")
            for model in self.past:
                rows += self._history(model)
            rows += self._more_evidence()
            say(f"{self.plan.turns} times earlier work of each: {rows} rows so far. Keys and indexes next.")
        _leave_outsiders_alone(self.spans)
        set_sequences([User, *models])
        DashboardChange.objects.note(self._sponsors())
        return rows

    # --- the organisation of today ---------------------------------------------------------------

    def _organisation(self, model: type[Model]) -> int:
        series = f"SELECT g AS copy FROM ({numbers(1, self.plan.copies)}) x"  # noqa: S608 (numbers)
        return insert(model, values_of(model, self._further), series, where=self._own(model))

    def _own(self, model: type[Model]) -> str:
        return f"t.id <= {self.spans[model].last}"

    def _further(self, model: type[Model], column: str) -> str | None:
        span = self._span(model)
        return f"{column} + s.copy * {span.stride}" if span else None

    def _span(self, model: type[Model]) -> Span | None:
        return self.people if model is User else self.spans.get(model)

    # --- the years behind it ---------------------------------------------------------------------

    def _history(self, model: type[Model]) -> int:
        values = values_of(model, self._earlier, self._of_the_past(model), moved=True)
        return insert(model, values, self._turns(), where=one_of(self.past[model]))

    def _turns(self) -> str:
        """Each turn of each copy: its number, its copy, how far people change places, and how many days back."""
        turns, back = self.plan.turns, self.plan.half_years
        half_year_back = f"(1 + (g % {turns}) % {back})"
        return (
            f"SELECT g, g / {turns} + 1 AS copy, 1 + g % {turns} AS turn, {half_year_back} AS back, "  # noqa: S608
            f"CAST(-{HALF_YEAR_DAYS} * {half_year_back} AS integer) AS days "
            f"FROM ({numbers(0, self.plan.copies * turns)}) x"
        )

    def _earlier(self, model: type[Model], column: str) -> str | None:
        if model is User:
            return self._somebody_else(column)
        if model is ReviewCycle:
            cases = ((str(pk * 1000 + back), str(then)) for (pk, back), then in self.cycles.items())
            return chosen_by(f"{column} * 1000 + s.back", cases, column)
        span = self.spans.get(model)
        return f"{column} + ({self.plan.copies + 1} + s.g) * {span.stride}" if span else None

    def _somebody_else(self, column: str) -> str:
        """Those up to the last sponsor change places among themselves, and so do the others of the same copy."""
        first, last, middle = self.people.first, self.people.last, self.last_sponsor
        above = f"{first} + ({column} - {first} + s.turn) % {middle - first + 1}"
        below = f"{middle + 1} + ({column} - {middle + 1} + s.turn) % {last - middle}"
        further = f"s.copy * {self.people.stride}"
        return f"CASE WHEN {column} <= {middle} THEN {above} ELSE {below} END + {further}"

    def _of_the_past(self, model: type[Model]) -> dict[str, str]:
        """A mentorship of the past is over."""
        if model is not Mentorship:
            return {}
        today = a_day(env.today())
        return {"ended_on": day_moved(f"COALESCE(t.ended_on, {today})"), "idle_on": "NULL"}

    def _more_evidence(self) -> int:
        """Evidence up to what was promised: more of the same assignments of the past, on the days before."""
        left = self.plan.evidence - Evidence.objects.count()
        span, past = self.spans[Evidence], self.plan.copies * self.plan.turns
        first = span.last + self.plan.copies * span.stride + 1
        top = first + past * span.stride - 1
        there = Evidence.objects.filter(pk__gte=first).count()
        if left <= 0 or not there:
            return 0
        # Some at a time: the rows that are numbered are held by the server.
        rows = 0
        for number in range(1, math.ceil(left / there) + 1):
            series = f"SELECT -{number} AS days"
            values = values_of(Evidence, lambda _model, column: column, moved=True)
            values["id"] = f"{top + rows} + row_number() OVER ()"
            limit = f"LIMIT {left - rows}"
            rows += insert(Evidence, values, series, where=f"t.id BETWEEN {first} AND {top}", tail=limit)
        return rows

    def _sponsors(self) -> list[int]:
        sponsored = Assignment.objects.filter(sponsor__isnull=False).order_by("sponsor_id")
        return list(sponsored.values_list("sponsor_id", flat=True).distinct())


def _earlier_cycles(half_years: int) -> dict[tuple[int, int], int]:
    """Cycles as far back as the reviews go; which cycle it is so many half years before one, by key and half years."""
    known = list(ReviewCycle.objects.order_by("opens_on"))
    first, length = known[0], timedelta(days=HALF_YEAR_DAYS)
    year, half = int(first.code[:4]), int(first.code[-1])
    day, earlier = date(year, 1 if half == 1 else 7, 1), []
    for back in range(1, half_years + 1):
        day -= timedelta(days=1)
        day = day.replace(month=1 if day.month <= 6 else 7, day=1)
        code, name = half_year(day)
        opens_on, closes_on = first.opens_on - back * length, first.closes_on - back * length
        earlier.append(ReviewCycle(code=code, name=name, rubric=first.rubric, opens_on=opens_on, closes_on=closes_on))
    ReviewCycle.objects.bulk_create(earlier)
    line = [*reversed(earlier), *known]
    return {
        (cycle.pk, back): line[place - back].pk
        for place, cycle in enumerate(line)
        for back in range(1, half_years + 1)
        if cycle in known
    }


def _leave_outsiders_alone(own: dict[type[Model], Span]) -> None:
    """Nobody outside is reminded of a question that was only copied."""
    asked = FeedbackRequest.objects.filter(pk__gt=own[FeedbackRequest].last, state="asked", round__closed_at=None)
    asked.filter(reminders_stopped_at=None).update(reminders_stopped_at=env.now())
    begun = Review.objects.filter(pk__gt=own[Review].last, rater=None, status="draft")
    begun.update(status="withdrawn", settled_at=env.now())
