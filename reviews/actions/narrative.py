"""The narrative of a review, in the mentee's words, until it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import ReviewCycle, ReviewNarrative, ReviewPacket
from ..packet_rules import can_write_narrative


@transaction.atomic
def write_narrative(
    assignment: Assignment, cycle: ReviewCycle, *, by: User, edit: int, words: Mapping[str, Any]
) -> ReviewNarrative:
    """Keep the narrative, unless it was saved elsewhere since `edit` or stands in a packet already."""
    require(can_write_narrative(by, assignment))
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    if ReviewPacket.objects.filter(assignment=assignment, cycle=cycle).exists():
        raise Refused(_("The reviews are final, and your words stand in the packet. You may add a statement there."))
    narrative, _made = ReviewNarrative.objects.get_or_create(assignment=assignment, cycle=cycle, defaults={"edit": 0})
    same = ReviewNarrative.objects.filter(pk=narrative.pk, edit=edit)
    if not same.update(**words, saved_at=now(), edit=F("edit") + 1):
        raise Stale(_("Your words were saved in another window while you were writing."))
    narrative.refresh_from_db()
    record(by, "narrative.written", narrative, fields=list(words))
    return narrative
