"""Nothing is sent after a restore, nor while one is unfinished, until an administrator releases it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from .models import MailHold, Notice, State

GOING = (State.QUEUED, State.SENDING)


@dataclass(frozen=True)
class Held:
    """Since when and why, what waits, and how much of that the lost system may have sent already."""

    hold: MailHold
    waiting: int
    doubtful: int


def unfinished() -> Path:
    """The file that stands in the data folder from the first step of a restore to its last."""
    return Path(settings.DATA_DIR) / "restore-unfinished"


def is_held() -> bool:
    return unfinished().exists() or MailHold.objects.exists()


def put(taken_at: datetime, restored_at: datetime) -> None:
    """Hold everything from now on; a restore of a system that was held itself begins a hold of its own."""
    MailHold.objects.update_or_create(pk=1, defaults={"taken_at": taken_at, "restored_at": restored_at})


def held() -> Held | None:
    """What the administrator is told while mail is held."""
    hold = MailHold.objects.first()
    if hold is None:
        return None
    perhaps = Q(meant_for__lte=hold.restored_at)
    counted = _going().aggregate(waiting=Count("pk"), doubtful=Count("pk", filter=perhaps))
    return Held(hold, **counted)


def perhaps_sent(hold: MailHold) -> QuerySet[Notice]:
    """What was meant to go out before the restore: the system that was lost may have sent it after its backup."""
    return _going().filter(meant_for__lte=hold.restored_at)


def _going() -> QuerySet[Notice]:
    return Notice.objects.filter(state__in=GOING).annotate(meant_for=Coalesce("planned_for", "due_at")).order_by()
