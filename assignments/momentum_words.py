"""Momentum and the lights of the signals in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .momentum import Momentum
from .status import Judgement, Light
from .status_words import reason_sentence

ICONS = {
    "milestone": "flag",
    "schedule": "chart-bar",
    "check_in": "chat-bubble-left-right",
    "sponsor": "hand-raised",
    "evidence": "document-text",
    "scope": "arrows-pointing-out",
    "workload": "clock",
}


@dataclass(frozen=True)
class Signal:
    """One signal as a row: its name, its light as word and mark, and why where it is not green."""

    name: str
    icon: str
    word: str
    mark: str
    why: str


def signals(judgement: Judgement) -> list[Signal]:
    """The signals that could be read, in the order of the method; figures of hours never come here."""
    why = {reason.code: reason_sentence(reason) for reason in judgement.reasons}
    return [Signal(_names()[code], ICONS[code], *_light(light), why.get(code, "")) for code, light in judgement.parts]


def _names() -> dict[str, str]:
    return {
        "milestone": _("Late milestones"),
        "schedule": _("Done of what was due"),
        "check_in": _("Check-ins of the two"),
        "sponsor": _("Talks with the sponsor"),
        "evidence": _("Evidence"),
        "scope": _("Scope"),
        "workload": _("Capacity"),
    }


def _light(light: Light) -> tuple[str, str]:
    return {
        "green": (_("As it should be"), "on_track"),
        "amber": (_("Watch"), "watch"),
        "red": (_("Act"), "attention"),
    }[light]


def momentum_sentence(found: Momentum) -> str:
    if found.value is None:
        return _("Nothing was expected in the last four weeks, so there is no pace to tell.")
    value = {"value": round(found.value), "before": round(found.before or 0)}
    if found.trend is None:
        return _("%(value)s of 100 over the last four weeks; there is nothing before them to compare with.") % value
    return {
        "up": _("%(value)s of 100 over the last four weeks, up from %(before)s."),
        "steady": _("%(value)s of 100 over the last four weeks, steady (%(before)s before)."),
        "down": _("%(value)s of 100 over the last four weeks, down from %(before)s."),
    }[found.trend] % value


def parts_words(found: Momentum) -> list[str]:
    """The arithmetic: what happened of what was expected."""
    names = {
        "milestones": _("Milestones done of those due"),
        "check_ins": _("Check-ins kept of those due"),
        "evidence": _("Pieces of evidence, one a fortnight expected"),
        "thought": _("Decisions and reflections, counted and not read, one a fortnight expected"),
    }
    return [
        _("%(name)s: %(actual)s of %(expected)s")
        % {"name": names[pair.name], "actual": f"{pair.actual:g}", "expected": f"{pair.expected:.3g}"}
        for pair in found.parts
    ]
