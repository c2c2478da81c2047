"""When mentee and sponsor of an assignment last spoke, for whoever judges how it stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet

from .models import SponsorCheckIn


def last_talks(of: Any) -> QuerySet:
    held = SponsorCheckIn.objects.filter(of, held_on__isnull=False).order_by()
    return held.values("assignment_id").annotate(last=Max("held_on"))
