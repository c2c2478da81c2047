"""What a directory file means for the people who are there: who is whom, and which rows are wrong.

Only ids, addresses and who reports to whom are kept in memory, so that a long file stays small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from stretchhub.tables import Problem, Unreadable

from .chains import loops
from .directory import records
from .directory_rows import Row, read, wrong
from .models import Role, RoleGrant, User

KEPT_PROBLEMS = 1000
SHOWN_LINKS = 6

# A person who is there already is known by primary key, a new one by employee id.
Who = int | str


@dataclass
class People:
    """Who is there already."""

    by_id: dict[str, int] = field(default_factory=dict)
    by_email: dict[str, int] = field(default_factory=dict)
    managers: dict[int, int] = field(default_factory=dict)
    without_id: set[int] = field(default_factory=set)
    administrators: set[int] = field(default_factory=set)
    # Deactivated: the role comes back with them.
    former_administrators: set[int] = field(default_factory=set)

    @classmethod
    def now(cls) -> People:
        people = cls()
        rows = User.objects.order_by().values_list("pk", "employee_id", "email", "manager_id")
        for pk, employee_id, email, manager in rows.iterator(chunk_size=2000):
            people.by_email[email] = pk
            if employee_id is None:
                people.without_id.add(pk)
            else:
                people.by_id[employee_id] = pk
            if manager is not None:
                people.managers[pk] = manager
        for pk, active in RoleGrant.objects.filter(role=Role.ADMINISTRATOR).values_list("user", "user__is_active"):
            (people.administrators if active else people.former_administrators).add(pk)
        return people

    def find(self, row: Row) -> int | None:
        """By employee id; else somebody without one who has this e-mail address."""
        if row.employee_id in self.by_id:
            return self.by_id[row.employee_id]
        found = self.by_email.get(row.email)
        return found if found in self.without_id else None


class Plan:
    """The right rows of a file and the problems of the others."""

    def __init__(self, file: BinaryIO, *, by: User | None) -> None:
        self.file = file
        self.by = by
        self.people = People.now()
        self.rows = 0
        self.readable = True
        self.problems: list[Problem] = []
        self.problem_count = 0
        self.wrong: set[int] = set()
        self.who: dict[int, Who] = {}
        self.row_of: dict[Who, int] = {}
        self.manager_ids: dict[int, str] = {}
        self.leaving: dict[int, int] = {}
        self._ids: dict[str, int] = {}
        self._emails: dict[str, int] = {}
        self._doubled: set[tuple[str, int]] = set()
        self._read_all()
        self._settle()

    def right_rows(self) -> Iterator[Row]:
        """The right rows, read again from the file."""
        for record in records(self.file):
            if record.row not in self.wrong:
                yield read(record)

    def manager_of(self, who: Who) -> Who | None:
        """Whom this person will report to once the right rows are in."""
        row = self.row_of.get(who)
        if row is None or row in self.wrong:
            return self.people.managers.get(who) if isinstance(who, int) else None
        return self._named(self.manager_ids[row]) if row in self.manager_ids else None

    def _named(self, employee_id: str) -> Who | None:
        if employee_id in self.people.by_id:
            return self.people.by_id[employee_id]
        row = self._ids.get(employee_id)
        return None if row is None or row in self.wrong else self.who[row]

    def _refuse(self, problem: Problem) -> None:
        self.problem_count += 1
        self.wrong.add(problem.row)
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    # --- row by row ---

    def _read_all(self) -> None:
        try:
            for record in records(self.file):
                self.rows += 1
                for problem in wrong(record):
                    self._refuse(problem)
                self._seen_twice(record.row, record.cells)
                if record.row not in self.wrong:
                    self._place(read(record))
        except Unreadable as error:
            self.readable = False
            self._refuse(error.problem)

    def _seen_twice(self, row: int, cells: dict[str, str]) -> None:
        """Neither of two rows with the same id or address is believed."""
        for column, seen in (("employee_id", self._ids), ("email", self._emails)):
            value = cells.get(column, "").lower() if column == "email" else cells.get(column, "")
            if not value:
                continue
            first = seen.setdefault(value, row)
            if first != row:
                words = _("Row %(other)d has the same. Keep one of the two.")
                self._refuse(Problem(row, column, words % {"other": first}))
                if (column, first) not in self._doubled:
                    self._doubled.add((column, first))
                    self._refuse(Problem(first, column, words % {"other": row}))

    def _place(self, row: Row) -> None:
        person = self.people.find(row)
        owner = self.people.by_email.get(row.email)
        if owner is not None and owner != person:
            self._refuse(Problem(row.number, "email", self._belongs_to(owner)))
        if person is not None:
            self._protected(row, person, owner)
        who: Who = row.employee_id if person is None else person
        self.who[row.number] = who
        self.row_of[who] = row.number
        if row.manager_id:
            self.manager_ids[row.number] = row.manager_id
        if person is not None and not row.active:
            self.leaving[row.number] = person

    def _belongs_to(self, owner: int) -> str:
        words = _("The address belongs to another person. Correct it, or change theirs first.")
        if len(self.problems) >= KEPT_PROBLEMS:
            return words
        other = User.objects.get(pk=owner)
        return _("The address belongs to another person, %(name)s (%(id)s). Correct it, or change theirs first.") % {
            "name": other.full_name,
            "id": other.employee_id or _("no employee id"),
        }

    def _protected(self, row: Row, person: int, owner: int | None) -> None:
        """Nobody locks themselves out, and only administrators touch how an administrator signs in, or would again."""
        if self.by is None:
            return
        here, gone = (person in people for people in (self.people.administrators, self.people.former_administrators))
        if not row.active and person == self.by.pk:
            self._refuse(Problem(row.number, "active", _("This is you. Somebody else must deactivate you.")))
        elif not self.by.is_administrator and (here or gone) and (owner != person or row.active != here):
            column = "email" if owner != person else "active"
            words = _("This person is an administrator. Ask an administrator to change this.")
            self._refuse(Problem(row.number, column, words))

    # --- all rows together ---

    def _settle(self) -> None:
        """A wrong row can make others wrong: those who report to it, and loops it would have undone."""
        while True:
            before = len(self.wrong)
            self._last_administrator()
            self._managers_missing()
            self._loops()
            if len(self.wrong) == before:
                break
        self.problems.sort(key=lambda problem: problem.row)

    def _last_administrator(self) -> None:
        leaving = {row: pk for row, pk in self.leaving.items() if row not in self.wrong}
        if self.people.administrators and self.people.administrators <= set(leaving.values()):
            for row, person in leaving.items():
                if person in self.people.administrators:
                    words = _("No administrator would be left. Make somebody else administrator first.")
                    self._refuse(Problem(row, "active", words))

    def _managers_missing(self) -> None:
        waiting = [row for row in self.manager_ids if row not in self.wrong]
        while waiting:
            missing = [row for row in waiting if self._named(self.manager_ids[row]) is None]
            for row in missing:
                self._refuse(Problem(row, "manager_employee_id", self._why_missing(self.manager_ids[row])))
            waiting = [row for row in waiting if row not in self.wrong] if missing else []

    def _why_missing(self, employee_id: str) -> str:
        row = self._ids.get(employee_id)
        if row is None:
            return (
                _("Nobody has the employee id “%s”, here or in this file. Correct it or leave it empty.") % employee_id
            )
        return _("The manager is on row %d, which is wrong. Mend that row first.") % row

    def _loops(self) -> None:
        right = [who for who, row in self.row_of.items() if row not in self.wrong]
        for loop in loops(right, self.manager_of):
            line = self._line(loop)
            for who in loop:
                if who in self.row_of and self.row_of[who] not in self.wrong:
                    words = _("Managers in a circle: %s. Give one of them another manager.")
                    self._refuse(Problem(self.row_of[who], "manager_employee_id", words % line))

    def _line(self, loop: list[Who]) -> str:
        shown = loop[:SHOWN_LINKS]
        known = [who for who in shown if isinstance(who, int)]
        people = User.objects.in_bulk(known)
        names = [who if isinstance(who, str) else people[who].employee_id or people[who].email for who in shown]
        return " → ".join([*names, *(["…"] if len(loop) > SHOWN_LINKS else []), names[0]])
