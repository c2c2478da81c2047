"""Which assignments an export is about: one filter that every table follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assignments.models import Assignment
from stretchhub.env import today
from stretchhub.people.departments import of_department

from ..models import Review

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Scope:
    """What was asked for; people by their code, the cycle by its own, nothing where everything is meant.

    `day` is the day up to which check-ins have come, `reader` the one who asked: answers given in confidence are
    not shown to whoever gave some of them.
    """

    cycle: str = ""
    since: str = ""
    until: str = ""
    department: str = ""
    manager: str = ""
    mentor: str = ""
    sponsor: str = ""
    state: str = ""
    signed_off: str = ""
    active: str = ""
    day: str = ""
    reader: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Scope:
        """The filter as it was kept with an export."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def stored(self) -> dict[str, Any]:
        """What was chosen, and nothing else."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def chosen(self) -> dict[str, str]:
        """What narrows the export, by name."""
        return {name: value for name, value in self.stored().items() if name not in ("day", "reader")}

    @property
    def until_day(self) -> date:
        return date.fromisoformat(self.day) if self.day else today()

    def reviews(self) -> QuerySet[Review]:
        """The final reviews that count: of the cycle, where one is chosen."""
        found = Review.objects.final()
        return found.filter(cycle__code=self.cycle) if self.cycle else found

    def narrow(self, rows: QuerySet, path: str) -> QuerySet:
        """Those rows whose assignment belongs to the export."""
        if not any(name != "cycle" for name in self.chosen()):
            # A rating says by itself which cycle it is of.
            return rows.filter(**{f"{path}__in": self.assignments()}) if self.cycle else rows
        return rows.filter(**{f"{path}__in": self.assignments()})

    def assignments(self) -> QuerySet[Assignment]:
        """The one rule that says which assignments belong to the export."""
        found = Assignment.objects.filter(self._dates(), self._people())
        if self.state:
            found = found.filter(status=self.state)
        if self.cycle:
            asked = Review.objects.asked().filter(cycle__code=self.cycle)
            found = found.filter(Exists(asked.filter(assignment=OuterRef("pk"))))
        if self.signed_off:
            final = Exists(self.reviews().filter(assignment=OuterRef("pk")))
            found = found.filter(final if self.signed_off == YES else ~final)
        return found

    def _people(self) -> Q:
        wanted = Q()
        if self.department:
            wanted &= of_department(self.department, "mentee__department")
        if self.active:
            wanted &= Q(mentee__is_active=self.active == YES)
        people = {"mentee__manager": self.manager, "mentor": self.mentor, "sponsor": self.sponsor}
        return wanted & Q(**{f"{path}__code": code for path, code in people.items() if code})

    def _dates(self) -> Q:
        """Those that ran on some day between the two; what has not begun did not run."""
        wanted = Q()
        if self.since or self.until:
            wanted &= Q(starts_on__isnull=False)
        if self.since:
            wanted &= Q(closed_at__isnull=True) | Q(closed_at__date__gte=self.since)
        if self.until:
            wanted &= Q(starts_on__lte=self.until)
        return wanted
