"""Starts planners and senders at once: `send` or `plan` on standard input is answered by a process number.

Django is loaded once and each is a fork of it, so that many can be killed and started anew within seconds.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable

import django

from stretchhub import tether

log = logging.getLogger(__name__)


def keep_on(work: Callable[[], object], rest: float) -> None:
    """Do it again and again; what fails, such as the database going away, is tried anew."""
    from django.db import connections  # noqa: PLC0415

    while True:
        try:
            if not work():
                time.sleep(rest)
        except Exception:
            log.exception("Tried again")
            connections.close_all()
            time.sleep(0.3)


def send() -> None:
    from stretchhub.notices import delivery  # noqa: PLC0415

    keep_on(lambda: set(delivery.deliver()) - {"waiting"}, 0.05)


def plan() -> None:
    from assignments import reminders  # noqa: PLC0415
    from stretchhub.env import now  # noqa: PLC0415

    keep_on(lambda: reminders.plan(now()) and False, 0.3)


def start(work: Callable[[], None]) -> int:
    if pid := os.fork():
        return pid
    tether.die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    work()
    os._exit(1)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    import assignments.reminders  # noqa: F401, PLC0415
    import stretchhub.notices.delivery  # noqa: F401, PLC0415
    from stretchhub.celery import load_pages  # noqa: PLC0415

    load_pages()
    # Those that are killed leave no trace behind.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        print(start({"send": send, "plan": plan}[line.strip()]), flush=True)


if __name__ == "__main__":
    main()
