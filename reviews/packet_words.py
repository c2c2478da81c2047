"""A packet as it is read: its frozen content in sections, the same words on the page and on paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Ending, EvidenceKind, Status
from stretchhub.templatetags.words import size

from .models import ReviewNarrative
from .packet_content import PROMPTS
from .packet_left_out import left_words
from .packet_outcome_words import outcomes
from .packet_parts import File, Group, Item, Part, day, part_of, period
from .packet_rating_words import raters, ratings, summaries

Told = dict[str, Any]


def parts_of(told: Told, *, whole: bool = True) -> tuple[Part, ...]:
    """The sections of a packet; without what only mentee, mentor and HR read where it is not `whole`."""
    parts = [_narrative(told), ratings(told, whole=whole), summaries(told), outcomes(told)]
    if whole:
        parts += [_feedback(told), _evidence(told)]
    return (*parts, _milestones(told), raters(told), _left_out(told, whole=whole))


def facts_of(told: Told) -> list[tuple[str, str]]:
    """Whose it is, of what, by which rubric and method."""
    about, rubric = told["assignment"], told["rubric"]
    status = Status(about["status"]).label
    ending = f" · {Ending(about['ending']).label}" if about["ending"] else ""
    facts = [
        (_("Mentee"), about["mentee"]),
        (_("Mentor"), about["mentor"]),
        (_("Sponsor"), about["sponsor"] or "–"),
        (_("Assignment"), period(about)),
        (_("When frozen"), f"{status}{ending}"),
        (_("Review cycle"), told["cycle"]["name"]),
        (_("Rubric"), _("%(name)s, version %(n)s") % {"name": rubric["name"], "n": rubric["version"]}),
        (_("Method"), _("version %(n)s") % {"n": told["method"]["version"]}),
    ]
    return [(str(label), str(value)) for label, value in facts if value]


def _narrative(told: Told) -> Part:
    said = told["narrative"]
    asked = {field.name: str(field.verbose_name) for field in ReviewNarrative._meta.fields}
    items = [Item(_capital(asked[name]), words=said[name]) for name in PROMPTS if said[name].strip()] if said else []
    nothing = _("The mentee had written no narrative when the reviews became final.")
    note = _("How capability and readiness changed, written by the mentee before the reviews were final.")
    return part_of("narrative", _("In the mentee’s own words"), note, items, nothing)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


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
    items = [_piece(each) for each in told["evidence"]]
    note = _("What the mentee shares with HR at review, and by what each piece and each file is known.")
    return part_of("evidence", _("Evidence"), note, items, _("The mentee shared no evidence for the review."))


def _piece(piece: Told) -> Item:
    changed = _("Changed: %(what)s") % {"what": piece["changed"]} if piece["changed"].strip() else ""
    known = _("SHA-256 of this piece: %(sha256)s") % {"sha256": piece["sha256"]}
    return Item(
        f"{piece['label']} {piece['title']}",
        f"{EvidenceKind(piece['kind']).label} · {day(piece['happened_on'])}",
        piece["text"],
        tuple(filter(None, (changed, piece["link"], known))),
        tuple(File(each["code"], each["name"], size(each["size"]), each["sha256"]) for each in piece["files"]),
    )


def _milestones(told: Told) -> Part:
    items = [Item(each["title"], _reached(each)) for each in told["assignment"]["milestones"]]
    return part_of("milestones", _("Milestones"), "", items, _("There were no milestones."))


def _reached(milestone: Told) -> str:
    words = {"due": day(milestone["due_on"]), "done": day(milestone["done_at"])}
    if words["done"]:
        return _("due %(due)s, reached %(done)s") % words
    return _("due %(due)s, not reached") % words


def _left_out(told: Told, *, whole: bool) -> Part:
    items = [Item(left_words(each["what"], each["count"])) for each in told["left_out"]]
    items.append(Item(_("Reflections, strain, confidence and notes of check-ins: they are never part of a packet.")))
    items.append(
        Item(_("What was learned from each piece of evidence: mentee and mentor read it where it was logged."))
    )
    items.append(Item(_("What confidential answers say in words: their givers were told when it is deleted.")))
    if not whole:
        items.append(Item(_("Feedback and the list of evidence: mentee, mentor and HR read them here.")))
    return part_of("left-out", _("What was left out, and why"), "", items, "")
