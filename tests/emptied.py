"""What a test on committed rows leaves behind, taken away again: the rows that ship come back, all others go.

Django empties every table, makes its own rows anew, and ours would have to be read from JSON: on PostgreSQL that takes
a second each time, for most tables are empty anyway.
"""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.test import TransactionTestCase

# Django's own, which no test changes.
LEFT_ALONE = {ContentType._meta.db_table, Permission._meta.db_table}
# Every row of a table goes, and what refers to it as well: where the server lets us, nothing is looked up for each.
UNLOOKED = """
SELECT set_config('session_replication_role', 'replica', true) FROM pg_roles WHERE rolname = current_user AND rolsuper
"""
# Well below the second after which PostgreSQL calls two who wait for each other a deadlock, and fails one of them.
HOLD_OTHERS_MS = 400
NOT_NOW = (psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected)
PATIENCE_SECONDS = 60
# Of each table with rows: its columns and the rows.
Shipped = dict[str, tuple[list[str], list[tuple]]]


@pytest.fixture(scope="session")
def _emptying(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Remember what a fresh database holds, and come back to it at the end of each test that commits."""
    with django_db_blocker.unblock():
        shipped = what_ships()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: bring_back(shipped))
        yield


@pytest.fixture(autouse=True)
def _emptied(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("_emptying")


def tables() -> dict[str, type[Model]]:
    models = apps.get_models(include_auto_created=True)
    managed = [model for model in models if model._meta.managed and not model._meta.proxy]
    return {model._meta.db_table: model for model in managed if model._meta.db_table not in LEFT_ALONE}


def with_rows(names: list[str]) -> list[str]:
    """Those of these tables that are not empty, by one question."""
    asked = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {_quoted(name)})" for name in names]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


def what_ships() -> Shipped:
    known, shipped = tables(), {}
    with connection.cursor() as cursor:
        for name in with_rows(list(known)):
            fields = known[name]._meta.local_concrete_fields
            columns = [_quoted(field.column) for field in fields if not field.generated]
            cursor.execute(f"SELECT {', '.join(columns)} FROM {_quoted(name)}")
            shipped[name] = (columns, cursor.fetchall())
    return shipped


def bring_back(shipped: Shipped) -> None:
    """Empty all tables but for these rows; whoever is still at work on one goes first."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return _bring_back(shipped)
        except OperationalError as error:
            if not isinstance(error.__cause__, NOT_NOW) or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


@transaction.atomic
def _bring_back(shipped: Shipped) -> None:
    """Constraints between tables are looked at when all is done."""
    names = list(tables())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # All of them or, for now, none: who has one of them and wants another is never waited for with that one.
            # Those without rows as well, for a worker may just be writing the first.
            cursor.execute(f"SET LOCAL statement_timeout = {HOLD_OTHERS_MS}")
            cursor.execute(f"LOCK TABLE {', '.join(map(_quoted, names))} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(UNLOOKED)
        for name in with_rows(names):
            cursor.execute(f"DELETE FROM {_quoted(name)}")
        for name, (columns, rows) in shipped.items():
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {_quoted(name)} ({', '.join(columns)}) VALUES ({places})", rows)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
