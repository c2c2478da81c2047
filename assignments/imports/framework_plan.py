"""What a framework's file means for the competencies that are here: the right rows, the wrong ones, the tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.people.chains import loops
from stretchhub.tables import Problem, Table, Unreadable

from ..models import Competency, Framework
from .framework_rows import SHOWN, Item, Reader

KEPT_PROBLEMS = 1000
SHOWN_LINKS = 6


@dataclass(frozen=True)
class Choices:
    """How a person said the file is to be read."""

    columns: dict[str, int]
    into: Framework | None = None
    # Whether what is missing in the file is retired.
    whole: bool = False
    # Whether “1.A.1” is part of “1.A”.
    codes_tell_tree: bool = False

    @property
    def has_tree(self) -> bool:
        return self.codes_tell_tree or "parent_uri" in self.columns


@dataclass
class Plan:
    """Right rows as items, each with the key of its parent; problems of the others; what to know of it."""

    table: Table
    choices: Choices
    rows: int = 0
    readable: bool = True
    items: dict[str, Item] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    wrong: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.here: dict[str, Competency] = {}
        if self.choices.into:
            rows = self.choices.into.competencies.prefetch_related("level_descriptors")
            self.here = {one.key: one for one in rows}
        self.key_of = {one.pk: key for key, one in self.here.items()}
        self._by_uri = {one.uri: key for key, one in self.here.items() if one.uri}
        self._seen: dict[str, int] = {}
        self._uris: dict[str, str] = {}
        self._keyless = False
        self._read()
        self._settle()
        self._say()

    def missing(self) -> list[Competency]:
        """Those here that the whole file no longer holds; none while a row is there that cannot be told."""
        if not self.choices.whole or self._keyless or not self.readable:
            return []
        return [one for key, one in self.here.items() if key not in self._seen and not one.retired]

    def _refuse(self, problem: Problem) -> None:
        self.problem_count += 1
        self.wrong.add(problem.row)
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    # --- row by row ---

    def _read(self) -> None:
        reader = Reader(self.table.header, self.choices.columns)
        framework = ("framework", "framework_version")
        first: tuple[str, ...] | None = None
        try:
            for row in self.table.rows():
                self.rows += 1
                for problem in reader.wrong(row):
                    self._refuse(problem)
                key = "" if row.problem else reader.key(row)
                self._keyless = self._keyless or not key
                self._seen_twice(row.number, key, reader)
                named = None if row.problem else tuple(reader.cell(row, name) for name in framework)
                first = first or named
                if named and named != first:
                    words = _("This row is of another framework than the first row. Import one framework at a time.")
                    self._refuse(Problem(row.number, reader.column("framework"), words))
                if row.number not in self.wrong:
                    self._place(reader.read(row))
        except Unreadable as error:
            self.readable = False
            self._refuse(error.problem)
        if self.readable and not self.rows:
            self.readable = False
            self._refuse(Problem(0, "", _("There is no row below the header. Bring the file with its rows.")))

    def _place(self, item: Item) -> None:
        self.items[item.key] = item
        if item.fields.get("uri"):
            self._uris.setdefault(item.fields["uri"], item.key)

    def _seen_twice(self, row: int, key: str, reader: Reader) -> None:
        """Neither of two rows with the same key is believed."""
        first = self._seen.setdefault(key, row) if key else row
        if first == row:
            return
        words = _("Row %(other)d has the same. Keep one of the two.")
        column = next(column for name in ("code", "uri", "name") if (column := reader.column(name)))
        self._refuse(Problem(row, column, words % {"other": first}))
        if self.items.pop(key, None):
            self._refuse(Problem(first, column, words % {"other": row}))

    # --- the tree ---

    def _settle(self) -> None:
        """Parents of the right rows; a circle makes its rows wrong, which may leave others without a parent."""
        while True:
            self.parents = {item.key: self._parent(item) for item in self.items.values()}
            circles = loops(list(self.items), self._up)
            if not circles:
                break
            for circle in circles:
                self._refuse_circle(circle)
        self.problems.sort(key=lambda problem: problem.row)

    def _parent(self, item: Item) -> str | None:
        return next((key for ref in self._refs(item) if (key := self._find(ref))), None)

    def _refs(self, item: Item) -> Iterator[str]:
        yield from item.parents
        code = item.key
        while self.choices.codes_tell_tree and "." in code:
            code = code.rpartition(".")[0]
            yield code

    def _find(self, ref: str) -> str | None:
        key = self._uris.get(ref, ref)
        if key in self.items:
            return key
        key = self._by_uri.get(ref, ref)
        return key if key in self.here else None

    def _up(self, key: str) -> str | None:
        if key in self.items and self.choices.has_tree:
            return self.parents.get(key)
        one = self.here.get(key)
        return self.key_of.get(one.parent_id) if one and one.parent_id else None

    def _refuse_circle(self, circle: list[str]) -> None:
        names = [self._link(key) for key in circle[:SHOWN_LINKS]]
        line = " → ".join([*names, *(["…"] if len(circle) > SHOWN_LINKS else []), names[0]])
        column = ""
        if "parent_uri" in self.choices.columns:
            column = self.table.header[self.choices.columns["parent_uri"]]
        words = _("The tree runs in a circle: %s. Give one of them another parent, or none.") % line
        for key in circle:
            if item := self.items.pop(key, None):
                self._refuse(Problem(item.row, column, words))

    def _link(self, key: str) -> str:
        if item := self.items.get(key):
            return _("row %(row)d (%(name)s)") % {"row": item.row, "name": item.name[:60]}
        return self.here[key].name[:60]

    # --- what to know ---

    def _say(self) -> None:
        lost = [item for item in self.items.values() if item.parents and self.parents.get(item.key) is None]
        if lost:
            words = ngettext(
                "%(n)d row names something broader that is neither in the file nor here (row %(row)d: %(name)s). "
                "It stands at the top.",
                "%(n)d rows name something broader that is neither in the file nor here (the first is row %(row)d: "
                "%(name)s). They stand at the top.",
                len(lost),
            )
            self.notes.append(words % {"n": len(lost), "row": lost[0].row, "name": lost[0].parents[0][:SHOWN]})
        several = [item for item in self.items.values() if len(item.parents) > 1]
        if several:
            words = ngettext(
                "%(n)d row names several broader ones (row %(row)d). The first that is known counts; "
                "the others are left out.",
                "%(n)d rows name several broader ones (the first is row %(row)d). The first that is known counts; "
                "the others are left out.",
                len(several),
            )
            self.notes.append(words % {"n": len(several), "row": several[0].row})
        if self.choices.whole and self._keyless:
            self.notes.append(
                _("A row cannot be told apart, so nothing is retired this time. Mend it and bring the file again.")
            )
