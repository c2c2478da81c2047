"""What waits for a sponsor: assignments that changed since they last acknowledged."""

from __future__ import annotations

from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.models.assignment import RUNNING
from stretchhub.waiting import Waiting


def waiting_for(user) -> list[Waiting]:
    """One line for each running assignment whose dashboard shows something not yet acknowledged."""
    said = Max("sponsor_acknowledgements__revision", filter=Q(sponsor_acknowledgements__sponsor=user))
    changed = (
        Assignment.objects.filter(sponsor=user, status__in=RUNNING, built_revision__gt=0)
        .select_related("mentee")
        .annotate(said=said)
        .filter(Q(said__isnull=True) | Q(said__lt=F("built_revision")))
        .order_by("pk")
    )
    page = reverse("sponsors:dashboard")
    return [
        Waiting(
            kind="sponsors.changed",
            title=_("Read how “%(title)s” stands") % {"title": assignment.title},
            reason=_reason(assignment),
            url=f"{page}#assignment-{assignment.code}",
            action=_("Read"),
            person=assignment.mentee,
        )
        for assignment in changed
    ]


def _reason(assignment) -> str:
    if assignment.said is None:
        return _("You have not acknowledged it yet. It takes two minutes.")
    return _("Something has changed since you last acknowledged.")
