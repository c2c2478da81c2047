from datetime import timedelta

import pytest

from assignments.models import BriefStatus, LearningItem, RequestStatus, Stage
from assignments.waiting import waiting_for
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    BriefVersionFactory,
    CharterAcknowledgementFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    EvidenceFactory,
    IntakeFactory,
    MentorshipFactory,
    MilestoneFactory,
    SponsorRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentee, mentor):
    return MentorshipFactory(mentee=mentee, mentor=mentor)


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor, starts_on=today() - timedelta(days=5))


def kinds(user):
    return [line.kind for line in waiting_for(user)]


def test_nothing_waits_for_a_stranger(stranger, assignment):
    assert waiting_for(stranger) == []


@pytest.mark.parametrize(
    ("status", "for_mentee", "for_mentor"),
    [
        (BriefStatus.SUBMITTED, [], ["brief_submitted"]),
        (BriefStatus.CHANGES_REQUESTED, ["brief_changes"], []),
        (BriefStatus.ENDORSED, ["brief_endorsed"], []),
        (BriefStatus.DRAFT, [], []),
    ],
)
def test_a_brief_waits_for_the_one_whose_turn_it_is(mentorship, status, for_mentee, for_mentor):
    BriefVersionFactory(
        brief__option__mentorship=mentorship,
        brief__option__stage=Stage.BRIEFED,
        status=status,
        decision_reason="Measure it.",
    )

    assert kinds(mentorship.mentee) == for_mentee
    assert kinds(mentorship.mentor) == for_mentor


def test_changes_asked_for_wait_until_the_next_version_is_begun(mentorship):
    first = BriefVersionFactory(
        brief__option__mentorship=mentorship,
        brief__option__stage=Stage.BRIEFED,
        number=1,
        status=BriefStatus.CHANGES_REQUESTED,
        decision_reason="Measure it.",
    )
    BriefVersionFactory(brief=first.brief, number=2)

    assert kinds(mentorship.mentee) == []


def test_a_sponsor_asked_waits_until_they_answer(mentorship, sponsor):
    request = SponsorRequestFactory(
        version__brief__option__mentorship=mentorship,
        version__brief__option__stage=Stage.SEEKING_SPONSOR,
        sponsor=sponsor,
    )

    assert kinds(sponsor) == ["sponsor_asked"]
    assert kinds(mentorship.mentee) == []
    request.status = RequestStatus.WITHDRAWN
    request.save()
    assert kinds(sponsor) == []


def test_a_charter_waits_first_to_be_written_then_to_be_acknowledged(mentorship, sponsor):
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)
    assert kinds(mentorship.mentee) == ["charter_to_write"]
    assert kinds(sponsor) == []

    charter = CharterFactory(assignment=assignment)
    assert kinds(sponsor) == ["charter_to_acknowledge"]
    CharterAcknowledgementFactory(charter=charter, part="sponsor")

    assert kinds(sponsor) == []
    assert kinds(mentorship.mentor) == ["charter_to_acknowledge"]


def test_only_the_newest_check_in_due_is_asked_for(assignment, mentee, mentor):
    CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=14))
    due = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=1))
    CheckInFactory(assignment=assignment, due_on=today() + timedelta(days=13))

    lines = [line for line in waiting_for(mentee) if line.kind == "check_in_due"]

    assert [(line.due_on, line.url) for line in lines] == [(due.due_on, f"/check-ins/{due.code}/")]
    CheckInAnswerFactory(check_in=due, by=mentee)
    assert "check_in_due" not in kinds(mentee)
    assert "check_in_due" in kinds(mentor)


def test_an_answer_waits_for_the_other_side_in_place(assignment, mentee, mentor, sponsor):
    check_in = CheckInFactory(assignment=assignment)
    answer = CheckInAnswerFactory(check_in=check_in, by=mentor)

    line = next(line for line in waiting_for(mentee) if line.kind == "answer_to_acknowledge")

    assert line.post_url == f"/check-ins/answers/{answer.code}/acknowledge/"
    assert "Both team leads agreed to a pilot" in line.reason
    assert "answer_to_acknowledge" not in kinds(mentor)
    assert kinds(sponsor) == []


def test_milestones_wait_from_three_days_before(assignment, mentee, mentor):
    MilestoneFactory(assignment=assignment, due_on=today() - timedelta(days=2))
    MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=3))
    MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=4))

    assert kinds(mentee) == ["milestone_overdue", "milestone_soon"]
    assert kinds(mentor) == []


def test_talking_again_waits_for_both_from_three_days_before(mentorship):
    kept = IntakeFactory(mentorship=mentorship, kept=True, revisit_on=today() + timedelta(days=4))
    assert kinds(mentorship.mentee) == []

    kept.revisit_on = today() + timedelta(days=3)
    kept.save()

    lines = [waiting_for(person)[0] for person in (mentorship.mentee, mentorship.mentor)]
    assert [line.title for line in lines] == [
        "Talk again with Tom Berg about where it is going",
        "Talk again with Mina Okafor about where it is going",
    ]
    assert lines[0].url == f"/mentorships/{mentorship.code}/intakes/"
    IntakeFactory(mentorship=mentorship)
    assert kinds(mentorship.mentee) == []


def test_learning_waits_for_the_mentee_alone_until_it_is_done(mentorship):
    item = LearningItem.objects.create(
        mentorship=mentorship,
        kind="reading",
        title="The budget handbook",
        due_on=today() + timedelta(days=3),
        created_by=mentorship.mentor,
    )

    line = waiting_for(mentorship.mentee)[0]

    assert (line.kind, line.title, line.due_on) == ("learning_due", "Finish “The budget handbook”", item.due_on)
    assert line.url == f"/learning/{item.code}/done/"
    assert kinds(mentorship.mentor) == []
    item.done_on, item.changed = today(), "I read budgets now."
    item.save()
    assert kinds(mentorship.mentee) == []


def test_what_is_due_by_a_day_comes_in_the_order_of_days(assignment, mentorship):
    IntakeFactory(mentorship=mentorship, kept=True, revisit_on=today())
    MilestoneFactory(assignment=assignment, due_on=today() - timedelta(days=2))
    LearningItem.objects.create(
        mentorship=mentorship,
        kind="course",
        title="B",
        due_on=today() - timedelta(days=1),
        created_by=mentorship.mentee,
    )

    assert kinds(mentorship.mentee) == ["milestone_overdue", "learning_due", "intake_revisit"]


@pytest.mark.parametrize(("days", "expected"), [(21, []), (22, ["evidence_missing"])])
def test_evidence_is_missed_after_three_weeks(mentorship, days, expected):
    assignment = AssignmentFactory(option__mentorship=mentorship, starts_on=today() - timedelta(days=60))
    EvidenceFactory(assignment=assignment, happened_on=today() - timedelta(days=days))

    assert kinds(mentorship.mentee) == expected


def test_a_pause_lets_nothing_wait(mentorship):
    assignment = AssignmentFactory(paused=True, option__mentorship=mentorship)
    CheckInFactory(assignment=assignment)
    MilestoneFactory(assignment=assignment, due_on=today())
    CharterFactory(assignment=assignment)

    assert kinds(mentorship.mentee) == []


def test_acknowledging_on_today_returns_to_today(assignment, mentee, sign_in):
    answer = CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment), by=assignment.mentor)
    client = sign_in(mentee)

    page = client.get("/").content.decode()
    assert f'action="/check-ins/answers/{answer.code}/acknowledge/"' in page
    response = client.post(f"/check-ins/answers/{answer.code}/acknowledge/", {"from": "today"}, follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert "knows that you read it" in response.content.decode()


def test_an_empty_today_says_so_and_offers_one_step(stranger, sign_in):
    page = sign_in(stranger).get("/").content.decode()

    assert "Nothing waits for you" in page
    assert "Start a mentorship" in page


def _more(assignment, weeks):
    check_in = CheckInFactory(assignment=assignment, due_on=today() - timedelta(weeks=weeks))
    CheckInAnswerFactory(check_in=check_in, by=assignment.mentor)
    MilestoneFactory(assignment=assignment, due_on=today())
    EvidenceFactory(assignment=assignment, happened_on=today() - timedelta(days=40))


def test_today_takes_as_many_queries_with_three_of_each_as_with_one(mentorship, sign_in, count_queries):
    client = sign_in(mentorship.mentee)
    for number in (1, 3):
        for _ in range(number):
            assignment = AssignmentFactory(option__mentorship=mentorship)
            CharterFactory(assignment=assignment)
            _more(assignment, 1)
            BriefVersionFactory(
                brief__option__mentorship=mentorship,
                brief__option__stage=Stage.BRIEFED,
                status=BriefStatus.ENDORSED,
            )
        if number == 1:
            client.get("/")
            before = count_queries(client, "/")

    assert count_queries(client, "/") == before
