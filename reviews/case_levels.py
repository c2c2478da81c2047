"""How levels changed in one piece of work, for its case study: before and after with their bands, by the same rule as
growth over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from assignments.models import Assignment

from . import growth_words
from .growing import Line, Point, change_between, growth_in
from .growth import slope
from .own_records import Record
from .packet_parts import day


def band_facts(record: Record) -> Iterator[str]:
    """Criterion by criterion what its reviews came to; what the bands rest on last, where there is one."""
    works = {score.review.assignment_id: score.review.assignment for score in record.scores}
    growth = growth_in(record.scores, works, record.assignment.mentee)
    told = [found for line in growth.lines if (found := before_and_after(line, record.assignment))]
    for line in told:
        yield f"{line.name}: {_said(line, growth.lines)}"
    if any(line.rated for line in told):
        yield growth_words.basis_sentence()


def before_and_after(line: Line, assignment: Assignment) -> Line | None:
    """The last review of this work beside the last one of other work before; without that, beside its own first.

    None where this work was not reviewed on it. Where too few observers gave a level, nothing is compared.
    """
    own = [point for point in line.points if point.panel.assignment == assignment]
    if not own:
        return None
    after = own[-1]
    before = _before(line.rated, own) if after.mean is not None else None
    points = (before, after) if before else (after,)
    return replace(
        line,
        points=points,
        rubrics=tuple(dict.fromkeys(point.panel.rubric for point in points)),
        change=change_between(before, after) if before else None,
        slope=slope(()),
        earlier=False,
    )


def _before(rated: Sequence[Point], own: Sequence[Point]) -> Point | None:
    former = [each for each in rated if each not in own and each.day < own[0].day]
    if former:
        return former[-1]
    return next((each for each in rated if each in own[:-1]), None)


def _said(line: Line, all_lines: Sequence[Line]) -> str:
    """Without the name of any rater, as everywhere in what leaves the house."""
    sentences = (
        growth_words.standing(line, on=_on),
        growth_words.change_sentence(line, on=_on),
        growth_words.raters_sentence(line, on=_on),
        growth_words.wording_sentence(line),
        _otherwise(line, all_lines),
    )
    return " ".join(filter(None, sentences))


def _otherwise(line: Line, all_lines: Sequence[Line]) -> str:
    """Said of the first review by these anchors where there were others before, which it is not compared with."""
    (first, *rest), before = line.points, [each.points[0].day for each in all_lines if each.key == line.key]
    if rest or not line.rated or min(before) >= first.day:
        return ""
    return _("Reviews before it went by other anchors, so they are not compared with it.")


def _on(value: date) -> str:
    """With its year: it is read years later."""
    return day(value.isoformat())
