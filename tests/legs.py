"""Runs all tests on both legs, the real one last; stops at the first leg that fails.

python -m tests.legs [lite] [real]
"""

import os
import subprocess
import sys

PYTEST = [sys.executable, "-m", "pytest"]
# Two processes, each with a database, a broker, a worker and a site of its own.
# Each begins with its half, so that what a module shares is made once, and takes from the other what is left there.
OPTIONS = ["-q", "-n", "2", "--dist", "worksteal"]
LEGS = {"lite": "SQLite and spool", "real": "PostgreSQL, Redis, worker, SMTP, browser"}


def run(leg: str) -> int:
    """One leg in a process of its own, because settings and servers are chosen at the start."""
    print(f"\n=== {leg} leg: {LEGS[leg]}", flush=True)
    environment = {**os.environ, "LEG": leg}
    environment.pop("TEST_DATA_DIR", None)
    return subprocess.call([*PYTEST, *OPTIONS], env=environment)


def main(legs: list[str]) -> int:
    for leg in legs or list(LEGS):
        if failed := run(leg):
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
