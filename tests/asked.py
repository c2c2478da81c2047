"""What each test asks of the servers on the first leg, and the tests by which the second leg asks all of it again.

Of the same program, one engine can only answer otherwise than another what it is asked. So the leg on SQLite notes of
each test every statement, whatever is asked of the cache and every task that is sent, each without its values. The leg
on real servers runs as many of these tests as ask every one of these questions, and all tests that the other leg cannot
run; with STRETCHHUB_TESTS=all, or without what was noted, it runs them all.
"""

from __future__ import annotations

import functools
import hashlib
import heapq
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from celery.signals import before_task_publish
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler

from tests.legs import ALL, NOTED, READ

# What ran on the other leg as well, where a part of it will do.
REPEATED = settings.LEG == "real" and not ALL
# As many values as there happen to be: of a list, and of rows that are written at once; and numbers that stand in it.
LISTS = re.compile(r"\(%s(?:, ?%s)+\)")
ROWS = re.compile(r"\(%s\)(?:, ?\(%s\))+")
NUMBERS = re.compile(r"\b\d+\b")
# Each has a name of its own, and any statement beside them stands within some.
SAVEPOINTS = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
# A test that starts a program or a thread asks in ways that are not seen here.
UNSEEN = ((subprocess.Popen, "__init__"), (os, "fork"), (threading.Thread, "start"))
# What a test costs beside its statements, in statements.
BESIDE = 10


@dataclass
class Asked:
    """By one test: the questions, how many statements they took, and whether all of it was seen."""

    questions: set[str] = field(default_factory=set)
    statements: int = 0
    seen: bool = True

    def note(self, question: str) -> None:
        self.questions.add(question)


# Of the test that is running.
now = Asked()
# How rows are to be locked by the statement that is made: SQLite is not told.
locking: list[str] = []


# --- Noting ---------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    if NOTED in os.environ:
        for owner, name in UNSEEN:
            _watch_start(owner, name)
        before_task_publish.connect(_sent)
        SQLCompiler.execute_sql = _telling_locks(SQLCompiler.execute_sql)
        for name in ("add", "clear", "delete", "delete_many", "get", "get_many", "incr", "set", "set_many", "touch"):
            _watch_cache(name)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, None]:
    global now
    if NOTED not in os.environ:
        yield
        return
    now = Asked()
    with connection.execute_wrapper(_statement):
        outcome = yield
    if outcome.excinfo is None:
        _write(item.nodeid, now)


def _statement(execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if sql.startswith(SAVEPOINTS):
        return execute(sql, params, many, context)
    now.statements += 1
    now.note(f"{locking} {sql}" if locking else sql)
    try:
        return execute(sql, params, many, context)
    except Exception as error:
        now.note(f"{type(error).__name__} {sql}")
        raise


def _telling_locks(execute_sql: Callable) -> Callable:
    @functools.wraps(execute_sql)
    def execute(compiler: SQLCompiler, *arguments: Any, **named: Any) -> Any:
        query = compiler.query
        if not query.select_for_update:
            return execute_sql(compiler, *arguments, **named)
        locking.append(f"FOR UPDATE {query.select_for_update_of} {query.select_for_update_skip_locked}")
        try:
            return execute_sql(compiler, *arguments, **named)
        finally:
            locking.pop()

    return execute


def _watch_cache(name: str) -> None:
    kind = type(cache._connections[cache._alias])
    method = getattr(kind, name)

    @functools.wraps(method)
    def watched(*arguments: Any, **named: Any) -> Any:
        asker = sys._getframe(1)
        now.note(f"cache.{name} {asker.f_code.co_filename} {asker.f_code.co_name}")
        return method(*arguments, **named)

    setattr(kind, name, watched)


def _sent(sender: str, **_named: Any) -> None:
    now.note(f"task {sender}")


def _watch_start(owner: Any, name: str) -> None:
    start = getattr(owner, name)

    @functools.wraps(start)
    def watched(*arguments: Any, **named: Any) -> Any:
        now.seen = False
        return start(*arguments, **named)

    setattr(owner, name, watched)


@functools.cache
def digest(question: str) -> str:
    """The same for statements that differ in how many values they take."""
    without = NUMBERS.sub("0", ROWS.sub("(%s)", LISTS.sub("(%s)", question)))
    return hashlib.blake2b(without.encode(), digest_size=8).hexdigest()


def _write(test: str, asked: Asked) -> None:
    line = {
        "test": test,
        "questions": sorted(map(digest, asked.questions)),
        "cost": BESIDE + asked.statements,
        "seen": asked.seen,
    }
    with (Path(os.environ[NOTED]) / f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


# --- Choosing -------------------------------------------------------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if READ not in os.environ:
        return
    always = {item.nodeid for item in items if item.get_closest_marker("engine")}
    here = {item.nodeid for item in items} - always
    lines = [line for line in read(Path(os.environ[READ])) if line["test"] in here and line["seen"]]
    left_out = {line["test"] for line in lines} - enough(lines)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]


def enough(lines: Iterable[dict[str, Any]]) -> set[str]:
    """Tests that together ask each question once: first who asks most new ones for what it costs."""
    lines = sorted(lines, key=lambda line: line["test"])
    asked: set[str] = set()
    chosen: set[str] = set()
    waiting = [(-len(line["questions"]) / line["cost"], place) for place, line in enumerate(lines)]
    heapq.heapify(waiting)
    while waiting:
        _worth, place = heapq.heappop(waiting)
        line = lines[place]
        # Less than when it was put there, for others have asked some of it since.
        worth = -len(set(line["questions"]) - asked) / line["cost"]
        if worth and waiting and (worth, place) > waiting[0]:
            heapq.heappush(waiting, (worth, place))
        elif worth:
            chosen.add(line["test"])
            asked |= set(line["questions"])
    return chosen
