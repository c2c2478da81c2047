"""What a new option begins with, as the address that led to its form says; whatever means nothing is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from ..models import Audience, Competency, Goal, Kind, Mentorship, OptionRole

CHOICES = {"audience": Audience.values, "kind": Kind.values, "role": OptionRole.values}
LONGEST = 120


def prefilled(asked: Mapping[str, str], mentorship: Mentorship) -> dict[str, Any]:
    """First values for the option's own fields: audience, kind, role, domain, starts_on and goal."""
    found: dict[str, Any] = {name: asked[name] for name, values in CHOICES.items() if asked.get(name) in values}
    domain = " ".join("".join(letter for letter in asked.get("domain", "") if letter.isprintable()).split())
    if domain:
        found["domain"] = domain[:LONGEST]
    if starts_on := _day(asked.get("starts_on", "")):
        found["starts_on"] = starts_on
    if goal := _goal(asked.get("goal", ""), mentorship):
        found["goal"] = goal.pk
    return found


def prefilled_competency(asked: Mapping[str, str]) -> Competency | None:
    """The competency that the first row begins with, if it can still be chosen."""
    key = asked.get("competency", "")
    known = Competency.objects.current().select_related("framework")
    return known.filter(pk=int(key)).first() if _is_key(key) else None


def _goal(asked: str, mentorship: Mentorship) -> Goal | None:
    """An open goal of these two, by its code or its key."""
    goals = Goal.objects.filter(mentorship=mentorship).open()
    if _is_key(asked):
        return goals.filter(pk=int(asked)).first()
    try:
        return goals.filter(code=UUID(asked)).first()
    except ValueError:
        return None


def _is_key(asked: str) -> bool:
    return asked.isascii() and asked.isdecimal() and len(asked) < 10


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None
