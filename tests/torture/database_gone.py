"""The database ended hard under load, closed to writing, or held by somebody else for ten seconds."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from assignments.models import Evidence
from tests import services
from tests.factories import AssignmentFactory

from .books import Outcome, compare
from .kills_web import words
from .place import Answer, Person, Place, let_go

RATE = 20
# So long the database is away; the longer one is where whoever waits ever longer between tries comes back late.
AWAY_SECONDS = (3, 20)
BACK_WITHIN = 10
MOST_WAITING = 30
HELD_SECONDS = 10


class Load:
    """So many requests a second, every other one a form; each in a thread, so that none waits for another."""

    def __init__(self, person: Person, address: str) -> None:
        self.person, self.address = person, address
        self.over, self.lock = threading.Event(), threading.Lock()
        self.answers: list[tuple[float, str, Answer]] = []
        self.threads: list[threading.Thread] = []

    @contextmanager
    def running(self) -> Iterator[Load]:
        pace = threading.Thread(target=self._pace)
        pace.start()
        try:
            yield self
        finally:
            self.over.set()
            pace.join()
            for each in self.threads:
                each.join()

    def _pace(self) -> None:
        number = 0
        while not self.over.wait(1 / RATE):
            # A machine with other work answers fewer: then no line of those who wait grows without end.
            if sum(each.is_alive() for each in self.threads) >= MOST_WAITING:
                continue
            number += 1
            thread = threading.Thread(target=self._one, args=(number,))
            self.threads.append(thread)
            thread.start()

    def _one(self, number: int) -> None:
        title = f"Torture load {number}" if number % 2 else ""
        answer = self.person.post(self.address, words(title)) if title else self.person.get("/")
        with self.lock:
            self.answers.append((time.monotonic(), title, answer))

    def since(self, moment: float) -> list[Answer]:
        with self.lock:
            return [answer for at, _title, answer in self.answers if at - answer.seconds > moment]


def restart(place: Place, seeds: list[int]) -> Outcome:
    """PostgreSQL is ended hard while people work, is away for a while, and comes back."""
    outcome = Outcome()
    for away in AWAY_SECONDS:
        Evidence.objects.filter(title__startswith="Torture load").update(title="Torture before")
        _restart(place, outcome, away)
        compare(outcome, f"away for {away} s")
    return outcome


def _restart(place: Place, outcome: Outcome, away: int) -> None:
    outcome.tries += 1
    assignment = AssignmentFactory()
    person, port = place.person(assignment.mentee), urlsplit(os.environ["TEST_DATABASE_URL"]).port
    assert port
    with Load(person, f"/assignments/{assignment.code}/evidence/log/").running() as load:
        place.wait_until(lambda: len(load.answers) > RATE, "nobody was answered")
        let_go()
        process, again = services.running[port]
        process.send_signal(signal.SIGQUIT)
        process.wait(services.WAIT_SECONDS)
        gone = time.monotonic()
        # Not waiting for anything: this is how long it is away.
        time.sleep(away)
        again()
        services.wait_for_postgres(os.environ["TEST_DATABASE_URL"])
        back = time.monotonic()
        first = place.wait_until(lambda: any(each.status == 200 for each in load.since(back)), "it did not come back")
        place.wait_until(lambda: settled(load.since(time.monotonic() - 3)), "it did not come to rest")
        rest = time.monotonic() - back - 3
    outcome.most(f"first page s after {away} s away", first)
    outcome.most("all answered again s after", max(0.0, rest))
    outcome.check(first <= BACK_WITHIN, f"the first page came {first:.1f} s after it was back")
    judge(outcome, load, gone, away)


def settled(answers: list[Answer]) -> bool:
    return len(answers) > RATE / 4 and {each.status for each in answers} <= {200, 302}


def judge(outcome: Outcome, load: Load, gone: float, away: int) -> None:
    kept = Counter(Evidence.objects.filter(title__startswith="Torture load").values_list("title", flat=True))
    said_kept = [title for _at, title, answer in load.answers if title and answer.status == 302]
    lost = [title for title in said_kept if not kept[title]]
    outcome.check(not lost, f"{len(lost)} forms that were answered with yes are gone")
    outcome.check(max(kept.values(), default=0) <= 1, "a form was kept twice")
    outcome.add("forms kept", len(said_kept))
    meanwhile = [answer for at, _title, answer in load.answers if gone < at < gone + away]
    outcome.add("503 meanwhile", sum(answer.status == 503 for answer in meanwhile))
    outcome.most("slowest 503 s", max((answer.seconds for answer in meanwhile if answer.status == 503), default=0))
    for _at, title, answer in load.answers:
        outcome.check(answer.status in (200, 302, 503), f"an answer was {answer.status}")
        outcome.check("Traceback" not in answer.text, "an answer held a stack trace")
        if answer.status == 503:
            outcome.check("Not possible just now" in answer.text, "a 503 without its words")
            outcome.check(not title or title in answer.text, "a 503 without what was typed")


def read_only(place: Place, seeds: list[int]) -> Outcome:
    """PostgreSQL takes no writes for a while, as while another is about to take over."""
    outcome, assignment = Outcome(tries=1), AssignmentFactory()
    person, address = place.person(assignment.mentee), f"/assignments/{assignment.code}/evidence/log/"
    said, name = words("Torture read only"), connection.settings_dict["NAME"]
    let_go()
    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        server.execute(others, [name])
        page, form = person.get("/"), person.post(address, said)
        server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        server.execute(others, [name])
    outcome.check(page.status in (200, 503), f"Today was {page.status}")
    _refused_with_words(outcome, form, said["title"])
    _kept_in_the_end(outcome, person, address, said)
    return outcome


def locked(place: Place, seeds: list[int]) -> Outcome:
    """Somebody holds the database for ten seconds: whoever writes waits, whoever reads does not."""
    outcome, assignment = Outcome(tries=1), AssignmentFactory()
    person, address = place.person(assignment.mentee), f"/assignments/{assignment.code}/evidence/log/"
    said, held = words("Torture locked"), threading.Event()
    holder = threading.Thread(target=_hold, args=(held,))
    holder.start()
    held.wait()
    answers: list[Answer] = []
    writer = threading.Thread(target=lambda: answers.append(person.post(address, said)))
    writer.start()
    page = person.get("/")
    writer.join()
    holder.join()
    outcome.most("form waited s", answers[0].seconds)
    outcome.most("page s", page.seconds)
    outcome.check(page.status == 200, f"a page was {page.status} meanwhile")
    outcome.check(answers[0].status in (302, 503), f"the form was {answers[0].status}")
    if answers[0].status == 503:
        _refused_with_words(outcome, answers[0], said["title"])
    _kept_in_the_end(outcome, person, address, said)
    compare(outcome, "held for ten seconds")
    return outcome


def _hold(held: threading.Event) -> None:
    holds: dict[str, Callable[[], Any]] = {"sqlite": _hold_sqlite, "postgresql": _hold_postgresql}
    with holds[connection.vendor]():
        held.set()
        # Not waiting for anything: this is how long it is held.
        time.sleep(HELD_SECONDS)


@contextmanager
def _hold_sqlite() -> Iterator[None]:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def _hold_postgresql() -> Iterator[None]:
    address = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with psycopg.connect(address) as other:
        other.execute("LOCK TABLE assignments_evidence IN EXCLUSIVE MODE")
        yield
        other.rollback()


def _refused_with_words(outcome: Outcome, answer: Answer, typed: str) -> None:
    outcome.check(answer.status == 503, f"the form was {answer.status}")
    outcome.check("Not possible just now" in answer.text and typed in answer.text, "it did not say so with the words")
    outcome.check("Traceback" not in answer.text, "an answer held a stack trace")


def _kept_in_the_end(outcome: Outcome, person: Person, address: str, said: dict[str, str]) -> None:
    again = person.post(address, said)
    outcome.check(again.status == 302, f"sent again it was {again.status}")
    kept = Evidence.objects.filter(title=said["title"]).count()
    outcome.check(kept == 1, f"it is kept {kept} times")
