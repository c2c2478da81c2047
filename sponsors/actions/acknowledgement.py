"""A sponsor says that they have read how an assignment stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment, DashboardChange
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import DashboardAcknowledgement, DashboardSnapshot
from ..rules import can_acknowledge_dashboard
from .dashboard import rebuild


@transaction.atomic
def acknowledge(assignment: Assignment, *, by: User, revision: int) -> DashboardAcknowledgement:
    """Keep that the sponsor has read this revision, and tell mentee and mentor once.

    The dashboard is built anew at once, so that it says what changed from here on.
    """
    require(can_acknowledge_dashboard(by, assignment))
    card, as_of = _card(assignment, by)
    if card["revision"] != revision:
        raise Stale(_("Something has changed since you opened this page. Read it and acknowledge again."))
    said, made = DashboardAcknowledgement.objects.get_or_create(
        assignment=assignment,
        sponsor=by,
        revision=revision,
        defaults={"as_of": as_of, "acknowledged_at": now(), "facts": card["facts"]},
    )
    if not made:
        return said
    record(by, "dashboard.acknowledged", said, fields=["revision"])
    messages.dashboard.acknowledged(said)
    if not rebuild([by.pk]):
        # Another build was faster and may not know of this; the next run builds once more.
        DashboardChange.objects.note([by.pk])
    return said


def _card(assignment: Assignment, sponsor: User) -> tuple[dict[str, Any], datetime]:
    snapshot = DashboardSnapshot.objects.filter(sponsor=sponsor).first()
    content: Any = snapshot.content if snapshot else {}
    cards = content.get("cards", [])
    card = next((card for card in cards if card["pk"] == assignment.pk), None)
    if snapshot is None or snapshot.as_of is None or card is None:
        raise Refused(_("This is being prepared. Load the page again in a few seconds."))
    return card, snapshot.as_of
