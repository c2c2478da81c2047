"""The plan of one assignment: its milestones, a plan to begin from, and what has become of the scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assignments import plan_choice, rules
from assignments.actions import milestone as actions
from assignments.forms.milestone import ProposedSteps, chosen_rows
from assignments.models import Assignment, Milestone, ScopeBaseline
from assignments.planning import Step, out_of_order
from assignments.scope_words import STATES, change_words, figures, scope_sentence
from assignments.scoping import Scope, scope_of
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown


@dataclass(frozen=True)
class PlanLine:
    """A milestone with what its day means today, what it waits for, and its day at kickoff where that was another."""

    milestone: Milestone
    late: bool
    too_early: bool
    waits_for: tuple[str, ...]
    first_due: date | None

    @property
    def done(self) -> bool:
        return self.milestone.done_at is not None


@require_safe
def plan(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code, "option", "charter__approver")
    day = today(request.user.zone)
    scope = scope_of(assignment, today(assignment.mentee.zone))
    milestones = list(Milestone.with_removed.filter(assignment=assignment).prefetch_related("after"))
    standing = [milestone for milestone in milestones if milestone.removed_at is None]
    return render(
        request,
        "assignments/plan.html",
        {
            "assignment": assignment,
            "part": assignment.part_of(request.user),
            "lines": plan_lines(standing, scope.baseline, day),
            "removed": [milestone for milestone in milestones if milestone.removed_at is not None],
            "done_count": sum(milestone.done_at is not None for milestone in standing),
            "may_save": rules.can_save_plan_of(request.user, assignment),
            "may_plan": rules.can_edit_plan(request.user, assignment),
            "may_finish": assignment.part_of(request.user) != "sponsor" and assignment.status in rules.WORKING,
            **_scope_panel(request, assignment, scope),
        },
    )


def plan_lines(milestones: Iterable[Milestone], baseline: ScopeBaseline | None, day: date) -> list[PlanLine]:
    """Each with what is to be said of it; `milestones` come by day with what they wait for."""
    rows = list(milestones)
    titles = {row.pk: row.title for row in rows}
    steps = [Step(row.pk, row.due_on, frozenset(each.pk for each in row.after.all())) for row in rows]
    early = out_of_order([step for step, row in zip(steps, rows, strict=True) if row.done_at is None])
    agreed = {item["code"]: date.fromisoformat(item["due_on"]) for item in (baseline.items if baseline else [])}
    return [
        PlanLine(
            milestone=row,
            late=row.done_at is None and row.due_on < day,
            too_early=row.pk in early,
            waits_for=tuple(titles[pk] for pk in sorted(step.after) if pk in titles),
            first_due=agreed[str(row.code)] if agreed.get(str(row.code), row.due_on) != row.due_on else None,
        )
        for row, step in zip(rows, steps, strict=True)
    ]


def _scope_panel(request: HttpRequest, assignment: Assignment, scope: Scope) -> dict[str, Any]:
    changes = []
    for change in scope.changes:
        change.assignment = assignment
        changes.append(
            {
                "change": change,
                "words": change_words(change),
                "mark": STATES[change.state],
                "decider": rules.decider_of(change),
                "mine": rules.can_decide_scope(request.user, change),
            }
        )
    return {
        "scope": scope,
        "scope_sentence": scope_sentence(scope),
        "figures": figures(scope.drift) if scope.drift else [],
        "changes": changes,
        "may_change_scope": scope.baseline is not None and rules.can_change_scope(request.user, assignment),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def propose(request: HttpRequest, code: Any) -> HttpResponse:
    """A plan to begin from: choose one, change its words and days, and take the steps that fit."""
    assignment = find(request, code, "option", "charter")
    require(rules.can_edit_plan(request.user, assignment))
    choice = plan_choice.chosen(request.user, assignment, request.GET)
    steps = ProposedSteps(request.POST or None, initial=choice.steps, prefix="step")
    if request.method == "POST" and steps.is_valid():
        if rows := chosen_rows(steps, keep_order="keep_order" in request.POST):
            added = actions.add_many(assignment, by=request.user, rows=rows)
            count = len(added)
            words = ngettext("%(count)s milestone added.", "%(count)s milestones added.", count)
            messages.success(request, words % {"count": count})
            return redirect("assignments:plan", assignment.code)
        messages.error(request, _("Choose at least one step."))
    context = {
        "assignment": assignment,
        "part": assignment.part_of(request.user),
        "choice": choice,
        "keep_order": "keep_order" in request.POST,
        "steps": steps,
        "wrong": any(steps.errors),
    }
    return render(request, "assignments/plan_propose.html", context, status=422 if steps.is_bound else 200)
