"""What mentee and mentor are told about their sponsor's reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice

from ..models import DashboardAcknowledgement

ACKNOWLEDGED = "sponsors.dashboard_acknowledged"


def acknowledged(said: DashboardAcknowledgement) -> None:
    """Tell mentee and mentor that the sponsor has read how things stand."""
    for person in (said.assignment.mentee, said.assignment.mentor):
        outbox.queue(ACKNOWLEDGED, said, recipient=person)


def _load(ids: Collection[int]) -> Mapping[int, DashboardAcknowledgement]:
    return DashboardAcknowledgement.objects.select_related("assignment", "sponsor").in_bulk(ids)


def _letter(notice: Notice, said: DashboardAcknowledgement) -> Letter:
    words = {"sponsor": said.sponsor.name, "title": said.assignment.title}
    return Letter(
        subject=_("%(sponsor)s has read how “%(title)s” stands") % words,
        paragraphs=(
            _("%(sponsor)s, your sponsor, has read and acknowledged where “%(title)s” stands.") % words,
            _("They see the status with its reasons, the milestones and the evidence that was shared."),
        ),
        action=_("Open the assignment"),
        path=reverse("assignments:detail", args=[said.assignment.code]),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


KINDS = (Kind(ACKNOWLEDGED, _load, lambda notice, said: True, _letter),)
