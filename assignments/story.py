"""The story of an assignment as one person may read it: what happened, the newest first, by key, in one query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.compiled import compiled
from stretchhub.pages import PAGE_SIZE, Page
from stretchhub.text import first_line

from .models import Assignment, ScopeState
from .story_rows import BRANCHES, Rows

LONGEST = 180
LARGEST_KEY = 19
# What the line of time carries of the story; milestones and check-ins come to it with what is planned of them.
ON_THE_LINE = ("decision", "evidence", "setback", "scope")
# So many of them at most: the newest.
MOST_ON_THE_LINE = 40


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
        return looks()[self.kind][1]

    @property
    def tone(self) -> str:
        return looks()[self.kind][2]

    @property
    def name(self) -> str:
        return str(looks()[self.kind][0])


LOOKS: dict[str, tuple[Any, str, str]] = {
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


@dataclass(frozen=True)
class Chapter:
    """A kind of entry that an app further up tells: its rows (see `story_rows`), and how they are worded.

    `look` is the word for the kind, its icon and its tone; `page` the name of the page of one, by its code;
    `title` stands for all of them where they have no words of their own; `more` makes words of the last column.
    """

    name: str
    look: tuple[Any, str, str]
    rows: Rows
    page: str
    more: Callable[[str], str]
    title: Any = ""


_chapters: dict[str, Chapter] = {}


def register(chapter: Chapter) -> None:
    _chapters[chapter.name] = chapter


def looks() -> Mapping[str, tuple[Any, str, str]]:
    """Every kind in the order in which it is offered: start and end come last."""
    added = {name: chapter.look for name, chapter in _chapters.items()}
    return {**{kind: look for kind, look in LOOKS.items() if kind != "edge"}, **added, "edge": LOOKS["edge"]}


def _branches() -> list[tuple[str, Rows]]:
    return [*BRANCHES, *((name, chapter.rows) for name, chapter in _chapters.items())]


def kinds_for(part: str) -> list[str]:
    return [kind for kind in looks() if part != "sponsor" or kind not in BETWEEN_THE_TWO]


def story_of(
    assignment: Assignment, user: Any, day: date, *, kind: str = "", after: str = "", size: int = PAGE_SIZE
) -> Page:
    """What happened until this day, beyond a key; nothing that is added later moves a row to another place."""
    beyond = _read_key(after)
    branches = [
        _beyond(made(assignment, user, assignment.mentee.zone).filter(story_day__lte=day), name, beyond)
        for name, made in _branches()
        if not kind or name.split(".")[0] == kind
    ]
    found = list(_newest(branches)[: size + 1])
    entries = [_entry(row, assignment) for row in found[:size]]
    return Page(entries, _write_key(found[size - 1]) if len(found) > size else "", first=beyond is None)


def latest(assignment: Assignment, user: Any) -> list[Entry]:
    """What the line of time carries of the story, the newest first, as far as this person may read it; one query."""
    return [_entry(row, assignment) for row in _latest(assignment, user, assignment.mentee.zone)]


@compiled
def _latest(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    return _newest([made(assignment, user, zone) for name, made in BRANCHES if name in ON_THE_LINE])[:MOST_ON_THE_LINE]


def _newest(branches: list[QuerySet]) -> QuerySet:
    rows = branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0]
    return rows.order_by("-story_day", "story_kind", "-story_key")


# --- the key ------------------------------------------------------------------------------------


def _write_key(row: Mapping[str, Any]) -> str:
    return f"{row['story_day'].isoformat()}~{row['story_kind']}~{row['story_key']}"


def _read_key(after: str) -> tuple[date, str, int] | None:
    """A key that cannot be read begins the story anew: an address typed wrongly is no error."""
    parts = after.split("~")
    known = len(parts) == 3 and parts[1] in dict(_branches())
    if not known or not (parts[2].isdecimal() and len(parts[2]) < LARGEST_KEY):
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


# --- the words ----------------------------------------------------------------------------------

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
    if kind in _chapters:
        return reverse(_chapters[kind].page, args=[thing])
    if kind in ADDRESSES:
        return reverse(f"assignments:{ADDRESSES[kind]}", args=[thing])
    page = "plan" if kind == "milestone" else "charter" if kind == "edge" else "detail"
    return reverse(f"assignments:{page}", args=[assignment.code])


# What has no words of its own.
TITLES = {
    "edge.start": gettext_lazy("The work began"),
    "edge.end": gettext_lazy("The work ended"),
    "check_in": gettext_lazy("Check-in kept"),
    "reflection": gettext_lazy("Reflection"),
    "pause": gettext_lazy("Paused"),
}


def _title(name: str, words: str, more: str) -> str:
    if name == "measurement":
        value = more.rstrip("0").rstrip(".") if "." in more else more
        return _("%(metric)s: %(value)s") % {"metric": words, "value": value}
    if name in _chapters:
        return str(_chapters[name].title) or words
    if name == "milestone":
        return _("Done: %(title)s") % {"title": words}
    return str(TITLES.get(name, words))


def _more(name: str, more: str) -> str:
    """What came of it, in words to stand below."""
    if name in _chapters:
        return _chapters[name].more(more)
    if name == "scope":
        return str(ScopeState(more).label)
    if name == "pause":
        return _("until %(day)s") % {"day": more[:10]} if more else _("It still rests.")
    if name in ("decision", "setback"):
        return first_line(more, LONGEST)
    return ""
