"""Calibrations in words, made where they are shown."""

from __future__ import annotations

from statistics import fmean

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .calibration_severity import Beside
from .models import Why
from .scoring import LEVELS
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


def severity_sentences(beside: Beside) -> list[str]:
    """The plain mean, what is known of each rater, and the mean with that taken off; or why there is none."""
    found, n = beside.found, len(beside.found.parts)
    mean = ngettext("The level of %(n)s observer is %(mean)s.", "The mean of %(n)s observers is %(mean)s.", n)
    said = [mean % {"n": n, "mean": f"{found.raw:.2f}"}]
    known = [(beside.names[rater], severity) for rater, _level, severity in found.parts if severity is not None]
    unknown = [beside.names[rater] for rater, _level, severity in found.parts if severity is None]
    if known:
        words = {"each": ", ".join(f"{name} {_off(severity)}" for name, severity in known)}
        said.append(
            _("Milder (+) or stricter (−) than those who rated the same, over all final reviews: %(each)s.") % words
        )
    if unknown:
        words = {"names": get_text_list(unknown, _("and"))}
        said.append(
            _("Nothing can be said of %(names)s: too little work is shared with others. So nothing is taken off.")
            % words
        )
    if found.value is not None:
        steps = " ".join(_off(severity) for _name, severity in known)
        words = {"mean": f"{found.raw:.2f}", "steps": steps, "n": n, "value": f"{found.value:.2f}"}
        said.append(_("With that taken off: %(mean)s − (%(steps)s) / %(n)s = %(value)s.") % words)
        if not LEVELS[0] <= found.raw - fmean(severity for _name, severity in known) <= LEVELS[-1]:
            said.append(_("It is kept within the levels from 1 to 5."))
    return said


def _off(severity: float) -> str:
    """How far above or below others, to two places: “+0.20”, “−0.31”, “0.00”."""
    shown = f"{severity:+.2f}"
    return "0.00" if shown in ("+0.00", "-0.00") else shown.replace("-", "−")
