"""Talks with the sponsor for the calendars of mentee and sponsor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext as _

from assignments.models import Status
from stretchhub.people.models import User
from stretchhub.planned import Planned

from .models import SponsorCheckIn

MINUTES = 15


def planned_for(user: User, since: date) -> Iterator[Planned]:
    """The talks of running assignments with the sponsor they have, from a day on; one query."""
    mine = Q(sponsor=user, assignment__sponsor=user) | Q(assignment__mentee=user, assignment__sponsor=F("sponsor"))
    talks = SponsorCheckIn.objects.filter(
        mine, cancelled_at__isnull=True, due_on__gte=since, assignment__status=Status.ACTIVE
    )
    for talk in talks.select_related("assignment", "sponsor"):
        title = _("With the sponsor: %(title)s") % {"title": talk.assignment.title}
        yield Planned(f"sponsor-check-in-{talk.code}", title, talk.due_on, talk.sponsor.zone, MINUTES)
