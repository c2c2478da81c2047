"""What the criteria of a sponsor are called, their five steps, and the sentences of flags and close calls."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from assignments.forms.weighing import QUESTIONS as RANKED
from assignments.forms.weighing import SCALES as STEPS
from assignments.method import Reason
from assignments.ranking_arithmetic import number

from .fit import CRITERIA, Criterion, Pair, Part

QUESTIONS: dict[str, Any] = {
    **{name: RANKED[name] for name in ("owns", "influences", "develops")},
    "reach": lazy("Reach"),
    "capacity": lazy("Has capacity"),
}
SCALES: dict[str, tuple[Any, ...]] = {
    **{name: STEPS[name] for name in ("owns", "influences", "develops")},
    "reach": (
        lazy("Heard in their own team"),
        lazy("Known in their department"),
        lazy("Known in some departments"),
        lazy("Heard in most of the house"),
        lazy("Heard everywhere, and at the top"),
    ),
    "capacity": (
        lazy("No time this quarter"),
        lazy("Hard to reach"),
        lazy("Now and then"),
        lazy("Makes time when it matters"),
        lazy("Has time, and says so"),
    ),
}
TONES = dict(zip(CRITERIA, ("accent", "growth", "info", "caution", "muted"), strict=True))


def part_words(part: Part) -> str:
    """“5 · Theirs to solve: 30 × (5 − 1) ÷ 4”"""
    if part.judged is None:
        return _("Not judged yet; it may add up to %(weight)s.") % {"weight": part.weight}
    words = {"level": part.judged, "step": SCALES[part.criterion][part.judged - 1], "weight": part.weight}
    return _("%(level)s · %(step)s: %(weight)s × (%(level)s − 1) ÷ 4") % words


def points(part: Part) -> str:
    return "?" if part.value is None else number(part.value)


def flag_words(flag: Reason, conflict: str = "") -> str:
    """What to talk about before this person is asked."""
    if flag.code == "sponsors_many":
        n = flag.params["n"]
        return ngettext("Sponsors %(n)s assignment already", "Sponsors %(n)s assignments already", n) % {"n": n}
    if flag.code == "no_contact":
        return _("No contact for %(days)s days") % {"days": flag.params["days"]}
    if flag.code == "conflict":
        return _("Conflict of interest: %(words)s") % {"words": conflict}
    return {
        "inactive": _("No longer active here, so cannot be asked"),
        "rates_performance": _("Line manager, who also rates performance"),
        "same_network": _("Known only through the usual network"),
    }[flag.code]


def pair_words(pair: Pair) -> str:
    if pair.reason.code == "close_call":
        return _("A close call: %(points)s points apart. Look at the criteria and choose.") % {
            "points": number(pair.difference)
        }
    return _("Cannot be told apart until %(names)s is judged.") % {"names": names(pair.reason.params["unknown"])}


def names(criteria: tuple[Criterion, ...]) -> str:
    """“reach and has capacity”, as part of a sentence."""
    words = [f"“{QUESTIONS[name]}”" for name in criteria]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
