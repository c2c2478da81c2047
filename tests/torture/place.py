"""Where faults are made: a database of its own, the site and the workers on it, a mail server, and people signed in."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, connections
from django.test import Client

from stretchhub.people.models import User
from tests import services
from tests.soak.run import sink_on

PATIENCE = 120.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where the connection ended without one."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Place:
    """One for all faults of one engine."""

    def __init__(self, folder: Path, mail_port: int) -> None:
        self.folder, self.mail_port = folder, mail_port
        self.port = services.free_port()
        self.ledger = folder / "ledger"
        self.web: subprocess.Popen[bytes] | None = None
        self.nursery: subprocess.Popen[str] | None = None
        self.others: list[subprocess.Popen[Any]] = []

    @property
    def engine(self) -> str:
        return connection.vendor

    # --- what runs --------------------------------------------------------------------------------

    @contextmanager
    def open(self) -> Iterator[Place]:
        self.sink = sink_on(self.mail_port, self.ledger, "well")
        self.start_hands()
        self.start_web()
        try:
            yield self
        finally:
            for process in (self.web, self.nursery, self.sink, *self.others):
                if process:
                    services.end(process)

    def start_web(self, **environment: str) -> None:
        log = self.folder / "web.log"
        with log.open("ab") as out:
            self.web = subprocess.Popen(
                [sys.executable, "-m", "stretchhub.part", str(os.getpid()), "gunicorn",
                 "--config", "python:tests.torture.web", "--bind", f"127.0.0.1:{self.port}"],
                cwd=services.ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        services.wait_for_port(self.port, self.web, log)

    def stop_web(self, sign: int = signal.SIGTERM) -> None:
        assert self.web
        services.end(self.web, sign)
        # Or the next one would be taken to answer while an old process still does.
        services.wait_for_free_port(self.port)

    def start_hands(self) -> None:
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.hands"], cwd=services.ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=(self.folder / "hands.log").open("ab"), text=True, start_new_session=True,
        )  # fmt: skip

    def celery(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A worker or beat of Celery's own."""
        log = self.folder / f"{arguments[2]}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "stretchhub.part", str(os.getpid()), "celery", *arguments,
                 "--loglevel", "WARNING"],
                cwd=services.ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.others.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self.celery("--app", "stretchhub", "worker", "--concurrency", "2", *quiet)

    def beat(self, number: int = 0) -> subprocess.Popen[bytes]:
        schedule = str(self.folder / f"schedule{number}")
        return self.celery("--app", "tests.beat", "beat", "--schedule", schedule, "--pidfile", "")

    # --- what is asked for ------------------------------------------------------------------------

    def do(self, work: str, at: int = 0, times: int = 1, **named: Any) -> list[dict[str, Any]]:
        """Have this work done in processes of their own, killed at their step `at` where it is not 0."""
        assert self.nursery and self.nursery.stdin and self.nursery.stdout
        self.nursery.stdin.write(json.dumps({"work": work, "at": at, "times": times, "with": named}) + "\n")
        self.nursery.stdin.flush()
        return json.loads(self.nursery.stdout.readline())

    def finish(self, work: str, **named: Any) -> dict[str, Any]:
        """The same as an ordinary run, which is to succeed."""
        [done] = self.do(work, **named)
        assert "error" not in done, done
        return done

    def person(self, user: User) -> Person:
        return Person(self, user)

    def accepted(self) -> list[tuple[str, str]]:
        """Message-ID and address of all that the mail server took, as often as it did."""
        lines = self.ledger.read_text().splitlines() if self.ledger.exists() else []
        return [(one, to) for one, to in (line.split(" ") for line in lines)]

    def shift(self, by: timedelta) -> None:
        """Set the one clock so far from the right time."""
        fresh = Path(settings.CLOCK_FILE).with_suffix(".new")
        fresh.write_text(str(by.total_seconds()))
        os.replace(fresh, settings.CLOCK_FILE)

    def wait_until(self, done: Callable[[], Any], what: str, seconds: float = PATIENCE) -> float:
        """How long it took; waiting itself is no failure before so many seconds."""
        began = time.monotonic()
        while True:
            with suppress(OSError, http.client.HTTPException):
                if done():
                    return time.monotonic() - began
            assert time.monotonic() - began < seconds, what
            time.sleep(0.05)


class Person:
    """Somebody signed in, who sends what a browser would send."""

    def __init__(self, place: Place, user: User) -> None:
        client = Client(HTTP_HOST="localhost")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.place, self.user = place, user
        cookies = {name: each.value for name, each in client.cookies.items()}
        cookies["csrftoken"] = "t" * 32
        self.headers = {
            "Host": f"localhost:{place.port}",
            "Origin": f"http://localhost:{place.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": "t" * 32,
        }

    def get(self, address: str, **headers: str) -> Answer:
        return self.ask("GET", address, b"", headers)

    def post(self, address: str, words: Mapping[str, Any], **headers: str) -> Answer:
        body = urlencode(words, doseq=True).encode()
        return self.ask("POST", address, body, {"Content-Type": FORM, **headers})

    def send(self, address: str, words: Mapping[str, str], files: Mapping[str, bytes], **headers: str) -> Answer:
        """A form with files, by field; each is called after its field."""
        parts = [f'--sent\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'.encode()
                 for name, said in words.items()]  # fmt: skip
        for name, content in files.items():
            place, _colon, called = name.partition(":")
            head = f'--sent\r\nContent-Disposition: form-data; name="{place}"; filename="{called or place}.pdf"\r\n'
            parts.append(head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n")
        body = b"".join([*parts, b"--sent--\r\n"])
        return self.ask("POST", address, body, {"Content-Type": "multipart/form-data; boundary=sent", **headers})

    def ask(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=PATIENCE)
        try:
            line.request(method, address, body or None, {**self.headers, **named})
            answer = line.getresponse()
            said = answer.read()
            return Answer(answer.status, dict(answer.getheaders()), said, time.monotonic() - began)
        except (OSError, http.client.HTTPException):
            return Answer(0, seconds=time.monotonic() - began)
        finally:
            line.close()


def at_once(works: list[Callable[[], Answer]]) -> list[Answer]:
    """All of them begin together."""
    barrier, answers = threading.Barrier(len(works)), [Answer(0)] * len(works)

    def run(number: int) -> None:
        barrier.wait()
        answers[number] = works[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def let_go() -> None:
    """Close what this process has open to the database."""
    connections.close_all()
