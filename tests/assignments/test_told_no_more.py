"""Whoever is not the sponsor any more learns nothing from what was told before, neither by mail nor on the page."""

import pytest

from assignments.actions import assignment as work
from assignments.actions import evidence, feedback, setback
from assignments.models import Assignment, Evidence, FeedbackState, Status
from stretchhub.env import now, today
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    SetbackFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(db):
    return CharterFactory(assignment=AssignmentFactory(), acknowledged=True).assignment


def share_evidence(assignment):
    piece = EvidenceFactory(assignment=assignment, title="A shared demo")
    evidence.share(piece, by=assignment.mentee, audience="sponsor", shared=True)


def share_setback(assignment):
    setback.share_setback(SetbackFactory(assignment=assignment), by=assignment.mentee, shared=True)


def share_feedback(assignment):
    given = FeedbackRequestFactory(
        round__assignment=assignment, state=FeedbackState.SUBMITTED, settled_at=now(), outsider=True
    )
    feedback.share(given, by=assignment.mentee, shared=True)


def pause(assignment):
    work.pause(assignment, by=assignment.mentee, reason="A new baby.")


SHARED = [share_evidence, share_setback, share_feedback, pause]


def lines(sign_in, person) -> list[str]:
    return [line.letter.subject for line in sign_in(person).get("/notices/").context["lines"]]


@pytest.mark.parametrize("share", SHARED)
def test_after_a_hand_over_the_page_tells_it_no_more(assignment, sign_in, share):
    former = assignment.sponsor
    share(assignment)
    before = lines(sign_in, former)

    Assignment.objects.update(sponsor=UserFactory())

    assert before != []
    assert lines(sign_in, former) == []


@pytest.mark.parametrize("share", SHARED)
def test_what_had_not_gone_out_before_a_hand_over_is_not_mailed(assignment, mailoutbox, share):
    former = assignment.sponsor
    share(assignment)
    Assignment.objects.update(sponsor=UserFactory())

    deliver()

    assert former.email not in [to for mail in mailoutbox for to in mail.to]
    assert set(Notice.objects.filter(recipient=former).values_list("state", flat=True)) == {"cancelled"}


def test_a_second_pause_is_not_told_to_the_sponsor_of_the_first(assignment, sign_in):
    former = assignment.sponsor
    pause(assignment)
    Assignment.objects.update(sponsor=UserFactory(), status=Status.ACTIVE, paused_on=None, resumed_on=today())
    Assignment.objects.update(status=Status.PAUSED, paused_on=today(), pause_reason="Something private.")

    assert b"Something private." not in sign_in(former).get("/notices/").content


def test_a_mentor_is_told_of_what_is_logged_and_of_nothing_once_another_is(assignment, sign_in):
    piece = EvidenceFactory(assignment=assignment, title="A note")
    evidence.messages.evidence.logged(piece)
    assert lines(sign_in, assignment.mentor) == [f"{piece.logged_by.name} logged evidence: A note"]

    former = assignment.mentor
    Assignment.objects.update(mentor=UserFactory())

    assert lines(sign_in, former) == [] and Evidence.objects.count() == 1
