"""How long starting and stopping takes: `manage.py up` in a folder of its own, the first time and again.

    python -m tests.benchmarks.start_and_stop

The first start makes keys, database and tables; how long a clone and its packages take is the network's. ROUNDS says
how often it is started again and stopped.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import django

from tests.benchmarks.result import Figure, report

ROUNDS = int(os.environ.get("ROUNDS", "3"))
PROMISED_AGAIN, PROMISED_STOP = 10.0, 10.0


def once(folder: Path) -> tuple[float, float]:
    """Seconds until it answers with 200, and from being told to stop until it has stopped, once all of it was there."""
    from tests.test_run import Running  # noqa: PLC0415

    start = perf_counter()
    running = Running(folder)
    try:
        running.wait_until_answering()
        started = perf_counter() - start
        running.wait_until_complete()
        start = perf_counter()
        running.process.terminate()
        assert running.process.wait(60) == 0, running.said
        return started, perf_counter() - start
    finally:
        if running.process.poll() is None:
            running.process.kill()


def main() -> int:
    # What the tests know of a program that runs can only be imported where there are models.
    os.environ |= {"LEG": "lite", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    with tempfile.TemporaryDirectory(prefix="stretchhub-bench-") as place:
        first, _stopped = once(Path(place))
        again, stopped = zip(*(once(Path(place)) for _ in range(ROUNDS)), strict=True)
    start, stop = statistics.median(again), statistics.median(stopped)
    print(
        f"first start {first:.1f} s, again {start:.1f} s (promised: 10), stop {stop:.1f} s (promised: 10)", flush=True
    )
    report(
        Figure("first start to HTTP 200, without fetching packages", first, "s"),
        Figure("second start to HTTP 200", start, "s", promised=PROMISED_AGAIN),
        Figure("stop", stop, "s", promised=PROMISED_STOP),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
