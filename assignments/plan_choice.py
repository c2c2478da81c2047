"""Which plan to begin from, with days for its steps: one of the shipped ones, one's own, or one of everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from stretchhub.env import today
from stretchhub.forms import DayField
from stretchhub.people.models import User

from .models import Assignment, SavedPlan
from .plan_templates import TEMPLATES, PlanTemplate, TemplateStep, template_for
from .planning import spread
from .saved_steps import SavedStep, days_from


@dataclass(frozen=True)
class Link:
    key: str
    title: Any
    mine: bool = False


@dataclass(frozen=True)
class PlanChoice:
    """One plan with its steps as rows of a form, beside what else there is to choose from.

    Steps of a saved plan are counted from `start`; the last of them may come after the work ends (`too_late`).
    """

    key: str
    title: Any
    note: Any
    steps: list[dict[str, Any]]
    others: tuple[Link, ...]
    saved: SavedPlan | None = None
    start: date | None = None
    ends_on: date | None = None

    @property
    def too_late(self) -> bool:
        return bool(self.ends_on) and any(step["due_on"] > self.ends_on for step in self.steps if step["due_on"])


def chosen(user: User, assignment: Assignment, asked: Mapping[str, str]) -> PlanChoice:
    """What the address asks for, else the shipped plan for the kind of work; one query."""
    kept = list(SavedPlan.objects.usable_by(user).order_by("for_everybody", "name", "pk"))
    own = [Link(str(plan.code), plan.name, mine=not plan.for_everybody) for plan in kept]
    others = (*own, *(Link(each.key, each.title) for each in TEMPLATES.values()))
    wanted = asked.get("plan", "")
    saved = next((plan for plan in kept if str(plan.code) == wanted), None)
    if saved is not None:
        return _saved(saved, assignment, asked.get("start", ""), others)
    template = template_for(wanted or assignment.option.kind)
    return PlanChoice(template.key, template.title, template.note, _spread(assignment, template), others)


def _saved(plan: SavedPlan, assignment: Assignment, asked: str, others: tuple[Link, ...]) -> PlanChoice:
    """Counted from the day that was asked for, else from the start of the work or, where that is over, from today."""
    begins, ends = assignment.span
    day = today(assignment.mentee.zone)
    start = _day(asked) or max(begins or day, day)
    steps = plan.list_of_steps
    days = days_from(start, steps, assignment.mentee.working_days)
    rows = [_row(step, due, step.after) for step, due in zip(steps, days, strict=True)]
    note = plan.note or (_("For everybody of the programme.") if plan.for_everybody else _("Your own plan."))
    return PlanChoice(str(plan.code), plan.name, note, rows, others, saved=plan, start=start, ends_on=ends)


def _day(asked: str) -> date | None:
    try:
        day = parse_date(asked)
    except ValueError:
        return None
    return day if day and DayField.EARLIEST <= day <= DayField.LATEST else None


def _spread(assignment: Assignment, template: PlanTemplate) -> list[dict[str, Any]]:
    """The steps with days from start to end: of the charter, else of the option's own weeks from today."""
    start, end = assignment.span
    day = today(assignment.mentee.zone)
    days: list[date | None] = [None] * len(template.steps)
    if start and end and end > max(start, day):
        first = max(start, day)
        days = list(spread(first, end, [step.share for step in template.steps], assignment.mentee.working_days))
    return [_row(step, due) for step, due in zip(template.steps, days, strict=True)]


def _row(step: SavedStep | TemplateStep, due: date | None, after: Iterable[int] = ()) -> dict[str, Any]:
    return {
        "chosen": True,
        "title": step.title,
        "definition_of_progress": step.definition_of_progress,
        "due_on": due,
        "weight": step.weight,
        "after": " ".join(map(str, after)),
    }
