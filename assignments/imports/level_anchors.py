"""Level anchors of another scale onto the levels of a framework that is here.

A value v on a scale from 0 to n is laid on 1–5 by round(1 + 4·v/n); several anchors on one level
are joined. Which value it was in the source is kept with each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from stretchhub.audit import trail
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.tables import Problem, Table, TableRow, Unreadable

from ..models import Competency, Framework
from ..rules import can_manage_frameworks
from .framework import SHOWN_TEXT, Change, Report, describe, report_of
from .framework_plan import KEPT_PROBLEMS
from .framework_rows import CONTROL, LONGEST_LEVEL, too_long

SCALE_TOP = 7
LONGEST_SOURCE_VALUE = 40
LONGEST_CHANGES = 500


def level_of(value: float, top: int = SCALE_TOP) -> int:
    """Where a value from 0 to `top` stands on 1–5; halves go up."""
    return int(1 + 4 * value / top + 0.5)


def what_was_changed(top: int = SCALE_TOP) -> str:
    """The sentence that says so, for the framework's changes."""
    return _("Level anchors on a scale of 0–%(top)d were laid on 1–5 by round(1 + 4·v/%(top)d).") % {"top": top}


def where_from(sha256: str, brought_on: date) -> str:
    """The sentence that says which file they came from and when, for the framework's changes."""
    return _from() % {"sum": sha256, "day": brought_on.isoformat()}


def _from() -> str:
    return _("Level anchors from a file with SHA-256 %(sum)s, brought in on %(day)s.")


@dataclass
class Anchors:
    """The right rows by competency and level, and the problems of the others.

    `sha256` and `brought_on` tell which file they are from.
    """

    table: Table
    columns: dict[str, int]
    into: Framework
    sha256: str
    brought_on: date
    top: int = SCALE_TOP
    rows: int = 0
    readable: bool = True
    found: dict[tuple[str, int], list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    wrong: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.into.competencies.prefetch_related("level_descriptors")
        self.here = {one.key: one for one in rows}
        self.here |= {one.uri: one for one in rows if one.uri}
        self._scale: str | None = None
        try:
            for row in self.table.rows():
                self.rows += 1
                self._take(row)
        except Unreadable as error:
            self.readable = False
            self._refuse(error.problem)
        self.changes(self.into)

    def changes(self, framework: Framework) -> str:
        """What was changed in the framework with these anchors; they take the place of those of an earlier file.

        Where there is no room to say so, nothing can be saved.
        """
        rule = what_was_changed(self.top)
        earlier = re.escape(_from() % {"sum": "SUM", "day": "DAY"})
        earlier = earlier.replace("SUM", "[0-9a-f]{64}").replace("DAY", "[0-9]{4}-[0-9]{2}-[0-9]{2}")
        others = re.sub(" {2,}", " ", re.sub(earlier, "", framework.changes.replace(rule, ""))).strip()
        changes = f"{others} {rule} {where_from(self.sha256, self.brought_on)}".strip()
        if len(changes) > LONGEST_CHANGES and self.readable:
            self.readable = False
            words = _("What was changed in this framework leaves no room to say where the levels are from. Shorten it.")
            self._refuse(Problem(0, "", words))
        return changes

    def _refuse(self, problem: Problem) -> None:
        self.problem_count += 1
        self.wrong.add(problem.row)
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def _cell(self, row: TableRow, name: str) -> str:
        return row.cells[self.columns[name]].strip() if name in self.columns else ""

    def _take(self, row: TableRow) -> None:
        if row.problem:
            return self._refuse(row.problem)
        for name, words in self._wrong(row):
            return self._refuse(Problem(row.number, self.table.header[self.columns[name]], words))
        value, text = self._cell(row, "value"), self._cell(row, "text")
        self.found[self._cell(row, "code"), level_of(float(value), self.top)].append((value, text))
        return None

    def _wrong(self, row: TableRow) -> list[tuple[str, str]]:
        wrong = []
        code, value, text, scale = (self._cell(row, name) for name in ("code", "value", "text", "scale"))
        if code not in self.here:
            words = _("There is no “%s” in this framework. Choose the framework it belongs to, or leave the row out.")
            wrong.append(("code", words % code[:80]))
        if not _is_on_scale(value, self.top):
            words = _("“%(value)s” is not a number from 0 to %(top)d.") % {"value": value[:20], "top": self.top}
            wrong.append(("value", words))
        if not text:
            wrong.append(("text", _("It is empty. Say what the level looks like, or leave the row out.")))
        elif len(text) > LONGEST_LEVEL:
            wrong.append(("text", too_long(text, LONGEST_LEVEL)))
        elif CONTROL.search(text):
            wrong.append(("text", _("It holds a control character that cannot be seen. Type the cell again.")))
        if not wrong and self._scale is None:
            self._scale = scale
        if not wrong and scale != self._scale:
            words = _("It is on the scale “%(other)s”, the rows above on “%(scale)s”. Leave the row out.")
            wrong.append(("scale", words % {"other": scale[:20], "scale": self._scale}))
        return wrong

    def descriptors(self) -> list[tuple[Competency, int, str, str]]:
        """Each level that is described: its anchors joined in the order of their values."""
        described = []
        for (code, level), anchors in self.found.items():
            anchors.sort(key=lambda anchor: float(anchor[0]))
            values = ", ".join(dict.fromkeys(value for value, _text in anchors))
            source = _("%(values)s of 0–%(top)d") % {"values": values, "top": self.top}
            words = "\n".join(dict.fromkeys(text for _value, text in anchors))
            described.append((self.here[code], level, words, source[:LONGEST_SOURCE_VALUE]))
        return described


def look(anchors: Anchors, *, by: User) -> Report:
    """Say what the anchors would do, and change nothing."""
    require(can_manage_frameworks(by))
    return _compare(anchors)[0]


@transaction.atomic
def save(anchors: Anchors, *, by: User, skip_errors: bool = False) -> Report:
    """Describe the levels of the framework by these anchors, and say in its changes how they were laid."""
    require(can_manage_frameworks(by))
    framework = Framework.objects.select_for_update().get(pk=anchors.into.pk)
    framework.changes = anchors.changes(framework)
    report, new = _compare(anchors)
    if not anchors.readable or (anchors.wrong and not skip_errors):
        return report
    describe(new)
    framework.save(update_fields=["changes"])
    trail.record(by, "framework.levels_imported", framework, fields=["changes", "level_descriptors"])
    report.framework = framework
    return report


def _compare(anchors: Anchors) -> tuple[Report, list[tuple[Competency, int, str, str]]]:
    report, new = report_of(anchors), []
    for one, level, words, source in anchors.descriptors() if anchors.readable else ():
        before = next((row for row in one.level_descriptors.all() if row.level == level), None)
        if before and (before.text, before.source_value) == (words, source):
            report.count(Change(0, one.name, "unchanged"))
            continue
        new.append((one, level, words, source))
        shown = ((f"level_{level}", before.text[:SHOWN_TEXT] if before else "", words[:SHOWN_TEXT]),)
        report.count(Change(0, one.name, "changed" if before else "added", shown))
    return report, new


def _is_on_scale(value: str, top: int) -> bool:
    try:
        return 0 <= float(value) <= top
    except ValueError:
        return False
