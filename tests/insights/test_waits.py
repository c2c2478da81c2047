"""Who waits, since when and at which step, read from records; and how many in all."""

from datetime import date, timedelta

import pytest

from assignments.models import Assignment, GoalStatus, Mentorship, Stage
from stretchhub.env import now, today
from stretchhub.insights.actions.figures import build, build_standing
from stretchhub.insights.models import Standing, Step, Wait
from stretchhub.insights.waits import people_who_wait
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    CharterFactory,
    GoalFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def waits() -> dict[str, tuple[str, date]]:
    return {wait.person.full_name: (wait.step, wait.since) for wait in people_who_wait()}


def paired(name: str, ago: int = 60, **facts) -> Mentorship:
    mentee = UserFactory(full_name=name, **facts)
    return MentorshipFactory(mentee=mentee, started_on=today() - timedelta(days=ago))


def test_each_step_on_the_way_is_found_by_what_is_there():
    paired("No goal")
    GoalFactory(mentorship=paired("No option"))
    OptionFactory(mentorship=paired("No brief"))
    BriefVersionFactory(brief=BriefFactory(option__mentorship=paired("Draft"), option__stage=Stage.BRIEFED))
    BriefVersionFactory(
        brief=BriefFactory(option__mentorship=paired("Endorsed"), option__stage=Stage.SEEKING_SPONSOR),
        status="endorsed",
    )
    AssignmentFactory(option__mentorship=paired("No charter"), chartering=True)
    written = AssignmentFactory(option__mentorship=paired("Charter"), chartering=True)
    CharterFactory(assignment=written)

    found = {wait.person.full_name: (wait.step, wait.written) for wait in people_who_wait()}

    assert found == {
        "No goal": (Step.GOAL, False),
        "No option": (Step.OPTION, False),
        "No brief": (Step.BRIEF, False),
        "Draft": (Step.BRIEF, False),
        "Endorsed": (Step.SPONSOR, False),
        "No charter": (Step.CHARTER, False),
        "Charter": (Step.CHARTER, True),
    }


def test_what_is_over_or_put_aside_counts_for_nothing():
    goal = GoalFactory(mentorship=paired("Reached"))
    type(goal).objects.update(status=GoalStatus.REACHED)
    OptionFactory(mentorship=goal.mentorship, stage=Stage.CLOSED)
    brief = BriefFactory(
        option__mentorship=goal.mentorship, option__stage=Stage.DECLINED, option__stage_reason="Not now."
    )
    BriefVersionFactory(brief=brief, status="endorsed")

    assert waits()["Reached"][0] == Step.GOAL


@pytest.mark.parametrize("state", [{}, {"paused": True}, {"reviewing": True}])
def test_whoever_has_work_that_runs_does_not_wait(state):
    AssignmentFactory(option__mentorship=paired("Busy"), **state)

    assert waits() == {}


def test_who_left_and_whose_mentorship_ended_do_not_wait():
    paired("Gone", is_active=False, deactivated_at=now())
    Mentorship.objects.filter(pk=paired("Ended").pk).update(ended_on=today())

    assert waits() == {}


def test_after_finished_work_the_wait_begins_when_it_ended():
    mentorship = paired("Back again", ago=400)
    done = AssignmentFactory(option__mentorship=mentorship, closed=True)
    Assignment.objects.filter(pk=done.pk).update(closed_at=now() - timedelta(days=12))

    assert waits()["Back again"][1] == today() - timedelta(days=12)


def test_two_mentorships_are_one_wait_with_the_mentor_who_is_furthest():
    first = paired("Twice", ago=90)
    second = MentorshipFactory(mentee=first.mentee, started_on=today() - timedelta(days=20))
    GoalFactory(mentorship=second)

    [wait] = people_who_wait()

    assert (wait.mentor_id, wait.step, wait.since) == (second.mentor_id, Step.OPTION, first.started_on)


def test_the_whole_is_read_by_one_query(django_assert_num_queries):
    for number in range(3):
        paired(f"Person {number}")

    with django_assert_num_queries(1):
        assert len(list(people_who_wait())) == 3


def test_the_standing_counts_people_once_and_the_middle_wait():
    AssignmentFactory(option__mentorship=paired("Busy", department="Claims/Motor"))
    again = paired("Two at once")
    for _each in range(2):
        AssignmentFactory(option__mentorship=again, reviewing=True)
    paired("A", ago=10, department="Claims/Motor/North")
    paired("B", ago=31, department=" Claims/ Motor/North/")
    GoalFactory(mentorship=paired("C", ago=50, department=""))

    assert build_standing(today()) is True

    told = Standing.objects.get().content
    everybody = told["eligible"]
    assert (told["with_work"], told["waiting"], told["median"]) == (2, 3, 31)
    assert told["without_mentor"] == everybody - 5
    assert told["states"] == {"active": 1, "reviewing": 2}
    assert told["steps"] == {"goal": [2, 20.5], "option": [1, 50]}
    assert told["departments"] == ["Claims", "Claims/Motor", "Claims/Motor/North", "Operations", "Operations/Planning"]
    assert {wait.department for wait in Wait.objects.all()} == {"Claims/Motor/North", ""}


def test_a_second_build_replaces_the_first_but_not_within_a_minute(clock):
    mentorship = paired("Soon busy")
    assert build() is True
    AssignmentFactory(option__mentorship=mentorship)

    assert build() is False
    assert Wait.objects.count() == 1
    clock(minutes=2)
    assert build() is True
    assert not Wait.objects.exists()
    assert Standing.objects.get().content["with_work"] == 1


def test_a_department_holds_all_below_it_and_none_that_only_begins_alike():
    for name, department in [("Inside", "Claims/Motor"), ("Itself", "Claims"), ("Beside", "Claims and more")]:
        paired(name, department=department)
    build_standing(today())

    assert {wait.person.full_name for wait in Wait.objects.in_department("Claims")} == {"Inside", "Itself"}
