"""The HR directory's file into people: looked at first, saved only when asked, all or the right rows.

A row is matched by employee id; somebody without one is adopted by e-mail address. Who is not in
the file is left alone. A row whose manager stands on a wrong row is wrong as well, unless that
manager is there already. Empty cells clear job title, department, location and manager; name
to be called by, time zone and language are the person's own and stay.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit import trail
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.tables import Problem

from . import deactivation, former_addresses
from .addresses import confirm
from .directory_plan import Plan
from .directory_rows import Row, changes
from .models import User
from .rules import can_manage_people, require

BATCH = 500
SHOWN_CHANGES = 100
WRITTEN = [
    "email", "full_name", "preferred_name", "employee_id", "job_title", "department", "location", "manager",
    "time_zone", "locale", "is_active", "deactivated_at", "session_epoch",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What one row does: to whom, and which fields; `kind` is created, updated or deactivated."""

    row: int
    name: str
    kind: str
    fields: tuple[str, ...]


@dataclass
class Report:
    """What the file would do, or did when `saved`."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    deactivated: int = 0
    unchanged: int = 0
    wrong: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    readable: bool = True
    saved: bool = False

    @property
    def right(self) -> int:
        return self.created + self.updated + self.deactivated + self.unchanged

    @property
    def changing(self) -> int:
        return self.created + self.updated + self.deactivated


def look(file: BinaryIO, *, by: User | None) -> Report:
    """Say what the file would do, and change nothing."""
    require(by is None or can_manage_people(by))
    return _Import(Plan(file, by=by)).run(save=False)


def save(file: BinaryIO, *, by: User | None, skip_errors: bool = False) -> Report:
    """Import the file in one transaction: every row, or with `skip_errors` the right ones.

    With wrong rows and without `skip_errors`, or when the file cannot be read to its end, nothing
    is saved and the report is the one `look` gives. `by` is None where it is done from the shell.
    """
    require(by is None or can_manage_people(by))
    try:
        with transaction.atomic():
            plan = Plan(file, by=by)
            saving = plan.readable and (skip_errors or not plan.wrong)
            return _Import(plan).run(save=saving)
    except IntegrityError:
        words = _("Somebody changed people at the same moment. Nothing was saved: import the file again.")
        return Report(problem_count=1, problems=[Problem(0, "", words)], readable=False)


class _Import:
    """The second reading of the file: right rows in batches, compared and, when asked, written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.new: dict[str, int] = {}
        self.later: dict[str, list[int]] = {}
        self.former: dict[int, str] = {}
        self.report = Report(
            rows=plan.rows,
            wrong=len(plan.wrong - {0}),
            problem_count=plan.problem_count,
            problems=plan.problems,
            readable=plan.readable,
        )

    def run(self, *, save: bool) -> Report:
        if self.plan.readable:
            for batch in _batches(self.plan.right_rows()):
                self._take(batch, save)
        if save:
            self._managers_that_came_later()
            trail.record(self.plan.by, "people.imported")
            self.report.saved = True
        return self.report

    def _take(self, batch: list[Row], save: bool) -> None:
        who = self.plan.who
        there = User.objects.in_bulk([pk for row in batch if isinstance(pk := who[row.number], int)])
        made, changed, gone = [], [], []
        for row in batch:
            person = there.get(who[row.number])  # type: ignore[call-overload]
            fields = self._fields(row, person)
            kind = _kind(row, person, fields)
            self._count(row, kind, fields)
            if kind == "unchanged" or not save:
                continue
            if person is not None and "email" in fields:
                self.former[person.pk] = person.email
            touched = _filled(row, person or User())
            pair = (touched, fields)
            (made if person is None else changed).append(pair)
            if kind == "deactivated":
                gone.append(touched)
        if save:
            self._write(made, changed, gone)

    def _fields(self, row: Row, person: User | None) -> list[str]:
        manager = self.plan.manager_of(self.plan.who[row.number])
        if person is None:
            return sorted([*(name for name, value in row.fields.items() if value), *(["manager"] if manager else [])])
        fields = changes(row, person)
        if person.manager_id != manager:
            fields.append("manager")
        if person.is_active != row.active:
            fields.append("is_active")
        return sorted(fields)

    def _count(self, row: Row, kind: str, fields: list[str]) -> None:
        setattr(self.report, kind, getattr(self.report, kind) + 1)
        if kind != "unchanged" and len(self.report.changes) < SHOWN_CHANGES:
            self.report.changes.append(Change(row.number, row.fields["full_name"], kind, tuple(fields)))

    def _write(self, made: list, changed: list, gone: list[User]) -> None:
        waiting = [
            (person, manager)
            for person, _fields in (*made, *changed)
            if (manager := self._set_manager(person)) is not None
        ]
        created = User.objects.bulk_create([person for person, _fields in made])
        self.new.update((person.employee_id, person.pk) for person in created)
        User.objects.bulk_create(
            [person for person, _fields in changed],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=WRITTEN,
        )
        for person, manager in waiting:
            self.later.setdefault(manager, []).append(person.pk)
        confirm(created, fresh=True)
        readdressed = [(person, self.former[person.pk]) for person, fields in changed if "email" in fields]
        former_addresses.by_another(readdressed, by=self.plan.by)
        trail.record_many(list(self._entries(made, changed)))
        for person in gone:
            deactivation.tell(person)

    def _set_manager(self, person: User) -> str | None:
        """Link the manager where there is one by now; else say who is still to come further down."""
        manager = self.plan.manager_of(person.pk or person.employee_id or "")
        person.manager_id = self.new.get(manager) if isinstance(manager, str) else manager
        return manager if isinstance(manager, str) and person.manager_id is None else None

    def _managers_that_came_later(self) -> None:
        for employee_id, reports in self.later.items():
            for start in range(0, len(reports), BATCH):
                User.objects.filter(pk__in=reports[start : start + BATCH]).update(manager_id=self.new[employee_id])

    def _entries(self, made: list, changed: list) -> Iterator[AuditEntry]:
        by = self.plan.by
        for person, fields in made:
            yield trail.entry(by, "people.created", person, fields)
        for person, fields in changed:
            plain = [name for name in fields if name != "is_active"]
            if plain:
                yield trail.entry(by, "people.updated", person, plain)
            if "is_active" in fields:
                verb = "people.reactivated" if person.is_active else "people.deactivated"
                yield trail.entry(by, verb, person, ["is_active"])


def _kind(row: Row, person: User | None, fields: list[str]) -> str:
    if person is None:
        return "created"
    if not fields:
        return "unchanged"
    return "deactivated" if "is_active" in fields and not row.active else "updated"


def _filled(row: Row, person: User) -> User:
    """The person as the row wants them; a password is never set here."""
    for name, value in row.fields.items():
        setattr(person, name, value)
    if person.pk is None:
        person.password = f"{UNUSABLE_PASSWORD_PREFIX}{secrets.token_urlsafe(30)}"
        person.is_active = row.active
        person.deactivated_at = None if row.active else now()
    elif person.is_active != row.active:
        person.is_active = row.active
        person.deactivated_at = None if row.active else now()
        person.session_epoch += 1
    return person


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
