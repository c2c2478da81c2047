"""What the work takes of the mentee, as the two told each other: read for their page alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .assessing import load_of, method_now, running_hours
from .models import Assignment, Charter, CheckInAnswer, WorkloadResponse
from .workload import Guard, Said, Workload, guard, lately

SHOWN = 8


@dataclass(frozen=True)
class Told:
    """One check-in: how each saw the load, and the hours the mentee named."""

    due_on: date
    load: int | None = None
    mentor_load: int | None = None
    hours: Decimal | None = None


@dataclass(frozen=True)
class Load:
    """Everything the page shows; `response` is what the two last decided to do about too much."""

    agreed: Decimal | None
    lately: float | None
    week: Workload
    guard: Guard
    told: tuple[Told, ...]
    response: WorkloadResponse | None


def load_on(assignment: Assignment) -> Load:
    """Four queries, with the option, its mentorship and the charter loaded."""
    charter: Charter | None = getattr(assignment, "charter", None)
    response = WorkloadResponse.objects.filter(assignment=assignment).select_related("by").first()
    answers = CheckInAnswer.objects.filter(check_in__assignment=assignment, check_in__cancelled_at__isnull=True)
    rows = list(answers.select_related("check_in").order_by("check_in__due_on", "answered_at"))
    own = [row for row in rows if row.by_id == assignment.mentee_id]
    since = [row for row in own if response is None or row.answered_at > response.at]
    hours = lately([_said(row) for row in own])
    option = assignment.option
    taken = Decimal(str(round(hours, 1))) if hours else charter.hours_per_week if charter else None
    running = running_hours(assignment.mentee_id)
    week = load_of(option, option.mentorship, method_now(), running=running, agreed=taken)
    agreed = charter.hours_per_week if charter else None
    return Load(
        agreed=agreed,
        lately=hours,
        week=week,
        guard=guard([_said(row) for row in since], float(agreed) if agreed else None, week.light),
        told=_told(assignment, rows),
        response=response,
    )


def _said(row: CheckInAnswer) -> Said:
    return Said(row.load, float(row.hours) if row.hours is not None else None)


def _told(assignment: Assignment, rows: list[CheckInAnswer]) -> tuple[Told, ...]:
    """By check-in, the newest first, as far as anything was told at it."""
    found: dict[date, dict[str, CheckInAnswer]] = {}
    for row in rows:
        part = "mentee" if row.by_id == assignment.mentee_id else "mentor"
        found.setdefault(row.check_in.due_on, {})[part] = row
    told = [
        Told(
            day,
            sides["mentee"].load if "mentee" in sides else None,
            sides["mentor"].load if "mentor" in sides else None,
            sides["mentee"].hours if "mentee" in sides else None,
        )
        for day, sides in sorted(found.items(), reverse=True)
    ]
    return tuple(each for each in told if (each.load, each.mentor_load, each.hours) != (None, None, None))[:SHOWN]
