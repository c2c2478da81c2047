"""Planners and senders that are killed at work, on a mail server with bad days; then the books are compared."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from assignments.messages.check_in import DUE
from stretchhub.notices.models import Notice, State
from tests import services

from .sink import cuts_beside
from .world import GONE

LEASE = timedelta(seconds=130)
QUIET_SECONDS = 1.5
# Each time nothing came of it: however slow the machine is, a sender once has long enough before its lease ends.
MORE_QUIET = 1.5
# So long nothing moves where something hangs; a whole run takes as long as it takes.
LONGEST_SECONDS = 600


@dataclass
class Soak:
    """One run: `reminders` to plan and send, `kills` spread over the way, and what happens at which share of it."""

    reminders: int
    kills: int
    folder: Path
    port: int
    planners: int = 3
    senders: int = 4
    accidents: dict[float, Callable[[], None]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    ended_hard: int = 0
    hands: dict[int, str] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    shifted: timedelta = timedelta(0)

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    def run(self) -> None:
        with self.started():
            marks = [(share / (self.kills + 1), self.kill) for share in range(1, self.kills + 1)]
            for share, accident in sorted([*marks, *self.accidents.items()], key=lambda mark: mark[0]):
                self.until(int(self.reminders * share * 0.97))
                accident()
            self.until_settled()

    @contextmanager
    def started(self, *how: str) -> Any:
        sink = sink_on(self.port, self.ledger, *how)
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.hands"], cwd=services.ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=(self.folder / "hands.log").open("ab"), text=True, start_new_session=True,
        )  # fmt: skip
        for task, count in (("plan", self.planners), ("send", self.senders)):
            for _one in range(count):
                self.start(task)
        try:
            yield
        finally:
            self.stop(*self.hands)
            for process in (self.nursery, sink):
                process.stdin.close()
                services.end(process)

    def start(self, task: str) -> None:
        self.nursery.stdin.write(f"{task}\n")
        self.nursery.stdin.flush()
        self.hands[int(self.nursery.stdout.readline())] = task

    @property
    def cuts(self) -> int:
        """Of how many that it took the mail server never said so."""
        return cuts_beside(self.ledger).stat().st_size

    def stop(self, *pids: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.hands.pop(pid)

    def kill(self) -> None:
        """One at random, hard, in the middle of whatever it does; another takes its place."""
        pid = self.chance.choice(sorted(self.hands))
        task = self.hands[pid]
        self.killed[task] += 1
        self.stop(pid)
        self.start(task)

    def accepted(self) -> list[tuple[str, str]]:
        """Message-ID and address of all that the mail server took, as often as it did."""
        lines = self.ledger.read_text().split("\n") if self.ledger.exists() else []
        return [(one, to) for one, to in (line.split(" ") for line in lines[:-1])]

    def until(self, accepted: int) -> None:
        self._watch(lambda: len(self.accepted()) >= accepted)

    def until_settled(self) -> None:
        self._watch(lambda: not open_notices())

    def _watch(self, done: Callable[[], bool]) -> None:
        """Wait; where nothing moves because all that is left waits for a lease or for another try, time passes."""
        seen, moved, since, quiet = -1, time.monotonic(), time.monotonic(), QUIET_SECONDS
        while not done():
            assert time.monotonic() - moved < LONGEST_SECONDS, f"{seen} accepted, {open_notices()} still open"
            time.sleep(0.05)
            if (found := len(self.accepted())) != seen:
                seen, quiet = found, QUIET_SECONDS
                moved = since = time.monotonic()
            elif time.monotonic() - since > quiet and open_notices():
                self._let_time_pass()
                since, quiet = time.monotonic(), quiet * MORE_QUIET

    def _let_time_pass(self) -> None:
        self.shift(LEASE)

    def shift(self, by: timedelta) -> None:
        self.shifted += by
        fresh = Path(settings.CLOCK_FILE).with_suffix(".new")
        fresh.write_text(str(self.shifted.total_seconds()))
        os.replace(fresh, settings.CLOCK_FILE)


def sink_on(port: int, ledger: Path, *how: str) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.sink", str(port), str(ledger), *how],
        cwd=services.ROOT, stdin=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    services.wait_for_port(port, process)
    return process


def open_notices() -> int:
    for _again in range(50):
        with suppress(Exception):
            return Notice.objects.filter(kind=DUE, state__in=[State.QUEUED, State.SENDING]).count()
        connections.close_all()
        time.sleep(0.2)
    raise AssertionError("The database does not answer.")


@dataclass(frozen=True)
class Verdict:
    """The rows compared with what the mail server took."""

    planned: int
    lost: int
    twice_under_two_keys: int
    repeats: int
    silent_repeats: int
    doubtful: int
    most_doubtful: int
    doubtful_arrived: int
    gone_and_told: int
    dead_wrongly: int


def judge(soak: Soak) -> Verdict:
    rows = list(Notice.objects.filter(kind=DUE).values_list("message_id", "state", "recipient__email", "failures"))
    # Where much time passed, other reminders of the same work have come due as well.
    others = set(Notice.objects.exclude(kind=DUE).values_list("message_id", flat=True))
    taken = [(one, to) for one, to in soak.accepted() if one not in others]
    times = Counter(one for one, _to in taken)
    keys_by_address: dict[str, set[str]] = {}
    for one, to in taken:
        keys_by_address.setdefault(to, set()).add(one)
    doubtful = {one for one, state, _to, _failures in rows if state == State.UNCERTAIN}
    dead = [to for _one, state, to, _failures in rows if state == State.DEAD]
    # Whoever is killed while the mail server refuses leaves a doubtful row: an administrator sees that one too.
    told = [to for _one, state, to, _failures in rows if state in (State.DEAD, State.UNCERTAIN)]
    # What the mail server never took and nobody is told of.
    lost = sum(state not in (State.UNCERTAIN, State.DEAD) and not times[one] for one, state, _to, _failures in rows)
    repeated = {one: count - 1 for one, count in times.items() if count > 1}
    return Verdict(
        planned=len(rows),
        lost=lost + max(0, soak.reminders - len(rows)),
        twice_under_two_keys=sum(len(keys) > 1 for keys in keys_by_address.values()),
        repeats=sum(repeated.values()),
        silent_repeats=sum(count for one, count in repeated.items() if one not in doubtful),
        doubtful=len(doubtful),
        most_doubtful=soak.cuts + soak.killed["send"] + soak.ended_hard,
        doubtful_arrived=sum(times[one] > 0 for one in doubtful),
        gone_and_told=sum(to.startswith("gone") for to in told),
        dead_wrongly=sum(not to.startswith("gone") for to in dead),
    )


def check(soak: Soak, verdict: Verdict) -> None:
    """What is promised; every doubtful one is a row that an administrator sees."""
    assert verdict.planned == soak.reminders, verdict
    assert verdict.lost == 0, verdict
    assert verdict.twice_under_two_keys == 0, verdict
    assert verdict.repeats == 0, verdict
    assert verdict.dead_wrongly == 0, verdict
    assert verdict.gone_and_told == GONE, verdict
    # One for each sender that was ended at work, and one for each connection that was cut.
    assert verdict.doubtful <= verdict.most_doubtful, verdict
    assert sum(soak.killed.values()) == soak.kills, soak.killed
