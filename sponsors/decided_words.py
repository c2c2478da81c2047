"""Scope and decisions of a stored card in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from assignments.models import ScopeChange, ScopeState
from assignments.scope import growth_light
from assignments.scope_words import STATES, change_words, growth_sentence


@dataclass(frozen=True)
class ScopeWords:
    """The sentence of growth, what waits for the sponsor, what waits for others, and what was settled lately."""

    sentence: str
    mine: list[dict[str, Any]]
    others: list[dict[str, Any]]
    settled: list[dict[str, Any]]


def scope_words(card: dict[str, Any]) -> ScopeWords | None:
    """None where nothing ever changed, and for a card that is older than this part of it."""
    scope = card.get("scope")
    if scope is None:
        return None
    share = scope["growth"]
    lines = [_line(each) for each in scope["waiting"]]
    return ScopeWords(
        sentence="" if share is None else growth_sentence(share, growth_light(share)),
        mine=[each for each in lines if each["mine"]],
        others=[each for each in lines if not each["mine"]],
        settled=[_line(each) for each in scope["settled"]],
    )


def _line(each: dict[str, Any]) -> dict[str, Any]:
    change = ScopeChange(kind=each["kind"], hours=Decimal(each["hours"]))
    return each | {
        "by_how_much": change_words(change),
        "word": ScopeState(each["state"]).label,
        "mark": STATES[ScopeState(each["state"])],
        "day": _day(each["day"]),
        "url": reverse("assignments:scope-decide", args=[each["code"]]),
    }


def decision_words(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        each | {"decided_on": _day(each["decided_on"]), "review_on": _day(each["review_on"])}
        for each in card.get("decisions", [])
    ]


def change_since(code: str) -> str:
    """What is said of a difference in scope or decisions; empty for every other."""
    return {
        "scope_proposed": _("Change of scope asked for: %(words)s"),
        "scope_approved": _("Change of scope approved: %(words)s"),
        "scope_declined": _("Change of scope declined: %(words)s"),
        "decided": _("Decided: %(words)s"),
        "looked_back": _("Looked back at: %(words)s"),
    }.get(code, "")


def _day(value: str | None) -> date | None:
    return parse_date(value) if value else None
