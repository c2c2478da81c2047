"""What the outcomes of an assignment came to: each agreed measure with its actual values, the newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stretchhub.among import Among
from stretchhub.compiled import compiled
from stretchhub.templatetags.words import day

from . import impact_words
from .impact import Progress, progress
from .models import Assignment, BriefOutcome, BriefStatus, Direction, Measurement
from .outcomes import OutcomeLine, line_of
from .pilot import Shift, run_shift


@dataclass(frozen=True)
class Result:
    """One outcome beside what was measured of it; `measurements` are those that count, the newest first."""

    line: OutcomeLine
    measurements: tuple[Measurement, ...]
    progress: Progress
    progress_words: str
    shift: Shift
    shift_words: str
    taken_back: tuple[Measurement, ...] = ()

    @property
    def outcome(self) -> BriefOutcome:
        return self.line.outcome

    @property
    def latest(self) -> Measurement | None:
        return self.measurements[0] if self.measurements else None

    @property
    def actual(self) -> Decimal | None:
        return self.latest.value if self.latest else None

    @property
    def early(self) -> bool:
        """Measured before the day the outcome is due: a first sight, no result."""
        due = self.outcome.due_on
        return self.latest is not None and due is not None and self.latest.measured_on < due

    @property
    def low(self) -> Decimal | float | None:
        """The lower end of what is drawn: of the latest measurement, before there is one of the estimate."""
        if self.latest:
            return self.latest.low
        return self.line.low

    @property
    def high(self) -> Decimal | float | None:
        if self.latest:
            return self.latest.high
        return self.line.high

    @property
    def contribution(self) -> str:
        """What the work may be credited with of what was measured."""
        return impact_words.contribution_words(self.outcome, measured=True) if self.latest else ""

    @property
    def measured_words(self) -> str:
        """“Early: n = 12, Tue 3 Nov”: of how many cases the latest value is, of which day, and whether it is early."""
        if self.latest is None:
            return ""
        values = {"n": self.latest.n, "day": day(self.latest.measured_on)}
        if self.early:
            return (_("Early: n = %(n)s, %(day)s") if self.latest.n else _("Early: %(day)s")) % values
        return (_("n = %(n)s, %(day)s") if self.latest.n else _("Measured on %(day)s")) % values


def results(assignment: Assignment) -> tuple[Result, ...]:
    """Every outcome that the sponsor agreed to, with what was measured of it; in two queries."""
    return results_of([assignment])[assignment.pk]


def results_of(assignments: Sequence[Assignment]) -> dict[int, tuple[Result, ...]]:
    """The same of several assignments by their keys; in two queries."""
    if not assignments:
        return {}
    measured: dict[int, list[Measurement]] = defaultdict(list)
    for row in _measured([each.pk for each in assignments]):
        measured[row.outcome_id].append(row)
    agreed = _agreed([each.option_id for each in assignments])
    return {
        each.pk: tuple(result_of(outcome, measured[outcome.pk]) for outcome in agreed[each.option_id])
        for each in assignments
    }


def agreed_outcomes(assignment: Assignment) -> list[BriefOutcome]:
    """The outcomes of the version that the sponsor said yes to; of the latest one where there were several."""
    return _agreed([assignment.option_id])[assignment.option_id]


@compiled
def _measured(assignments: list[int]) -> QuerySet[Measurement]:
    rows = Measurement.objects.filter(Among("assignment", assignments))
    return rows.select_related("recorded_by").order_by("measured_on", "pk")


@compiled
def _accepted(options: list[int]) -> QuerySet[BriefOutcome]:
    accepted = BriefOutcome.objects.filter(
        Among("version__brief__option", options), version__status=BriefStatus.SPONSOR_ACCEPTED
    )
    return accepted.select_related("version__brief").order_by("-version__number", "pk")


def _agreed(options: list[int]) -> dict[int, list[BriefOutcome]]:
    found: dict[int, list[BriefOutcome]] = defaultdict(list)
    for outcome in _accepted(options):
        same = found[outcome.version.brief.option_id]
        if not same or same[0].version_id == outcome.version_id:
            same.append(outcome)
    return found


def result_of(outcome: BriefOutcome, measurements: Sequence[Measurement]) -> Result:
    """One outcome beside its measurements, in whatever order they come; those taken back count for nothing."""
    ordered = sorted(measurements, key=lambda each: (each.measured_on, each.pk), reverse=True)
    newest = tuple(each for each in ordered if each.taken_back_at is None)
    found = progress(
        float(outcome.baseline),
        float(outcome.target),
        float(newest[0].value) if newest else None,
        keep=outcome.direction == Direction.MAINTAIN,
        tolerance=float(outcome.tolerance or 0),
    )
    shift = run_shift([float(each.value) for each in reversed(newest)])
    return Result(
        line=line_of(outcome),
        measurements=newest,
        progress=found,
        progress_words=impact_words.progress_words(found),
        shift=shift,
        shift_words=impact_words.shift_words(shift),
        taken_back=tuple(each for each in ordered if each.taken_back_at is not None),
    )
