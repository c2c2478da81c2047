"""Outcomes against their metrics, in the words of a packet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from assignments.impact import Progress
from assignments.impact_words import CLAIMED, progress_words, with_unit
from assignments.method import Reason
from assignments.models import Attribution

from .packet_parts import Item, Part, day, part_of

Told = dict[str, Any]


def outcomes(told: Told) -> Part:
    items = [Item(each["metric"], _measured(each), lines=tuple(_lines(each))) for each in told["outcomes"]]
    note = _("As the sponsor agreed to them, beside what was measured.")
    nothing = _("No outcome was agreed in the brief.")
    return part_of("outcomes", _("Outcomes against metrics"), note, items, nothing)


def _measured(outcome: Told) -> str:
    found = outcome["measured"]
    if found is None:
        return _("Not measured")
    words = {"value": with_unit(found["value"], outcome["unit"]), "day": day(found["on"])}
    said = _("%(value)s on %(day)s") % words
    if found["low"] is not None and found["high"] is not None:
        said += _(", between %(low)s and %(high)s") % {"low": found["low"], "high": found["high"]}
    if found["n"]:
        said += f", n = {found['n']}"
    return said + (_(", an early result") if found["early"] else "")


def _lines(outcome: Told) -> Iterator[str]:
    yield _agreed(outcome)
    if outcome["measured"]:
        yield _gone(outcome)
        if outcome["attribution"]:
            yield str(CLAIMED[Attribution(outcome["attribution"])])
    for label, value in (
        (_("How it is measured"), outcome["method"]),
        (_("Where the data come from"), outcome["source"]),
        (_("What must not get worse"), outcome["counter_metric"]),
        (_("Other plausible causes"), "; ".join(outcome["other_causes"])),
    ):
        if value:
            yield f"{label}: {value}"


def _agreed(outcome: Told) -> str:
    words = {
        "baseline": with_unit(outcome["baseline"], outcome["unit"]),
        "target": with_unit(outcome["target"], outcome["unit"]),
        "day": day(outcome["due_on"]),
    }
    if words["day"]:
        return _("From %(baseline)s to %(target)s by %(day)s") % words
    return _("From %(baseline)s to %(target)s") % words


def _gone(outcome: Told) -> str:
    """How far the way was gone, in the sentence that the assignment says it in."""
    gone = outcome["progress"]
    params = {"off": float(gone["off"] or 0), "tolerance": float(outcome["tolerance"] or 0)}
    share = None if gone["value"] is None else float(gone["value"])
    return progress_words(Progress(share, Reason(gone["reason"], params)))
