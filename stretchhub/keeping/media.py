"""The uploaded files: those that rows name are copied, each once, and remembered with its digest.

They never change once they are stored, so a copy made a moment before the database's is as good. All that rows name is
copied before the moment of the backup, and after it what has come in between: a file that somebody removes while the
backup is under way is in it as long as its row is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import FileField

from stretchhub.storage import whereabouts, written

from . import manifest
from .engines import Rows
from .manifest import Kept, Media, NotDone
from .progress import Progress

FOLDER = "media"
LIST = "media.jsonl"
INDEX = ".copied"
# Rows whose file is not kept: an export expires within a day and can be asked for again.
LEFT_OUT = {"reviews.export"}
# Rows that name a file which was taken away on purpose.
WITHOUT = {"assignments.evidencefile": "state <> 'refused'"}
MOST_TOLD = 1000
# Only names of our own are put in.
QUESTION = """SELECT "{name}", {digest} FROM "{table}" WHERE "{name}" <> '' {also}"""


def named(rows: Rows, tables: list[str]) -> Iterator[tuple[str, str]]:
    """Every file that a row names, with the digest that the row remembers, if any."""
    for sql in questions(tables):
        yield from rows(sql)


def questions(tables: list[str]) -> Iterator[str]:
    """For each model with a file, found without naming its app: a new one is kept without a word here."""
    for model in apps.get_models():
        label = model._meta.label_lower
        if label in LEFT_OUT or model._meta.db_table not in tables:
            continue
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        digest = f'"{columns["sha256"]}"' if "sha256" in columns else "''"
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                also = f"AND {WITHOUT[label]}" if label in WITHOUT else ""
                yield QUESTION.format(name=field.column, digest=digest, table=model._meta.db_table, also=also)


class Copies:
    """The copies in a backup under way; what is known of them is in a file, so that memory stays small."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder, self._progress = folder, progress
        (folder / FOLDER).mkdir(mode=0o700)
        self._index = sqlite3.connect(folder / INDEX, isolation_level=None)
        self._index.execute("PRAGMA synchronous=OFF")
        self._index.execute("PRAGMA journal_mode=OFF")
        self._index.execute("CREATE TABLE copies (name PRIMARY KEY, size, sha256, wanted, named) WITHOUT ROWID")

    def take(self, files: Iterator[tuple[str, str]], *, wanted: bool) -> None:
        """Copy what is not copied yet; `wanted` is what rows name at the moment of the backup."""
        for name, digest in files:
            if not self._index.execute("SELECT 1 FROM copies WHERE name = ? AND size IS NOT NULL", [name]).fetchone():
                self._copy(name)
            if wanted:
                self._index.execute("UPDATE copies SET wanted = 1, named = ? WHERE name = ?", [digest, name])

    def _copy(self, name: str) -> None:
        target = inside(self._folder / FOLDER, name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with default_storage.open(name) as source:
                size, digest = manifest.copy(source, target, self._progress.moved)
        except FileNotFoundError:
            # Perhaps on the way, where a connection broke meanwhile.
            target.unlink(missing_ok=True)
            size, digest = None, ""
        self._index.execute("INSERT OR REPLACE INTO copies VALUES (?, ?, ?, 0, '')", [name, size, digest])

    def finish(self) -> Media:
        """Drop what no row names any more, and list the rest."""
        for (name,) in self._index.execute("SELECT name FROM copies WHERE NOT wanted AND size IS NOT NULL"):
            (self._folder / FOLDER / name).unlink()
        there = "FROM copies WHERE wanted AND size IS NOT NULL"
        with (self._folder / LIST).open("w") as out:
            for name, size, digest in self._index.execute(f"SELECT name, size, sha256 {there} ORDER BY name"):
                out.write(json.dumps(asdict(Kept(f"{FOLDER}/{name}", size, digest))) + "\n")
        count, total = self._index.execute(f"SELECT count(*), coalesce(sum(size), 0) {there}").fetchone()
        missing = self._names("WHERE wanted AND size IS NULL")
        differing = self._names("WHERE wanted AND size IS NOT NULL AND named NOT IN ('', sha256)")
        self._index.close()
        (self._folder / INDEX).unlink()
        return Media(count, total, missing, differing)

    def _names(self, which: str) -> list[str]:
        found = self._index.execute(f"SELECT name FROM copies {which} ORDER BY name LIMIT {MOST_TOLD}")  # noqa: S608
        return [name for (name,) in found]


def inside(folder: Path, name: str) -> Path:
    """The place of a file in this folder; refuses a name that leads out of it."""
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts:
        raise NotDone(f"“{name}” is no name of an uploaded file.")
    return folder / name


def listed(folder: Path) -> Iterator[Kept]:
    """Every uploaded file of a backup."""
    with (folder / LIST).open() as lines:
        for line in lines:
            each = Kept(**json.loads(line))
            inside(folder / FOLDER, each.path.removeprefix(f"{FOLDER}/"))
            yield each


def any_here(folder: str = "") -> str:
    """The name of some uploaded file of this system; empty where there is none."""
    return next((name for name, _at in written(folder)), "")


def put_back(folder: Path, progress: Progress) -> int:
    """Copy every file to where uploaded files are kept, and read there that it is the same; how many."""
    count = 0
    for each in listed(folder):
        name = each.path.removeprefix(f"{FOLDER}/")
        # Left by a restore that did not come to its end.
        if default_storage.exists(name):
            default_storage.delete(name)
        with (folder / each.path).open("rb") as source:
            stored = default_storage.save(name, File(source))
        with default_storage.open(stored) as arrived:
            if stored != name or manifest.digest_of(arrived) != each.sha256:
                raise NotDone(f"{each.path} did not arrive in {whereabouts()} as it was backed up. Is the disk sound?")
        progress.moved(each.size)
        count += 1
    return count
