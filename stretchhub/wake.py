"""Telling Celery that there is work; the work itself is rows, which a sweep finds anyway."""

from __future__ import annotations

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from stretchhub.celery import app

log = logging.getLogger(__name__)


def wake(task: str) -> None:
    """Run `task` soon, once the caller's transaction has committed.

    A broker that does not answer delays the work until the next sweep and fails nothing.
    """
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    try:
        app.send_task(task, retry=False, expires=60)
    except (OperationalError, OSError) as error:
        log.warning("%s was not woken, the sweep will find its work: %s", task, error)
