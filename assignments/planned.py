"""Check-ins, milestones and review days for the calendar of mentee and mentor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.planned import Planned

from .models import Charter, CheckIn, Milestone, Status

MINUTES = 20


def planned_for(user: User, since: date) -> Iterator[Planned]:
    """What is planned of running assignments from a day on, in three queries."""
    pair = Q(assignment__mentee=user) | Q(assignment__mentor=user)
    running = Q(assignment__status__in=[Status.ACTIVE, Status.REVIEWING])
    held = CheckIn.objects.filter(pair, running, cancelled_at__isnull=True, due_on__gte=since)
    for check_in in held.select_related("assignment__mentee"):
        words = {"title": check_in.assignment.title}
        zone = check_in.assignment.mentee.zone
        yield Planned(f"check-in-{check_in.code}", _("Check-in: %(title)s") % words, check_in.due_on, zone, MINUTES)
    steps = Milestone.objects.filter(pair, running, due_on__gte=since)
    for milestone in steps:
        yield Planned(f"milestone-{milestone.code}", _("Due: %(title)s") % {"title": milestone.title}, milestone.due_on)
    parties = pair | Q(assignment__sponsor=user)
    for charter in Charter.objects.filter(parties, running, review_on__gte=since).select_related("assignment"):
        words = {"title": charter.assignment.title}
        yield Planned(f"review-day-{charter.assignment.code}", _("Review: %(title)s") % words, charter.review_on)
