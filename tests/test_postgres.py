"""PostgreSQL on several servers: the one that takes writes is used; a connection to one that does not is left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import InternalError, OperationalError, connection

from stretchhub import env
from stretchhub.away import is_away
from stretchhub.keeping import programs
from stretchhub.postgres.base import DatabaseWrapper
from tests import services

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture
def port() -> int:
    found = urlsplit(os.environ["TEST_DATABASE_URL"]).port
    assert found
    return found


@pytest.fixture
def several(port: int, tmp_path) -> Iterator[DatabaseWrapper]:
    """A connection of its own by an address whose first server is not there."""
    url = f"postgresql://stretchhub@127.0.0.1:{services.free_port()},127.0.0.1:{port}/postgres"
    own = DatabaseWrapper({**settings.DATABASES["default"], **env.database(url, tmp_path)}, "several")
    yield own
    own.close()


def test_the_next_server_is_asked_where_the_first_does_not_answer(several: DatabaseWrapper, port: int):
    several.ensure_connection()

    assert several.connection.info.port == port


def test_a_server_that_takes_no_writes_is_passed_over(port: int, tmp_path):
    """Both are the same one here, so that none is left."""
    only_reads = "options=-c default_transaction_read_only=on"
    url = f"postgresql://stretchhub@127.0.0.1:{port},localhost:{port}/postgres?{only_reads}"
    own = DatabaseWrapper({**settings.DATABASES["default"], **env.database(url, tmp_path)}, "several")

    with pytest.raises(OperationalError, match="session is read-only") as told:
        own.ensure_connection()

    assert is_away(told.value)


def test_a_connection_to_a_server_that_no_longer_takes_writes_is_not_used_again(several: DatabaseWrapper):
    with several.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    before = several.connection
    with pytest.raises(InternalError), several.cursor() as cursor:
        cursor.execute("CREATE TABLE never (id int)")

    several.close_if_unusable_or_obsolete()
    several.ensure_connection()

    assert several.connection is not before
    assert several.is_usable()


def test_a_connection_that_was_cut_is_not_used_again(several: DatabaseWrapper):
    several.ensure_connection()
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [several.connection.info.backend_pid])

    assert several.is_usable() is False


def test_with_one_server_a_connection_is_kept_that_only_reads():
    """A whole database may be closed to writing for a while; pages can be read meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")

    assert connection.is_usable() is True


def test_programs_work_on_the_server_that_this_process_is_connected_to(
    monkeypatch, several: DatabaseWrapper, port: int
):
    monkeypatch.setattr(programs, "connection", several)

    found = programs.surroundings()

    assert (found["PGHOST"], found["PGPORT"], found["PGDATABASE"]) == ("127.0.0.1", str(port), "postgres")
