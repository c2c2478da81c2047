"""The rows that dashboards are made of, each with the columns that are asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from stretchhub.localtime import zone_of
from stretchhub.people.models.person import name_of


class Person(NamedTuple):
    name: str
    zone: ZoneInfo


class Agreed(NamedTuple):
    """A charter, and whether the sponsor has acknowledged the version it has now."""

    version: int
    rhythm: str
    starts_on: date | None
    ends_on: date | None
    updated_at: str
    agreed: bool


class Work(NamedTuple):
    """An assignment with its charter and two people; what is asked of it here has the names the model gives it."""

    pk: int
    code: str
    revision: int
    option_id: int
    sponsor_id: int
    title: str
    outcome: str
    status: str
    ending: str
    pause_reason: str
    starts_on: date | None
    ends_on: date | None
    resumed_on: date | None
    charter: Agreed | None
    mentee: Person
    mentor: Person


class Planned(NamedTuple):
    """A milestone; `done_at` is None while it is not done, and then only says that it is."""

    pk: int
    assignment_id: int
    title: str
    definition_of_progress: str
    due_on: date
    weight: int
    done_at: bool | None


class Seen(NamedTuple):
    """Evidence that is shared with the sponsor."""

    pk: int
    assignment_id: int
    code: str
    title: str
    changed: str
    happened_on: date


class Promise(NamedTuple):
    """A measure of the accepted brief; its numbers are text."""

    pk: int
    version_id: int
    metric: str
    unit: str
    direction: str
    due_on: date | None
    counter_metric: str
    estimate: str
    attribution: str
    other_causes: str
    tolerance: str | None
    baseline: str
    target: str
    low: str | None
    high: str | None


class Risk(NamedTuple):
    pk: int
    version_id: int
    risk: str
    trigger: str
    mitigation: str


class Value(NamedTuple):
    """What a measure came to; its numbers are text."""

    pk: int
    assignment_id: int
    outcome_id: int
    value: str
    low: str | None
    high: str | None
    n: int | None
    measured_on: date


class Asked(NamedTuple):
    """What was asked of the sponsor, and who answered it; nobody while it waits."""

    pk: int
    assignment_id: int
    addressee_id: int
    addressee__time_zone: str
    state: str
    question: str
    needed_by: date
    answered_at: datetime | None
    answered_by__full_name: str
    answered_by__preferred_name: str


class Said(NamedTuple):
    """What stood there when a sponsor acknowledged it."""

    assignment_id: int
    sponsor_id: int
    revision: int
    acknowledged_at: datetime
    facts: dict[str, Any]


# From where the columns of the charter stand in a row of work; the two people come last.
OWN = len(Work._fields) - 3
PEOPLE = OWN + len(Agreed._fields)


Row = TypeVar("Row", bound=tuple)


def named(kind: type[Row], rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    """Rows of just the columns of this kind, which `questions` takes care of: they are not counted for each again."""
    return map(partial(tuple.__new__, kind), rows)


def person_of(full_name: str, preferred_name: str, time_zone: str) -> Person:
    return Person(name_of(full_name, preferred_name), zone_of(time_zone))


def work_of(row: tuple[Any, ...], people: Mapping[int, Person]) -> Work:
    new = tuple.__new__
    charter = new(Agreed, row[OWN:PEOPLE]) if row[OWN] is not None else None
    mentee, mentor = row[PEOPLE:]
    return new(Work, (*row[:OWN], charter, people[mentee], people[mentor]))
