"""Calibrations in words, made where they are shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Why
from .shifts import Following, Shift


def why_sentence(why: str) -> str:
    """Why a criterion is on the agenda; without any level."""
    return {
        Why.RANGE: _("Observers lie two levels or more apart."),
        Why.EVIDENCE: _("A level of 1, 4 or 5 rests on fewer than two pieces of evidence."),
        Why.BOTH: _("Observers lie two levels or more apart, and a 1, 4 or 5 rests on fewer than two pieces."),
    }[Why(why)]


def signed(number: float) -> str:
    """A shift with its sign: “+0.5”, “−1”, “0”."""
    if not number:
        return "0"
    return f"{'+' if number > 0 else '−'}{abs(number):.3g}"


def shift_arithmetic(shift: Shift) -> str:
    """How the mean shift comes about: “(+1 0) over 2 levels”."""
    if not shift.steps:
        return _("No level to compare")
    # The steps of one rater are put in order, so that nothing tells whose work each belongs to.
    steps = " ".join(signed(step) for step in sorted(shift.steps))
    return ngettext("%(steps)s over %(n)s level", "(%(steps)s) over %(n)s levels", len(shift.steps)) % {
        "steps": steps,
        "n": len(shift.steps),
    }


def following_sentence(found: Following, senior: str) -> str:
    """What to look at when all changes went to one voice; empty where they did not."""
    words = {"senior": senior, "n": found.changed, "people": ", ".join(found.people)}
    if found.value:
        return (
            _("All %(n)s changed levels landed on what %(senior)s gave, who speaks last. Was everybody heard first?")
            % words
        )
    if found.people:
        return _("Every changed level of %(people)s landed on what %(senior)s gave, who speaks last.") % words
    return ""
