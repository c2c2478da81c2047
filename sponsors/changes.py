"""What stood there when a sponsor acknowledged, and what is different since."""

from __future__ import annotations

from datetime import date
from typing import Any

from assignments.status import Judgement

from .cards import Change
from .decided import decided_facts, decided_since
from .models import Ask, DashboardAcknowledgement
from .rows import Work


def facts_of(
    assignment: Work,
    *,
    milestones: list[Any],
    evidence: list[Any],
    measured: dict[int, Any],
    asks: list[Ask],
    scope: list[Any],
    decisions: list[Any],
    charter: Any | None,
    judged: Judgement,
) -> dict[str, Any]:
    """What is kept with an acknowledgement, so that the next build can say what is different."""
    return {
        "status": assignment.status,
        "judgement": judged.value,
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else None,
        "charter": charter.version if charter else 0,
        "milestones": {str(each.pk): [each.due_on.isoformat(), each.done_at is not None] for each in milestones},
        "evidence": [each.pk for each in evidence],
        "measured": sorted(each.pk for each in measured.values()),
        "asks": sorted(each.pk for each in asks),
        **decided_facts(scope, decisions),
    }


def changes_since(
    said: DashboardAcknowledgement | None,
    facts: dict[str, Any],
    *,
    milestones: list[Any],
    evidence: list[Any],
    outcomes: list[Any],
    measured: dict[int, Any],
    asks: list[Ask],
    scope: list[Any],
    decisions: list[Any],
) -> tuple[Change, ...]:
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
    changes += _measured(set(before.get("measured", facts["measured"])), outcomes, measured)
    changes += _milestones(before["milestones"], milestones)
    changes += decided_since(before, scope, decisions)
    known = set(before.get("asks", facts["asks"]))
    changes += [Change("ask", each.question, each.needed_by) for each in asks if each.pk not in known]
    seen = set(before["evidence"])
    changes += [Change("evidence", each.title, each.happened_on) for each in evidence if each.pk not in seen]
    return tuple(changes)


def _measured(known: set[int], outcomes: list[Any], measured: dict[int, Any]) -> list[Change]:
    found = [(outcome, measured.get(outcome.pk)) for outcome in outcomes]
    return [
        Change("measured", outcome.metric, each.measured_on) for outcome, each in found if each and each.pk not in known
    ]


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
