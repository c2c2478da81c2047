"""Runs the tests on both legs, the real one last; stops at the first leg that fails.

When both run, the real one takes of the tests that the other has just run those that tests.asked finds enough.

    python -m tests.legs [lite] [real]
"""

import os
import subprocess
import sys
import tempfile

from tests import services

PYTEST = [sys.executable, "-m", "pytest"]
# Two processes, each with a database, a broker, a worker and a site of its own. Each begins with its half of the
# tests, so that what a module shares is made once, and takes from the other what is left there.
OPTIONS = ["-q", "-n", "2", "--dist", "worksteal"]
LEGS = {"lite": "SQLite and spool", "real": "PostgreSQL, Redis, worker, SMTP, browser"}
# Said to both, for importing the product says otherwise.
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
TEMPLATE = "stretchhub_prepared"
# The folder by which one leg tells the other what its tests asked.
NOTED, READ = "TEST_ASKED_NOTED", "TEST_ASKED_READ"
HANDED_ON = {"lite": NOTED, "real": READ}
ALL = os.environ.get("STRETCHHUB_TESTS") == "all"


def prepare(legs: list[str]) -> int:
    """The database of each leg, both at once: migrations take one core, and no test is to wait for them."""
    if "real" in legs:
        services.postgres_url()
    with tempfile.TemporaryDirectory(prefix="stretchhub-test-") as folder:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.prepared"],
                cwd=services.ROOT,
                env={
                    **os.environ,
                    **SETTINGS,
                    "LEG": leg,
                    "TEST_DATA_DIR": os.path.join(folder, leg),
                    "TEST_DATABASE_NAME": TEMPLATE,
                },
            )
            for leg in legs
        ]
        failed = [code for code in [each.wait() for each in started] if code]
    return failed[0] if failed else 0


def run(leg: str, **surroundings: str) -> int:
    """One leg in a process of its own, because settings and servers are chosen at the start."""
    print(f"\n=== {leg} leg: {LEGS[leg]}", flush=True)
    environment = {**os.environ, **SETTINGS, **surroundings, "LEG": leg, "TEST_DATABASE_TEMPLATE": TEMPLATE}
    environment.pop("TEST_DATA_DIR", None)
    return subprocess.call([*PYTEST, *OPTIONS], env=environment)


def main(legs: list[str]) -> int:
    legs = legs or list(LEGS)
    sampled = legs == list(LEGS) and not ALL
    try:
        failed = prepare(legs)
        with tempfile.TemporaryDirectory(prefix="stretchhub-asked-") as folder:
            for leg in legs:
                failed = failed or run(leg, **({HANDED_ON[leg]: folder} if sampled else {}))
    finally:
        if "real" in legs:
            services.drop_database(TEMPLATE)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
