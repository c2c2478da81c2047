"""Copies of rows over the model graph: which models are copied, and which rows hang on others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.management.base import CommandError
from django.db.models import Field, ForeignKey, Max, Min, Model

from assignments.models import Assignment, Mentorship, Option
from stretchhub.people.models import User

APPS = ("assignments", "reviews", "sponsors")
# What the whole organisation shares: a copy points at the same row.
SHARED = {
    "assignments.Competency", "assignments.Framework", "assignments.LevelDescriptor", "assignments.MethodSettings",
    "assignments.Opportunity", "assignments.OpportunityCompetency", "assignments.Programme", "assignments.SavedPlan",
    "reviews.Criterion", "reviews.Division", "reviews.EquityReport", "reviews.Level", "reviews.ReviewCycle",
    "reviews.Rubric", "reviews.Vignette",
}  # fmt: skip
# What is only true once: files, what is signed or frozen with its own words, what one session settled together, what
# names rows inside a text, and what the product works out by itself.
ONCE = {
    "assignments.DashboardChange", "assignments.EvidenceFile", "assignments.KeptRanking", "assignments.StagedFile",
    "reviews.AgreementReading", "reviews.CalibrationAttendance", "reviews.CalibrationItem",
    "reviews.CalibrationSession", "reviews.CalibrationWaiver", "reviews.DocumentPaper", "reviews.DocumentWithdrawal",
    "reviews.Export", "reviews.IssuedDocument", "reviews.Letter", "reviews.OwnDraft", "reviews.PacketAddendum",
    "reviews.PacketStatement", "reviews.RaterSeverity", "reviews.ReviewPacket", "sponsors.DashboardAcknowledgement",
    "sponsors.DashboardSnapshot",
}  # fmt: skip

Thing = tuple[type[Model], int]


@dataclass(frozen=True)
class Span:
    """The numbers of a table's own rows; each copy of the table lies so many numbers further on."""

    first: int
    last: int

    @property
    def stride(self) -> int:
        return self.last - self.first + 1


def copied_models() -> list[type[Model]]:
    """Everything of the programme but what is shared or true only once; a new model is copied unless it is named."""
    every = (model for name in APPS for model in apps.get_app_config(name).get_models(include_auto_created=True))
    return [model for model in every if model._meta.label not in SHARED | ONCE]


def spans(models: Iterable[type[Model]]) -> dict[type[Model], Span]:
    """By model; a table without rows is left out."""
    found = {}
    for model in models:
        ends = model._base_manager.aggregate(first=Min("pk"), last=Max("pk"))
        if ends["first"] is not None:
            found[model] = Span(ends["first"], ends["last"])
    return found


def references(model: type[Model], among: Iterable[type[Model]]) -> list[Field]:
    """The foreign keys of this model to any of these."""
    wanted = set(among)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model in wanted
    ]


class Graph:
    """Every row of these models by what it points at; few enough to be held, as it is the demo's own cohort."""

    def __init__(self, models: Iterable[type[Model]]) -> None:
        self.points_at: dict[Thing, list[Thing]] = {}
        self.children: dict[Thing, list[Thing]] = defaultdict(list)
        models = list(models)
        for model in models:
            fields = references(model, models)
            for pk, *targets in model._base_manager.values_list("pk", *(field.attname for field in fields)):
                found = zip(fields, targets, strict=True)
                above: list[Thing] = [(field.related_model, to) for field, to in found if to is not None]  # type: ignore[misc]
                self.points_at[model, pk] = above
                for thing in above:
                    self.children[thing].append((model, pk))

    def hanging_on(self, assignments: Iterable[Assignment]) -> dict[type[Model], list[int]]:
        """The keys of all that belongs to these assignments, by model: no row of it points at another assignment.

        Of a mentorship come only what these need; its other options stay where they are.
        """
        roots: list[Thing] = []
        for assignment in assignments:
            roots += [(Assignment, assignment.pk), (Option, assignment.option_id)]
        chosen: set[Thing] = set(roots)
        waiting = [*roots, *self._above(roots, chosen)]
        chosen.update(waiting)
        while waiting:
            thing = waiting.pop()
            for child in self._below(thing):
                if child not in chosen and (more := self._with_all_above(child, chosen)):
                    chosen.update(more)
                    waiting += more
        found: dict[type[Model], list[int]] = defaultdict(list)
        for model, pk in sorted(chosen, key=lambda thing: (thing[0]._meta.label, thing[1])):
            found[model].append(pk)
        return found

    def _below(self, thing: Thing) -> Iterator[Thing]:
        if thing[0] is not Mentorship:
            yield from self.children[thing]

    def _above(self, things: Iterable[Thing], chosen: set[Thing]) -> list[Thing]:
        found: list[Thing] = []
        for thing in things:
            found += [above for above in self.points_at[thing] if above not in chosen and above not in found]
        return found + self._above(found, chosen | set(found)) if found else []

    def _with_all_above(self, thing: Thing, chosen: set[Thing]) -> list[Thing]:
        """This and what it points at that is not chosen yet; nothing where that is work of another assignment."""
        found = [thing, *self._above([thing], chosen)]
        return [] if any(model in (Assignment, Option) for model, _pk in found) else found


def people_span() -> Span:
    span = spans([User])[User]
    if span.stride != User.objects.count():
        raise CommandError("The numbers of the demo's people have gaps, so that they cannot be copied by numbers.")
    return span
