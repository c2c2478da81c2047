"""A packet as it is read: its frozen content in sections, the same words on the page and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Ending, EvidenceKind, Status
from stretchhub.templatetags.words import size

from .models import ChangeKind, Relation, ReviewNarrative
from .packet_content import PROMPTS

Told = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing: its title, what stands beside it, somebody's words, and lines of facts."""

    title: str
    beside: str = ""
    words: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Things that belong together; a group without a title is all there is in its section."""

    items: tuple[Item, ...]
    title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    note: str
    groups: tuple[Group, ...]
    # Said where there is nothing.
    nothing: str = ""


def parts_of(told: Told, *, whole: bool = True) -> tuple[Part, ...]:
    """The sections of a packet; without what only mentee, mentor and HR read where it is not `whole`."""
    parts = [_narrative(told), _ratings(told, whole=whole), _summaries(told), _outcomes(told)]
    if whole:
        parts += [_feedback(told), _evidence(told)]
    return (*parts, _milestones(told), _raters(told), _left_out(told, whole=whole))


def day(value: str | None) -> str:
    """“29 Nov 2026”, always with its year: a packet is read years later."""
    return formats.date_format(date.fromisoformat(value[:10]), "j M Y") if value else ""


def moment(value: str | None) -> str:
    """“29 Nov 2026, 03:00 UTC”: the same for every reader."""
    if not value:
        return ""
    return formats.date_format(datetime.fromisoformat(value.replace("Z", "+00:00")), "j M Y, H:i") + " UTC"


def facts_of(told: Told) -> list[tuple[str, str]]:
    """Whose it is, of what, by which rubric and method."""
    about, rubric = told["assignment"], told["rubric"]
    status = Status(about["status"]).label
    ending = f" · {Ending(about['ending']).label}" if about["ending"] else ""
    facts = [
        (_("Mentee"), about["mentee"]),
        (_("Mentor"), about["mentor"]),
        (_("Sponsor"), about["sponsor"] or "–"),
        (_("Assignment"), _period(about)),
        (_("When frozen"), f"{status}{ending}"),
        (_("Review cycle"), told["cycle"]["name"]),
        (_("Rubric"), _("%(name)s, version %(n)s") % {"name": rubric["name"], "n": rubric["version"]}),
        (_("Method"), _("version %(n)s") % {"n": told["method"]["version"]}),
    ]
    return [(str(label), str(value)) for label, value in facts if value]


def _period(about: Told) -> str:
    return " – ".join(filter(None, (day(about["starts_on"]), day(about["ends_on"]))))


def _narrative(told: Told) -> Part:
    said = told["narrative"]
    asked = {field.name: str(field.verbose_name) for field in ReviewNarrative._meta.fields}
    items = [Item(_capital(asked[name]), words=said[name]) for name in PROMPTS if said[name].strip()] if said else []
    nothing = _("The mentee had written no narrative when the reviews became final.")
    note = _("How capability and readiness changed, written by the mentee before the reviews were final.")
    return _part("narrative", _("In the mentee’s own words"), note, items, nothing)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _ratings(told: Told, *, whole: bool) -> Part:
    raters = {each["number"]: each for each in told["raters"]}
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
        items = tuple(_rating(each, raters[each["rater"]], names, whole=whole) for each in own)
        groups.append(Group(items, criterion["name"], tuple(anchors)))
    note = _("Each rater’s level as it counts, with the anchors that were used. The mentee’s own stands beside.")
    return Part("ratings", _("Ratings"), note, tuple(groups))


def _rating(rating: Told, rater: Told, names: dict[int, str], *, whole: bool) -> Item:
    lines = [_change(each) for each in rating["changes"]] if whole else []
    if whole and rating["evidence"]:
        lines.append(_("Evidence: %(labels)s") % {"labels": ", ".join(rating["evidence"])})
    unshared = rating["evidence_not_shared"] + (0 if whole else len(rating["evidence"]))
    if unshared:
        lines.append(
            ngettext("%(n)s piece that is not shown here", "%(n)s pieces that are not shown here", unshared)
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


def _summaries(told: Told) -> Part:
    items = [Item(_who(each), words=each["summary"]) for each in told["raters"] if each["summary"].strip()]
    note = _("What each rater would tell somebody who was not there.")
    return _part("summaries", _("In one or two sentences"), note, items, _("Nobody wrote a summary."))


def _outcomes(told: Told) -> Part:
    items = [Item(each["metric"], _measured(each), lines=tuple(_agreed(each))) for each in told["outcomes"]]
    note = _("As the sponsor agreed to them, beside what was measured.")
    nothing = _("No outcome was agreed in the brief.")
    return _part("outcomes", _("Outcomes against metrics"), note, items, nothing)


def _measured(outcome: Told) -> str:
    found = outcome["measured"]
    if found is None:
        return _("Not measured")
    words = {"value": _unit(found["value"], outcome), "day": day(found["on"])}
    said = _("%(value)s on %(day)s") % words
    if found["low"] is not None and found["high"] is not None:
        said += _(", between %(low)s and %(high)s") % {"low": found["low"], "high": found["high"]}
    if found["n"]:
        said += f", n = {found['n']}"
    return said + (_(", an early result") if found["early"] else "")


def _agreed(outcome: Told) -> Iterator[str]:
    words = {
        "baseline": _unit(outcome["baseline"], outcome),
        "target": _unit(outcome["target"], outcome),
        "day": day(outcome["due_on"]),
    }
    if words["day"]:
        yield _("From %(baseline)s to %(target)s by %(day)s") % words
    else:
        yield _("From %(baseline)s to %(target)s") % words
    if outcome["method"]:
        yield _("How it is measured: %(method)s") % {"method": outcome["method"]}


def _unit(value: str, outcome: Told) -> str:
    return f"{value} {outcome['unit']}".strip()


def _feedback(told: Told) -> Part:
    groups = tuple(
        Group(
            tuple(
                Item(each["question"], lines=tuple(_cell(cell) for cell in each["cells"])) for each in one["questions"]
            ),
            one["about"],
        )
        for one in told["feedback"]
    )
    note = _("Answers in confidence, from 1 to 5, over three people or more.")
    nothing = _("No numbers over three people or more were published.")
    return Part("feedback", _("Feedback from stakeholders"), note, groups, nothing)


def _cell(cell: Told) -> str:
    return _("%(group)s: middle %(middle)s, %(people)s people") % cell


def _evidence(told: Told) -> Part:
    items = []
    for each in told["evidence"]:
        beside = f"{EvidenceKind(each['kind']).label} · {day(each['happened_on'])}"
        files = tuple(f"{one['name']} · {size(one['size'])} · SHA-256 {one['sha256']}" for one in each["files"])
        items.append(Item(f"{each['label']} {each['title']}", beside, lines=files))
    note = _("What the mentee shares with HR at review, and by what each file is known.")
    return _part("evidence", _("Evidence"), note, items, _("The mentee shared no evidence for the review."))


def _milestones(told: Told) -> Part:
    items = [Item(each["title"], _reached(each)) for each in told["assignment"]["milestones"]]
    return _part("milestones", _("Milestones"), "", items, _("There were no milestones."))


def _reached(milestone: Told) -> str:
    words = {"due": day(milestone["due_on"]), "done": day(milestone["done_at"])}
    if words["done"]:
        return _("due %(due)s, reached %(done)s") % words
    return _("due %(due)s, not reached") % words


def _raters(told: Told) -> Part:
    items = [
        Item(
            _who(each),
            _("handed in %(submitted)s, final %(final)s")
            % {"submitted": day(each["submitted_at"]), "final": day(each["final_at"])},
        )
        for each in told["raters"]
    ]
    return _part("raters", _("Who rated"), _("Nobody saw another’s rating before handing in."), items, "")


def _left_out(told: Told, *, whole: bool) -> Part:
    items = [Item(_left(each["what"], each["count"])) for each in told["left_out"]]
    items.append(Item(_("Reflections, strain, confidence and notes of check-ins: they are never part of a packet.")))
    items.append(Item(_("What confidential answers say in words: their givers were told when it is deleted.")))
    if not whole:
        items.append(Item(_("Feedback and the list of evidence: mentee, mentor and HR read them here.")))
    return _part("left-out", _("What was left out, and why"), "", items, "")


def _left(what: str, count: int) -> str:
    n = {"n": count}
    if what == "evidence_not_shared":
        return (
            ngettext(
                "%(n)s piece of evidence is not shared for review.",
                "%(n)s pieces of evidence are not shared for review.",
                count,
            )
            % n
        )
    if what == "feedback_by_name":
        return (
            ngettext(
                "%(n)s answer by name: its giver was told until when it is kept, so it is not frozen.",
                "%(n)s answers by name: their givers were told until when they are kept, so they are not frozen.",
                count,
            )
            % n
        )
    if what == "rating_kept_back":
        return (
            ngettext(
                "%(n)s rating where one observer alone gave a level: nobody’s word stands alone.",
                "%(n)s ratings where one observer alone gave a level: nobody’s word stands alone.",
                count,
            )
            % n
        )
    if what == "review_declined":
        return ngettext("%(n)s rater declined.", "%(n)s raters declined.", count) % n
    return (
        ngettext(
            "%(n)s review was taken back before it was final.",
            "%(n)s reviews were taken back before they were final.",
            count,
        )
        % n
    )


def _part(key: str, title: str, note: str, items: list[Item], nothing: str) -> Part:
    return Part(key, title, note, (Group(tuple(items)),) if items else (), nothing)
