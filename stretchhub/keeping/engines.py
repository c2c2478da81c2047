"""One moment of the database as a file, and back: by SQLite's own backup, or by PostgreSQL's programs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import DatabaseError, connection, transaction

from . import manifest, programs
from .manifest import NotDone
from .progress import Progress

Rows = Callable[[str], Iterator[tuple[Any, ...]]]
# Well below the best of gzip and three times as fast.
COMPRESSION = "3"
MOST_JOBS = 4


class Snapshot(Protocol):
    """The database at one moment, whatever is written to it meanwhile."""

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]: ...

    def tables(self) -> list[str]: ...

    def write(self, progress: Progress) -> None:
        """Write it to the file, where it is not written yet."""


class Engine(Protocol):
    file: str

    def described(self) -> dict[str, str]: ...

    def require_fit(self, engine: dict[str, str]) -> None:
        """Refuse a backup that this database cannot take, before anything is touched."""

    def require_alone(self) -> None:
        """Refuse while another process uses the database."""

    def snapshot(self, folder: Path, progress: Progress) -> Any: ...

    def load(self, file: Path, progress: Progress) -> None:
        """Put this in the place of a database in which nobody is."""


def here() -> Engine:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


def rows_now(sql: str) -> Iterator[tuple[Any, ...]]:
    """What the database holds now, read in pieces."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while some := cursor.fetchmany(2000):
            yield from some


def require_engine(engine: dict[str, str]) -> None:
    if engine["vendor"] != connection.vendor:
        raise NotDone(
            f"This is a backup of {engine['vendor']}, and DATABASE_URL is set to {connection.vendor}. "
            "A backup is restored into the kind of database that it was taken from."
        )


class Sqlite:
    file = "database.sqlite3"

    def described(self) -> dict[str, str]:
        return {"vendor": "sqlite", "version": sqlite3.sqlite_version}

    def require_fit(self, engine: dict[str, str]) -> None:
        require_engine(engine)

    def require_alone(self) -> None:
        """Its journal changes its kind only while nobody else has it open."""
        place = _place()
        connection.close()
        if not place.exists():
            return
        try:
            with closing(sqlite3.connect(place, timeout=1)) as trial:
                trial.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise NotDone(f"Another process uses {place}. Stop StretchHub, then restore.") from None

    @contextmanager
    def snapshot(self, folder: Path, progress: Progress) -> Iterator[Snapshot]:
        progress.begin("Database")
        target = folder / self.file
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(target)) as copy:
            # In one step, from one reading: writers go on, and what they write is not in it.
            connection.ensure_connection()
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            if wrong := sound(copy):
                raise NotDone(f"The database is damaged: {wrong}. Keep its files, and restore an earlier backup.")
            yield Copy(copy)

    def load(self, file: Path, progress: Progress) -> None:
        place = _place()
        fresh = place.with_name(f"{place.name}.restoring")
        fresh.unlink(missing_ok=True)
        progress.begin("Database")
        with file.open("rb") as source:
            manifest.copy(source, fresh, progress.moved)
        with closing(sqlite3.connect(fresh)) as copy:
            if wrong := sound(copy):
                raise NotDone(f"{file.name} is damaged: {wrong}. Use another backup.")
        connection.close()
        for left in ("-wal", "-shm"):
            place.with_name(place.name + left).unlink(missing_ok=True)
        fresh.replace(place)


class Copy:
    """A copy that SQLite made of itself."""

    def __init__(self, copy: sqlite3.Connection) -> None:
        self._copy = copy

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        return iter(self._copy.execute(sql))

    def tables(self) -> list[str]:
        names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
        return [name for (name,) in names]

    def write(self, progress: Progress) -> None:
        """It is a file already."""


def sound(copy: sqlite3.Connection) -> str:
    """What is wrong with it; empty where nothing is."""
    try:
        [said] = copy.execute("PRAGMA quick_check(1)").fetchone()
        torn = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return str(said) if said != "ok" else f"a row of {torn[0]} names one of {torn[2]} that is not there" if torn else ""


def _place() -> Path:
    return Path(connection.settings_dict["NAME"]).resolve()


class Postgres:
    file = "database.dump"

    def described(self) -> dict[str, str]:
        return {"vendor": "postgresql", "version": str(_major())}

    def require_fit(self, engine: dict[str, str]) -> None:
        require_engine(engine)
        if int(engine["version"]) > _major():
            raise NotDone(f"This backup is of PostgreSQL {engine['version']}, and this server is older: {_major()}.")
        programs.find("pg_restore", _major())

    def require_alone(self) -> None:
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        with connection.cursor() as cursor:
            cursor.execute(others)
            [count] = cursor.fetchone()
        if count:
            raise NotDone(f"{count} other connections use the database. Stop web, worker and beat, then restore.")

    @contextmanager
    def snapshot(self, folder: Path, progress: Progress) -> Iterator[Snapshot]:
        """A transaction that sees one moment, and lends it to pg_dump."""
        dump = programs.find("pg_dump", _major())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield Shared(cursor.fetchone()[0], dump, folder / self.file)

    def load(self, file: Path, progress: Progress) -> None:
        restore = programs.find("pg_restore", _major())
        with connection.cursor() as cursor:
            if names := connection.introspection.table_names(cursor):
                quoted = ", ".join(connection.ops.quote_name(name) for name in names)
                cursor.execute(f"DROP TABLE {quoted} CASCADE")
        progress.begin("Database")
        jobs = str(min(MOST_JOBS, os.cpu_count() or 1))
        programs.run(
            restore, "--dbname", str(connection.settings_dict["NAME"]), "--no-owner", "--no-privileges",
            "--exit-on-error", "--jobs", jobs, str(file), meanwhile=lambda: progress.reached(_bytes_now()),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


class Shared:
    """What a transaction sees, exported so that pg_dump sees the same."""

    def __init__(self, snapshot: str, dump: Path, target: Path) -> None:
        self._snapshot, self._dump, self._target = snapshot, dump, target

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        return rows_now(sql)

    def tables(self) -> list[str]:
        return sorted(connection.introspection.table_names())

    def write(self, progress: Progress) -> None:
        progress.begin("Database")
        os.close(os.open(self._target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        programs.run(
            self._dump, "--format", "custom", "--compress", COMPRESSION, "--snapshot", self._snapshot,
            "--no-owner", "--no-privileges", "--file", str(self._target),
            meanwhile=lambda: progress.reached(self._target.stat().st_size),
        )  # fmt: skip


def _major() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10_000


def _bytes_now() -> int:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return cursor.fetchone()[0]
    except DatabaseError:
        return 0
