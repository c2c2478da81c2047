"""A StretchHub of its own: a data folder and a database that no other test has, worked by its commands."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from stretchhub.keeping import programs
from tests import services
from tests.prepared import place

KEY = "keeping-" + "k" * 60


class System:
    def __init__(self, data: Path, database: str = "") -> None:
        self.data, self.database = data, database
        data.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
        for name in ("REDIS_URL", "EMAIL_URL", "FILES_URL", "SITE_URL", "DEMO", "PYTHONDONTWRITEBYTECODE"):
            kept.pop(name, None)
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "stretchhub.settings",
            "DATA_DIR": str(data),
            "DATABASE_URL": self.url(),
            "SECRET_KEY": KEY,
            "PG_BIN": pg_bin(),
        }

    def url(self) -> str:
        return urlsplit(services.postgres_url())._replace(path=f"/{self.database}").geturl() if self.database else ""

    def manage(self, *arguments: str | Path, expect: int = 0) -> subprocess.CompletedProcess:
        return self._run("manage.py", *map(str, arguments), expect=expect)

    def run(self, script: str, *arguments: str | Path) -> str:
        """What this script prints, where the database may be used."""
        return self._run("-c", f"import sys, django\ndjango.setup()\n{script}", *map(str, arguments), expect=0).stdout

    def _run(self, *arguments: str, expect: int) -> subprocess.CompletedProcess:
        ran = subprocess.run(
            [sys.executable, *arguments], cwd=services.ROOT, env=self.environment, capture_output=True, text=True
        )
        assert ran.returncode == expect, ran.stdout + ran.stderr
        return ran

    @contextmanager
    def connect(self) -> Iterator[Any]:
        if self.database:
            with psycopg.connect(self.url()) as opened:
                yield opened
        else:
            with closing(sqlite3.connect(self.data / "stretchhub.sqlite3", timeout=20)) as opened, opened:
                yield opened

    def ask(self, sql: str) -> list[tuple]:
        with self.connect() as opened:
            return opened.execute(sql).fetchall()

    def do(self, sql: str) -> None:
        with self.connect() as opened:
            opened.execute(sql)

    def tables(self) -> list[str]:
        if self.database:
            return [name for (name,) in self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        made = self.ask("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in made if not name.startswith("sqlite_")]

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table, as text, in an order of its own."""
        return {table: sorted(map(repr, self.ask(f'SELECT * FROM "{table}"'))) for table in self.tables()}

    def files(self) -> dict[str, bytes]:
        """Every uploaded file, by its name."""
        media = self.data / "media"
        return {str(file.relative_to(media)): file.read_bytes() for file in media.rglob("*") if file.is_file()}


def pg_bin() -> str:
    """The programs that came with the server."""
    if not settings.REAL:
        return ""
    folder = services.postgres_binaries()
    assert folder is not None
    return str(folder)


def make_database() -> str:
    name = f"keeping_{uuid.uuid4().hex[:12]}"
    _on_the_server(f"CREATE DATABASE {name}")
    return name


def drop_database(name: str) -> None:
    _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def copy_database(name: str) -> str:
    copied = f"keeping_{uuid.uuid4().hex[:12]}"
    _on_the_server(f"CREATE DATABASE {copied} TEMPLATE {name}")
    return copied


def _on_the_server(sql: str) -> None:
    with psycopg.connect(services.postgres_url(), autocommit=True) as server:
        server.execute(sql)


def put_migrated_tables(system: System) -> None:
    """The empty tables that this run made for its own tests, with what migrations wrote into them."""
    if not system.database:
        shutil.copy(place(), system.data / "stretchhub.sqlite3")
        return
    surroundings = {**os.environ, **programs.surroundings()}
    dump = [f"{pg_bin()}/pg_dump", "--format", "custom", str(connection.settings_dict["NAME"])]
    dumped = subprocess.run(dump, env=surroundings, capture_output=True, check=True).stdout
    subprocess.run([f"{pg_bin()}/pg_restore", "--dbname", system.url()], input=dumped, check=True)
