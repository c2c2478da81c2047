"""Writing an export to a file, in bounded memory, and saying what it holds."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from array import array
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import IO

from django.utils.text import slugify

from stretchhub.cells import line

from ..models import Export, Format
from .choosing import counts
from .copying import can_copy, one_moment
from .credits import CREDIT_COLUMNS, credit_rows
from .dictionary import ABOUT_COLUMNS, DICTIONARY_COLUMNS, Leaf, about_rows, dictionary_rows
from .lines import Blocks, csv_blocks, json_blocks, plain_csv, plain_json
from .scope import Scope
from .sheets import MOST_SHEET_ROWS, CellTooLong, Workbook
from .table import STRETCH, Row, Table

__all__ = ["CellTooLong", "RowsMissing", "TooManyRows", "Written", "download_name", "suffix", "write"]

# Any day would do, so that the same records give the same archive.
NO_DAY = (1980, 1, 1, 0, 0, 0)
FASTER = 3


class TooManyRows(Exception):
    """A sheet cannot hold this many rows; CSV can."""


class RowsMissing(Exception):
    """Other rows could be read than there were at the start."""


@dataclass(frozen=True)
class Written:
    """What a finished file holds, by table and in all."""

    counts: dict[str, int]
    size: int
    sha256: str

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass
class Job:
    """One file in the making: its tables with their keys, and how many rows are written."""

    scope: Scope
    tables: tuple[Table, ...]
    format: str
    export_id: str
    progress: Callable[[int], None]
    packed: Callable[[int], None]
    keys: dict[str, array[int]] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)

    def choose(self) -> None:
        """How many rows there are, and by which keys; what is copied needs none."""
        whole = [table for table in self.tables if self.format == Format.CSV and can_copy(table)]
        found = counts(self.scope, whole)
        for table in self.tables:
            if table.name not in found:
                self.keys[table.name] = table.keys(self.scope)
                found[table.name] = table.count(self.scope, self.keys[table.name])
        self.expected = {table.name: found[table.name] for table in self.tables}
        self.done = dict.fromkeys(self.expected, 0)

    def add(self, table: Table, rows: int) -> None:
        self.done[table.name] += rows
        self.progress(sum(self.done.values()))

    def check(self) -> None:
        if self.done != self.expected:
            raise RowsMissing(f"{self.done} of {self.expected} rows could be read.")

    def leaves(self) -> tuple[Leaf, ...]:
        """What goes with the tables: the dictionary, the credits and what the file is."""
        about = about_rows(self.export_id, self.scope.chosen(), self.expected)
        return (
            Leaf("dictionary", "Dictionary", DICTIONARY_COLUMNS, tuple(dictionary_rows(self.tables))),
            Leaf("credits", "Credits", CREDIT_COLUMNS, tuple(credit_rows())),
            Leaf("about", "About", ABOUT_COLUMNS, tuple(about)),
        )


def write(
    path: Path,
    scope: Scope,
    tables: tuple[Table, ...],
    format: str,
    *,
    export_id: str,
    began: Callable[[int], None] = lambda total: None,
    progress: Callable[[int], None] = lambda done: None,
    packed: Callable[[int], None] = lambda percent: None,
) -> Written:
    """Write the whole file to `path` and say what it holds; a file called so is never short.

    `began` hears the number of rows before the first, `progress` how many are written so far, and `packed` how many
    percent of a workbook are packed, after its last row.
    """
    job = Job(scope, tables, format, export_id, progress, packed)
    with one_moment() if format == Format.CSV else nullcontext():
        job.choose()
        began(sum(job.expected.values()))
        digest = _file(path, job)
    job.check()
    return Written(job.done, path.stat().st_size, digest)


def _file(path: Path, job: Job) -> str:
    """Write it, and say its digest."""
    if job.format != Format.XLSX and len(job.tables) == 1:
        return _alone(path, job)
    make = _workbook if job.format == Format.XLSX else _archive
    make(path, job)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _alone(path: Path, job: Job) -> str:
    digest = hashlib.sha256()

    def write(block: bytes) -> None:
        file.write(block)
        digest.update(block)

    with path.open("wb") as file:
        _lines(write, job, job.tables[0])
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _blocks(job: Job, table: Table) -> Blocks:
    make = csv_blocks if job.format == Format.CSV else json_blocks
    return make(table, job.scope, job.keys.get(table.name, ()), job.export_id)


def _lines(write: Callable[[bytes], object], job: Job, table: Table) -> None:
    for block, rows in _blocks(job, table):
        write(block)
        if rows:
            job.add(table, rows)


def _archive(path: Path, job: Job) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for table in job.tables:
            with _member(archive, f"{table.name}.{job.format}") as file:
                _lines(file.write, job, table)
        for leaf in job.leaves():
            make = _csv_leaf if job.format == Format.CSV else plain_json
            with _member(archive, f"{leaf.name}.{job.format}") as file:
                for block, _rows in make(leaf.columns, iter(leaf.rows)):
                    file.write(block)


def _csv_leaf(columns: tuple, rows: Iterator[Row]) -> Blocks:
    yield line(column.name for column in columns).encode(), 0
    yield from plain_csv(columns, rows)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = zipfile.ZipInfo(name, NO_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info._compresslevel = FASTER  # type: ignore[attr-defined]
    return archive.open(info, "w", force_zip64=True)


def _workbook(path: Path, job: Job) -> None:
    if any(number > MOST_SHEET_ROWS for number in job.expected.values()):
        raise TooManyRows
    folder = path.with_name(f"{path.name}.d")
    folder.mkdir(mode=0o700)
    try:
        book = Workbook(path, folder, job.packed)
        for table in job.tables:
            book.sheet(table.title, table.columns, _counted(job, table))
        for leaf in job.leaves():
            book.sheet(leaf.title, leaf.columns, leaf.rows)
        book.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _counted(job: Job, table: Table) -> Iterator[Row]:
    waiting = 0
    for row in table.rows(job.scope, job.keys[table.name]):
        yield (*row, job.export_id)
        waiting += 1
        if waiting == STRETCH:
            job.add(table, waiting)
            waiting = 0
    if waiting:
        job.add(table, waiting)


def suffix(tables: int, format: str) -> str:
    """CSV and JSON lines are one file for one table, and an archive for several."""
    return format if tables == 1 or format == Format.XLSX else "zip"


def download_name(export: Export) -> str:
    """What the file is called where it is saved."""
    day = (export.completed_at or export.requested_at).astimezone(UTC)
    what = export.tables[0].replace("_", "-") if len(export.tables) == 1 else "export"
    cycle = slugify(export.filter.get("cycle", ""))
    words = "-".join(part for part in ("stretchhub", what, cycle) if part)
    return f"{words}-{day:%Y-%m-%d}.{suffix(len(export.tables), export.format)}"
