"""What stood there when a sponsor acknowledged, and what is different since."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from assignments.status import Judgement

from .cards import Change
from .decided import decided_facts, decided_since
from .shapes import Asked, Work


class Known(NamedTuple):
    """What is on record for one assignment, of what a sponsor may see."""

    milestones: list[Any]
    # Rows as they are read, with the columns of `Seen` and of `Promise`.
    evidence: list[Any]
    outcomes: list[Any]
    measured: dict[int, Any]
    asks: list[Asked]
    scope: list[Any]
    decisions: list[Any]


def facts_of(assignment: Work, known: Known, judged: Judgement) -> dict[str, Any]:
    """What is kept with an acknowledgement, so that the next build can say what is different."""
    return {
        "status": assignment.status,
        "judgement": judged.value,
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else None,
        "charter": assignment.charter.version if assignment.charter else 0,
        "milestones": {str(each.pk): [each.due_on, each.done_at is not None] for each in known.milestones},
        "evidence": [row[0] for row in known.evidence],
        "measured": sorted([each.pk for each in known.measured.values()]) if known.measured else [],
        "asks": sorted([each.pk for each in known.asks]) if known.asks else [],
        **decided_facts(known.scope, known.decisions),
    }


def changes_since(said: Any, facts: dict[str, Any], known: Known) -> tuple[Change, ...]:
    """Where things differ from what was acknowledged; nothing when it was never acknowledged."""
    if said is None or not said.facts:
        return ()
    before = said.facts
    changes = []
    if before["status"] != facts["status"]:
        changes.append(Change("status", facts["status"]))
    elif before["judgement"] != facts["judgement"] and facts["judgement"]:
        changes.append(Change("judgement", facts["judgement"]))
    if before["ends_on"] and facts["ends_on"] and before["ends_on"] != facts["ends_on"]:
        changes.append(Change("ends_on", day=date.fromisoformat(facts["ends_on"])))
    if before["charter"] and before["charter"] != facts["charter"]:
        changes.append(Change("charter"))
    changes += _measured(set(before.get("measured", facts["measured"])), known.outcomes, known.measured)
    changes += _milestones(before["milestones"], known.milestones)
    changes += decided_since(before, known.scope, known.decisions)
    asked = set(before.get("asks", facts["asks"]))
    changes += [Change("ask", each.question, each.needed_by) for each in known.asks if each.pk not in asked]
    seen = set(before["evidence"])
    new = [row for row in known.evidence if row[0] not in seen]
    changes += [Change("evidence", title, on) for _pk, _assignment, _code, title, _changed, on in new]
    return tuple(changes)


def _measured(known: set[int], outcomes: list[Any], measured: dict[int, Any]) -> list[Change]:
    found = [(metric, measured.get(pk)) for pk, _version, metric, *_more in outcomes]
    return [Change("measured", metric, each.measured_on) for metric, each in found if each and each.pk not in known]


def _milestones(before: dict[str, list], milestones: list[Any]) -> list[Change]:
    changes = []
    for each in milestones:
        due_on, done = before.get(str(each.pk), [None, False])
        if each.done_at is not None and not done:
            changes.append(Change("done", each.title))
        elif due_on is None:
            changes.append(Change("added", each.title, each.due_on))
        elif due_on != each.due_on.isoformat():
            changes.append(Change("moved", each.title, each.due_on))
    return changes
