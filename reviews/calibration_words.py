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
    """How the mean shift comes about: “2 of 5 levels changed: −1, +2; together +1 over 5”."""
    n = len(shift.steps)
    if not n:
        return _("No level to compare")
    # The steps of one rater are put in order, so that nothing tells whose work each belongs to.
    changed = sorted(filter(None, shift.steps))
    if not changed:
        return ngettext("%(n)s level, unchanged", "%(n)s levels, all unchanged", n) % {"n": n}
    words = {"n": n, "changed": len(changed), "steps": ", ".join(signed(step) for step in changed)}
    if n == 1:
        return _("1 level changed: %(steps)s") % words
    if len(changed) == 1:
        return _("1 of %(n)s levels changed: %(steps)s over %(n)s") % words
    said = _("%(changed)s of %(n)s levels changed: %(steps)s; together %(sum)s over %(n)s")
    return said % {**words, "sum": signed(sum(changed))}


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
