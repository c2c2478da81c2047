"""Whether the mail server answers: while it does not, one sender asks again each minute and the rest wait."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models.functions import Coalesce

from stretchhub.env import now

from .models import MailServer

log = logging.getLogger(__name__)

PROBE = timedelta(seconds=60)
ALARM = timedelta(minutes=10)


def may_try() -> bool:
    """Whether to talk to the mail server now; during an outage one of all senders may, once a minute."""
    server = MailServer.objects.first()
    if server is None or server.down_since is None:
        return True
    moment = now()
    mine = MailServer.objects.filter(down_since__isnull=False, tried_at__lte=moment - PROBE)
    return mine.update(tried_at=moment) == 1


def answered() -> None:
    """It answers; written when it did not before, and else once a minute."""
    moment = now()
    server = MailServer.objects.first()
    if server is not None and server.down_since is None and server.answered_at and server.answered_at > moment - PROBE:
        return
    if MailServer.objects.filter(down_since__isnull=False).update(
        answered_at=moment, tried_at=moment, down_since=None, error=""
    ):
        log.warning("The mail server answers again")
    else:
        _row()
        MailServer.objects.update(answered_at=moment, tried_at=moment)


def silent(error: str) -> None:
    """It does not answer; an outage begins with the first time."""
    moment = now()
    _row()
    MailServer.objects.update(tried_at=moment, error=error[:300], down_since=Coalesce("down_since", moment))
    since = MailServer.objects.values_list("down_since", flat=True).get()
    level = logging.ERROR if moment - since >= ALARM else logging.WARNING
    log.log(level, "The mail server does not answer since %s; messages wait: %s", since, error)


def _row() -> None:
    MailServer.objects.bulk_create([MailServer()], ignore_conflicts=True)
