"""How long Today takes for somebody with everything waiting, beside the floor of any page here.

    make bench-today

The site as deployed (gunicorn, two processes) on PostgreSQL and Redis beside the work of SPONSORS × 20 others. The
mentee, the mentor and the sponsor of the tests' world, for whom one of everything waits, each signed in on one
connection, in rounds that take turns with the floor: the site's own middleware, session, person and “hello”.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("SPONSORS", "500")

from tests import services
from tests.benchmarks import build_dashboards, log_evidence
from tests.benchmarks.log_evidence import Person, median, said
from tests.benchmarks.result import Figure, report

EACH = int(os.environ.get("EACH", "100"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PROMISED, PROMISED_TAIL = 6.0, 3.0


class Reader(Person):
    """Somebody who opens Today again and again."""

    def __init__(self, port: int, user: object) -> None:
        self.user, self.address = user, "/"
        self.sign_in(port)
        self.all: list[float] = []

    def today(self) -> float:
        self.all.append(self._took(200, "GET", "/"))
        return self.all[-1]


def measure(reader: Reader, part: str) -> None:
    for _ in range(10):
        reader.hello()
        reader.today()
    reader.all.clear()
    floors, ours = [], []
    for _ in range(ROUNDS):
        floors.append(median(reader.hello, EACH))
        ours.append(median(reader.today, EACH))
    said(f"Today of the {part}", floors, ours, PROMISED)
    middle, late = statistics.median(reader.all), statistics.quantiles(reader.all, n=20)[-1]
    kept = "kept" if late <= PROMISED_TAIL * middle else "NOT kept"
    print(f"  p95 {late * 1000:.1f} ms, {late / middle:.2f} times its p50 (promised: {PROMISED_TAIL:.0f}, {kept})")
    name = f"Today of the {part}: the slowest twentieth"
    report(Figure(name, late * 1000, "ms", middle * 1000, late / middle, PROMISED_TAIL))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="stretchhub-bench-") as place:
        folder = Path(place)
        log_evidence.open_database(folder)
        from tests.world import build_world  # noqa: PLC0415

        build_dashboards.fill()
        world = build_world()
        process, port = log_evidence.serve(folder)
        try:
            for part in ("mentee", "mentor", "sponsor"):
                measure(Reader(port, world.people[part]), part)
        finally:
            services.end(process, signal.SIGQUIT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
