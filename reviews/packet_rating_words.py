"""Who rated, and what each said of each criterion, in the words of a packet."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import ChangeKind, Relation
from .packet_parts import Group, Item, Part, day, part_of
from .verdicts import self_sentence, spread_sentence

Told = dict[str, Any]
# Name, level or none, whether it is the own rating.
Marks = tuple[tuple[str, int | None, bool], ...]


def ratings(told: Told, *, whole: bool) -> Part:
    by_number = {each["number"]: each for each in told["raters"]}
    lies = {each["criterion"]: each for each in told["agreement"]}
    groups = []
    for criterion in told["rubric"]["criteria"]:
        own = [each for each in told["ratings"] if each["criterion"] == criterion["key"]]
        names = {level["value"]: level["name"] for level in criterion["levels"]}
        # The sponsor reads the levels that count, and no word of a calibration.
        used = {each["level"] for each in own} | ({each["handed_in"] for each in own} if whole else set())
        anchors = [
            f"{level['value']} {level['name']}: {level['anchor']}"
            for level in criterion["levels"]
            if level["value"] in used
        ]
        items = tuple(_rating(each, by_number[each["rater"]], names, whole=whole) for each in own)
        marks = _marks(own, by_number)
        groups.append(Group(items, criterion["name"], _lead(lies.get(criterion["key"]), marks), tuple(anchors), marks))
    note = _("Each rater’s level as it counts, with the anchors that were used. The mentee’s own stands beside.")
    return Part("ratings", _("Ratings"), note, tuple(groups))


def _marks(own: list[Told], raters: dict[int, Told]) -> Marks:
    rated = ((raters[each["rater"]], each["level"]) for each in own if not each["kept_back"])
    return tuple((rater["name"], level, rater["relation"] == Relation.SELF) for rater, level in rated)


def _lead(lie: Told | None, marks: Marks) -> str:
    """How the observers’ levels lie, as it is frozen, and how the own one stands beside."""
    if lie is None or lie["word"] is None:
        return spread_sentence(None, None, None)
    words = {"median": lie["median"], "n": lie["observers"]}
    # What is frozen asks nobody for anything any more.
    said = [
        _("The median of %(n)s observers is %(median)s.") % words,
        spread_sentence(lie["word"], lie["low"], lie["high"]),
        self_sentence(_gap(marks)),
    ]
    return " ".join(filter(None, said))


def _gap(marks: Marks) -> float | None:
    """How far the own level lies above the mean of the observers’."""
    own = next((level for _name, level, is_self in marks if level and is_self), None)
    observed = [level for _name, level, is_self in marks if level and not is_self]
    return own - fmean(observed) if own is not None and observed else None


def _rating(rating: Told, rater: Told, names: dict[int, str], *, whole: bool) -> Item:
    lines = [_change(each) for each in rating["changes"]] if whole else []
    if whole and rating["evidence"]:
        lines.append(_("Evidence: %(labels)s") % {"labels": ", ".join(rating["evidence"])})
    unshared = rating["evidence_not_shared"] + (0 if whole else len(rating["evidence"]))
    if unshared:
        lines.append(
            ngettext(
                "%(n)s piece of evidence that is not shown here",
                "%(n)s pieces of evidence that are not shown here",
                unshared,
            )
            % {"n": unshared}
        )
    if rating["setbacks"]:
        lines.append(
            ngettext("Rests on %(n)s setback too", "Rests on %(n)s setbacks too", rating["setbacks"])
            % {"n": rating["setbacks"]}
        )
    return Item(_who(rater), _level(rating, names), rating["note"], tuple(lines))


def _who(rater: Told) -> str:
    return f"{rater['name']} · {Relation(rater['relation']).label}"


def _level(rating: Told, names: dict[int, str]) -> str:
    level = rating["level"]
    if rating["not_observed"]:
        return _("Not observed")
    if level is None:
        return _("Not shown") if rating["kept_back"] else _("No level")
    return f"{level} {names.get(level, '')}".strip()


def _change(change: Told) -> str:
    words = {
        "kind": ChangeKind(change["kind"]).label,
        "before": change["before"] or _("not observed"),
        "after": change["after"] or _("not observed"),
        "name": change["by"],
        "day": day(change["at"]),
        "reason": change["reason"],
    }
    return _("%(kind)s: %(before)s → %(after)s, %(name)s, %(day)s. Reason: %(reason)s") % words


def summaries(told: Told) -> Part:
    items = [Item(_who(each), words=each["summary"]) for each in told["raters"] if each["summary"].strip()]
    note = _("What each rater would tell somebody who was not there.")
    return part_of("summaries", _("In one or two sentences"), note, items, _("Nobody wrote a summary."))


def raters(told: Told) -> Part:
    items = [
        Item(
            _who(each),
            _("handed in %(submitted)s, final %(final)s")
            % {"submitted": day(each["submitted_at"]), "final": day(each["final_at"])},
        )
        for each in told["raters"]
    ]
    return part_of("raters", _("Who rated"), _("Nobody saw another’s rating before handing in."), items, "")
