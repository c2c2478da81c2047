"""Everything that the dashboards of some sponsors are made of, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from assignments import signal_rows
from assignments.signals import read_latest
from stretchhub.among import grouped, listed
from stretchhub.env import today

from . import questions
from .decided import decision_rows, scope_rows
from .shapes import Asked, Planned, Said, Value, Work, named, person_of, work_of

CLOSED_DAYS = timedelta(days=30)
ANSWERED_DAYS = timedelta(days=30)

Row = TypeVar("Row", bound=tuple)


@dataclass(frozen=True)
class Rows:
    """Everything about some assignments, by assignment or, for what stands in the brief, by option.

    Of evidence, outcomes and risks there are many, and each is looked at once: they stay as they are read, with the
    columns of `Seen`, `Promise` and `Risk`.
    """

    work: list[Work]
    milestones: Mapping[int, list[Planned]]
    evidence: Mapping[int, list[tuple]]
    outcomes: Mapping[int, list[tuple]]
    risks: Mapping[int, list[tuple]]
    measured: Mapping[int, dict[int, Value]]
    asks: Mapping[int, list[Asked]]
    talks: Mapping[int, date]
    acknowledged: Mapping[int, Any]
    scope: Mapping[int, list[Any]]
    decisions: Mapping[int, list[Any]]
    signals: Mapping[int, signal_rows.Rows]


def rows_of(sponsors: Collection[int], as_of: datetime, since: Mapping[int, Any] | None) -> Rows:
    """The rows of what these sponsors sponsor; as many queries for one or many."""
    work = _work(questions.shown(list(sponsors), as_of - CLOSED_DAYS))
    # Written out once for all that is asked about them.
    ids: list[Any] = [listed([each.pk for each in work])]
    versions = dict(questions.accepted([each.option_id for each in work]))
    accepted: list[Any] = [listed(versions)]
    return Rows(
        work=work,
        milestones=grouped(named(Planned, questions.milestones(ids))),
        evidence=grouped(questions.evidence(ids)),
        outcomes=_by_option(questions.outcomes(accepted), versions),
        risks=_by_option(questions.risks(accepted), versions),
        measured=_by_outcome(named(Value, questions.measured(ids))),
        asks=grouped(named(Asked, questions.asks(ids, as_of - ANSWERED_DAYS))),
        talks=dict(questions.next_talks(ids, today())),
        acknowledged=_acknowledged(ids) if since is None else since,
        scope=scope_rows(ids, as_of),
        decisions=decision_rows(ids, as_of),
        signals=read_latest(work),
    )


def _work(rows: list[tuple[Any, ...]]) -> list[Work]:
    ids = {pk for *_own, mentee, mentor in rows for pk in (mentee, mentor)}
    people = {pk: person_of(*person) for pk, *person in questions.people([*ids])}
    return [work_of(row, people) for row in rows]


def _by_option(rows: Iterable[Row], versions: Mapping[int, int]) -> Mapping[int, list[Row]]:
    """Parts of these versions, by the option of each."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for version, parts in groupby(rows, itemgetter(1)):
        groups[versions[version]] += parts
    return groups


def _by_outcome(rows: Iterable[Value]) -> Mapping[int, dict[int, Value]]:
    groups: dict[int, dict[int, Value]] = defaultdict(dict)
    for row in rows:
        groups[row.assignment_id][row.outcome_id] = row
    return groups


def _acknowledged(ids: list[int]) -> Mapping[int, Said]:
    return {said.assignment_id: said for said in named(Said, questions.acknowledged(ids))}
