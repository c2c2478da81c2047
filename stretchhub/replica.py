"""A standby of PostgreSQL that stored dashboards and HR's exports are read from, where one is named.

Nothing else is asked of it, and whatever it cannot answer rightly the database itself is asked, so that people notice
nothing of it but less waiting. It shows what was written a moment later; who reads from it makes sure first that this
changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from time import monotonic, sleep
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, transaction

from stretchhub.postgres.address import REPLICA_WITHIN

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
ALIAS = "replica"
# In seconds: so long one that was away or behind is left alone, and so long it may take to have received what an
# export needs.
LEFT_ALONE, CATCH_UP, STEP = 60.0, 2.0, 0.02
# A server that stands still altogether does not break off its statement either: so long, in seconds, it is waited for.
SILENT = REPLICA_WITHIN / 1000 + 1
IN_TIME = "SELECT set_config('statement_timeout', %s, true), set_config('transaction_read_only', 'on', true)"
HERE = "SELECT pg_current_wal_insert_lsn()::text, system_identifier::text FROM pg_control_system()"
THERE = """SELECT pg_is_in_recovery() AND system_identifier::text = %s, pg_last_wal_replay_lsn() >= %s::pg_lsn
    FROM pg_control_system()"""

_reads: ContextVar[str] = ContextVar("reads", default=DEFAULT_DB_ALIAS)


class NotFit(Exception):
    """It is no standby of this database, or has not received enough of it."""


class Use:
    """What this process knows of it: whether it is to be left alone, and what was said of it last."""

    def __init__(self) -> None:
        self.alone_until, self.said = 0.0, ""

    def may(self) -> bool:
        return ALIAS in connections.settings and monotonic() >= self.alone_until

    def answered(self) -> None:
        self._say(logging.INFO, "Dashboards and exports are read from the replica")

    def failed(self, error: Exception) -> None:
        """Said once until it answers again; whoever comes next does not wait for it."""
        self.alone_until = monotonic() + LEFT_ALONE
        why = str(error) if isinstance(error, NotFit) else f"it does not answer: {type(error).__name__}"
        self._say(logging.WARNING, f"Dashboards and exports are read from the database itself, not the replica: {why}")

    def _say(self, level: int, words: str) -> None:
        if words != self.said:
            self.said = words
            log.log(level, words)


use = Use()


class Router:
    """Reads where `read_whole` says, writes and migrates the database itself whatever it was read from."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _reads.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def reading() -> Any:
    """The connection that is read from here and now."""
    return connections[_reads.get()]


def answer(question: Callable[[str], Answer]) -> Answer | None:
    """What the replica, whose alias is handed in, says to a short question; None where it has to be asked elsewhere.

    Also where it takes longer than a few seconds, by which nobody who looks at a page is held up for long.
    """
    if not use.may():
        return None
    try:
        with _in_time():
            said = question(ALIAS)
    except Exception as error:
        _give_up(error)
        return None
    use.answered()
    return said


def read_whole(work: Callable[[], Answer]) -> Answer:
    """Do a long reading on the replica once it has all that was written until now, else on the database itself.

    What fails there in the middle is done again from its start. Inside somebody's transaction, of which the replica
    knows nothing yet, it is left out. The connection is made for it and given back: a kept one may have been cut since,
    and is in haste.
    """
    if use.may() and not connection.in_atomic_block:
        try:
            connections[ALIAS].close()
            _wait_for_all_until_now()
            _take_time()
            with _reading_from(ALIAS):
                done = work()
        except Exception as error:
            _give_up(error)
        else:
            use.answered()
            return done
        finally:
            connections[ALIAS].close()
    return work()


@contextmanager
def _reading_from(alias: str) -> Iterator[None]:
    token = _reads.set(alias)
    try:
        yield
    finally:
        _reads.reset(token)


@contextmanager
def _in_time() -> Iterator[None]:
    """What is asked inside is answered soon or breaks off."""
    one = connections[ALIAS]
    one.ensure_connection()
    one.connection.wait = partial(type(one.connection).wait, one.connection, timeout=SILENT)
    if not _pooled():
        yield
        return
    # What holds for a session would be another's behind a pooler.
    with transaction.atomic(using=ALIAS), one.cursor() as cursor:
        cursor.execute(IN_TIME, [str(REPLICA_WITHIN)])
        yield


def _take_time() -> None:
    """A long reading is not broken off for its length, only where it waits for a lock."""
    one = connections[ALIAS]
    one.connection.wait = partial(type(one.connection).wait, one.connection)
    if not _pooled():
        with one.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def _pooled() -> bool:
    return connections[ALIAS].settings_dict["OPTIONS"].get("prepare_threshold") is None


def _here() -> tuple[str, str]:
    """How far the database itself is, and which system it is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(HERE)
            return cursor.fetchone()
    except Error as error:
        raise NotFit(f"the database itself does not say how far it is: {type(error).__name__}") from error


def _wait_for_all_until_now() -> None:
    written, system = _here()
    deadline = monotonic() + CATCH_UP
    while True:
        with _in_time(), connections[ALIAS].cursor() as cursor:
            cursor.execute(THERE, [system, written])
            follows, has_all = cursor.fetchone()
        if not follows:
            raise NotFit("it is no standby of this database")
        if has_all:
            return
        if monotonic() > deadline:
            raise NotFit(f"it is more than {CATCH_UP:.0f} s behind")
        sleep(STEP)


def _give_up(error: Exception) -> None:
    """Let go of it where the database was at fault; what else went wrong would go wrong anywhere."""
    of_databases: Any = (Error, NotFit, connections[ALIAS].Database.Error)
    if not isinstance(error, of_databases):
        raise error
    use.failed(error)
    connections[ALIAS].close()
