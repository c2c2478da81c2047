"""Work under way, with the brief that its sponsor said yes to."""

from datetime import date, timedelta

import pytest

from assignments.models import Assignment, BriefStatus, Stage
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    CharterFactory,
    MentorshipFactory,
    OptionFactory,
    SponsorRequestFactory,
    UserFactory,
)


def next_wednesday(after: int = 0) -> date:
    """The first from so many days on: neither before Monday's mail nor on a day off, whenever a test runs."""
    days = (today() + timedelta(days=after + number) for number in range(7))
    return next(day for day in days if day.isoweekday() == 3)


def sponsored(mentor, mentee, sponsor, title="Shorten the claims backlog") -> Assignment:
    """An active assignment as it comes about: option, accepted brief, charter that all three acknowledged."""
    option = OptionFactory(mentorship=MentorshipFactory(mentor=mentor, mentee=mentee), title=title, stage=Stage.ACTIVE)
    version = BriefVersionFactory(brief=BriefFactory(option=option), number=1, status=BriefStatus.SPONSOR_ACCEPTED)
    SponsorRequestFactory(version=version, sponsor=sponsor, status="accepted", answered_at=now())
    assignment = AssignmentFactory(option=option, sponsor=sponsor)
    CharterFactory(assignment=assignment, acknowledged=True, escalate_to=sponsor)
    return assignment


@pytest.fixture
def running(mentor, mentee, sponsor) -> Assignment:
    return sponsored(mentor, mentee, sponsor)


@pytest.fixture
def backup(db):
    return UserFactory(full_name="Vera Lund", email="vera@example.org", job_title="Head of operations")
