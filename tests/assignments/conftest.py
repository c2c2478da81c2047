"""The mentorship of the cast."""

import pytest

from assignments.models import Mentorship
from tests.factories import MentorshipFactory


@pytest.fixture
def mentorship(mentor, mentee) -> Mentorship:
    return MentorshipFactory(mentor=mentor, mentee=mentee)
