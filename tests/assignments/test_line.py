"""The line of an assignment carries everything its reader may see, each mark with its row in the table."""

from datetime import timedelta

import pytest

from assignments.story import MOST_ON_THE_LINE
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    DecisionFactory,
    EvidenceFactory,
    MilestoneFactory,
    OptionFactory,
    ScopeChangeFactory,
    SetbackFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentorship, sponsor):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)
    CharterFactory(assignment=assignment, acknowledged=True)
    MilestoneFactory(assignment=assignment, title="Pilot")
    check_in = CheckInFactory(assignment=assignment, due_on=ago(2))
    CheckInAnswerFactory(check_in=check_in)
    CheckInAnswerFactory(check_in=check_in, by=assignment.mentor)
    DecisionFactory(assignment=assignment, decided_on=ago(3), decision="North first.")
    EvidenceFactory(assignment=assignment, happened_on=ago(4), title="Demo")
    EvidenceFactory(assignment=assignment, happened_on=ago(5), title="Shared demo", shared_with_sponsor=True)
    SetbackFactory(assignment=assignment, happened_on=ago(6), title="Nobody came")
    SetbackFactory(assignment=assignment, happened_on=ago(7), title="It broke", shared_with_sponsor=True)
    ScopeChangeFactory(assignment=assignment, title="A third team")
    ScopeChangeFactory(
        assignment=assignment, title="Thought better", state="withdrawn",
        decided_by=assignment.mentee, decided_at=assignment.created_at,
    )  # fmt: skip
    return assignment


def ago(days):
    return today() - timedelta(days=days)


def line(assignment, person, sign_in):
    """What the chart draws, in the words of its table."""
    response = sign_in(person).get(f"/assignments/{assignment.code}/")
    labels = {mark.label for mark in response.context["marks"]} - {"Start", "End"}
    page = response.text
    for mark in response.context["marks"]:
        assert page.count(mark.label) >= 2, "each mark is drawn and has its row"
        assert not mark.url or f'href="{mark.url}"' in page
    return labels


SHARED = {
    "Milestone “Pilot”",
    "Decision “North first.”",
    "Evidence “Shared demo”",
    "Setback “It broke”",
    "Change of scope “A third team”: waiting for a decision",
}


def test_mentee_and_mentor_see_everything_that_happened(assignment, mentee, mentor, sign_in):
    whole = SHARED | {"Check-in: kept", "Evidence “Demo”", "Setback “Nobody came”"}

    assert line(assignment, mentee, sign_in) == whole
    assert line(assignment, mentor, sign_in) == whole


def test_the_sponsor_sees_what_is_theirs_to_read(assignment, sponsor, sign_in):
    assert line(assignment, sponsor, sign_in) == SHARED


def test_each_kind_has_a_picture_of_its_own(assignment, mentee, sign_in):
    marks = sign_in(mentee).get(f"/assignments/{assignment.code}/").context["marks"]

    pictures = {mark.label.split(" “")[0].split(":")[0]: mark.icon for mark in marks}
    assert len(set(pictures.values())) == len(pictures) == 8


def test_of_very_much_the_newest_stands_on_the_line(assignment, mentee, sign_in):
    for days in range(MOST_ON_THE_LINE + 2):
        EvidenceFactory(assignment=assignment, happened_on=ago(days), title=f"Of day {days}")

    marks = sign_in(mentee).get(f"/assignments/{assignment.code}/").context["marks"]
    happened = [mark for mark in marks if mark.label.startswith(("Decision", "Evidence", "Setback", "Change"))]

    assert len(happened) == MOST_ON_THE_LINE
    assert "Evidence “Of day 0”" in {mark.label for mark in happened}
    assert f"Evidence “Of day {MOST_ON_THE_LINE + 1}”" not in {mark.label for mark in happened}
