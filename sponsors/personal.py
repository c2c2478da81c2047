"""What is held about sponsors and about finding them, and what becomes of it when somebody is erased."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from assignments.models import Assignment, FeedbackRequest
from stretchhub.people.models import User
from stretchhub.personal import Holding, Own, Personal

from .models import DashboardSnapshot

OF_WORK = "assignment__mentee"
OF_OPTION = "option__mentorship__mentee"
OF_CANDIDATE = "candidate__option__mentorship__mentee"


def end_dashboards(person: User) -> None:
    """A snapshot holds names and words of everybody in it: it goes whole, and is built anew within seconds."""
    seen = Assignment.objects.filter(Q(mentee=person) | Q(mentor=person) | Q(sponsor=person), sponsor__isnull=False)
    DashboardSnapshot.objects.filter(Q(sponsor=person) | Q(sponsor__in=seen.values("sponsor"))).delete()


def end_dashboards_with(address: str, until: datetime) -> None:
    """Nor does one stay that names somebody without an account."""
    asked = FeedbackRequest.objects.of_outsider(address, until)
    seen = Assignment.objects.filter(feedback_rounds__requests__in=asked)
    DashboardSnapshot.objects.filter(sponsor__in=seen.values("sponsor")).delete()


OWN = (
    Own("introductions_i_wrote", "sponsors.Introduction", ("drafted_by",), hide=("reply",)),
    Own("asks", "sponsors.Ask", ("assignment__mentee", "asked_by", "answered_by")),
    Own("sponsor_check_ins", "sponsors.SponsorCheckIn", ("sponsor",), when={"recorded_at__isnull": False}),
    Own("dashboards_i_acknowledged", "sponsors.DashboardAcknowledgement", ("sponsor",), hide=("facts",)),
)

PERSONAL = Personal(
    own=OWN,
    holdings=(
        Holding("sponsors.Introduction", OF_CANDIDATE),
        Holding("sponsors.Introduction", "candidate__person"),
        Holding("sponsors.SponsorCandidate", OF_OPTION),
        # What mentee and mentor noted about somebody they thought of.
        Holding("sponsors.SponsorCandidate", "person"),
        Holding("sponsors.Stakeholder", OF_OPTION),
        Holding("sponsors.Stakeholder", "person"),
        Holding("sponsors.Ask", OF_WORK),
        Holding("sponsors.SponsorCheckIn", OF_WORK),
        Holding("sponsors.DashboardAcknowledgement", OF_WORK, to={"facts": {}}),
    ),
    not_personal={
        "sponsors.HandOver": "days and links between rows",
        "sponsors.CheckInPlan": "numbers",
        "sponsors.DashboardSnapshot": "built anew from the other rows",
    },
    after=(end_dashboards,),
    outside=(end_dashboards_with,),
)
