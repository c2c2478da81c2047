"""What a packet is told in: sections of groups of items, and days as they are read years later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats


@dataclass(frozen=True)
class File:
    """A file of a piece of evidence, and by what it is known."""

    code: str
    name: str
    size: str
    sha256: str


@dataclass(frozen=True)
class Item:
    """One thing: its title, what stands beside it, somebody's words, lines of facts, and files."""

    title: str
    beside: str = ""
    words: str = ""
    lines: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Group:
    """Things that belong together; a group without a title is all there is in its section."""

    items: tuple[Item, ...]
    title: str = ""
    lead: str = ""
    notes: tuple[str, ...] = ()
    # Raters on the line from 1 to 5: name, level or none, whether it is the own rating.
    marks: tuple[tuple[str, int | None, bool], ...] = ()


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    note: str
    groups: tuple[Group, ...]
    # Said where there is nothing.
    nothing: str = ""


def day(value: str | None) -> str:
    """“29 Nov 2026”, always with its year: a packet is read years later."""
    return formats.date_format(date.fromisoformat(value[:10]), "j M Y") if value else ""


def period(told: Mapping[str, Any]) -> str:
    """“6 Jun 2025 – 9 Sep 2025”, or the one of the two that there is."""
    return " – ".join(filter(None, (day(told["starts_on"]), day(told["ends_on"]))))


def moment(value: str | None) -> str:
    """“29 Nov 2026, 03:00 UTC”: the same for every reader."""
    if not value:
        return ""
    return formats.date_format(datetime.fromisoformat(value.replace("Z", "+00:00")), "j M Y, H:i") + " UTC"


def part_of(key: str, title: str, note: str, items: Sequence[Item], nothing: str) -> Part:
    """A section with one group of items, or what is said where there is none."""
    return Part(key, title, note, (Group(tuple(items)),) if items else (), nothing)
