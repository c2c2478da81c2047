"""A framework's file into competencies: looked at first, saved only when asked, all or the right rows.

A competency is known by its code, else its address, else its name. Nothing is ever deleted: what the
source gave up is retired, and what it takes up again comes back. Columns that were not chosen leave
what is here as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit import trail
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.tables import Problem, Table

from ..models import Competency, Framework, LevelDescriptor, Opportunity, OpportunityCompetency
from ..rules import can_manage_frameworks
from .framework_plan import Choices, Plan
from .framework_rows import Item

BATCH = 500
SHOWN_CHANGES = 100
SHOWN_TEXT = 160
WRITTEN = ["uri", "name", "description", "kind", "alt_labels", "parent", "retired", "search"]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one competency: added, changed, retired or returned; each field before and after."""

    row: int
    name: str
    kind: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Report:
    """What the file would do, or did when `saved`."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    retired: int = 0
    returned: int = 0
    unchanged: int = 0
    wrong: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True
    framework: Framework | None = None

    @property
    def saved(self) -> bool:
        return self.framework is not None

    @property
    def changing(self) -> int:
        return self.added + self.changed + self.retired + self.returned

    @property
    def right(self) -> int:
        return self.changing + self.unchanged

    def count(self, change: Change) -> None:
        setattr(self, change.kind, getattr(self, change.kind) + 1)
        if change.kind != "unchanged" and len(self.changes) < SHOWN_CHANGES:
            self.changes.append(change)


def report_of(plan: Any) -> Report:
    return Report(
        rows=plan.rows,
        wrong=len(plan.wrong - {0}),
        problem_count=plan.problem_count,
        problems=plan.problems,
        notes=plan.notes,
        readable=plan.readable,
    )


def look(table: Table, choices: Choices, *, by: User) -> Report:
    """Say what the file would do, and change nothing."""
    require(can_manage_frameworks(by))
    return _Import(Plan(table, choices)).compare().report


def save(
    table: Table, choices: Choices, *, by: User, words: Mapping[str, Any], sha256: str, skip_errors: bool = False
) -> Report:
    """Import the file in one transaction: every row, or with `skip_errors` the right ones.

    `words` are the framework's details as the person wrote them. With wrong rows and without
    `skip_errors`, or when the file cannot be read to its end, nothing is saved and the report is
    the one `look` gives.
    """
    require(can_manage_frameworks(by))
    try:
        with transaction.atomic():
            if choices.into:
                Framework.objects.select_for_update().get(pk=choices.into.pk)
            importing = _Import(Plan(table, choices)).compare()
            if importing.plan.readable and (skip_errors or not importing.plan.wrong):
                importing.write(_framework(choices, words, sha256, by), by)
            return importing.report
    except IntegrityError:
        message = _("Somebody changed this framework at the same moment. Nothing was saved: look at it again.")
        return Report(problem_count=1, problems=[Problem(0, "", message)], readable=False)


def _framework(choices: Choices, words: Mapping[str, Any], sha256: str, by: User) -> Framework:
    known = {**words, "sha256": sha256, "imported_by": by, "imported_at": now()}
    if choices.into is None:
        return Framework.objects.create(**known)
    Framework.objects.filter(pk=choices.into.pk).update(**known)
    return Framework.objects.get(pk=choices.into.pk)


class _Import:
    """The items of a plan compared with what is here and, when asked, written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.report = report_of(plan)
        # As they are now: the rows change while they are compared.
        self.names = {key: one.name for key, one in plan.here.items()}
        self.made: dict[str, Competency] = {}
        self.touched: dict[str, Competency] = {}
        self.levels: list[tuple[str, int, str]] = []
        self.entries: list[tuple[str, Competency, list[str]]] = []

    def compare(self) -> _Import:
        if not self.plan.readable:
            return self
        for item in self.plan.items.values():
            one = self.plan.here.get(item.key)
            self.report.count(self._new(item) if one is None else self._known(item, one))
        for one in self.plan.missing():
            self.report.count(Change(0, one.name, "retired"))
            self._touch(one, "competency.retired", ["retired"]).retired = True
        return self

    def _new(self, item: Item) -> Change:
        one = Competency(key=item.key, retired=item.retired, **item.fields)
        one.search = one.words_to_search()
        self.made[item.key] = one
        self._describe(item, {})
        return Change(item.row, item.name, "added")

    def _known(self, item: Item, one: Competency) -> Change:
        before = {name: getattr(one, name) for name in item.fields}
        fields = [(name, before[name], value) for name, value in item.fields.items() if before[name] != value]
        fields += self._other_parent(item, one)
        words = {level.level: level.text for level in one.level_descriptors.all()}
        fields += [
            (f"level_{level}", words.get(level, ""), text)
            for level, text in item.levels.items()
            if words.get(level) != text
        ]
        if not fields and one.retired == item.retired:
            return Change(item.row, item.name, "unchanged")
        kind = "changed"
        if one.retired != item.retired:
            kind = "retired" if item.retired else "returned"
        self._describe(item, words)
        verb = "competency.edited" if kind == "changed" else f"competency.{kind}"
        self._touch(one, verb, [name for name, _before, _after in fields] + ["retired"] * (kind != "changed"))
        for name, value in item.fields.items():
            setattr(one, name, value)
        one.retired, one.search = item.retired, one.words_to_search()
        shown = tuple((name, old[:SHOWN_TEXT], new[:SHOWN_TEXT]) for name, old, new in fields)
        return Change(item.row, item.name, kind, shown)

    def _other_parent(self, item: Item, one: Competency) -> list[tuple[str, str, str]]:
        if not self.plan.choices.has_tree:
            return []
        key = self.plan.parents.get(item.key)
        before = self.plan.key_of.get(one.parent_id) if one.parent_id else None
        if before == key:
            return []
        return [("parent", self.names[before] if before else "", self._name_of(key))]

    def _name_of(self, key: str | None) -> str:
        if key is None:
            return ""
        return self.plan.items[key].name if key in self.plan.items else self.names[key]

    def _touch(self, one: Competency, verb: str, fields: list[str]) -> Competency:
        self.touched[one.key] = one
        self.entries.append((verb, one, fields))
        return one

    def _describe(self, item: Item, before: Mapping[int, str]) -> None:
        self.levels += [(item.key, level, text) for level, text in item.levels.items() if before.get(level) != text]

    def write(self, framework: Framework, by: User) -> None:
        """New ones first, then every changed one and every new one that has a parent by now."""
        for one in self.made.values():
            one.framework = framework
        everyone = {**self.plan.here, **self.made}
        Competency.objects.bulk_create(self.made.values(), batch_size=BATCH)
        changed = dict(self.touched)
        if self.plan.choices.has_tree:
            for key, parent in self.plan.parents.items():
                one = everyone[key]
                wanted = everyone[parent].pk if parent else None
                if one.parent_id != wanted:
                    one.parent_id = wanted
                    changed[key] = one
        upsert(changed.values())
        describe((everyone[key], level, text, "") for key, level, text in self.levels)
        find_anew(one.pk for key, one in self.touched.items() if one.name != self.names[key])
        trail.record(by, "framework.imported", framework, fields=["competencies"])
        trail.record_many([trail.entry(by, verb, one, fields) for verb, one, fields in self.entries])
        self.report.framework = framework


def upsert(rows: Iterable[Competency]) -> None:
    """Write rows that are there already, many at once."""
    Competency.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def find_anew(renamed: Iterable[int]) -> None:
    """Let what is on offer be found by the names that its competencies have now."""
    pks = list(renamed)
    for start in range(0, len(pks), BATCH):
        naming = OpportunityCompetency.objects.filter(competency__in=pks[start : start + BATCH])
        offered = list(naming.order_by("opportunity").values_list("opportunity", flat=True).distinct())
        for first in range(0, len(offered), BATCH):
            # Held until the end: of somebody who changes one meanwhile no word is written over.
            held = Opportunity.objects.filter(pk__in=offered[first : first + BATCH]).order_by("pk").select_for_update()
            rows = list(held.prefetch_related("contributions__competency"))
            for row in rows:
                row.search = row.words_to_search(each.competency.name for each in row.contributions.all())
            Opportunity.objects.bulk_update(rows, ["search"], batch_size=BATCH)


def describe(levels: Iterable[tuple[Competency, int, str, str]]) -> None:
    """Say what levels look like, in place of what was said before."""
    LevelDescriptor.objects.bulk_create(
        [
            LevelDescriptor(competency_id=one.pk, level=level, text=text, source_value=value)
            for one, level, text, value in levels
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["competency", "level"],
        update_fields=["text", "source_value"],
    )
