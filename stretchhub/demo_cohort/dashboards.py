"""The sponsors' dashboards, and what stood there when they were last acknowledged."""

from __future__ import annotations

from typing import Any

from assignments.models import Evidence, Milestone
from sponsors.actions.dashboard import rebuild_all
from sponsors.models import Ask, DashboardAcknowledgement, DashboardSnapshot


def build_dashboards() -> None:
    """Build them all, then once more knowing what each sponsor had seen, so that they say what is new."""
    rebuild_all()
    cards = {
        card["pk"]: card
        for content in DashboardSnapshot.objects.values_list("content", flat=True)
        for card in content["cards"]
    }
    for said in DashboardAcknowledgement.objects.all():
        card = cards.get(said.assignment_id)
        if card:
            said.facts = _back_then(card["facts"], said)
            said.save(update_fields=["facts"])
    rebuild_all()


def _back_then(facts: dict[str, Any], said: DashboardAcknowledgement) -> dict[str, Any]:
    """The facts without what happened after the acknowledgement."""
    done = Milestone.objects.filter(assignment=said.assignment_id, done_at__lt=said.acknowledged_at)
    known = {str(pk) for pk in done.values_list("pk", flat=True)}
    later = Evidence.objects.filter(assignment=said.assignment_id, logged_at__gte=said.acknowledged_at)
    unseen = set(later.values_list("pk", flat=True))
    asked = Ask.objects.filter(assignment=said.assignment_id, asked_at__lt=said.acknowledged_at)
    return {
        **facts,
        "milestones": {pk: [due, was and pk in known] for pk, (due, was) in facts["milestones"].items()},
        "evidence": [pk for pk in facts["evidence"] if pk not in unseen],
        "asks": sorted(asked.values_list("pk", flat=True)),
    }
