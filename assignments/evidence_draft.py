"""The words of an evidence form that were not sent yet, and which files came with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from stretchhub.people.models import Draft

from .models import StagedFile

SINGLE = (
    "kind",
    "title",
    "text",
    "link",
    "learned",
    "changed",
    "happened_on",
    "milestone",
    "outcome",
    "another",
    "one_more",
    "shared_with_sponsor",
    "shared_at_review",
)
TEXTS = (
    ("title", _("What is it?")),
    ("text", _("In words")),
    ("link", _("Link")),
    ("learned", _("What I learned")),
    ("changed", _("What it changed")),
)
SEVERAL = ("competencies", "components")
LONGEST = 20_000
MOST = 200


@dataclass(frozen=True)
class Kept:
    """A draft as its form shows it."""

    initial: dict[str, Any]
    edit: int = 0
    saved_at: datetime | None = None
    # Names of files that were chosen and are not here: they never arrived, or a day has passed.
    missing: tuple[str, ...] = ()
    # Codes of those that were ticked; None where nothing was said of files.
    ticked: frozenset[str] | None = None
    # Of a change: the version that it began from, and the files that were to be taken out.
    version: str = ""
    without: tuple[str, ...] = ()

    def left_out(self, waiting: dict[str, StagedFile]) -> set[str]:
        """Files that were uploaded and then unticked."""
        return set() if self.ticked is None else set(waiting) - self.ticked


def content_of(data: QueryDict, waiting: dict[str, StagedFile]) -> dict[str, Any]:
    """What is worth keeping of a form as it stands."""
    content: dict[str, Any] = {name: _plain(data[name]) for name in SINGLE if data.get(name)}
    content |= {name: [_plain(each) for each in data.getlist(name)[:MOST]] for name in SEVERAL if name in data}
    if waiting:
        ticked = set(data.getlist("staged")[:MOST])
        content["staged"] = [[code, each.name] for code, each in waiting.items() if code in ticked]
    if unsent := [_plain(name)[:255] for name in data.getlist("unsent")[:MOST] if name]:
        content["unsent"] = unsent
    return content


def change_of(data: QueryDict, waiting: dict[str, StagedFile]) -> dict[str, Any]:
    """The same of a form that changes something: what was emptied is kept as empty."""
    content = content_of(data, waiting)
    content |= {name: _plain(data[name]) for name in (*SINGLE, "version") if name in data}
    return content | {name: [_plain(each) for each in data.getlist(name)[:MOST]] for name in (*SEVERAL, "without")}


def _plain(words: str) -> str:
    """As a database can keep it."""
    return words.replace("\x00", "")[:LONGEST].encode(errors="replace").decode()


def kept_of(draft: Draft | None, waiting: dict[str, StagedFile]) -> Kept:
    """The draft as initial values, with what is not here any more named."""
    if draft is None:
        return Kept({})
    content = draft.content
    initial = {name: content[name] for name in (*SINGLE, *SEVERAL) if name in content}
    for name in ("shared_with_sponsor", "shared_at_review"):
        initial[name] = bool(content.get(name))
    gone = [name for code, name in content.get("staged", ()) if code not in waiting]
    here = {each.name for each in waiting.values()}
    unsent = [name for name in content.get("unsent", ()) if name not in here]
    ticked = frozenset(code for code, _called in content["staged"]) if "staged" in content else None
    missing = tuple(dict.fromkeys([*gone, *unsent]))
    change = (content.get("version", ""), tuple(content.get("without", ())))
    return Kept(initial, draft.edit, draft.saved_at, missing, ticked, *change)


def texts_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    """What was typed, to be put beside what was typed elsewhere."""
    return [(str(label), str(content.get(name, ""))) for name, label in TEXTS]
