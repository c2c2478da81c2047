"""A file of holidays, looked at before anything is saved: a day, its name, and where it holds.

The file is whole for each year and place that it names: what stands there and not in the file goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import IO

from django.utils.translation import gettext as _

from stretchhub.tables import Limits, Problem, Table, Unreadable, open_table

from .models import Holiday

COLUMNS = ("date", "name", "location")
NEEDED = ("date", "name")
LIMITS = Limits(rows=2_000, columns=40)
SHOWN = 200
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
LONGEST = {name: Holiday._meta.get_field(name).max_length or 0 for name in ("name", "location")}


@dataclass(frozen=True, order=True)
class Day:
    """One holiday as the file has it."""

    on: date
    location: str
    name: str


@dataclass
class Plan:
    """What the file would do."""

    added: list[Day] = field(default_factory=list)
    renamed: list[Day] = field(default_factory=list)
    removed: list[Day] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return len(self.added) + len(self.renamed) + len(self.removed)

    @property
    def can_be_saved(self) -> bool:
        return bool(self.days) and not self.problems and self.changes > 0

    @property
    def shown_problems(self) -> list[Problem]:
        return self.problems[:SHOWN]

    @property
    def more_problems(self) -> int:
        return max(0, len(self.problems) - SHOWN)


def look(file: IO[bytes]) -> Plan:
    """What is in the file beside what is known; with a wrong row nothing of it can be saved."""
    plan = Plan()
    try:
        _read(open_table(file, limits=LIMITS), plan)
    except Unreadable as unreadable:
        plan.problems.append(unreadable.problem)
    compare(plan)
    return plan


def compare(plan: Plan) -> None:
    """Set the days of the file beside those that stand for the same years and places."""
    wanted = {(day.on, day.location.casefold()): day for day in plan.days}
    spans = {(day.on.year, day.location.casefold()) for day in plan.days}
    years = {year for year, _place in spans}
    known = {}
    for holiday in Holiday.objects.filter(on__year__in=years):
        if (holiday.on.year, holiday.location.casefold()) in spans:
            known[(holiday.on, holiday.location.casefold())] = Day(holiday.on, holiday.location, holiday.name)
    plan.added = sorted(day for key, day in wanted.items() if key not in known)
    plan.renamed = sorted(day for key, day in wanted.items() if key in known and known[key] != day)
    plan.removed = sorted(day for key, day in known.items() if key not in wanted)
    plan.unchanged = len(wanted) - len(plan.added) - len(plan.renamed)


def _read(table: Table, plan: Plan) -> None:
    names = [" ".join(cell.split()).casefold() for cell in table.header]
    missing = [name for name in NEEDED if name not in names]
    for name in missing:
        plan.problems.append(
            Problem(table.header_row, name, _("This column is missing. Name it “%(name)s”.") % {"name": name})
        )
    if missing:
        return
    where = {name: names.index(name) for name in COLUMNS if name in names}
    seen: dict[tuple[date, str], int] = {}
    for row in table.rows():
        if row.problem:
            plan.problems.append(row.problem)
            continue
        cells = {name: " ".join(row.cells[place].split()) for name, place in where.items()}
        if not any(cells.values()):
            continue
        _take(row.number, cells, seen, plan)


def _take(row: int, cells: dict[str, str], seen: dict[tuple[date, str], int], plan: Plan) -> None:
    wrong = _wrong(row, cells)
    if wrong:
        plan.problems += wrong
        return
    day = Day(date.fromisoformat(cells["date"]), cells.get("location", ""), cells["name"])
    key = (day.on, day.location.casefold())
    if key in seen:
        words = _("The same day and place stand in row %(row)s already. Leave one of them out.")
        plan.problems.append(Problem(row, "date", words % {"row": seen[key]}))
        return
    seen[key] = row
    plan.days.append(day)


def _wrong(row: int, cells: dict[str, str]) -> list[Problem]:
    problems = []
    try:
        in_time = EARLIEST <= date.fromisoformat(cells["date"]) <= LATEST
    except ValueError:
        in_time = False
    if not in_time:
        problems.append(Problem(row, "date", _("Write the day as 2027-12-25.")))
    if not cells["name"]:
        problems.append(Problem(row, "name", _("Say what the day is called.")))
    for name, longest in LONGEST.items():
        if len(cells.get(name, "")) > longest:
            problems.append(Problem(row, name, _("Use at most %(n)s letters.") % {"n": longest}))
    return problems
