"""Plans that people have kept to begin other work from, and those that everybody can use."""

from __future__ import annotations

import tomllib
from pathlib import Path

from assignments.models import SavedPlan
from assignments.models.saved_plan import as_kept
from assignments.saved_steps import SavedStep

from .cohort import Cohort, Story

PLANS = Path(__file__).with_name("plans.toml")


def add_plans(cohort: Cohort) -> None:
    for told in tomllib.loads(PLANS.read_text(encoding="utf-8"))["plan"]:
        _add(cohort, told)


def _add(cohort: Cohort, told: Story) -> None:
    maker = cohort.people[told["by"]]
    at = cohort.moment(told["at"], 11, maker)
    plan = SavedPlan.objects.create(
        code=cohort.code(),
        name=told["name"],
        note=told["note"],
        steps=as_kept([SavedStep(*words, tuple(after)) for *words, after in told["steps"]]),
        made_by=maker,
        for_everybody=told.get("everybody", False),
        offered_at=cohort.moment(told["offered"], 14, maker) if "offered" in told else None,
        created_at=at,
    )
    cohort.remember(maker, "plan.saved", plan, at, ["name", "note", "steps"])
    if plan.offered_at:
        cohort.remember(maker, "plan.offered", plan, plan.offered_at, ["offered_at"])
