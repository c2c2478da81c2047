"""A file of one person's opportunities into the pool: looked at first, saved only when asked.

A row is matched with what the same person offered earlier by its key. A column that the file does not
have leaves what was there; an empty cell clears it. What is not in the file is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit import trail
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.tables import Problem
from stretchhub.templatetags.words import day

from ..forms.option import words_said
from ..models import Contribution, Opportunity, OpportunityCompetency
from ..models.opportunity import DESCRIBED
from ..rules import can_offer_opportunity
from .opportunity_rows import Reading, Wanted, read

SHOWN_CHANGES = 100
SHOWN_PROBLEMS = 100
SHOWN_LETTERS = 300


@dataclass(frozen=True)
class Cell:
    """One thing that would change: what it is, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What one row does; `cells` only where something is there already."""

    row: int
    title: str
    is_new: bool
    cells: tuple[Cell, ...] = ()


@dataclass
class Report:
    """What the file would do, or did when `saved`."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True
    saved: bool = False

    @property
    def right(self) -> int:
        return self.added + self.changed + self.unchanged

    @property
    def changing(self) -> int:
        return self.added + self.changed

    @property
    def shown_problems(self) -> list[Problem]:
        return self.problems[:SHOWN_PROBLEMS]

    @property
    def more_problems(self) -> int:
        return max(0, self.problem_count - SHOWN_PROBLEMS)

    @property
    def more_changes(self) -> int:
        return max(0, self.changing - len(self.changes))


@dataclass(frozen=True)
class _Step:
    """A right row beside what it changes; `there` is None for a new one."""

    wanted: Wanted
    there: Opportunity | None
    words: dict[str, Any]
    develops: list[tuple[int, str]]
    names: list[str]
    touched: tuple[str, ...]


def look(file: IO[bytes], *, by: User) -> Report:
    """Say what the file would do, and change nothing."""
    require(can_offer_opportunity(by))
    return _plan(read(file), by)[1]


def save(file: IO[bytes], *, by: User, skip_errors: bool = False) -> Report:
    """Import the file in one transaction: every row, or with `skip_errors` the right ones.

    With wrong rows and without `skip_errors`, or when the file cannot be read to its end, nothing is
    saved and the report is the one `look` gives.
    """
    require(can_offer_opportunity(by))
    reading = read(file)
    try:
        with transaction.atomic():
            steps, report = _plan(reading, by, lock=True)
            if report.readable and (skip_errors or not report.problems):
                _write(steps, by)
                trail.record(by, "opportunities.imported")
                report.saved = True
            return report
    except IntegrityError:
        words = _("The same opportunities were imported at the same moment. Nothing was saved: look again.")
        return Report(problem_count=1, problems=[Problem(0, "", words)], readable=False)


def _plan(reading: Reading, by: User, *, lock: bool = False) -> tuple[list[_Step], Report]:
    earlier = _earlier(by, lock=lock)
    steps = []
    for wanted in reading.wanted:
        there = earlier.get(wanted.key)
        if there is not None and there.is_closed:
            words = _("It was closed on %(day)s. Give the row a new key to offer it anew.")
            reading.refuse(Problem(wanted.row, "key", words % {"day": day(there.closed_at)}))
            continue
        steps.append(_step(wanted, there))
    reading.problems.sort(key=lambda problem: problem.row)
    report = Report(
        rows=reading.rows,
        wrong=len(reading.wrong - {0}),
        problem_count=reading.problem_count,
        problems=reading.problems,
        notes=reading.notes,
        readable=reading.readable,
    )
    for step in steps:
        _count(step, report)
    return steps, report


def _earlier(by: User, *, lock: bool) -> dict[str, Opportunity]:
    """What this person offered with a key before; held while it is being saved."""
    offers = Opportunity.objects.filter(offered_by=by).exclude(key="")
    offers = offers.select_for_update() if lock else offers
    return {each.key: each for each in offers.prefetch_related("contributions__competency")}


def _step(wanted: Wanted, there: Opportunity | None) -> _Step:
    if there is None:
        named = [(one.pk, how) for one, how in wanted.competencies or ()]
        names = [one.name for one, _how in wanted.competencies or ()]
        return _Step(wanted, None, wanted.words, named, names, (*wanted.words, "competencies"))
    words = {name: wanted.words.get(name, getattr(there, name)) for name in DESCRIBED}
    touched = [name for name in DESCRIBED if words[name] != getattr(there, name)]
    before = [(row.competency_id, row.contribution) for row in there.contributions.all()]
    names = [row.competency.name for row in there.contributions.all()]
    named = before
    if wanted.competencies is not None:
        named = [(one.pk, how) for one, how in wanted.competencies]
        names = [one.name for one, _how in wanted.competencies]
    if set(named) != set(before):
        touched.append("competencies")
    return _Step(wanted, there, words, named, names, tuple(touched))


def _count(step: _Step, report: Report) -> None:
    if step.there is None:
        report.added += 1
    elif step.touched:
        report.changed += 1
    else:
        report.unchanged += 1
        return
    if len(report.changes) < SHOWN_CHANGES:
        title = str(step.words["title"])
        report.changes.append(Change(step.wanted.row, title, step.there is None, tuple(_cells(step))))


def _cells(step: _Step) -> Iterable[Cell]:
    """Label, before and after of everything that an earlier opportunity would get anew."""
    if step.there is None:
        return
    there = step.there
    develops = [f"{row.competency.name} ({row.get_contribution_display()})" for row in there.contributions.all()]
    known = dict(Contribution.choices)
    wanted = [f"{name} ({known[how]})" for name, (_pk, how) in zip(step.names, step.develops, strict=True)]
    before = words_said(Opportunity, DESCRIBED, {name: getattr(there, name) for name in DESCRIBED}, develops)
    after = words_said(Opportunity, DESCRIBED, step.words, wanted)
    for (label, was), (_label, will_be) in zip(before, after, strict=True):
        if was != will_be:
            yield Cell(label, was[:SHOWN_LETTERS], will_be[:SHOWN_LETTERS])


def _write(steps: list[_Step], by: User) -> None:
    at = now()
    made = [(step, _made(step, by, at)) for step in steps if step.there is None]
    Opportunity.objects.bulk_create([opportunity for _step, opportunity in made], batch_size=500)
    changed = [(step, step.there) for step in steps if step.there is not None and step.touched]
    for step, there in changed:
        search = Opportunity(**step.words).words_to_search(step.names)
        Opportunity.objects.filter(pk=there.pk).update(**step.words, search=search, version=F("version") + 1)
    anew = [there.pk for step, there in changed if "competencies" in step.touched]
    for start in range(0, len(anew), 500):
        OpportunityCompetency.objects.filter(opportunity__in=anew[start : start + 500]).delete()
    rows = [*made, *((step, there) for step, there in changed if "competencies" in step.touched)]
    OpportunityCompetency.objects.bulk_create(
        [
            OpportunityCompetency(opportunity=opportunity, competency_id=pk, contribution=how)
            for step, opportunity in rows
            for pk, how in step.develops
        ],
        batch_size=500,
    )
    trail.record_many(
        [trail.entry(by, "opportunity.offered", opportunity, step.touched) for step, opportunity in made]
        + [trail.entry(by, "opportunity.edited", there, step.touched) for step, there in changed]
    )


def _made(step: _Step, by: User, at: Any) -> Opportunity:
    opportunity = Opportunity(key=step.wanted.key, offered_by=by, offered_at=at, **step.words)
    opportunity.search = opportunity.words_to_search(step.names)
    return opportunity
