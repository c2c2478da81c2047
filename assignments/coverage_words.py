"""The coverage in words, and for each gap the one tap that asks the right person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.people.models import User
from stretchhub.templatetags.words import day as day_words

from .coverage import Cell, Coverage, Row
from .covering import Covering
from .models import Assignment, Competency, EvidenceAsk, EvidenceKind, Source

RECENCY = {
    "fresh": gettext_lazy("within three weeks"),
    "recent": gettext_lazy("within six weeks"),
    "older": gettext_lazy("older"),
    "none": gettext_lazy("nothing yet"),
}
ROWS = {
    "none": gettext_lazy("Nothing shows it yet."),
    "self_only": gettext_lazy("Nobody but the mentee has said anything yet."),
    "one_source": gettext_lazy("One source shows it."),
    "several": "",
}
KINDS = {Source.SELF: EvidenceKind.TEXT, Source.ARTEFACT: EvidenceKind.FILE}
GROUPS = {Source.PEER: "peer", Source.END_USER: "end_user"}


@dataclass(frozen=True)
class Step:
    """What fills a gap: a link, or with `post` a button that asks somebody."""

    words: str
    url: str
    post: bool = False


@dataclass(frozen=True)
class CellShown:
    cell: Cell
    source: str
    recency: str
    step: Step | None = None
    asked: EvidenceAsk | None = None


@dataclass(frozen=True)
class RowShown:
    competency: Competency
    row: Row
    words: str
    cells: tuple[CellShown, ...]


def sentence(coverage: Coverage) -> str:
    """How much is covered, in one sentence."""
    if coverage.reason == "no_competency":
        return _("No competency is named yet, in the goal, the option or the evidence.")
    names = {"filled": coverage.filled, "cells": coverage.cells}
    if coverage.reason == "nothing":
        return _("Nothing shows these competencies yet. Begin with what you did this week.")
    if coverage.reason == "full":
        return _("Every source has shown every competency.")
    return _("%(filled)s of %(cells)s places hold evidence. An empty one says nothing about the mentee.") % names


def rows(found: Covering, assignment: Assignment, reader: User) -> list[RowShown]:
    """As they stand on the page, by the competencies' names."""
    shown = []
    for row in found.coverage.parts:
        competency = found.competencies[row.competency]
        cells = tuple(_cell(cell, competency, found, assignment, reader) for cell in row.parts)
        shown.append(RowShown(competency, row, str(ROWS[row.reason]), cells))
    return shown


def _cell(cell: Cell, competency: Competency, found: Covering, assignment: Assignment, reader: User) -> CellShown:
    asked = found.asks.get((cell.competency, cell.source))
    step = None
    if not cell.value and not asked:
        step = _step(cell.source, competency, found, assignment, reader)
    recency = day_words(cell.last) if cell.last else str(RECENCY["none"])
    return CellShown(cell, str(Source(cell.source).label), recency, step, asked)


def _step(source: str, competency: Competency, found: Covering, assignment: Assignment, reader: User) -> Step:
    """What this reader can do about a gap; the other one of the two is asked for what is theirs."""
    mentee = reader.pk == assignment.mentee_id
    if source == Source.METRIC:
        return Step(_("Measure"), reverse("assignments:measurements", args=[assignment.code]))
    if mentee == (source == Source.MENTOR):
        of = assignment.mentor if mentee else assignment.mentee
        return Step(_("Ask %(name)s") % {"name": of.first_name}, _ask_url(assignment, competency, source), post=True)
    if not mentee:
        return _mentor_step(competency, found, assignment)
    return own_step(source, competency, assignment)


def _ask_url(assignment: Assignment, competency: Competency, source: str) -> str:
    address = reverse("assignments:coverage-ask", args=[assignment.code])
    return f"{address}?{urlencode({'competency': competency.code, 'source': source})}"


def _mentor_step(competency: Competency, found: Covering, assignment: Assignment) -> Step:
    """The mentor says what they saw: of evidence that shows it, or as a level where there is none."""
    if piece := found.to_verify.get(competency.pk):
        return Step(_("Say what you saw"), reverse("assignments:evidence", args=[piece]) + "#verify")
    return Step(_("Write down a level"), reverse("assignments:level-add", args=[assignment.option.mentorship.code]))


def own_step(source: str, competency: Competency, assignment: Assignment) -> Step:
    """What the mentee can do: log it, or ask others for feedback."""
    if source in KINDS:
        address = reverse("assignments:evidence-log", args=[assignment.code])
        words = _("Log what you did") if source == Source.SELF else _("Add a file or link")
        return Step(words, f"{address}?{urlencode({'competency': competency.code, 'kind': KINDS[Source(source)]})}")
    if source == Source.METRIC:
        return Step(_("Measure"), reverse("assignments:measurements", args=[assignment.code]))
    address = reverse("assignments:feedback-ask", args=[assignment.code])
    query: dict[str, Any] = {"competency": competency.code, "group": GROUPS[Source(source)]}
    return Step(_("Ask for feedback"), f"{address}?{urlencode(query)}")


def step_of(ask: EvidenceAsk) -> Step:
    """How whoever is asked can give it."""
    if ask.source != Source.MENTOR:
        return own_step(ask.source, ask.competency, ask.assignment)
    address = reverse("assignments:level-add", args=[ask.assignment.option.mentorship.code])
    return Step(_("Write down a level"), address)
