"""What the figures of a practice say, in sentences."""

from __future__ import annotations

from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Vignette
from .scoring import LEVELS
from .vignettes import BIAS, PASSED, WITHIN_ONE, Practice


def verdict(found: Practice) -> tuple[str, str]:
    """A word and the mark it is shown with; told as practice, never as a grade."""
    if found.value == PASSED:
        return _("Close to the experts"), "done"
    return (_("Worth another round"), "watch") if found.value else (_("Not all rated"), "waiting")


def minutes(cases: int) -> dict[str, int]:
    """How long the exercise takes: 45 minutes with six cases, and more of rating and reading with more of them."""
    rating, seeing = ceil(cases * 10 / 6), ceil(cases * 5 / 6)
    return {"rating": rating, "seeing": seeing, "all": 5 * round((30 + rating + seeing) / 5)}


def reasons(case: Vignette) -> list[str]:
    """Why the experts give this level, and neither the one below nor the one above."""
    said = [case.reason]
    if case.gold > min(LEVELS) and case.why_not_lower:
        said.append(_("More than %(n)d: %(why)s") % {"n": case.gold - 1, "why": case.why_not_lower})
    if case.gold < max(LEVELS) and case.why_not_higher:
        said.append(_("Not yet %(n)d: %(why)s") % {"n": case.gold + 1, "why": case.why_not_higher})
    return [words for words in said if words]


def lines(found: Practice) -> list[str]:
    """The figures, each as a sentence with what it is reckoned from."""
    if not found.parts:
        return []
    number = len(found.parts)
    exact = sum(expert == own for expert, own in found.parts)
    within = sum(abs(expert - own) <= 1 for expert, own in found.parts)
    said = [
        ngettext("%(exact)d of %(n)d case at the same level.", "%(exact)d of %(n)d cases at the same level.", number)
        % {"exact": exact, "n": number},
        _("%(within)d of %(n)d within one level; %(wanted)d in a hundred are aimed at.")
        % {"within": within, "n": number, "wanted": round(WITHIN_ONE * 100)},
        _lean(found),
    ]
    if found.mae is not None:
        said.append(_("%(mae).2f levels apart on average.") % {"mae": found.mae})
    return [*said, _kappa(found)]


def _lean(found: Practice) -> str:
    bias = found.bias or 0.0
    if abs(bias) < 0.005:
        return _("On average neither higher nor lower than the experts.")
    words = {"bias": abs(bias), "most": BIAS}
    if bias > 0:
        return _("On average %(bias).2f levels higher than the experts; up to %(most).1f is usual.") % words
    return _("On average %(bias).2f levels lower than the experts; up to %(most).1f is usual.") % words


def _kappa(found: Practice) -> str:
    if found.kappa is None:
        return _("Agreement beyond chance cannot be said: one and the same level was used throughout.")
    return _("Agreement beyond chance (weighted κ) %(kappa).2f; from 0.60 on it is good.") % {"kappa": found.kappa}
