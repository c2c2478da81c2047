"""What a column of an export is and how its values stand in each format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from stretchhub.cells import Bare

TEXT, NUMBER, DECIMAL = "text", "whole number", "number"
DAY, MOMENT, TRUTH = "date", "date and time", "true or false"
ISO_DAY, ISO_MOMENT = "ISO 8601", "ISO 8601, UTC"
NEVER = "never empty"
# Of a column that stands in every row as it is.
SHOWN = object()
MAYBE_TEXT = "may be an empty text"


@dataclass(frozen=True)
class Column:
    """One column; what it says stays in English whatever the reader's language, like its header.

    `source` is a lookup or an expression of the table's model; None where the rows are made in Python.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    empty: str = NEVER
    source: Any = field(default=None, compare=False, repr=False)
    # What stands in the rows that the table keeps back; such a column tells what nobody may read there.
    instead: Any = field(default=SHOWN, compare=False, repr=False)


EXPORT_ID = Column("export_id", TEXT, "Code of the export that wrote this file, as in the audit trail.", "UUID")


def as_text(column: Column, value: Any) -> Any:
    """How a value stands in CSV: text as text, everything of our own making bare, nothing where there is none."""
    if value is None:
        return None
    if column.kind == TEXT:
        return str(value)
    if column.kind == MOMENT:
        return Bare(moment(value))
    if column.kind == DAY:
        return Bare(value.isoformat())
    return value if column.kind in (TRUTH, NUMBER) else Bare(plain_number(value))


def as_json(column: Column, value: Any) -> Any:
    """How a value stands in JSON: numbers and truths as themselves, days and moments as text, null for none."""
    if value is None or column.kind in (TRUTH, NUMBER):
        return value
    if column.kind == MOMENT:
        return moment(value)
    if column.kind == DAY:
        return value.isoformat()
    return float(value) if column.kind == DECIMAL else str(value)


def moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def plain_number(value: Any) -> str:
    """Without an exponent, however small."""
    return f"{value:f}" if not isinstance(value, float) else repr(value)


def in_sheet(column: Column, value: Any) -> date | datetime | None:
    """What a sheet shows as a date; it knows no zones and none before 1900."""
    if column.kind == MOMENT and value.year > 1900:
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    if column.kind == DAY and value.year > 1900:
        return value
    return None
