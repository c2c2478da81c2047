"""How far work reached when it began: what its option demands, against what had been shown by that day.

What somebody shows later, and the work itself verifies, would make every load look lighter than it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from .assessing import method_now, profiles
from .levels import Entry, current
from .models import Assignment, DemonstratedLevel
from .stretch import COMPONENTS, Stretch, assess


def loads_then(person_id: int, assignments: Iterable[Assignment]) -> dict[int, Stretch]:
    """The stretch of each of this person's assignments on the day it started, by its key; three queries."""
    started = [each for each in assignments if each.starts_on is not None]
    method = method_now()
    entries: dict[int, list[Entry]] = defaultdict(list)
    rows = DemonstratedLevel.objects.filter(person_id=person_id).order_by("dated_on", "pk")
    for component, level, provenance, dated_on in rows.values_list("component", "level", "provenance", "dated_on"):
        entries[component].append(Entry(level, provenance, dated_on))
    asked = profiles([each.option for each in started], {})
    found = {}
    for each in started:
        day = each.starts_on
        by_then = {i: [one for one in entries[i] if one.dated_on <= day] for i in COMPONENTS}
        known = tuple(current(by_then[i], day, method.stale_months).value for i in COMPONENTS)
        found[each.pk] = assess(replace(asked[each.option_id], demonstrated=known), method)
    return found
