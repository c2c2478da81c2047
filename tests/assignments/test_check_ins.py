from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from assignments.actions import check_in as actions
from assignments.models import CheckInAnswer
from assignments.refusals import Refused
from stretchhub.env import now, today
from stretchhub.notices.models import Notice
from tests.factories import AssignmentFactory, CheckInAnswerFactory, CheckInFactory, MentorshipFactory

pytestmark = pytest.mark.django_db

WORDS = {"moved": "Both team leads agreed.", "next_try": "Ask the critic first.", "load": 4}


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


@pytest.fixture
def check_in(assignment):
    return CheckInFactory(assignment=assignment)


def test_both_sides_answer_and_the_other_acknowledges(check_in, sign_in):
    assignment = check_in.assignment
    address = f"/check-ins/{check_in.code}/"

    sign_in(assignment.mentee).post(address, WORDS)
    sign_in(assignment.mentor).post(address, WORDS | {"moved": "Tom saw the demo."})
    answer = CheckInAnswer.objects.get(by=assignment.mentee)
    sign_in(assignment.mentor).post(f"/check-ins/answers/{answer.code}/acknowledge/")

    answer.refresh_from_db()
    assert (answer.load, answer.acknowledged_by) == (4, assignment.mentor)
    page = sign_in(assignment.mentee).get(address).content.decode()
    assert "Tom saw the demo." in page
    assert "Both team leads agreed." in page
    assert "4 of 5" in page


def test_each_is_told_of_the_other(check_in):
    assignment = check_in.assignment
    answer = actions.answer(check_in, by=assignment.mentee, **WORDS)
    actions.acknowledge(answer, by=assignment.mentor)

    told = dict(Notice.objects.values_list("kind", "recipient"))

    assert told == {
        "assignments.check_in_answered": assignment.mentor_id,
        "assignments.check_in_acknowledged": assignment.mentee_id,
    }


def test_nobody_acknowledges_oneself(check_in, sign_in):
    answer = CheckInAnswerFactory(check_in=check_in)

    with pytest.raises(PermissionDenied):
        actions.acknowledge(answer, by=answer.by)
    assert sign_in(answer.by).post(f"/check-ins/answers/{answer.code}/acknowledge/").status_code == 403
    with pytest.raises(IntegrityError):
        CheckInAnswer.objects.filter(pk=answer.pk).update(acknowledged_by=answer.by, acknowledged_at=now())


def test_acknowledging_twice_tells_once(check_in):
    answer = CheckInAnswerFactory(check_in=check_in)
    for _ in range(2):
        actions.acknowledge(answer, by=check_in.assignment.mentor)

    assert Notice.objects.filter(kind="assignments.check_in_acknowledged").count() == 1


def test_a_second_answer_is_refused_and_the_first_kept(check_in, sign_in):
    mentee = check_in.assignment.mentee
    actions.answer(check_in, by=mentee, **WORDS)

    with pytest.raises(Refused):
        actions.answer(check_in, by=mentee, **WORDS)
    response = sign_in(mentee).post(f"/check-ins/{check_in.code}/", WORDS | {"moved": "Something else."})

    assert response.status_code == 409
    assert CheckInAnswer.objects.get().moved == "Both team leads agreed."


@pytest.mark.parametrize("who", ["sponsor", "hr", "administrator", "stranger"])
def test_nobody_else_ever_meets_a_check_in(check_in, who, request, sign_in):
    answer = CheckInAnswerFactory(check_in=check_in)
    client = sign_in(request.getfixturevalue(who))

    assert client.get(f"/check-ins/{check_in.code}/").status_code == 404
    assert client.post(f"/check-ins/{check_in.code}/", WORDS).status_code == 404
    assert client.post(f"/check-ins/answers/{answer.code}/acknowledge/").status_code == 404


def test_errors_keep_what_was_typed(check_in, sign_in):
    response = sign_in(check_in.assignment.mentee).post(
        f"/check-ins/{check_in.code}/", {"moved": "Much.", "next_try": ""}
    )

    assert response.status_code == 422
    assert "Name one thing to try, however small." in response.content.decode()
    assert "Much." in response.content.decode()


def test_one_taken_back_is_not_answered(check_in, sign_in):
    actions.cancel_open(check_in.assignment, from_day=today())

    assert sign_in(check_in.assignment.mentee).post(f"/check-ins/{check_in.code}/", WORDS).status_code == 403
    page = sign_in(check_in.assignment.mentee).get(f"/check-ins/{check_in.code}/").content.decode()
    assert "Taken back" in page


def test_an_older_one_counts_as_missed_and_the_newest_as_late(assignment, sign_in):
    older = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=15))
    newer = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=1))
    client = sign_in(assignment.mentee)

    assert "Missed" in client.get(f"/check-ins/{older.code}/").content.decode()
    assert "Late" in client.get(f"/check-ins/{newer.code}/").content.decode()


def test_the_page_says_that_a_reminder_was_sent(check_in, sign_in):
    mentee = check_in.assignment.mentee
    Notice.objects.create(
        key="k",
        kind="assignments.check_in_due",
        recipient=mentee,
        object_type="assignments.checkin",
        object_id=check_in.pk,
        due_at=now(),
        state="sent",
        sent_at=now(),
        message_id="<k@x>",
    )

    for address in (f"/check-ins/{check_in.code}/", f"/assignments/{check_in.assignment.code}/"):
        assert "A reminder was sent to you on" in sign_in(mentee).get(address).content.decode()
    assert "reminder sent" in sign_in(mentee).get("/").content.decode()
    mentor_page = sign_in(check_in.assignment.mentor).get(f"/check-ins/{check_in.code}/").content.decode()
    assert "A reminder was sent to you" not in mentor_page


def test_a_check_in_takes_as_many_queries_among_three_as_alone(check_in, sign_in, count_queries):
    CheckInAnswerFactory(check_in=check_in)
    client = sign_in(check_in.assignment.mentor)
    address = f"/check-ins/{check_in.code}/"
    client.get(address)
    before = count_queries(client, address)
    for weeks in (1, 2):
        CheckInAnswerFactory(
            check_in=CheckInFactory(assignment=check_in.assignment, due_on=today() - timedelta(weeks=weeks))
        )

    assert count_queries(client, address) == before
