"""The log of an assignment as one person may read it: decisions, setbacks and reflections, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from stretchhub.pages import Page, page_by_key
from stretchhub.templatetags.words import day as day_words

from .models import Assignment, Decision, Reflection, Setback

FEW = 4
PARTS = ("decisions", "setbacks", "reflections")


@dataclass(frozen=True)
class Log:
    """The three parts; where one alone is shown, the others are empty and not asked for."""

    decisions: Page
    setbacks: Page
    reflections: Page
    part: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(len(getattr(self, part)) for part in PARTS)


def log_of(assignment: Assignment, user: Any, *, part: str = "", after: str = "") -> Log:
    """A few of each, or one part by key; a query for each part."""
    rows: Mapping[str, Any] = {
        "decisions": Decision.objects.visible_to(user).filter(assignment=assignment),
        "setbacks": Setback.objects.visible_to(user).filter(assignment=assignment),
        "reflections": Reflection.objects.shown_to(user).filter(assignment=assignment),
    }
    order = {"decisions": "-decided_on", "setbacks": "-happened_on", "reflections": "-on"}

    def page(name: str) -> Page:
        if part and part != name:
            return Page([])
        by = (order[name], "-pk")
        return page_by_key(rows[name], after, by=by) if part else page_by_key(rows[name], by=by, size=FEW)

    return Log(page("decisions"), page("setbacks"), page("reflections"), part)


def decision_state(decision: Decision, day: date) -> tuple[str, str]:
    """Whether somebody has looked back at it: a word and a mark, or nothing."""
    if decision.looked_back_at is not None:
        return _("Looked back"), "done"
    if decision.review_on is None:
        return "", ""
    if decision.review_on <= day:
        return _("Look back now"), "due"
    return _("Look back on %(day)s") % {"day": day_words(decision.review_on)}, "planned"


def setback_state(setback: Setback, day: date) -> tuple[str, str]:
    """Whether its author has looked at it again."""
    if setback.later_at is not None:
        return _("Looked at again"), "done"
    if setback.ask_again_on <= day:
        return _("Did it hold?"), "due"
    return "", ""
