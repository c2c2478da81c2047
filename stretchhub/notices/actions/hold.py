"""Letting mail go out again after a restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.notices import hold
from stretchhub.notices.models import MailHold, State
from stretchhub.notices.rules import can_look_after_mail
from stretchhub.wake import wake

DELIVER = "stretchhub.notices.tasks.deliver"
PERHAPS_SENT = "It may have been sent before the restore."


@dataclass(frozen=True)
class Released:
    """How many wait to be sent from now on, and how many are left for a person to look at."""

    waiting: int
    kept_back: int


@transaction.atomic
def release(*, by: Any, send_doubtful: bool) -> Released | None:
    """Send from now on; None where nothing is held any more.

    What may have gone out before the restore goes out again only if that is wished. Else it is listed
    as perhaps sent, and each can be sent again or closed.
    """
    if not can_look_after_mail(by):
        raise PermissionDenied
    held = hold.held()
    if held is None or not MailHold.objects.filter(pk=held.hold.pk).delete()[0]:
        return None
    kept_back = 0
    if not send_doubtful:
        doubtful = hold.perhaps_sent(held.hold)
        kept_back = doubtful.update(state=State.UNCERTAIN, lease_until=None, reason=PERHAPS_SENT)
    released = Released(held.waiting - kept_back, kept_back)
    record(by, "notices.mail_released", facts={"waiting": released.waiting, "kept_back": released.kept_back})
    wake(DELIVER)
    return released
