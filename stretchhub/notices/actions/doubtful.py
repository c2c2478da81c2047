"""Messages that perhaps went out, or could not: sent again or closed by hand."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from stretchhub.audit.trail import entry, record, record_many
from stretchhub.env import now
from stretchhub.notices.models import UNSETTLED, Notice, State
from stretchhub.notices.rules import can_look_after_mail
from stretchhub.wake import wake

DELIVER = "stretchhub.notices.tasks.deliver"
# As new; its Message-ID stays, so that a mail program that has it already can know it.
AGAIN = {"state": State.QUEUED, "failures": 0, "lease_until": None, "data_started_at": None}


@transaction.atomic
def send_again(notice: Notice, *, by: Any) -> bool:
    """One of them, at once; False where somebody has settled it meanwhile."""
    _require(by)
    ours = _unsettled(notice).update(**AGAIN, due_at=now(), reason="") == 1
    if ours:
        record(by, "notices.sent_again", notice, fields=["state", "due_at"])
        wake(DELIVER)
    return ours


@transaction.atomic
def close(notice: Notice, *, by: Any) -> bool:
    """Nothing more is to be done about it; False where somebody has settled it meanwhile."""
    _require(by)
    ours = _unsettled(notice).update(state=State.SETTLED, lease_until=None) == 1
    if ours:
        record(by, "notices.closed_by_hand", notice, fields=["state"])
    return ours


@transaction.atomic
def send_all_again(*, by: Any) -> int:
    """Everything that could not be sent, say after the mail server was told of a new sender; says how many."""
    _require(by)
    dead = list(Notice.objects.select_for_update().filter(state=State.DEAD).order_by("pk"))
    Notice.objects.filter(pk__in=[notice.pk for notice in dead], state=State.DEAD).update(
        **AGAIN, due_at=now(), reason=""
    )
    record_many([entry(by, "notices.sent_again", notice, fields=["state", "due_at"]) for notice in dead])
    if dead:
        wake(DELIVER)
    return len(dead)


def _unsettled(notice: Notice) -> Any:
    return Notice.objects.filter(pk=notice.pk, state__in=UNSETTLED)


def _require(by: Any) -> None:
    if not can_look_after_mail(by):
        raise PermissionDenied
