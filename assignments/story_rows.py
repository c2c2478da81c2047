"""What the story of an assignment is made of: one queryset a kind, all with the same columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, TruncDate

from .models import (
    Assignment,
    CheckIn,
    CheckInAnswer,
    Decision,
    Evidence,
    FeedbackRound,
    Measurement,
    Milestone,
    Pause,
    Reflection,
    ScopeChange,
    ScopeState,
    Setback,
)

# What one kind has to tell this reader of an assignment, whose mentee is in this zone.
Rows = Callable[[Assignment, Any, ZoneInfo], QuerySet]


def story_rows(found: QuerySet, name: str, *, day: Any, words: Any, note: Any, more: Any = "", thing: str = "code"):
    """The columns that every kind has, in one order and of one type."""
    return found.order_by().values(
        story_day=day,
        story_kind=Value(name, output_field=CharField()),
        story_key=F("pk"),
        story_thing=F(thing),
        story_words=_text(words),
        story_note=_text(note),
        story_more=_text(more),
    )


def _text(words: Any) -> Any:
    expression = Value("") if words == "" else F(words) if isinstance(words, str) else words
    return Coalesce(Cast(expression, TextField()), Value("", output_field=TextField()))


def local_day(name: str, zone: ZoneInfo) -> TruncDate:
    """The day of a moment where the mentee is."""
    return TruncDate(name, tzinfo=zone)


def _started(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Assignment.objects.visible_to(user).filter(pk=assignment.pk, activated_at__isnull=False)
    return story_rows(found, "edge.start", day=F("starts_on"), words="", note="outcome")


def _ended(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Assignment.objects.visible_to(user).filter(pk=assignment.pk, closed_at__isnull=False)
    return story_rows(
        found, "edge.end", day=local_day("closed_at", zone), words="", note="ending_reason", more="ending"
    )


def _milestones(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Milestone.objects.visible_to(user).filter(assignment=assignment, done_at__isnull=False)
    return story_rows(found, "milestone", day=local_day("done_at", zone), words="title", note="definition_of_progress")


def _check_ins(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    """Those both answered, for the two alone."""
    said = CheckInAnswer.objects.filter(check_in=OuterRef("pk"), by=OuterRef("assignment__mentee"))
    found = CheckIn.objects.visible_to(user).filter(assignment=assignment, cancelled_at__isnull=True)
    found = found.annotate(sides=Count("answers")).filter(sides=2)
    return story_rows(found, "check_in", day=F("due_on"), words="", note=Subquery(said.values("moved")[:1]))


def _decisions(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Decision.objects.visible_to(user).filter(assignment=assignment)
    return story_rows(found, "decision", day=F("decided_on"), words="decision", note="reason", more="happened")


def _evidence(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Evidence.objects.visible_to(user).filter(assignment=assignment)
    return story_rows(found, "evidence", day=F("happened_on"), words="title", note="learned")


def _setbacks(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Setback.objects.visible_to(user).filter(assignment=assignment)
    return story_rows(found, "setback", day=F("happened_on"), words="title", note="happened", more="changed")


def _reflections(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Reflection.objects.visible_to(user).filter(assignment=assignment)
    return story_rows(found, "reflection", day=F("on"), words="", note="worked")


def _feedback(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = FeedbackRound.objects.visible_to(user).filter(assignment=assignment, closed_at__isnull=False)
    return story_rows(found, "feedback", day=local_day("closed_at", zone), words="about", note="changed_because")


def _scope(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = ScopeChange.objects.visible_to(user).filter(assignment=assignment).exclude(state=ScopeState.WITHDRAWN)
    return story_rows(found, "scope", day=local_day("asked_at", zone), words="title", note="why", more="state")


def _measurements(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = Measurement.objects.visible_to(user).standing().filter(assignment=assignment)
    return story_rows(
        found,
        "measurement",
        day=F("measured_on"),
        words="outcome__metric",
        note="note",
        more="value",
        thing="assignment__code",
    )


def _pauses(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    seen = Assignment.objects.visible_to(user).filter(pk=assignment.pk)
    found = Pause.objects.filter(assignment__in=seen)
    return story_rows(found, "pause", day=F("from_on"), words="", note="", more="until_on", thing="assignment__code")


# Evidence of another kind comes in with a name of its own; what is before the dot is what it is filtered by.
BRANCHES: tuple[tuple[str, Rows], ...] = (
    ("edge.start", _started),
    ("edge.end", _ended),
    ("milestone", _milestones),
    ("check_in", _check_ins),
    ("decision", _decisions),
    ("evidence", _evidence),
    ("setback", _setbacks),
    ("reflection", _reflections),
    ("feedback", _feedback),
    ("scope", _scope),
    ("measurement", _measurements),
    ("pause", _pauses),
)
