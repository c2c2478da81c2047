"""Writing the final ratings of a cycle to a file, in bounded memory.

Which rows belong to the file is one statement's answer, so the number of rows is known before the
first is written; the rows then follow in stretches by primary key. Final ratings never change, so
a stretch read later says what it would have said at the start.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db.models import Count
from django.utils.text import slugify

from stretchhub.cells import Bare, line

from .columns import COLUMNS, DICTIONARY_HEADERS, HEADERS, dictionary_rows
from .models import READABLE, Export, Format, Level, ReviewCycle, Score

STRETCH = 1000
# What a sheet of XLSX can hold, its header aside.
MOST_SHEET_ROWS = 1_048_575
RATING_FIELDS = (
    "pk",
    "criterion_id",
    "review__cycle__code",
    "review__assignment__code",
    "review__assignment__title",
    "review__assignment__mentee__employee_id",
    "review__assignment__mentee__email",
    "review__assignment__mentee__full_name",
    "review__assignment__mentee__department",
    "review__assignment__mentor__email",
    "review__assignment__sponsor__email",
    "review__rater__email",
    "review__rater__full_name",
    "review__relation",
    "criterion__key",
    "level",
    "not_observed",
    "note",
    "review__cycle__rubric__version",
    "review__submitted_at",
    "review__final_at",
)


class TooManyRows(Exception):
    """A sheet cannot hold this many rows; CSV can."""


class CellTooLong(Exception):
    """A cell of XLSX cannot hold this text; CSV can."""


class RowsMissing(Exception):
    """Fewer rows could be read than there were at the start."""


@dataclass(frozen=True)
class Written:
    """What a finished file holds."""

    rows: int
    size: int
    sha256: str


def final_scores(cycle: ReviewCycle) -> Any:
    """The ratings an export holds: a row for rater and criterion of each final review."""
    return Score.objects.filter(review__cycle=cycle, review__status__in=READABLE)


def chosen(cycle: ReviewCycle) -> array[int]:
    """The keys of all rows of the file, eight bytes each."""
    return array("q", final_scores(cycle).order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000))


def rows(cycle: ReviewCycle, keys: array[int], export_id: str) -> Iterator[tuple[Any, ...]]:
    """The rows as they stand in the file, in the order of their keys."""
    names = {
        (criterion, value): name
        for criterion, value, name in Level.objects.filter(criterion__rubric=cycle.rubric_id).values_list(
            "criterion_id", "value", "name"
        )
    }
    for start in range(0, len(keys), STRETCH):
        stretch = keys[start : start + STRETCH].tolist()
        linked = dict(
            Score.evidence.through.objects.filter(score_id__in=stretch)
            .values_list("score_id")
            .annotate(number=Count("pk"))
            .order_by()
        )
        found = Score.objects.filter(pk__in=stretch).order_by("pk").values_list(*RATING_FIELDS)
        for rating in found:
            yield _row(rating, names, linked, export_id)


def _row(rating: tuple[Any, ...], names: dict, linked: dict, export_id: str) -> tuple[Any, ...]:
    pk, criterion, cycle, assignment, *people = rating
    *people, key, level, not_observed, note, version, submitted, final = people
    name = names.get((criterion, level)) if level is not None else None
    counted = (linked.get(pk, 0), version, _moment(submitted), _moment(final), export_id)
    return (cycle, str(assignment), *people, key, level, name, not_observed, note, *counted)


def _moment(value: datetime | None) -> Bare | None:
    return None if value is None else Bare(f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")


def write(
    path: Path,
    cycle: ReviewCycle,
    format: str,
    *,
    export_id: str,
    began: Callable[[int], None] = lambda total: None,
    progress: Callable[[int], None] = lambda done: None,
) -> Written:
    """Write the whole file to `path` and say what it holds; a file called so is never short.

    `began` hears the number of rows before the first, `progress` how many are written so far.
    """
    keys = chosen(cycle)
    began(len(keys))
    writer = _write_xlsx if format == Format.XLSX else _write_csv
    count = writer(path, _counted(rows(cycle, keys, export_id), progress), len(keys))
    if count != len(keys):
        raise RowsMissing(f"{count} of {len(keys)} rows could be read.")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return Written(count, path.stat().st_size, digest.hexdigest())


def _counted(source: Iterator[tuple[Any, ...]], progress: Callable[[int], None]) -> Iterator[tuple[Any, ...]]:
    done = 0
    for done, row in enumerate(source, start=1):
        yield row
        if done % STRETCH == 0:
            progress(done)
    progress(done)


def _write_csv(path: Path, source: Iterator[tuple[Any, ...]], total: int) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(line(HEADERS))
        for row in source:
            file.write(line(row))
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _write_xlsx(path: Path, source: Iterator[tuple[Any, ...]], total: int) -> int:
    if total > MOST_SHEET_ROWS:
        raise TooManyRows
    options = {"constant_memory": True, "tmpdir": str(path.parent), "default_date_format": "", "in_memory": False}
    book = xlsxwriter.Workbook(str(path), options)
    # No moment of writing inside, so that the same ratings give the same file.
    book.set_properties({"title": "Reviews", "created": datetime(2000, 1, 1, tzinfo=UTC)})
    bold = book.add_format({"bold": True, "text_wrap": False})
    sheet = book.add_worksheet("Ratings")
    _prepare(sheet, [max(12, len(column.name) + 2) for column in COLUMNS])
    _xlsx_row(sheet, 0, HEADERS, bold)
    count = 0
    for count, row in enumerate(source, start=1):
        _xlsx_row(sheet, count, row)
    dictionary = book.add_worksheet("Dictionary")
    _prepare(dictionary, [22, 16, 70, 16, 28])
    _xlsx_row(dictionary, 0, DICTIONARY_HEADERS, bold)
    for number, row in enumerate(dictionary_rows(), start=1):
        _xlsx_row(dictionary, number, row)
    book.close()
    return count


def _prepare(sheet: Any, widths: list[int]) -> None:
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _xlsx_row(sheet: Any, number: int, values: tuple[Any, ...], style: Any = None) -> None:
    for column, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value, style)
        elif isinstance(value, int):
            sheet.write_number(number, column, value, style)
        else:
            _xlsx_text(sheet, number, column, str(value), style)


def _xlsx_text(sheet: Any, number: int, column: int, text: str, style: Any) -> None:
    """Never `write`, which makes formulas and links of text; and never a text cut short."""
    if sheet.write_string(number, column, text, style) != 0:
        raise CellTooLong


def write_dictionary(path: Path) -> int:
    """Write the data dictionary as CSV; the number of columns it explains."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(dictionary_lines())
    return len(COLUMNS)


def dictionary_lines() -> Iterator[str]:
    yield line(DICTIONARY_HEADERS)
    for row in dictionary_rows():
        yield line(row)


def download_name(export: Export) -> str:
    """What the file is called where it is saved."""
    day = export.completed_at.astimezone(UTC) if export.completed_at else export.requested_at
    return f"reviews-{slugify(export.cycle.code)}-{day:%Y-%m-%d}.{export.format}"
