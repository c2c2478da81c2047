"""One row of the HR directory's file on its own: what it says, and what is wrong with it."""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.translation import get_supported_language_variant, gettext_lazy
from django.utils.translation import gettext as _

from stretchhub.tables import Problem

from .directory import Record
from .unseen import holds_unseen

# The field of a person that each column fills.
FIELD = {
    "employee_id": "employee_id",
    "email": "email",
    "full_name": "full_name",
    "preferred_name": "preferred_name",
    "job_title": "job_title",
    "department": "department",
    "location": "location",
    "timezone": "time_zone",
    "locale": "locale",
}
LONGEST = {
    "employee_id": 64, "email": 254, "full_name": 200, "preferred_name": 100, "job_title": 200,
    "department": 300, "location": 200, "manager_employee_id": 64, "timezone": 64, "locale": 16,
}  # fmt: skip
NEEDED = ("employee_id", "email", "full_name")
# People choose these for themselves, so an empty cell leaves what they have chosen.
KEPT_WHEN_EMPTY = {"preferred_name", "time_zone", "locale"}
ACTIVE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """What one right row says about one person."""

    number: int
    employee_id: str
    manager_id: str
    active: bool
    fields: dict[str, str]

    @property
    def email(self) -> str:
        return self.fields["email"]


def wrong(record: Record) -> list[Problem]:
    """The problems that keep this record from being a row."""
    if record.problem:
        return [record.problem]
    return [Problem(record.row, column, message) for column, message in _wrong(record.cells)]


def read(record: Record) -> Row:
    """The row that a record without problems says."""
    cells = record.cells
    fields = {field: cells[column] for column, field in FIELD.items()}
    fields["email"] = fields["email"].lower()
    fields["locale"] = language(fields["locale"]) if fields["locale"] else ""
    for name in KEPT_WHEN_EMPTY:
        if not fields[name]:
            del fields[name]
    return Row(record.row, cells["employee_id"], cells["manager_employee_id"], ACTIVE[cells["active"].lower()], fields)


def changes(row: Row, person: Any) -> list[str]:
    """The fields of this person that the row would change; manager and active are asked elsewhere."""
    return [name for name, value in row.fields.items() if (getattr(person, name) or "") != value]


def _wrong(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column, most in LONGEST.items():
        value = cells[column]
        if not value:
            if column in NEEDED:
                yield column, _("It is empty. Fill it in.")
        elif len(value) > most:
            yield (
                column,
                _("It is %(length)s characters long. At most %(most)d are kept: shorten it.")
                % {
                    "length": number_format(len(value), force_grouping=True),
                    "most": most,
                },
            )
        elif holds_unseen(value):
            yield column, _("It holds a control character that cannot be seen. Type the cell again.")
        elif column in RIGHT and not RIGHT[column](value):
            yield column, WORDS[column] % value[:80]
    if cells["manager_employee_id"] and cells["manager_employee_id"] == cells["employee_id"]:
        yield "manager_employee_id", _("A person cannot be their own manager. Leave it empty or name somebody else.")
    if cells["active"].lower() not in ACTIVE:
        yield "active", _("“%s” says neither. Write true or false (yes or no, 1 or 0).") % cells["active"][:40]


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


@functools.cache
def time_zones() -> frozenset[str]:
    """Every zone's name; asked for each row, so read from disk only once."""
    return frozenset(zoneinfo.available_timezones())


@functools.lru_cache(maxsize=256)
def language(tag: str) -> str:
    """The language of ours that is nearest to what the HR system says."""
    try:
        return get_supported_language_variant(tag.replace("_", "-").lower())
    except LookupError:
        return settings.LANGUAGE_CODE


RIGHT: dict[str, Callable[[str], Any]] = {
    "email": _is_email,
    "timezone": lambda value: value in time_zones(),
    "locale": LANGUAGE_TAG.fullmatch,
}
WORDS = {
    "email": gettext_lazy("“%s” is not an e-mail address. Write it as name@example.org."),
    "timezone": gettext_lazy("“%s” is not a time zone. Use a name such as Europe/London."),
    "locale": gettext_lazy("“%s” is not a language. Use a tag such as en-GB."),
}
