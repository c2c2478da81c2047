"""One demo organisation, its backup, and systems beside it; PostgreSQL's databases are dropped again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from stretchhub.audit import heads
from tests.keeping.system import System, copy_database, drop_database, make_database, put_migrated_tables


@pytest.fixture(autouse=True)
def no_heads() -> Iterator[None]:
    """The file of kept heads is not rolled back with the database."""
    heads.file().unlink(missing_ok=True)
    yield
    heads.file().unlink(missing_ok=True)


@pytest.fixture(scope="session")
def databases() -> Iterator[list[str]]:
    made: list[str] = []
    yield made
    for name in made:
        drop_database(name)


@pytest.fixture(scope="session")
def demo(tmp_path_factory, django_db_setup, django_db_blocker, databases: list[str]) -> System:
    """The demo's people, with a session and an export among them; no test changes it."""
    system = System(tmp_path_factory.mktemp("demo") / "var", _new(databases))
    with django_db_blocker.unblock():
        put_migrated_tables(system)
    system.manage("seed_demo", "--yes")
    system.run(SIGN_IN)
    return system


SIGN_IN = """
from django.test import Client
from reviews.actions.export_writing import write_waiting
assert Client().login(email="mentor@demo.example", password="stretch-demo")
write_waiting()
"""


@pytest.fixture(scope="session")
def backups(demo: System, tmp_path_factory) -> Path:
    """A folder with one backup of the demo in it."""
    folder = tmp_path_factory.mktemp("backups")
    demo.manage("backup", folder)
    return folder


@pytest.fixture
def empty(tmp_path: Path, databases: list[str]) -> System:
    """Another machine, on which nothing was ever done."""
    return System(tmp_path / "empty", _new(databases))


@pytest.fixture
def twin(demo: System, tmp_path: Path, databases: list[str]) -> System:
    """The demo once more, to be changed."""
    shutil.copytree(demo.data, tmp_path / "twin")
    if demo.database:
        databases.append(copy_database(demo.database))
    return System(tmp_path / "twin", databases[-1] if demo.database else "")


@pytest.fixture
def copied(backups: Path, tmp_path: Path) -> Callable[[], Path]:
    """The backup once more, to be tampered with."""

    def copy() -> Path:
        [one] = backups.iterdir()
        return shutil.copytree(one, tmp_path / f"copy-{len(list(tmp_path.iterdir()))}" / one.name)

    return copy


def _new(databases: list[str]) -> str:
    if not settings.REAL:
        return ""
    databases.append(make_database())
    return databases[-1]
