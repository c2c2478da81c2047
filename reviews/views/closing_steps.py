"""What each step of a closing shows besides its form, in words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from assignments.balance_words import balance_words
from assignments.models import Assignment
from assignments.models.stretch import Component
from assignments.stretch_words import plain
from stretchhub.people.models import User

from ..closing_page import Ahead, Reach, Shown, ahead_of, key_of, kind_of, shown_by
from ..closing_words import (
    LEADS,
    QUESTIONS,
    arithmetic,
    audience_names,
    prompt,
    rule_words,
    thin_words,
    why_next,
)
from ..verdicts import why_not_verified, why_verified

# Of the figures of a balance: competencies wanted, audiences wanted, gone into deeply.
BREADTH_AND_DEPTH = (1, 3, 6)


def page_of(step: str, assignment: Assignment, user: User, form: Any) -> dict[str, Any]:
    """Heading and lead of a step, and what is read there."""
    words = {"question": QUESTIONS[step], "lead": LEADS[step]}
    if step == "shown":
        return words | _shown(shown_by(assignment, user))
    if step == "next":
        return words | _ahead(assignment, ahead_of(assignment))
    return words | {"sections": form.sections()}


def _shown(found: Shown) -> dict[str, Any]:
    said = found.said
    return {
        "final": found.is_final,
        "rests_on": why_not_verified(said) if said.reason else why_verified(said),
        "may_verify": said.may_verify,
        "components": found.components,
        "competencies": found.competencies,
        "rule": rule_words(plain(found.method.flow_back_median)),
    }


def reach_page(found: Reach) -> dict[str, Any]:
    figures = balance_words(found.balance).figures
    return {
        "thin": [(gap.name, thin_words(gap, found.finished.get(gap.key, 0))) for gap in found.thin],
        "unmet": audience_names(found.unmet),
        "figures": [figures[n] for n in BREADTH_AND_DEPTH],
    }


def _ahead(assignment: Assignment, found: Ahead) -> dict[str, Any]:
    offered = {key_of(each) for each in found.suggestions}
    handled = found.handled
    kinds = dict.fromkeys(kind_of(assignment, each).value for each in found.suggestions)
    component = str(Component(handled.component).label) if handled else ""
    return {
        "prompt": prompt(component, handled.level if handled else 0, found.gaps),
        "suggestions": [
            {
                "key": key_of(each),
                "title": each.title,
                "from_pool": each.source == "offer",
                "code": each.key,
                "audience": audience_names([each.audience])[0] if each.audience else "",
                "why": why_next(each),
                "arithmetic": arithmetic(each) if each.parts else "",
                "option": found.added.get(key_of(each)),
            }
            for each in found.suggestions
        ],
        "kinds": urlencode([("kind", kind) for kind in kinds]),
        "added": [option for key, option in found.added.items() if key not in offered],
    }
