"""The story of an assignment as one person may read it: what happened, the newest first, by key, in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.pages import PAGE_SIZE, Page
from stretchhub.text import first_line

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

LONGEST = 180
LARGEST_KEY = 19


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `more` is a short word about it."""

    kind: str
    key: int
    day: date
    title: str
    url: str
    note: str = ""
    more: str = ""

    @property
    def icon(self) -> str:
        return LOOKS[self.kind][1]

    @property
    def tone(self) -> str:
        return LOOKS[self.kind][2]

    @property
    def name(self) -> str:
        return str(LOOKS[self.kind][0])


LOOKS: Mapping[str, tuple[Any, str, str]] = {
    "milestone": (gettext_lazy("Milestones"), "flag", "growth"),
    "check_in": (gettext_lazy("Check-ins"), "chat-bubble-left-right", "growth"),
    "decision": (gettext_lazy("Decisions"), "scale", "accent"),
    "evidence": (gettext_lazy("Evidence"), "document-text", "info"),
    "setback": (gettext_lazy("Setbacks"), "arrow-uturn-left", "caution"),
    "reflection": (gettext_lazy("Reflections"), "pencil", ""),
    "feedback": (gettext_lazy("Feedback"), "chat-bubble-oval-left", "info"),
    "scope": (gettext_lazy("Scope"), "arrows-pointing-out", "caution"),
    "measurement": (gettext_lazy("Measurements"), "chart-bar", "info"),
    "pause": (gettext_lazy("Pauses"), "pause-circle", ""),
    "edge": (gettext_lazy("Start and end"), "play", "accent"),
}
# Of these a sponsor is never told anything, so nothing offers to look for them.
BETWEEN_THE_TWO = ("check_in", "reflection", "feedback")


def kinds_for(part: str) -> list[str]:
    return [kind for kind in LOOKS if part != "sponsor" or kind not in BETWEEN_THE_TWO]


def story_of(
    assignment: Assignment, user: Any, day: date, *, kind: str = "", after: str = "", size: int = PAGE_SIZE
) -> Page:
    """What happened until this day, beyond a key; nothing that is added later moves a row to another place."""
    beyond = _read_key(after)
    branches = [
        _beyond(made(assignment, user).filter(story_day__lte=day), name, beyond)
        for name, made in BRANCHES
        if not kind or name.split(".")[0] == kind
    ]
    rows = branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0]
    found = list(rows.order_by("-story_day", "story_kind", "-story_key")[: size + 1])
    entries = [_entry(row, assignment) for row in found[:size]]
    return Page(entries, _write_key(found[size - 1]) if len(found) > size else "", first=beyond is None)


# --- the key ------------------------------------------------------------------------------------


def _write_key(row: Mapping[str, Any]) -> str:
    return f"{row['story_day'].isoformat()}~{row['story_kind']}~{row['story_key']}"


def _read_key(after: str) -> tuple[date, str, int] | None:
    """A key that cannot be read begins the story anew: an address typed wrongly is no error."""
    parts = after.split("~")
    if len(parts) != 3 or parts[1] not in NAMES or not (parts[2].isdecimal() and len(parts[2]) < LARGEST_KEY):
        return None
    try:
        return date.fromisoformat(parts[0]), parts[1], int(parts[2])
    except ValueError:
        return None


def _beyond(rows: QuerySet, name: str, key: tuple[date, str, int] | None) -> QuerySet:
    """The rows of one kind that come after the key: (day, kind, key), day and key falling, kind rising."""
    if key is None:
        return rows
    day, kind, number = key
    if name > kind:
        return rows.filter(story_day__lte=day)
    if name < kind:
        return rows.filter(story_day__lt=day)
    return rows.filter(Q(story_day__lt=day) | Q(story_day=day, story_key__lt=number))


# --- the kinds ----------------------------------------------------------------------------------


def _rows(found: QuerySet, name: str, *, day: Any, words: Any, note: Any, more: Any = "", thing: str = "code"):
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


def _local(name: str, assignment: Assignment) -> TruncDate:
    """The day of a moment where the mentee is."""
    return TruncDate(name, tzinfo=assignment.mentee.zone)


def _started(assignment: Assignment, user: Any) -> QuerySet:
    found = Assignment.objects.visible_to(user).filter(pk=assignment.pk, activated_at__isnull=False)
    return _rows(found, "edge.start", day=F("starts_on"), words="", note="outcome")


def _ended(assignment: Assignment, user: Any) -> QuerySet:
    found = Assignment.objects.visible_to(user).filter(pk=assignment.pk, closed_at__isnull=False)
    return _rows(found, "edge.end", day=_local("closed_at", assignment), words="", note="ending_reason", more="ending")


def _milestones(assignment: Assignment, user: Any) -> QuerySet:
    found = Milestone.objects.visible_to(user).filter(assignment=assignment, done_at__isnull=False)
    return _rows(found, "milestone", day=_local("done_at", assignment), words="title", note="definition_of_progress")


def _check_ins(assignment: Assignment, user: Any) -> QuerySet:
    """Those both answered, for the two alone."""
    said = CheckInAnswer.objects.filter(check_in=OuterRef("pk"), by=OuterRef("assignment__mentee"))
    found = CheckIn.objects.visible_to(user).filter(assignment=assignment, cancelled_at__isnull=True)
    found = found.annotate(sides=Count("answers")).filter(sides=2)
    return _rows(found, "check_in", day=F("due_on"), words="", note=Subquery(said.values("moved")[:1]))


def _decisions(assignment: Assignment, user: Any) -> QuerySet:
    found = Decision.objects.visible_to(user).filter(assignment=assignment)
    return _rows(found, "decision", day=F("decided_on"), words="decision", note="reason", more="happened")


def _evidence(assignment: Assignment, user: Any) -> QuerySet:
    found = Evidence.objects.visible_to(user).filter(assignment=assignment)
    return _rows(found, "evidence", day=F("happened_on"), words="title", note="learned")


def _setbacks(assignment: Assignment, user: Any) -> QuerySet:
    found = Setback.objects.visible_to(user).filter(assignment=assignment)
    return _rows(found, "setback", day=F("happened_on"), words="title", note="happened", more="changed")


def _reflections(assignment: Assignment, user: Any) -> QuerySet:
    found = Reflection.objects.visible_to(user).filter(assignment=assignment)
    return _rows(found, "reflection", day=F("on"), words="", note="worked")


def _feedback(assignment: Assignment, user: Any) -> QuerySet:
    found = FeedbackRound.objects.visible_to(user).filter(assignment=assignment, closed_at__isnull=False)
    return _rows(found, "feedback", day=_local("closed_at", assignment), words="about", note="changed_because")


def _scope(assignment: Assignment, user: Any) -> QuerySet:
    found = ScopeChange.objects.visible_to(user).filter(assignment=assignment).exclude(state=ScopeState.WITHDRAWN)
    return _rows(found, "scope", day=_local("asked_at", assignment), words="title", note="why", more="state")


def _measurements(assignment: Assignment, user: Any) -> QuerySet:
    found = Measurement.objects.visible_to(user).standing().filter(assignment=assignment)
    return _rows(
        found,
        "measurement",
        day=F("measured_on"),
        words="outcome__metric",
        note="note",
        more="value",
        thing="assignment__code",
    )


def _pauses(assignment: Assignment, user: Any) -> QuerySet:
    seen = Assignment.objects.visible_to(user).filter(pk=assignment.pk)
    found = Pause.objects.filter(assignment__in=seen)
    return _rows(found, "pause", day=F("from_on"), words="", note="", more="until_on", thing="assignment__code")


# Evidence of another kind comes in with a name of its own; what is before the dot is what it is filtered by.
BRANCHES: tuple[tuple[str, Callable[[Assignment, Any], QuerySet]], ...] = (
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
NAMES = frozenset(name for name, _made in BRANCHES)
ADDRESSES = {
    "check_in": "check-in",
    "decision": "decision",
    "evidence": "evidence",
    "setback": "setback",
    "reflection": "reflection",
    "feedback": "feedback-round",
    "scope": "scope-decide",
    "measurement": "measurements",
}


def _entry(row: Mapping[str, Any], assignment: Assignment) -> Entry:
    name = row["story_kind"]
    kind = name.split(".")[0]
    return Entry(
        kind=kind,
        key=row["story_key"],
        day=row["story_day"],
        title=_title(name, row["story_words"], row["story_more"]),
        url=_address(kind, row["story_thing"], assignment),
        note=first_line(row["story_note"], LONGEST),
        more=_more(name, row["story_more"]),
    )


def _address(kind: str, thing: Any, assignment: Assignment) -> str:
    if kind in ADDRESSES:
        return reverse(f"assignments:{ADDRESSES[kind]}", args=[thing])
    page = "plan" if kind == "milestone" else "charter" if kind == "edge" else "detail"
    return reverse(f"assignments:{page}", args=[assignment.code])


def _title(name: str, words: str, more: str) -> str:
    fixed = {
        "edge.start": _("The work began"),
        "edge.end": _("The work ended"),
        "check_in": _("Check-in kept"),
        "reflection": _("Reflection"),
        "pause": _("Paused"),
    }
    if name == "measurement":
        value = more.rstrip("0").rstrip(".") if "." in more else more
        return _("%(metric)s: %(value)s") % {"metric": words, "value": value}
    if name == "milestone":
        return _("Done: %(title)s") % {"title": words}
    return fixed.get(name) or words


def _more(name: str, more: str) -> str:
    """What came of it, in words to stand below."""
    if name == "scope":
        return str(ScopeState(more).label)
    if name == "pause":
        return _("until %(day)s") % {"day": more[:10]} if more else _("It still rests.")
    if name in ("decision", "setback"):
        return first_line(more, LONGEST)
    return ""
