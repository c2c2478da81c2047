"""What has become of the scope, as people read it: a sentence that asks for a decision, never for blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from .models import ScopeChange, ScopeKind, ScopeState
from .scope import Drift, Measure
from .scoping import Scope
from .status import Light
from .stretch_words import plain

FIGURES = {
    "growth": (_later("Growth"), _later("of the hours agreed")),
    "churn": (_later("Coming and going"), _later("of the hours agreed")),
    "slip": (_later("Slip of the end"), _later("of the time agreed")),
}
MARKS = {"green": "on_track", "amber": "watch", "red": "attention"}
WORDS = {
    "green": _later("As agreed"),
    "amber": _later("Worth a look"),
    "red": _later("Asks for a decision"),
}
STATES = {
    ScopeState.PROPOSED: "waiting",
    ScopeState.APPROVED: "kept",
    ScopeState.DECLINED: "closed",
    ScopeState.WITHDRAWN: "closed",
}


@dataclass(frozen=True)
class Figure:
    name: Any
    share: str
    of: Any
    word: Any
    mark: str


def percent(share: float) -> str:
    """14 % and −6 %, in whole points."""
    points = round(share * 100)
    return f"{'−' if points < 0 else ''}{abs(points)} %"


def scope_sentence(scope: Scope) -> str:
    """What matters first: an objective that nobody decided, then the figure that stands out."""
    if scope.baseline is None or scope.drift is None:
        return _("What was agreed is kept when the assignment begins; from then on changes are shown against it.")
    if scope.objective_changed:
        return _(
            "The objective is another than agreed at kickoff, and nobody has decided so. Write it down as a change."
        )
    code, share = scope.drift.reason.code, scope.drift.reason.params["share"]
    if code == "slip":
        return _("The end has moved by %(share)s of the time agreed. It may be right: decide.") % {
            "share": percent(share)
        }
    if code == "churn":
        share = scope.drift.part("churn").value
        return _("What came on and what went adds up to %(share)s of the hours agreed. Ask what keeps it moving.") % {
            "share": percent(share)
        }
    return growth_sentence(share, scope.drift.part("growth").light)


def growth_sentence(share: float, light: Light) -> str:
    """How far the hours have grown, and whether that asks for a decision."""
    if light != "green":
        return _("Scope has grown %(share)s. It may be right: decide.") % {"share": percent(share)}
    if round(share * 100) == 0:
        return _("The scope is as it was agreed at kickoff.")
    words = (
        _("Scope has grown %(share)s, within what was agreed.") if share > 0 else _("Scope has shrunk by %(share)s.")
    )
    return words % {"share": percent(abs(share))}


def figures(found: Drift) -> list[Figure]:
    """Growth, churn and slip, each with its word and its mark."""
    return [_figure(name, measure) for name, measure in found.parts]


def _figure(name: str, measure: Measure) -> Figure:
    title, of = FIGURES[name]
    return Figure(title, percent(measure.value), of, WORDS[measure.light], MARKS[measure.light])


def change_words(change: ScopeChange) -> str:
    """By how much: “+24 hours”, “the end moves to …”, “the objective changes”."""
    if change.kind == ScopeKind.OBJECTIVE:
        return _("The objective changes")
    if change.kind == ScopeKind.MOVED:
        return _("The end moves")
    hours = float(change.hours)
    if not hours:
        return _("No more and no fewer hours")
    return _("%(hours)s hours") % {"hours": ("+" if hours > 0 else "−") + plain(abs(hours))}
