"""How long logging evidence takes, beside the floor of what it cannot do without.

    make bench-evidence

The site as deployed (gunicorn, two processes) on PostgreSQL and Redis, one person signed in on one connection, in
rounds that take turns with the floor: the site's own middleware, session, person and “hello”, plus one committed
INSERT. For a PDF of 5 MB the floor is logging words, as measured, plus writing the file. EACH, FILES and ROUNDS
change how many.
"""

from __future__ import annotations

import http.client
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode
from uuid import uuid4

from tests import services
from tests.benchmarks import database
from tests.benchmarks.result import Figure, report

EACH = int(os.environ.get("EACH", "100"))
FILES = int(os.environ.get("FILES", "15"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
NAME = "bench_evidence"
PROMISED_WORDS, PROMISED_FILE = 5.0, 3.0
FILE = b"%PDF-1.7\n" + os.urandom(5 * 1024 * 1024 - 9)
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "benchmarkbenchmark"


SETTINGS = "tests.benchmarks.settings"


def open_database(folder: Path) -> None:
    """An empty database of its own, with the tables of today and that of the floor."""
    make_database(folder)
    load_django()


def make_database(folder: Path) -> None:
    database.make_database(NAME, TEST_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE=SETTINGS)


def load_django() -> None:
    database.load_django()
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, person_id bigint, words text)")


def serve(folder: Path) -> tuple[subprocess.Popen, int]:
    """A site that answers, and its port."""
    process, port, log = start_site(folder)
    services.wait_for_port(port, process, log)
    return process, port


def start_site(folder: Path) -> tuple[subprocess.Popen, int, Path]:
    """A site that is going to answer at this port, and where it says what it does."""
    port = services.free_port()
    log = folder / f"gunicorn-{port}.log"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:stretchhub.web", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=services.ROOT, env=os.environ, stdout=said, stderr=said)
    return process, port, log


class Person:
    """The mentee of running work, signed in on a connection that stays open."""

    def __init__(self, port: int) -> None:
        from tests.factories import AssignmentFactory  # noqa: PLC0415

        self.assignment = AssignmentFactory()
        self.user, self.address = self.assignment.mentee, f"/assignments/{self.assignment.code}/evidence/log/"
        self.sign_in(port)

    def sign_in(self, port: int) -> None:
        from django.test import Client  # noqa: PLC0415

        client = Client(HTTP_HOST="localhost")
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(self.address).status_code == 200
        cookies = client.cookies
        self.headers = {
            "Cookie": "; ".join(f"{name}={each.value}" for name, each in cookies.items()),
            "X-CSRFToken": cookies["csrftoken"].value,
        }
        self.line = http.client.HTTPConnection("localhost", port, timeout=60)

    def ask(self, method: str, address: str, body: bytes = b"", kind: str = FORM) -> tuple[int, float]:
        start = perf_counter()
        self.line.request(method, address, body, {**self.headers, "Content-Type": kind})
        answer = self.line.getresponse()
        answer.read()
        return answer.status, perf_counter() - start

    def hello(self) -> float:
        return self._took(200, "GET", "/floor/hello/")

    def insert(self) -> float:
        return self._took(200, "POST", "/floor/insert/")

    def log_words(self) -> float:
        return self._took(302, "POST", self.address, urlencode(self._words()).encode())

    def log_file(self) -> float:
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{words}\r\n'.encode()
            for name, words in self._words().items()
        ]
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="report.pdf"\r\n'
        head += "Content-Type: application/pdf\r\n\r\n"
        body = b"".join([*parts, head.encode(), FILE, f"\r\n--{BOUNDARY}--\r\n".encode()])
        return self._took(302, "POST", self.address, body, f"multipart/form-data; boundary={BOUNDARY}")

    def _words(self) -> dict[str, str]:
        from stretchhub.env import today  # noqa: PLC0415

        return {
            "submit_key": uuid4().hex,
            "title": "Demo to the regional leads",
            "text": "Eleven came, nine stayed for the questions, and two want the same for their own queue.",
            "learned": "Show the old way first; then nobody argues about the new one.",
            "changed": "Two regions join in January.",
            "happened_on": today().isoformat(),
            "shared_with_sponsor": "on",
        }

    def _took(self, expected: int, *request: object) -> float:
        status, took = self.ask(*request)  # type: ignore[arg-type]
        assert status == expected, (status, request[:2])
        return took


def write(folder: Path) -> float:
    """The floor of a file: its bytes on the same disk."""
    file = folder / uuid4().hex
    start = perf_counter()
    file.write_bytes(FILE)
    took = perf_counter() - start
    file.unlink()
    return took


def median(work: Callable[[], float], count: int) -> float:
    return statistics.median(work() for _ in range(count))


def said(what: str, floor: list[float], ours: list[float], promised: float) -> None:
    ratio = statistics.median(one / other for one, other in zip(ours, floor, strict=True))
    kept = "kept" if ratio <= promised else "NOT kept"
    print(
        f"{what}: floor {statistics.median(floor) * 1000:.1f} ms, ours {statistics.median(ours) * 1000:.1f} ms,",
        f"ratio {ratio:.2f} (promised: {promised:.0f}, {kept}), load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    ms = [statistics.median(each) * 1000 for each in (ours, floor)]
    report(Figure(what, ms[0], "ms", ms[1], ratio, promised))


def check(person: Person, words: int, files: int) -> None:
    """Everything that was answered is there, and told to the mentor once."""
    from assignments.models import Evidence, EvidenceFile  # noqa: PLC0415
    from stretchhub.notices.models import Notice  # noqa: PLC0415

    assert Evidence.objects.filter(assignment=person.assignment).count() == words + files
    assert set(EvidenceFile.objects.values_list("size", flat=True)) == {len(FILE)}
    assert EvidenceFile.objects.count() == files
    told = Notice.objects.filter(recipient=person.assignment.mentor, kind="assignments.evidence_logged")
    assert told.count() == words + files, told.count()


def measure(person: Person, folder: Path) -> None:
    for warm in (person.hello, person.insert, person.log_words, person.log_file):
        for _ in range(6):
            warm()
    floors, words, file_floors, files = [], [], [], []
    for _ in range(ROUNDS):
        hello, inserted = median(person.hello, EACH), median(person.insert, EACH)
        floors.append(inserted)
        words.append(median(person.log_words, EACH))
        written = median(lambda: write(folder), FILES)
        file_floors.append(words[-1] + written)
        files.append(median(person.log_file, FILES))
        print(
            f"hello {hello * 1000:.1f} ms, with an INSERT {inserted * 1000:.1f} ms, words {words[-1] * 1000:.1f} ms,",
            f"writing 5 MB {written * 1000:.1f} ms, with a PDF of 5 MB {files[-1] * 1000:.1f} ms",
            flush=True,
        )
    check(person, ROUNDS * EACH + 6, ROUNDS * FILES + 6)
    said("log evidence in words", floors, words, PROMISED_WORDS)
    said("log evidence with a PDF of 5 MB", file_floors, files, PROMISED_FILE)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="stretchhub-bench-") as place:
        folder = Path(place)
        make_database(folder)
        # Both load Django at once.
        process, port, log = start_site(folder)
        try:
            load_django()
            services.wait_for_port(port, process, log)
            measure(Person(port), folder)
        finally:
            services.end(process, signal.SIGQUIT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
