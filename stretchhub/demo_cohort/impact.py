"""What briefs say with numbers and what stands behind them, and what was measured when the work was done."""

from __future__ import annotations

from typing import Any

from assignments.models import Assignment, BriefClaim, BriefOutcome, BriefReturn, BriefVersion, Measurement

from .cohort import Cohort, Story


def add_outcomes(cohort: Cohort, version: BriefVersion, told: Story) -> None:
    """Each outcome by its row, with all that is known of it besides under the name of its measure."""
    known = {each["metric"]: each for each in told.get("known", [])}
    for metric, unit, base, target, due in told.get("outcomes", []):
        more = {name: value for name, value in known.get(metric, {}).items() if name != "metric"}
        more |= {name: _day(cohort, more[name]) for name in ("baseline_on",) if name in more}
        BriefOutcome.objects.create(
            code=cohort.code(),
            version=version,
            metric=metric,
            unit=unit,
            baseline=base,
            target=target,
            due_on=_day(cohort, due),
            **{"direction": "increase" if target > base else "decrease", **more},
        )


def add_case(cohort: Cohort, version: BriefVersion, told: Story) -> None:
    """The claims with their backing, and what one outcome would be worth."""
    experiments = list(version.brief.option.experiments.order_by("pk"))
    for claim in told.get("claim", []):
        words = {name: value for name, value in claim.items() if name != "experiment"}
        BriefClaim.objects.create(
            code=cohort.code(),
            version=version,
            experiment=experiments[claim["experiment"]] if "experiment" in claim else None,
            created_by=version.written_by,
            created_at=version.created_at,
            **words,
        )
    if money := told.get("money"):
        words = {name: value for name, value in money.items() if name != "metric"}
        outcome = version.outcomes.get(metric=money["metric"])
        BriefReturn.objects.create(version=version, outcome=outcome, **words)


def add_measurements(cohort: Cohort, assignment: Assignment, version: BriefVersion, told: Story) -> int:
    """What the agreed outcomes came to, day by day; how many values there are."""
    outcomes = {outcome.metric: outcome for outcome in version.outcomes.all()}
    rows = told.get("measured", [])
    for row in rows:
        words: dict[str, Any] = {name: row[name] for name in ("value", "low", "high", "n", "note") if name in row}
        by = assignment.mentor if row.get("by") == "mentor" else assignment.mentee
        at = cohort.moment(row["on"], 17, by)
        measurement = Measurement.objects.create(
            code=cohort.code(),
            assignment=assignment,
            outcome=outcomes[row["metric"]],
            measured_on=_day(cohort, row["on"]),
            recorded_by=by,
            recorded_at=at,
            **words,
        )
        cohort.remember(by, "measurement.recorded", measurement, at, ["outcome", *words])
    return len(rows)


def _day(cohort: Cohort, offset: int | None):
    return None if offset is None else cohort.calendar.day(offset)
