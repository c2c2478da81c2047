"""The soak: thousands of reminders while planners and senders are killed and servers go away.

    make soak                                      both databases, one after the other
    python -m tests.soak full [COUNT] [KILLS]      one of them, by LEG: empty, with accidents and an outage
    python -m tests.soak small [COUNT] [KILLS]     the database that LEG and TEST_… name, as it is

The mail server puts off 2 %, answers slowly, hangs up after accepting 0.2 %, and knows 20 addresses no more.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from tests import services

NAME = "soak"


def main(what: str = "both", count: str = "10000", kills: str = "40") -> int:
    if what == "both":
        return max(_leg(leg, count, kills) for leg in ("lite", "real"))
    port, folder = services.free_port(), Path(tempfile.mkdtemp(prefix="stretchhub-soak-"))
    os.environ |= {"TEST_EMAIL_URL": f"smtp://127.0.0.1:{port}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    if what == "full" and os.environ.get("LEG") == "real":
        _empty_database()
    django.setup()
    from . import story  # noqa: PLC0415

    story.tell(int(count), int(kills), folder, port, full=what == "full")
    return 0


def _leg(leg: str, count: str, kills: str) -> int:
    print(f"\n=== {leg} leg", flush=True)
    environment = {**os.environ, "LEG": leg, "TEST_POSTGRES_DURABLE": "1"}
    environment.pop("TEST_DATA_DIR", None)
    return subprocess.call([sys.executable, "-m", "tests.soak", "full", count, kills], env=environment)


def _empty_database() -> None:
    services.fresh_database(NAME)
    os.environ["TEST_DATABASE_NAME"] = NAME


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
