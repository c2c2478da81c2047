"""A worker that runs and yet takes nothing from the queue notices it, says so, and ends to be started again.

Asking whether the process is there finds no such worker, and neither does a ping, which comes by another way than
work does. So what counts is progress: it was handed something, or is at something. One that was handed nothing for
long while messages wait, twice in a row, is deaf. Where nothing waits, or the broker does not answer, it is left alone.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import Celery
from celery.worker import state

EXIT = 75
log = logging.getLogger(__name__)


class Hearing:
    """Since when a worker was handed nothing, and whether that is too long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.since = clock()
        self.doubted = False

    def heard(self) -> None:
        self.since, self.doubted = self.clock(), False

    @property
    def silent_for(self) -> float:
        return self.clock() - self.since

    def is_deaf(self, longest: float, *, at_work: bool, waiting: Callable[[], int]) -> bool:
        """Asked again and again; `waiting` asks the broker, and only when there is reason to doubt."""
        if at_work:
            self.heard()
        if self.silent_for < longest:
            return False
        # A message that came this moment waits too, so it is asked twice.
        doubted, self.doubted = self.doubted, waiting() > 0
        return doubted and self.doubted


hearing = Hearing()


def messages_waiting(app: Celery) -> int:
    """How many lie in the queue, by a connection of its own; an error when the broker does not answer."""
    with app.connection_for_write(connect_timeout=3) as broker:
        broker.ensure_connection(max_retries=1, timeout=3)
        channel: Any = broker.default_channel
        try:
            return channel.queue_declare(app.conf.task_default_queue, passive=True).message_count
        except broker.channel_errors:
            # Redis knows no empty queue.
            return 0


def _waiting_if_known(app: Celery) -> int:
    try:
        return messages_waiting(app)
    except Exception:
        return 0


def look(app: Celery, longest: float, file: str) -> bool:
    """Look once; whether this worker is deaf. While it is not, the file says so by its date."""
    at_work = bool(state.reserved_requests)
    deaf = hearing.is_deaf(longest, at_work=at_work, waiting=lambda: _waiting_if_known(app))
    if file and hearing.silent_for < longest:
        Path(file).touch()
    return deaf


def watch(app: Celery, longest: float, file: str = "", end: Callable[[int], None] = os._exit) -> threading.Thread:
    """Look all the time, beside the worker; there is nothing at work in one that is deaf, so it ends at once."""
    hearing.heard()

    def looking() -> None:
        while not look(app, longest, file):
            time.sleep(min(10.0, longest / 5))
        log.critical("This worker was handed nothing for %d s although messages wait: it ends, to be started again",
                     hearing.silent_for)  # fmt: skip
        end(EXIT)

    thread = threading.Thread(target=looking, name="deaf", daemon=True)
    thread.start()
    return thread
