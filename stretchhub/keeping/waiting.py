"""What waits on Today about people's data: erasures to be decided by another than who asked, and those that fail."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.waiting import Waiting

from .models import ErasureRequest, State
from .rules import can_decide_erasures


def waiting_for(user: User) -> list[Waiting]:
    """One query for HR and administrators, none for others."""
    if not can_decide_erasures(user):
        return []
    asked = ErasureRequest.objects.filter(state=State.ASKED).exclude(asked_by=user).exclude(person=user)
    found = (asked | ErasureRequest.objects.late()).select_related("person").order_by("asked_at")[:20]
    return [_line(each, user) for each in found]


def _line(erasure: ErasureRequest, user: User) -> Waiting:
    return _late(erasure) if erasure.is_late else _to_decide(erasure, user)


def _late(erasure: ErasureRequest) -> Waiting:
    return Waiting(
        kind="erasure",
        title=_("%(name)s is not erased yet") % {"name": erasure.name},
        reason=_("it was decided and did not come to its end; whoever runs this system finds why in the log"),
        url=reverse("keeping:erasure", args=[erasure.code]),
        action=_("Open"),
    )


def _to_decide(erasure: ErasureRequest, user: User) -> Waiting:
    return Waiting(
        kind="erasure",
        title=_("Decide whether to erase %(name)s") % {"name": erasure.name},
        reason=_("they asked for it themselves; the law gives 30 days")
        if erasure.asked_by_id == erasure.person_id
        else _("a colleague asked for it; a second person decides"),
        url=reverse("keeping:erasure", args=[erasure.code]),
        action=_("Decide"),
        due_on=erasure.due_at.astimezone(user.zone).date(),
    )
