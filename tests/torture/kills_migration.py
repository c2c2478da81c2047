"""A first start and an upgrade killed in the middle of their migrations; the next one brings the database there."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from .books import Outcome
from .place import Place, let_go

# The database stands as many migrations ago.
BACK = 12


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome()
    store: Any = (Files if place.engine == "sqlite" else Databases)(place)
    store.make("old", "")
    _migrate_but(store.address("old"), BACK)
    for figure, begun in {"steps": "old", "steps of the first": ""}.items():
        store.make("whole", begun)
        outcome.figures[figure] = steps = place.finish("migrate", database=store.address("whole"))["steps"]
        expected = store.schema("whole")
        for seed in seeds:
            outcome.tries += 1
            store.make("trial", begun)
            [did] = place.do("migrate", Random(f"migrate:{seed}").randint(1, steps), database=store.address("trial"))
            outcome.add("killed" if did["killed"] else "came through")
            place.finish("migrate", database=store.address("trial"))
            outcome.check(store.schema("trial") == expected, f"{figure}, seed {seed}: other tables than expected")
    for name in ("old", "whole", "trial"):
        store.drop(name)
    return outcome


def _migrate_but(address: str, last: int) -> None:
    """Apply all but the last ones, as programs did that knew none that stands for others."""
    let_go()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], address
    try:
        executor = MigrationExecutor(connection)
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        every = executor.migration_plan(executor.loader.graph.leaf_nodes())
        plan = [(each, back) for each, back in every if not each.replaces]
        executor.migrate(None, plan=plan[:-last])
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


class Files:
    """Databases of SQLite."""

    def __init__(self, place: Place) -> None:
        self.folder = place.folder / "migrated"
        self.folder.mkdir(exist_ok=True)

    def address(self, name: str) -> str:
        return str(self.folder / f"{name}.sqlite3")

    def make(self, name: str, like: str) -> None:
        self.drop(name)
        if like:
            shutil.copy(self.address(like), self.address(name))

    def drop(self, name: str) -> None:
        for file in self.folder.glob(f"{name}.sqlite3*"):
            file.unlink()

    def schema(self, name: str) -> Any:
        with sqlite3.connect(self.address(name)) as database:
            made = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
            done = database.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
        return made, done


class Databases:
    """Databases of PostgreSQL."""

    COLUMNS = """SELECT table_name, column_name, data_type, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"""
    INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    CONSTRAINTS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
    DONE = "SELECT app, name FROM django_migrations ORDER BY 1, 2"

    def __init__(self, place: Place) -> None:
        self.server: Callable[[], Any] = lambda: psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True)

    def address(self, name: str) -> str:
        return f"torture_{name}"

    def make(self, name: str, like: str) -> None:
        self.drop(name)
        with self.server() as server:
            server.execute(f"CREATE DATABASE {self.address(name)}{f' TEMPLATE {self.address(like)}' if like else ''}")

    def drop(self, name: str) -> None:
        with self.server() as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.address(name)} WITH (FORCE)")

    def schema(self, name: str) -> Any:
        url = os.environ["TEST_DATABASE_URL"].rpartition("/")[0]
        with psycopg.connect(f"{url}/{self.address(name)}") as database:
            asked = (self.COLUMNS, self.INDEXES, self.CONSTRAINTS, self.DONE)
            return [database.execute(each).fetchall() for each in asked]
