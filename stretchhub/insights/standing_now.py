"""How many have stretch work and how many wait, as one document that a page reads whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count

from assignments.models import Assignment
from stretchhub.people.models import User

from .models import Step, Wait

# As many as one can choose from.
MOST_DEPARTMENTS = 200


class Tally:
    """What is counted while rows go by, so that nobody has to be counted again."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.days: dict[str, list[int]] = defaultdict(list)
        self.departments: Counter[str] = Counter()

    def seen(self, waits: Iterable[Wait]) -> Iterable[Wait]:
        for wait in waits:
            self.days[wait.step].append((self.day - wait.since).days)
            self.departments.update(and_above(wait.department))
            yield wait

    @property
    def waiting(self) -> int:
        return sum(len(days) for days in self.days.values())


def standing(tally: Tally) -> dict[str, Any]:
    """The whole document; four queries."""
    running = Assignment.objects.running()
    for department, people in running.values_list("mentee__department").order_by().annotate(Count("pk")):
        tally.departments.update(dict.fromkeys(and_above(whole_path(department)), people))
    eligible = User.objects.active().count()
    with_work = running.filter(mentee__is_active=True).values("mentee").distinct().count()
    states = dict(running.values_list("status").order_by("status").annotate(Count("pk")))
    every = [days for own in tally.days.values() for days in own]
    return {
        "eligible": eligible,
        "with_work": with_work,
        "waiting": tally.waiting,
        "without_mentor": max(eligible - with_work - tally.waiting, 0),
        "states": states,
        "median": median(every) if every else None,
        "steps": {step: [len(tally.days[step]), median(tally.days[step])] for step in Step.values if tally.days[step]},
        "departments": sorted(name for name, _n in tally.departments.most_common(MOST_DEPARTMENTS)),
    }


def whole_path(department: str) -> str:
    """A department as people write it, without spaces about its parts and without empty parts."""
    return "/".join(filter(None, map(str.strip, department.split("/"))))


def and_above(department: str) -> list[str]:
    """A department and all that it is part of."""
    parts = department.split("/") if department else []
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]
