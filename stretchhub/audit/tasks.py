"""Celery's doors to the work of this app."""

from __future__ import annotations

import logging

from celery import shared_task

from . import sealing, verifying

log = logging.getLogger(__name__)

# So many entries are looked at within a minute on a small machine.
CHECKED_AT_ONCE = 200_000


@shared_task(name="stretchhub.audit.tasks.seal")
def seal() -> int:
    """Seal what was written since the last time; running it twice changes nothing."""
    return sealing.seal()


@shared_task(name="stretchhub.audit.tasks.verify")
def verify() -> bool:
    """Look whether the trail is still as it was sealed, some of it each time; running it twice changes nothing."""
    verdict = verifying.check(CHECKED_AT_ONCE)
    if verdict.fault:
        log.error("The audit trail is not as it was sealed. %s", verdict.fault)
    return verdict.fault is None
