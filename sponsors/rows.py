"""Everything that the dashboards of some sponsors are made of, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from assignments.signals import judgements
from assignments.status import Judgement
from stretchhub.among import by_assignment
from stretchhub.env import today

from . import questions
from .decided import decision_rows, scope_rows
from .shapes import Asked, Planned, Promise, Risk, Said, Seen, Value, Work, work_of

CLOSED_DAYS = timedelta(days=30)
ANSWERED_DAYS = timedelta(days=30)

Row = TypeVar("Row", bound=NamedTuple)


@dataclass(frozen=True)
class Rows:
    """Everything about some assignments, by assignment or, for what stands in the brief, by option."""

    work: list[Work]
    milestones: Mapping[int, list[Planned]]
    evidence: Mapping[int, list[Seen]]
    outcomes: Mapping[int, list[Promise]]
    risks: Mapping[int, list[Risk]]
    measured: Mapping[int, dict[int, Value]]
    asks: Mapping[int, list[Asked]]
    talks: Mapping[int, date]
    acknowledged: Mapping[int, Any]
    scope: Mapping[int, list[Any]]
    decisions: Mapping[int, list[Any]]
    judged: Mapping[int, Judgement]


def rows_of(sponsors: Collection[int], as_of: datetime, since: Mapping[int, Any] | None) -> Rows:
    """The rows of what these sponsors sponsor; as many queries for one or many."""
    work = [work_of(row) for row in questions.shown(list(sponsors), as_of - CLOSED_DAYS)]
    ids = [each.pk for each in work]
    versions = dict(questions.accepted([each.option_id for each in work]))
    accepted = list(versions)
    milestones = by_assignment(map(Planned._make, questions.milestones(ids)))
    rhythms = {each.pk: each.charter.rhythm for each in work if each.charter}
    return Rows(
        work=work,
        milestones=milestones,
        evidence=by_assignment(map(Seen._make, questions.evidence(ids))),
        outcomes=_by_option(map(Promise._make, questions.outcomes(accepted)), versions),
        risks=_by_option(map(Risk._make, questions.risks(accepted)), versions),
        measured=_by_outcome(map(Value._make, questions.measured(ids))),
        asks=by_assignment(map(Asked._make, questions.asks(ids, as_of - ANSWERED_DAYS))),
        talks=dict(questions.next_talks(ids, today())),
        acknowledged=_acknowledged(ids) if since is None else since,
        scope=scope_rows(ids, as_of),
        decisions=decision_rows(ids, as_of),
        judged=judgements(work, milestones, rhythms),
    )


def _by_option(rows: Iterable[Row], versions: Mapping[int, int]) -> Mapping[int, list[Row]]:
    """Parts of these versions, by the option of each."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[versions[row[1]]].append(row)
    return groups


def _by_outcome(rows: Iterable[Value]) -> Mapping[int, dict[int, Value]]:
    groups: dict[int, dict[int, Value]] = defaultdict(dict)
    for row in rows:
        groups[row.assignment_id][row.outcome_id] = row
    return groups


def _acknowledged(ids: list[int]) -> Mapping[int, Said]:
    return {said.assignment_id: said for said in map(Said._make, questions.acknowledged(ids))}
