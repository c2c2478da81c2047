"""Statements that are planned once for each connection go on when that connection is lost."""

import os
import threading

import psycopg
import pytest
from django.db import DatabaseError, connection

from stretchhub import prepared

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

NEXT = "SELECT CAST(%(number)s AS integer) + 1"


def after(number):
    [(found,)] = prepared.run(NEXT, {"number": number})
    return found


def backend():
    [(pid,)] = prepared.run("SELECT pg_backend_pid()", {})
    return pid


def test_one_cursor_is_kept_for_all_statements_of_a_connection():
    assert [after(number) for number in range(10)] == list(range(1, 11))
    kept = prepared._kept.cursor

    assert after(41) == 42
    assert prepared._kept.cursor is kept
    assert kept.cursor.connection is connection.connection


def test_after_a_connection_was_closed_the_next_one_has_a_cursor_of_its_own():
    assert after(1) == 2
    kept = prepared._kept.cursor
    connection.close()

    assert after(1) == 2
    assert prepared._kept.cursor is not kept
    assert prepared._kept.cursor.cursor.connection is connection.connection


def test_a_connection_that_the_server_ended_is_an_error_once_and_then_replaced():
    first = backend()
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseError):
        after(1)
    connection.close()

    assert after(1) == 2
    assert backend() != first


def test_an_error_in_a_statement_leaves_the_cursor_fit_for_the_next():
    with pytest.raises(DatabaseError):
        prepared.run("SELECT 1 / CAST(%(number)s AS integer)", {"number": 0})

    assert after(1) == 2


def test_each_thread_has_a_cursor_of_its_own():
    seen = []

    def other():
        seen.append((after(1), prepared._kept.cursor))
        connection.close()

    assert after(1) == 2
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()

    [(found, cursor)] = seen
    assert found == 2
    assert cursor is not prepared._kept.cursor


def test_a_connection_that_was_ended_between_two_requests_is_replaced_unnoticed():
    first = backend()
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [first])

    # As each request begins.
    connection.close_if_unusable_or_obsolete()

    assert after(1) == 2
    assert backend() != first


def test_a_cursor_that_read_many_rows_is_not_kept():
    """The driver would hold on to all of them."""
    assert prepared.ask(b"SELECT $1::bigint", [1]) == [(1,)]
    kept = prepared._kept.raw

    assert prepared.ask(b"SELECT $1::bigint", [2]) == [(2,)]
    assert prepared._kept.raw is kept
    numbers = prepared.ask(b"SELECT generate_series(1, $1::bigint)", [prepared.MANY + 1])
    assert [number for (number,) in numbers] == list(range(1, prepared.MANY + 2))
    assert prepared._kept.raw is None
    assert prepared.ask(b"SELECT $1::bigint", [3]) == [(3,)]


def test_values_of_both_kinds_go_to_the_connection_that_stands():
    assert after(1) == 2
    assert prepared.ask(b"SELECT $1::bigint", [1]) == [(1,)]
    connection.close()

    assert prepared.ask(b"SELECT $1::bigint", [1]) == [(1,)]
    assert after(1) == 2
    assert prepared._kept.raw.cursor.connection is connection.connection
    assert prepared._kept.cursor.cursor.connection is connection.connection
