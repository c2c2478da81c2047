"""Where the scope of assignments stands against what was agreed at kickoff, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from stretchhub.among import Among

from .assessing import method_now
from .models import Assignment, Charter, Part, Pause, PlanEdit, ScopeBaseline, ScopeChange, ScopeKind, ScopeState
from .objective import digest_of, objective_of
from .scope import Baseline, Drift, Edit, Step, drift, growth_of, silent


@dataclass(frozen=True)
class ScopeSignals:
    """What the status of an assignment asks of its scope; `growth` is a share, None without a baseline."""

    growth: float | None = None
    unapproved: bool = False
    objective_changed: bool = False


NOTHING_MOVED = ScopeSignals()


@dataclass(frozen=True)
class Scope:
    """One assignment's scope: what was agreed, what changed, what waits, and what nobody explained."""

    baseline: ScopeBaseline | None
    drift: Drift | None
    changes: tuple[ScopeChange, ...]
    silent: tuple[PlanEdit, ...]
    objective_changed: bool

    @property
    def waiting(self) -> tuple[ScopeChange, ...]:
        return tuple(change for change in self.changes if change.state == ScopeState.PROPOSED)

    @property
    def signals(self) -> ScopeSignals:
        unapproved = bool(self.waiting or self.silent)
        return ScopeSignals(self.drift.value if self.drift else None, unapproved, self.objective_changed)


def scope_of(assignment: Assignment, day: date) -> Scope:
    """Everything about the scope of one assignment, in five queries."""
    people = ("asked_by", "decided_by", "milestone")
    changes = tuple(ScopeChange.objects.filter(assignment=assignment).select_related(*people))
    edits = list(PlanEdit.objects.filter(assignment=assignment).select_related("milestone", "by"))
    baseline = ScopeBaseline.objects.filter(assignment=assignment).first()
    return Scope(
        baseline=baseline,
        drift=_drift(assignment, baseline, changes) if baseline else None,
        changes=changes,
        silent=_silent(assignment, edits, changes, day),
        objective_changed=_objectives([assignment], {assignment.pk: baseline} if baseline else {}, changes)[
            assignment.pk
        ],
    )


def signals_from(
    assignment: Any,
    baseline: Any,
    changes: Collection[Any],
    edits: Collection[Any],
    *,
    objective: str,
    agreed: int,
    day: date,
) -> ScopeSignals:
    """What the status asks of the scope, from rows read for many at once.

    `agreed` is how many have acknowledged the charter as it is. The same as `scope_of(…).signals`.
    """
    if baseline is None and not changes and not edits:
        return NOTHING_MOVED
    now = digest_of(objective or assignment.outcome)
    decided = {
        digest_of(change.objective)
        for change in changes
        if change.kind == ScopeKind.OBJECTIVE and change.state == ScopeState.APPROVED
    }
    known = baseline is not None and now != baseline.objective_digest and now not in decided
    waits = any(change.state == ScopeState.PROPOSED for change in changes)
    return ScopeSignals(
        growth=_growth(baseline, changes),
        unapproved=waits or bool(_silent(assignment, edits, changes, day)),
        objective_changed=known and agreed < len(Part),
    )


def _growth(baseline: Any, changes: Iterable[Any]) -> float | None:
    return None if baseline is None else growth(float(baseline.hours), changes)


def growth(hours: float, changes: Iterable[Any]) -> float:
    """How far changes have moved the hours agreed, as a share of them; what was declined is not counted."""
    return growth_of(hours, _steps(changes))


def _drift(assignment: Assignment, baseline: ScopeBaseline, changes: Iterable[ScopeChange]) -> Drift:
    paused = Pause.objects.filter(assignment=assignment, until_on__isnull=False).values_list("from_on", "until_on")
    days = sum((until - since).days for since, until in paused)
    ends_on = assignment.ends_on or baseline.ends_on
    return drift(_agreed(baseline), _steps(changes), ends_on, paused_days=days, method=method_now())


def _agreed(baseline: Any) -> Baseline:
    return Baseline(float(baseline.hours), baseline.starts_on, baseline.ends_on)


def _steps(changes: Iterable[Any]) -> list[Step]:
    """The hours of every change that stands, by what it does."""
    return [_step(c) for c in changes if c.state in (ScopeState.PROPOSED, ScopeState.APPROVED)]


def _step(change: Any) -> Step:
    hours = float(change.hours)
    if change.kind == ScopeKind.ADDED:
        return Step(added=abs(hours))
    if change.kind == ScopeKind.REMOVED:
        return Step(removed=abs(hours))
    return Step(changed=hours)


def _silent(assignment: Any, edits: Iterable[Any], changes: Iterable[Any], day: date) -> tuple[Any, ...]:
    """The edits that nobody has explained, oldest first, by the days of the mentee."""
    zone = assignment.mentee.zone
    rows = sorted(edits, key=lambda edit: (edit.at, edit.pk))
    plain = {edit.pk: Edit(edit.at.astimezone(zone).date(), edit.change_id is not None) for edit in rows}
    written = [change.asked_at.astimezone(zone).date() for change in changes]
    unexplained = set(silent(list(plain.values()), written, day))
    return tuple(edit for edit in rows if plain[edit.pk] in unexplained)


def _objectives(
    assignments: Collection[Any], baselines: Mapping[int, ScopeBaseline], changes: Iterable[ScopeChange]
) -> dict[int, bool]:
    """Whether the objective is another than agreed without anybody having decided so.

    Decided is what was approved as a change of scope, and what all three have acknowledged in the charter.
    """
    decided = defaultdict(set)
    for change in changes:
        if change.kind == ScopeKind.OBJECTIVE and change.state == ScopeState.APPROVED:
            decided[change.assignment_id].add(digest_of(change.objective))
    acknowledged = Count("acknowledgements", filter=Q(acknowledgements__charter_version=F("version")))
    rows = Charter.objects.filter(Among("assignment", baselines)).annotate(agreed=acknowledged).order_by()
    charters = {charter.assignment_id: charter for charter in rows.only("assignment_id", "outcome", "version")}
    found = {}
    for assignment in assignments:
        baseline, charter = baselines.get(assignment.pk), charters.get(assignment.pk)
        if baseline is None or charter is None:
            found[assignment.pk] = False
            continue
        now = digest_of(objective_of(assignment, charter))
        same = now == baseline.objective_digest or now in decided[assignment.pk]
        found[assignment.pk] = not same and charter.agreed < len(Part)
    return found
