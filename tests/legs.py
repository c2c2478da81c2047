"""Runs all tests on both legs, the real one last; stops at the first leg that fails.

python -m tests.legs [lite] [real]
"""

import os
import subprocess
import sys

PYTEST = [sys.executable, "-m", "pytest"]
# What needs the shared worker, site and browser stays together in one of the two processes.
LEGS = {"lite": ["-q", "-n", "2", "--dist", "load"], "real": ["-q", "-n", "2", "--dist", "loadgroup"]}


def run(leg: str) -> int:
    """One leg in a process of its own, because settings and servers are chosen at the start."""
    print(f"\n=== {leg} leg: {'SQLite and spool' if leg == 'lite' else 'PostgreSQL, Redis, worker, SMTP, browser'}",
          flush=True)  # fmt: skip
    environment = {**os.environ, "LEG": leg}
    environment.pop("TEST_DATA_DIR", None)
    return subprocess.call([*PYTEST, *LEGS[leg]], env=environment)


def main(legs: list[str]) -> int:
    for leg in legs or list(LEGS):
        if failed := run(leg):
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
