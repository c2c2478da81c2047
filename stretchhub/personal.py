"""What each app holds about people, and what becomes of it when a person is erased.

An app says it in its `personal.py`, beside the models it is about; settings name those modules. Words go unless it is
said that they stay: a column that is added later is emptied with the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Stands where words of an erased person stood.
GONE = "[erased]"
# Stands where words stood that are no longer kept.
LET_GO = "[no longer kept]"
# A mail address that nobody has, another one for each row.
NO_ADDRESS = object()


@dataclass(frozen=True)
class Holding:
    """Rows of one model that are a person's own.

    `of` leads from a row to the person; `when` narrows the rows. They are deleted where `delete` says so, else they
    stay for others' records under the person's pseudonym and lose their words, all but the columns in `stays`; `to`
    names what columns become that hold anything else, such as JSON and numbers.
    """

    model: str
    of: str
    delete: bool = False
    when: Mapping[str, Any] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    to: Mapping[str, Any] = field(default_factory=dict)
    # A law may want these rows kept; whose and until when is said with the erasure.
    by_law: bool = False


@dataclass(frozen=True)
class Outsiders:
    """Where people without an account stand, by address and name; since when, by the column `at`."""

    model: str
    address: str
    name: str
    at: str
    # What these rows are, as whoever erases reads it beside their number; rows that say nothing more have no word.
    called: Any = ""
    delete: bool = False
    to: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Personal:
    """What one app says: its holdings in the order in which they go; models that hold nothing of anybody's, or whose
    words stay though people are named in them, with the reason; and what else is to be done for somebody."""

    holdings: tuple[Holding, ...]
    outsiders: tuple[Outsiders, ...] = ()
    own: tuple[Own, ...] = ()
    not_personal: Mapping[str, str] = field(default_factory=dict)
    stays: Mapping[str, str] = field(default_factory=dict)
    # Before anything goes, and after it: each gets the person.
    before: tuple[Callable[[Any], object], ...] = ()
    after: tuple[Callable[[Any], object], ...] = ()
    # For somebody without an account, before anything goes: each gets the address, and up to which moment.
    outside: tuple[Callable[[str, datetime], object], ...] = ()


@dataclass(frozen=True)
class Own:
    """Rows of one model that a person's archive holds, under a name that stays the same.

    `mine` are the ways from a row to the person, one is enough; `when` narrows the rows. All columns are told but those
    that `hide` names and those that only code reads; who else is in a row is told as “somebody else”.
    """

    name: str
    model: str
    mine: tuple[str, ...]
    when: Mapping[str, Any] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    # The columns of the file's place and of its name, where there is one.
    file: str = ""
    file_name: str = ""
