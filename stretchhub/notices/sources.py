"""Where slots come from: the rows of a table that are each told on a day; read one by one, or together in one query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from .planner import BATCH, Slot

DAY = timedelta(days=1)
NOBODY = Cast(Value(None), BigIntegerField())


@dataclass(frozen=True)
class Source:
    """Rows that are each one slot, the newest of a group first; `recipient` is a column, or one person for all rows.

    It is told `days_after` its day, or as many days before as the column `days_before` says; `waits` names columns of
    people and how many of their working days are to pass first. Nobody is told who has not `known` of it for so long.
    """

    kind: str
    rows: QuerySet[Any]
    recipient: str | int
    day: str = "due_on"
    group: str = "pk"
    revision: str = ""
    overtaken: str = ""
    days_after: int = 0
    days_before: str = ""
    waits: tuple[tuple[str, int], ...] = ()
    known_since: str = ""
    known_for: timedelta = timedelta(0)

    def __iter__(self) -> Iterator[Slot]:
        """As a planner reads them: however many there are, in the memory of a batch."""
        order = ["pk"] if self.group == "pk" else [self.group, f"-{self.day}", "pk"]
        for row in self.columns().order_by(*order).iterator(chunk_size=BATCH):
            yield self.slot(*row)

    def columns(self, *first: Any) -> QuerySet[Any]:
        """The same columns, of the same types, for every source."""
        to = self.recipient
        waiting = [F(column) for column, _count in self.waits]
        return self.rows.order_by().values_list(
            *first,
            "pk",
            F(self.group),
            Value(to, BigIntegerField()) if isinstance(to, int) else F(to),
            F(self.revision) if self.revision else Value(0, IntegerField()),
            F(self.day),
            F(self.overtaken) if self.overtaken else Value(False, BooleanField()),
            F(self.known_since) if self.known_since else Cast(Value(None), DateTimeField()),
            F(self.days_before) if self.days_before else Value(0, IntegerField()),
            *[*waiting, NOBODY, NOBODY][:2],
        )

    def slot(
        self,
        pk: int,
        group: int,
        recipient: int,
        revision: int,
        day: date,
        overtaken: bool,
        known_since: datetime | None,
        days_before: int,
        *people: int,
    ) -> Slot:
        counts = [count for _column, count in self.waits]
        return Slot(
            self.kind,
            self.rows.model._meta.label_lower,
            pk,
            group,
            recipient,
            revision,
            day,
            day + (self.days_after - days_before) * DAY,
            overtaken=overtaken,
            not_before=known_since + self.known_for if known_since else None,
            waits=tuple(zip(people, counts, strict=False)),
            before=day if self.days_before else None,
        )


def together(sources: Iterable[Source]) -> list[Slot]:
    """The slots of all of these, in the order in which each would be read alone; one query."""
    known = list(sources)
    first, *others = [source.columns(Value(number, IntegerField())) for number, source in enumerate(known)]
    slots = [(number, known[number].slot(*row)) for number, *row in first.union(*others, all=True)]
    # Where each row is a group of its own, the group is its number.
    slots.sort(key=lambda pair: (pair[0], pair[1].group, -pair[1].local_date.toordinal(), pair[1].object_id))
    return [slot for _number, slot in slots]
